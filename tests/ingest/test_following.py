"""A feed, a page, a sitemap, a list, a folder that are followed; what is asked, and how often."""

from pathlib import Path

import pytest
from proofs import complete

from ingest import following
from ingest.follows import all_pages
from retrieval import ledger
from retrieval.errors import ItemError
from tests.ingest.paper import DAY, Desk, Story, prose
from tests.ingest.wire import answer, fetcher


def test_a_feed(desk: Desk) -> None:
    """What it lists is read, once; asked again, one conditional request tells that all is as before."""
    for n in range(3):
        desk.paper.publish(f"/{n}", Story(f"Budget {n}", prose(f"budget{n}")))
    following.follow(desk.library, desk.paper.url("/feed"))
    report = desk.pull()
    assert (report.new, report.problems, report.notes) == (3, [], [])
    assert desk.texts() == {f"/{n}": prose(f"budget{n}") for n in range(3)}
    assert sorted(desk.paper.server.paths()) == ["/0", "/1", "/2", "/feed"]
    assert report.requests == len(desk.paper.server.asked) == 5
    complete(desk.library, desk.vectors)
    report = desk.pull()
    assert [it.path for it in desk.paper.server.asked] == ["/feed"]
    assert desk.paper.server.asked[0].headers["if-none-match"]
    assert (report.requests, report.new, report.changed, report.problems) == (1, 0, 0, [])
    assert desk.embedder.asked == []


