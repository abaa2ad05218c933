"""Training the reading model: it learns its lessons, also from a model of more layers."""

import json
import random
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evals.lessons import Asked, Lesson, ReadingData, thinned
from evals.train_reader import _loss, train
from retrieval.compiled import plain_tokenizer
from retrieval.embedder import SentenceEmbedder
from retrieval.reading import WEIGHTS
from retrieval.reading_model import ReadingModel

TEXT = "The bridge over the Varn was opened on Monday by the minister. It cost 40 million euros."
OTHER = "A comet was seen over the harbour. It will come back in 76 years."
ASKED = {"Who opened the bridge?": "the minister", "How much did it cost?": "40 million euros"}


@pytest.fixture(scope="module")
def folder(exported: Path) -> Path:
    """Where the embedding model lies."""
    return SentenceEmbedder("all-MiniLM-L6-v2", exported).local


def spans(answer: str) -> tuple[tuple[int, int], ...]:
    """Where an answer stands."""
    return ((TEXT.index(answer), TEXT.index(answer) + len(answer)),)


@pytest.fixture
def data() -> ReadingData:
    """Two questions that the first of two contexts answers."""
    asked = [Asked(question, 0, spans(answer)) for question, answer in ASKED.items()]
    return ReadingData(["made"], ["Bridge", "Comet"], [TEXT, OTHER], asked, [[1], [1]])


def test_fewer_layers_learn_from_more(
    folder: Path, data: ReadingData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They begin as the teacher's first ones, and come nearer to what it says and to what is right."""
    teacher, model = ReadingModel(folder).eval(), ReadingModel(folder, 2)
    teacher.take(WEIGHTS)
    with pytest.raises(ValueError, match="is not this model's"):
        model.take(WEIGHTS)
    model.take(WEIGHTS, more=True)
    lessons = [Lesson(question, "Bridge", (TEXT, OTHER), spans(a)) for question, a in ASKED.items()]
    tokenizer = plain_tokenizer(folder / "tokenizer.json")

    def losses() -> list[float]:
        with torch.no_grad():
            return [float(_loss(model, its, tokenizer, lessons)) for its in (None, teacher)]

    before = losses()
    train(data, 160, tmp_path / "made.safetensors", model, teacher)
    after = losses()
    assert after[0] < before[0] / 2
    assert after[1] < before[1] / 2
    assert json.loads(capsys.readouterr().out)["data"].startswith("2 questions of made")
    again = ReadingModel(folder, 2)
    again.take(tmp_path / "made.safetensors")
    assert again.trained.keys() == model.trained.keys()


@given(seed=st.integers(0, 10_000))
def test_left_out_sentences_leave_the_answers_where_they_stand(seed: int) -> None:
    """Of the sentences that stay; an answer that goes with its sentence is none."""
    whole = Lesson("How much?", "Bridge", (TEXT, OTHER), spans("40 million euros"))
    it = thinned(whole, random.Random(seed))
    assert all(text and text in {*short(TEXT), *short(OTHER)} for text in it.contexts)
    assert [it.contexts[0][a:b] for a, b in it.spans] == ["40 million euros"] * (
        "euros" in it.contexts[0]
    )


def short(text: str) -> list[str]:
    """What can be left of a text of two sentences."""
    first, second = text.split(". ")
    return [f"{first}.", second, text]


def test_where_nothing_answers_none_of_them_is_right(folder: Path) -> None:
    """A lesson without an answer is learnt as such: the bundled model knows it already."""
    model = ReadingModel(folder).eval()
    model.take(WEIGHTS)
    tokenizer = plain_tokenizer(folder / "tokenizer.json")
    with torch.no_grad():
        found = [
            float(_loss(model, None, tokenizer, [Lesson("Who opened the bridge?", "", (t,), at)]))
            for t, at in ((OTHER, ()), (OTHER, ((0, 7),)))
        ]
    assert found[0] < 1 < found[1]
