"""An equal question over unchanged libraries is answered from what was answered; any other is asked."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put

from retrieval import kept
from retrieval.chain import Chain, build
from retrieval.errors import EmbedderDiffers
from retrieval.library import Library
from retrieval.settings import Settings
from retrieval.types import Question, Turn

ASKED = Question("What did the mayor of Lorn open?")


@pytest.fixture
def chain(library: Library, embedder: HashEmbedder, tmp_path: Path) -> Iterator[Chain]:
    """Over a library of one article."""
    put(library, [article(1, "The mayor of Lorn opened a bridge on Sunday.")], embedder)
    with closing(build(Settings(data=tmp_path), embedder)) as made:
        yield made


def fresh(chain: Chain, question: Question) -> bool:
    """Whether a question was asked of the articles, not of what was answered."""
    return "kept" not in [step.name for step in chain.ask(question).steps]


def test_an_equal_question_is_not_asked_twice(chain: Chain, embedder: HashEmbedder) -> None:
    """The second answer is the first, in a time of its own, and embeds nothing; its id is the asker's."""
    first, asked = chain.ask(ASKED), len(embedder.asked)
    again = chain.ask(replace(ASKED, id="7"))
    assert (again.answer, again.citations) == (first.answer, first.citations)
    assert len(embedder.asked) == asked
    assert again.question.id == "7"
    assert again.seconds.total < first.seconds.total


def test_another_question_is_asked(chain: Chain) -> None:
    """Other words, limits or history make it another."""
    chain.ask(ASKED)
    assert fresh(chain, replace(ASKED, text="Who opened a bridge?"))
    assert fresh(chain, replace(ASKED, since="2016-01-01"))
    assert fresh(chain, replace(ASKED, history=(Turn("Who?", "Nobody."),)))
    assert not fresh(chain, ASKED)


def test_a_library_that_changed_is_asked(
    chain: Chain, library: Library, embedder: HashEmbedder
) -> None:
    """What was added or deleted shows in the next answer."""
    before = chain.ask(ASKED)
    put(library, [article(1, "The mayor of Lorn opened a school on Monday.")], embedder)
    assert fresh(chain, ASKED)
    assert "school" in chain.ask(ASKED).passages[0].text
    with library.transaction():
        library.delete("a1")
    assert chain.ask(ASKED).passages == ()
    assert before.passages != ()


def test_another_embedders_library_is_refused(chain: Chain, library: Library) -> None:
    """What was answered before does not hide that the library has to be embedded anew."""
    chain.ask(ASKED)
    with library.transaction():
        library.put("embedder", "another")
    with pytest.raises(EmbedderDiffers):
        chain.ask(ASKED)


def test_so_many_are_kept(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was asked for longest ago goes."""
    monkeypatch.setattr(kept, "_MOST", 2)
    others = [replace(ASKED, text=f"{ASKED.text} {n}") for n in range(2)]
    chain.ask(ASKED)
    chain.ask(others[0])
    assert not fresh(chain, ASKED)
    chain.ask(others[1])
    assert not fresh(chain, ASKED)
    assert fresh(chain, others[0])
