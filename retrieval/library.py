"""One library, one SQLite file: articles, chunks, vectors, full text, ledger, change log.

The file is the truth; Chroma follows its change log (`vectors.py`).
"""

import logging
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import fulltext
from retrieval.database import Database
from retrieval.dates import to_epoch
from retrieval.errors import EmbedderDiffers, LibraryError, NoLibrary
from retrieval.schema import prepare
from retrieval.terms import ANALYSIS
from retrieval.types import Article, Chunk

log = logging.getLogger("clippings")
_AT_ONCE = 100  # articles asked for in one statement
_MANY = 5_000  # passages: to index the words of so many takes a second
_ARTICLE = "id, title, text, url, published, source, author, language"


class Library(Database):
    """An open library. Safe to use from several threads and processes at once.

    Raises:
        NoLibrary: there is none in that folder and `create` is not set.
        LibraryError: the file is damaged, cannot be written, or was written by a newer version.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        super().__init__(folder / "library.db", folder.name)
        self.folder = folder
        try:
            if not self.file.exists():
                if not create:
                    raise NoLibrary(_no_library(folder))
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"the library {self.name!r} cannot be opened in {folder} ({error.strerror}): "
                "check the permissions of the data folder"
            ) from error
        try:
            prepare(self, ANALYSIS)
            self.id = self.get("id")
            self._renew_keywords()
        except BaseException:
            self.close()
            raise

    def _renew_keywords(self) -> None:
        """Fill the full text anew where an upgrade analyses words otherwise than it was filled."""
        if self.get("analysis") == ANALYSIS:
            return
        with self.transaction():
            if self.get("analysis") == ANALYSIS:
                return  # another process was faster
            if self.count("chunks") >= _MANY:
                log.warning("the words of the library %r are indexed anew, once", self.name)
            fulltext.clear(self)
            # In the order of their chunks, as far as can be: neighbours lie on one page.
            for (article_id,) in self.execute("SELECT id FROM articles ORDER BY rowid"):
                fulltext.put(self, self.articles([article_id])[article_id])
            self.put("analysis", ANALYSIS)

    # Facts about the library itself.

    def get(self, key: str) -> str:
        """A fact noted with `put`; empty where there is none."""
        rows = self.execute("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else ""

    def put(self, key: str, value: str) -> None:
        """Note a fact, within a transaction."""
        self.execute("REPLACE INTO meta VALUES (?, ?)", (key, value))

    def count(self, table: str) -> int:
        """How many rows there are of `articles`, `chunks`, `items`, `vectors` or `changes`."""
        return int(self.execute(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608

    def number(self) -> int:
        """The number of the last change; grows with every chunk that comes or goes."""
        return int(self.execute("SELECT ifnull(max(number), 0) FROM changes")[0][0])

    def require(self, identity: str) -> None:
        """Make sure that this embedder's vectors are what the library holds.

        Raises:
            EmbedderDiffers: they are another's, or a change of embedder was never finished.
        """
        held = self.get("embedder")
        if held not in ("", identity) or self.get("unfinished"):
            raise EmbedderDiffers(
                f"the library {self.name!r} was embedded by {held or 'nothing'}, "
                f"{'not to the end' if held == identity else f'the settings name {identity}'}: "
                f"run: clippings reembed --library {self.name}"
            )

    def vectors(self, keys: Iterable[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors that are stored for those keys by the library's embedder."""
        sql = "SELECT vector FROM vectors WHERE embedder = ? AND key = ?"
        embedder = self.get("embedder")
        return {
            key: np.frombuffer(row[0], dtype=np.float16).astype(np.float32)
            for key in keys
            for row in self.execute(sql, (embedder, key))
        }

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles of those ids that exist, by id."""
        found: dict[str, Article] = {}
        wanted = list(ids)
        for at in range(0, len(wanted), _AT_ONCE):
            some = wanted[at : at + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT {_ARTICLE} FROM articles WHERE id IN ({marks})"  # noqa: S608
            found |= {row[0]: Article(*row) for row in self.execute(sql, some)}
        return found

    def dates(self, ids: Iterable[str]) -> dict[str, float]:
        """When the articles of those ids appeared, in seconds since 1970; of those that say it.

        A day without an hour counts from its noon. None is newer than the moment at which it was
        stored, whatever it says.
        """
        sql = (
            "SELECT id, min(published_at + 43200 * (length(published) = 10), changed)"
            " FROM articles WHERE id = ?"
        )
        rows = (row for article_id in ids for row in self.execute(sql, (article_id,)))
        return {article_id: date for article_id, date in rows if date is not None}

    def listing(self) -> list[Article]:
        """Every article without its text, the newest first, then by title."""
        rows = self.execute(
            "SELECT id, title, '', url, published, source, author, language FROM articles"
            " ORDER BY published_at IS NULL, published_at DESC, title, id"
        )
        return [Article(*row) for row in rows]

    def sources(self) -> dict[str, int]:
        """How many articles each source has, the busiest first."""
        rows = self.execute(
            "SELECT source, count(*) FROM articles WHERE source IS NOT NULL"
            " GROUP BY source ORDER BY 2 DESC, 1"
        )
        return dict(rows)

    # Writing: each of these within a transaction.

    def store(
        self,
        article: Article,
        chunks: Mapping[Chunk, NDArray[np.float32]],
        *,
        uri: str,
        fingerprint: bytes,
    ) -> None:
        """Put an article in the place of the one with its id; `chunks` with their unit vectors.

        What the article was until now stays in its history, as fingerprint and times.
        """
        self._remember(article.id, fingerprint)
        old = self._unindex(article.id)
        at = to_epoch(article.published) if article.published else None
        self.execute(
            "REPLACE INTO articles (id, title, text, url, published, source, author, uri,"
            " fingerprint, published_at, changed, language)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(article.id, article.title, article.text, article.url, article.published),
                *(article.source, article.author, uri, fingerprint, at, time.time()),
                article.language,
            ),
        )
        embedder = self.get("embedder")
        for chunk, vector in chunks.items():
            self.execute(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
                (embedder, chunk.key, vector.astype(np.float16).tobytes()),
            )
            self.execute(
                "INSERT INTO chunks (article, start, stop, key) VALUES (?, ?, ?, ?)",
                (article.id, chunk.start, chunk.end, chunk.key),
            )
        for added in fulltext.put(self, article):
            self.execute("INSERT INTO changes (chunk) VALUES (?)", (added,))
        self._forget_vectors(old)

    def _remember(self, article_id: str, fingerprint: bytes) -> None:
        """Put down what an article is, unless it stays so."""
        self.execute(
            "INSERT INTO history SELECT id, fingerprint, changed, ? FROM articles"
            " WHERE id = ? AND fingerprint <> ?",
            (time.time(), article_id, fingerprint),
        )

    def delete(self, article_id: str) -> None:
        """Delete an article with everything that was derived from it."""
        old = self._unindex(article_id)
        self.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        self.execute("DELETE FROM history WHERE article = ?", (article_id,))
        self.execute("DELETE FROM bands WHERE article = ?", (article_id,))
        self._forget_vectors(old)

    def _unindex(self, article_id: str) -> list[tuple[bytes]]:
        """Take an article's chunks out of all indexes; returns their keys."""
        article = self.articles([article_id]).get(article_id)
        if article is None:
            return []
        for chunk in fulltext.take_out(self, article):
            self.execute("INSERT INTO changes (chunk) VALUES (?)", (chunk,))
        old = self.execute("SELECT key FROM chunks WHERE article = ?", (article_id,))
        self.execute("DELETE FROM chunks WHERE article = ?", (article_id,))
        return old

    def _forget_vectors(self, keys: Iterable[tuple[bytes]]) -> None:
        for key in keys:
            self.execute(
                "DELETE FROM vectors WHERE key = ?1"
                " AND NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.key = ?1)",
                key,
            )


def library_names(data: Path) -> list[str]:
    """The libraries in a data folder, by name."""
    return sorted(file.parent.name for file in (data / "libraries").glob("*/library.db"))


def _no_library(folder: Path) -> str:
    names = library_names(folder.parent.parent)
    there = f"there are: {', '.join(names)}" if names else "there are none yet"
    return (
        f"no library {folder.name!r} ({there}); "
        f"make it with: clippings ingest PATH --library {folder.name}"
    )
