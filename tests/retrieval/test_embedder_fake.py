"""The tests' own embedder keeps the protocol of the real one."""

from typing import Any

import numpy as np
from fakes import HashEmbedder

from retrieval.embedder import Embedder


def cosine(one: Any, two: Any) -> float:
    """Of unit vectors."""
    return float(np.dot(one, two))


def test_the_fake_keeps_the_protocol() -> None:
    """The tests' own embedder is one more `Embedder`: unit vectors, equal for equal terms."""
    fake: Embedder = HashEmbedder("x@1", limit=9)
    vectors = fake.documents(["Harbour strikes", "the strike at the harbour", "…", ""])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[0], vectors[1], atol=1e-5)
    assert fake.documents([]).shape == (0, 64)
    assert fake.lengths(["a b", ""]) == [2, 0]
    assert abs(cosine(HashEmbedder("y@1").query("harbour"), fake.query("harbour"))) < 0.6
    assert HashEmbedder().asked == []
