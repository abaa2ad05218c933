"""One followed source, from its listing to its last page: what a thread does while others do theirs."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import urlsplit

from ingest import follows
from ingest.address import Refused, canonical, tidy
from ingest.answers import Page, Unreachable
from ingest.article import Extracted, id_of
from ingest.extract import extract
from ingest.fetching import Fetcher
from ingest.follows import Follow, Known
from ingest.plan import make_plan
from ingest.sources import Fetched, Found, Listing, Source
from ingest.web import Urls, source_of
from retrieval.errors import ItemError
from retrieval.ledger import Item

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_SEVERAL = {".jsonl", ".json", ".zip"}  # kinds that hold several articles
_PATIENCE = 3  # pages in a row that cannot be reached: the whole site is out


@dataclass(frozen=True, slots=True)
class Step:
    """One page, and what came of it: its articles, why there are none, or None where all is as before.

    `single` tells whether it holds one article, which its address names.
    """

    found: Found
    known: Known
    outcome: Extracted | ItemError | None
    single: bool = True


@dataclass(frozen=True, slots=True)
class Visited:
    """A source that was visited: its state now, and lines for people.

    `listed` tells whether it answered and all that it lists was looked at; `same` are the items
    that are as before.
    """

    before: Follow
    follow: Follow
    listed: bool
    same: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class World:
    """What all visits of one pull share; what the library knew before it."""

    fetcher: Fetcher
    followed: frozenset[str]
    items: Mapping[str, Item]
    pages: Mapping[str, Known]
    now: Callable[[], float]
    claimed: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, uri: str) -> bool:
        """Whether nobody else looks at this page in this pull."""
        with self.lock:
            new = uri not in self.claimed
            self.claimed.add(uri)
            return new

    def conditional(self) -> dict[str, Known]:
        """The pages that were read well, and need not be sent again while they are as they were."""
        return {uri: it for uri, it in self.pages.items() if self._settled(uri)}

    def _settled(self, uri: str) -> bool:
        item = self.items.get(uri)
        return bool(item and item.revision and not item.problems)


Give = Callable[[Step | Visited], None]


def visit(follow: Follow, world: World, give: Give) -> None:
    """Ask a source what there is, then each page that is new, changed, or due to be looked at."""
    now = world.now()
    try:
        page = world.fetcher.get(follow.address, etag=follow.etag, modified=follow.modified)
        source, listing, note = _listing(follow, page, world)
        own = _own(follow, page, world)
        if page.status in _GONE and own is None:
            msg = f"the server answers {page.status}: there is nothing at this address"
            raise Unreachable(msg)
    except ItemError as error:
        after = error.after if isinstance(error, Unreachable) else 0.0
        after = follows.DAY if isinstance(error, Refused) else after
        give(Visited(follow, follows.failed(follow, now, str(error), after), listed=False))
        return
    same, due = _due(listing, world, follow)
    if own:
        _step(source, own, page, world, follow, give)
    trouble = _pages(source, due, world, follow, give)
    if trouble:
        give(
            Visited(follow, follows.failed(follow, now, str(trouble), trouble.after), listed=False)
        )
        return
    etag, modified = (page.etag or follow.etag, page.modified or follow.modified)
    pace = listing.pace if page.data else follow.pace
    well = follows.succeeded(follow, now, pace=pace, etag=etag, modified=modified)
    notes = tuple(line for line in (note, *listing.notes) if line)
    give(Visited(follow, well, listed=True, same=same, notes=notes))


def _listing(follow: Follow, page: Page, world: World) -> tuple[Source, Listing, str]:
    """What the source lists now: nothing where it is as it was."""
    known = world.conditional()
    if not page.data:
        return Urls([], world.fetcher, known), Listing(follow.address), ""
    source, note = source_of(follow.address, page, world.fetcher, known, follow.succeeded)
    return source, source.discover(), note


def _own(follow: Follow, page: Page, world: World) -> Found | None:
    """The source itself as an item, where it is a page that was not sent again, or is gone."""
    uri = tidy(follow.address)
    if page.data or uri not in world.pages or not world.claim(uri):
        return None
    return Found(uri, uri, "", world.items[uri].revision if uri in world.items else "")


def _due(listing: Listing, world: World, follow: Follow) -> tuple[tuple[str, ...], list[Found]]:
    """The items that are as before, and the pages to ask for: new, changed, or due by their age."""
    plan = make_plan(listing, world.items)
    now = world.now()
    due = [it for it in plan.read if not _waits(world.pages.get(it.uri), now)]
    listed = {it.uri for it in due}
    for uri, known in world.pages.items():
        if known.follow == follow.address and known.next <= now and uri not in listed:
            item = world.items.get(uri)
            due.append(Found(uri, uri, "", item.revision if item else ""))
    due = [it for it in due if world.claim(it.uri)]
    asked = {it.uri for it in due}
    return tuple(item.uri for item, _ in plan.same if item.uri not in asked), due


def _waits(known: Known | None, now: float) -> bool:
    """Whether a page failed a while ago and is not to be asked for yet."""
    return known is not None and known.failures > 0 and known.next > now


def _pages(
    source: Source, due: list[Found], world: World, follow: Follow, give: Give
) -> Unreachable | None:
    """Ask for each page; stops where the site wants a rest, or does not answer any more."""
    in_a_row = 0
    for number, found in enumerate(due, start=1):
        trouble = _step(source, found, None, world, follow, give)
        in_a_row = in_a_row + 1 if trouble else 0
        rest = len(due) - number
        if trouble and rest and (trouble.after or in_a_row >= _PATIENCE):
            return Unreachable(f"{trouble}; {rest} of its pages are left for later", trouble.after)
    return None


def _step(
    source: Source, found: Found, answered: Page | None, world: World, follow: Follow, give: Give
) -> Unreachable | None:
    """One page from its request to its articles; returns what kept it from being reached."""
    known = world.pages.get(found.uri, Known(found.uri, follow.address))
    if known.follow not in world.followed:
        known = replace(known, follow=follow.address)
    now = world.now()
    try:
        got = Fetched(b"", found.revision, answered) if answered else source.fetch(found)
        page = got.page
        if page is None or page.status == HTTPStatus.NOT_MODIFIED:
            known = follows.there(known, now, known.etag, known.modified)
            give(Step(found, known, None))
        elif page.status in _GONE:
            first = not known.first
            known = follows.gone(known, now)
            error = ItemError(f"the server answers {page.status}") if first else None
            give(Step(found, known, error))
        else:
            known = follows.there(known, now, page.etag, page.modified)
            found = replace(found, revision=got.revision)
            give(Step(found, known, articles(page, found), page.kind not in _SEVERAL))
    except Unreachable as error:
        give(Step(found, follows.unreached(known, now, error.after), error))
        return error
    except ItemError as error:
        after = follows.DAY if isinstance(error, Refused) else 0.0
        give(Step(found, follows.unreached(known, now, after), error))
    return None


def articles(page: Page, found: Found) -> Extracted:
    """The articles of a page; one that stands alone is known by the address it says is its own.

    Raises:
        ItemError: there is none in it.
    """
    kind = page.kind if page.kind != ".xml" else ".html"
    try:
        extracted = extract(page.data, kind, found.uri)
    except ItemError:
        raise
    except Exception as error:  # one page that nobody foresaw must not end every pull to come
        raise ItemError(f"cannot be read ({type(error).__name__}; this is a bug)") from error
    if kind not in _SEVERAL:
        [article] = extracted.articles
        own = canonical(tidy(page.address), article.url)
        site = urlsplit(own).hostname or ""
        source = article.source or site.removeprefix("www.")
        extracted.articles = [replace(article, id=id_of(own), url=own, source=source)]
    return extracted
