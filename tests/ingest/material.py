"""A folder of news that changes, and runs over it."""

import io
import itertools
import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

from fakes import HashEmbedder

from ingest import run
from ingest.report import Report
from retrieval.library import Library
from retrieval.vectors import Vectors


class News:
    """A folder of files with times of their own, and the library that they are read into.

    `fetched` holds the names of the files that were read, in order.
    """

    def __init__(
        self, folder: Path, library: Library, vectors: Vectors, embedder: HashEmbedder
    ) -> None:
        self.folder, self.library, self.vectors = folder, library, vectors
        self.embedder = embedder
        self.fetched: list[str] = []
        self._clock = itertools.count(1_500_000_000)
        folder.mkdir()

    def write(self, name: str, text: str) -> Path:
        """A file, written a while ago, and later than the one before it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        at = next(self._clock)
        os.utime(path, (at, at))
        return path

    def lines(self, name: str, articles: dict[str, str]) -> Path:
        """A file of JSON lines: texts by id."""
        lines = [json.dumps({"id": key, "text": text}) for key, text in articles.items()]
        return self.write(name, "\n".join(lines))

    def ingest(self, *paths: Path, prune: bool = False) -> Report:
        """One run over the folder, or over the paths that are given."""
        self.fetched.clear()
        self.embedder.asked.clear()
        given: Sequence[str] = [str(path) for path in paths] or [str(self.folder)]
        return run.ingest(
            self.library, given, embedder=self.embedder, vectors=self.vectors, prune=prune
        )

    def texts(self) -> dict[str, str]:
        """Every article's text, by id."""
        return dict(self.library.execute("SELECT id, text FROM articles ORDER BY id"))


def zip_of(files: dict[str, bytes | str]) -> bytes:
    """A zip of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return file.getvalue()
