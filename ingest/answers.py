"""What a server answers, read within limits: a page, or a plain line why there is none."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Protocol

from ingest.address import Refused
from ingest.kinds import kind_of
from retrieval.errors import ItemError

_PIECE = 65_536  # bytes read at once
_ENCODINGS = {"", "identity", "gzip", "x-gzip"}  # one layer of what was asked for
_ROBOTS_BYTES = 500_000  # RFC 9309, section 2.5, asks readers to take at least 500 KiB
_LONGEST_WAIT = 7 * 86_400.0  # seconds: a server that asks for more is asked after a week
_MB = 1_000_000


class TooLarge(Refused):
    """It is larger than may be read."""


class Unreachable(ItemError):  # noqa: N818 - reads as what it says
    """It may go better another time: not before `after` seconds where the server says so."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered: 200, 304, 404 or 410; `address` is where it was found at last.

    `kind` is one that `kinds` names; `etag` and `modified` are to be given back next time.
    """

    status: int
    address: str
    data: bytes = b""
    kind: str = ""
    etag: str = ""
    modified: str = ""


class Answer(Protocol):
    """What is used of an HTTP response."""

    status: int

    @property
    def headers(self) -> Mapping[str, str]:
        """By name, whatever its case."""

    def stream(self, amt: int, decode_content: bool) -> Iterator[bytes]:
        """The body in pieces, unpacked."""


def read(answer: Answer, address: str, most: int, in_time: Callable[[], None]) -> Page:
    """The answer as a page; `in_time` is called between pieces and raises when time is up.

    Args:
        answer: status and headers of it are known, its body is still to come.
        address: that was asked.
        most: bytes that its body may have, unpacked.
        in_time: raises Unreachable when the request's time is up.

    Raises:
        Refused: its size or its kind is none that is read.
        Unreachable: the server answers with an error.
    """
    status, headers = answer.status, answer.headers
    if status in {HTTPStatus.NOT_MODIFIED, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Page(status, address, etag=headers.get("ETag", ""))
    if status != HTTPStatus.OK:
        raise Unreachable(_error(status), _seconds(headers.get("Retry-After", "")))
    kind = kind_of(headers.get("Content-Type", ""), address)
    if not kind:
        said = "".join(c for c in headers.get("Content-Type", "") if c.isprintable())[:60]
        raise Refused(f"is of a type that cannot be read ({said or 'not named'})")
    data = body(answer, most, in_time)
    if not data:
        raise Unreachable("its answer is empty")
    etag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
    return Page(status, address, data, kind, etag, modified)


def read_robots(answer: Answer, address: str, in_time: Callable[[], None]) -> Page:
    """A robots.txt: its text, or an empty one where the site has none.

    Raises:
        Unreachable: whether the site has one cannot be told now.
    """
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == 429:  # noqa: PLR2004
        raise Unreachable(f"the site's robots.txt cannot be read (error {answer.status})")
    if answer.status != HTTPStatus.OK:
        return Page(answer.status, address)
    return Page(answer.status, address, body(answer, _ROBOTS_BYTES, in_time))


def body(answer: Answer, most: int, in_time: Callable[[], None]) -> bytes:
    """The unpacked body.

    Raises:
        TooLarge: it is longer than `most` bytes.
        Refused: it is packed as was not asked for.
    """
    told = answer.headers.get("Content-Length", "")
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise Refused("is packed in a way that was not asked for")
    if told.isdecimal() and len(told) < 20 and int(told) > most:  # noqa: PLR2004 - digits
        raise TooLarge(_too_large(most))
    pieces, size = [], 0
    for piece in answer.stream(_PIECE, decode_content=True):
        in_time()
        size += len(piece)
        if size > most:
            raise TooLarge(_too_large(most))
        pieces.append(piece)
    in_time()
    return b"".join(pieces)


def _too_large(most: int) -> str:
    return f"is larger than {most / _MB:.3g} MB"


def _error(status: int) -> str:
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    return f"the server answers {status}{phrase}"


def _seconds(said: str) -> float:
    """A `Retry-After`, in seconds from now; 0 where it says nothing that can be used."""
    seconds = 0.0
    if said.strip().isdecimal():
        seconds = float(said.strip()[:9])
    else:
        with suppress(ValueError, TypeError, OverflowError, IndexError):
            seconds = parsedate_to_datetime(said).timestamp() - time.time()
    return min(max(seconds, 0.0), _LONGEST_WAIT)
