"""What the tests of vectors share, and those of the model reader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from retrieval_news import ASKED, newsroom, says

from retrieval import exact
from retrieval.chain import Chain
from retrieval.types import Answer, Question


@pytest.fixture(autouse=True)
def _through_chroma(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests of the collections ask Chroma, however small their libraries are."""
    if request.path.name.startswith("test_vectors"):
        monkeypatch.setattr(exact, "MOST", -1)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """A chain over three reports, shared by a module: a test gives it a model of its own."""
    made = newsroom(tmp_path_factory.mktemp("news"))
    yield made
    made.close()


@pytest.fixture
def ask(tmp_path: Path, chain: Chain) -> Any:
    """Asks one question of a chain whose model says those lines; the model stands in `ask.model`."""

    def asking(*lines: Any, question: Question = ASKED, **options: Any) -> Answer:
        asking.model = says(chain, tmp_path, lines, **options)  # type: ignore[attr-defined]
        return chain.ask(question)

    return asking
