"""What the tests of vectors share."""

import pytest

from retrieval import exact


@pytest.fixture(autouse=True)
def _through_chroma(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests of the collections ask Chroma, however small their libraries are."""
    if request.path.name.startswith("test_vectors"):
        monkeypatch.setattr(exact, "MOST", -1)
