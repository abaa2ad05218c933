"""A question and its history to a question that stands alone; by rule, without a model."""

import re

from retrieval.terms import terms
from retrieval.types import Question

# How people go on: "and Russia?", "what about the Kurds?", "why?", "but when?".
_GOES_ON = re.compile(
    r"\s*(?:and|but|or|also|then|so|what about|how about|what of)\b|"
    r"\s*(?:why|when|where|who|how|how many|how much|since when|says who)(?: so| not| then)?[\s?!.]*$",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:he|she|they|it|him|her|them|his|hers|its|their|theirs|this|that|these|those|there)\b",
    re.IGNORECASE,
)


def standalone(question: Question) -> str:
    """The question's text, with the last question that stood alone before it where it leans on that.

    It leans on it where it begins as people go on, or points back with a pronoun and names no more
    than two things of its own. A question that needs no history is left as it is.
    """
    parts = [question.text]
    for turn in reversed(question.history):
        if not leans(parts[0]):
            break
        parts.insert(0, turn.question)
    return " ".join(" ".join(parts).split())


def leaning_part(question: Question, text: str) -> str:
    """What a question says itself, where `text` is it with what it leans on; empty where it leans not."""
    own = " ".join(question.text.split())
    return own if text != own and text.endswith(own) else ""


def words_of(text: str, own: str) -> tuple[str, ...]:
    """The terms of a question, each once; those of what it says itself three times."""
    return (*dict.fromkeys(terms(text)), *dict.fromkeys(terms(own)), *dict.fromkeys(terms(own)))


def leans(text: str) -> bool:
    """Whether a question cannot be understood without the one before it."""
    if _GOES_ON.match(text):
        return True
    return bool(_POINTS_BACK.search(text)) and len(set(terms(text))) <= 2  # noqa: PLR2004
