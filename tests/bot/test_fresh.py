"""`clippings follow`, `following`, `unfollow`, `pull`, `watch`, and what status says of sources."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import ScriptedChain

from bot import fresh
from ingest import following as keeping
from retrieval.library import library_names
from tests.bot.material import Run
from tests.ingest.paper import Paper, Story, prose
from tests.ingest.wire import Server, fetcher


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch, chain: ScriptedChain) -> Iterator[Paper]:
    """A newspaper on loopback, which this process may reach."""
    monkeypatch.setattr("ingest.fetching.Fetcher", fetcher)
    server = Server()
    made = Paper(server)
    made.publish("/a", Story("The budget", prose("budget")))
    yield made
    server.close()


def undated(text: str) -> str:
    """A text with all its times and ports alike."""
    return re.sub(r"example:\d+", "example", re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", text))


def test_from_follow_to_unfollow(run: Run, paper: Paper, data: Path) -> None:
    """A feed is followed, pulled, listed, and left."""
    url = paper.url("/feed")
    done = run("follow", url, "--every", "15m")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"following {url}\nread it with: clippings pull, or keep reading: clippings watch\n"
    )
    done = run("pull")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("main: 1 article new, 0 changed, 0 as before\n")
    assert undated(run("following").out) == (
        "http://paper.example/feed\n  last read TIME, next TIME, every 15 m\n"
    )
    assert json.loads(run("following", "--json").out)["address"] == url
    assert json.loads(run("pull", "--json").out)["requests"] == 1
    done = run("unfollow", url)
    assert (done.code, done.out) == (0, f"no longer following {url}; its articles stay\n")
    assert run("following").out == "nothing is followed yet: clippings follow URL\n"
    done = run("unfollow", url)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"clippings: {url} is not followed: clippings following lists what is\n"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://x.example/", "only http and https addresses can be read"),
        ("nowhere", "no such folder (a web address begins with https://)"),
    ],
)
def test_what_cannot_be_followed(run: Run, data: Path, address: str, why: str) -> None:
    """One plain line, and no library is left behind."""
    done = run("follow", address)
    assert (done.code, done.out, done.err) == (1, "", f"clippings: {address}: {why}\n")
    assert library_names(data) == []


@pytest.mark.parametrize("every", ["", "0m", "15", "15s", "-1m", "1.5h", "x"])
def test_paces(run: Run, every: str) -> None:
    """A pace is a number and a unit."""
    assert fresh.seconds(every) is None
    if every:
        assert run("follow", "https://x.example", "--every", every).code == 2
    assert fresh.seconds("15m") == 900
    assert fresh.seconds("2H") == 7_200


def test_ingest_an_address(run: Run, paper: Paper) -> None:
    """A page is read once; one that is not there is told."""
    done = run("ingest", paper.url("/a"))
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("main: 1 article new")
    done = run("ingest", paper.url("/b"))
    assert done.code == 1
    assert "the server answers 404: there is nothing at this address" in done.err


def test_status_names_failing_and_stale_sources(
    run: Run, paper: Paper, chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with the command that helps; one that is well is not named."""
    run("follow", paper.url("/feed"), paper.url("/no"))
    assert undated(run("status").out).count("was not read yet") == 2
    run("pull")
    done = run("status")
    assert done.code == 1
    assert "follows      2 sources" in done.out
    assert undated(done.out).split("What is wrong:\n")[1] == (
        "- http://paper.example/no: the server answers 404: there is nothing at this address"
        " (asked again after TIME)\n  mend it with: clippings unfollow http://paper.example/no\n"
    )
    run("unfollow", paper.url("/no"))
    assert run("status").code == 0
    library = chain.library("main")
    with library.transaction():
        library.execute("UPDATE follows SET succeeded = succeeded - 90000")
    done = run("status")
    assert re.search(r"/feed: was not read since .*\n  mend it with: clippings pull\n", done.out)


def test_what_was_edited(run: Run, paper: Paper) -> None:
    """`articles --changed` shows which articles, when, and what they were."""
    run("ingest", paper.url("/a"))
    assert run("articles", "--changed").out == ""
    paper.edit("/a", prose("another budget"))
    run("ingest", paper.url("/a"))
    paper.edit("/a", prose("a third budget"))
    run("ingest", paper.url("/a"))
    [line] = run("articles", "--changed").out.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d  a-\w{8}  The budget \(2 times\)", line)
    found = json.loads(run("articles", "--changed", "--json").out)
    assert len(found["edited"]) == len(set(found["fingerprints"])) == 2


def test_watch(
    paper: Paper, run: Run, chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It pulls what is due until it is stopped, and says what came."""
    run("follow", paper.url("/feed"))

    def interrupted(self: threading.Event, _: float | None = None) -> bool:
        raise KeyboardInterrupt

    once = type("Once", (threading.Event,), {"wait": interrupted})
    monkeypatch.setattr(fresh, "threading", SimpleNamespace(Event=once))
    done = run("watch")
    assert done.code == 0
    assert "main: 1 article new" in done.out
    assert done.err.splitlines()[0] == "clippings: watching 1 sources; Ctrl-C stops"
    assert len(keeping.following(chain.library("main"))) == 1
