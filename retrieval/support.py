"""Pure: whether a sentence of an article supports a drafted one. No model; each test can be read.

A drafted sentence is held against one sentence of an article at a time: its figures, dates, names and
quoted words must be there, beside what they stand beside; its speaker must be the one who speaks
there; what it denies must be denied there; and most of its other words must be there too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from retrieval import (
    amounts,
    attribution,
    clauses,
    details,
    framing,
    neighbours,
    qualifiers,
    roles,
)
from retrieval.claims import Drafted, parts
from retrieval.orders import tainted
from retrieval.sentences import Stretch, sentences, whole_sentences
from retrieval.types import Article, Span
from retrieval.wording import words

ENOUGH = 0.8  # share of the words of a draft that must be in the article; tuned on group A of
CLAUSE = 0.5  # evals/cases/claims.jsonl, and so is the share of each of its clauses
_CONTEXT = 3  # sentences before one that tell what its pronoun points to


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of an article, and the words that tell what its pronouns point to."""

    article: Article
    start: int
    end: int
    around: frozenset[str]

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Support:
    """The sentences that support a draft; none, and why not, where nothing does."""

    spans: tuple[Span, ...] = ()
    why: str = ""


def support(it: Drafted, places: Iterable[Span]) -> Support:
    """The sentence of those places that supports a draft, or two of one place that do together."""
    near: list[tuple[float, str]] = []
    for place in places:
        known = list(_evidence(place))
        whole = _best(it, known, near)
        if whole:
            return Support((whole,))
        pieces = parts(it)
        found = [_best(piece, known, []) for piece in pieces]
        spans = tuple(dict.fromkeys(span for span in found if span))
        if len(pieces) > 1 and all(found) and len(spans) <= 2:  # noqa: PLR2004 - "two of one place"
            return Support(spans)
    return Support((), max(near, default=(0.0, "it cites nothing"))[1])


def _best(it: Drafted, known: Sequence[Evidence], near: list[tuple[float, str]]) -> Span | None:
    """The first sentence that supports the draft; the faults of the others go to `near`."""
    for evidence in known:
        share, why = fault(it, evidence)
        if not why:
            return Span(evidence.article, evidence.start, evidence.end)
        near.append((share, why))
    return None


def _evidence(place: Span) -> Iterator[Evidence]:
    """The sentences of a place, each with the words of its title and of the sentences before."""
    text, title = place.article.text, _terms(place.article.title)
    earlier: list[Stretch] = sentences(text, max(place.start - 800, 0), place.start)
    bad = tainted(text)
    for a, b in whole_sentences(text, place.start, place.end):
        if any(a < d and c < b for c, d in bad):
            continue  # words for a model are no report, so nothing rests on them
        before = [text[c:d] for c, d in earlier[-_CONTEXT:]]
        yield Evidence(place.article, a, b, title.union(*map(_terms, before)))
        earlier.append((a, b))


def _terms(text: str) -> frozenset[str]:
    return frozenset(word.term for word in words(text))


def fault(it: Drafted, evidence: Evidence) -> tuple[float, str]:
    """The share of the draft's words that the sentence has, and why it does not support it, or ""."""
    said = details.compared(it, evidence.text, evidence.around)
    if said.share < ENOUGH:
        return said.share, f"the article does not say: {', '.join(said.missing[:4])}"
    if said.thin < CLAUSE:
        return said.share, "a part of it is not in the article"
    return said.share, next((why for why in _faults(it, evidence) if why), "")


def _faults(it: Drafted, evidence: Evidence) -> Iterator[str]:
    """What each test finds; the cheap ones first, for the first fault decides."""
    text, around = evidence.text, evidence.around
    yield amounts.figures_fault(it.text, text)
    yield amounts.dates_fault(it.text, text, evidence.article.published)
    yield attribution.quotes_fault(it.text, text)
    yield attribution.speaker_fault(it, evidence.article, evidence.start, evidence.end)
    yield framing.modal_fault(it, text)
    yield framing.frame_fault(it, text)
    yield qualifiers.added_qualifier(it, text)
    yield qualifiers.lost_qualifier(it, text)
    yield qualifiers.time_fault(it, text)
    yield details.object_fault(it, text, around)
    yield details.names_fault(it, text, around)
    yield details.subject_fault(it, text, around)
    yield details.polarity_fault(it, text)
    yield clauses.clause_fault(it, text)
    yield roles.order_fault(it, text, _terms(evidence.article.title))
    yield clauses.exchange_fault(it, text)
    yield clauses.predicate_fault(it, text)
    yield neighbours.exchange_fault(it, text)
    yield amounts.measure_fault(it, text)
    yield clauses.added_fault(it, text)
