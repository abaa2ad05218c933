"""Adding and following pages. Nothing fetches pages in this version: each of these says so."""

from collections.abc import Callable
from typing import NoReturn

from ingest.report import Progress, Report
from retrieval.chain import Chain
from retrieval.errors import ClippingsError
from retrieval.library import Library

Tell = Callable[[Progress], None]


def add_url(chain: Chain, library: Library, url: str, tell: Tell) -> Report:
    """Read a page into the library.

    Raises:
        ClippingsError: it cannot be read.
    """
    _ = chain, library, tell
    _cannot(url)


def follow(library: Library, url: str) -> None:
    """Read what a feed or a site brings from now on.

    Raises:
        ClippingsError: it cannot be followed.
    """
    _ = library
    _cannot(url)


def unfollow(library: Library, url: str) -> None:
    """Follow a feed or a site no more; its articles stay.

    Raises:
        ClippingsError: it is not followed.
    """
    _ = library
    _cannot(url)


def _cannot(url: str) -> NoReturn:
    raise ClippingsError(
        f"{url[:200]}: pages cannot be fetched in this version: save the page and add it with "
        "/library add file"
    )
