"""A newspaper on loopback that publishes, edits, moves and deletes, has outages and asks for rests."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from html import escape

from fakes import HashEmbedder

from ingest import following, run
from ingest.fetching import Fetcher
from ingest.report import Report
from retrieval.library import Library
from retrieval.vectors import Vectors
from tests.ingest.wire import Asked, Handler, Server, answer, fetcher

DAY = 86_400.0
HOST = "paper.example"


@dataclass(frozen=True, slots=True)
class Story:
    """An article as the paper has it: its text is paragraphs."""

    title: str
    text: str
    hour: int = 9
    furniture: str = ""
    canonical: str = ""
    site: str = "The Paper"


def prose(subject: str, sentences: int = 6) -> str:
    """Paragraphs that extraction takes for an article's."""
    return "\n\n".join(
        f"The report on {subject} number {n} was read in the council on Monday, and members spoke "
        f"of {subject} for an hour, with a vote to follow in the spring of the year."
        for n in range(sentences)
    )


@dataclass
class Paper:
    """The paper: `stories` by path, `feed` the paths that its feed lists, `moved` and `broken` paths.

    `outage` is a status that everything is answered with, `rest` its `Retry-After`.
    """

    server: Server
    stories: dict[str, Story] = field(default_factory=dict)
    feed: list[str] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    outage: int = 0
    rest: int = 0
    ttl: int = 0

    def __post_init__(self) -> None:
        self.server.respond = self.respond

    def publish(self, path: str, story: Story) -> None:
        """A new article, on top of the feed."""
        self.stories[path] = story
        self.feed.insert(0, path)

    def edit(self, path: str, text: str) -> None:
        """Another text for an article."""
        self.stories[path] = replace(self.stories[path], text=text)

    def url(self, path: str) -> str:
        """An address of the paper."""
        return self.server.url(path)

    def respond(self, asked: Asked) -> bytes | Handler:
        """What the paper's server says."""
        path = asked.path.partition("?")[0]
        if self.outage:
            rest = {"Retry_After": str(self.rest)} if self.rest else {}
            return answer("later", self.outage, **rest)
        if path == "/robots.txt":
            return answer("User-agent: *\nDisallow: /private\n", kind="text/plain")
        if path in self.moved:
            return answer(status=301, Location=self.moved[path])
        if path in self.gone:
            return answer(status=410)
        if path == "/feed":
            return self._conditional(asked, self.rss(), "application/rss+xml")
        if path in self.stories:
            return self._conditional(asked, self.page(path), "text/html; charset=utf-8")
        return answer(status=404)

    def _conditional(self, asked: Asked, body: str, kind: str) -> bytes:
        etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:12]}"'
        if asked.headers.get("if-none-match") == etag:
            return answer(status=304, ETag=etag)
        return answer(body, kind=kind, ETag=etag)

    def rss(self) -> str:
        """The feed: titles and addresses alone, so an edited text does not show in it."""
        items = "".join(
            f"<item><title>{escape(self.stories[p].title)}</title><link>{self.url(p)}</link>"
            f"<guid>{p}</guid></item>"
            for p in self.feed
        )
        ttl = f"<ttl>{self.ttl}</ttl>" if self.ttl else ""
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>P</title>{ttl}{items}</channel></rss>'

    def page(self, path: str) -> str:
        """A page with what surrounds an article on the web."""
        it = self.stories[path]
        words = "".join(f"<p>{escape(p)}</p>" for p in it.text.split("\n\n"))
        canonical = self.url(it.canonical or path)
        return (
            f'<html lang="en"><head><title>{escape(it.title)} | The Paper</title>'
            f'<link rel="canonical" href="{canonical}">'
            f'<meta property="og:title" content="{escape(it.title)}">'
            f'<meta property="og:site_name" content="{it.site}">'
            f'<meta property="article:published_time" content="2026-11-02T{it.hour:02}:30:00+00:00">'
            f"</head><body><nav><a href=/>Home</a></nav><article>"
            f"{it.furniture}{words}</article><footer>All rights reserved</footer></body></html>"
        )


class Desk:
    """A library that follows the paper, with a clock of its own."""

    def __init__(
        self, paper: Paper, library: Library, embedder: HashEmbedder, vectors: Vectors
    ) -> None:
        self.paper, self.library = paper, library
        self.embedder, self.vectors = embedder, vectors
        self.clock = 1_793_600_000.0
        self.fetcher: Fetcher = fetcher()

    def pull(self, *, only_due: bool = False) -> Report:
        """One pull now; afterwards `embedder.asked` and `asked` hold what it asked."""
        self.embedder.asked.clear()
        self.paper.server.asked.clear()
        return following.pull(
            self.library,
            embedder=self.embedder,
            vectors=self.vectors,
            only_due=only_due,
            fetcher=self.fetcher,
            now=lambda: self.clock,
        )

    def ingest(self, *addresses: str) -> Report:
        """Addresses read once."""
        self.embedder.asked.clear()
        self.paper.server.asked.clear()
        return run.ingest(
            self.library,
            addresses,
            embedder=self.embedder,
            vectors=self.vectors,
            fetcher=self.fetcher,
        )

    def texts(self) -> dict[str, str]:
        """The library's texts by the paths of their addresses."""
        rows = self.library.execute("SELECT url, text FROM articles")
        return {re.sub(r"^http://[^/]+", "", url): text for url, text in rows}
