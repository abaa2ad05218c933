"""The small Discord for tests of the bot: connecting, channels, clicks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.discord.client import Bot
from tests.discord_server.records import Asked
from tests.discord_server.server import TOKEN, DiscordServer

Story = Callable[[DiscordServer, Bot], Awaitable[None]]
Wire = Callable[..., DiscordServer]
PATIENCE = 25  # seconds until a story is given up


async def connected(world: DiscordServer, make: Callable[[], Bot], story: Story) -> None:
    """Play a story with the bot connected to that Discord; then end both."""
    await world.start()
    with world.pointed():
        bot = make()
        bot._connection.guild_ready_timeout = 0.1  # seconds to wait for more servers
        bot.before_identify_hook = _at_once  # type: ignore[method-assign]
        running = asyncio.create_task(bot.start(TOKEN))
        while not bot.is_ready() and not running.done():
            await asyncio.sleep(0.01)
        try:
            async with asyncio.timeout(PATIENCE):
                await story(world, bot)
        except TimeoutError as error:
            error.add_note("\n".join(world.violations))
            raise
        finally:
            await bot.stop(grace=5)
            await running
    await world.stop()


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    """Discord wants five seconds between two shards; the small one does not."""


def channels(world: DiscordServer) -> list[int]:
    """The first channel of each server."""
    return [int(it["channels"][0]["id"]) for it in world.servers.values()]


async def click(world: DiscordServer, asked: Any, kind: str, *, manager: bool = False) -> Asked:
    """Press a button of an answer, and wait until something came of it."""
    message = asked.messages[-1]
    button = next(
        it
        for row in message["components"]
        for it in row["components"]
        if it["custom_id"].startswith(f"clip:{kind}:")
    )
    data = {"custom_id": button["custom_id"], "component_type": 2}
    done = await world.interact(
        asked.channel, asked.user, 3, data, message=message, manager=manager
    )
    while done.acknowledged is None or (kind in "cfu" and done.answered is None):
        await asyncio.sleep(0.01)
    return done


async def moderate(
    world: DiscordServer, channel: int, words: str, *, manager: bool = True, **options: str
) -> Asked:
    """A moderator uses `/library`, such as `add url`; returns when the command has its answer."""
    data: dict[str, Any] = {
        "options": [{"name": name, "type": 3, "value": it} for name, it in options.items()]
    }
    names = words.split()
    for level, name in enumerate(reversed(names)):
        data = {"options": [{"name": name, "type": 1 if level == 0 else 2} | data]}
    data |= {"id": "2", "name": "library", "type": 1}
    asked = await world.interact(channel, 5, 2, data, manager=manager)
    while not asked.content or asked.content.startswith("Reading"):
        await asyncio.sleep(0.01)
    return asked
