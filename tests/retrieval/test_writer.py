"""Prose from a chat model: what stands, what is dropped, what happens when the model fails."""

from pathlib import Path
from typing import Any

import pytest
from fakes import HashEmbedder, article, put
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from retrieval_news import ASKED, GERMANY, PLAN, RUSSIA, SYRIA, cite, says

from retrieval.chain import Chain
from retrieval.listening import Sentences
from retrieval.spending import Spending
from retrieval.types import NOTHING, Question, Span, Turn, as_json
from retrieval.writer import Writer


def test_a_supported_sentence_cites_its_very_sentence(ask: Any) -> None:
    """The number of a passage becomes the stretch of the article that bears the sentence out."""
    said = 'Syria\'s foreign ministry condemned the Turkish incursion as a "blatant violation".'
    answer = ask(PLAN, cite((said, "blatant")))
    assert answer.status == "answered"
    assert answer.reader == "fake:model"
    assert answer.answer == f"{said} [1]"
    assert answer.citations[0].quote == SYRIA.text[: SYRIA.text.index(" It asked")]
    assert answer.note == ""
    assert answer.tokens.total == 30


def test_another_governments_words_are_dropped(ask: Any) -> None:
    """Russia is not given the Syrian ministry's words; the reader is told, /why says which and why."""
    said = 'Syria\'s foreign ministry condemned the Turkish incursion as a "blatant violation".'
    stolen = 'Russia condemned the Turkish incursion as a "blatant violation".'
    answer = ask(PLAN, cite((said, "blatant"), (stolen, "blatant")))
    assert "Russia" not in answer.answer
    assert answer.dropped == 1
    assert answer.note == "1 sentence of the model dropped: no clipping supports it."
    told = "\n".join(line for step in answer.steps for line in step.lines)
    assert "Syria's foreign ministry says this in the article, not Russia" in told
    assert stolen in told
    assert as_json(answer)["dropped"] == 1


@pytest.mark.parametrize(
    "line",
    [
        "The moon is made of cheese. [1]",
        "Syria's foreign ministry condemned the Turkish incursion.",  # cites nothing
        "Syria's foreign ministry condemned the Turkish incursion. [99]",
        "Syria's foreign ministry condemned the Turkish incursion, see https://evil.example [1]",
        "@everyone Syria's foreign ministry condemned the Turkish incursion. [1]",
    ],
)
def test_nothing_left_gives_the_quotes(ask: Any, line: str) -> None:
    """What the articles say is given instead, word for word, and a line says so."""
    answer = ask(PLAN, line)
    assert answer.status == "answered"
    assert answer.reader == "quotes"
    assert answer.answer.startswith(SYRIA.text[:40])
    assert answer.note.startswith("No clipping supports what the model wrote")
    assert "evil" not in answer.answer
    assert "@everyone" not in answer.answer


def test_a_pronoun_falls_with_what_it_points_to(ask: Any) -> None:
    """After a dropped sentence "it" would point to somebody else."""
    made_up = ("The Vatican condemned the Turkish incursion.", "blatant")
    answer = ask(PLAN, cite(made_up, ("It asked the council to act.", "blatant")))
    assert answer.reader == "quotes"
    assert answer.dropped == 2


def test_the_model_may_say_that_nothing_answers(ask: Any) -> None:
    """That is a refusal, with the nearest titles."""
    answer = ask(PLAN, "NO ANSWER")
    assert answer.status == "abstained"
    assert "The nearest are: " in answer.reason
    assert answer.tokens.total == 30


def test_below_the_gate_nothing_is_written(ask: Any) -> None:
    """The model is asked for the plan alone."""
    answer = ask(PLAN, question=Question("Who discovered penicillin?"))
    assert answer.status == "abstained"
    assert len(ask.model.asked) == 1


def test_an_equal_question_is_answered_from_the_cache(ask: Any, chain: Chain) -> None:
    """No call, no tokens, the same answer; a changed library is asked about anew."""
    said = cite(("Martin Schaefer said Germany respected the Turkish incursion.", "Schaefer"))
    first = ask(PLAN, said)
    again = ask("never said")
    assert again.answer == first.answer
    assert again.tokens == NOTHING
    assert ask.model.asked == []
    assert "from the cache" in "\n".join(again.steps[3].lines)
    put(chain.library("main"), [article("x")], HashEmbedder())
    changed = ask(PLAN, said)
    assert changed.answer == first.answer
    assert len(ask.model.asked) == 2


def test_the_budget_of_a_day(ask: Any) -> None:
    """When it is used up, the quotes are given and the setting is named."""
    said = cite(("Martin Schaefer said Germany respected the Turkish incursion.", "Schaefer"))
    assert ask(PLAN, said, budget=30).reader == "fake:model"
    other = Question("Who condemned the incursion?")
    spent = ask(PLAN, said, budget=30, question=other)
    assert spent.reader == "quotes"
    assert "30 tokens of today: raise CLIPPINGS_MODEL_DAILY_TOKENS" in spent.note


