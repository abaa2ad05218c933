"""An empty folder of news, with an eye on what is read of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEmbedder

from ingest.sources import Files, Folder, Found
from retrieval.library import Library
from retrieval.vectors import Vectors
from tests.ingest.material import News
from tests.ingest.paper import Desk, Paper
from tests.ingest.wire import Server


@pytest.fixture
def news(
    tmp_path: Path,
    library: Library,
    vectors: Vectors,
    embedder: HashEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> News:
    """An empty folder of news."""
    made = News(tmp_path / "news", library, vectors, embedder)

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def fetch(self: Any, item: Found) -> Any:
            made.fetched.append(Path(item.name).name)
            return real(self, item)

        return fetch

    for source in (Files, Folder):
        monkeypatch.setattr(source, "fetch", watched(source.fetch))
    return made


@pytest.fixture
def desk(library: Library, embedder: HashEmbedder, vectors: Vectors) -> Iterator[Desk]:
    """A newspaper on loopback, and a library with a clock of its own."""
    server = Server()
    yield Desk(Paper(server), library, embedder, vectors)
    server.close()
