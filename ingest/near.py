"""Near-duplicates: the same report in several papers, found by MinHash and cut at the same places.

A search puts passages of the same text together and names all their articles. Where two papers
print one agency's report, each with a first paragraph of its own, their chunks would begin at
different sentences and no two passages would be the same; so the later one is cut where the first
was.
"""

import hashlib
import re
import struct
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.library import Library
from retrieval.types import Article, Chunk

# 16 bands of 4: of two texts with 70 % of their shingles in common, 99 % are found; with 30 %, 12 %.
# Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, section 3.4.
_BANDS, _ROWS = 16, 4
_SEED = 1
_SHINGLE = 5  # words, as in retrieval.search
_NEAR = 0.5  # Jaccard similarity from which two articles are one report
_SAME = 0.9  # and from which one paper's are one article, if title and numbers are the same too
_SHORT = 40  # characters: what is shorter may stand in any article


@dataclass(frozen=True, slots=True)
class Twin:
    """An article that another is nearly a duplicate of, and how much of their shingles they share."""

    article: Article
    chunks: tuple[str, ...]
    likeness: float


class Twins:
    """The near-duplicates in one library, those that are just about to be stored included."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._waiting: dict[str, tuple[Article, tuple[str, ...]]] = {}
        self._bands: defaultdict[bytes, set[str]] = defaultdict(set)

    def places(self, article: Article) -> list[int]:
        """Where an article is to be cut: as it was before it was edited, else as its twin is."""
        if self._library.articles([article.id]):
            return cuts(article.text, self._stored(article.id)[1])
        twin = self.of(article)
        return cuts(article.text, twin.chunks) if twin else []

    def of(self, article: Article) -> Twin | None:
        """The nearest near-duplicate of an article, or None."""
        ids = {it for band in bands(article.text) for it in self._holders(band)} - {article.id}
        mine = shingles(article.text)
        found = [self._stored(it) for it in ids]
        twins = [Twin(it, texts, _likeness(mine, it.text)) for it, texts in found]
        return max(
            (it for it in twins if it.likeness >= _NEAR), key=lambda it: it.likeness, default=None
        )

    def same(self, article: Article) -> str | None:
        """The id of what the same paper printed word for word under another address, or None."""
        twin = self.of(article)
        if twin is None or twin.likeness < _SAME or twin.article.source != article.source:
            return None
        alike = twin.article.title.casefold() == article.title.casefold()
        numbers = [re.findall(r"\d+", it.text) for it in (article, twin.article)]
        return twin.article.id if alike and numbers[0] == numbers[1] else None

    def wait(self, article: Article, chunks: Sequence[tuple[Chunk, str]]) -> None:
        """Know an article that is about to be stored."""
        texts = tuple(article.text[c.start : c.end] for c, _ in chunks)
        self._waiting[article.id] = (article, texts)
        for band in bands(article.text):
            self._bands[band].add(article.id)

    def stored(self) -> None:
        """Write what waited, within the transaction that stores it."""
        for article_id, (article, _) in self._waiting.items():
            self._library.execute("DELETE FROM bands WHERE article = ?", (article_id,))
            for band in bands(article.text):
                self._library.execute(
                    "INSERT OR IGNORE INTO bands VALUES (?, ?)", (band, article_id)
                )
        self._waiting.clear()
        self._bands.clear()

    def _holders(self, band: bytes) -> Iterator[str]:
        yield from self._bands.get(band, ())
        for (article_id,) in self._library.execute(
            "SELECT article FROM bands WHERE band = ?", (band,)
        ):
            yield article_id

    def _stored(self, article_id: str) -> tuple[Article, tuple[str, ...]]:
        if article_id in self._waiting:
            return self._waiting[article_id]
        article = self._library.articles([article_id])[article_id]
        places = self._library.execute(
            "SELECT start, stop FROM chunks WHERE article = ? ORDER BY id", (article_id,)
        )
        return article, tuple(article.text[a:b] for a, b in places)


def cuts(text: str, chunks: Sequence[str]) -> list[int]:
    """Where a text is to be cut so that the chunks of another that stand in it are its own."""
    places: set[int] = set()
    for chunk in chunks:
        at = text.find(chunk) if len(chunk) >= _SHORT else -1
        if at >= 0:
            places |= {at, at + len(chunk)}
    return sorted(places - {0, len(text)})


def bands(text: str) -> list[bytes]:
    """What near-duplicates of a text have one of in common, with high probability."""
    from rensa import RMinHash

    minhash = RMinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
    minhash.update(sorted(shingles(text)))
    digest = minhash.digest()
    rows = (digest[at : at + _ROWS] for at in range(0, len(digest), _ROWS))
    packed = (struct.pack(f"<{_ROWS}I", *row) + bytes([n]) for n, row in enumerate(rows))
    return [hashlib.blake2b(it, digest_size=8).digest() for it in packed]


def shingles(text: str) -> set[str]:
    """Every five words that follow each other."""
    words = text.casefold().split()
    return {" ".join(words[at : at + _SHINGLE]) for at in range(max(len(words) - _SHINGLE + 1, 1))}


def _likeness(mine: set[str], other: str) -> float:
    """The Jaccard similarity of two sets of shingles."""
    theirs = shingles(other)
    return len(mine & theirs) / len(mine | theirs)
