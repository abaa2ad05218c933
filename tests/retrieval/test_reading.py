"""The reading model: what answers gets better odds, in torch and exported, whatever the text."""

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import article

from retrieval import reading as module
from retrieval.candidates import QuoteReader
from retrieval.clues import NAMES, asked
from retrieval.compiled import Compiled
from retrieval.embedder import SentenceEmbedder
from retrieval.pairs import pairs, table
from retrieval.reading import InTorch, Reading
from retrieval.sentences import whole_sentences
from retrieval.types import Passage

TEXT = (
    "The bridge over the Varn was opened on Monday by the minister of transport. It cost 40 million "
    "euros. Farmers of the valley opposed the toll, which they called a tax on milk."
)
OTHER = "A comet was seen over the harbour. It will come back in 76 years, astronomers said."


def passage(text: str, title: str = "News") -> Passage:
    """A whole article as a passage."""
    it = article(1, text, title=title)
    return Passage(it, 0, len(text), 0.5, parts={"cosine": 0.5})


def parts(*passages: Passage) -> list[tuple[str, list[str]]]:
    """The title and the sentences of each passage."""
    return [
        (
            p.article.title,
            [p.article.text[a:b] for a, b in whole_sentences(p.article.text, p.start, p.end)],
        )
        for p in passages
    ]


@pytest.fixture(scope="module")
def reading(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """The reading model, exported, in a folder of its own."""
    folder = tmp_path_factory.mktemp("reading") / "models"
    shutil.copytree(exported, folder)
    return Reading(SentenceEmbedder("all-MiniLM-L6-v2", folder))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who opened the bridge?", 0),
        ("How much did the bridge cost?", 1),
        ("Who opposed the toll?", 2),
        ("when will the comet return", 4),
    ],
)
def test_what_answers_has_the_best_odds(reading: Reading, question: str, sentence: int) -> None:
    """Among the sentences of two passages, the one that answers."""
    found = [passage(TEXT, "Bridge opens"), passage(OTHER, "Comet seen")]
    odds = np.concatenate(reading.odds(question, parts(*found)))
    assert int(odds.argmax()) == sentence


def test_what_nothing_answers_has_lower_odds(reading: Reading) -> None:
    """A question on something else leaves every sentence less likely than one that is answered."""
    found = [passage(TEXT, "Bridge opens")]
    best = [
        max(reading.odds(text, parts(*found))[0])
        for text in ("Who opposed the toll?", "Who won the 1998 World Cup?")
    ]
    assert best[0] > best[1] + 2


def test_odds_have_their_sentences_form(reading: Reading) -> None:
    """A number a sentence, float32, bounded; none for no passages; an empty question has odds too."""
    found = [passage(TEXT), passage(OTHER)]
    for text in ("Who?", "", "x" * 5_000, "東京 😀"):
        odds = reading.odds(text, parts(*found))
        assert [len(its) for its in odds] == [3, 2]
        assert all(np.abs(its).max() <= 12 for its in odds)
        assert odds[0].dtype == np.float32
    assert reading.odds("Who?", []) == []


def test_a_sentence_beyond_what_is_read_has_the_least(reading: Reading) -> None:
    """A passage longer than the model reads: what comes after is never preferred."""
    long = passage("Rain fell on the town. " * 120 + "Farmers opposed the toll.")
    (odds,) = reading.odds("Who opposed the toll?", parts(long))
    assert odds[-1] == odds.min()


def test_the_export_gives_what_torch_gives(reading: Reading) -> None:
    """The same odds, nearly, in batches or alone."""
    assert isinstance(reading._model, Compiled)
    found = [passage(TEXT), passage(OTHER), passage("It rained.")]
    fast = np.concatenate(reading.odds("Who opposed the toll?", parts(*found)))
    plain = Reading(reading._embedder)
    plain._loaded = InTorch(reading._embedder)
    own = np.concatenate(plain.odds("Who opposed the toll?", parts(*found)))
    assert np.abs(fast - own).max() < 1.0  # in eight bits
    assert int(fast.argmax()) == int(own.argmax())


def test_merged_it_is_the_same_model(reading: Reading) -> None:
    """What was trained apart and what was added to the weights give the same scores."""
    from retrieval.reading_model import ReadingModel

    whole = InTorch(reading._embedder)
    tables = [table([it]) for it in pairs(whole.tokenizer, module._PROBES)]
    merged = list(whole.run(tables))
    whole.module = ReadingModel(reading._embedder.local).eval()
    whole.module.take(module.WEIGHTS)
    apart = list(whole.run(tables))
    assert all(np.allclose(a, b, atol=1e-3) for a, b in zip(merged, apart, strict=True))
    assert len(whole.module.trained) > 2


