"""What a model words freely is kept, and the same with one thing changed is not."""

import pytest
from fakes import article

from retrieval.claims import read
from retrieval.support import support
from retrieval.types import Span

NEWS = (
    "Ann Berg, the former mayor of Oslo and a leader of the campaign, said her country had every right "
    "to close the port. Half a million people live in the harbour towns. The company said the ship was "
    'freed at noon on 23 August. "The pumps worked well," project manager Rick Dale said, and he added '
    "that up to 260 ships will be able to use the port each day. Nine workers lost their lives during "
    "construction. The port cost more than 12 billion francs. The report praised the fishing fleet. "
    "The crossing takes around three hours. Because the sea is calm, heavier boats can sail without "
    "pilots. Crops and food reserves had been lost, the mayors said."
)
PORT = article(2, NEWS, title="A port reopens", published="2016-08-24")


def about_the_port(text: str) -> str:
    """Why a sentence about the port is dropped; empty where it is kept."""
    return support(read(text, 0, len(text)), [Span(PORT, 0, len(NEWS))]).why


@pytest.mark.parametrize(
    "text",
    [
        "Ann Berg, a leader of the campaign, said that her country had every right to close the port.",
        "500,000 people live in the harbour towns.",
        "The company said the ship was freed at noon on Tuesday, 23 August 2016.",
        'Rick Dale said "the pumps worked well".',
        "As many as 260 ships will be able to use the port each day, Rick Dale said.",
        "The port cost more than 12 billion francs, and nine workers died during construction.",
        "The mayors said that crops and reserves of food had been lost.",
    ],
)
def test_in_freer_words(text: str) -> None:
    """A date told by its weekday or with its year, one sentence out of two."""
    assert about_the_port(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Ann Berg, the mayor of Oslo, said her country had every right to close the port.",
        "The company said the ship was freed at noon on Monday, 23 August.",
        "The company said the ship was freed at noon on Tuesday, 23 August 2015.",
        "The company said the ship was freed at noon on 16 August.",
        'Rick Dale said "the pumps worked badly".',
        "More than 260 ships will be able to use the port each day.",
        "The port cost more than 12 billion francs, and nine children died during construction.",
        "The crossing takes around three hours because the sea is calm.",
        "The mayors said that crops and houses had been lost.",
    ],
)
def test_but_not_in_any(text: str) -> None:
    """The same sentences with one thing changed."""
    assert about_the_port(text)
