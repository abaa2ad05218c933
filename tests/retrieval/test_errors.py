"""What another package's error becomes in a line for people."""

import pytest

from retrieval.errors import first_line


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("no such operation\nat x.cpp:3", "no such operation"),
        ("Exception from src/core.cpp:132:\nException from b.cpp:59:\nNo memory", "No memory"),
        ("", "ValueError"),
        ("x" * 300, "x" * 200),
    ],
)
def test_the_first_line_that_says_something(said: str, line: str) -> None:
    """Not where in its source OpenVINO stood; its name where an error says nothing."""
    assert first_line(ValueError(said)) == line
