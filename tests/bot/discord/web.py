"""What a paper on loopback tells in tests of the bot, and short ways to ask it and to let time go by."""

import asyncio
import threading
from typing import Any

from bot.discord import sources
from bot.discord.client import Bot
from tests.discord_server.server import DiscordServer
from tests.ingest.paper import Paper, Story
from tests.ingest.wire import Asked

COST = "How much did the harbour bridge at Oldport cost?"
BRIDGE = Story(
    "The harbour bridge opens",
    "The harbour bridge at Oldport was opened on Friday by the mayor after four years of work.\n\n"
    "The harbour bridge at Oldport cost 90 million euros, the council said on Friday evening.\n\n"
    "Two lanes for bicycles were built beside the road, and a lift leads down to the quay below.",
)
DEARER = BRIDGE.text.replace("90 million", "120 million")
WHO = "Who won the regatta of Oldport?"
REGATTA = Story(
    "Swallow wins the regatta",
    "The regatta of Oldport was won on Sunday by the Swallow, a yawl from the island of Marn.\n\n"
    "Thirty boats had set out in the morning, and nine of them gave up in the strong wind.\n\n"
    "The prize is a silver lantern, which the winner of the year before hands over on the quay.",
)


async def ask(world: DiscordServer, channel: int, question: str) -> str:
    """What a member reads who asks."""
    return (await world.until(await world.ask(channel, 7, question))).content


async def pull(bot: Bot, channel: int, world: DiscordServer) -> None:
    """What each minute brings to the library of that channel's server."""
    name = f"guild-{world.server_of(channel)}"
    await bot.bridge.long(lambda: sources._pull(bot.chain, name), name)


def two_days_later(bot: Bot, channel: int, world: DiscordServer) -> None:
    """Everything that is followed is due, and so is every page."""
    library = bot.chain.library(f"guild-{world.server_of(channel)}")
    with library.transaction():
        for table in ("follows", "pages"):
            library.execute(f"UPDATE {table} SET next = next - 172800")  # noqa: S608


async def answered(world: DiscordServer, channel: int, question: str, word: str) -> str:
    """What a member reads who asks again and again, until it has that word."""
    while word not in (said := await ask(world, channel, question)):
        await asyncio.sleep(0.3)  # a person may ask a hundred times a minute here
    return said


class Held:
    """Keeps the request for one of the paper's pages waiting: `begun` is set when it has come."""

    def __init__(self, paper: Paper, path: str) -> None:
        self._path, self._respond = path, paper.respond
        self.begun, self.go_on = threading.Event(), threading.Event()
        paper.server.respond = self.respond

    def respond(self, asked: Asked) -> Any:
        """What the paper says, in the end."""
        if asked.path == self._path:
            self.begun.set()
            self.go_on.wait(20)
        return self._respond(asked)
