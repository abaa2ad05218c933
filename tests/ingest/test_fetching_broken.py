"""Servers that drip, break off or lie about lengths."""

import socket
import threading
from collections.abc import Iterator

import pytest

from ingest.answers import Unreachable
from tests.ingest.wire import Server, answer, fetcher


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback."""
    made = Server()
    yield made
    made.close()


def drip(first: bytes) -> object:
    """Sends a byte now and then, for ever."""

    def drips(link: socket.socket) -> None:
        link.sendall(first)
        while not threading.Event().wait(0.05):
            link.sendall(b"a")

    return drips


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n",
    ],
    ids=["status", "headers", "body", "length"],
)
def test_slow_drips(server: Server, first: bytes) -> None:
    """A server that always sends one more byte is cut off when its time is up."""
    server.pages["/robots.txt"] = answer(status=404)
    server.pages["/a"] = drip(first)  # type: ignore[assignment]
    with pytest.raises(Unreachable, match=r"longer than 0\.4 s|broken"):
        fetcher(seconds=0.4).get(server.url("/a"))


@pytest.mark.parametrize(
    "said",
    [
        *(b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nfew",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5, 9\r\n\r\nwords",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\nno gzip",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
def test_broken_answers(server: Server, said: bytes) -> None:
    """Wrong lengths and broken framing are told, and what came is not believed."""
    server.pages["/a"] = lambda link: link.sendall(said)
    with pytest.raises(Unreachable):
        fetcher().get(server.url("/a"))
