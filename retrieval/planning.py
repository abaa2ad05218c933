"""Pure: a model's plan for a question (asked so that it stands alone, up to three searches), checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.figures import figures
from retrieval.terms import terms
from retrieval.types import Passage, Question
from retrieval.wording import words

MOST = 3  # searches for a question
_LONGEST = 400  # characters of a rewritten question or of a search
_LINE = re.compile(r"^\W*(question|search)\W*:\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
_RANK = 60  # Cormack, Clarke and Buettcher, Reciprocal Rank Fusion (2009): k = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """The question as it stands alone, what to search for, and lines that tell what was not used."""

    text: str
    searches: tuple[str, ...]
    lines: tuple[str, ...] = ()


def plan(said: str, question: Question, alone: str) -> Plan:
    """What of a model's plan can be used; `alone` is the question as the rules make it stand alone.

    The question is rewritten only where it has a history, and the rewriting is not used where it
    loses or adds a name or a number. A search that shares no word with the conversation is none.
    """
    asked, searches, lines = alone, [], []
    for kind, text in _LINE.findall(said):
        if kind.casefold() == "search":
            searches.append(text[:_LONGEST])
        elif question.history:
            why = unlike(text, question)
            if why:
                lines.append(f"not asked as “{text[:_LONGEST]}”, for it {why}")
            else:
                asked = text
    known = {t for part in (asked, *_said(question)) for t in terms(part)}
    usable = [text for text in dict.fromkeys(searches) if known & set(terms(text))]
    return Plan(asked, (asked, *(t for t in usable if t != asked))[:MOST], tuple(lines))


def unlike(text: str, question: Question) -> str:
    """Why a rewriting asks something else than the question; empty where it asks the same."""
    if len(text) > _LONGEST:
        return "is too long"
    mine, its = _facts(text), _facts(question.text)
    if its - mine:
        return f"loses {', '.join(sorted(its - mine))}"
    told = set().union(*map(_facts, _said(question))) | {
        t for part in _said(question) for t in terms(part)
    }
    if mine - told:
        return f"adds {', '.join(sorted(mine - told))}"
    return ""


def _said(question: Question) -> list[str]:
    return [question.text, *(part for t in question.history for part in (t.question, t.answer))]


def _facts(text: str) -> set[str]:
    """The names and numbers of a text; the first word is no name because it has a capital."""
    first = re.match(r"\W*\w+", text)
    after = first.end() if first else 0
    named = {w.term for w in words(text) if w.name and w.start >= after}
    return {n for n in named if not n[0].isdigit()} | {it.value for it in figures(text)}


def by_rank(rankings: Sequence[Sequence[Passage]], k: int) -> list[Passage]:
    """The best `k` of several rankings: each gives `1 / (60 + rank)` to what it found.

    A passage keeps the scores of the first ranking that found it.
    """
    scores: dict[tuple[str, int], float] = {}
    found: dict[tuple[str, int], Passage] = {}
    for ranking in rankings:
        for rank, passage in enumerate(ranking, start=1):
            key = (passage.library, passage.chunk)
            scores[key] = scores.get(key, 0.0) + 1 / (_RANK + rank)
            found.setdefault(key, passage)
    return [found[key] for key in sorted(scores, key=lambda key: -scores[key])][:k]
