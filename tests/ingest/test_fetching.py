"""The guard against hostile servers: what is never asked, and what is asked and never believed."""

import gzip
import socket
import zlib
from collections.abc import Iterator

import pytest

from ingest.answers import Unreachable
from ingest.fetching import Fetcher, Refused, resolve
from tests.ingest.wire import HOME, Server, answer, fetcher, packed

PUBLIC = "93.184.215.14"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback."""
    made = Server()
    yield made
    made.close()


def test_a_page(server: Server) -> None:
    """It is asked for under its own name, after robots.txt, and comes with what it says of itself."""
    server.pages["/a?b=ä"] = b""
    server.pages["/a?b=%C3%A4"] = answer("words", ETag='"1"', Last_Modified="Tue")
    page = fetcher().get(server.url("/a?b=ä#top"))
    assert (page.status, page.data, page.kind) == (200, b"words", ".html")
    assert (page.etag, page.modified) == ('"1"', "Tue")
    assert [it.path for it in server.asked] == ["/robots.txt", "/a?b=%C3%A4"]
    sent = server.asked[1].headers
    assert sent["host"] == f"paper.example:{server.port}"
    assert sent["user-agent"].startswith("clippings/")
    assert "if-none-match" not in sent


def test_asked_again_with_what_it_gave(server: Server) -> None:
    """The second request is conditional, and robots.txt is asked for once."""
    server.pages["/a"] = answer(status=304)
    it = fetcher()
    assert it.get(server.url("/a"), etag='"1"', modified="Tue").status == 304
    it.get(server.url("/a"))
    assert server.asked[1].headers["if-none-match"] == '"1"'
    assert server.asked[1].headers["if-modified-since"] == "Tue"
    assert [it.path for it in server.asked] == ["/robots.txt", "/a", "/a"]
    assert it.requests == {"paper.example": 3}


@pytest.mark.parametrize(
    "address",
    [
        *(
            "ftp://paper.example/a",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "paper.example",
            "",
        ),
        *(
            "http://",
            "http:///a",
            "http://a:b@paper.example/",
            "http://@paper.example/",
            "http://[",
        ),
        *(
            "http://x:99999/",
            "http://x:0/",
            "http://a b/",
            "http://x\r\ny/",
            "http://" + "a" * 3_000,
        ),
        "gopher://127.0.0.1:25/_MAIL",
    ],
)
def test_addresses_that_are_not_asked(address: str) -> None:
    """Other schemes, credentials and what is no address: refused before any name is looked up."""

    def never(_host: str, _port: int) -> list[str]:
        raise AssertionError

    with pytest.raises(Refused):
        fetcher(resolver=never).get(address)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "0", "2130706433", "0x7f.1", "017700000001", "127.1"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::]"),
    ],
)
def test_this_machine_is_not_reached(host: str, server: Server) -> None:
    """However it is written, the guard that people get does not connect to it."""
    with pytest.raises((Refused, Unreachable)):
        Fetcher().get(f"http://{host}:{server.port}/")
    assert server.asked == []


@pytest.mark.parametrize(
    "ip",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3"),
        *("::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("224.0.0.1", "255.255.255.255", "ff02::1", "nonsense"),
    ],
)
def test_private_addresses_are_not_reached(ip: str) -> None:
    """One private address among those of a host is enough to refuse it."""
    with pytest.raises(Refused, match="private"):
        Fetcher(resolver=lambda _h, _p: [PUBLIC, ip]).get("http://paper.example/")


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:{port}/x", "http://169.254.169.254/meta", "//10.0.0.1/", "file:///x"],
)
def test_redirects_are_checked(server: Server, target: str) -> None:
    """What a redirect leads to passes the same guard."""
    server.pages["/a"] = answer(status=302, Location=target.format(port=server.port))
    it = fetcher(
        resolver=lambda host, _: [HOME if host == "paper.example" else host],
        allowed=lambda ip: ip == HOME and not server.paths(),
    )
    with pytest.raises(Refused):
        it.get(server.url("/a"))
    assert server.paths() == ["/a"]


def test_redirects_end(server: Server) -> None:
    """A few are followed, in circles none; a redirect to nowhere is told."""
    server.pages |= {f"/{n}": answer(status=301, Location=f"/{n + 1}") for n in range(9)}
    server.pages["/5"] = answer("there")
    server.pages["/round"] = answer(status=302, Location="/round")
    server.pages["/nowhere"] = answer(status=302)
    it = fetcher()
    assert it.get(server.url("/0")).address == server.url("/5")
    for path in ("/round", "/nowhere"):
        with pytest.raises(Refused, match="leads on and on"):
            it.get(server.url(path))


def test_names_that_change_their_answer(server: Server) -> None:
    """The connection goes to the address that was checked; the name is looked up once for it."""
    answers = [[HOME], [HOME], ["10.0.0.1"]]  # robots.txt, the page, the page again
    it = fetcher(resolver=lambda _h, _p: answers.pop(0))
    server.pages["/a"] = answer("words")
    assert it.get(server.url("/a")).data == b"words"
    with pytest.raises(Refused, match="private"):
        it.get(server.url("/a"))


def test_names_that_are_not_found() -> None:
    """Told in one line, and tried again another time."""

    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    for resolver in (unknown, lambda _h, _p: []):
        with pytest.raises(Unreachable, match=r"the host paper\.example cannot be found"):
            fetcher(resolver=resolver).get("http://paper.example/")
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]


def endless(link: socket.socket) -> None:
    """A body without end."""
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        link.sendall(b"x" * 65_536)


def endless_chunks(link: socket.socket) -> None:
    """Chunks without end."""
    link.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    while True:
        link.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


def bomb() -> bytes:
    """Two hundred megabytes of zeros in gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b"\0" * 1_000_000
    return b"".join(packer.compress(piece) for _ in range(200)) + packer.flush()


def test_bodies_have_a_limit(server: Server) -> None:
    """Told, endless, chunked or packed: no more than the limit is taken."""
    packs = bomb()
    server.pages |= {
        "/told": answer("x" * 2_000_000),
        "/endless": endless,
        "/chunks": endless_chunks,
        "/bomb": answer(packs, Content_Encoding="gzip"),
        "/twice": answer(gzip.compress(packs), Content_Encoding="gzip, gzip"),
        "/well": packed(b"words " * 9),
    }
    it = fetcher(max_mb=1)
    for path in ("/told", "/endless", "/chunks", "/bomb"):
        with pytest.raises(Refused, match=r"larger than 1 MB \(CLIPPINGS_MAX_FILE_MB\)"):
            it.get(server.url(path))
    with pytest.raises(Refused, match="not asked for"):
        it.get(server.url("/twice"))
    assert it.get(server.url("/well")).data == b"words " * 9
