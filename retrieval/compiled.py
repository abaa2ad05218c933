"""Models exported to OpenVINO once, and run on a processor without importing torch."""

import json
import os
import shutil
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Checksum = Callable[[Path], str]
_FORMAT = 4  # of the folder: another one is exported anew
_FILES = ("model.xml", "model.bin", "tokenizer.json")


class Compiled:
    """An exported model, opened from its folder. Safe to use from several threads at once.

    `about` is what was noted of it, `tokenizer` neither pads nor truncates.

    Args:
        folder: of the export.
        identity: that it has to be of.
        checksum: of a file.
        streams: how many batches are run at once, each with memory of its own: one a core unless given.

    Raises:
        Exception: the folder does not hold a whole export of that identity.
    """

    def __init__(
        self, folder: Path, identity: str, checksum: Checksum, streams: int | None = None
    ) -> None:
        self.about: dict[str, Any] = json.loads((folder / "export.json").read_text("utf-8"))
        if self.about["identity"] != identity or self.about["format"] != _FORMAT:
            msg = "the export is another model's"
            raise ValueError(msg)
        if self.about["sha256"] != {name: checksum(folder / name) for name in _FILES}:
            msg = "the export is damaged"
            raise ValueError(msg)
        cores, core = os.cpu_count() or 1, openvino().Core()
        self.streams = streams or cores
        # What OpenVINO makes of a model for this processor is kept: to make it takes most of the opening.
        core.set_property({"CACHE_DIR": str(folder / "compiled")})
        # With a stream a core, texts that are asked for at the same moment do not wait for each other.
        self.model = core.compile_model(
            str(folder.resolve() / "model.xml"),
            "CPU",
            {
                "PERFORMANCE_HINT": "THROUGHPUT",
                "NUM_STREAMS": self.streams,
                "INFERENCE_NUM_THREADS": cores,
            },
        )
        self._local = threading.local()
        self._pool = ThreadPoolExecutor(self.streams, thread_name_prefix="model")
        self.tokenizer = plain_tokenizer(folder / "tokenizer.json")
        # OpenVINO's binding sets itself up at its first inference. Two threads that do so at the same
        # moment can wait for each other for good, so the first one runs alone.
        self._infer([np.ones((1, 1), np.int64) for _ in self.model.inputs])

    @property
    def width(self) -> int:
        """How many numbers come out of each row."""
        return int(self.model.output(0).partial_shape[1].get_length())

    def run(self, batches: Iterable[Sequence[NDArray[np.int64]]]) -> Iterator[NDArray[np.float32]]:
        """What comes out of each batch of inputs, in order; they are run side by side."""
        return self._pool.map(self._infer, batches)

    def _infer(self, inputs: Sequence[NDArray[np.int64]]) -> NDArray[np.float32]:
        if not hasattr(self._local, "request"):
            self._local.request = self.model.create_infer_request()
        return np.array(self._local.request.infer(list(inputs))[0], np.float32)


def export(
    model: Any,
    folder: Path,
    about: Mapping[str, Any],
    checksum: Checksum,
    *,
    tokenizer: Callable[[Path], None],
    inputs: Sequence[str],
    change: Callable[[Any], Any] | None = None,
    prove: Callable[[Compiled], None],
) -> None:
    """Export a model into a folder, whole or not at all.

    Args:
        model: a torch module from `inputs` to one tensor.
        folder: a new one takes its place.
        about: what is noted of it, its `identity` among that.
        checksum: of a file.
        tokenizer: writes the tokenizer's file.
        inputs: names; each is `(n, tokens)` int64.
        change: what becomes of the model in OpenVINO's form.
        prove: raises where the export gives something else than the original.

    Raises:
        Exception: the model cannot be exported, or was not proved.
    """
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        _save(_traced(model, inputs), fresh, change)
        tokenizer(fresh / "tokenizer.json")
        noted = {"format": _FORMAT, "sha256": {name: checksum(fresh / name) for name in _FILES}}
        (fresh / "export.json").write_text(json.dumps({**about, **noted}), "utf-8")
        prove(Compiled(fresh, about["identity"], checksum))
        for gone in (fresh / "compiled", folder):  # what was compiled is found under its name alone
            shutil.rmtree(gone, ignore_errors=True)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _save(traced: Any, folder: Path, change: Callable[[Any], Any] | None) -> None:
    """Save a model; it is changed as it is read again, with its numbers in half precision."""
    openvino().save_model(traced, folder / "model.xml")
    if change:
        changed = change(openvino().Core().read_model(folder / "model.xml"))
        openvino().save_model(changed, folder / "changed.xml")
        for suffix in (".xml", ".bin"):
            (folder / f"changed{suffix}").replace(folder / f"model{suffix}")


def _traced(model: Any, inputs: Sequence[str]) -> Any:
    """The model in OpenVINO's form."""
    import torch

    example = tuple(torch.ones((2, 8), dtype=torch.long) for _ in inputs)
    shapes = [(name, [-1, -1], openvino().Type.i64) for name in inputs]
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # that lengths are not constants; they are left open
        return openvino().convert_model(model.eval(), example_input=example, input=shapes)


def plain_tokenizer(file: Path) -> Any:
    """A tokenizer that neither pads nor truncates."""
    from tokenizers import Tokenizer

    it = Tokenizer.from_file(str(file))
    it.no_padding()
    it.no_truncation()
    return it


def openvino() -> Any:
    """OpenVINO without its telemetry, which would ask and report."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino as it

    return it
