"""An article in chunks that its embedder reads to the end: pure, with exact offsets."""

import hashlib
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from retrieval.sentences import Stretch, paragraphs, sentences
from retrieval.types import Article, Chunk

Lengths = Callable[[Sequence[str]], list[int]]
Size = Callable[[Stretch], int]  # tokens of a stretch, special tokens included
_TITLE = 32  # tokens kept for the title, whatever its length: equal texts are cut equally
_JOINED = 100  # tokens: a shorter chunk takes in the next paragraph, where both fit
_LINE = re.compile(r"[^\n]+")
_REPEATED = 12  # characters: a shorter line may well stand twice with a reason


def chunk(
    article: Article, limit: int, lengths: Lengths, cuts: Sequence[int] = ()
) -> list[tuple[Chunk, str]]:
    """The chunks of an article, in order, each with the text to embed (title, then body).

    Each ends where a sentence ends, at a paragraph's end where possible; only a sentence over the
    limit is cut, between words. Lines that the article repeats belong to no chunk the second time.

    Args:
        article: what to cut.
        limit: the embedder's, in tokens, special tokens included.
        lengths: tokens of each text, special tokens included, by the embedder's own tokenizer.
        cuts: places where a chunk must end, in order.
    """
    text = article.text
    reserve = min(_TITLE, limit // 4)
    title = _shortened(article.title, reserve, lengths)
    budget = max(limit - reserve, 1)
    size = _counted(text, title, lengths)
    chunks: list[Stretch] = []
    for start, end in _cut(_once(text), cuts):
        parts = [(start + a, start + b) for a, b in paragraphs(text[start:end])]
        whole = [piece for part in parts for piece in _fitting(text, part, budget, size)]
        for joined in _joined(whole, budget, size):
            chunks += _fitting(text, joined, budget, size)
    bodies = [f"{title}\n{text[a:b]}" for a, b in chunks]
    keys = [hashlib.sha256(body.encode()).digest()[:16] for body in bodies]
    return [(Chunk(a, b, k), body) for (a, b), k, body in zip(chunks, keys, bodies, strict=True)]


def _once(text: str) -> list[Stretch]:
    """The stretches of a text between lines that stood in it before."""
    seen: set[str] = set()
    found, at = [], 0
    for line in _LINE.finditer(text):
        words = " ".join(line[0].split()).casefold()
        if words in seen:
            found.append((at, line.start()))
            at = line.end()
        elif len(words) >= _REPEATED:
            seen.add(words)
    return [*found, (at, len(text))]


def _cut(stretches: list[Stretch], cuts: Sequence[int]) -> list[Stretch]:
    """The stretches, each cut at the places that lie in it."""
    found = []
    for start, end in stretches:
        places = [start, *(at for at in cuts if start < at < end), end]
        found += list(pairwise(places))
    return found


def _counted(text: str, title: str, lengths: Lengths) -> Size:
    """What counts stretches, each once, as they are embedded: an embedder may keep what it read."""
    before, empty = (lengths([its])[0] for its in (title, ""))
    known: dict[Stretch, int] = {}

    def size(stretch: Stretch) -> int:
        if stretch not in known:
            whole = lengths([f"{title}\n{text[slice(*stretch)]}"])[0]
            known[stretch] = whole - before + empty  # the same under every title
        return known[stretch]

    return size


def _fitting(text: str, stretch: Stretch, budget: int, size: Size) -> list[Stretch]:
    """The stretch, halved until each part fits: at a paragraph, a sentence, a word, in this order."""
    start, end = stretch
    if end - start <= 1 or size(stretch) <= budget:
        return [stretch]
    middle = (start + end) / 2
    words = [m.end() for m in re.finditer(r"\S+", text[start:end])]
    for ends in (
        [b for _, b in paragraphs(text[start:end])][:-1],
        [b - start for _, b in sentences(text, start, end)][:-1],
        words[:-1],
        [(end - start) // 2],
    ):
        if ends:
            cut = start + min(ends, key=lambda at: abs(start + at - middle))
            break
    rest = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    return [
        piece
        for half in ((start, cut), (rest, end))
        for piece in _fitting(text, half, budget, size)
    ]


def _joined(pieces: list[Stretch], budget: int, size: Size) -> list[Stretch]:
    """Neighbours put together while the first is short and both fit."""
    found: list[Stretch] = []
    tokens = 0
    for piece in pieces:
        if found and tokens < _JOINED and tokens + size(piece) <= budget:
            found[-1] = (found[-1][0], piece[1])
            tokens += size(piece)
        else:
            found.append(piece)
            tokens = size(piece)
    return found


def _shortened(title: str, tokens: int, lengths: Lengths) -> str:
    """As many of the title's first words as fit."""
    words = title.split()[:tokens]
    while words and lengths([" ".join(words)])[0] > tokens:
        words.pop()
    return " ".join(words)
