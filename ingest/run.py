"""The pipeline: discover, plan, fetch, extract, chunk, embed, store, sync. One bad item never stops it.

Everything that one item brings is noted in the ledger only when all of it is stored, so a run that
was killed anywhere is made good by the next.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.alone import alone
from ingest.chunk import chunk
from ingest.extract import extract
from ingest.plan import Plan, fingerprint, make_plan, missing
from ingest.report import Progress, Report
from ingest.sources import Found, Source, sources_for
from retrieval import ledger
from retrieval.embedder import Embedder
from retrieval.errors import ItemError, VectorsError
from retrieval.ledger import Item
from retrieval.library import Library
from retrieval.types import Article, Chunk
from retrieval.vectors import Vectors

_BATCH = 256  # chunks embedded and stored together
_MAX_MB = 100


@dataclass(slots=True)
class _Batch:
    """What waits to be embedded and stored: articles with their chunks, and items they complete."""

    articles: list[tuple[str, Article, list[tuple[Chunk, str]]]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    chunks: int = 0


class _Run:
    """One run over one library."""

    def __init__(self, library: Library, embedder: Embedder, vectors: Vectors) -> None:
        self.library, self.embedder, self.vectors = library, embedder, vectors
        self.report, self.batch = Report(), _Batch()
        self.claimed: dict[str, str] = {}  # article id: the item that brought it in this run

    def take(self, source: Source, tell: Callable[[Progress], None], *, prune: bool) -> None:
        """Everything of one source."""
        listing = source.discover()
        known = ledger.known_items(self.library)
        plan = make_plan(listing, known)
        self.report.skipped += listing.skipped
        self.report.problems += listing.problems
        for item, name in plan.same:
            self.report.same += len(ledger.articles_of(self.library, item.uri))
            self.report.problems += [f"{name}: {problem}" for problem in item.problems]
        for done, found in enumerate(plan.read):
            tell(Progress(done, len(plan.read), found.name))
            self._read(source, found, plan, prune=prune)
        tell(Progress(len(plan.read), len(plan.read), ""))
        self.flush()
        if plan.problem:
            self.report.problems.append(f"{listing.root}: {plan.problem}")
        self._gone(plan, prune=prune)

    def _read(self, source: Source, found: Found, plan: Plan, *, prune: bool) -> None:
        try:
            data, revision = source.fetch(found)
            extracted = extract(data, found.kind, found.uri)
        except ItemError as error:
            self.report.problems.append(f"{found.name}: {error}")
            self.batch.items.append(Item(found.uri, "", (str(error),)))
            return
        problems = list(extracted.problems)
        before = ledger.articles_of(self.library, found.uri)
        for article in extracted.articles:
            self._consider(article, found, before, plan, problems)
        clash = len(problems) > len(extracted.problems)
        left = missing(before, (article.id for article in extracted.articles))
        self.report.gone += len(left)
        if left and prune and not problems:
            self._delete(left)
        elif left or clash:
            revision = ""  # not settled: looked at again in the next run, changed or not
        self.report.problems += [f"{found.name}: {problem}" for problem in problems]
        self.report.notes += [f"{found.name}: {note}" for note in extracted.notes]
        self.batch.items.append(Item(found.uri, revision, tuple(problems)))

    def _consider(
        self,
        article: Article,
        found: Found,
        before: dict[str, bytes],
        plan: Plan,
        problems: list[str],
    ) -> None:
        """Put an article into the batch unless it is stored as it is, or its id is another's."""
        owner = self.claimed.get(article.id) or ledger.owner(self.library, article.id)
        if owner not in (None, found.uri) and owner not in plan.gone:
            problems.append(
                f"the id {article.id[:60]!r} is that of an article in {owner} already: left out"
            )
            return
        self.claimed[article.id] = found.uri
        if before.get(article.id) == fingerprint(article):
            self.report.same += 1
            return
        if article.id in before or owner:
            self.report.changed += 1
        else:
            self.report.new += 1
        self._put(found.uri, article)

    def again(self, article_id: str) -> None:
        """Put a stored article into the batch as it is."""
        article = self.library.articles([article_id])[article_id]
        self.report.changed += 1
        self._put(ledger.owner(self.library, article_id) or "", article)

    def _put(self, uri: str, article: Article) -> None:
        chunks = chunk(article, self.embedder.limit, self.embedder.lengths)
        self.batch.articles.append((uri, article, chunks))
        self.batch.chunks += len(chunks)
        if self.batch.chunks >= _BATCH:
            self.flush()

    def _delete(self, left: Sequence[str]) -> None:
        """Delete articles that their item held before and does not hold now."""
        with self.library.transaction():
            for article_id in left:
                self.library.delete(article_id)
        self.report.deleted += len(left)

    def _gone(self, plan: Plan, *, prune: bool) -> None:
        """Items that are known and no longer listed."""
        self.report.gone += sum(len(ledger.articles_of(self.library, uri)) for uri in plan.gone)
        if prune and plan.deletable and plan.gone:
            with self.library.transaction():
                self.report.deleted += ledger.strike(self.library, plan.gone)

    def flush(self) -> None:
        """Embed and store what waits, in one transaction; then let the vectors follow."""
        batch, self.batch = self.batch, _Batch()
        vectors = self._vectors({c.key: text for *_, cs in batch.articles for c, text in cs})
        with self.library.transaction():
            for uri, article, chunks in batch.articles:
                self.library.store(
                    article,
                    {c: vectors[c.key] for c, _ in chunks},
                    uri=uri,
                    fingerprint=fingerprint(article),
                )
            for item in batch.items:
                ledger.note(self.library, item)
        self.report.chunks += batch.chunks
        if batch.chunks and not self.library.get("unfinished"):
            self.sync()

    def _vectors(self, texts: dict[bytes, str]) -> dict[bytes, NDArray[np.float32]]:
        """A vector for each text, by key: those of the library where it has them."""
        known = self.library.vectors(texts)
        new = [key for key in texts if key not in known]
        if new:
            fresh = self.embedder.documents([texts[key] for key in new])
            known.update(zip(new, fresh, strict=True))
            self.report.embedded += len(new)
        return known

    def sync(self) -> None:
        """Let the vectors follow; where they cannot, the library is complete all the same."""
        try:
            self.vectors.sync(self.library)
        except VectorsError as error:
            if str(error) not in self.report.problems:
                self.report.problems.append(str(error))


