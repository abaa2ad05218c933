"""Manners: robots.txt, one connection a host, pauses that are asked for, kinds, certificates."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.answers import Unreachable
from ingest.fetching import Refused
from tests.ingest.wire import Server, answer, fetcher


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback."""
    made = Server()
    yield made
    made.close()


def test_robots(server: Server) -> None:
    """What it forbids is not asked for, what it allows is; others' rules are not ours."""
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: clippings\nDisallow: /private\n"
    server.pages |= {"/robots.txt": answer(rules, kind="text/plain"), "/a": answer("words")}
    it = fetcher()
    assert it.get(server.url("/a")).status == 200
    with pytest.raises(Refused, match=r"robots\.txt"):
        it.get(server.url("/private/a"))
    server.pages["/b"] = answer(status=302, Location="/private/a")
    with pytest.raises(Refused, match=r"robots\.txt"):
        it.get(server.url("/b"))
    assert server.paths() == ["/a", "/b"]


@pytest.mark.parametrize("said", [answer(status=404), answer(status=403), answer(b"\xff\0<")])
def test_no_robots(server: Server, said: bytes) -> None:
    """A site without rules, or with none that can be read, may be read."""
    server.pages |= {"/robots.txt": said, "/a": answer("words")}
    assert fetcher().get(server.url("/a")).status == 200


def test_robots_that_cannot_be_read(server: Server) -> None:
    """While its rules are not known, a site is not read."""
    server.pages |= {"/robots.txt": answer(status=500), "/a": answer("words")}
    with pytest.raises(Unreachable, match=r"robots\.txt"):
        fetcher().get(server.url("/a"))
    assert server.paths() == []


def test_pauses(server: Server) -> None:
    """The pause that robots.txt asks for is kept between requests, and not for ever."""
    slept: list[float] = []
    server.pages |= {"/a": answer("words"), "/robots.txt": answer("User-agent: *\nCrawl-delay: 7")}
    it = fetcher(sleep=slept.append)
    it.get(server.url("/a"))
    assert slept == []
    it.get(server.url("/a"))
    assert 6 < slept.pop() <= 7
    server.pages["/robots.txt"] = answer("User-agent: *\nCrawl-delay: 9999")
    it = fetcher(sleep=slept.append)
    it.get(server.url("/a"))
    it.get(server.url("/a"))
    assert 29 < slept.pop() <= 30


def test_one_connection_a_host(server: Server) -> None:
    """However many threads ask."""
    server.respond = lambda _: answer("" if threading.Event().wait(0.02) else "words")
    it = fetcher()
    hosts = ["a.example"] * 6 + ["b.example"] * 6
    threads = [
        threading.Thread(target=it.get, args=[server.url(f"/{n}", host)])
        for n, host in enumerate(hosts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert it.requests == {"a.example": 7, "b.example": 7}
    assert server.most <= 2


@pytest.mark.parametrize(
    ("said", "after"),
    [
        (answer(status=429, Retry_After="120"), 120),
        (answer(status=503, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT"), 0),
        (answer(status=503, Retry_After="99999999999"), 7 * 86_400),
        (answer(status=503, Retry_After="soon"), 0),
        (answer(status=500), 0),
        (answer(status=403), 0),
        (answer(status=206), 0),
        (answer(status=999), 0),
    ],
)
def test_errors(server: Server, said: bytes, after: float) -> None:
    """An error is told by its number, with the time that the server asks for."""
    server.pages["/a"] = said
    with pytest.raises(Unreachable, match=r"the server answers \d{3}") as told:
        fetcher().get(server.url("/a"))
    assert told.value.after == after


def test_kinds(server: Server) -> None:
    """Types that can be read are known by name; where none is told, the address's ending counts."""
    known = {
        "/a": ("text/html; charset=utf-8", ".html"),
        "/b": ("APPLICATION/PDF", ".pdf"),
        "/c.docx": ("application/octet-stream", ".docx"),
        "/d.xml.gz": ("application/x-gzip", ".gz"),
        "/e.md": ("text/plain", ".md"),
        "/f": ("application/atom+xml", ".xml"),
    }
    server.pages |= {path: answer("x", kind=kind) for path, (kind, _) in known.items()}
    it = fetcher()
    assert {path: it.get(server.url(path)).kind for path in known} == {
        path: kind for path, (_, kind) in known.items()
    }
    for kind in ("video/mp4", "application/octet-stream", "", "image/png\x1b[31m"):
        server.pages["/no"] = answer("x", kind=kind)
        with pytest.raises(Refused, match="of a type that cannot be read"):
            it.get(server.url("/no"))


def test_gone(server: Server) -> None:
    """What is gone is an answer, not an error."""
    server.pages |= {"/a": answer(status=404), "/b": answer(status=410)}
    assert [fetcher().get(server.url(path)).status for path in ("/a", "/b")] == [404, 410]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of paper.example that it gave itself, with its key."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip("openssl is not here")
    file = tmp_path / "paper.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=paper"
    names = ["-addext", "subjectAltName=DNS:paper.example", "-keyout", file, "-out", tmp_path / "c"]
    subprocess.run([program, *words.split(), *names], check=True, capture_output=True)
    file.write_text(file.read_text() + (tmp_path / "c").read_text())
    return file


def test_https_must_be_proved(server: Server, certificate: Path) -> None:
    """A certificate must name the host that was asked for, by whom the machine trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    secure = Server(context)
    secure.pages["/a"] = answer("words")
    address = f"https://paper.example:{secure.port}/a"
    trusting = ssl.create_default_context(cafile=str(certificate))
    assert fetcher(tls=trusting).get(address).data == b"words"
    for it, url in (
        (fetcher(), address),
        (fetcher(tls=trusting), address.replace("paper", "other")),
        (fetcher(tls=trusting, seconds=0.3), f"https://paper.example:{server.port}/"),
    ):
        with pytest.raises(Unreachable):
            it.get(url)
    secure.close()
