"""Pages that are added, and sources that are followed, for one server's library: the web alone."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot import told
from ingest.address import is_address
from ingest.following import follow as begin
from ingest.following import following, pull
from ingest.following import unfollow as end
from ingest.report import Progress, Report
from ingest.run import ingest
from retrieval.chain import Chain
from retrieval.errors import ClippingsError
from retrieval.library import Library, library_names

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger("clippings")
Tell = Callable[[Progress], None]
_LOOK = 60.0  # seconds between two looks at what is due


def add_url(chain: Chain, library: Library, url: str, tell: Tell) -> Report:
    """Read a page, a feed or a sitemap into the library, once.

    Raises:
        ClippingsError: it is no web address, or the library cannot be written.
    """
    _require_web(url)
    return ingest(
        library,
        [url],
        embedder=chain.embedder,
        vectors=chain.vectors,
        max_mb=chain.settings.max_file_mb,
        tell=tell,
    )


def follow(library: Library, url: str) -> None:
    """Read what a feed or a site brings from now on.

    Raises:
        ClippingsError: it cannot be followed.
    """
    _require_web(url)
    begin(library, url)


def unfollow(library: Library, url: str) -> None:
    """Follow a feed or a site no more; its articles stay.

    Raises:
        ClippingsError: it is not followed.
    """
    _require_web(url)
    if not end(library, url):
        raise ClippingsError(f"{url[:200]}: is not followed here")


async def keep_fresh(bot: "Bot") -> None:
    """Pull what is due in every library, again and again, until it is cancelled."""
    while True:
        await asyncio.sleep(_LOOK)
        for name in library_names(bot.settings.data):
            try:
                await bot.bridge.long(lambda name=name: _pull(bot.chain, name))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001 - one library's trouble stops no other
                log.warning("library %s could not be kept fresh: %s", name, told.reason(error))


def _pull(chain: Chain, name: str) -> None:
    library = chain.library(name)
    if following(library):
        pull(
            library,
            embedder=chain.embedder,
            vectors=chain.vectors,
            only_due=True,
            max_mb=chain.settings.max_file_mb,
        )


def _require_web(url: str) -> None:
    """People in Discord name pages, never the folders of this machine."""
    if not is_address(url):
        raise ClippingsError(f"{url[:200]}: is no web address: it begins with https://")