def test_without_counts_tokens_are_estimated(tmp_path: Path, chain: Chain) -> None:
    """Some servers count nothing; a budget holds all the same."""
    says(chain, tmp_path, [PLAN, "NO ANSWER"]).usage = False
    assert chain.ask(ASKED).tokens.input > 100


def test_langchains_own_fake_model(tmp_path: Path, chain: Chain) -> None:
    """Any chat model of LangChain's will do."""
    said = f"{GERMANY.text.split('. ')[0]}. [1][2][3]"
    model = GenericFakeChatModel(messages=iter([AIMessage(PLAN), AIMessage(said)]))
    chain.writer = Writer("fake:generic", model, Spending(tmp_path))
    answer = chain.ask(ASKED)
    assert answer.answer == "Martin Schaefer said Germany respected the Turkish incursion. [1]"
    assert answer.citations[0].article == GERMANY


def test_sentences_are_heard_while_they_come(tmp_path: Path, chain: Chain) -> None:
    """Only those that stand; the model's tokens reach LangChain's own listeners too."""
    said = cite(
        ("Martin Schaefer said Germany respected the Turkish incursion.", "Schaefer"),
        ("Moscow bombed Paris.", "Schaefer"),
        ("Russia's foreign ministry said it was worried by the Turkish incursion.", "deeply"),
    )
    says(chain, tmp_path, [PLAN, said])
    heard: list[str] = []
    tokens: list[str] = []

    class Listener(BaseCallbackHandler):
        def on_llm_new_token(self, token: Any, **_: Any) -> None:
            tokens.append(str(token))

    config: Any = {"callbacks": [Listener(), Sentences(heard.append)]}
    answer = chain.runnable.invoke(ASKED, config)
    assert heard == ["Martin Schaefer said Germany respected the Turkish incursion."]
    assert "bombed Paris" in "".join(tokens)
    assert "Paris" not in answer.answer
    assert len(answer.citations) == 2


HISTORY = (Turn("What did Syria's foreign ministry say?", "It condemned the Turkish incursion."),)


def test_a_follow_up_is_rewritten(ask: Any) -> None:
    """From the second turn on the model makes the question stand alone."""
    plan = "Question: Who in Russia was worried by the Turkish incursion?\nSearch: Russia Turkish incursion"
    said = cite(('Russia\'s foreign ministry said it was "deeply worried".', "deeply"))
    answer = ask(plan, said, question=Question("And who in Russia was worried?", history=HISTORY))
    assert "asked as: Who in Russia was worried by the Turkish incursion?" in answer.steps[0].lines
    assert answer.citations[0].article == RUSSIA


@pytest.mark.parametrize(
    ("rewritten", "why"),
    [
        ("What did the ministry say?", "loses russia"),
        ("What did Russia and China say?", "adds chines, or china"),
        ("What did Russia say on 24 August?", "adds"),
    ],
)
def test_a_rewriting_that_asks_something_else_is_not_used(
    ask: Any, rewritten: str, why: str
) -> None:
    """It would lose a name or number, or bring one in; the rules decide then."""
    question = Question("And what did Russia say?", history=HISTORY)
    answer = ask(f"Question: {rewritten}\nSearch: Russia", "NO ANSWER", question=question)
    told = "\n".join(answer.steps[0].lines)
    assert f"not asked as “{rewritten}”, for it {why.split(maxsplit=1)[0]}" in told
    assert f"asked as: {rewritten}" not in told


def test_what_was_cited_stays_a_candidate(ask: Any) -> None:
    """A follow-up that shares no word with the clipping still has it among its passages."""
    turn = Turn("Who asked the council?", "Syria did.", (Span(SYRIA, 0, 40),))
    answer = ask(PLAN, "NO ANSWER", question=Question("Martin Schaefer?", history=(turn,)))
    assert SYRIA in {p.article for p in answer.passages}


def test_nothing_of_a_model_is_imported_without_one(child: Any, tmp_path: Path) -> None:
    """Building and asking without CLIPPINGS_MODEL loads no provider and no writer."""
    code = (
        "import sys; from pathlib import Path; from fakes import HashEmbedder, article, put\n"
        "from retrieval.chain import build; from retrieval.settings import Settings\n"
        "from retrieval.types import Question\n"
        "chain = build(Settings(data=Path(sys.argv[1])), HashEmbedder())\n"
        "put(chain.library('main', create=True), [article(1)], HashEmbedder())\n"
        "chain.ask(Question('What tells report 1?'))\n"
        "names = ['openai', 'langchain_openai', 'langchain.chat_models', 'retrieval.writer',"
        " 'retrieval.model']\n"
        "print([name for name in names if name in sys.modules])\n"
    )
    out, errors = child(code, tmp_path).communicate(timeout=60)
    assert (out.strip(), errors) == ("[]", "")