def test_a_damaged_export_is_made_again(
    reading: Reading, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one line; where it cannot be exported at all, it runs in torch, with another."""
    note = reading._export / "export.json"
    kept = note.read_text()
    note.write_text(json.dumps(json.loads(kept) | {"identity": "x"}))

    def fail(*_: Any, **__: Any) -> None:
        msg = "no such operation"
        raise RuntimeError(msg)

    monkeypatch.setattr(module, "export", fail)
    other = Reading(reading._embedder)
    with caplog.at_level(logging.WARNING, "clippings"):
        other.warm()
    note.write_text(kept)
    assert isinstance(other._model, InTorch)
    assert [r.getMessage() for r in caplog.records if r.name == "clippings"] == [
        "the exported reading model is made again (the export is another model's)",
        "the reading model runs in torch, slower (no such operation)",
    ]


_ASK = """
import sys
from dataclasses import replace
from pathlib import Path
from retrieval.embedder import SentenceEmbedder
from retrieval.reading import Reading
Reading(SentenceEmbedder("all-MiniLM-L6-v2", Path(sys.argv[1]))).warm()
print(sorted({"torch", "transformers", "safetensors.torch"} & set(sys.modules)))
"""


def test_torch_is_not_imported(reading: Reading, child: Callable[..., Any]) -> None:
    """Once it is exported, another process reads without torch."""
    out, problems = child(_ASK, reading._embedder.models).communicate(timeout=60)
    assert (out.strip(), problems) == ("[]", "")


def test_the_reader_asks_it(reading: Reading) -> None:
    """Each candidate carries the model's odds, and the best of them comes first."""
    reader = QuoteReader(reading._embedder, reading)
    text = "Who opposed the toll?"
    found = [passage(TEXT), passage(OTHER)]
    read = reader.candidates(asked(text, {"oppos": 1.0}), reading._embedder.query(text), found)
    best = max(read, key=lambda it: it.chance)
    assert best.text.startswith("Farmers")
    assert best.reading == max(it.reading for it in read)


@pytest.fixture
def read(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> list[list[Any]]:
    """What the model is given to read, title and sentences of each passage, for every question."""
    heard: list[list[Any]] = []
    odds = reading.odds

    def kept(question: str, passages: Any) -> Any:
        heard.append(list(passages))
        return odds(question, passages)

    monkeypatch.setattr(reading, "odds", kept)
    return heard


def test_positions_are_looked_for_in_more_passages(reading: Reading, read: list[list[Any]]) -> None:
    """Several articles hold them; any other question is answered by the first passages or not at all."""
    reader = QuoteReader(reading._embedder, reading)
    found = [passage(f"{TEXT} {n}.") for n in range(8)]
    for text in ("Who opposed the toll?", "Who opened the bridge?"):
        reader.rows(asked(text, {}), reading._embedder.query(text), found)
    assert [len(its) for its in read] == [6, 4]


def test_what_is_far_behind_is_not_read(reading: Reading, read: list[list[Any]]) -> None:
    """Its sentences have the odds of what does not answer; what stands near the first one is read."""
    reader = QuoteReader(reading._embedder, reading)
    found = [replace(passage(TEXT, f"{score}"), score=score) for score in (0.7, 0.6, 0.4)]
    vector = reading._embedder.query("What did the bridge cost?")
    _, rows = reader.rows(asked("What did the bridge cost?", {}), vector, found)
    assert len(set(rows[-2:, NAMES.index("reading")].tolist())) == 1
    reader.rows(asked("Who opposed it?", {}), vector, found)  # may stand in any article
    assert [[title for title, _ in its] for its in read] == [["0.7", "0.6"], ["0.7", "0.6", "0.4"]]


def test_sentences_that_say_little_are_left_out(reading: Reading, read: list[list[Any]]) -> None:
    """Of each passage those are read that are not far worse than its best; for positions, all."""
    reader = QuoteReader(reading._embedder, reading)
    text = "Rain is likely. Snow came early. The new toll bridge of Varn cost 40 million euros."
    found = [passage(text, "Weather"), passage(OTHER)]
    weights = {"toll": 2.0, "bridg": 2.0, "varn": 3.0, "cost": 1.0}
    vector = reading._embedder.query("x")
    _, rows = reader.rows(asked("What did the Varn toll bridge cost?", weights), vector, found)
    ((_, first), (_, other)), *_ = read
    assert first == ["The new toll bridge of Varn cost 40 million euros."]
    assert other  # every passage is judged by its own best sentence
    told = rows[:, NAMES.index("reading")].tolist()
    assert told[0] == told[1] < told[2]
    reader.rows(asked("Who opposes the Varn toll bridge?", weights), vector, found)
    assert [len(its) for _, its in read[1]] == [3, 2]
