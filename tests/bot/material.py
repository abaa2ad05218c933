"""Articles, and what is said of them, for the tests of the front ends."""

from collections.abc import Callable
from dataclasses import dataclass

from fakes import article

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
ANSWER = """\
The ministry called it a violation. [1]
Moscow was deeply worried. [2]

[1] Tanks cross the border · Border Dispatch · 24 August 2016
    https://example.org/tanks

[2] Powers divided · Capital Review · 25 August 2016"""
NOT_ANSWERED = "no article answers this; the nearest is: Title 1"  # says the scripted chain


@dataclass(frozen=True)
class Ran:
    """What came of a command: its exit code and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]  # a command's words, and what stands on its standard input
Talk = Callable[..., str]
