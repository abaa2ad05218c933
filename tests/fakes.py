"""What tests put in the place of slow things, and short ways to fill a library."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Embedder
from retrieval.library import Library
from retrieval.settings import Settings, library_folder
from retrieval.terms import terms
from retrieval.together import Together
from retrieval.types import Answer, Article, Chunk, Citation, Question, Seconds, Step
from retrieval.vectors import Vectors

DIMENSIONS = 64


def ready(vector: NDArray[np.float32]) -> Future[NDArray[np.float32]]:
    """A vector that is there already, as a `Query` has it."""
    found: Future[NDArray[np.float32]] = Future()
    found.set_result(vector)
    return found


class HashEmbedder:
    """An `Embedder` without a model: texts that share terms have similar vectors.

    Each term adds a direction that its hash gives, so equal texts have equal vectors everywhere.
    `asked` holds every text that was to be embedded, in order.
    """

    def __init__(
        self, identity: str = "hash@1", *, limit: int = 64, size: int = DIMENSIONS
    ) -> None:
        self.identity, self.limit, self._size = identity, limit, size
        self.asked: list[str] = []

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many words each text has."""
        return [len(text.split()) for text in texts]

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, size)` float32, unit length."""
        return np.array([self._one(text) for text in texts], np.float32).reshape(-1, self._size)

    def query(self, text: str) -> NDArray[np.float32]:
        """`(size,)` float32, unit length."""
        return self._one(text)

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, size)` float32, unit length."""
        return self.documents(texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's name for `documents`."""
        return [[float(x) for x in row] for row in self.documents(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's name for `query`."""
        return [float(x) for x in self.query(text)]

    def _one(self, text: str) -> NDArray[np.float32]:
        self.asked.append(text)
        total = np.zeros(self._size)
        for term in terms(text) or [text]:
            total += self._direction(f"{self.identity} {term}")
        return (total / np.linalg.norm(total)).astype(np.float32)

    def _direction(self, seed: str) -> NDArray[np.float64]:
        number = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "replace")).digest()[:8], "big")
        return np.random.default_rng(number).normal(size=self._size)


def article(number: int | str, text: str = "", **fields: str | None) -> Article:
    """An article with an id, a title and some text of its own."""
    text = text or f"Report {number} tells of subject{number} and of place{number}."
    return Article(**({"id": f"a{number}", "title": f"Title {number}", "text": text} | fields))


def chunks_of(it: Article, words: int = 8) -> dict[Chunk, str]:
    """An article's chunks of so many words each, and what is embedded for them."""
    places = [match.span() for match in re.finditer(r"\S+", it.text)]
    found = {}
    for at in range(0, len(places), words):
        start, end = places[at][0], places[min(at + words, len(places)) - 1][1]
        text = f"{it.title}\n{it.text[start:end]}"
        key = hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]
        found[Chunk(start, end, key)] = text
    return found


def put(
    library: Library, articles: Iterable[Article], embedder: Embedder, *, words: int = 8
) -> None:
    """Store articles in one transaction; each is its own item."""
    with library.transaction():
        library.put("embedder", embedder.identity)
        for it in articles:
            chunks = chunks_of(it, words)
            vectors = embedder.documents(list(chunks.values()))
            fingerprint = hashlib.sha256(repr(it).encode("utf-8", "replace")).digest()[:16]
            library.store(
                it,
                dict(zip(chunks, vectors, strict=True)),
                uri=f"test:{it.id}",
                fingerprint=fingerprint,
            )


class ScriptedChain:
    """A chain that says what its script says, and keeps in `asked` what it was asked.

    The script gives, for a question's text, the articles whose first sentences answer it, or the
    error that it raises; any other question it abstains from.
    """

    def __init__(
        self, settings: Settings, script: Mapping[str, Sequence[Article] | Exception] | None = None
    ) -> None:
        self.settings, self.script = settings, script or {}
        self.embedder, self.vectors = HashEmbedder(), Vectors(settings.data)
        self.together = Together(self.embedder.queries)
        self.asked: list[Question] = []
        self.warmed = self.prepared = 0
        self.writer = None

    def ask(self, question: Question, heard: Callable[[str], None] | None = None) -> Answer:
        """What the script says."""
        self.asked.append(question)
        said = self.script.get(question.text, ())
        if isinstance(said, Exception):
            raise said
        cited = [Citation(n, it, 0, it.text.find(".") + 1) for n, it in enumerate(said, start=1)]
        return Answer(
            question,
            "answered" if cited else "abstained",
            "\n".join(f"{c.quote} [{c.number}]" for c in cited),
            "" if cited else "no article answers this; the nearest is: Title 1",
            "script",
            tuple(cited),
            seconds=Seconds(0.25, 0.5, 0.75),
            steps=(Step("search", 0.25, ("0.875 = dense 0.5 + bm25 0.375  Title 1",)),),
        )

    def library(self, name: str, *, create: bool = False) -> Library:
        """A real library."""
        return Library(library_folder(self.settings, name), create=create)

    def prepare(self) -> None:
        """Counted."""
        self.prepared += 1

    def warm(self) -> None:
        """Count."""
        self.warmed += 1

    def close(self) -> None:
        """Nothing is kept open."""
