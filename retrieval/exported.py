"""The embedding model's fast path on a processor: its export."""

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval import compiled
from retrieval.compiled import Checksum, Compiled
from retrieval.quantised import calibration, quantised
from retrieval.torch_model import Role, TorchModel

_TOKENS = 512  # in one batch, padding included: enough to fill a core, and few enough for all cores
_LEAST = 64  # in one batch, if there are so many
_STEP = 16  # tokens to which a batch is padded: for every shape that is new, OpenVINO prepares anew
_COUNTED = 2_048  # texts whose tokens are kept for when they are embedded
_SMOOTHED = 0.95  # as NNCF advises
_ALIKE = 0.999  # cosine that export and original must reach on every probe
_NEAR = 0.98  # the same for one in eight bits
_PROBES = (
    "who opposes it?",
    "The ministry condemned the operation on Wednesday as a violation of sovereignty.",
    "Zoë’s U.S.-led coalition counted 1,200 tanks near al-Bab; nobody agreed. " * 12,
)


class Exported:
    """An exported embedding model. Safe to use from several threads at once."""

    def __init__(self, it: Compiled) -> None:
        self._compiled, self._tokenizer = it, it.tokenizer
        self._counted: dict[str, NDArray[np.int32]] = {}
        self._counting = threading.Lock()
        self.limit: int = it.about["limit"]
        self.prompts: dict[Role, str] = it.about["prompts"]
        self._pad: int = it.about["pad"]

    def encode(self, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
        """`(n, dimensions)` float32, unit length; the texts are run in batches of like length."""
        prompt = self.prompts[role]
        tokens = self._tokens([prompt + text for text in texts])
        order = sorted(range(len(texts)), key=lambda at: len(tokens[at]))
        lengths = [len(ids) for ids in tokens]
        batches = _shared(order, lengths, self._compiled.streams)
        run = self._compiled.run(self._table([tokens[at] for at in batch]) for batch in batches)
        found = np.zeros((len(texts), self._compiled.width), np.float32)
        for batch, vectors in zip(batches, run, strict=True):
            found[batch] = vectors
        return found

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens included, not cut at the limit.

        What is counted is often embedded next, so the tokens of the last texts are kept for that.
        """
        with self._counting:
            known = {text: self._counted[text] for text in texts if text in self._counted}
        rest = [text for text in texts if text not in known]
        known |= zip(rest, self._read(rest), strict=True)
        with self._counting:
            for text in rest:
                if len(known[text]) <= self.limit:
                    self._counted[text] = known[text]
            while len(self._counted) > _COUNTED:
                del self._counted[next(iter(self._counted))]
        return [len(known[text]) for text in texts]

    def _tokens(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """The tokens of each text, cut at the limit; of one that was counted they are there."""
        with self._counting:
            known = {text: self._counted.pop(text) for text in texts if text in self._counted}
        rest = [text for text in texts if text not in known]
        known |= {t: _cut(ids, self.limit) for t, ids in zip(rest, self._read(rest), strict=True)}
        return [known[text] for text in texts]

    def _read(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """All tokens of each text."""
        # A batch is shared out among threads, for which one text alone would wait.
        one = len(texts) == 1
        read = (
            [self._tokenizer.encode(texts[0])] if one else self._tokenizer.encode_batch_fast(texts)
        )
        return [np.array(its.ids, np.int32) for its in read]

    def _table(self, batch: Sequence[NDArray[np.int32]]) -> list[NDArray[np.int64]]:
        """Ids and mask, `(n, tokens)` each, padded."""
        longest = max(len(ids) for ids in batch)
        longest = max(longest, min(-(-longest // _STEP) * _STEP, self.limit))
        ids = np.full((len(batch), longest), self._pad, np.int64)
        mask = np.zeros((len(batch), longest), np.int64)
        for row, its in enumerate(batch):
            ids[row, : len(its)] = its
            mask[row, : len(its)] = 1
        return [ids, mask]


def _cut(ids: NDArray[np.int32], limit: int) -> NDArray[np.int32]:
    """At most `limit` tokens; the special token at the end stays."""
    return ids if len(ids) <= limit else np.append(ids[: limit - 1], ids[-1])


def _shared(order: Sequence[int], lengths: Sequence[int], streams: int) -> list[list[int]]:
    """The batches; of few texts no more than can be run at once, as even as they can be."""
    most = min(max(-(-sum(lengths) // streams), _LEAST), _TOKENS)
    while len(found := _batches(order, lengths, most)) > streams and most < _TOKENS:
        most = min(most + _STEP, _TOKENS)
    return found


def _batches(order: Sequence[int], lengths: Sequence[int], most: int) -> list[list[int]]:
    """Neighbours of like length, at most so many tokens in each batch, padding included."""
    found: list[list[int]] = []
    for at in order:
        if found and (len(found[-1]) + 1) * lengths[at] <= most:
            found[-1].append(at)
        else:
            found.append([at])
    return found


def export(
    model: TorchModel,
    folder: Path,
    identity: str,
    checksum: Checksum,
    *,
    eight_bits: bool = False,
) -> None:
    """Export a model into a folder, whole or not at all.

    Args:
        model: on a processor.
        folder: a new one takes its place.
        identity: of the model and its weights.
        checksum: of a file.
        eight_bits: whether its numbers become whole ones of eight bits.

    Raises:
        Exception: the model cannot be exported, or its export gives other vectors.
    """
    tokenizer = model.model.tokenizer
    compiled.export(
        _wrapped(model),
        folder,
        {
            "identity": identity,
            "limit": model.limit,
            "prompts": model.prompts,
            "pad": tokenizer.pad_token_id or 0,
        },
        checksum,
        tokenizer=lambda file: tokenizer.backend_tokenizer.save(str(file)),
        inputs=("input_ids", "attention_mask"),
        change=partial(_in_eight_bits, model=model) if eight_bits else None,
        prove=lambda made: _prove(model, Exported(made), _NEAR if eight_bits else _ALIKE),
    )


def _in_eight_bits(traced: Any, model: TorchModel) -> Any:
    tokenize = partial(model.model.tokenizer, truncation=True, max_length=model.limit)
    read = [tokenize([text], return_tensors="np") for text in calibration()]
    names = ("input_ids", "attention_mask")
    inputs = [[its[name].astype(np.int64) for name in names] for its in read]
    return quantised(traced, inputs, _SMOOTHED)


def _wrapped(model: TorchModel) -> Any:
    """The whole of a model, pooling included, as a module from two tensors to one."""
    import torch

    class Wrapped(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = model.model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors = self.inner(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, p=2.0, dim=-1)

    return Wrapped().eval()


def _prove(model: TorchModel, exported: Exported, bound: float) -> None:
    """Hold the export against the original, in both roles: `bound` is a cosine.

    Raises:
        ValueError: they differ.
    """
    roles: tuple[Role, ...] = ("query", "document")
    for role in roles:
        own, its = model.encode(_PROBES, role), exported.encode(_PROBES, role)
        alike = float((own * its).sum(axis=1).min())
        if not alike >= bound:
            msg = f"the export gives other vectors (cosine {alike:.4f})"
            raise ValueError(msg)
