"""Questions and passages as the reading model takes them: tokens, and where each of them stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 320  # tokens of a question and a passage together
_QUESTION = 48  # tokens of the question at most


@dataclass(frozen=True, slots=True)
class Pair:
    """A question followed by a passage with its title.

    `ids` are its tokens, of which the first `asked` are the question's. `places` `(tokens, 2)` int64
    are the characters of the passage that each token stands for; nought and nought for every other.
    """

    ids: list[int]
    asked: int
    places: NDArray[np.int64]


def pairs(tokenizer: Any, asked: Sequence[tuple[str, str, str]]) -> list[Pair]:
    """Each question, title and passage as a pair; what is too long is cut at its end.

    Args:
        tokenizer: of the `tokenizers` package, which neither pads nor truncates.
        asked: question, title, text of the passage.
    """
    questions = tokenizer.encode_batch([question for question, _, _ in asked])
    passages = tokenizer.encode_batch([f"{title}\n{text}" for _, title, text in asked])
    return [
        _pair(_cut(q.ids, _QUESTION), p.ids, p.offsets, len(title) + 1)
        for q, p, (_, title, _) in zip(questions, passages, asked, strict=True)
    ]


def _pair(question: list[int], passage: list[int], offsets: Sequence[Any], shift: int) -> Pair:
    rest = _cut(passage, LONGEST - len(question) + 1)[1:]  # without the mark that begins a text
    places = np.zeros((len(question) + len(rest), 2), np.int64)
    own = np.array(offsets[1 : len(rest)], np.int64).reshape(-1, 2) - shift
    places[len(question) : -1] = np.maximum(own, 0)
    return Pair([*question, *rest], len(question), places)


def _cut(ids: list[int], limit: int) -> list[int]:
    """At most `limit` tokens; the special token at the end stays."""
    return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]


def table(batch: Sequence[Pair], step: int = 1) -> list[NDArray[np.int64]]:
    """Ids, mask and kinds of the tokens of a batch, each `(n, tokens)` int64, padded at the end.

    How many tokens that are is a multiple of `step`.
    """
    longest = -(-max(len(it.ids) for it in batch) // step) * step
    ids, mask, kinds = (np.zeros((len(batch), longest), np.int64) for _ in range(3))
    for row, it in enumerate(batch):
        ids[row, : len(it.ids)] = it.ids
        mask[row, : len(it.ids)] = 1
        kinds[row, it.asked : len(it.ids)] = 1
    return [ids, mask, kinds]
