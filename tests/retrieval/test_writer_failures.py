"""What happens when the chat model fails: one plain line, and the articles' own words."""

from typing import Any

import pytest
from retrieval_news import PLAN, cite


class Status(Exception):  # noqa: N818
    """An error as providers raise them, with a key in its message that nobody may see."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__("Incorrect API key provided: sk-very-secret; maximum context length")
        self.status_code = status
        self.response = type("Response", (), {"headers": headers, "status_code": status})()


class ConnectError(Exception):
    """As httpx names it."""


class ReadTimeout(Exception):  # noqa: N818
    """As httpx names it."""


class RemoteProtocolError(Exception):
    """As httpx names it."""


FAILURES = [
    (Status(401), "refused the key (401): check CLIPPINGS_MODEL_KEY", 1),
    (Status(429, **{"retry-after": "2"}), "has no room for more questions now (429)", 2),
    (Status(429, **{"retry-after": "3600"}), "has no room for more questions now (429)", 1),
    (Status(503), "answered with an error (503)", 2),
    (Status(400), "cannot take in so much at once", 1),
    (Status(404), "answered with an error (404)", 1),
    (ConnectError(), "cannot be reached: check CLIPPINGS_MODEL_URL and the network", 1),
    (ReadTimeout(), "did not answer within 60 s", 1),
    (RemoteProtocolError(), "broke off in the middle of its answer", 2),
    (KeyError("choices"), "failed (KeyError)", 2),
]


@pytest.mark.parametrize(("error", "told", "calls"), FAILURES)
def test_a_model_that_fails_costs_no_question(
    ask: Any, error: Exception, told: str, calls: int
) -> None:
    """The quotes are given with one line that says so; one more try where it may help; no key shows."""
    answer = ask(error)
    assert answer.status == "answered"
    assert answer.reader == "quotes"
    assert told in answer.note
    assert "\n" not in answer.note
    assert len(ask.model.asked) == calls
    assert "sk-very-secret" not in repr(answer)


def test_a_busy_model_is_given_the_time_it_asks_for(ask: Any) -> None:
    """Retry-After, up to ten seconds; then the answer is the model's after all."""
    waited: list[float] = []
    said = cite(("Martin Schaefer said Germany respected the Turkish incursion.", "Schaefer"))
    answer = ask(PLAN, Status(429, **{"retry-after": "2"}), said, sleep=waited.append)
    assert answer.reader == "fake:model"
    assert waited == [2.0]


def test_too_much_at_once_is_tried_with_half(ask: Any) -> None:
    """A context overflow shortens the material."""
    said = cite(("Martin Schaefer said Germany respected the Turkish incursion.", "Schaefer"))
    answer = ask(PLAN, Status(400), said)
    assert answer.reader == "fake:model"


@pytest.mark.parametrize("line", ["", "   \n "])
def test_an_empty_answer_is_asked_for_again(ask: Any, line: str) -> None:
    """Once; then the quotes."""
    answer = ask(PLAN, line)
    assert "gave an empty answer" in answer.note
    assert len(ask.model.asked) == 3


def test_output_without_end_is_cut(ask: Any) -> None:
    """What was said by then is checked like anything else."""
    said = "Russia's foreign ministry said it was worried. [1] " * 2000
    answer = ask(PLAN, said)
    assert answer.status == "answered"
