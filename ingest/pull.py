"""A pull: visits to many sources at once, and what they bring stored as it comes."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from ingest import ahead, follows
from ingest.article import Extracted
from ingest.fetching import Fetcher
from ingest.follows import DAY, Follow
from ingest.report import Enough, Progress
from ingest.storing import Run
from ingest.visit import Step, Visited, World, visit
from retrieval import ledger
from retrieval.errors import ItemError
from retrieval.ledger import Item

_AT_ONCE = 8  # sources that are visited at the same time


class _Pull:
    """One pull into one run. What is gone is believed when its source was read to the end."""

    def __init__(self, run: Run, world: World) -> None:
        self._run, self._world = run, world
        self._gone: defaultdict[str, list[str]] = defaultdict(list)

    def visit(self, sources: Sequence[Follow], tell: Callable[[Progress], None]) -> None:
        """Visit them all, and store what they bring, also where `tell` raises `Enough`."""
        try:
            self._visit(sources, tell)
        except Enough:
            self._run.flush()
            raise
        if not self._run.batch.empty:
            self._run.flush()

    def _visit(self, sources: Sequence[Follow], tell: Callable[[Progress], None]) -> None:
        jobs = [partial(_job, follow, self._world) for follow in sources]
        done = 0
        for result in ahead.gathered(jobs, _AT_ONCE):
            if isinstance(result, Step):
                self._step(result)
                tell(Progress(done, len(sources), result.found.name))
            elif isinstance(result, Visited):
                done += 1
                self._visited(result)
                tell(Progress(done, len(sources), result.follow.address))
            elif self._run.batch.chunks:  # nothing waits: time to embed what is there
                self._run.flush()

    def _step(self, step: Step) -> None:
        """Take in what came of one page."""
        run, found, known = self._run, step.found, step.known
        if isinstance(step.outcome, ItemError):
            run.failed(found, step.outcome)
        elif isinstance(step.outcome, Extracted):
            known = replace(known, same=self._shared(step, step.outcome))
            if known.same:
                step.outcome.articles = []
            run.read(found, found.revision, step.outcome, (), prune=step.single)
        else:
            run.batch.items.append(Item(found.uri, found.revision))
            run.report.same += len(ledger.articles_of(run.library, found.uri))
        run.batch.pages.append(known)
        if known.missing:
            self._missing(step)

    def _shared(self, step: Step, extracted: Extracted) -> str:
        """The item that has this page's article already, under another of its addresses."""
        if not step.single:
            return ""
        article, uri = extracted.articles[0], step.found.uri
        holder = self._run.holder(article.id)
        if holder is None and not ledger.articles_of(self._run.library, uri):
            twin = self._run.twins.same(article)
            holder = self._run.holder(twin) if twin else None
        return holder if holder and holder != uri else ""

    def _missing(self, step: Step) -> None:
        held = len(ledger.articles_of(self._run.library, step.found.uri))
        self._run.report.gone += held
        self._run.report.same -= held
        if self._world.now() - step.known.missing >= DAY:
            self._gone[step.known.follow].append(step.found.uri)

    def _visited(self, visited: Visited) -> None:
        """A source is through: keep its state with what it brought, and believe what is gone."""
        run, follow = self._run, visited.follow
        run.batch.follows.append(follow)
        run.report.notes += [f"{follow.address}: {note}" for note in visited.notes]
        if follow.error:
            run.report.problems.append(f"{follow.address}: {follow.error}")
        for uri in visited.same:
            run.report.same += len(ledger.articles_of(run.library, uri))
        gone = self._gone.pop(follow.address, [])
        if not gone or not visited.listed:
            return
        known = sum(page.follow == follow.address for page in self._world.pages.values())
        if len(gone) > max(1, known // 2):
            run.report.problems.append(
                f"{follow.address}: {len(gone)} of its {known} pages are gone at once: "
                "nothing was deleted"
            )
        else:
            run.strike(gone)


def _job(follow: Follow, world: World, give: Callable[[Step | Visited], None]) -> None:
    visit(follow, world, give)


def pull_from(
    run: Run,
    sources: Sequence[Follow],
    fetcher: Fetcher,
    tell: Callable[[Progress], None],
    now: Callable[[], float],
) -> None:
    """Visit web sources, followed or not, and store what is new and changed."""
    asked = fetcher.requests.total()
    fetcher.robots = follows.known_robots(run.library) | fetcher.robots
    before = dict(fetcher.robots)
    items = ledger.known_items(run.library)
    if not run.following:  # what people took out and add again is asked for, changed or not
        for uri in ledger.items_kept_out(run.library) & items.keys():
            items[uri] = replace(items[uri], revision="")
    world = World(
        fetcher,
        frozenset(follow.address for follow in follows.all_follows(run.library)),
        items,
        follows.all_pages(run.library),
        now,
    )
    try:
        _Pull(run, world).visit(sources, tell)
    finally:
        run.report.requests += fetcher.requests.total() - asked
        new = {k: it for k, it in fetcher.robots.items() if before.get(k) != it}
        if new:
            with run.library.transaction():
                follows.keep_robots(run.library, new)