def test_nothing_new_opens_no_chroma(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it ask the embedder."""
    desk.paper.publish("/a", Story("A", prose("budget")))
    following.follow(desk.library, desk.paper.url("/feed"))
    desk.pull()
    monkeypatch.setattr(type(desk.vectors), "sync", lambda *_: pytest.fail("Chroma was opened"))
    desk.fetcher = fetcher()  # as a new process has it: robots.txt is remembered by the library
    desk.pull()
    assert [it.path for it in desk.paper.server.asked] == ["/feed"]
    assert desk.embedder.asked == []


def test_what_an_article_says_of_itself(desk: Desk) -> None:
    """Its title, hour, paper, language and own address."""
    desk.paper.publish("/a?utm_source=rss", Story("A budget", prose("budget")))
    desk.paper.stories["/a"] = desk.paper.stories["/a?utm_source=rss"]
    following.follow(desk.library, desk.paper.url("/feed"))
    desk.pull()
    [it] = desk.library.listing()
    assert (it.title, it.source, it.language) == ("A budget", "The Paper", "en")
    assert (it.published, it.url) == ("2026-11-02T09:30:00+00:00", desk.paper.url("/a"))


def test_the_pace(desk: Desk) -> None:
    """The feed's own unless a person chose one; `only_due` keeps to it, and a pull does not."""
    desk.paper.ttl = 60
    following.follow(desk.library, desk.paper.url("/feed"))
    desk.pull()
    desk.clock += 3_000
    assert desk.pull(only_due=True).requests == 0
    assert desk.pull().requests == 1
    desk.clock += 3_700
    assert desk.pull(only_due=True).requests == 1
    following.follow(desk.library, desk.paper.url("/feed"), every=120)
    assert desk.pull(only_due=True).requests == 1
    desk.clock += 130
    assert desk.pull(only_due=True).requests == 1


def test_a_page(desk: Desk) -> None:
    """It is one article; each look costs one request, and finds what changed."""
    desk.paper.stories["/a"] = Story("A budget", prose("budget"))
    following.follow(desk.library, desk.paper.url("/a#top"))
    assert desk.pull().new == 1
    report = desk.pull()
    assert (report.same, desk.paper.server.paths(), desk.embedder.asked) == (1, ["/a"], [])
    desk.clock += 2 * DAY
    assert (desk.pull().same, desk.paper.server.paths()) == (1, ["/a"])
    desk.paper.edit("/a", prose("another budget"))
    report = desk.pull()
    assert (report.changed, desk.texts()) == (1, {"/a": prose("another budget")})


def test_a_sitemap(desk: Desk) -> None:
    """An index leads to sitemaps, news sitemaps among them; only those that changed are read again."""
    server = desk.paper.server
    for n in range(3):
        desk.paper.stories[f"/{n}"] = Story(f"Budget {n}", prose(f"budget{n}"))
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    news = (
        f"<urlset {ns} xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url>"
        f"<loc>{server.url('/0')}</loc><news:news><news:publication_date>2026-11-02</news:publication_date>"
        "<news:title>Budget</news:title></news:news></url></urlset>"
    )
    old = "".join(f"<url><loc>{server.url(f'/{n}')}</loc></url>" for n in (1, 2))
    index = (
        f"<sitemapindex {ns}><sitemap><loc>{server.url('/news.xml')}</loc></sitemap><sitemap><loc>"
        f"{server.url('/old.xml')}</loc><lastmod>2020-01-01</lastmod></sitemap></sitemapindex>"
    )
    maps = {"/index.xml": index, "/news.xml": news, "/old.xml": f"<urlset {ns}>{old}</urlset>"}
    paper = server.respond
    server.respond = lambda it: (
        answer(maps[it.path], kind="application/xml") if it.path in maps else paper(it)
    )
    following.follow(desk.library, server.url("/index.xml"))
    assert (desk.pull().new, len(desk.texts())) == (3, 3)
    report = desk.pull()
    assert (report.new, report.problems) == (0, [])
    assert server.paths() == ["/index.xml", "/news.xml"]


def test_a_list_of_pages(desk: Desk) -> None:
    """A text of addresses alone is a list of pages."""
    for n in range(2):
        desk.paper.stories[f"/{n}"] = Story(f"Budget {n}", prose(f"budget{n}"))
    lines = "\n".join(desk.paper.url(f"/{n}") for n in range(2))
    paper = desk.paper.server.respond
    desk.paper.server.respond = lambda it: (
        answer(lines, kind="text/plain") if it.path == "/list" else paper(it)
    )
    following.follow(desk.library, desk.paper.url("/list"))
    assert (desk.pull().new, sorted(desk.texts())) == (2, ["/0", "/1"])


def test_a_folder(desk: Desk, tmp_path: Path) -> None:
    """New, changed and gone files are noticed; a folder that vanished deletes nothing."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name in "ab":
        (folder / f"{name}.txt").write_text(f"Words of {name}.")
    following.follow(desk.library, str(folder))
    assert desk.pull().new == 2
    (folder / "a.txt").unlink()
    (folder / "c.txt").write_text("Words of c.")
    report = desk.pull()
    assert (report.new, report.deleted, report.problems) == (1, 1, [])
    folder.rename(tmp_path / "elsewhere")
    report = desk.pull()
    assert (report.deleted, len(report.problems), desk.library.count("articles")) == (0, 1, 2)
    [it] = following.following(desk.library)
    assert (it.failures, it.error != "") == (1, True)


def test_following_and_unfollowing(desk: Desk, tmp_path: Path) -> None:
    """What is followed is listed under one way of writing it; articles stay when it is not any more."""
    url = desk.paper.url("/feed")
    following.follow(desk.library, f"{url}?utm_source=x#top", every=900)
    following.follow(desk.library, str(tmp_path))
    assert [it.address for it in following.following(desk.library)] == [tmp_path.as_uri(), url]
    desk.paper.publish("/a", Story("A", prose("budget")))
    desk.pull()
    assert following.unfollow(desk.library, f"{url}#x")
    assert not following.unfollow(desk.library, url)
    assert not following.unfollow(desk.library, "http://a:b@x/")
    assert following.unfollow(desk.library, str(tmp_path))
    assert following.following(desk.library) == []
    assert desk.library.count("articles") == 1
    assert desk.pull().requests == 0
    for wrong in ("nowhere", "ftp://x.example/", "http://a:b@x.example/", "\0"):
        with pytest.raises(ItemError, match=r"no such folder|http|password"):
            following.follow(desk.library, wrong)


def test_a_failing_source(desk: Desk) -> None:
    """It backs off, twice as long each time; the others are not held up, and status can name it."""
    desk.paper.publish("/a", Story("A", prose("budget")))
    bad = desk.paper.server.url("/nothing", "bad.example")
    for address in (bad, desk.paper.url("/feed")):
        following.follow(desk.library, address)
    report = desk.pull()
    assert report.new == 1
    assert report.problems == [f"{bad}: the server answers 404: there is nothing at this address"]
    waits = []
    for _ in range(8):
        it = next(it for it in following.following(desk.library) if it.address == bad)
        assert it.error
        waits.append(it.next - desk.clock)
        assert desk.pull().requests == 1  # of the other
        desk.clock = it.next
        desk.pull()
    assert waits == [3600, 7200, 14400, 28800, 57600, DAY, DAY, DAY]


def test_a_rest(desk: Desk) -> None:
    """A server that asks for a rest gets it, in the middle of its pages too; nothing is lost."""
    for n in range(5):
        desk.paper.publish(f"/{n}", Story(f"Budget {n}", prose(f"budget{n}")))
    paper = desk.paper.server.respond
    busy = answer(status=429, Retry_After="7200")
    desk.paper.server.respond = lambda it: busy if it.path in "/2 /1 /0" else paper(it)
    following.follow(desk.library, desk.paper.url("/feed"))
    report = desk.pull()
    assert report.new == 2
    assert any("2 of its pages are left for later" in line for line in report.problems)
    assert desk.paper.server.paths() == ["/feed", "/4", "/3", "/2"]
    assert desk.pull().requests == 0
    desk.paper.server.respond = paper
    desk.clock += 7_300
    report = desk.pull()
    assert (report.new, len(desk.texts())) == (3, 5)
    assert all(it.failures == 0 for it in all_pages(desk.library).values())
    assert not any(it.problems for it in ledger.known_items(desk.library).values())


def test_ingest(desk: Desk) -> None:
    """Addresses are read once: pages, feeds with all their pages; what fails is told."""
    desk.paper.publish("/a", Story("A", prose("budget")))
    desk.paper.stories["/b"] = Story("B", prose("harbour"))
    urls = [desk.paper.url(path) for path in ("/b", "/feed", "/no")]
    report = desk.ingest(*urls, "ftp://x.example/")
    assert report.new == 2
    assert sorted(report.problems) == [
        "ftp://x.example/: only http and https addresses can be read",
        f"{urls[2]}: the server answers 404: there is nothing at this address",
    ]
    assert following.following(desk.library) == []
    assert desk.ingest(*urls[:2]).same == 2
