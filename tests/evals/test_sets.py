"""Question sets from a folder, and the ways to narrow them."""

import json
from pathlib import Path

import pytest

from evals.sets import load, write

ARTICLES = [
    {"id": "a", "title": "One", "text": "Rain fell. Trains stopped.", "group": "A"},
    {"id": "b", "title": "Two", "text": "The sun shone.", "group": "B"},
]
QUESTIONS = [
    {"id": "1", "question": "What fell?", "article_id": "a", "paragraph": [0, 26],
     "answers": ["Rain"], "answerable": True, "group": "A"},
    {"id": "2", "question": "What shone?", "answers": ["sun"], "answerable": True, "group": "B",
     "gold": [{"article": "b", "evidence": "sun shone"}]},
    {"id": "3", "question": "Who fell?", "article_id": "a", "paragraph": [0, 26],
     "answers": [], "answerable": False, "group": "A"},
    {"id": "4", "question": "hi", "answers": [], "answerable": False, "gold": [],
     "group": "B", "kind": "smalltalk"},
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small set of two articles."""
    write(tmp_path / "articles.jsonl", ARTICLES)
    write(tmp_path / "questions.jsonl", QUESTIONS)
    return tmp_path


def test_gold_by_paragraph_and_by_evidence(folder: Path) -> None:
    """Both become places in articles; questions without are near or foreign."""
    first, second, near, foreign = load(folder).cases
    assert (first.gold[0].start, first.gold[0].end) == (0, 26)
    gold = second.gold[0]
    assert gold.article.text[gold.start : gold.end] == "sun shone"
    assert near.near
    assert not near.foreign
    assert foreign.foreign


def test_evidence_that_stands_nowhere(folder: Path) -> None:
    """It is an error that names the question."""
    broken = QUESTIONS[1] | {"gold": [{"article": "b", "evidence": "moon"}]}
    write(folder / "questions.jsonl", [broken])
    with pytest.raises(ValueError, match="2: the evidence does not stand in b"):
        load(folder)


def test_narrowing(folder: Path) -> None:
    """One group's articles make the other's questions foreign; one group's questions; every n-th."""
    one = load(folder)
    held = one.holding("A")
    assert [a.id for a in held.articles] == ["a"]
    assert [case.id for case in held.cases if case.foreign] == ["2", "4"]
    assert [case.id for case in one.asking("B").cases] == ["2", "4"]
    assert [case.id for case in one.every(2).cases] == ["1", "3"]


def test_the_digest_follows_the_data(folder: Path) -> None:
    """The same data has the same digest; a changed word another."""
    before = load(folder).digest
    assert load(folder).digest == before
    changed = [*QUESTIONS[:-1], QUESTIONS[-1] | {"question": "hello"}]
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, changed)))
    assert load(folder).digest != before
