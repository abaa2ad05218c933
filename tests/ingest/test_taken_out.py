"""What people took out of a library is not brought back by what it follows, until they add it again."""

import pytest

from ingest import following
from retrieval import ledger
from retrieval.library import Library
from tests.ingest.paper import DAY, Desk, Story, prose


@pytest.fixture(autouse=True)
def feed(desk: Desk) -> None:
    """A feed of three articles, which the library holds."""
    for n in range(3):
        desk.paper.publish(f"/{n}", Story(f"Budget {n}", prose(f"budget{n}")))
    following.follow(desk.library, desk.paper.url("/feed"))
    assert desk.pull().new == 3


def take_out(desk: Desk, path: str) -> None:
    """As people do."""
    [(article,)] = desk.library.execute(
        "SELECT id FROM articles WHERE url = ?", (desk.paper.url(path),)
    )
    with desk.library.transaction():
        ledger.keep_out(desk.library, [article])
        desk.library.delete(article)


def changed(desk: Desk, *paths: str) -> None:
    """All of these say something else, and it is time to look."""
    for path in paths:
        desk.paper.edit(path, prose(f"another{path}{desk.clock}"))
    desk.clock += 1.1 * DAY


def test_it_does_not_come_back(desk: Desk) -> None:
    """However often its page changes, also for a program that starts anew; the others are followed."""
    take_out(desk, "/1")
    for _ in range(2):
        changed(desk, "/0", "/1", "/2")
        assert (desk.pull().changed, sorted(desk.texts())) == (2, ["/0", "/2"])
        desk.library = Library(desk.library.folder)
    assert desk.pull().requests == 1  # nor is its page asked for any more often than another


def test_nor_under_another_address(desk: Desk) -> None:
    """What the page says is its own address is what counts."""
    take_out(desk, "/1")
    desk.paper.publish("/again", Story("Budget 1", prose("budget1"), canonical="/1"))
    desk.clock += 1.1 * DAY
    assert (desk.pull().new, sorted(desk.texts())) == (0, ["/0", "/2"])


def test_added_again_it_is_followed_again(desk: Desk) -> None:
    """By its page or by a feed that lists it, changed or not; from then on it is as any other."""
    for address in ("/1", "/feed"):
        take_out(desk, "/1")
        changed(desk, "/1")
        desk.pull()
        assert "/1" not in desk.texts()
        assert desk.ingest(desk.paper.url(address)).new == 1
        assert "another" in desk.texts()["/1"]
        changed(desk, "/1")
        with desk.library.transaction():  # it was added by the clock of the world
            desk.library.execute("UPDATE pages SET next = 0")
        assert desk.pull().changed == 1
