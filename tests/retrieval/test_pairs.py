"""Questions and passages as the reading model takes them: whatever the text, each token in its place."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.compiled import plain_tokenizer
from retrieval.embedder import SentenceEmbedder
from retrieval.pairs import LONGEST, pairs, table

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.fixture(scope="module")
def tokenizer(exported: Path) -> Any:
    """The bundled model's tokenizer."""
    return plain_tokenizer(SentenceEmbedder("all-MiniLM-L6-v2", exported).local / "tokenizer.json")


@settings(deadline=None)
@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=3), st.integers(1, 16))
def test_pairs_keep_their_places(
    tokenizer: Any, texts: list[tuple[str, str, str]], step: int
) -> None:
    """Every token stands for characters of its own passage or for none; the padding is masked."""
    read = pairs(tokenizer, texts)
    ids, mask, kinds = table(read, step)
    assert ids.shape == mask.shape == kinds.shape
    assert ids.shape[1] % step == 0
    for row, (it, (_, _, text)) in enumerate(zip(read, texts, strict=True)):
        assert it.places.shape == (len(it.ids), 2)
        assert it.places.max() <= len(text)
        assert not it.places[: it.asked].any()
        assert mask[row].sum() == len(it.ids)
        assert kinds[row].sum() == len(it.ids) - it.asked


def test_what_is_too_long_is_cut_at_its_end(tokenizer: Any) -> None:
    """The special tokens stay, and so do the places."""
    (it,) = pairs(tokenizer, [("who " * 100, "Title", "word " * 900)])
    assert len(it.ids) == LONGEST
    assert it.ids[0] == tokenizer.token_to_id("[CLS]")
    assert it.ids.count(tokenizer.token_to_id("[SEP]")) == 2
    assert it.ids[-1] == tokenizer.token_to_id("[SEP]")
    assert it.places[-2][1] > 0
