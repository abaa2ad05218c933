"""A sentence-transformers model as it is: for a GPU, and for what cannot be exported."""

import copy
import threading
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Role = Literal["query", "document"]
_BATCH = 32
_LIMIT = 512  # tokens, where a model names no limit of its own
_DOCUMENT = ("document", "passage", "corpus")  # as sentence-transformers looks them up


class TorchModel:
    """Encodes texts with torch; loading it takes seconds.

    Raises:
        Exception: whatever sentence-transformers raises where it cannot load the model.
    """

    def __init__(self, name: str, *, local: bool) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # it would be drawn across the prompt
        logging.set_verbosity_error()
        self.model: Any = SentenceTransformer(name, local_files_only=local).eval()
        # A tokenizer of its own, because counting without truncation switches truncation off for
        # whatever is embedded at that moment in another thread.
        self._counter = copy.deepcopy(self.model.tokenizer)
        self._counting, self._encoding = threading.Lock(), threading.Lock()
        self.limit = int(self.model.max_seq_length or _LIMIT)
        named = self.model.prompts
        document = next((named[name] for name in _DOCUMENT if named.get(name)), "")
        self.prompts: dict[Role, str] = {"query": named.get("query") or "", "document": document}

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """`(n, dimensions)` float32, unit length."""
        encode = self.model.encode_query if role == "query" else self.model.encode_document
        with self._encoding:  # it sets its tokenizer anew at every call, and uses all cores anyway
            vectors = encode(
                list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens included, not cut at the limit."""
        with self._counting:
            encoded = self._counter(list(texts), truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]
