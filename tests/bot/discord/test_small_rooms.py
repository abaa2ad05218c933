"""Limits, claims, texts, live edits, insisting: the rooms that need no Discord."""

import asyncio
import string
import tomllib
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.discord.access import Person
from bot.discord.claims import claims, stance
from bot.discord.deliver import Undelivered, insist
from bot.discord.guard import Guard
from bot.discord.language import LANGUAGES, say
from bot.discord.live import Live
from bot.journal import Choices


def test_limits_of_people_and_servers() -> None:
    """The seconds that are told are those after which it works, and a refusal does not count."""
    now = 0.0
    guard = Guard(2, 3, lambda: now)
    assert [guard.ask(1, 9), guard.ask(1, 9)] == [0, 0]
    now = 20.0
    assert guard.ask(1, 9) == 40
    assert guard.ask(2, 9) == 0
    assert guard.ask(3, 9) == 40
    assert guard.ask(3, 8) == guard.ask(3, None) == 0
    now = 59.9
    assert guard.ask(1, 9) == 1
    now = 60.0
    assert guard.ask(1, 9) == 0


def test_who_may_what() -> None:
    """Roles open what was chosen for them, and managers everything."""
    choices = Choices(channels=(7,), ask_roles=(1,), add_roles=(2,))
    nobody = Person(5, 9, 7, 7)
    assert not nobody.may_ask(choices)
    assert Person(5, 9, 7, 7, frozenset({1})).may_ask(choices)
    assert Person(5, 9, 7, 7, frozenset({2})).may_ask(choices)
    assert not Person(5, 9, 7, 7, frozenset({1})).moderates(choices)
    assert Person(5, 9, 7, 7, manager=True).moderates(choices)
    assert Person(5, 9, 70, 7).is_heard(choices)
    assert not Person(5, 9, 8, 8).is_heard(choices)


@pytest.mark.parametrize(
    ("claim", "quote", "is_"),
    [
        ("The bridge opened in May.", "The bridge was opened in May by the mayor.", "for"),
        ("The bridge did not open in May.", "The bridge was opened in May.", "against"),
        ("The storm killed 800 people.", "The storm killed 300 people.", "against"),
        ("The storm killed 300 people in Haiti.", "In Haiti the storm killed 300 people.", "for"),
        ("The storm killed 300 people.", "A storm is expected on Friday.", "about"),
        ("Of it all.", "Nothing of the kind.", "about"),
    ],
)
def test_for_or_against(claim: str, quote: str, is_: str) -> None:
    """Only what is plain is called so."""
    assert stance(claim, quote) == is_


def test_claims_of_a_message() -> None:
    """Sentences that claim something, without Discord's marks."""
    text = "> **The U.S. left** <@1> on Friday. Really? Oh no. See https://x.y and tell us."
    assert claims(text) == ["The U.S. left on Friday.", "See and tell us."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_complete(language: str) -> None:
    """Every language has the same keys, and the same names to be filled in."""
    folder = files("bot.discord") / "texts"
    texts = tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))
    english = tomllib.loads((folder / "en.toml").read_text("utf-8"))
    assert texts.keys() == english.keys()
    for key, text in english.items():
        assert names(texts[key]) == names(text), key
    assert say("xx", "thanks") == "Thank you."


def names(text: Any) -> set[str]:
    """The names to be filled into a text."""
    return {it[1] for it in string.Formatter().parse(str(text)) if it[1]}


def test_live_edits_are_coalesced() -> None:
    """The first is shown at once, then the newest after each pause; none after the end."""

    async def story() -> None:
        shown: list[str] = []

        async def show(content: str) -> None:
            shown.append(content)
            if content == "fails":
                raise OSError

        live = Live(show, interval=0.05)
        for content in ("one", "two", "three", "fails"):
            live.put(content)
        await asyncio.sleep(0)
        for content in ("four", "five"):
            live.put(content)
        await asyncio.sleep(0.08)
        live.put("late")
        await live.end()
        live.put("never")
        await asyncio.sleep(0.06)
        assert shown[:2] == ["fails", "five"]
        assert "never" not in shown

    asyncio.run(story())


def test_a_draft_grows() -> None:
    """Pieces become one text, escaped, with a sign that it goes on."""

    async def story() -> None:
        shown: list[str] = []

        async def show(content: str) -> None:
            shown.append(content)

        live = Live(show, interval=0.01)
        for piece in ("  ", "The *", "ministry"):
            live.write(piece)
            await asyncio.sleep(0.03)
        await live.end()
        assert shown == ["The \\* …", "The \\*ministry …"]

    asyncio.run(story())


def failure(status: int) -> discord.HTTPException:
    """What discord.py raises for a status."""
    response: Any = SimpleNamespace(status=status, reason="x")
    kind = discord.DiscordServerError if status >= 500 else discord.HTTPException
    return kind(response, "x")


def test_insisting() -> None:
    """The network, 5xx and 429 are tried again, at once when the connection is back."""

    async def story() -> None:
        back, errors = (
            asyncio.Event(),
            [failure(503), OSError(), aiohttp.ClientError(), failure(429)],
        )

        async def send() -> str:
            if errors:
                asyncio.get_running_loop().call_soon(back.set)
                raise errors.pop()
            return "sent"

        assert await insist(send, back) == "sent"

        async def refused() -> str:
            raise failure(403)

        with pytest.raises(discord.HTTPException):
            await insist(refused, back)

        async def never() -> str:
            raise failure(500)

        with pytest.raises(Undelivered):
            await insist(never, back, patience=0.5)

    asyncio.run(story())
