"""Small libraries of any words, for tests of keywords."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fakes import HashEmbedder, article, put
from hypothesis import strategies as st

from retrieval.library import Library
from retrieval.search import passages
from retrieval.types import Passage

vocabulary = st.sampled_from(["Syria", "Kurds", "raid", "U.S.", "talks", "the", "envoy's", "2016"])
texts = st.lists(vocabulary, min_size=1, max_size=12).map(" ".join)
libraries = st.lists(st.tuples(texts, texts), max_size=6)  # title and text


@contextmanager
def holding(articles: list[tuple[str, str]]) -> Iterator[Library]:
    """A library of these titles and texts, four words a chunk."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder) / "libraries" / "main", create=True)
        made = [article(n, text, title=title) for n, (title, text) in enumerate(articles)]
        put(library, made, HashEmbedder(size=8), words=4)
        yield library
        library.close()


def everything(library: Library) -> list[Passage]:
    """Each chunk as a passage."""
    return passages(library, [row[0] for row in library.execute("SELECT id FROM chunks")])


def chunks_of(found: list[Passage]) -> list[int]:
    """Their chunks' ids."""
    return [it.chunk for it in found]
