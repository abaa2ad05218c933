"""Libraries of any size, for benchmarks: real sentences in new passages.

A passage is put together from sentences that are drawn from real articles, so its words are as common,
and it is as long, as real ones are.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from retrieval.library import Library
from retrieval.sentences import sentences
from retrieval.types import Article, Chunk

_WORDS = 105  # in a passage, at least: about 170 tokens with the title
_NOISE = 0.02  # in each dimension of a made vector, so that no two are equal
_STORED = 2_000  # passages in a transaction
_SEED = 20


def pool(articles: Iterable[Article]) -> list[str]:
    """Every sentence of the articles once, of a length that is read."""
    found = (
        article.text[a:b]
        for article in articles
        for a, b in sentences(article.text, 0, len(article.text))
    )
    return list(dict.fromkeys(text for text in found if 5 <= len(text.split()) <= 60))


def drawn(sentences_: Sequence[str], count: int) -> Iterator[tuple[Article, list[int]]]:
    """Articles of one passage each, with the numbers of the sentences in it; the same every time."""
    chance = random.Random(_SEED)
    lengths = [len(text.split()) for text in sentences_]
    for number in range(count):
        chosen: list[int] = []
        words = 0
        while words < _WORDS:
            chosen.append(chance.randrange(len(sentences_)))
            words += lengths[chosen[-1]]
        text = " ".join(sentences_[at] for at in chosen)
        title = " ".join(sentences_[chosen[0]].split()[:6])
        yield Article(f"drawn-{number}", title, text), chosen


def made(vectors: NDArray[np.float32], chosen: Sequence[int], seed: int) -> NDArray[np.float32]:
    """A passage's vector without embedding it: the mean of its sentences', with some noise.

    `(d,)` float32, unit length, as `vectors` `(n, d)` are.
    """
    noise = np.random.default_rng(seed).standard_normal(vectors.shape[1], np.float32) * _NOISE
    mean: NDArray[np.float32] = vectors[list(chosen)].mean(axis=0) + noise
    return mean / np.float32(np.linalg.norm(mean))


def store(
    library: Library, sentences_: Sequence[str], vectors: NDArray[np.float32], count: int
) -> None:
    """Fill an empty library with `count` passages whose vectors are made; Chroma follows later."""
    rows = drawn(sentences_, count)
    while batch := list(islice(rows, _STORED)):
        with library.transaction():
            for article, chosen in batch:
                number = int(article.id.rpartition("-")[2])
                key = number.to_bytes(16, "big")
                library.store(
                    article,
                    {Chunk(0, len(article.text), key): made(vectors, chosen, number)},
                    uri="drawn",
                    fingerprint=key,
                )
