"""Pulls: fetching and embedding overlap, sources do not wait for each other, a stop loses nothing."""

import subprocess
import sys
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from fakes import HashEmbedder
from numpy.typing import NDArray
from proofs import complete

from ingest import following, storing, visit
from ingest.extract import extract
from ingest.follows import PACE, all_follows
from tests.ingest.paper import DAY, Desk, Story, prose
from tests.ingest.wire import Asked, Handler, answer

_PATIENCE = 20  # seconds: a test that waits so long has failed


class Watched(HashEmbedder):
    """An embedder that tells when it was asked, and may be stopped like a program by Ctrl-C."""

    def __init__(self) -> None:
        super().__init__()
        self.called, self.stops = threading.Event(), False

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `HashEmbedder`."""
        self.called.set()
        if self.stops:
            raise KeyboardInterrupt
        return super().documents(texts)


@pytest.fixture
def watched(desk: Desk) -> Watched:
    """The desk's embedder, which tells when it was asked."""
    desk.embedder = made = Watched()
    return made


def publish(desk: Desk, count: int) -> None:
    """So many articles in a feed that is followed."""
    for n in range(count):
        desk.paper.publish(f"/{n}", Story(f"Budget {n}", prose(f"budget{n}")))
    following.follow(desk.library, desk.paper.url("/feed"))


def test_embedding_while_a_page_is_awaited(desk: Desk, watched: Watched) -> None:
    """The second page is sent only once the first is being embedded: waiting for all would not end."""
    publish(desk, 2)
    paper = desk.paper.server.respond

    def respond(asked: Asked) -> bytes | Handler:
        if asked.path == "/0":  # the second, for the feed lists the newest first
            assert watched.called.wait(_PATIENCE)
        return paper(asked)

    desk.paper.server.respond = respond
    assert desk.pull().new == 2
    assert watched.called.is_set()


def test_a_slow_site_holds_up_no_other(desk: Desk, watched: Watched) -> None:
    """One site answers only when the article of the other is being embedded."""
    publish(desk, 1)
    slow = desk.paper.server.url("/slow", "slow.example")
    following.follow(desk.library, slow)
    paper = desk.paper.server.respond
    page = answer(desk.paper.page("/0").replace("budget0", "harbour").replace("/0", "/slow"))

    def respond(asked: Asked) -> bytes | Handler:
        if asked.path == "/slow":
            assert watched.called.wait(_PATIENCE)
            return page
        return paper(asked)

    desk.paper.server.respond = respond
    assert (desk.pull().new, desk.library.count("articles")) == (2, 2)


def test_many_sources_of_one_host_take_turns(desk: Desk) -> None:
    """One connection a host at a time, however many of its feeds are followed."""
    publish(desk, 6)
    paper = desk.paper.server.respond
    desk.paper.server.respond = lambda it: (
        paper(Asked(it.host, "/feed", it.headers)) if it.path.startswith("/feed") else paper(it)
    )
    for n in range(5):
        following.follow(desk.library, desk.paper.url(f"/feed{n}"))
    result = desk.pull()
    assert (result.new, result.problems, desk.paper.server.most) == (6, [], 1)
    assert sorted(desk.paper.server.paths()) == sorted(
        ["/feed", *(f"/feed{n}" for n in range(5)), *(f"/{n}" for n in range(6))]
    )


