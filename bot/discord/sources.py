"""Pages that are added, and sources that are followed, for one server's library: the web alone."""

import asyncio
import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot import told
from bot.discord.access import own_library
from bot.discord.shelf import Added, Tell, opened, read
from bot.settings import OWN
from ingest.address import is_address, tidy
from ingest.following import follow as begin
from ingest.following import following, pull
from ingest.following import unfollow as end
from ingest.report import Enough, Progress
from retrieval import ledger
from retrieval.chain import Chain
from retrieval.errors import ClippingsError, ItemError
from retrieval.library import library_names

if TYPE_CHECKING:
    from bot.discord.client import Bot
    from ingest.fetching import Fetcher

log = logging.getLogger("clippings")
_LOOK = 60.0  # seconds between two looks at what is due
_TURN = 120.0  # seconds of a library's pull, until others that wait have theirs
_PAGE_MB = (
    10  # of what people on servers name: to extract one that large keeps the loop for a second
)


def add_url(chain: Chain, server: int, url: str, tell: Tell) -> Added:
    """Read a page, a feed or a sitemap into the server's library, once.

    Raises:
        ClippingsError: it is no web address, or the library cannot be written.
    """
    _require_web(url)
    library = chain.library(own_library(server), create=True)
    before = {article.id for article in library.listing()}
    report = read(chain, library, url, tell, _fetcher(chain, library.name))
    new = [article.id for article in library.listing() if article.id not in before]
    uris = list(dict.fromkeys(uri for name in new if (uri := ledger.owner(library, name))))
    articles = list(library.articles(new).values())
    return Added(articles, uris, report.problems, report.changed, report.same)


def follow(chain: Chain, server: int, url: str) -> None:
    """Read what a feed or a site brings from now on; it is asked for now, to tell what is wrong.

    Raises:
        ClippingsError: it cannot be followed, or is not to be had.
    """
    _require_web(url)
    try:
        page = _fetcher(chain, own_library(server)).get(tidy(url))
    except ItemError as error:
        raise ItemError(f"{url[:200]}: {error}") from error
    if page.status != HTTPStatus.OK:
        raise ItemError(f"{url[:200]}: the server answers {page.status}")
    begin(chain.library(own_library(server), create=True), url)


def unfollow(chain: Chain, server: int, url: str) -> None:
    """Follow a feed or a site no more; its articles stay.

    Raises:
        ClippingsError: it is not followed.
    """
    _require_web(url)
    library = opened(chain, server)
    if library is None or not end(library, url):
        raise ClippingsError(f"{url[:200]}: is not followed here")


async def keep_fresh(bot: "Bot") -> None:
    """Pull what is due in every library, again and again, until it is cancelled."""
    at_work: set[str] = set()
    async with asyncio.TaskGroup() as tasks:
        while True:
            await asyncio.sleep(_LOOK)
            for name in await bot.bridge.quick(lambda: library_names(bot.settings.data)):
                if name not in at_work:
                    at_work.add(name)
                    tasks.create_task(_keep_fresh(bot, name, at_work))


async def _keep_fresh(bot: "Bot", name: str, at_work: set[str]) -> None:
    """One pull of one library, in its turn."""

    def wanted() -> bool:
        return any(own_library(server) == name for server, _ in list(bot.running.values()))

    try:
        await bot.bridge.aside(lambda: _pull(bot.chain, name, wanted), name)
    except Enough:
        log.debug("library %s: the rest of what is due is read in the next turn", name)
    except Exception as error:  # noqa: BLE001 - one library's trouble stops no other
        log.warning("library %s could not be kept fresh: %s", name, told.reason(error))
    finally:
        at_work.discard(name)


def _pull(chain: Chain, name: str, wanted: Callable[[], bool] = lambda: False) -> None:
    """What is due in a library, until its turn is over or a person wants to add to it.

    Raises:
        Enough: not all of it was read.
    """
    until = time.monotonic() + _TURN

    def tell(_: Progress) -> None:
        if time.monotonic() > until or wanted():
            raise Enough

    library = chain.library(name)
    if following(library):
        pull(
            library,
            embedder=chain.embedder,
            vectors=chain.vectors,
            only_due=True,
            max_mb=chain.settings.max_file_mb,
            fetcher=_fetcher(chain, name),
            tell=tell,
        )


def _fetcher(chain: Chain, library: str) -> "Fetcher":
    """Asks for pages: those of a server's library may be no larger than the loop can bear."""
    from ingest.fetching import Fetcher

    most = chain.settings.max_file_mb
    if not library.startswith(OWN) or most <= _PAGE_MB:
        return Fetcher(max_mb=most)
    return Fetcher(max_mb=_PAGE_MB, limit="the most that a page in Discord may have")


def _require_web(url: str) -> None:
    """People in Discord name pages, never the folders of this machine."""
    if not is_address(url):
        raise ClippingsError(f"{url[:200]}: is no web address: it begins with https://")
