"""Pure: the sentences of a message, and whether a clipping speaks for one or against it.

Words alone decide, no model: a clipping that has nearly all of a claim's words and its numbers
speaks for it; one that has most of them but other numbers, or a "not" more or less, against it.
Anything less certain is only about it, and the reader judges by the quoted words.
"""

import re
from typing import Literal

from bot.clean import clean
from retrieval.sentences import sentences
from retrieval.terms import terms

Stance = Literal["for", "against", "about"]
_NEARLY_ALL, _MOST = 0.8, 0.6  # of a claim's terms
_SHORTEST = 3  # words of a claim
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|false|untrue"
    r"|den(?:y|ies|ied)|reject(?:s|ed)?)\b|n['’]t\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[@#:/][^>]*>|https?://\S+|[*_~`|]+|^[>#-]+\s", re.MULTILINE)


def claims(text: str) -> list[str]:
    """The sentences of a message that claim something: no questions, no scraps, no links."""
    text = _MARKUP.sub(" ", text)
    found = (clean(text[start:end]) for start, end in sentences(text))
    return [it for it in found if len(it.split()) >= _SHORTEST and not it.endswith("?")]


def stance(claim: str, quote: str) -> Stance:
    """What the quote is to the claim."""
    wanted, held = set(terms(claim)), set(terms(quote))
    cover = len(wanted & held) / len(wanted) if wanted else 0.0
    numbers, other = _numbers(claim), _numbers(quote)
    alike = bool(_NOT.search(claim)) == bool(_NOT.search(quote))
    words, there = wanted - numbers, (wanted & held) - numbers
    most = len(there) / len(words) if words else 0.0
    if most >= _MOST and (not alike or (numbers and other and not numbers & other)):
        return "against"
    return "for" if cover >= _NEARLY_ALL and alike and numbers <= other else "about"


def _numbers(text: str) -> set[str]:
    return {number.replace(",", "") for number in _NUMBER.findall(text)}
