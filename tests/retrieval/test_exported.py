"""The exported model: the same vectors without torch, checked, and made again where it is spoilt."""

import json
import logging
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval import embedder as module
from retrieval.embedder import SentenceEmbedder
from retrieval.exported import Exported, _batches
from retrieval.torch_model import TorchModel

BUNDLED = "all-MiniLM-L6-v2"
TEXTS = ["", "Who opposes it?", "Zoë’s U.S.-led coalition", "word " * 700, "東京 😀"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the bundled model was exported."""
    folder = tmp_path_factory.mktemp("models")
    SentenceEmbedder(BUNDLED, folder).warm()
    return folder


def copy(models: Path, to: Path) -> SentenceEmbedder:
    """An embedder with an export of its own."""
    shutil.copytree(models, to / "models")
    return SentenceEmbedder(BUNDLED, to / "models")


def test_vectors_are_those_of_the_model(models: Path) -> None:
    """In both roles, for texts of any length, in the order in which they were given."""
    exported = SentenceEmbedder(BUNDLED, models)
    model = TorchModel(str(exported.folder), local=True)
    assert isinstance(exported._model, Exported)
    for own, its in (
        (model.encode(TEXTS, "document"), exported.documents(TEXTS)),
        (model.encode(TEXTS, "query"), np.array([exported.query(text) for text in TEXTS])),
    ):
        assert (own * its).sum(axis=1).min() > 0.999
    assert exported.lengths(TEXTS) == model.lengths(TEXTS)
    assert exported.documents([]).shape == (0, 384)


def test_the_first_inference_runs_alone(models: Path) -> None:
    """OpenVINO has set itself up before several threads can ask it: two at once may never return."""
    exported = SentenceEmbedder(BUNDLED, models)._model
    assert isinstance(exported, Exported)
    assert exported._local.request.get_output_tensor().data.any()


_ASK = """
import sys
from pathlib import Path
from retrieval.embedder import SentenceEmbedder
print(SentenceEmbedder("all-MiniLM-L6-v2", Path(sys.argv[1])).query("Who?").shape)
print(sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules)))
print(sys.modules.get("openvino_telemetry"))
"""


def test_torch_is_not_imported(models: Path, child: Callable[..., Any]) -> None:
    """Once a model is exported, another process asks without torch, and without telemetry."""
    out, problems = child(_ASK, models).communicate(timeout=60)
    assert out.splitlines() == ["(384,)", "[]", "None"], problems
    assert problems == ""


@pytest.mark.parametrize("spoil", ["cut", "other"])
def test_a_spoilt_export_is_made_again(
    models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: str
) -> None:
    """It is never run; one line says so, and the next process finds a whole one."""
    embedder = copy(models, tmp_path)
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

    def fail(*_: Any) -> None:
        msg = "no such operation\nand more"
        raise RuntimeError(msg)

    monkeypatch.setattr(module, "export", fail)
    embedder = SentenceEmbedder(BUNDLED, tmp_path)
    assert embedder.query("Who?").shape == (384,)
    assert [r.getMessage() for r in caplog.records if r.name == "clippings"] == [
        "the model runs in torch, several times slower (no such operation)"
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["checked.json"]


def test_many_threads_get_their_own_vectors(models: Path) -> None:
    """Texts that are asked for at the same moment do not mix."""
    embedder = SentenceEmbedder(BUNDLED, models)
    texts = [f"report {n} about subject {n % 7}" for n in range(40)]
    expected = embedder.documents(texts)
    with ThreadPoolExecutor(8) as pool:
        for vector, own in zip(pool.map(embedder.query, texts), expected, strict=True):
            assert float(vector @ own) > 0.9999


def test_batches_hold_their_limit() -> None:
    """Every text once, neighbours of like length together, none too large unless it is alone."""
    lengths = [5, 5, 256, 9_000, 30]
    order = sorted(range(5), key=lambda at: lengths[at])
    batches = _batches(order, lengths)
    assert sorted(at for batch in batches for at in batch) == list(range(5))
    assert all(len(b) == 1 or len(b) * max(lengths[at] for at in b) <= 512 for b in batches)
    assert [3] in batches
