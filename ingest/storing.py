"""What is read goes into the library: chunked, embedded, stored in one transaction, noted in the ledger.

Everything that one item brings is noted only when all of it is stored, so a run that was killed
anywhere is made good by the next.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest import follows, near
from ingest.article import Extracted
from ingest.chunk import chunk
from ingest.follows import Follow, Known
from ingest.plan import fingerprint, missing
from ingest.report import Report
from ingest.sources import Found
from retrieval import ledger
from retrieval.embedder import Embedder
from retrieval.errors import VectorsError
from retrieval.ledger import Item
from retrieval.library import Library
from retrieval.types import Article, Chunk
from retrieval.vectors import Vectors

BATCH = 128  # chunks embedded and stored together: few, for nothing is embedded beside the last
_FOLLOWED = 256  # chunks stored before the vectors follow: to open and to prove them takes its time


@dataclass(slots=True)
class _Batch:
    """What waits to be embedded and stored: articles with their chunks, and what they complete."""

    # With its item and its fingerprint.
    articles: list[tuple[str, bytes, Article, list[tuple[Chunk, str]]]] = field(
        default_factory=list
    )
    items: list[Item] = field(default_factory=list)
    left: set[str] = field(default_factory=set)  # articles that their items hold no longer
    pages: list[Known] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    chunks: int = 0

    embedding: Future[NDArray[np.float32]] | None = None
    new: list[bytes] = field(default_factory=list)  # keys of the chunks that are being embedded

    @property
    def texts(self) -> dict[bytes, str]:
        """What is embedded of each chunk, by key."""
        return {chunk.key: text for *_, chunks in self.articles for chunk, text in chunks}

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.articles or self.items or self.left or self.pages or self.follows)


class Run:
    """One run over one library; one of `following` brings nothing back that people took out."""

    def __init__(
        self, library: Library, embedder: Embedder, vectors: Vectors, *, following: bool = False
    ) -> None:
        self.library, self.embedder, self.vectors = library, embedder, vectors
        self.following = following
        self.report, self.batch = Report(), _Batch()
        self._embedded = _Batch()  # which is stored while the next one is embedded
        # Two: what comes next begins while the last texts of a batch leave a core idle.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="clippings-embedding")
        self.twins = near.Twins(library)
        self._pending = 0  # chunks that were stored since the vectors followed
        self._followed = -1  # the library's number when they did
        self._claimed: dict[str, str] = {}  # article id: the item that brought it in this run

    def failed(self, found: Found, error: Exception, revision: str = "") -> None:
        """An item could not be read: told now, and by the ledger until it can."""
        self.report.problems.append(f"{found.name}: {error}")
        self.batch.items.append(Item(found.uri, revision, (str(error),)))

    def read(
        self,
        found: Found,
        revision: str,
        extracted: Extracted,
        struck: Sequence[str],
        *,
        prune: bool,
    ) -> None:
        """Take in what an item holds now; with `prune`, what it held before and does not now goes.

        Args:
            found: the item.
            revision: that its articles are of.
            extracted: its articles.
            struck: items that are gone, whose articles' ids are free.
            prune: whether articles that it held before, and does not now, are deleted.
        """
        problems = list(extracted.problems)
        before = ledger.articles_of(self.library, found.uri)
        for article in extracted.articles:
            if self.following and ledger.kept_out(self.library, article.id):
                continue
            problem = self._consider(article, found, before, struck)
            problems += [problem] if problem else []
        clash = len(problems) > len(extracted.problems)
        left = missing(before, (article.id for article in extracted.articles))
        self.report.gone += len(left)
        if left and prune and not problems:
            self.batch.left.update(left)
            self.report.deleted += len(left)
        elif left or clash:
            revision = ""  # not settled: looked at again in the next run, changed or not
        self.report.problems += [f"{found.name}: {problem}" for problem in problems]
        self.report.notes += [f"{found.name}: {note}" for note in extracted.notes]
        self.batch.items.append(Item(found.uri, revision, tuple(problems)))

    def holder(self, article_id: str) -> str | None:
        """The item that an article is stored under, or is about to be."""
        if article_id in self.batch.left | self._embedded.left:
            return None
        return self._claimed.get(article_id) or ledger.owner(self.library, article_id)

    def _consider(
        self, article: Article, found: Found, before: dict[str, bytes], struck: Sequence[str]
    ) -> str | None:
        """Put an article into the batch unless it is stored as it is; why not, if its id is another's."""
        owner = self.holder(article.id)
        if owner not in (None, found.uri) and owner not in struck:
            return f"the id {article.id[:60]!r} is that of an article in {owner} already: left out"
        self._claimed[article.id] = found.uri
        self.batch.left.discard(article.id)
        mark = fingerprint(article)
        if before.get(article.id) == mark:
            self.report.same += 1
            return None
        if article.id in before or owner:
            self.report.changed += 1
        else:
            self.report.new += 1
        self._put(found.uri, article, mark)
        return None

    def again(self, article_id: str) -> None:
        """Put a stored article into the batch as it is."""
        article = self.library.articles([article_id])[article_id]
        self.report.changed += 1
        owner = ledger.owner(self.library, article_id) or ""
        self._put(owner, article, fingerprint(article))

    def _put(self, uri: str, article: Article, mark: bytes) -> None:
        on_the_web = uri.startswith("http")  # where papers print the same agency's reports
        cuts = self.twins.places(article) if on_the_web else []
        chunks = chunk(article, self.embedder.limit, self.embedder.lengths, cuts)
        if on_the_web:
            self.twins.wait(article, chunks)
        self.batch.articles.append((uri, mark, article, chunks))
        self.batch.chunks += len(chunks)
        if self.batch.chunks >= BATCH:
            self._embed()
            if on_the_web:  # what comes next may depend on what this brings
                self._store()

    def strike(self, uris: Sequence[str]) -> None:
        """Delete items that are gone, with all their articles."""
        self.flush()
        with self.library.transaction():
            follows.forget_pages(self.library, uris)
            self.report.deleted += ledger.strike(self.library, uris)

    def flush(self) -> None:
        """Embed and store what waits, and let the vectors follow."""
        self._embed()
        self._store()
        if self._pending:
            self._follow()

    def _embed(self) -> None:
        """Begin to embed what waits, and store meanwhile what was embedded before."""
        batch, self.batch = self.batch, _Batch()
        texts = batch.texts
        known = self.library.vectors(texts).keys() | set(self._embedded.new)
        batch.new = [key for key in texts if key not in known]
        if batch.new:
            wanted = [texts[key] for key in batch.new]
            batch.embedding = self._threads.submit(self.embedder.documents, wanted)
        self._store()
        self._embedded = batch

    def _store(self) -> None:
        """Store what was embedded last, in one transaction; after some, let the vectors follow."""
        batch, self._embedded = self._embedded, _Batch()
        vectors = self._vectors(batch)
        with self.library.transaction():
            for uri, mark, article, chunks in batch.articles:
                found = {c: vectors[c.key] for c, _ in chunks}
                self.library.store(article, found, uri=uri, fingerprint=mark)
                ledger.let_in(self.library, article.id)
            self.twins.stored()
            for article_id in batch.left:  # after what was stored: its vectors may serve that
                self.library.delete(article_id)
            for item in batch.items:
                ledger.note(self.library, item)
            follows.keep_pages(self.library, batch.pages)
            for follow in batch.follows:
                follows.keep_follow(self.library, follow)
        self.report.chunks += batch.chunks
        self._pending += batch.chunks
        if self._pending >= _FOLLOWED:
            self._follow()

    def _follow(self) -> None:
        """Let the vectors follow, unless the library is not to be searched yet."""
        if not self.library.get("unfinished"):
            self.sync()

    def _vectors(self, batch: _Batch) -> dict[bytes, NDArray[np.float32]]:
        """A vector for each chunk of a batch, by key: those of the library where it has them."""
        texts = batch.texts
        found = self.library.vectors(texts)
        if batch.embedding:
            found.update(zip(batch.new, batch.embedding.result(), strict=True))
        # What was deleted since it was found there.
        lost = [key for key in texts if key not in found]
        if lost:
            found.update(
                zip(lost, self.embedder.documents([texts[key] for key in lost]), strict=True)
            )
        self.report.embedded += len(batch.new) + len(lost)
        return found

    def sync(self) -> None:
        """Let the vectors follow; where they cannot, the library is complete all the same."""
        number, self._pending = self.library.number(), 0
        if number == self._followed:
            return
        try:
            self.vectors.sync(self.library)
            self._followed = number
        except VectorsError as error:
            if str(error) not in self.report.problems:
                self.report.problems.append(str(error))
