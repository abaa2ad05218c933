"""The reader that needs no model key: it picks the sentences that answer, word for word."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from retrieval.candidates import Candidate
from retrieval.clues import words_of
from retrieval.sentences import sentence_before
from retrieval.types import Span
from retrieval.verify import Claim

MOST = 4  # quotes in an answer
# What a further quote must reach of the first one's probability; see docs/decisions/0004.
_WORTH = 0.1  # from an article that is quoted already
_SPEAKS = 0.1  # from another one, whatever its passage's rank
_SAME = 0.8  # share of the shorter sentence's terms: the two say the same

_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$|.{120}", re.DOTALL)  # a sentence, not a heading
_LEANS = re.compile(
    r"[\"'“‘(]*(?:(?:and|but|so|yet|still|instead|however|also|then|later|meanwhile)\b,? )?"
    r"(?:he|she|it|they|his|her|its|their|this|that|these|those|both|neither|such)\b",
    re.IGNORECASE,
)
# "In a statement, it warned", "At a news conference he told": the pronoun comes after a phrase.
_LEANS_LATER = re.compile(
    r"[\"'“‘(]*(?:In|On|At|After|Before|During|From|By|For|With|As|Asked|Speaking|Later)\b"
    r"(?:[^,;.]{0,80},|(?: [a-z’'-]+){1,5}) (?:he|she|it|they)\b"
)

Voices = Callable[[Span, Span], bool]  # whether a quote brings no other voice than one before it


def one_article(one: Span, other: Span) -> bool:
    """Whether two quotes are of one article."""
    return one.article.id == other.article.id


def quotes_of(candidates: Sequence[Candidate], heard: Voices = one_article) -> list[Claim]:
    """Up to four sentences that answer, the best first, each whole and word for word."""
    return [_claim(it) for it in choose(candidates, heard)]


def choose(candidates: Sequence[Candidate], heard: Voices = one_article) -> list[Candidate]:
    """The best sentence, then up to three more: first the best of each other voice that speaks."""
    left = [it for it in candidates if _ENDED.search(it.text)] or list(candidates)
    chosen: list[Candidate] = []
    while left and len(chosen) < MOST:
        best = _next(left, chosen, heard)
        if best is None:
            break
        _put(_with_its_subject(best), chosen)
        left = [it for it in left if not any(_says_the_same(it, other) for other in chosen)]
    return chosen


def _next(
    left: Sequence[Candidate], chosen: Sequence[Candidate], heard: Voices
) -> Candidate | None:
    """The next quote, or None where nothing left is worth it."""
    if not chosen:
        return max(left, key=lambda it: it.chance)
    for known in dict.fromkeys((heard, one_article)):
        others = [it for it in left if not any(known(it.span, its.span) for its in chosen)]
        other = max(others, key=lambda it: it.alone, default=None)
        if other and other.alone >= _SPEAKS * chosen[0].alone:
            return other
    best = max((it for it in left if it not in others), key=lambda it: it.chance, default=None)
    return best if best and best.chance >= _WORTH * chosen[0].chance else None


def _put(it: Candidate, chosen: list[Candidate]) -> None:
    """One quote more; one that reaches into another makes that longer."""
    for at, other in enumerate(chosen):
        if _overlap(it, other):
            start, end = min(it.start, other.start), max(it.end, other.end)
            chosen[at] = replace(other, start=start, end=end)
            return
    chosen.append(it)


def _overlap(one: Candidate, other: Candidate) -> bool:
    same = one.passage.article.id == other.passage.article.id
    return same and one.start < other.end and other.start < one.end


def _with_its_subject(it: Candidate) -> Candidate:
    """The sentence together with the one before it where it begins by pointing back to that."""
    if not (_LEANS.match(it.text) or _LEANS_LATER.match(it.text)):
        return it
    before = sentence_before(it.passage.article.text, it.start)
    return replace(it, start=before[0]) if before else it


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    if _overlap(one, other):
        return True
    mine, its = words_of(one.text), words_of(other.text)
    return len(mine & its) >= _SAME * max(min(len(mine), len(its)), 1)


def _claim(it: Candidate) -> Claim:
    """The sentence as a claim that rests on itself; where its passage recurs, so does it."""
    also = []
    for span in it.passage.also:
        at = span.article.text.find(it.text, span.start, span.end)
        if at >= 0:
            also.append(Span(span.article, at, at + len(it.text)))
    return Claim(
        it.text, (it.span,), tuple(also), why=f"{it.chance:.3f}: {it.why}", chance=it.chance
    )
