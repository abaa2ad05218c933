"""Writes answers with a chat model: plans the search, drafts sentences, and says why it could not."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.failures import ModelFailure
from retrieval.model import Said, open_model, say
from retrieval.planning import Plan, plan
from retrieval.prompting import MATERIAL, conversation, line, material, prompt, version
from retrieval.rewording import asked, put_in, reworded, worth
from retrieval.settings import Settings
from retrieval.spending import Spending, key_of
from retrieval.types import NOTHING, Passage, Question, Tokens
from retrieval.verify import Claim, claims, verify

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NO_ANSWER = "NO ANSWER"
_ENDED = re.compile(r"[.!?][\"”’)]*\s*(?:\[[\d\s,;]+\]\s*)+(?=\S)|\](?:\.\s+)(?=\S)")
_PRONOUN = re.compile(r"\W*(?:he|she|it|they|his|her|its|their)\b", re.IGNORECASE)
Changes = Sequence[tuple[str, int]]  # each library's id and change number


@dataclass(frozen=True, slots=True)
class Written:
    """A draft as claims, what it took, lines for `/why`; why there is none, if the model failed.

    `silent` where the model says that the passages do not answer.
    """

    draft: tuple[Claim, ...] = ()
    tokens: Tokens = NOTHING
    lines: tuple[str, ...] = ()
    failure: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, what it took, lines for `/why`; why the model gave none."""

    plan: Plan
    tokens: Tokens = NOTHING
    lines: tuple[str, ...] = ()
    failure: str = ""


class Writer:
    """One chat model with its limits. Safe to use from several threads at once."""

    def __init__(
        self,
        name: str,
        model: "BaseChatModel",
        spending: Spending,
        *,
        seconds: float = 60,
        budget: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name, self._model, self._spending = name, model, spending
        self._seconds, self._budget, self._sleep = seconds, budget, sleep

    def plan(self, question: Question, alone: str, changes: Changes) -> Planned:
        """The question as it stands alone and up to three searches for it.

        Whatever fails, `alone` (the question as the rules make it stand alone) is the plan.
        """
        messages = [("system", prompt("plan")), ("human", conversation(question))]
        try:
            said = self._call(messages, changes, lambda _: None)
        except ModelFailure as failure:
            return Planned(
                Plan(alone, (alone,)),
                lines=(f"no plan: the model {failure.why}",),
                failure=failure.why,
            )
        made = plan(said.text, question, alone)
        lines = (f"planned with {version('plan')}", *_cost(said.tokens), *made.lines)
        return Planned(made, said.tokens, lines)

    def write(
        self,
        question: str,
        passages: Sequence[Passage],
        changes: Changes,
        heard: Callable[[str], None] = lambda _: None,
    ) -> Written:
        """A draft from those passages, still to be verified; `heard` gets each sentence that stands.

        A model that cannot take in so much is asked once more with half of it.
        """
        live = _Live(passages, heard)
        try:
            try:
                said = self._ask(question, passages, MATERIAL, changes, live)
            except ModelFailure as failure:
                if not failure.long:
                    raise
                said = self._ask(question, passages, MATERIAL // 2, changes, live)
        except ModelFailure as failure:
            return Written(lines=(f"the model {failure.why}",), failure=failure.why)
        live(said.text)
        lines = (f"written with {version('answer')} by {self.name}", *_cost(said.tokens))
        if said.text.strip(" .*\n").upper().startswith(NO_ANSWER):
            told = "the model says that the passages do not answer"
            return Written((), said.tokens, (*lines, told), silent=True)
        return Written(tuple(claims(said.text, passages)), said.tokens, lines)

    def _ask(
        self, question: str, passages: Sequence[Passage], most: int, changes: Changes, live: "_Live"
    ) -> Said:
        shown = f"{material(passages, most)}\n\nQuestion: {line(question)}"
        return self._call([("system", prompt("answer")), ("human", shown)], changes, live)

    def reword(
        self,
        draft: tuple[Claim, ...],
        dropped: Sequence[tuple[Claim, str]],
        passages: Sequence[Passage],
        changes: Changes,
    ) -> Written:
        """The draft with what was dropped of it written again, in words that can be found in a passage.

        The model is asked once, and only where that may help; where it fails, the draft is as it was.
        """
        again = worth(dropped)
        if not again:
            return Written(draft)
        messages = [("system", prompt("reword")), ("human", asked(again, passages))]
        try:
            said = self._call(messages, changes, lambda _: None)
        except ModelFailure as failure:
            return Written(draft, lines=(f"not written again: the model {failure.why}",))
        new, told = reworded(said.text, [claim for claim, _ in again], passages)
        lines = (f"written again with {version('reword')}", *_cost(said.tokens), *told)
        return Written(put_in(draft, new), said.tokens, lines)

    def _call(
        self, messages: Sequence[tuple[str, str]], changes: Changes, heard: Callable[[str], None]
    ) -> Said:
        """What the model says, or said before to the same; tried twice where that may help.

        Raises:
            ModelFailure: it brought nothing, or the day's budget is used up.
        """
        key = key_of(self.name, messages, changes)
        known = self._spending.known(key)
        if known is not None:
            return Said(known, Tokens())
        if not self._spending.left(self._budget):
            raise ModelFailure(
                f"has used the {self._budget:,} tokens of today: raise CLIPPINGS_MODEL_DAILY_TOKENS"
            )
        until = time.monotonic() + self._seconds
        try:
            said = say(self._model, messages, self._seconds, heard)
        except ModelFailure as failure:
            left = until - time.monotonic() - failure.wait
            if not failure.again or failure.long or left <= 0:
                raise
            self._sleep(failure.wait)
            said = say(self._model, messages, left, heard)
        self._spending.spend(said.tokens)
        self._spending.keep(key, said.text)
        return said


class _Live:
    """Tells each sentence that stands as soon as the text has gone past it."""

    def __init__(self, passages: Sequence[Passage], heard: Callable[[str], None]) -> None:
        self._passages, self._heard, self._at = passages, heard, 0

    def __call__(self, text: str) -> None:
        """Look at what is new of the text so far; its last sentence may still grow.

        A sentence that begins with a pronoun waits for the end, where what is before it is known.
        """
        end = max((mark.end() for mark in _ENDED.finditer(text, self._at)), default=0)
        if not end:
            return
        done = claims(text[self._at : end], self._passages)
        self._at = end
        for sentence, _ in verify(done, self._passages).sentences:
            if not _PRONOUN.match(sentence):
                self._heard(sentence)


def open_writer(settings: Settings) -> Writer:
    """The writer of the settings' model.

    Raises:
        SettingsError: the model cannot be used, or its package is not installed.
    """
    return Writer(
        str(settings.model),
        open_model(settings),
        Spending(settings.data),
        seconds=settings.model_seconds,
        budget=settings.model_daily_tokens,
    )


def _cost(tokens: Tokens) -> list[str]:
    if not tokens.total:
        return ["said before to the same question: from the cache, no tokens"]
    return [f"{tokens.input:,} tokens read, {tokens.output:,} written"]
