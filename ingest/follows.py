"""What a library follows, and the web pages it knows: rows of its file, and pure decisions on them.

Times are seconds since 1970. A source that fails is asked ever more seldom, at most once a day; a
page is looked at again after a day, and as it grows older ever more seldom.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from ingest.robots import Robots
from retrieval.library import Library

DAY = 86_400.0
PACE = 1_800.0  # seconds between two looks at a source that asks for nothing else
QUICKEST, SLOWEST = 60.0, 7 * DAY
_AGE = 4  # a page is looked at again after a quarter of its age


@dataclass(frozen=True, slots=True)
class Follow:
    """A source that is followed, and how asking for it went.

    `every` is the pace in seconds that a person chose, `pace` the one that the source asks for (0:
    none). `failures` counts those in a row; `error` tells the last, and is empty when all is well.
    """

    address: str
    every: float | None = None
    pace: float = 0.0
    etag: str = ""
    modified: str = ""
    asked: float = 0.0
    succeeded: float = 0.0
    next: float = 0.0
    failures: int = 0
    error: str = ""

    @property
    def wait(self) -> float:
        """The seconds between two looks at it while all is well."""
        own = self.pace or (QUICKEST if self.is_folder else PACE)
        return min(max(self.every or own, QUICKEST), SLOWEST)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of this machine."""
        return self.address.startswith("file:")

    def stale(self, now: float) -> bool:
        """Whether it is long overdue: three of its paces, a day at least."""
        return now - self.succeeded > max(3 * self.wait, DAY)


def succeeded(
    follow: Follow, now: float, *, pace: float = 0.0, etag: str = "", modified: str = ""
) -> Follow:
    """A source after it answered, with what it says of itself."""
    well = replace(follow, pace=pace, etag=etag, modified=modified, failures=0, error="")
    return replace(well, asked=now, succeeded=now, next=now + well.wait)


def failed(follow: Follow, now: float, error: str, after: float = 0.0) -> Follow:
    """A source after it failed; not asked again before `after` seconds where it says so."""
    failures = follow.failures + 1
    pause = max(backoff(follow.wait, failures), after)
    return replace(follow, failures=failures, error=error, asked=now, next=now + pause)


def backoff(pace: float, failures: int) -> float:
    """Twice as long after each failure in a row, a day at most, or the pace where that is longer."""
    return max(min(pace * 2.0 ** min(failures, 16), DAY), pace)


@dataclass(frozen=True, slots=True)
class Known:
    """A web page that is an item: what it was last, and when it is to be asked for again.

    `missing` is since when it is gone (0: it is there); `same` is the item that holds its article,
    where that is another.
    """

    uri: str
    follow: str = ""
    etag: str = ""
    modified: str = ""
    first: float = 0.0
    next: float = 0.0
    missing: float = 0.0
    failures: int = 0
    same: str = ""


def there(page: Known, now: float, etag: str, modified: str) -> Known:
    """A page that was answered for."""
    first = page.first or now
    pause = max(DAY, (now - first) / _AGE)
    return replace(
        page, first=first, next=now + pause, etag=etag, modified=modified, missing=0.0, failures=0
    )


def gone(page: Known, now: float) -> Known:
    """A page that its server no longer knows: asked for once more, a day after it was first gone."""
    missing = page.missing or now
    pause = DAY if now - missing >= DAY else missing + DAY - now
    return replace(page, first=page.first or now, missing=missing, next=now + pause, failures=0)


def unreached(page: Known, now: float, after: float) -> Known:
    """A page that could not be had."""
    failures = page.failures + 1
    pause = max(backoff(PACE, failures), after)
    return replace(page, first=page.first or now, failures=failures, next=now + pause)


def all_follows(library: Library) -> list[Follow]:
    """Everything that the library follows, by address."""
    return [Follow(*row) for row in library.execute(f"SELECT {_FOLLOW} FROM follows")]  # noqa: S608


def keep_follow(library: Library, follow: Follow) -> None:
    """Write a source's state, unless it is no longer followed; within a transaction."""
    names = [field.name for field in fields(Follow)[1:]]
    values = [getattr(follow, name) for name in names]
    sets = ", ".join(f"{name} = ?" for name in names)
    library.execute(f"UPDATE follows SET {sets} WHERE address = ?", [*values, follow.address])  # noqa: S608


def add_follow(library: Library, follow: Follow) -> None:
    """Write a source that is new, or followed anew; within a transaction."""
    values = [getattr(follow, field.name) for field in fields(Follow)]
    marks = ", ".join("?" * len(values))
    library.execute(f"REPLACE INTO follows ({_FOLLOW}) VALUES ({marks})", values)  # noqa: S608


def all_pages(library: Library) -> dict[str, Known]:
    """Every page that the library knows, by its address."""
    rows = library.execute(f"SELECT {_PAGE} FROM pages")  # noqa: S608
    return {row[0]: Known(*row) for row in rows}


def keep_pages(library: Library, pages: Iterable[Known]) -> None:
    """Write what is known of pages, within a transaction."""
    marks = ", ".join("?" * len(fields(Known)))
    for page in pages:
        values = [getattr(page, field.name) for field in fields(Known)]
        library.execute(f"REPLACE INTO pages ({_PAGE}) VALUES ({marks})", values)  # noqa: S608


def forget_pages(library: Library, uris: Iterable[str]) -> None:
    """Forget pages that are gone; one that shared its article takes it over, and is asked for again."""
    for uri in uris:
        others = library.execute("SELECT uri FROM pages WHERE same = ? ORDER BY first, uri", (uri,))
        for (heir,) in others[:1]:
            library.execute("UPDATE articles SET uri = ? WHERE uri = ?", (heir, uri))
            library.execute("UPDATE items SET revision = '' WHERE uri = ?", (heir,))
            library.execute("UPDATE pages SET same = ? WHERE same = ?", (heir, uri))
            library.execute("UPDATE pages SET same = '', next = 0 WHERE uri = ?", (heir,))
        library.execute("DELETE FROM pages WHERE uri = ?", (uri,))


def known_robots(library: Library) -> dict[str, Robots]:
    """What is known of sites' robots.txt, by origin."""
    rows = library.execute("SELECT origin, text, fetched FROM robots")
    return {origin: Robots(text, fetched) for origin, text, fetched in rows}


def keep_robots(library: Library, robots: dict[str, Robots]) -> None:
    """Write what is known of sites' robots.txt, within a transaction."""
    for origin, it in robots.items():
        library.execute("REPLACE INTO robots VALUES (?, ?, ?)", (origin, it.text, it.fetched))


_FOLLOW = ", ".join(field.name for field in fields(Follow))
_PAGE = ", ".join(field.name for field in fields(Known))
