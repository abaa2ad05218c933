"""Connections that break and requests that fail: no answer is lost, none comes twice."""

import asyncio
import functools
import threading

import pytest
from fakes import ScriptedChain

from bot.bridge import Piece
from bot.discord import outlet
from bot.discord.client import Bot
from bot.discord.deliver import insist
from bot.discord.guard import Guard
from retrieval.types import Answer, Question
from tests.bot.discord.wire import Wire, channels
from tests.bot.material import QUESTION
from tests.discord_server.records import Fault
from tests.discord_server.server import DiscordServer


@pytest.mark.parametrize("how", ["cut", "closed", "asked", "invalidated"])
def test_connections_that_break(how: str, wire: Wire) -> None:
    """Questions from before, during and after a break are all answered."""

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        before = await world.ask(here, 7, QUESTION)
        break_ = {
            "cut": world.gateway.drop,
            "closed": lambda: world.gateway.drop(hard=False),
            "asked": world.gateway.ask_to_reconnect,
            "invalidated": world.gateway.invalidate,
        }
        await break_[how]()
        during = await world.ask(here, 8, QUESTION) if how != "invalidated" else before
        await world.until(before)
        await world.until(during)
        while len(world.gateway.seen) - world.gateway.seen.count("heartbeat") < 2:
            await asyncio.sleep(0.01)
        after = await world.until(await world.ask(here, 9, QUESTION))
        assert all("[1]" in it.content for it in (before, during, after))

    again = "identify" if how == "invalidated" else "resume"
    assert again in wire(story).gateway.seen[1:]


def test_heartbeats_that_are_not_answered(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot beats, and takes a connection that does not answer for dead."""

    async def story(world: DiscordServer, bot: Bot) -> None:
        while world.gateway.seen.count("heartbeat") < 3:
            await asyncio.sleep(0.01)
        await world.until(await world.ask(channels(world)[0], 7, QUESTION))

    wire(story, heartbeat=200)


def test_a_refusal_that_is_held_up_shows_typing(wire: Wire) -> None:
    """Whoever asks too often by message is acknowledged, however long Discord does not take the word."""

    async def story(world: DiscordServer, bot: Bot) -> None:
        bot.guard = Guard(1, 100)
        here = channels(world)[0]
        await world.until(await world.ask(here, 7, QUESTION))
        world.faults = [Fault(r"messages$", 502, method="POST")]
        told = await world.until(await world.say(here, 7, QUESTION))
        assert "ask again" in told.content
        assert told.hindered
        assert told.acknowledged is not None
        assert told.answered is not None
        assert told.acknowledged < told.answered

    wire(story)


def test_an_answer_does_not_break_off_typing(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that is broken off holds up the channel's next ones, so it is let go to its end."""

    async def story(world: DiscordServer, bot: Bot) -> None:
        begun: list[int] = []
        ended: list[int] = []
        send = bot.http.send_typing

        async def watched(channel: int) -> None:
            begun.append(channel)
            await send(channel)
            ended.append(channel)

        monkeypatch.setattr(bot.http, "send_typing", watched)
        world.faults = [Fault(r"typing", 502)]  # discord.py tries again after a second
        await world.until(await world.say(channels(world)[0], 7, QUESTION))
        assert begun
        assert not ended
        while not ended:
            await asyncio.sleep(0.01)
        assert ended == begun

    wire(story)


FAULTS = [
    Fault(r"callback", 500),
    Fault(r"@original", 502, times=2),
    Fault(r"@original", 429),
    Fault(r"@original", 0, times=2),
    Fault(r"messages$", 503, method="POST"),
    Fault(r"messages$", 429, method="POST", times=2),
    Fault(r"messages$", 0, method="POST"),
    Fault(r"messages$", 0, method="POST", late=True),
    Fault(r"typing", 500, times=9),
    Fault(r"callback", 0),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda it: f"{it.path}-{it.status}-{it.late}")
def test_faults_lose_no_answer(fault: Fault, wire: Wire) -> None:
    """Whatever fails on the way, the answer arrives, and once."""

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        world.faults = [Fault(**vars(fault))]
        by_command = "callback" in fault.path or "original" in fault.path
        asked = await (world.ask if by_command else world.say)(here, 7, QUESTION)
        if fault.path == "callback" and not fault.status:  # nobody knows the interaction any more
            while not world.rest.messages:
                await asyncio.sleep(0.01)
            (message,) = world.rest.messages.values()
            assert "[1]" in message["content"]
            return
        await world.until(asked)
        assert asked.content.count("The ministry called it a violation. [1]") == 1
        assert len(world.rest.messages) == 1
        assert world.faults[0].times < fault.times

    wire(story)


def test_an_answer_that_was_out_of_reach_for_too_long(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked is told when the connection is back, once; what was private is not."""
    monkeypatch.setattr(outlet, "insist", functools.partial(insist, patience=0.5))

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        world.faults = [Fault(r"@original|messages", 0, times=1_000)]
        await world.ask(here, 7, QUESTION)
        await world.ask(here, 8, QUESTION, private=True)
        while len(bot.undelivered) < 2:
            await asyncio.sleep(0.01)
        world.faults.clear()
        for _ in range(2):
            resumed = world.gateway.seen.count("resume")
            await world.gateway.drop()
            while world.gateway.seen.count("resume") == resumed or bot.undelivered:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)
        said = [it["content"] for it in world.rest.messages.values()]
        assert [
            it for it in said if it
        ] == [  # the others are of questions that are still thought of
            f"I could not reach Discord with the answer to “{QUESTION}”: please ask again."
        ]

    wire(story)


def test_the_place_in_the_queue_is_shown(wire: Wire, chain: ScriptedChain) -> None:
    """Who waits sees how many are in front, then the answer in its place."""
    go_on = threading.Event()

    def slow(question: Question, _: Piece) -> Answer:
        go_on.wait(10)
        return chain.ask(question)

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        bot.bridge._workers, bot.bridge._seconds = 1, 5.0
        await world.ask(here, 7, "Something else?")
        while not bot.bridge.computed:
            await asyncio.sleep(0.01)
        asked = []
        for place, act in enumerate((world.ask, world.say), start=1):
            asked.append(await act(here, 8, f"{QUESTION} {place}?"))
            while not asked[-1].content.startswith(f"-# Waiting: {place} in front of you"):
                await asyncio.sleep(0.01)
        go_on.set()
        for it in asked:
            await world.until(it)
            assert "Waiting" not in it.content
            assert len(it.messages) == 1

    wire(story, ask=slow)
