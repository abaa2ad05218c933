"""Pure: an answer as Discord messages. Every text of an article or a person is escaped."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import show
from bot.clean import clean, shorten
from bot.discord.escape import LIMIT, escape, link, pack, pieces, size
from bot.discord.language import month, say
from retrieval.types import Answer, Article, Citation

MESSAGES = 3  # that an answer may take; what is longer comes as a file besides
_NEAREST = 3  # titles in a refusal
_TITLE, _SOURCE, _DATE = 120, 60, 30  # columns at most; a line with a link is never cut
_GROWING = " …"


@dataclass(frozen=True, slots=True)
class Rendered:
    """Messages in their order, and a file's name and text where they do not hold everything."""

    parts: tuple[str, ...]
    name: str = ""
    file: str = ""


def answer(it: Answer, language: str = "en", style: str = "full") -> Rendered:
    """The sentences with their numbers, then the clippings; or why there is none, with what is near.

    In the `short` style, a clipping's words are left out where the sentence just gave them.
    """
    if it.status == "abstained":
        return Rendered(tuple(pack(_refusal(it, language))))
    sentences = show.taken_apart(it)
    lines = [_sentence(text, numbers) for text, numbers in sentences]
    for citation in it.citations:
        said = [clean(text) for text, numbers in sentences if citation.number in numbers]
        lines += ["", *_clipping(citation, said, language, style)]
    return fit(lines, language, f"{_name(it.question.text)}.txt", lambda: show.answer(it, 100))


def fit(lines: list[str], language: str, name: str, whole: Callable[[], str]) -> Rendered:
    """The lines as messages; where those are too many, the whole as a file under the last."""
    parts = pack(lines)
    if len(parts) <= MESSAGES:
        return Rendered(tuple(parts))
    note = say(language, "rest_in_file")
    *first, last = parts[:MESSAGES]
    last = pack(last.split("\n"), LIMIT - size(note) - 1)[0]
    return Rendered((*first, f"{last}\n{note}"), name, f"{whole()}\n")


def _sentence(text: str, numbers: Sequence[int]) -> str:
    marks = "".join(f"[{number}]" for number in numbers)
    return f"{escape(text)} {marks}".strip()


def _clipping(citation: Citation, said: Iterable[str], language: str, style: str) -> list[str]:
    lines = [f"**[{citation.number}]** {place(citation.article, language)}"]
    if style == "full" or clean(citation.quote) not in said:
        lines.append(f"> {escape(citation.quote)}")
    also = [place(span.article, language) for span in citation.also[:_NEAREST]]
    return lines + [f"-# {say(language, 'also_in', place=it)}" for it in also]


def place(article: Article, language: str = "en") -> str:
    """The title as a link, the source and the date, as far as they are known."""
    title = escape(brief(article.title or article.id, _TITLE))
    source = escape(brief(article.source or "", _SOURCE))
    parts = [link(title, article.url), source, day(article.published, language)]
    return " · ".join(part for part in parts if part)


def brief(text: str, width: int) -> str:
    """The cleaned text, cut to that many columns; what takes no column is cut too."""
    return shorten(text[: 20 * width], width)[: 2 * width]


def day(published: str | None, language: str = "en") -> str:
    """A date as people write it; one that is none as it stands, cut and escaped."""
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:
        return escape(brief(published or "", _DATE))
    name = month(language, moment.month)
    return say(language, "date", day=moment.day, month=name, year=moment.year)


def _refusal(it: Answer, language: str) -> list[str]:
    nearest: dict[str, Article] = {}
    for passage in it.passages:
        nearest.setdefault(passage.article.title, passage.article)
    titles = [f"- {place(article, language)}" for article in list(nearest.values())[:_NEAREST]]
    if titles:
        titles.insert(0, say(language, "nearest"))
    return [say(language, "no_answer"), *titles, say(language, "how_to_add")]


def passages(
    found: Sequence[tuple[int, Article, str]], language: str = "en", missing: int = 0
) -> Rendered:
    """Passages in full, each with its number: (number, article, text); how many are gone."""
    lines: list[str] = []
    for number, article, text in found:
        lines += [f"**[{number}]** {place(article, language)}"]
        lines += [f"> {escape(part)}" for part in text.split("\n") if part.strip()]
        lines.append("")
    if missing:
        lines.append(say(language, "passages_gone", count=missing))
    plain = "\n\n".join(f"[{n}] {show.place(it)}\n{clean(text)}" for n, it, text in found)
    return fit(lines, language, "clippings.txt", lambda: plain)


def draft(text: str) -> str:
    """Text that is still being written, as far as one message holds it; not checked yet."""
    found = pieces(escape(text), LIMIT - len(_GROWING))[0]
    return f"{found}{_GROWING}"


def _name(question: str) -> str:
    letters = "".join(c if c.isascii() and c.isalnum() else "-" for c in question.casefold())
    return "-".join(filter(None, letters.split("-")))[:60].strip("-") or "answer"
