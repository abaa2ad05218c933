"""Fusion: one score out of two, bounded, and never against what both say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.fusion import WEIGHT, fuse

cosines = st.floats(-1, 1)
shares = st.floats(0, 1)
weights = st.floats(0, 100)


@settings(deadline=None)
@given(cosines, shares, weights)
def test_the_score_lies_between_the_two(cosine: float, share: float, weight: float) -> None:
    """The fused score is never above the better of the two, nor below the worse; so at most 1."""
    fused = fuse(cosine, share, weight)
    assert min(cosine, share) - 1e-9 <= fused <= max(cosine, share) + 1e-9


@settings(deadline=None)
@given(cosines, cosines, shares, shares, weights)
def test_what_both_agree_on_stays(
    cosine: float, other: float, share: float, another: float, weight: float
) -> None:
    """A passage that is no worse by either score is no worse by the fused one."""
    (worse, better), (less, more) = sorted([cosine, other]), sorted([share, another])
    assert fuse(worse, less, weight) <= fuse(better, more, weight)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 50)), unique=True, max_size=9))
def test_two_rankings_that_agree_are_kept(pairs: list[tuple[int, int]]) -> None:
    """Where both scores rank passages alike, so does the fused one."""
    ranked = list(zip(sorted(c for c, _ in pairs), sorted(s for _, s in pairs), strict=True))
    fused = [fuse(cosine / 50, share / 50) for cosine, share in ranked]
    assert fused == sorted(fused)
    assert len(set(fused)) == len(set(ranked))


@pytest.mark.parametrize(("cosine", "share"), [(1, 1), (0, 0), (0.5, 0.5)])
def test_equal_scores_are_kept(cosine: float, share: float) -> None:
    """Two equal scores fuse to that score, so the fused one keeps their scale."""
    assert fuse(cosine, share) == pytest.approx(cosine)


def test_the_weight_is_the_words() -> None:
    """The weight is that of the words: without it meaning alone counts, with more they count more."""
    assert fuse(0.3, 0.9, 0) == 0.3
    assert fuse(0.3, 0.9, 1) == pytest.approx(0.6)
    assert fuse(0.3, 0.9, 1) < fuse(0.3, 0.9, 4) < 0.9
    assert fuse(0.3, 0.9) == fuse(0.3, 0.9, WEIGHT)
