"""The commands of the prompt: whole transcripts of each."""

from pathlib import Path

import pytest
from fakes import HashEmbedder, ScriptedChain, article, put

from bot.session import Session, greeting, limits
from retrieval.library import Library
from tests.bot.material import Talk


def test_sources(talk: Talk, session: Session, chain: ScriptedChain) -> None:
    """The list; one of them alone, in any case; a wrong name changes nothing; all again."""
    assert talk(
        "/sources",
        "/sources capital review",
        "/sources",
        "/sources Capitol",
        "Who?",
        "/sources all",
        "Who?",
    ) == (
        "> /sources\n"
        "1  Border Dispatch\n"
        "1  Capital Review\n"
        "> /sources capital review\n"
        "only Capital Review is asked; /sources all ends that\n"
        "> /sources\n"
        "1  Border Dispatch\n"
        "1  Capital Review\n"
        "only Capital Review is asked; /sources all ends that\n"
        "> /sources Capitol\n"
        "clippings: no article is from 'Capitol'; sources are: Capital Review, Border Dispatch\n"
        "> Who?\n"
        "no article answers this; the nearest is: Title 1\n"
        "> /sources all\n"
        "all sources are asked\n"
        "> Who?\n"
        "no article answers this; the nearest is: Title 1"
    )
    assert [asked.source for asked in chain.asked] == ["Capital Review", None]


def test_since(talk: Talk, session: Session, chain: ScriptedChain) -> None:
    """A written date is understood, a wrong one changes nothing, `all` ends it."""
    assert talk("/since", "/since 24 August 2016", "/since soon", "Who?", "/since all") == (
        "> /since\n"
        "articles of all dates are asked\n"
        "> /since 24 August 2016\n"
        "only articles since 24 August 2016 are asked; /since all ends that\n"
        "> /since soon\n"
        "clippings: 'soon' is no date: write it as 2016-08-24\n"
        "> Who?\n"
        "no article answers this; the nearest is: Title 1\n"
        "> /since all\n"
        "articles of all dates are asked"
    )
    assert chain.asked[0].since == "2016-08-24"


def test_articles(talk: Talk) -> None:
    """All, those with the words, and a single one whole."""
    assert talk(
        "/articles", "/articles aug 2016", "/articles POWERS  divided", "/articles x y"
    ) == (
        "> /articles\n"
        "a2  2016-08-25  Capital Review   Powers divided\n"
        "a1  2016-08-24  Border Dispatch  Tanks cross the border\n"
        "a3                               A note\n"
        "> /articles aug 2016\n"
        "a2  2016-08-25  Capital Review   Powers divided\n"
        "a1  2016-08-24  Border Dispatch  Tanks cross the border\n"
        "> /articles POWERS  divided\n"
        "Powers divided · Capital Review · 25 August 2016\n"
        "\n"
        "Moscow was deeply worried. Nothing else was known.\n"
        "> /articles x y\n"
        "clippings: no title, source or date has all of: x y"
    )


def test_many_articles(talk: Talk, main: Library) -> None:
    """A long list is cut, and says so."""
    put(main, [article(f"n{n:03}") for n in range(100)], HashEmbedder())
    last = talk("/articles").split("\n")[-1]
    assert last == "and 53 more: /articles WORDS shows fewer"


def test_libraries(talk: Talk, data: Path, chain: ScriptedChain, session: Session) -> None:
    """Shown and switched; one that is not there changes nothing; a source that ends is told."""
    other = Library(data / "libraries" / "other", create=True)
    put(other, [article(9)], HashEmbedder())
    assert talk(
        "/library",
        "/library nowhere",
        "/sources Capital Review",
        "/library other main",
        "/library other",
        "Who?",
    ) == (
        "> /library\n"
        "asked: main (3 articles)\n"
        "> /library nowhere\n"
        "clippings: no library 'nowhere' (there are: main, other); make it with: "
        "clippings ingest PATH --library nowhere\n"
        "> /sources Capital Review\n"
        "only Capital Review is asked; /sources all ends that\n"
        "> /library other main\n"
        "asked: other (1 article), main (3 articles)\n"
        "> /library other\n"
        "asked: other (1 article)\n"
        "all sources are asked: none here is Capital Review\n"
        "> Who?\n"
        "no article answers this; the nearest is: Title 1"
    )
    assert chain.asked[0].libraries == ("other",)


@pytest.mark.parametrize(
    ("typed", "near"),
    [("/sorces", "/sources"), ("/wy", "/why"), ("/exit", "/quit"), ("/sources/", "/sources")],
)
def test_unknown_commands(talk: Talk, typed: str, near: str) -> None:
    """One line, with the nearest command."""
    assert talk(typed) == (
        f"> {typed}\nclippings: no command {typed}: did you mean {near}? /help lists them all"
    )


def test_help_names_every_command(talk: Talk) -> None:
    """With what it takes."""
    shown = talk("/help")
    for name in ("/sources [NAME|all]", "/since [DATE|all]", "/library [NAME...]", "/quit"):
        assert name in shown
    assert all(len(line) <= 80 for line in shown.split("\n"))


def test_words_around_the_prompt(session: Session, talk: Talk) -> None:
    """The greeting names the libraries; the prompt names the limits."""
    assert greeting(["main", "b"]) == (
        "Ask main, b a question. /help lists the commands, Ctrl-D leaves."
    )
    assert limits(session) == ""
    talk("/since 2016-08-24", "/sources border dispatch")
    assert limits(session) == "Border Dispatch, since 2016-08-24"
