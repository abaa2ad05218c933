"""The end of the program, with answers in flight, on the small Discord."""

import asyncio
import threading
import time

from fakes import ScriptedChain

from bot.bridge import Piece
from bot.discord.client import Bot
from retrieval.types import Answer, Question
from tests.bot.discord.wire import Wire, channels
from tests.bot.material import QUESTION
from tests.discord_server.server import DiscordServer


def test_the_end_finishes_what_is_in_flight_and_tells_the_others(
    wire: Wire, chain: ScriptedChain
) -> None:
    """One answer is being computed, one waits, one was asked too late to be begun."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(question: Question, _: Piece) -> Answer:
        begun.set()
        go_on.wait(10)
        return chain.ask(question)

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        bot.bridge._workers = 1
        first = await world.ask(here, 7, QUESTION)
        await asyncio.to_thread(begun.wait)
        second = await world.ask(here, 8, "Something else?")
        while bot.bridge.waiting == 0:
            await asyncio.sleep(0.01)
        stopping = asyncio.create_task(bot.stop())
        await world.until(second)
        go_on.set()
        await stopping
        assert "restarted" in second.content
        assert "[1]" in first.content

    wire(story, ask=slow)


def test_the_end_does_not_wait_for_ever(wire: Wire, chain: ScriptedChain) -> None:
    """An answer that takes longer than the grace is replaced by a word, once, and the bot is closed."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(question: Question, _: Piece) -> Answer:
        begun.set()
        go_on.wait(20)
        return chain.ask(question)

    async def story(world: DiscordServer, bot: Bot) -> None:
        asked = [await act(channels(world)[0], 7, QUESTION) for act in (world.ask, world.say)]
        await asyncio.to_thread(begun.wait)
        while not bot.bridge.joined:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        await bot.stop(grace=0.3)
        assert time.monotonic() - began < 5
        go_on.set()
        for it in asked:
            assert it.content.startswith("I was restarted while I looked for the answer to")
        assert bot.journal.left_open() == []  # or the next run would tell them again

    wire(story, ask=slow)
