"""The reading model at work: how likely each sentence of some passages is to answer a question."""

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.compiled import Compiled, export, plain_tokenizer
from retrieval.embedder import SentenceEmbedder
from retrieval.errors import EmbedderError, first_line
from retrieval.pairs import Pair, pairs, table
from retrieval.quantised import calibration, quantised, small

log = logging.getLogger("clippings")

WEIGHTS = Path(__file__).parent / "reader.safetensors"
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_STEP = 16  # tokens to which a pair is padded: for every shape that is new, OpenVINO prepares anew
_FAR = 12.0  # log-odds beyond which nothing more is told
_APART = 0.1  # by which the export's scores may differ from the original's on a probe, on average
_NEAR = 0.6  # the same in eight bits
_SMOOTHED = 0.8  # less than NNCF advises; see docs/decisions/0010
_ASKED = 60  # characters that stand for a question where there is none
_PROBES = (
    ("who opposes it?", "Valley", "The ministry condemned the operation on Wednesday."),
    ("How many tanks?", "Zoë’s", "The U.S.-led coalition counted 1,200 tanks near al-Bab. " * 12),
    ("why?", "", "It rained."),
)


class _Runs(Protocol):
    """What `Compiled` and the model in torch have in common."""

    tokenizer: Any

    def run(
        self, batches: Iterable[Sequence[NDArray[np.int64]]]
    ) -> Iterable[NDArray[np.float32]]: ...


class Reading:
    """The reading model, loaded at its first use. Safe to use from several threads at once.

    Args:
        embedder: the bundled one, from which it differs and beside whose export its own is kept.
    """

    def __init__(self, embedder: SentenceEmbedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._loaded: _Runs | None = None

    def warm(self) -> None:
        """Load the model now, so that the first question need not wait for it."""
        _ = self._model

    def prepare(self) -> None:
        """Export the model unless it was: the first question, which would, need not wait for it."""
        if not self._export.is_dir():
            self.warm()

    def odds(
        self, question: str, passages: Sequence[tuple[str, Sequence[str]]]
    ) -> list[NDArray[np.float32]]:
        """Of each passage's sentences the log-odds that it answers, against that none of them does.

        Args:
            question: as it stands alone.
            passages: what is read, each a title and the sentences that are read of it, in their order;
                the scores are comparable among each other alone.

        Raises:
            EmbedderError: the model cannot be loaded.
        """
        if not passages:
            return []
        texts = [(question, title, " ".join(sentences)) for title, sentences in passages]
        read = pairs(self._model.tokenizer, texts)
        scores = self._scores(read)
        none = np.logaddexp.reduce([its[0] for its in scores])
        return [
            _odds([_best(pair, its, a, b) for a, b in _places(sentences)], none)
            for pair, its, (_, sentences) in zip(read, scores, passages, strict=True)
        ]

    def _scores(self, read: Sequence[Pair]) -> list[NDArray[np.float32]]:
        """The score of each token of each pair."""
        # The longest first: so the cores that share them are done at about the same time.
        order = sorted(range(len(read)), key=lambda at: -len(read[at].ids))
        found = [np.zeros(0, np.float32)] * len(read)
        run = self._model.run([table([read[at]], _STEP) for at in order])
        for at, (scores,) in zip(order, run, strict=True):
            found[at] = scores[: len(read[at].ids)]
        return found

    @property
    def _model(self) -> _Runs:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._open() or self._load()
            return self._loaded

    @cached_property
    def _identity(self) -> str:
        return f"reader@{self._embedder.checksum(WEIGHTS)[:12]}+{self._embedder.identity[-12:]}"

    @property
    def _export(self) -> Path:
        return self._embedder.models / self._identity

    def _open(self) -> Compiled | None:
        """The export, if there is one that can be trusted."""
        if not self._export.is_dir():
            return None
        try:
            return self._compiled()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is made again
            log.warning("the exported reading model is made again (%s)", first_line(error))
            return None

    def _load(self) -> _Runs:
        """The model in torch; it is exported first, where that is possible."""
        try:
            model = InTorch(self._embedder)
        except Exception as error:
            raise EmbedderError(
                f"the reading model could not be loaded ({first_line(error)}): install clippings anew"
            ) from error
        try:
            small(partial(self._make, model))
            return self._compiled()
        except Exception as error:  # noqa: BLE001 - the model itself works
            log.warning("the reading model runs in torch, slower (%s)", first_line(error))
            return model

    def _compiled(self) -> Compiled:
        its = self._embedder
        return Compiled(self._export, self._identity, its.checksum, its.streams)

    def _make(self, model: "InTorch", eight_bits: bool) -> None:
        """Export a model.

        Raises:
            Exception: it cannot be exported.
        """
        export(
            model.module,
            self._export,
            {"identity": self._identity},
            self._embedder.checksum,
            tokenizer=lambda file: model.tokenizer.save(str(file)),
            inputs=_INPUTS,
            change=partial(_in_eight_bits, tokenizer=model.tokenizer) if eight_bits else None,
            prove=partial(_prove, model, _NEAR if eight_bits else _APART),
        )


class InTorch:
    """The reading model as it was trained.

    Raises:
        Exception: it cannot be loaded.
    """

    def __init__(self, embedder: SentenceEmbedder) -> None:
        from retrieval.reading_model import ReadingModel

        self.module = ReadingModel(embedder.local).eval()
        self.module.take(WEIGHTS)
        self.module.merge()
        self.tokenizer = plain_tokenizer(embedder.local / "tokenizer.json")

    def run(self, batches: Iterable[Sequence[NDArray[np.int64]]]) -> Iterator[NDArray[np.float32]]:
        """What comes out of each batch, in order."""
        import torch

        for batch in batches:
            with torch.no_grad():
                yield self.module(*map(torch.from_numpy, batch)).numpy()


def _places(sentences: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where each stands in all of them with a space between."""
    end = -1
    for sentence in sentences:
        start, end = end + 1, end + 1 + len(sentence)
        yield start, end


def _odds(best: Sequence[float], none: float) -> NDArray[np.float32]:
    return (np.array(best) - none).clip(-_FAR, _FAR).astype(np.float32)


def _best(pair: Pair, scores: NDArray[np.float32], start: int, end: int) -> float:
    """The score of a sentence: of its tokens together, `log(sum(exp(score)))`; far below if it has none."""
    its = (pair.places[:, 0] < end) & (pair.places[:, 1] > start)
    return float(np.logaddexp.reduce(scores[its])) if its.any() else -np.inf


def _in_eight_bits(traced: Any, tokenizer: Any) -> Any:
    """Calibrated on texts with their own first words for a question, or another's."""
    texts = calibration()
    asked = [text if at % 2 else texts[at - 1] for at, text in enumerate(texts)]
    triples = [(its[:_ASKED], "", text) for its, text in zip(asked, texts, strict=True)]
    return quantised(traced, [table([it]) for it in pairs(tokenizer, triples)], _SMOOTHED)


def _prove(model: InTorch, bound: float, exported: Compiled) -> None:
    """Hold the export against the original: on average no score is farther off than `bound`.

    Raises:
        ValueError: they differ.
    """
    read = pairs(model.tokenizer, _PROBES)
    tables = [table([it]) for it in read]
    for own, its in zip(model.run(tables), exported.run(tables), strict=True):
        apart = float(np.abs(own - its).mean())
        if not apart <= bound:
            msg = f"the export gives other scores ({apart:.3f} apart)"
            raise ValueError(msg)
