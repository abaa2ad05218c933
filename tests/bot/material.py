"""Articles, and text that means harm, for the tests of the front ends."""

import unicodedata

from fakes import article
from hypothesis import strategies as st

SYRIA = article(
    1,
    "The ministry called it a violation. More was said later.",
    title="Tanks cross the border",
    source="Border Dispatch",
    published="2016-08-24T21:40:00+03:00",
    url="https://example.org/tanks",
)
RUSSIA = article(
    2,
    "Moscow was deeply worried. Nothing else was known.",
    title="Powers divided",
    source="Capital Review",
    published="2016-08-25",
)
BARE = article(3, "Nobody knows who wrote this.", title="A note")
ARTICLES = [SYRIA, RUSSIA, BARE]
QUESTION = "Who opposes it?"

HOSTILE = st.text() | st.text(
    st.sampled_from(
        "ab \n\t\x1b[]0;31mKJ\x07\x08\x9b\x00\r\u202e\u2066\u200b\u200d\ue000\ufffe\ud800é中🙂"
    )
)


def harmless(text: str) -> bool:
    """Whether a terminal shows the text and does nothing else."""
    return not any(
        unicodedata.category(c) in {"Cc", "Cs", "Co", "Zl", "Zp"} or c in "\u202a\u202b\u202d\u202e"
        for c in text
    )
