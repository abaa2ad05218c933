"""A question on its way through the chain's stages, and the answer that it ends as."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from retrieval.candidates import Candidate, QuoteReader
from retrieval.clues import Asked, asked
from retrieval.latest import newest_first
from retrieval.quotes import one_article, quotes_of
from retrieval.search import Query
from retrieval.types import NOTHING, Answer, Passage, Question, Seconds, Step, Tokens
from retrieval.verify import Claim, Verified, verify
from retrieval.voices import asks_for_positions, by_speaker, differing, heard

NEAREST = 3  # titles in a refusal


@dataclass(frozen=True, slots=True)
class Work:
    """A question on its way through the stages."""

    question: Question
    text: str = ""
    searches: tuple[str, ...] = ()  # what is searched for, where a model planned that
    queries: tuple[Query, ...] = ()
    passages: tuple[Passage, ...] = ()
    judged: tuple[Passage, ...] = ()  # by the gate: in the order of fused scores alone
    asked: Asked = field(default_factory=lambda: asked("", {}))
    candidates: tuple[Candidate, ...] = ()
    chance: float = 0.0
    draft: tuple[Claim, ...] = ()
    checked: Verified = field(default_factory=lambda: Verified((), (), ()))
    reader: str = ""
    failure: str = ""  # why the model brought nothing
    tokens: Tokens = NOTHING
    steps: tuple[Step, ...] = ()
    started: float = field(default_factory=time.perf_counter)


def timed(
    stage: Callable[[Work], tuple[Work, list[str]]],
) -> Callable[[Work], Work]:
    """The stage as a step of the work, with its time and its lines."""

    def run(work: Work) -> Work:
        started = time.perf_counter()
        done, lines = stage(work)
        step = Step(stage_name(stage), time.perf_counter() - started, tuple(lines))
        return replace(done, steps=(*done.steps, step))

    return run


def stage_name(stage: Callable[..., Any]) -> str:
    """A stage by the name that traces and `/why` give it."""
    return stage.__name__.strip("_")


def explained(found: Iterable[Passage]) -> list[str]:
    """Each passage in a line: its score, what that is made of, where it stands."""
    return [
        f"{p.score:.3f} = {' + '.join(f'{n} {v:.3f}' for n, v in p.parts.items())}  "
        f"{p.article.title} [{p.start}:{p.end}]"
        for p in found
    ]


def dropped(checked: Verified) -> list[str]:
    """Each sentence that was dropped in a line, and why."""
    return [f"dropped, for {why}: {claim.text}" for claim, why in checked.dropped]


def quoted(work: Work) -> tuple[Work, list[str]]:
    """Read by the reader that needs no model, and what it chose in lines."""
    positions = asks_for_positions(work.text)
    draft = quotes_of(work.candidates, heard if positions else one_article)
    if work.queries[0].latest:
        draft = newest_first(draft, work.passages)
    elif positions:
        draft = by_speaker(draft)
    lines = [f"{it.text}  ({it.why})" for it in draft]
    return replace(work, draft=tuple(draft), reader=QuoteReader.name), lines


def standing(work: Work, checked: Verified) -> tuple[Work, list[str]]:
    """The work with what stands; with quotes, in lines, where nothing does that a model wrote."""
    if checked.sentences or not (work.draft and work.draft[0].written):
        return replace(work, checked=checked), []
    work, lines = quoted(work)
    again = verify(work.draft, work.passages)
    return replace(work, checked=replace(again, dropped=checked.dropped)), lines


def ended(work: Work) -> Answer:
    """The end of the way: what stands, or why nothing does."""
    spent = {step.name: step.seconds for step in work.steps}
    total = time.perf_counter() - work.started
    read = spent["gate"] + spent["read"] + spent["verify"]
    kept = bool(work.checked.sentences)
    return Answer(
        work.question,
        "answered" if kept else "abstained",
        work.checked.answer,
        "" if kept else refusal(work.passages),
        work.reader or QuoteReader.name,
        work.checked.citations,
        work.passages,
        Seconds(total - read, read, total),
        work.steps,
        confidence=work.chance,
        note=note(work),
        dropped=work.checked.unsupported if work.searches else 0,
        tokens=work.tokens,
    )


def note(work: Work) -> str:
    """What a reader should know beside the answer, in a line; mostly empty."""
    if work.failure:
        return f"The model {work.failure}. What stands here is quoted from the articles."
    instead = [it for it in work.draft if it.written is None and work.searches]
    count = work.checked.unsupported
    if not work.searches or not count:
        return differing(work.text, work.checked.citations)
    if instead:
        return "No clipping supports what the model wrote: what stands here is quoted from the articles."
    return (
        f"{count} sentence{'s' if count > 1 else ''} of the model dropped: no clipping supports it."
    )


def refusal(passages: tuple[Passage, ...]) -> str:
    """That nothing answers, with the titles that come nearest."""
    titles = list(dict.fromkeys(p.article.title for p in passages))[:NEAREST]
    if not titles:
        return "No article answers this: there is none within these limits."
    return f"No article answers this. The nearest are: {'; '.join(titles)}."
