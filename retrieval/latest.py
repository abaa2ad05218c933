"""Pure: whether a question asks for what is newest, and the passages in the order that it then wants."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from retrieval.terms import terms
from retrieval.types import Passage
from retrieval.verify import Claim

CANDIDATES = 30  # passages among which a date may decide
WEIGHT = 0.3  # of the date; see docs/decisions/0003-search.md
_HALF_DAY = 43_200.0  # seconds: by so much a date without an hour may be off

_WHAT_IS = r"\bwhat(?:['’]?s|\s+is|\s+are)\s+"
_ON = r"(?=\s+(?:on|about|from|of|in|with|regarding|for)\b)"
_END = r"(?=\W*$)"
# These say nothing of the topic. What a group holds does: "any shipping news".
_NEWEST = [
    rf"(?:{_WHAT_IS}|^\W*)(?:the\s+)?news\b{_ON}",
    (
        r"(?:\bthe\s+)?\b(?:any|more|new|breaking|latest|newest|recent)\s+"
        r"(?:((?!latest|newest|recent|breaking|more)\w+)\s+)?(?:news|headlines)\b"
        r"(?!\s+(?:agenc|conferenc|organi|outlet|channel|paper|site))"
    ),
    r"^\W*((?!who|what|how|why|when|where|which|is|are|did|do)(?:\w+\s+){1,3})news\W*$",
    rf"(?:\bthe\s+)?\b(?:any|an|new|further|latest|newest|recent)\s+(?:updates?|developments?|word)\b{_ON}",
    r"^\W*updates?\s+(?:on|about|me\s+on)\b",
    rf"{_WHAT_IS}(?:new|happening|going\s+on)\b(?:{_ON}|(?=\s+(?:at|around|near)\b)|{_END})",
    r"(?<!\bat )(?<!at the )(?:\bthe\s+)?\b(?:latest|newest)\b(?!\s+(?:possible|date|time)\b)",
    r"(?:\bthe\s+)?\bmost\s+recent(?:ly)?\b",
]
# An article may say these of its topic, so they stay among the words that are looked for.
_PRESENT = [
    r"\brecent(?:ly)?\b(?!\s+(?:years?|decades?|centur\w+|history|memory|times|past)\b)",
    r"\b(?:currently|lately|at\s+the\s+moment|at\s+present|today|right\s+now|up[\s-]to[\s-]date)\b",
    # Neither an electric current nor one of water.
    (
        r"\b(?:(?:the|its|their|his|her|whose|which|what|is|are|any)|\w+['’]s)\s+current\s+(?=\w)"
        r"(?!(?:of|in|is|was|and|or|flows?|through|account|affairs)\b)"
    ),
    # Not "a year from now", "from now on", "now that", "now known as", "Now, who".
    r"(?<=[\w,] )(?<!from )now\b(?!\s+(?:that|on|known|called|defunct|then)\b)",
    r"\bso\s+far\b(?!-|\s+(?:as|away|from|apart|north|south|east|west)\b)",
    rf"\bto\s+date\b{_END}",
]
_TOPICLESS = re.compile("|".join(_NEWEST), re.IGNORECASE)
_CUES = re.compile("|".join(_NEWEST + _PRESENT), re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’|«[^»]*»|(?<!\w)'[^']*'(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
_TORN = re.compile(r"(?<=\w)['’](?=\w)")  # an apostrophe within a word


def asks_for_latest(question: str) -> bool:
    """Whether a question asks for what is newest: "latest on", "any news", "now", "so far"."""
    return any(_found(_CUES, question))


def topic(question: str) -> str:
    """What such a question is about: "latest", "any news" and their like are left out.

    Empty where a question says nothing else.
    """
    parts, at = [], 0
    for match in _found(_TOPICLESS, question):
        parts += [question[at : match.start()], match[match.lastindex] if match.lastindex else ""]
        at = match.end()
    left = " ".join([*parts, question[at:]])
    return question if not parts else " ".join(left.split()) if terms(left) else ""


def _found(cues: re.Pattern[str], question: str) -> Iterator[re.Match[str]]:
    """Where a question has one of the cues, neither quoted nor part of a name ("The Latest Show")."""
    quoted = {at for it in _QUOTED.finditer(question) for at in range(*it.span())}
    words = list(_WORD.finditer(question))
    # A headline, or shouted: capitals tell nothing.
    loud = all(it[0][0].isupper() for it in words if len(it[0]) > 3)  # noqa: PLR2004 - not "the"
    names = {it.start() for it in words[1:] if it[0][0].isupper() and not loud}
    torn = {it.start() for it in _TORN.finditer(question)}
    taken = quoted | names
    for match in cues.finditer(question):
        kept = match.span(match.lastindex) if match.lastindex else (0, 0)
        own = set(range(*match.span())) - set(range(*kept))
        if own.isdisjoint(taken) and torn.isdisjoint((match.start() - 1, match.end())):
            yield match


def by_recency(
    found: Sequence[Passage], dates: Mapping[tuple[str, str], float], weight: float = WEIGHT
) -> list[Passage]:
    """The passages with newer ones raised among those that are about equally relevant.

    `score * (1 - w + w * exp(-age / mean age))`: the prior of Li and Croft, Time-Based Language Models
    (CIKM 2003), with the rate that Efron and Golovchinsky (SIGIR 2011) take from the question's own
    results. So days decide in a story of a week and years in one of decades. About equally relevant is
    what reaches `1 - w` of the best score, for nothing else could win by its date; the age counts from
    the newest of these. Everything else, and what has no date, gets nothing.

    Args:
        found: passages, the best first.
        dates: seconds since 1970, by library and article.
        weight: of the date, from 0 to 1.
    """
    scores = list(accumulate((p.score for p in found), min))  # in order, whatever made the order
    if not scores or scores[0] <= 0:
        return list(found)
    near = [_key(p) for p, s in zip(found, scores, strict=True) if s >= (1 - weight) * scores[0]]
    dated = {key: dates[key] for key in near if key in dates}
    newest = max(dated.values(), default=0.0)
    mean = sum(newest - date for date in dated.values()) / max(len(dated), 1)
    raised = []
    for at, (passage, score) in enumerate(zip(found, scores, strict=True)):
        date = dated.get(_key(passage)) if at < len(near) else None
        recency = 0.0 if date is None else math.exp((date - newest) / max(mean, _HALF_DAY))
        score *= 1 - weight + weight * recency  # noqa: PLW2901
        raised.append(replace(passage, score=score, parts=passage.parts | {"recency": recency}))
    return sorted(raised, key=lambda p: -p.score)


def _key(passage: Passage) -> tuple[str, str]:
    return passage.library, passage.article.id


def newest_first(claims: Sequence[Claim], passages: Sequence[Passage]) -> list[Claim]:
    """The claims by the recency of their articles; those of other topics or without date come last."""
    recency: dict[str, float] = {}
    for it in passages:
        known = recency.get(it.article.id, 0.0)
        recency[it.article.id] = max(known, it.parts.get("recency", 0.0))
    return sorted(claims, key=lambda claim: -recency.get(claim.spans[0].article.id, 0.0))
