"""One conversation at the prompt: what limits its questions, what was said, and the commands."""

import difflib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot import show
from bot.clean import clean, whole
from retrieval.ask import filter_for
from retrieval.dates import to_iso
from retrieval.errors import QuestionError
from retrieval.library import Library
from retrieval.types import Answer, Article, Question, Span, Turn

_TURNS = 20  # that are remembered
_LISTED = 50  # articles shown at once


@dataclass(slots=True)
class Session:
    """What the prompt holds between two lines.

    `ask` answers, `library` opens a library by its name, `width` tells how wide the terminal is.
    """

    ask: Callable[[Question], Answer]
    library: Callable[[str], Library]
    question: Question  # the next one, all but its text: libraries, limits, history
    width: Callable[[], int] = lambda: 80
    paint: show.Paint = show.plain
    last: Answer | None = None
    left: bool = field(default=False)

    @property
    def libraries(self) -> list[Library]:
        """The libraries that are asked."""
        return [self.library(name) for name in self.question.libraries]


def reply(session: Session, line: str) -> str:
    """What a typed line brings: a command's result, or an answer.

    Raises:
        ClippingsError: it cannot be done; the session is as it was.
    """
    text = " ".join(whole(line).split())
    if not text.startswith("/"):
        return _answer(session, text)
    name, _, argument = text.partition(" ")
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0)
        hint = f"did you mean {near[0]}? " if near else ""
        raise QuestionError(f"no command {name[:40]}: {hint}/help lists them all")
    return COMMANDS[name][0](session, argument.strip())


def limits(session: Session) -> str:
    """What the next question is limited to, in a few words; empty where it is not."""
    asked = session.question
    parts = [asked.source or "", f"since {asked.since}" if asked.since else ""]
    return clean(", ".join(part for part in parts if part))


def greeting(names: Sequence[str]) -> str:
    """What the prompt begins with; it opens nothing, so that it stands there at once."""
    return f"Ask {', '.join(names)} a question. /help lists the commands, Ctrl-D leaves."


def _answer(session: Session, text: str) -> str:
    answer = session.ask(replace(session.question, text=text))
    session.last = answer
    cited = tuple(Span(c.article, c.start, c.end) for c in answer.citations)
    history = (*session.question.history, Turn(text, answer.answer, cited))[-_TURNS:]
    session.question = replace(session.question, history=history)
    return show.answer(answer, session.width(), session.paint)


def _sources(session: Session, name: str) -> str:
    if name == "all":
        session.question = replace(session.question, source=None)
        return "all sources are asked"
    if name:
        wanted = replace(session.question, source=name)
        session.question = replace(wanted, source=filter_for(wanted, session.libraries).sources[0])
        return f"only {clean(session.question.source or '')} is asked; /sources all ends that"
    counts: Counter[str] = Counter()
    for library in session.libraries:
        counts.update(library.sources())
    asked = session.question.source
    note = f"\nonly {clean(asked)} is asked; /sources all ends that" if asked else ""
    return show.sources(dict(counts.most_common())) + note


def _why(session: Session, _: str) -> str:
    if session.last is None:
        raise QuestionError("nothing was answered yet: ask a question first")
    return show.why(session.last, session.width())


def _articles(session: Session, words: str) -> str:
    found = [(a, library) for library in session.libraries for a in library.listing()]
    same = [pair for pair in found if words.casefold() in {_folded(pair[0].title), pair[0].id}]
    if not same:
        same = found = [pair for pair in found if _speaks_of(pair[0], words)]
    if words and len(same) == 1:
        it, library = same[0]
        return show.article(library.articles([it.id]).get(it.id, it), session.width())
    if not found:
        raise QuestionError(f"no title, source or date has all of: {words}")
    listed = show.listing([it for it, _ in found[:_LISTED]], session.width())
    more = len(found) - _LISTED
    return listed + (f"\nand {more:,} more: /articles WORDS shows fewer" if more > 0 else "")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _speaks_of(it: Article, words: str) -> bool:
    line = _folded(f"{it.id} {it.published} {show.day(it.published)} {it.source or ''} {it.title}")
    return all(word in line for word in words.casefold().split())


def _library(session: Session, names: str) -> str:
    if names:
        wanted = tuple(dict.fromkeys(names.split()))
        opened = [session.library(name) for name in wanted]  # before anything is switched
        session.question = replace(session.question, libraries=wanted)
        source = session.question.source
        if source is not None and not any(source in library.sources() for library in opened):
            session.question = replace(session.question, source=None)
            return f"{_counts(session)}\nall sources are asked: none here is {clean(source)}"
    return _counts(session)


def _counts(session: Session) -> str:
    held = [(it.name, show.count(it.count("articles"), "article")) for it in session.libraries]
    return "asked: " + ", ".join(f"{name} ({articles})" for name, articles in held)


def _since(session: Session, date: str) -> str:
    if date == "all":
        session.question = replace(session.question, since=None)
    elif date:
        try:
            since = to_iso(date)
        except ValueError as error:
            raise QuestionError(f"{date[:40]!r} is no date: write it as 2016-08-24") from error
        session.question = replace(session.question, since=since)
    since_now = session.question.since
    if since_now is None:
        return "articles of all dates are asked"
    return f"only articles since {show.day(since_now)} are asked; /since all ends that"


def _new(session: Session, _: str) -> str:
    session.question = replace(session.question, history=())
    session.last = None
    return "a new conversation"


def _help(_session: Session, _: str) -> str:
    rows = [(f"{name} {usage}".strip(), told) for name, (_, usage, told) in COMMANDS.items()]
    width = max(len(row[0]) for row in rows)
    return "\n".join(f"{typed:<{width}}  {told}" for typed, told in rows)


def _quit(session: Session, _: str) -> str:
    session.left = True
    return ""


COMMANDS: dict[str, tuple[Callable[[Session, str], str], str, str]] = {
    "/sources": (_sources, "[NAME|all]", "the sources; or ask one of them alone"),
    "/why": (_why, "", "how the last answer was found: scores and times"),
    "/articles": (_articles, "[WORDS|TITLE]", "the articles with these words; or one whole"),
    "/library": (_library, "[NAME...]", "which libraries are asked; or ask others"),
    "/since": (_since, "[DATE|all]", "ask only articles of that day and later"),
    "/new": (_new, "", "forget the conversation"),
    "/help": (_help, "", "these commands"),
    "/quit": (_quit, "", "leave (Ctrl-D does too)"),
}
