"""Gone is believed when a page was gone twice, a day apart, and its source as a whole was well."""

import pytest

from ingest import following
from tests.ingest.paper import DAY, Desk, Story, prose


@pytest.fixture(autouse=True)
def feed(desk: Desk) -> None:
    """A feed of six articles, which the library holds."""
    for n in range(6):
        desk.paper.publish(f"/{n}", Story(f"Budget {n}", prose(f"budget{n}")))
    following.follow(desk.library, desk.paper.url("/feed"))
    assert desk.pull().new == 6


def test_gone_twice_a_day_apart(desk: Desk) -> None:
    """Kept at first, however often it is asked for that day; then deleted with all that came of it."""
    desk.paper.gone.add("/3")
    desk.clock += 1.1 * DAY
    result = desk.pull()
    assert (result.gone, result.deleted, len(desk.texts())) == (1, 0, 6)
    for _ in range(3):
        desk.clock += 0.3 * DAY
        assert desk.pull().deleted == 0
    desk.clock += 0.2 * DAY
    result = desk.pull()
    assert (result.deleted, result.problems) == (1, [])
    assert sorted(desk.texts()) == ["/0", "/1", "/2", "/4", "/5"]
    assert desk.library.execute("SELECT count(*) FROM chunks WHERE article LIKE '3-%'") == [(0,)]
    assert desk.pull().requests == 1


def test_back_again(desk: Desk) -> None:
    """A page that was gone for a day and is back was never gone."""
    desk.paper.gone.add("/3")
    desk.clock += 1.1 * DAY
    desk.pull()
    desk.paper.gone.clear()
    desk.clock += 1.1 * DAY
    assert desk.pull().same == 6
    desk.paper.gone.add("/3")
    desk.clock += 1.1 * DAY
    assert (desk.pull().deleted, len(desk.texts())) == (0, 6)


def test_rolled_off_the_feed(desk: Desk) -> None:
    """What the feed lists no longer is not gone, and is still looked at."""
    desk.paper.feed = ["/5"]
    desk.paper.edit("/1", prose("another budget"))
    desk.clock += 1.1 * DAY
    result = desk.pull()
    assert (result.deleted, result.gone, result.changed) == (0, 0, 1)
    assert desk.texts()["/1"] == prose("another budget")
    assert len(desk.texts()) == 6


def test_nearly_all_gone_at_once(desk: Desk) -> None:
    """A site that knows its pages no more is taken for broken."""
    desk.paper.gone |= {f"/{n}" for n in range(5)}
    desk.clock += 1.1 * DAY
    desk.pull()
    desk.clock += 1.1 * DAY
    result = desk.pull()
    assert (result.deleted, len(desk.texts())) == (0, 6)
    assert result.problems == [
        f"{desk.paper.url('/feed')}: 5 of its 6 pages are gone at once: nothing was deleted"
    ]


def test_while_the_feed_fails(desk: Desk) -> None:
    """Nothing is asked of a site whose feed does not answer, and nothing deleted."""
    desk.paper.gone |= {"/3", "/feed"}
    for _ in range(4):
        desk.clock += 1.1 * DAY
        assert desk.pull().deleted == 0
        assert desk.paper.server.paths() == ["/feed"]
    assert len(desk.texts()) == 6


def test_a_page_that_is_followed(desk: Desk) -> None:
    """It goes when it is gone twice; after that, its source is what fails."""
    desk.paper.stories["/page"] = Story("Page", prose("harbour"))
    following.unfollow(desk.library, desk.paper.url("/feed"))
    following.follow(desk.library, desk.paper.url("/page"))
    desk.pull()
    desk.paper.gone.add("/page")
    assert (desk.pull().deleted, len(desk.texts())) == (0, 7)
    desk.clock += 1.1 * DAY
    assert (desk.pull().deleted, len(desk.texts())) == (1, 6)
    assert "there is nothing at this address" in desk.pull().problems[0]


def test_pages_are_looked_at_ever_more_seldom(desk: Desk) -> None:
    """Daily at first; in all a few times in a quarter of a year."""
    asked = 0
    for _ in range(90):
        desk.clock += DAY
        desk.pull()
        asked += desk.paper.server.paths().count("/2")
    assert 10 <= asked <= 20
