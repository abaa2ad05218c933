"""`clippings ask`: one question or many, for people and for programs."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEmbedder, ScriptedChain

from bot import asking
from retrieval.errors import EmbedderError
from retrieval.library import Library
from retrieval.types import Question
from tests.bot.material import ANSWER, NOT_ANSWERED, QUESTION, RUSSIA, SYRIA, Run

NEWS = Path(__file__).parent.parent.parent / "examples" / "articles"
INGEST_AND_ASK = """
import sys
from bot.cli import app
app(["ingest", "--json", *sys.argv[1:]], standalone_mode=False)
app(["ask", "--batch", "-"])
"""
TUNNEL = "How long is the Gotthard Base Tunnel?"


def lines(*rows: dict[str, Any]) -> str:
    """A file of questions."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def where(number: int, article: Any, quote: str) -> dict[str, Any]:
    """A citation of the article's first sentence, as other programs rely on it."""
    return {
        "number": number,
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "published": article.published,
        "source": article.source,
        "quote": quote,
        "start": 0,
        "end": len(quote),
    }


def keys_of(found: Any, wanted: Any) -> Any:
    """What is found, without the keys that nobody was promised."""
    if isinstance(found, list):
        return [keys_of(*pair) for pair in zip(found, wanted, strict=True)]
    if isinstance(found, dict):
        return {key: keys_of(found[key], value) for key, value in wanted.items()}
    return found


def test_words(run: Run, main: Library, chain: ScriptedChain) -> None:
    """The words are one question, quoted or not; the answer stands alone on standard output."""
    for words in ("Who", "opposes", "it?"), (QUESTION,):
        done = run("ask", *words)
        assert (done.code, done.out, done.err) == (0, f"{ANSWER}\n", "")
    assert chain.asked == [Question(QUESTION, ("main",))] * 2


def test_an_abstention_is_no_failure(run: Run, main: Library, chain: ScriptedChain) -> None:
    """Its reason is the answer."""
    done = run("ask", "Who won?")
    assert (done.code, done.out, done.err) == (0, f"{NOT_ANSWERED}\n", "")


def test_limits(run: Run, main: Library, chain: ScriptedChain) -> None:
    """Libraries once each, days and source are handed on; a half character is not."""
    run("ask", "a\ud800?", "--library", "b", "--library", "a", "--library", "b")
    run("ask", "b?", "--since", "2016-08-24", "--until", "2016-09", "--source", "Border Dispatch")
    assert chain.asked == [
        Question("a\ufffd?", ("b", "a")),
        Question("b?", ("main",), since="2016-08-24", until="2016-09", source="Border Dispatch"),
    ]


def test_json(run: Run, main: Library, chain: ScriptedChain) -> None:
    """An answer as JSON is one line, in exactly the form that other programs rely on.

    It may have further keys.
    """
    done = run("ask", QUESTION, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") == 1
    wanted = {
        "id": None,
        "question": QUESTION,
        "status": "answered",
        "answer": "The ministry called it a violation. [1]\nMoscow was deeply worried. [2]",
        "reason": "",
        "reader": "script",
        "citations": [
            where(1, SYRIA, "The ministry called it a violation."),
            where(2, RUSSIA, "Moscow was deeply worried."),
        ],
        "passages": [],
        "seconds": {"retrieve": 0.25, "read": 0.5, "total": 0.75},
    }
    assert keys_of(json.loads(done.out), wanted) == wanted


def test_json_of_an_abstention(run: Run, main: Library, chain: ScriptedChain) -> None:
    """The same keys, with the reason."""
    answer = json.loads(run("ask", "Who won?", "--json").out)
    assert answer["status"] == "abstained"
    assert (answer["answer"], answer["reason"], answer["citations"]) == ("", NOT_ANSWERED, [])


def test_a_batch_from_a_file_or_a_pipe(run: Run, main: Library, chain: ScriptedChain) -> None:
    """A JSON line for every line, in order; the limits hold for all."""
    asked = lines({"id": "x", "question": QUESTION}, {"id": 2, "question": "Who won?"})
    Path("asked.jsonl").write_text(asked, "utf-8")
    read = run("ask", "--batch", "asked.jsonl", "--source", "Border Dispatch")
    piped = run("ask", "--batch", "-", "--source", "Border Dispatch", stdin=asked)
    assert read == piped
    assert (read.code, read.err) == (0, "")
    answers = [json.loads(line) for line in read.out.splitlines()]
    assert [(a["id"], a["status"]) for a in answers] == [("x", "answered"), (2, "abstained")]
    assert {asked.source for asked in chain.asked} == {"Border Dispatch"}


def test_an_empty_batch(run: Run, main: Library, chain: ScriptedChain) -> None:
    """No questions, no answers, no failure."""
    done = run("ask", "--batch", "-")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_bad_line_in_a_batch(run: Run, main: Library, chain: ScriptedChain) -> None:
    """It is answered with its reason and told in one line; the rest is answered; exit code 1."""
    done = run("ask", "--batch", "-", stdin="{\n" + lines({"id": 2, "question": QUESTION}))
    assert done.code == 1
    assert done.err == "clippings: line 1: the line is not valid JSON\n"
    assert [json.loads(line)["status"] for line in done.out.splitlines()] == [
        "abstained",
        "answered",
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--library", "other"], "no library 'other' (there are: main)"),
        (["--source", "Capitol"], "no article is from 'Capitol'; sources are: Capital Review"),
        (["--since", "soon"], "since 'soon' is no date: write it as 2016-08-24"),
        (["--since", "2017-01-01", "--until", "2016-01-01"], "since 2017-01-01 is after until"),
    ],
)
def test_limits_that_fit_no_question_of_a_batch(
    run: Run, main: Library, chain: ScriptedChain, options: list[str], told: str
) -> None:
    """They are told once, before anything is asked."""
    done = run("ask", "--batch", "-", *options, stdin=lines({"question": QUESTION}) * 3)
    assert (done.code, done.out, chain.asked) == (1, "", [])
    assert done.err.startswith(f"clippings: {told}")
    assert done.err.count("\n") == 1


