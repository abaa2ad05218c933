"""Pure: what a sentence of an article puts around a statement, which a draft may not leave out.

"The council said that it rained", "it may rain", "all must be told that it rains": none of them says
that it rained. It is also what keeps an order from becoming news, however it is worded.
"""

import re
from functools import lru_cache

from retrieval.claims import Drafted
from retrieval.wording import LIGHT, Word, words

# What stands before a verb whose deed has not been done, or not for certain.
_MODAL = {
    "possible": r"maybe|may|might|could|possibly|perhaps|probably|likely|allegedly|whether",
    "able": r"can|cannot|could|(?:un)?able to",
    "future": r"will|would|shall|should|going to|due to|due|expected to|planned to|scheduled to|set to|once|"
    r"(?:is|are|was|were) to",
    "ought": r"must|should|ought to|(?:has|have|had) to|shall|needs? to|needed to",
    "condition": r"if|unless",
}
_MODALS = {kind: re.compile(rf"\b(?:{forms})$", re.IGNORECASE) for kind, forms in _MODAL.items()}
_HEDGE = re.compile(r"\b(?:may|might|could|possibly|perhaps|probably|maybe)(?! \d)\b")
_HEDGED = re.compile(
    r"\b(?:may|might|could|can|possibl[ey]|perhaps|probabl[ey]|maybe|likely|if|should|expected|would|potential(?:ly)?|"
    r"thought|believed|suspected|seem\w*|appear\w*|risk\w*|threat\w*|fear\w*|whether)\b"
)
_BETWEEN = re.compile(
    r"(?:\s+(?:not|also|help|helped|now|be|been|being|have|has|\w+ly|again|still|then|never))*\s*$"
)
_TO = re.compile(r"\bto$")
# After these the deed is done: "began to move", "was able to", "the last to receive it".
_DONE = re.compile(
    r"\b(?:beg[au]n|begin|start(?:ed)?|continued?|came|come|managed|used|helped|able|first|last|only|proved|"
    r"turned out|went on|in order|enough|happened|rose|grew|had|has|have)$",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"(?:\w+ed|went|took|gave|made|won|lost|met|sent|fell|rose|began|came|ran|held|kept|built|brought|found|"
    r"left|led|got|put|hit|said|told|drove|flew|broke|shot|struck|wrote|spoke|sold|bought|paid|saw|sank)"
)
# A "that" which begins a statement, not one that means "which"; what is found or shown is so.
_FRAME = re.compile(
    r"(?<!found )(?<!shows )(?<!showed )(?<!confirmed )(?<!announced )(?<!know )\bthat "
    r"(?=(?:the|an?|its|their|his|her|this|these|it|he|she|they|there|some|any|no)\b|[A-Z0-9])|:(?=\s)"
)
_ASIDE = re.compile(
    r"(?: [-–—]|,) (?:where|since|although|notwithstanding|despite)\b|\bsince (?:an?|the)\b|\bnotwithstanding\b"
)
_LEAST = 2  # words of its own that make what stands before "that" a frame


def modal_fault(it: Drafted, sentence: str) -> str:
    """Why a draft states what the sentence only holds possible, plans or demands; or the other way round."""
    text = it.text
    for word in words(text):
        if not it.body[0] <= word.start < it.body[1] or word.term in LIGHT:
            continue
        places = [w for w in words(sentence) if w.term == word.term]
        its = [_modes(sentence, w) for w in places]
        mine = _modes(text, word)
        if not its or not all(its) or any(mine & modes for modes in its):
            continue
        sure = any("to" in modes for modes in its)
        wrong = _stated(text, word, sure=sure) if not mine else not sure and "to" not in mine
        if wrong:
            told = _before(sentence, places[0]).split()
            return f"the article says “{told[-1]}” there only"
    body = text[slice(*it.body)]
    hedge = _HEDGE.search(body)
    if hedge and not _HEDGED.search(sentence):
        return f"the article does not say “{hedge[0]}” there"
    return ""


@lru_cache(maxsize=50_000)
def _modes(text: str, word: Word) -> frozenset[str]:
    """What kinds of "may", "will" and "must" a verb hangs on; empty where it is a fact."""
    before = _before(text, word)
    found = {kind for kind, pattern in _MODALS.items() if pattern.search(before)}
    if _TO.search(before) and not found and not _DONE.search(before[:-2].rstrip()):
        found = {"to"}
    return frozenset(found)


def _before(text: str, word: Word) -> str:
    """What leads to a verb, without the adverbs and auxiliaries before it."""
    before = text[max(word.start - 80, 0) : word.start]
    cut = _BETWEEN.search(before)
    return before[: cut.start()] if cut else before


def _stated(text: str, word: Word, *, sure: bool) -> bool:
    """Whether the verb stands there as a fact; with `sure` only in the past, or after "was" or "has"."""
    plain = text[word.start : word.end].split(maxsplit=1)[0]
    if not sure:
        return not re.search(
            r"\b(?:the|an?|its|their|his|her|of|in|on|for|by|with|at|from)\s*$", text[: word.start]
        )
    led = re.search(
        r"\b(?:was|were|is|are|has|have|had|been|being)(?: \w+ly)?\s*$", text[: word.start]
    )
    return bool(led) or bool(_PAST.fullmatch(plain)) or plain.endswith("s")


def frame_fault(it: Drafted, sentence: str) -> str:
    """Why a draft leaves out what its statement hangs on: "X said that", "all should know that"."""
    if it.said:  # who says it has a test of its own
        return ""
    mine = {w.term for w in words(it.text)}
    for frame in _FRAME.finditer(sentence):
        before = {w.term for w in words(sentence) if w.end <= frame.start()}
        aside = _ASIDE.search(sentence, frame.end())
        end = aside.start() if aside else len(sentence)
        after = {w.term for w in words(sentence) if frame.end() <= w.start < end}
        beside = {w.term for w in words(sentence) if w.start >= end} - after
        if beside & mine - LIGHT:
            continue
        own = before - LIGHT - after
        if len(own) >= _LEAST and not own & mine and mine & after:
            return "it leaves out on what the article makes this depend"
    return ""
