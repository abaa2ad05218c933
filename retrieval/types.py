"""The values that pass between the rooms: frozen, plain, without behaviour of their own."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was ingested; `text` is stored character for character.

    `published` is ISO 8601: a day, or a moment with its offset where the article gives the hour.
    """

    id: str
    title: str
    text: str
    url: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None
    language: str | None = None  # BCP 47, as the article says itself


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of an article's text, in characters: `text[start:end]`.

    `key` is the 16-byte hash of the text that is embedded for it (title included).
    """

    start: int
    end: int
    key: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one article's text, in characters; where a collapsed duplicate stands too."""

    article: Article
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found, with the score of the search that found it (higher is better).

    `also` names where else the same text stands: duplicates that were collapsed into this one.
    `parts` holds the scores that `score` was made of, by name.
    """

    article: Article
    start: int
    end: int
    score: float
    also: tuple[Span, ...] = ()
    parts: dict[str, float] = field(default_factory=dict)
    chunk: int = 0  # its id in its library
    library: str = ""

    @property
    def text(self) -> str:
        """The passage, word for word."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and the answer that it got."""

    question: str
    answer: str = ""
    cited: tuple[Span, ...] = ()  # the clippings of that answer


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks, of which libraries, after which turns, within which limits.

    `since` and `until` are ISO 8601 days or moments, both included; `source` is a source's name.
    """

    text: str
    libraries: tuple[str, ...] = ("main",)
    history: tuple[Turn, ...] = ()
    since: str | None = None
    until: str | None = None
    source: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """The clipping behind a sentence: always `quote == article.text[start:end]`.

    `also` names the other articles that print the same words.
    """

    number: int
    article: Article
    start: int
    end: int
    also: tuple[Span, ...] = ()
    speaker: str | None = None  # who says it, as the text has the name

    @property
    def quote(self) -> str:
        """The clipping, word for word; taken from the text, so it cannot differ from it."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Seconds:
    """Where the time of an answer went, in seconds."""

    retrieve: float = 0.0
    read: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an answer took of a chat model: tokens that it read and tokens that it wrote."""

    input: int = 0
    output: int = 0

    @property
    def total(self) -> int:
        """Both together: what a budget counts."""
        return self.input + self.output

    def __add__(self, other: "Tokens") -> "Tokens":
        """What two calls took together."""
        return Tokens(self.input + other.input, self.output + other.output)


NOTHING = Tokens()


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of an answer, for `/why`: its name, its seconds, and lines that explain it."""

    name: str
    seconds: float
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles a search may look at: seconds since 1970, both included; sources by name."""

    since: int | None = None
    until: int | None = None
    sources: tuple[str, ...] = ()


Status = Literal["answered", "abstained"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question: sentences with their clippings, or the reason why there are none.

    `confidence` is the calibrated probability, from 0 to 1, that the passages answer at all.

    `note` tells in a line what a reader should know beside it: that articles differ, that sentences
    of a model were dropped (so many in `dropped`), that the model failed.
    """

    question: Question
    status: Status
    answer: str
    reason: str
    reader: str
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    seconds: Seconds = Seconds()
    steps: tuple[Step, ...] = ()
    confidence: float = 0.0
    note: str = ""
    dropped: int = 0
    tokens: Tokens = NOTHING


def as_json(answer: Answer) -> dict[str, Any]:
    """The answer in the form that other programs rely on: plain JSON values."""
    return {
        "id": answer.question.id,
        "question": answer.question.text,
        "status": answer.status,
        "answer": answer.answer,
        "reason": answer.reason,
        "reader": answer.reader,
        "confidence": round(answer.confidence, 4),
        "citations": [
            {"number": c.number}
            | _where(c.article, c.start, c.end)
            | {"quote": c.quote, "speaker": c.speaker}
            | {"also": [_where(s.article, s.start, s.end) for s in c.also]}
            for c in answer.citations
        ],
        "passages": [
            {
                "article_id": p.article.id,
                "text": p.text,
                "start": p.start,
                "end": p.end,
                "score": round(p.score, 6),
                "also": [_where(s.article, s.start, s.end) for s in p.also],
            }
            for p in answer.passages
        ],
        "seconds": {
            "retrieve": round(answer.seconds.retrieve, 4),
            "read": round(answer.seconds.read, 4),
            "total": round(answer.seconds.total, 4),
        },
    } | (_of_the_model(answer) if answer.note or answer.tokens.total else {})


def _of_the_model(answer: Answer) -> dict[str, Any]:
    """What is told only where a chat model was asked."""
    tokens = {"input": answer.tokens.input, "output": answer.tokens.output}
    return {"note": answer.note, "dropped": answer.dropped, "tokens": tokens}


def _where(article: Article, start: int, end: int) -> dict[str, Any]:
    return {
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "published": article.published,
        "source": article.source,
        "start": start,
        "end": end,
    }