def test_a_batch_of_another_embedder(run: Run, main: Library, chain: ScriptedChain) -> None:
    """The command that embeds the library anew is named, once."""
    chain.embedder = HashEmbedder("hash@2")
    done = run("ask", "--batch", "-", stdin=lines({"question": QUESTION}) * 3)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "clippings: the library 'main' was embedded by hash@1, the settings name hash@2: "
        "run: clippings reembed --library main\n"
    )


@pytest.mark.parametrize(
    ("file", "told"),
    [("none.jsonl", "no such file or directory: none.jsonl"), (".", "is a directory: .")],
)
def test_a_batch_that_cannot_be_read(run: Run, main: Library, file: str, told: str) -> None:
    """One line says why."""
    done = run("ask", "--batch", file)
    assert (done.code, done.out, done.err) == (1, "", f"clippings: {told}\n")


def test_a_model_that_is_missing(run: Run, main: Library, chain: ScriptedChain) -> None:
    """Its message is the one line."""
    chain.script = {"a?": EmbedderError("the embedding model is not installed")}
    done = run("ask", "a?")
    assert (done.code, done.out) == (1, "")
    assert done.err == "clippings: the embedding model is not installed\n"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("?! …", "the question has no words: ask, for example, who said what about it"),
        ("", "the question has no words: ask, for example, who said what about it"),
        ("x" * 20_000, "the question has 20,000 characters and may have 4,000: ask for one thing"),
    ],
)
def test_what_is_no_question(run: Run, main: Library, question: str, told: str) -> None:
    """The real chain refuses it in one line, before any model is loaded."""
    done = run("ask", question)
    assert (done.code, done.out, done.err) == (1, "", f"clippings: {told}\n")


def test_libraries_are_asked_once() -> None:
    """In the order in which they were named."""
    assert asking.limits(["b", "a", "b"], since=None, until=None, source=None) == Question(
        "", ("b", "a")
    )


def test_everything_is_real(process: Run, data: Path, exported: Path) -> None:
    """Articles read and questions answered with the bundled models and the network closed."""
    shutil.copytree(exported, data / "models")
    files = [str(file) for file in NEWS.glob("2016-06-*")]
    asked = lines({"id": "t", "question": TUNNEL}, {"id": None, "question": "Who won the cup?"})
    done = process(*files, stdin=asked, program=("-c", INGEST_AND_ASK))
    assert done.code == 0
    read, tunnel, cup = (json.loads(line) for line in done.out.splitlines())
    assert (read["new"], read["problems"]) == (2, [])
    assert (tunnel["status"], cup["status"]) == ("answered", "abstained")
    library = Library(data / "libraries" / "main")
    for answer in tunnel, cup:
        assert 0 < len(answer["passages"]) <= 10
        assert answer["passages"] == sorted(answer["passages"], key=lambda p: -p["score"])
        for part in answer["passages"] + answer["citations"]:
            text = library.articles([part["article_id"]])[part["article_id"]].text
            assert text[part["start"] : part["end"]] == part.get("quote", part.get("text"))
    library.close()
    assert tunnel["citations"]
