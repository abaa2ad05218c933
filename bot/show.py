"""Pure: answers, articles and reports as lines for a terminal. All text is cleaned on its way."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from rich.cells import cell_len

from bot.clean import clean, pad, shorten, wrap
from ingest.report import Report
from retrieval.types import Answer, Article, Citation

Paint = Callable[[str, str], str]
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August"]
_MONTHS += ["September", "October", "November", "December"]
_STYLES = {"mark": "1;36", "place": "1", "link": "36", "faint": "2", "reason": "33"}
_MARKS = re.compile(r" ((?:\[\d+\])+)(?:\n|$)")
_ID, _SOURCE = 24, 24  # columns at most


def plain(text: str, style: str) -> str:  # noqa: ARG001 - one of two ways to paint
    """The text without colours."""
    return text


def painted(text: str, style: str) -> str:
    """The text in the colours of a style."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def answer(it: Answer, width: int, paint: Paint = plain) -> str:
    """The sentences with their numbers, then the clipping behind each number; or the reason."""
    if it.status == "abstained":
        told = [it.reason, it.note] if it.note else [it.reason]
        return "\n".join(paint(line, "reason") for text in told for line in wrap(text, width))
    sentences = taken_apart(it)
    lines = []
    for text, numbers in sentences:
        marks = "".join(f"[{number}]" for number in numbers)
        *before, last = wrap(f"{clean(text)} {marks}", width)
        if marks and last.endswith(marks):
            last = last.removesuffix(marks) + paint(marks, "mark")
        lines += [*before, last]
    for citation in it.citations:
        lines += ["", *_clipping(citation, sentences, width, paint)]
    if it.note:
        lines += ["", *(paint(line, "faint") for line in wrap(it.note, width))]
    return "\n".join(lines)


def taken_apart(it: Answer) -> list[tuple[str, list[int]]]:
    """The answer taken apart: each sentence with the numbers that stand behind it."""
    known = {citation.number for citation in it.citations}
    found, start = [], 0
    for match in _MARKS.finditer(it.answer):
        numbers = [int(number) for number in re.findall(r"\d{1,9}", match[1])]
        if known.issuperset(numbers):
            found.append((it.answer[start : match.start()], numbers))
            start = match.end()
    if it.answer[start:].strip():
        found.append((it.answer[start:], []))
    return found


def _clipping(
    citation: Citation, sentences: Iterable[tuple[str, list[int]]], width: int, paint: Paint
) -> list[str]:
    """One clipping: where it stands, its address, its words unless the answer just gave them."""
    mark = f"[{citation.number}] "
    indent = " " * len(mark)
    first, *more = wrap(place(citation.article), width, mark, indent)
    lines = [paint(mark.strip(), "mark") + " " + paint(first.removeprefix(mark), "place")]
    lines += [indent + paint(line.removeprefix(indent), "place") for line in more]
    if citation.article.url:
        lines.append(indent + paint(clean(citation.article.url), "link"))
    quote = clean(citation.quote)
    if not any(quote == clean(text) for text, numbers in sentences if citation.number in numbers):
        lines += wrap(f"“{quote}”", width, indent)
    for span in citation.also:
        lines += [
            paint(line, "faint")
            for line in wrap(f"also in: {place(span.article)}", width, indent, indent + "  ")
        ]
    return lines


def place(article: Article) -> str:
    """Title · Source · 24 August 2016, as far as they are known."""
    parts = [article.title or article.id, article.source, day(article.published)]
    return " · ".join(cleaned for part in parts if part and (cleaned := clean(part)))


def day(published: str | None) -> str:
    """A date as people write it; one that is none as it stands."""
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:
        return clean(published or "")
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def why(it: Answer, width: int) -> str:
    """Every stage of an answer with its time and what it decided."""
    lines = [f"{clean(it.question.text)}: {it.status} by {clean(it.reader)}"]
    for step in it.steps:
        lines.append(f"{clean(step.name):<10} {1000 * step.seconds:7.1f} ms")
        for line in step.lines:
            lines += wrap(line, width, "  ", "      ")
    lines.append(f"{'total':<10} {1000 * it.seconds.total:7.1f} ms")
    if it.tokens.total:
        lines.append(f"{'tokens':<10} {it.tokens.input:,} read, {it.tokens.output:,} written")
    return "\n".join(lines)


def listing(articles: Sequence[Article], width: int) -> str:
    """A table: id, date, source, title."""
    ids = max((len(clean(a.id)) for a in articles), default=0)
    sources = max((len(clean(a.source or "")) for a in articles), default=0)
    ids, sources = min(ids, _ID), min(sources, _SOURCE)
    rows = []
    for it in articles:
        # An id is what `forget` is given: it is never cut, a table can bear one crooked row.
        cells = [clean(it.id) if len(it.id) > _ID else pad(it.id, ids)]
        cells += [pad((it.published or "")[:10], 10), pad(it.source or "", sources)]
        left = "  ".join(cells)
        rows.append(f"{left}  {shorten(it.title, max(width - cell_len(left) - 2, 30))}".rstrip())
    return "\n".join(rows)


def article(it: Article, width: int) -> str:
    """A whole article, paragraph by paragraph."""
    lines = wrap(place(it), width)
    lines += [clean(it.url)] if it.url else []
    for paragraph in re.split(r"\n\s*\n", it.text):
        if words := clean(paragraph):
            lines += ["", *wrap(words, width)]
    return "\n".join(lines)


def sources(counts: Mapping[str, int]) -> str:
    """How many articles each source has."""
    if not counts:
        return "no article names its source"
    digits = max(len(f"{count:,}") for count in counts.values())
    return "\n".join(f"{count:>{digits},}  {clean(name)}" for name, count in counts.items())


def count(number: int, noun: str) -> str:
    """1 article, 2,000 articles."""
    plural = noun[:-1] + "ies" if noun.endswith("ry") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def report(done: Report, library: str) -> str:
    """What a run did, in a few lines."""
    lines = [
        f"{library}: {count(done.new, 'article')} new, {done.changed:,} changed, {done.same:,} as before",
        f"{count(done.chunks, 'chunk')} stored, {done.embedded:,} embedded, in {done.seconds:.1f} s",
    ]
    if done.deleted:
        lines.append(f"deleted, for they are gone from where they came: {done.deleted:,}")
    if done.gone > done.deleted:
        kept = done.gone - done.deleted
        lines.append(f"gone from where they came, but kept: {kept:,} (--prune deletes them)")
    if done.skipped:
        kinds = ", ".join(
            f"{number:,} {clean(kind)}" for kind, number in done.skipped.most_common()
        )
        lines.append(f"left alone, of kinds that are not read: {kinds}")
    if done.problems:
        lines.append(f"{count(len(done.problems), 'problem')}, told above")
    return "\n".join(lines)
