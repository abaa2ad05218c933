"""Pure: whether a sentence of an article supports a drafted one. No model; each test can be read.

A drafted sentence, or each of up to three pieces of it, is held against one sentence of an article at a
time: its figures, dates, names and quoted words must be there, beside what they stand beside; its
speaker must be the one who speaks there; what it denies must be denied there; and most of its other
words must be there too, where a verb counts less than a thing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval import (
    amounts,
    attribution,
    clauses,
    denials,
    details,
    framing,
    naming,
    neighbours,
    offices,
    qualifiers,
    roles,
)
from retrieval.claims import Drafted
from retrieval.lead import left_out
from retrieval.orders import tainted
from retrieval.pieces import pieces
from retrieval.sentences import Stretch, sentences, whole_sentences
from retrieval.types import Article, Span
from retrieval.wording import words

# Share of the words of a draft that must be in the article, by weight: docs/decisions/0011-written-once-more.md.
ENOUGH = 0.9
# Chosen on groups A and C of evals/cases/claims.jsonl; see docs/decisions/0009-the-check.md.
CLAUSE = 0.33  # share of the words of each clause
TOPIC = 0.15  # share of an article's sentences that hold a word of its topic
_CONTEXT = 3  # sentences before one that tell what its pronoun points to


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of an article, and the words that tell what its pronouns point to."""

    article: Article
    start: int
    end: int
    around: frozenset[str]
    topic: frozenset[str] = frozenset()

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
    """The sentence of those places that supports a draft, or up to three of one place that do together."""
    near: list[tuple[float, str]] = []
    for place in places:
        known = list(_evidence(place))
        seen: dict[Drafted, Span | None] = {}
        for cut in pieces(it):
            found = []
            for piece in cut:
                if piece not in seen:
                    seen[piece] = _best(piece, known, near if len(cut) == 1 else [])
                found.append(seen[piece])
                if not seen[piece]:
                    break
            if all(found):
                return Support(tuple(dict.fromkeys(span for span in found if span)))
    return Support((), max(near, default=(0.0, "it cites nothing"))[1])


def _best(it: Drafted, known: Sequence[Evidence], near: list[tuple[float, str]]) -> Span | None:
    """The sentence that supports the draft with most of its words; the others' faults go to `near`."""
    judged = [(*fault(it, evidence), evidence) for evidence in known]
    near += [(share, why) for share, why, _ in judged if why]
    standing = [(share, evidence) for share, why, evidence in judged if not why]
    best = max(standing, key=lambda each: each[0], default=None)
    return Span(best[1].article, best[1].start, best[1].end) if best else None


def _evidence(place: Span) -> Iterator[Evidence]:
    """The sentences of a place, each with the words of its title and of the sentences before."""
    text, title = place.article.text, _terms(place.article.title)
    earlier: list[Stretch] = sentences(text, max(place.start - 800, 0), place.start)
    bad, topic = tainted(text), _topic(place.article)
    for a, b in whole_sentences(text, place.start, place.end):
        if any(a < d and c < b for c, d in bad):
            continue  # words for a model are no report, so nothing rests on them
        before = [text[c:d] for c, d in earlier[-_CONTEXT:]]
        yield Evidence(place.article, a, b, title.union(*map(_terms, before)), topic)
        earlier.append((a, b))


@lru_cache(maxsize=100)
def _topic(article: Article) -> frozenset[str]:
    """The words of the title and of many sentences: they tell little about any one of those."""
    places = sentences(article.text)
    held = Counter(term for a, b in places for term in _terms(article.text[a:b]))
    often = {term for term, count in held.items() if count >= max(TOPIC * len(places), 3)}
    return _terms(article.title) | often


def _terms(text: str) -> frozenset[str]:
    return frozenset(word.term for word in words(text))


def fault(it: Drafted, evidence: Evidence) -> tuple[float, str]:
    """The share of the draft's words that the sentence has, and why it does not support it, or ""."""
    if " ".join(it.text.split()) == " ".join(evidence.text.split()):
        return 1.0, ""
    left = left_out(it, evidence.text, evidence.article, evidence.around)
    said = details.compared(it, evidence.text, evidence.around, evidence.topic, left)
    if said.share < ENOUGH:
        return said.share, f"the article does not say: {', '.join(said.missing[:4])}"
    if said.thin < CLAUSE:
        return said.share, "a part of it is not in the article"
    return said.share, next((why for why in _faults(it, evidence, left) if why), "")


def _faults(it: Drafted, evidence: Evidence, left: frozenset[str]) -> Iterator[str]:
    """What each test finds; the cheap ones first, for the first fault decides."""
    text, around = evidence.text, evidence.around
    yield amounts.figures_fault(it.text, text, evidence.article.published)
    yield amounts.dates_fault(it.text, text, evidence.article.published)
    yield attribution.quotes_fault(it.text, text)
    yield offices.office_fault(it.text, evidence.article)
    yield attribution.speaker_fault(it, evidence.article, evidence.start, evidence.end)
    yield framing.modal_fault(it, text)
    yield framing.unreal_fault(it, text)
    yield framing.frame_fault(it, text)
    yield qualifiers.added_qualifier(it, text)
    yield qualifiers.lost_qualifier(it, text)
    yield qualifiers.time_fault(it, text)
    yield naming.names_fault(it, text, around, left)
    yield naming.subject_fault(it, text, around, left)
    yield denials.polarity_fault(it, text)
    yield clauses.clause_fault(it, text)
    yield roles.order_fault(it, text, _terms(evidence.article.title))
    yield clauses.predicate_fault(it, text)
    yield neighbours.exchange_fault(it, text)
    yield amounts.measure_fault(it, text)
    yield clauses.added_fault(it, text)
    yield clauses.joined_fault(it, text)
