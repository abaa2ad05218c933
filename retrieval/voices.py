"""Pure: whose words are quoted, in what order where a question asks for positions, and whether they differ."""

import re
from collections.abc import Sequence

from retrieval.cues import kind_of
from retrieval.speakers import speaker_of
from retrieval.types import Citation, Span
from retrieval.verify import Claim

_ANSWERS = 0.3  # of the best quote's probability; from 0.2 to 1 nothing differs on the cases
_POSITION = re.compile(
    r"\bwho\b.{0,40}\b(?:oppos|support|back(?:s|ed)\b|condemn|criti[cs]|reject|welcom|prais|object|"
    r"agree|disagree|blame|accus|back(?:ing|er)|against\b|in favou?r|want|demand|call(?:s|ed) for|angry|"
    r"worried|concerned|happy)|"
    r"\bwhat (?:did|does|do|has|have|had)\b.{1,60}\b(?:say|said|think|thought|want|wanted|claim|tell|told)|"
    r"\bhow (?:did|does|do|has|have)\b.{1,60}\b(?:react|respond|reply|feel|see|view)|"
    r"\b(?:reactions?|responses?|opinions?|positions?|stances?|views?|objections?|criticism|critics)\b|"
    r"\bsa(?:y|id|ys) about\b",
    re.IGNORECASE,
)


def asks_for_positions(question: str) -> bool:
    """Whether a question asks what somebody holds, says or wants, rather than what happened."""
    return bool(_POSITION.search(question))


def by_speaker(claims: Sequence[Claim]) -> list[Claim]:
    """The claims with those of one speaker together; the speakers whose words are newest first.

    Who answers much less likely than another comes after all who do not. Without a date an article counts
    as the oldest. Equal ones stay as they were.
    """
    speakers = [_speaker(claim.spans[0]) for claim in claims]
    newest, best = dict[str, str](), dict[str, float]()
    for claim, name in zip(claims, speakers, strict=True):
        newest[name] = max(newest.get(name, ""), claim.spans[0].article.published or "")
        best[name] = max(best.get(name, 0.0), claim.chance)
    enough = _ANSWERS * max(best.values(), default=0.0)
    first = list(dict.fromkeys(speakers))
    order = sorted(first, key=lambda name: (best[name] >= enough, newest[name]), reverse=True)
    return [
        claim for name in order for claim, its in zip(claims, speakers, strict=True) if its == name
    ]


def _speaker(span: Span) -> str:
    """Who says a quote, comparable; where the text names nobody, the article speaks itself."""
    found = speaker_of(span.article.text, span.start, span.end)
    return found.name.casefold().removeprefix("the ") if found else span.article.id


def heard(next_: Span, before: Span) -> bool:
    """Whether a quote brings no other voice than the one before it: the same one's, or nobody's."""
    mine, its = (speaker_of(it.article.text, it.start, it.end) for it in (next_, before))
    if mine is None or its is None:
        return mine is None
    from retrieval.attribution import same_speaker  # which knows many names

    return same_speaker(mine.name, its, before.article.text, (before.start, before.end))


def differing(question: str, citations: Sequence[Citation]) -> str:
    """A line that says so where articles give different numbers for what is asked; else empty.

    Only where the words tell that they count the same thing: no line is better than a wrong one.
    """
    if kind_of(question) != "number":
        return ""
    from retrieval.counts import Count, count_of, differ  # which knows many words

    given: dict[str, tuple[int, Count]] = {}
    for it in citations:
        count = count_of(question, it)
        if count:
            given.setdefault(it.article.id, (it.number, count))
    several = list(given.values())
    for number, count in several:
        apart = [(number, count)]
        for other in several:
            if all(differ(count, other[1]) for _, count in apart):
                apart.append(other)
        if len(apart) > 1:
            marks = " and ".join(f"[{number}]" for number, _ in sorted(apart, key=lambda it: it[0]))
            return f"The articles do not give the same number: compare {marks}."
    return ""
