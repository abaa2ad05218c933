"""Words as the keyword index sees them: one analysis for passages, questions and quotes."""

import math
import re
import unicodedata
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_POSSESSIVE = re.compile(r"['’]s?$")
_stemmer = snowballstemmer.stemmer("english")

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
        "own",
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


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_stemmer.stemWord(word))


def terms(text: str) -> list[str]:
    """The terms of a text, in order: folded, without accents and stop words, stemmed.

    Porter's second English stemmer (snowballstem.org/algorithms/english). Terms hold letters and
    digits alone, so that FTS5's unicode61 tokenizer keeps each as it is.
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    plain = _INITIALS.sub(lambda initials: initials[0].replace(".", ""), plain)  # "U.S." -> "us"
    words = (_POSSESSIVE.sub("", w).replace("'", "").replace("’", "") for w in _WORD.findall(plain))
    return [_stem(word) for word in words if word and word not in STOP_WORDS]


def idf(documents: int, holding: int) -> float:
    """How much a term tells: `log(1 + (N - n + 0.5) / (n + 0.5))`, always positive.

    Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with the 1 that Lucene
    adds, so that a term in most passages of a small library still counts a little.
    """
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))
