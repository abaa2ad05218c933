"""The only file that opens network connections; the guard that every request passes lives here.

Addresses come from people and from pages, so none is trusted: each one, and each that a redirect
leads to, is resolved here, every IP address that it resolves to must be public, and the connection
goes to the very address that was checked.
"""

import http.client
import socket
import ssl
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from ingest import answers
from ingest.address import Refused, ascii_host, origin, parts, port_of, public, target
from ingest.answers import Page, Unreachable
from ingest.robots import Robots

_AGENT = "clippings"
_CONNECT = 10.0  # seconds until a connection must stand, and between two signs of life
_REDIRECTS = 5
_ROBOTS_LIFE = 86_400.0  # seconds; RFC 9309, section 2.4
_PATIENCE = 30.0  # seconds: a robots.txt that asks for longer pauses gets these
_TRIED = 3  # addresses of one host
_MOVED = {301, 302, 303, 307, 308}


@dataclass(slots=True)
class _Host:
    """One host: a connection at a time, with the pause that its robots.txt asks for."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    last: float | None = None  # when it last answered, by the monotonic clock


def resolve(host: str, port: int) -> list[str]:
    """Every IP address of a host, by the system's resolver.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Fetcher:
    """Asks servers for pages, politely and on guard. Safe to use from several threads.

    `requests` counts what was sent, by host, robots.txt included; `robots` is what is known of each
    origin's robots.txt, to be kept between runs.

    Args:
        max_mb: of one body, unpacked.
        limit: what sets `max_mb`, told with a page that is larger.
        seconds: that one request may take, from the connection to the last byte.
        resolver: gives a host's IP addresses; tests give one of their own.
        allowed: tells whether an IP address may be connected to; tests allow loopback here.
        tls: what servers' certificates are held against.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        *,
        max_mb: float = 100,
        limit: str = "CLIPPINGS_MAX_FILE_MB",
        seconds: float = 60.0,
        resolver: Callable[[str, int], Sequence[str]] = resolve,
        allowed: Callable[[str], bool] = public,
        tls: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most, self._seconds, self._limit = int(max_mb * 1_000_000), seconds, limit
        self._resolver, self._allowed, self._tls, self._sleep = resolver, allowed, tls, sleep
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._agent = f"{_AGENT}/{_version()} (reads news for its owner; obeys robots.txt)"
        self.requests: Counter[str] = Counter()
        self.robots: dict[str, Robots] = {}

    def get(self, address: str, *, etag: str = "", modified: str = "") -> Page:
        """Ask for a page; with `etag` or `modified` of an earlier answer, only if it changed.

        Raises:
            Refused: the guard, or the site's robots.txt, does not let it through.
            Unreachable: the server cannot be reached or answers with an error.
        """
        condition = {"If-None-Match": etag, "If-Modified-Since": modified}
        for _ in range(_REDIRECTS + 1):
            host = self._hosts[ascii_host(parts(address).hostname or "")]
            with host.lock:
                self._ask_leave(address, host)
                found = self._once(address, condition, self._page)
                host.last = time.monotonic()
            if isinstance(found, Page):
                return found
            address = found
        raise Refused(f"leads on and on: more than {_REDIRECTS} redirects")

    def _page(self, answer: answers.Answer, address: str, in_time: Callable[[], None]) -> Page:
        try:
            return answers.read(answer, address, self._most, in_time)
        except answers.TooLarge as error:
            raise answers.TooLarge(f"{error} ({self._limit})") from error

    def _ask_leave(self, address: str, host: _Host) -> None:
        """Read the robots.txt of an address's origin, once a day, and do as it asks.

        A site without one allows everything; one that cannot be reached is asked again later.
        """
        at = origin(parts(address))
        robots = self.robots.get(at)
        if robots is None or time.time() - robots.fetched > _ROBOTS_LIFE:
            found: Page | str = f"{at}/robots.txt"
            for _ in range(_REDIRECTS + 1):
                if isinstance(found, str):
                    found = self._once(found, {}, answers.read_robots)
            text = found.data.decode("utf-8", "replace") if isinstance(found, Page) else ""
            robots = self.robots[at] = Robots(text, time.time())
        if not robots.allows(address, _AGENT):
            raise Refused("the site's robots.txt asks not to read this")
        if host.last is not None and (pause := min(robots.delay(_AGENT), _PATIENCE)):
            self._sleep(max(host.last + pause - time.monotonic(), 0.0))

    def _once(
        self,
        address: str,
        condition: dict[str, str],
        read: Callable[[answers.Answer, str, Callable[[], None]], Page],
    ) -> Page | str:
        """One request: the page that `read` makes of it, or the address that it leads on to."""
        split = parts(address)
        host = ascii_host(split.hostname or "")
        headers = {name: value for name, value in condition.items() if value} | {
            "Host": origin(split).partition("://")[2],
            "User-Agent": self._agent,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        deadline = time.monotonic() + self._seconds

        def in_time() -> None:
            if time.monotonic() > deadline:
                raise Unreachable(f"took longer than {self._seconds:.3g} s")

        ips = self._checked(host, port_of(split))
        with (
            _told(in_time),
            self._connected(ips, split.scheme == "https", host, port_of(split)) as it,
        ):
            self.requests[host] += 1
            it.request("GET", target(split), headers=headers, preload_content=False)
            answer = it.getresponse()
            in_time()
            if answer.status in _MOVED:
                return urljoin(address, answer.headers.get("Location", "")).partition("#")[0]
            return read(answer, address, in_time)

    def _checked(self, host: str, port: int) -> Sequence[str]:
        """The IP addresses of a host, all of which may be connected to."""
        try:
            ips = self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"the host {host} cannot be found") from error
        if not ips:
            raise Unreachable(f"the host {host} cannot be found")
        if not all(self._allowed(ip) for ip in ips):
            raise Refused("leads to a private address: only the public internet is read")
        return ips

    @contextmanager
    def _connected(
        self, ips: Sequence[str], secure: bool, host: str, port: int
    ) -> Iterator[HTTPConnection]:
        """A connection to the first of the checked addresses that takes it; cut when time is up.

        A server that sends a byte now and then never times out by itself: the cut ends it.
        """
        sock = _socket(ips, port, min(_CONNECT, self._seconds))
        handle = sock.dup()
        timer = threading.Timer(self._seconds, _cut, [handle])
        timer.daemon = True
        timer.start()
        link = HTTPConnection(host, port, timeout=min(_CONNECT, self._seconds))
        try:
            if secure:
                self._tls = self._tls or ssl.create_default_context()
                sock = self._tls.wrap_socket(sock, server_hostname=host)
            link.sock = sock
            yield link
        finally:
            timer.cancel()
            link.close()
            sock.close()
            handle.close()


def _socket(ips: Sequence[str], port: int, seconds: float) -> socket.socket:
    trouble: OSError | None = None
    for ip in ips[:_TRIED]:
        try:
            return socket.create_connection((ip, port), timeout=seconds)
        except OSError as error:
            trouble = error
    raise Unreachable(f"cannot be reached ({_why(trouble)})") from trouble


@contextmanager
def _told(in_time: Callable[[], None]) -> Iterator[None]:
    """Whatever breaks on the wire, in one plain line."""
    try:
        yield
    except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
        in_time()  # that time was up says more than the broken connection
        raise Unreachable(f"cannot be reached ({_why(error)})") from error


def _why(error: BaseException | None) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return f"its answer is broken: {type(error).__name__}"


def _cut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _version() -> str:
    try:
        return version("clippings")
    except PackageNotFoundError:
        return "0"
