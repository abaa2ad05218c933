"""A server on loopback that answers as it is told, over real sockets, and remembers what it was asked."""

import gzip
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from ingest.fetching import Fetcher

Handler = Callable[[socket.socket], None]
HOME = "127.0.0.1"


@dataclass(slots=True)
class Asked:
    """One request: host and path, and its headers by their names in small letters."""

    host: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0


def answer(
    body: bytes | str = b"", status: int = 200, kind: str = "text/html", **headers: str
) -> bytes:
    """A whole answer with its headers (`_` stands for `-`) and its true length."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + data


def packed(body: bytes) -> bytes:
    """An answer in gzip."""
    return answer(gzip.compress(body), Content_Encoding="gzip")


class Server:
    """Answers each path with what `pages` or `respond` says: bytes, or what writes them.

    `asked` holds every request in order, robots.txt included.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.pages: dict[str, bytes | Handler] = {}
        self.asked: list[Asked] = []
        self.respond: Callable[[Asked], bytes | Handler] = lambda it: self.pages.get(
            it.path, answer(status=404)
        )
        self.open, self.most = 0, 0  # requests that wait for their answer at once
        self._lock = threading.Lock()
        self._socket = socket.create_server((HOME, 0), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def url(self, path: str = "/", host: str = "paper.example") -> str:
        """An address of this server."""
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, but for robots.txt."""
        return [it.path for it in self.asked if it.path != "/robots.txt"]

    def close(self) -> None:
        """Stop."""
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[link], daemon=True).start()

    def _serve(self, bare: socket.socket) -> None:
        with (
            suppress(OSError),
            self._tls.wrap_socket(bare, server_side=True) if self._tls else bare as link,
        ):
            link.settimeout(20)
            request = b""
            while b"\r\n\r\n" not in request:
                piece = link.recv(65_536)
                if not piece:
                    return
                request += piece
            first, *lines = request.decode("latin-1").split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
            asked = Asked(headers["host"].partition(":")[0], first.split(" ")[1], headers)
            with self._lock:
                self.asked.append(asked)
                self.open += 1
                self.most = max(self.most, self.open)
            said = self.respond(asked)
            with self._lock:  # before it is sent: who has the answer may ask again at once
                self.open -= 1
            if isinstance(said, bytes):
                asked.status = int(said.split(b" ", 2)[1])
                link.sendall(said)
            else:
                said(link)


def fetcher(**how: object) -> Fetcher:
    """A fetcher for which every host is this machine, and this machine may be reached."""
    return Fetcher(
        **{"resolver": lambda _host, _port: [HOME], "allowed": lambda ip: ip == HOME, **how}  # type: ignore[arg-type]
    )