def ingest(
    library: Library,
    paths: Sequence[str],
    *,
    embedder: Embedder,
    vectors: Vectors,
    prune: bool = False,
    max_mb: int = _MAX_MB,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Read files and folders into a library; only what is new or changed is read and embedded.

    With `prune`, articles that their source no longer has are deleted, where it can be believed.

    Raises:
        EmbedderDiffers: the library was embedded by another model.
        LibraryError: the library cannot be written; what was stored before stays.
    """
    started = time.monotonic()
    with alone(library):
        library.require(embedder.identity)
        with library.transaction():  # a new library does not know yet whose vectors it holds
            library.put("embedder", embedder.identity)
        run = _Run(library, embedder, vectors)
        for source in sources_for(paths, max_mb):
            run.take(source, tell, prune=prune)
        run.flush()
        run.sync()
    run.report.seconds = time.monotonic() - started
    return run.report


def reembed(
    library: Library,
    *,
    embedder: Embedder,
    vectors: Vectors,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Chunk and embed every article anew for this embedder; what it has embedded before is kept.

    Until it is finished, the library refuses to open for questions; run again, it goes on.

    Raises:
        LibraryError: the library cannot be written.
    """
    started = time.monotonic()
    with alone(library):
        with library.transaction():
            library.put("embedder", embedder.identity)
            library.put("unfinished", "yes")
        run = _Run(library, embedder, vectors)
        listing = library.listing()
        for done, entry in enumerate(listing):
            tell(Progress(done, len(listing), entry.title))
            run.again(entry.id)
        run.flush()
        with library.transaction():
            library.put("unfinished", "")
            library.execute("DELETE FROM vectors WHERE embedder <> ?", (embedder.identity,))
        tell(Progress(len(listing), len(listing), ""))
        run.sync()
    run.report.seconds = time.monotonic() - started
    return run.report
