"""Passages in the order of a cross-encoder, which reads question and passage together; off unless set."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import RerankerError, first_line
from retrieval.fusion import fuse
from retrieval.search import Query, Retriever
from retrieval.types import Passage

READ = 20  # passages that are read for a question; see docs/decisions/0003-search.md
_BATCH = 16


class Reranked:
    """The best passages of another retriever, read again by any sentence-transformers CrossEncoder.

    Each passage takes the score of the one whose place it takes, so that scores stay on the scale that
    the gate and the quotes were fitted on; what the model says is in `parts`. Safe to use from several
    threads at once. The model is loaded at first use.
    """

    def __init__(self, inner: Retriever, name: str) -> None:
        self._inner, self.name = inner, name
        self._lock = threading.Lock()  # a tokenizer serves one text at a time
        self._loaded: Any = None

    def retrieve(self, query: Query, k: int) -> list[Passage]:
        """See `Retriever`.

        Raises:
            RerankerError: the model cannot be loaded, or ranks nothing.
        """
        found = self._inner.retrieve(query, max(k, READ))
        read, rest = found[:READ], found[READ:]
        scores = self.scores(query.text, [f"{p.article.title}\n{p.text}" for p in read])
        order = sorted(range(len(read)), key=lambda at: -scores[at])
        ranked = [
            replace(read[at], score=place.score, parts=read[at].parts | {"reranked": scores[at]})
            for at, place in zip(order, read, strict=True)
        ]
        return [*ranked, *rest][:k]

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers, from 0 to 1 (a logistic function of what the model gives).

        Raises:
            RerankerError: the model cannot be loaded, or ranks nothing.
        """
        if not texts:
            return []
        with self._lock:
            model = self._model()
            import torch

            pairs = [(_whole(question), _whole(text)) for text in texts]
            found = model.predict(
                pairs,
                batch_size=_BATCH,
                activation_fn=torch.nn.Sigmoid(),  # whatever the model's own is: many have none
                show_progress_bar=False,
            )
        if found.shape != (len(texts),) or not np.isfinite(found).all():
            raise RerankerError(
                f"the reranker {self.name!r} does not give one score for each passage: "
                "set CLIPPINGS_RERANKER to a cross-encoder made for ranking"
            )
        return [float(score) for score in found]

    def warm(self) -> None:
        """Load the model now, so that the first question need not wait for it."""
        self.scores("warm", ["warm"])

    def _model(self) -> Any:
        if self._loaded is None:
            try:
                self._loaded = _load(self.name)
            except Exception as error:
                raise RerankerError(
                    f"the reranker {self.name!r} could not be loaded ({first_line(error)}): "
                    "check CLIPPINGS_RERANKER"
                ) from error
        return self._loaded


def _load(name: str) -> Any:
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()  # it would be drawn across the prompt
    logging.set_verbosity_error()
    folder = Path(name).expanduser()
    local = folder.is_dir()
    model = CrossEncoder(str(folder) if local else name, local_files_only=local)
    made, trained = type(model.model).__name__, model.config.architectures or []
    if made.endswith("ForSequenceClassification") and made not in trained:
        # An embedder, say: it would be given a head of random weights, and passages a random order.
        msg = f"it is {' '.join(trained) or 'of no known kind'}, not a cross-encoder"
        raise ValueError(msg)
    return model


def _whole(text: str) -> str:
    """The text without the half characters that no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def by_fusion(found: Sequence[Passage]) -> list[Passage]:
    """The passages as they would stand had no model read them: the gate was fitted on that order."""
    return sorted(found, key=lambda p: -fuse(p.parts["cosine"], p.parts["words"]))
