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
    "possible": r"maybe|(?<!\d )may|might|could|possibly|perhaps|probably|likely|allegedly|whether",
    "able": r"can|cannot|could|(?:un)?able to",
    "future": r"will|would|shall|should|going to|due to|due|expected to|planned to|scheduled to|set to|once|"
    r"(?:is|are|was|were) to",
    "ought": r"must|should|ought to|(?:has|have|had) to|shall|needs? to|needed to",
    "condition": r"if|unless",
}
_MODALS = {kind: re.compile(rf"\b(?:{forms})$", re.IGNORECASE) for kind, forms in _MODAL.items()}
_HEDGE = re.compile(r"\b(?:may|might|could|possibly|perhaps|probably|maybe)(?! \d)\b")
_PURPOSE = re.compile(r"\b(?:so|in order) that [^,.;]*?\b(?:could|might)\b")  # as sure as "to"
_HEDGED = re.compile(
    r"\b(?:may|might|could|can|possibl[ey]|perhaps|probabl[ey]|maybe|likely|if|should|expected|would|potential(?:ly)?|"
    r"thought|believed|suspected|seem\w*|appear\w*|risk\w*|threat\w*|fear\w*|whether)\b"
)
_WANT = r"want(?:s|ed)?|hop(?:e|es|ed|ing)|plan(?:s|ned)? to|sought|seeks?|intend(?:s|ed)?"
_UNREAL = re.compile(
    rf"\b(?:(?P<likely>(?:is|are|was|were|it) (?:now |highly |very |quite )*(?:un)?likely)|"
    rf"(?P<would>would (?:no longer |not |never |also )?have)|"
    rf"(?:is|are|was|were) (?:due|expected|scheduled|thought|hoped|believed)|{_WANT})\b"
)
_WANTS = re.compile(rf"\b(?:{_WANT}|due|will|expect\w*|scheduled to|plan(?:s|ned)?|wish\w*)\b")
_BETWEEN = re.compile(
    r"(?:\s+(?:not|also|help|helped|now|be|been|being|have|has|\w+ly|again|still|then|never))*\s*$"
)
_TO = re.compile(r"\bto$")
# Where one of these leads to it, what follows "to" is not done yet: "plans to move", "told them to go".
_WILLED = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|want(?:s|ed|ing)?|hop(?:e|es|ed|ing)|intend(?:s|ed)?|expect(?:s|ed)?|due|"
    r"agree[sd]?|promis(?:e|es|ed|ing)|pledg(?:e|es|ed|ing)|threat(?:s|ens?|ened)?|refus(?:e|es|ed|al)|"
    r"urg(?:e|es|ed|ing)|ask(?:s|ed|ing)?|tell|told|order(?:s|ed)?|call(?:s|ed|ing)?|vot(?:e|es|ed)|"
    r"offer(?:s|ed)?|tr(?:y|ies|ied|ying)|seek(?:s|ing)?|sought|meant|fail(?:s|ed)?|ready|need(?:s|ed)?|"
    r"attempt(?:s|ed)?|propos(?:e|es|ed|al)|deci(?:de|des|ded|sion)|right|effort|efforts|allow(?:s|ed)?|"
    r"prepar(?:e|es|ed|ing)|set|likely|aim(?:s|ed)?|consider(?:s|ed)?|demand(?:s|ed)?|warn(?:s|ed)?)\b"
    r"(?:\s+[\w’'-]+){0,4}$",
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
_FOR = re.compile(r"\b(?:be|is|was|up) (?:for|to) (the [^,.;]{3,40}?) to (\w+)")
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
        mine = _modes(text, word) | _open(text, word)
        if not its or not all(its) or any(mine & modes for modes in its):
            continue
        sure = any("to" in modes for modes in its)
        wrong = _stated(text, word, sure=sure) if not mine else not sure and "to" not in mine
        if wrong:
            told = _before(sentence, places[0]).split()
            return f"the article says “{told[-1]}” there only"
    body = text[slice(*it.body)]
    hedge = _HEDGE.search(_PURPOSE.sub(" ", body))
    if hedge and not _HEDGED.search(sentence):
        return f"the article does not say “{hedge[0]}” there"
    return ""


def unreal_fault(it: Drafted, sentence: str) -> str:
    """Why a draft states what is only likely, wanted or due in the sentence, or would have been."""
    text = it.text
    mine = {w.term for w in words(text)} - LIGHT
    for unreal in () if _HEDGED.search(text) else _UNREAL.finditer(sentence):
        own = [w for w in words(sentence) if w.start >= unreal.end()][:2]
        if unreal["likely"]:
            own = [w for w in words(sentence) if w.end <= unreal.start()][-2:]
        shared = [w for w in own if w.term in mine]
        loose = not unreal["would"] and _WANTS.search(text)
        if shared == own if unreal["likely"] else shared and not loose:
            return f"the article says “{unreal[0]}” there only"
    return ""


@lru_cache(maxsize=50_000)
def _modes(text: str, word: Word) -> frozenset[str]:
    """What kinds of "may", "will" and "must" a verb hangs on; empty where it is a fact."""
    before = _before(text, word)
    found = {kind for kind, pattern in _MODALS.items() if pattern.search(before)}
    if _TO.search(before) and not found and _WILLED.search(before[:-2].rstrip()):
        found = {"to"}
    return frozenset(found)


def _open(text: str, word: Word) -> frozenset[str]:
    """The "to" or "if" that a draft has before a verb: it does not say that it is done."""
    before = _before(text, word)
    loose = re.search(r"\b(?:if|unless|until|whether|in case)\b[^,.;]{0,40}$", before)
    return frozenset({"to", "ought"} if loose or _TO.search(before) else ())


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
            r"(?<!['’])\b(?:the|an?|its|their|his|her|of|in|on|for|by|with|at|from)\s*$",
            text[: word.start],
        )
    led = re.search(
        r"\b(?:was|were|is|are|has|have|had|been|being)(?: \w+ly)?\s*$", text[: word.start]
    )
    return bool(led) or bool(_PAST.fullmatch(plain)) or plain.endswith("s")


def frame_fault(it: Drafted, sentence: str) -> str:
    """Why a draft leaves out what its statement hangs on: "X said that", "all should know that"."""
    mine = {w.term for w in words(it.text)}
    left = _FOR.search(sentence)
    who, does = ({w.term for w in words(left[n])} if left else set[str]() for n in (1, 2))
    if left and does & mine and not who & mine:
        return f"the article leaves that to {left[1]}"
    if it.said:  # who says it has a test of its own
        return ""
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
