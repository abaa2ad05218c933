"""Pure: what a sentence of an article puts around a statement, which a draft may not leave out.

"The council said that it rained", "it may rain", "all must be told that it rains": none of them says
that it rained. It is also what keeps an order from becoming news, however it is worded.
"""

import re

from retrieval.claims import Drafted
from retrieval.wording import LIGHT, words

_MODAL = {
    "maybe": r"may|might|could|possibly|perhaps|probably|likely|if|whether|unless|allegedly|"
    r"(?:is|are|was|were|due|supposed|meant) to|to be",
    "ought": r"must|should|ought|(?:has|have|had) to|shall",
}
_MODALS = {kind: re.compile(rf"\b(?:{forms})\b", re.IGNORECASE) for kind, forms in _MODAL.items()}
# A "that" which begins a statement, not one that means "which"; what is found or shown is so.
_FRAME = re.compile(
    r"(?<!found )(?<!shows )(?<!showed )(?<!confirmed )(?<!announced )(?<!know )\bthat "
    r"(?=(?:the|an?|its|their|his|her|this|these|it|he|she|they|there|some|any|no)\b|[A-Z0-9])|:(?=\s)"
)
_LEAST = 2  # words of its own that make what stands before "that" a frame


def modal_fault(it: Drafted, sentence: str) -> str:
    """Why a draft states what the sentence only holds possible or demands; empty where it does not."""
    mine = {w.term for w in words(it.text)}
    for kind, pattern in _MODALS.items():
        if pattern.search(it.text):
            continue
        for modal in pattern.finditer(sentence):
            verb = next((w for w in words(sentence) if w.start >= modal.end()), None)
            if verb and verb.term in mine:
                return f"the article says “{modal[0]}” there" + (" only" if kind == "maybe" else "")
    return ""


def frame_fault(it: Drafted, sentence: str) -> str:
    """Why a draft leaves out what its statement hangs on: "X said that", "all should know that"."""
    if it.said:  # who says it has a test of its own
        return ""
    mine = {w.term for w in words(it.text)}
    for frame in _FRAME.finditer(sentence):
        before = {w.term for w in words(sentence) if w.end <= frame.start()}
        after = {w.term for w in words(sentence) if w.start >= frame.end()}
        own = before - LIGHT - after
        if len(own) >= _LEAST and not own & mine and mine & after:
            return "it leaves out on what the article makes this depend"
    return ""
