"""Words as the keyword index sees them: one analysis for passages, questions and quotes."""

import math
import re
import struct
import threading
import unicodedata
import zlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_INITIALS = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b(?:\.(?!\w))?")  # "U.S.", "U.N"
_INITIAL = re.compile(r"\.[^\W\d_]")  # without which there are none, and which is found much faster
_ENDING = re.compile(r"['’](?:s|d|m|ll|re|ve)$")  # of a possessive or a contraction
_OTHER = re.compile(r"[^\x00-\x7f]+")
_REMEMBERED = 200_000  # words: 20 MB
_stemmer = snowballstemmer.stemmer("english")
_stemming = threading.Lock()  # the stemmer keeps the word in itself

# What the terms of a text depend on: an index made under another must be made again.
ANALYSIS = f"3/{version('snowballstemmer')}/{unicodedata.unidata_version}"

# Words that carry no subject of their own: function words, and the words questions are made of.
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "after",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "down",
        "during",
        "each",
        "few",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "herself",
        "him",
        "himself",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "me",
        "more",
        "most",
        "my",
        "myself",
        "no",
        "nor",
        "not",
        "now",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "our",
        "ours",
        "out",
        "over",
        "same",
        "she",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "theirs",
        "them",
        "themselves",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "yours",
    ]
)


class _Known(dict[str, str]):
    """The term of every word that was met lately; empty for a word that is none."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        plain = _ENDING.sub("", word).replace("'", "").replace("’", "")
        with _stemming:
            self[word] = "" if plain in STOP_WORDS else str(_stemmer.stemWord(plain))
        return self[word]


_known = _Known()


def terms(text: str) -> list[str]:
    """The terms of a text, in order: folded, without accents and stop words, stemmed.

    Porter's second English stemmer (snowballstem.org/algorithms/english). A term holds letters and
    digits alone, so that FTS5's ascii tokenizer keeps each as it is. Whoever changes what comes out
    here changes the number in `ANALYSIS` too.
    """
    plain = _folded(text)
    if _INITIAL.search(plain):
        plain = _INITIALS.sub(lambda initials: initials[0].replace(".", ""), plain)
    return [term for word in _WORD.findall(plain) if (term := _known[word])]


def packed(found: Iterable[str]) -> bytes:
    """Terms as numbers, in order: four bytes each, the lowest first, so that they are counted fast.

    Of 100,000 terms about two share their number with another.
    """
    numbers = [zlib.crc32(term.encode()) for term in found]
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _folded(text: str) -> str:
    # Taken apart first: what "℻" stands for has capitals of its own.
    return _OTHER.sub(lambda run: _without_accents(run[0]), text).casefold()


@lru_cache(maxsize=10_000)
def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c))


def idf(documents: int, holding: int) -> float:
    """How much a term tells: `log(1 + (N - n + 0.5) / (n + 0.5))`, always positive.

    Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with the 1 that Lucene
    adds, so that a term in most passages of a small library still counts a little.
    """
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))