def test_a_pull_that_is_stopped_loses_nothing(
    desk: Desk, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The feed's state is kept only with all that it listed: the next pull asks for the rest."""
    monkeypatch.setattr(storing, "BATCH", 1)
    publish(desk, 5)
    watched.stops = True
    with pytest.raises(KeyboardInterrupt):
        desk.pull()
    assert [it.succeeded for it in all_follows(desk.library)] == [0]
    watched.stops = False
    result = desk.pull()
    assert (result.new, result.problems, len(desk.texts())) == (5, [], 5)
    complete(desk.library, desk.vectors)


def test_an_outage_stops_a_source_and_is_made_good(desk: Desk) -> None:
    """Three pages in a row that fail are enough; all of them are read when the site is back."""
    publish(desk, 8)
    paper = desk.paper.server.respond
    desk.paper.server.respond = lambda it: (
        answer(status=500) if it.path in {"/1", "/2", "/3", "/4", "/5"} else paper(it)
    )
    result = desk.pull()
    assert result.new == 2
    assert desk.paper.server.paths() == ["/feed", "/7", "/6", "/5", "/4", "/3"]
    assert any("3 of its pages are left for later" in line for line in result.problems)
    desk.paper.server.respond = paper
    desk.clock += 3 * PACE
    result = desk.pull()
    assert (result.new, result.problems, len(desk.texts())) == (6, [], 8)


def test_one_bad_page_is_told_and_tried_again(desk: Desk) -> None:
    """It does not keep the feed from being through, and costs nothing until its time has come."""
    publish(desk, 3)
    paper = desk.paper.server.respond
    desk.paper.server.respond = lambda it: answer(status=500) if it.path == "/1" else paper(it)
    result = desk.pull()
    url = desk.paper.url("/1")
    assert result.problems == [f"{url}: the server answers 500 Internal Server Error"]
    assert (result.new, desk.pull().requests) == (2, 1)
    desk.paper.server.respond = paper
    desk.clock += DAY
    assert (desk.pull().new, len(desk.texts())) == (1, 3)


def test_pages_that_robots_forbid(desk: Desk) -> None:
    """They are told once, and not asked for; the rest is read."""
    publish(desk, 1)
    desk.paper.publish("/private/a", Story("Secret", prose("secret")))
    result = desk.pull()
    assert (result.new, len(result.problems)) == (1, 1)
    assert "robots.txt" in result.problems[0]
    assert "/private/a" not in desk.paper.server.paths()
    assert desk.pull().problems == []


def test_a_feed_cannot_send_us_home(desk: Desk) -> None:
    """Addresses in feeds pass the same guard as those of people."""
    publish(desk, 1)
    desk.fetcher = type(desk.fetcher)(
        resolver=lambda host, _: [host if host[0].isdigit() else "127.0.0.1"],
        allowed=lambda ip: ip == "127.0.0.1",
    )
    entry = "<item><title>x</title><link>http://169.254.169.254/meta</link></item></channel>"
    feed = desk.paper.rss().replace("</channel>", entry)
    paper = desk.paper.server.respond
    desk.paper.server.respond = lambda it: (
        answer(feed, kind="text/xml") if it.path == "/feed" else paper(it)
    )
    result = desk.pull()
    assert result.new == 1
    assert result.problems == [
        "http://169.254.169.254/meta: leads to a private address: only the public internet is read"
    ]


def test_files_need_nothing_of_the_web(closed_environment: dict[str, str]) -> None:
    """Who follows nothing imports nothing that speaks to the web, or reads what comes from it."""
    code = (
        "import sys, ingest.run, ingest.following; print({'ingest.fetching', 'feedparser', 'protego', 'rensa',"
        " 'pypdf', 'docx', 'pptx', 'tld', 'defusedxml', 'trafilatura'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=closed_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"


def test_a_page_that_breaks_its_reader(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it breaks, it is one line, and the rest is read."""
    publish(desk, 3)

    def breaks(data: bytes, kind: str, uri: str) -> object:
        if uri.endswith("/1"):
            raise ZeroDivisionError
        return extract(data, kind, uri)

    monkeypatch.setattr(visit, "extract", breaks)
    result = desk.pull()
    assert result.new == 2
    assert result.problems == [
        f"{desk.paper.url('/1')}: cannot be read (ZeroDivisionError; this is a bug)"
    ]


def test_watching(desk: Desk) -> None:
    """What is due is pulled, again and again, each source at its own pace, until it is stopped."""
    publish(desk, 2)
    desk.paper.ttl = 60
    reports, stop = [], Clock(desk)
    following.watch(
        desk.library,
        embedder=desk.embedder,
        vectors=desk.vectors,
        stop=stop,
        done=reports.append,
        fetcher=desk.fetcher,
        now=lambda: desk.clock,
    )
    assert [it.new for it in reports] == [2, 0, 0]
    assert desk.paper.server.paths().count("/feed") == 3
    assert stop.waited == 3 * 3_600


class Clock(threading.Event):
    """An event that is waited for by moving the desk's clock, and set after three hours of it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self.waited = desk, 0.0

    def wait(self, timeout: float | None = None) -> bool:
        """Let the time go by."""
        self.waited += timeout or 0
        self._desk.clock += timeout or 0
        if self.waited >= 3 * 3_600:
            self.set()
        return self.is_set()
