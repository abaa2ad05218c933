"""The exported model: the same vectors without torch, checked, and made again where it is spoilt."""

import json
import logging
import platform
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from fakes import article

from ingest.chunk import chunk
from retrieval import embedder as module
from retrieval import exported as exporting
from retrieval import quantised as quantising
from retrieval.embedder import SentenceEmbedder
from retrieval.exported import Exported, _batches, _shared
from retrieval.torch_model import TorchModel

BUNDLED = "all-MiniLM-L6-v2"
TEXTS = ["Who opposes it?", "Zoë’s U.S.-led coalition", "The harbour strike is about pay. " * 90]
ODD = ["", "?!", "word " * 700, "東京 😀", "7 " * 90, "ALL OF IT", "* * *"]  # what is hardly a text


def copy(exported: Path, to: Path) -> SentenceEmbedder:
    """An embedder with an export of its own."""
    shutil.copytree(exported, to / "models")
    return SentenceEmbedder(BUNDLED, to / "models")


def test_vectors_are_those_of_the_model(exported: Path) -> None:
    """In both roles, for texts of any length, in the order in which they were given."""
    embedder = SentenceEmbedder(BUNDLED, exported)
    model = TorchModel(str(embedder.folder), local=True)
    assert isinstance(embedder._model, Exported)
    for texts, near in ((TEXTS, 0.98), (ODD, 0.85)):  # less where a processor lacks VNNI
        for own, its in (
            (model.encode(texts, "document"), embedder.documents(texts)),
            (model.encode(texts, "query"), np.array([embedder.query(text) for text in texts])),
        ):
            assert (own * its).sum(axis=1).min() > near
        assert embedder.lengths(texts) == model.lengths(texts)
    assert embedder.documents([]).shape == (0, 384)


@pytest.mark.skipif(platform.machine() not in quantising._X86, reason="measured on x86-64 alone")
def test_the_bundled_model_is_in_eight_bits(exported: Path) -> None:
    """The export says nothing, reports to nobody, and leaves logging as it was."""
    network = SentenceEmbedder(BUNDLED, exported)._export / "model.xml"
    assert network.read_text("utf-8").count('type="FakeQuantize"') > 20
    assert (exported / "said.txt").read_text("utf-8").split() == ["Logger", "None"]


@pytest.mark.parametrize("trouble", ["missing", "far"])
def test_without_eight_bits_it_is_exported_as_it_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    trouble: str,
) -> None:
    """Where NNCF is missing, or its vectors are too far off: one line, and the model's own vectors."""
    monkeypatch.setattr(quantising, "_X86", {platform.machine()})
    monkeypatch.setattr(exporting, "_NEAR", 1.1)
    if trouble == "missing":
        monkeypatch.setitem(sys.modules, "nncf", None)
    else:
        monkeypatch.setattr(exporting, "quantised", lambda traced, *_: traced)
    embedder = SentenceEmbedder(BUNDLED, tmp_path)
    vectors = embedder.documents(TEXTS)
    [line] = [r.getMessage() for r in caplog.records if r.name == "clippings"]
    assert line.startswith("the model runs without eight bits, slower (")
    assert isinstance(embedder._model, Exported)
    own = TorchModel(str(embedder.folder), local=True).encode(TEXTS, "document")
    assert (own * vectors).sum(axis=1).min() > 0.999
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        embedder._export.name,
        "checked.json",
    ]


