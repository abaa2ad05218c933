"""Answers as messages: golden texts, and what holds for any article and any citations."""

import re
import runpy
from pathlib import Path

import pytest
from fakes import article
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord import render
from bot.discord.escape import LIMIT, size
from bot.discord.language import LANGUAGES
from retrieval.types import Answer, Citation, Passage, Question, Span
from tests.bot.discord.test_escape import ACTIVE, PINGS, WORDS
from tests.bot.material import BARE as NOTE
from tests.bot.material import RUSSIA, SYRIA

GOLDEN = Path(__file__).parent / "golden"
ASKED = Question("Who opposes it?")
TEXT = ACTIVE | WORDS


def answered(text: str, *citations: Citation) -> Answer:
    """An answer with those citations."""
    return Answer(ASKED, "answered", text, "", "script", citations)


def examples() -> dict[str, Answer]:
    """The answers that are kept as golden texts, by name."""
    cited = answered(
        "The ministry called it a violation. [1]\nMoscow was deeply worried. [2]",
        Citation(1, SYRIA, 0, 35),
        Citation(2, RUSSIA, 0, 26, also=(Span(NOTE, 0, 28),)),
    )
    hostile = article(
        9,
        "@everyone **Click** [here](https://evil.example) or <@1> said so. # Big",
        title="`rm` | [x](http://y) _free_",
        source="<#1>",
        published="soon",
        url="https://example.org/a_(b)",
    )
    long = article(8, "A sentence about the strait. " * 400, title="Long", source="Daily")
    near = tuple(Passage(it, 0, 10, 0.5) for it in (SYRIA, RUSSIA, SYRIA, NOTE))
    return {
        "answer": cited,
        "hostile": answered(f"{hostile.text} [1]", Citation(1, hostile, 0, len(hostile.text))),
        "long": answered("It was long. [1]", Citation(1, long, 0, len(long.text))),
        "refusal": Answer(ASKED, "abstained", "", "none", "script", passages=near),
    }


def shown(it: render.Rendered) -> str:
    """The messages as the golden file holds them."""
    file = f"\n----- {it.name}\n{it.file}" if it.file else ""
    return "\n----- next message\n".join(it.parts) + file + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", ["full", "short"])
@pytest.mark.parametrize("name", examples())
def test_golden(name: str, style: str, language: str) -> None:
    """What is sent is, to the character, what is kept (see `golden/`)."""
    file = GOLDEN / f"{name}.{style}.{language}.txt"
    text = shown(render.answer(examples()[name], language, style))
    if not file.exists():
        file.write_text(text, "utf-8")
        pytest.fail(f"{file.name} was missing and is written: look at it, then run this again")
    assert text == file.read_text("utf-8")


CITED = st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT), min_size=1, max_size=6)


@settings(deadline=None)
@given(CITED, TEXT, st.sampled_from(["full", "short"]), st.sampled_from(list(LANGUAGES)))
def test_any_answer(
    cited: list[tuple[str, str, str, str]], prose: str, style: str, language: str
) -> None:
    """Whatever articles hold: every part fits, nothing pings or formats, the numbers match."""
    citations, lines = [], []
    for number, (text, title, source, url) in enumerate(cited, start=1):
        it = article(
            number, text or "x", title=title, source=source, url=f"https://x/{url}", published=title
        )
        citations.append(Citation(number, it, 0, len(it.text), also=(Span(it, 0, 1),)))
        lines.append(f"{prose} [{number}]")
    rendered = render.answer(answered("\n".join(lines), *citations), language, style)
    assert 1 <= len(rendered.parts) <= render.MESSAGES
    for part in rendered.parts:
        assert 0 < size(part) <= LIMIT
        assert part.strip()
        assert not PINGS.search(part)
        active = re.sub(r"\\.", "", part)  # what is escaped does nothing
        active = re.sub(r"\[[^\[\]\n]*\]\(<https?://[^<>\s]*>\)", "", active)  # links, ours
        active = re.sub(r"\*\*\[\d+\]\*\*|\[\d+\]|`/library add`", "", active)  # numbers, ours
        assert not re.search(r"[*_~`|<\[\]]", active)
    body = "\n".join(rendered.parts)
    numbers = {int(n) for n in re.findall(r"\[(\d+)\](?!\(<)", re.sub(r"\\.", "", body))}
    assert numbers <= {citation.number for citation in citations}
    if not rendered.file:
        assert numbers == {citation.number for citation in citations}


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=5), st.sampled_from(list(LANGUAGES)))
def test_any_refusal(near: list[tuple[str, str]], language: str) -> None:
    """A refusal fits one message and pings nobody."""
    found = tuple(
        Passage(article(n, text or "x", title=title), 0, 1, 0.1)
        for n, (text, title) in enumerate(near)
    )
    rendered = render.answer(Answer(ASKED, "abstained", "", "", "s", passages=found), language)
    assert len(rendered.parts) == 1
    assert size(rendered.parts[0]) <= LIMIT
    assert not PINGS.search(rendered.parts[0])


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=4))
def test_any_passages(texts: list[str]) -> None:
    """Passages in full fit too, or go on in a file."""
    rendered = render.passages([(n, SYRIA, text) for n, text in enumerate(texts, 1)])
    assert all(0 < size(part) <= LIMIT for part in rendered.parts)
    assert not any(PINGS.search(part) for part in rendered.parts)


@settings(deadline=None)
@given(TEXT)
def test_any_draft(text: str) -> None:
    """A draft fits one message and pings nobody."""
    assert 0 < size(render.draft(text)) <= LIMIT
    assert not PINGS.search(render.draft(text))


def test_the_whole_is_in_the_file() -> None:
    """Where the messages do not hold it, the file does, to the last sentence."""
    rendered = render.answer(examples()["long"])
    assert len(rendered.parts) == render.MESSAGES
    assert rendered.name == "who-opposes-it.txt"
    assert " ".join(rendered.file.split()).count("A sentence about the strait.") == 400


def test_the_picture_is_drawn_from_the_golden_text() -> None:
    """docs/discord-answer.svg shows what is sent: python docs/draw.py draws it anew."""
    root = Path(__file__).parents[3]
    drawn = runpy.run_path(str(root / "docs" / "draw.py"))
    text = (GOLDEN / "answer.full.en.txt").read_text("utf-8").rstrip("\n")
    assert drawn["picture"](text) == (root / "docs" / "discord-answer.svg").read_text("utf-8")
