"""Pure: a reader's draft held against the passages it was given. What is not there is dropped.

Quotes must stand there to the character. Sentences that a model wrote are held against the sentences
of the passages that they cite (`support.py`), and then cite exactly those.

A citation is made here and nowhere else, out of the article's own text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from retrieval.claims import Drafted, drafted
from retrieval.speakers import speaker_of
from retrieval.types import Article, Citation, Passage, Span

_MOST = 40  # sentences of a draft that are looked at; the prompt asks for six
SAME = "it says the same again"
_PRONOUN = re.compile(r"\W*(?:he|she|it|they|his|her|its|their)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a draft and the clippings that it rests on.

    `also` is where the first of them recurs, `why` tells what spoke for the sentence, `chance` how likely
    a quote is to answer. `written` is what a model wrote, taken apart: the spans are then the passages
    that it cites. `again`: it was written a second time, apart from the draft.
    """

    text: str
    spans: tuple[Span, ...]
    also: tuple[Span, ...] = ()
    why: str = ""
    chance: float = 0.0
    written: Drafted | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """The sentences that stand, each with the numbers of its citations; the dropped claims, and why."""

    sentences: tuple[tuple[str, tuple[int, ...]], ...]
    citations: tuple[Citation, ...]
    dropped: tuple[tuple[Claim, str], ...]

    @property
    def answer(self) -> str:
        """The sentences, a line each, with their numbers in brackets."""
        return "\n".join(
            f"{text} {''.join(f'[{number}]' for number in numbers)}"
            for text, numbers in self.sentences
        )

    @property
    def unsupported(self) -> int:
        """How many were dropped for another reason than that they say the same again."""
        return sum(why != SAME for _, why in self.dropped)


def claims(text: str, passages: Sequence[Passage]) -> list[Claim]:
    """A draft's sentences as claims on the passages that they cite.

    One that cites a number which was not given rests on nothing, like one that cites none: a model
    that forgets the numbers also forgets the question, and tells what is true but was not asked.
    """
    sentences = drafted(text)[:_MOST]
    return [Claim(it.text, _spans(it, passages), written=it) for it in sentences]


def _spans(it: Drafted, passages: Sequence[Passage]) -> tuple[Span, ...]:
    known = range(1, len(passages) + 1)
    if any(n not in known for n in it.cites):
        return ()
    cited = [passages[n - 1] for n in it.cites]
    return tuple(Span(p.article, p.start, p.end) for p in cited)


def verify(draft: Iterable[Claim], passages: Sequence[Passage]) -> Verified:
    """Keep a claim only if its words stand, to the character, where it says that they do.

    A claim that says again what was kept is dropped too.
    """
    sentences: list[tuple[str, tuple[int, ...]]] = []
    citations: list[Citation] = []
    dropped: list[tuple[Claim, str]] = []
    said: set[str] = set()
    leaning = False
    for given in draft:
        claim = given
        why: str | None
        if given.written is not None:
            claim, why = _supported(given, given.written, passages, leaning=leaning or given.again)
            leaning = bool(why) or given.again
            if why:
                dropped.append((given, why))
                continue
        words = _words(claim.text)
        why = SAME if words in said else _fault(claim, passages)
        if why:
            dropped.append((given, why))
            continue
        said.add(words)
        numbers = [_number(citations, span) for span in claim.spans]
        _recurs(citations, numbers[0], claim.also, passages)
        sentences.append((claim.text, tuple(dict.fromkeys(numbers))))
    return Verified(tuple(sentences), tuple(citations), tuple(dropped))


def _supported(
    claim: Claim, it: Drafted, passages: Sequence[Passage], *, leaning: bool
) -> tuple[Claim, str]:
    """The written claim on the sentences that support it; else why nothing does.

    `leaning`: the sentence before it is not the one it was written after, so a pronoun points to nobody.
    """
    from retrieval.orders import suspicious
    from retrieval.support import support  # imported where a model writes: it knows many words

    found = _articles(passages)
    if not claim.spans:
        return claim, "it cites no passage that was given"
    if suspicious(claim.text) or any(span.article not in found for span in claim.spans):
        return claim, "it carries a link, a mention or an order"
    if leaning and _PRONOUN.match(claim.text):
        return claim, "it points back to a sentence that does not stand"
    result = support(it, claim.spans)
    if result.why:
        return claim, result.why
    also = [
        _same_words(span, other) for span in result.spans[:1] for other in _others(span, passages)
    ]
    return replace(claim, spans=result.spans, also=tuple(s for s in also if s)), ""


def _others(span: Span, passages: Sequence[Passage]) -> list[Span]:
    """Where else the passage stands that holds a span."""
    return [s for p in passages if p.article == span.article for s in p.also]


def _same_words(span: Span, other: Span) -> Span | None:
    at = other.article.text.find(_text(span), other.start, other.end)
    return Span(other.article, at, at + span.end - span.start) if at >= 0 else None


def _fault(claim: Claim, passages: Sequence[Passage]) -> str | None:
    """Why a claim does not stand; None where it does."""
    if not claim.text.strip() or not claim.spans:
        return "it cites nothing"
    found = _articles(passages)
    for span in claim.spans:
        if span.article not in found:
            return "it cites an article that was not found"
        if not _inside(span):
            return "it cites a place that is not in the article"
    if claim.written is None and claim.text not in map(_text, claim.spans):
        return "its words are not those of the article"
    return None


def _number(citations: list[Citation], span: Span) -> int:
    """The number of a span's citation, which is made where there is none yet."""
    for citation in citations:
        if (citation.article, citation.start, citation.end) == (span.article, span.start, span.end):
            return citation.number
    speaker = speaker_of(span.article.text, span.start, span.end)
    name = speaker.name if speaker else None
    citations.append(Citation(len(citations) + 1, span.article, span.start, span.end, speaker=name))
    return len(citations)


def _recurs(
    citations: list[Citation], number: int, also: Iterable[Span], passages: Sequence[Passage]
) -> None:
    """Note in a citation where else its words stand; a place where they do not is left out."""
    it, found = citations[number - 1], _articles(passages)
    there = [s for s in also if s.article in found and _inside(s)]
    places = [s for s in there if _words(_text(s)) == _words(it.quote)]
    citations[number - 1] = replace(it, also=tuple(dict.fromkeys((*it.also, *places))))


def _articles(passages: Sequence[Passage]) -> set[Article]:
    return {p.article for p in passages} | {s.article for p in passages for s in p.also}


def _inside(span: Span) -> bool:
    return 0 <= span.start < span.end <= len(span.article.text)


def _text(span: Span) -> str:
    return span.article.text[span.start : span.end]


def _words(text: str) -> str:
    """What two sentences that say the same have in common."""
    return " ".join(text.split()).casefold()