def test_a_counted_text_is_not_read_again(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What chunks are counted for is kept for their vectors: once, of the last texts, to the limit."""
    embedder = SentenceEmbedder(BUNDLED, exported)
    it = article(1, "\n\n".join(f"Report {n} tells of the harbour. " * 9 for n in range(20)))
    bodies = [body for _, body in chunk(it, embedder.limit, embedder.lengths)]
    expected, again = embedder.documents([*bodies, TEXTS[2]]), embedder.lengths([*bodies, TEXTS[2]])
    assert max(again[:-1]) <= embedder.limit < again[-1]
    model, read = embedder._model, list[str]()
    reading = model._read
    monkeypatch.setattr(model, "_read", lambda texts: read.extend(texts) or reading(texts))
    assert np.array_equal(
        embedder.documents([*bodies, TEXTS[2], TEXTS[2]]), expected[[*range(-len(expected), 0), -1]]
    )
    assert read == [TEXTS[2]] * 2
    embedder.documents(bodies[:1])
    assert read[2:] == bodies[:1]
    monkeypatch.setattr(exporting, "_COUNTED", 3)
    embedder.lengths(bodies)
    assert list(model._counted) == bodies[-3:]


def test_the_first_inference_runs_alone(exported: Path) -> None:
    """OpenVINO has set itself up before several threads can ask it: two at once may never return."""
    model = SentenceEmbedder(BUNDLED, exported)._model
    assert isinstance(model, Exported)
    assert model._compiled._local.request.get_output_tensor().data.any()


_ASK = """
import sys
from pathlib import Path
from retrieval.embedder import SentenceEmbedder
print(SentenceEmbedder("all-MiniLM-L6-v2", Path(sys.argv[1])).query("Who?").shape)
print(sorted({"torch", "nncf", "transformers", "sentence_transformers"} & set(sys.modules)))
print(sys.modules.get("openvino_telemetry"))
"""


def test_torch_is_not_imported(exported: Path, child: Callable[..., Any]) -> None:
    """Once a model is exported, another process asks without torch, and without telemetry."""
    out, problems = child(_ASK, exported).communicate(timeout=60)
    assert out.splitlines() == ["(384,)", "[]", "None"], problems
    assert problems == ""


@pytest.mark.parametrize("spoil", ["cut", "other"])
def test_a_spoilt_export_is_made_again(
    exported: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    spoil: str,
) -> None:
    """It is never run; one line says so, and the next process finds a whole one."""
    monkeypatch.setattr(quantising, "_X86", ())  # it takes less long, and is nothing to this
    embedder = copy(exported, tmp_path)
    manifest = embedder._export / "export.json"
    if spoil == "cut":
        (embedder._export / "model.bin").write_bytes(b"short")
    else:
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"identity": "x"}))
    with caplog.at_level(logging.WARNING, "clippings"):
        embedder.warm()
        SentenceEmbedder(BUNDLED, tmp_path / "models").warm()
    assert [r.getMessage()[:33] for r in caplog.records] == ["the exported model is made again "]
    assert isinstance(embedder._model, Exported)


def test_a_model_that_cannot_be_exported_runs_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In torch, with one line that says why; nothing is left behind."""

    def fail(*_: Any, **__: Any) -> None:
        msg = "no such operation\nand more"
        raise RuntimeError(msg)

    monkeypatch.setattr(module, "export", fail)
    embedder = SentenceEmbedder(BUNDLED, tmp_path)
    assert embedder.query("Who?").shape == (384,)
    assert [r.getMessage() for r in caplog.records if r.name == "clippings"] == [
        "the model runs in torch, several times slower (no such operation)"
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["checked.json"]


def test_many_threads_get_their_own_vectors(exported: Path) -> None:
    """Texts that are asked for at the same moment do not mix."""
    embedder = SentenceEmbedder(BUNDLED, exported)
    texts = [f"report {n} about subject {n % 7}" for n in range(40)]
    expected = embedder.documents(texts)
    with ThreadPoolExecutor(8) as pool:
        for vector, own in zip(pool.map(embedder.query, texts), expected, strict=True):
            assert float(vector @ own) > 0.9999


def test_batches_hold_their_limit() -> None:
    """Every text once, neighbours of like length together, none too large unless it is alone."""
    lengths = [5, 5, 256, 9_000, 30]
    order = sorted(range(5), key=lambda at: lengths[at])
    batches = _batches(order, lengths, 512)
    assert sorted(at for batch in batches for at in batch) == list(range(5))
    assert all(len(b) == 1 or len(b) * max(lengths[at] for at in b) <= 512 for b in batches)
    assert [3] in batches


@pytest.mark.parametrize("streams", [1, 2, 3])
def test_few_texts_make_no_more_batches_than_run_at_once(streams: int) -> None:
    """Sentences of unlike lengths: a batch for each stream, none much larger than another."""
    lengths = [20, 25, 30, 40, 45, 60]
    batches = _shared(range(6), lengths, streams)
    assert [at for batch in batches for at in batch] == list(range(6))
    assert len(batches) == streams
    assert max(len(b) * lengths[b[-1]] for b in batches) <= sum(lengths) / streams * 1.7
    assert len(_shared(range(60), [100] * 60, streams)) == 12


def test_few_texts_are_shared_out(exported: Path, tmp_path: Path) -> None:
    """Eight sentences make a batch for each core, while there are enough; two words make one."""
    model = copy(exported, tmp_path)._model
    assert isinstance(model, Exported)
    ran: list[int] = []
    run = model._compiled.run

    def counted(batches: Any) -> Any:
        kept = list(batches)
        ran.append(len(kept))
        return run(kept)

    with patch.object(model._compiled, "run", counted):
        model.encode(
            [f"The ministry condemned it, for the {n}th time. " * 2 for n in range(8)], "document"
        )
        model.encode(["one", "two"], "document")
    assert ran[0] >= min(model._compiled.streams, 4)
    assert ran[1] == 1


@pytest.mark.parametrize("left", [b"", b"half of it", None])
def test_what_was_compiled_is_kept(exported: Path, tmp_path: Path, left: bytes | None) -> None:
    """Opened again it is read, not made; one that is cut short is made again, to the same vectors."""
    embedder = copy(exported, tmp_path)
    expected = embedder.documents(TEXTS)
    kept = [it for it in (embedder._export / "compiled").rglob("*") if it.is_file()]
    assert kept
    for file in kept:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if left is None else left)
    again = SentenceEmbedder(BUNDLED, tmp_path / "models").documents(TEXTS)
    assert np.array_equal(again, expected)
