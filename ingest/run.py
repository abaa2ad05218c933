"""The pipeline: discover, plan, fetch, extract, chunk, embed, store, sync. One bad item never stops it."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ingest import ahead
from ingest.address import is_address
from ingest.alone import alone
from ingest.article import Extracted
from ingest.extract import extract
from ingest.follows import Follow
from ingest.plan import make_plan
from ingest.report import Progress, Report
from ingest.sources import Found, Source, sources_for
from ingest.storing import Run
from retrieval import ledger
from retrieval.embedder import Embedder
from retrieval.errors import ItemError
from retrieval.library import Library
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from ingest.fetching import Fetcher

MAX_MB = 100
Tell = Callable[[Progress], None]


def take(run: Run, source: Source, tell: Tell, *, prune: bool) -> list[str]:
    """Everything of one source; returns what was wrong with the whole of it, in lines for people."""
    listing = source.discover()
    plan = make_plan(listing, ledger.known_items(run.library))
    run.report.skipped += listing.skipped
    run.report.problems += listing.problems
    for item, name in plan.same:
        run.report.same += len(ledger.articles_of(run.library, item.uri))
        run.report.problems += [f"{name}: {problem}" for problem in item.problems]
    for done, (found, outcome) in enumerate(ahead.each(plan.read, lambda it: _read(source, it))):
        tell(Progress(done, len(plan.read), found.name))
        if isinstance(outcome, ItemError):
            run.failed(found, outcome)
        else:
            run.read(found, *outcome, plan.gone, prune=prune)
    tell(Progress(len(plan.read), len(plan.read), ""))
    run.flush()
    problems = [f"{listing.root}: {plan.problem}"] if plan.problem else []
    run.report.problems += problems
    run.report.gone += sum(len(ledger.articles_of(run.library, uri)) for uri in plan.gone)
    if prune and plan.deletable and plan.gone:
        run.strike(plan.gone)
    return problems if listing.complete else listing.problems + problems


def hold(library: Library, embedder: Embedder) -> None:
    """Make sure that the library's vectors are this embedder's; a new one does not know yet.

    Raises:
        EmbedderDiffers: the library was embedded by another model.
    """
    library.require(embedder.identity)
    with library.transaction():
        library.put("embedder", embedder.identity)


def from_web(
    run: Run,
    sources: Sequence[Follow],
    fetcher: "Fetcher | None",
    max_mb: int,
    tell: Tell,
    now: Callable[[], float] = time.time,
) -> None:
    """Everything of web sources; without any, nothing that speaks to the web is imported."""
    if sources:
        from ingest.fetching import Fetcher
        from ingest.pull import pull_from

        pull_from(run, sources, fetcher or Fetcher(max_mb=max_mb), tell, now)


def _read(source: Source, found: Found) -> tuple[str, Extracted] | ItemError:
    """An item's revision and what it holds, or why it cannot be read."""
    try:
        data, revision, _ = source.fetch(found)
        return revision, extract(data, found.kind, found.uri)
    except ItemError as error:
        return error


def ingest(
    library: Library,
    paths: Sequence[str],
    *,
    embedder: Embedder,
    vectors: Vectors,
    prune: bool = False,
    max_mb: int = MAX_MB,
    fetcher: "Fetcher | None" = None,
    tell: Tell = lambda _: None,
) -> Report:
    """Read files, folders and web addresses; only what is new or changed is read and embedded.

    Args:
        library: that the articles go into.
        paths: files, folders, and addresses of pages, feeds and sitemaps.
        embedder: of the library's chunks.
        vectors: that follow the library.
        prune: delete articles that their file or folder no longer has, where it can be believed.
        max_mb: a larger file or page is refused.
        fetcher: asks servers; unless given, one that reaches the public internet alone.
        tell: is told how far it is.

    Raises:
        EmbedderDiffers: the library was embedded by another model.
        LibraryError: the library cannot be written; what was stored before stays.
    """
    started = time.monotonic()
    with alone(library):
        hold(library, embedder)
        run = Run(library, embedder, vectors)
        for source in sources_for([it for it in paths if not is_address(it)], max_mb):
            take(run, source, tell, prune=prune)
        run.flush()
        from_web(run, [Follow(it) for it in paths if is_address(it)], fetcher, max_mb, tell)
        run.sync()
    run.report.seconds = time.monotonic() - started
    return run.report


def reembed(
    library: Library,
    *,
    embedder: Embedder,
    vectors: Vectors,
    tell: Tell = lambda _: None,
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
        run = Run(library, embedder, vectors)
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
