"""Text that means harm to a terminal."""

import unicodedata

from hypothesis import strategies as st

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
