"""Pages that are slow, cancelled or undone, by way of the small Discord."""

import asyncio

import pytest

from bot.discord import sources
from bot.discord.client import Bot
from ingest import storing
from retrieval.chain import Chain
from tests.bot.discord.web import (
    BRIDGE,
    COST,
    DEARER,
    REGATTA,
    WHO,
    Held,
    answered,
    ask,
    pull,
    two_days_later,
)
from tests.bot.discord.wire import Wire, channels, click, moderate
from tests.discord_server.server import DiscordServer
from tests.ingest.paper import Paper, Story, prose

BOATS = Story("Thirty boats", prose("boats"))


@pytest.fixture
def chain(real_chain: Chain) -> Chain:
    """The real chain is asked."""
    return real_chain


async def listed(world: DiscordServer, channel: int) -> list[str]:
    """The titles of a server's articles."""
    said = (await moderate(world, channel, "list")).content
    return [it.title for it in (BRIDGE, REGATTA, BOATS) if it.title in said]


@pytest.mark.usefixtures("reachable")
def test_a_slow_feed_keeps_nobody_from_adding(
    wire: Wire, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one server's feed is being read, another server adds a page and asks it."""
    monkeypatch.setattr(sources, "_LOOK", 0.05)
    paper.stories["/bridge"] = BRIDGE
    paper.publish("/regatta", REGATTA)
    held = Held(paper, "/regatta")

    async def story(world: DiscordServer, bot: Bot) -> None:
        here, there = channels(world)
        await moderate(world, here, "follow", url=paper.url("/feed"))
        await asyncio.to_thread(held.begun.wait)
        page = paper.url("/bridge").replace("paper.", "another.")
        assert "Added" in (await moderate(world, there, "add url", url=page)).content
        assert "90 million" in await ask(world, there, COST)
        assert "Swallow" not in await ask(world, here, WHO)
        held.go_on.set()
        assert "Swallow" in await answered(world, here, WHO, "Swallow")

    wire(story)


@pytest.mark.usefixtures("reachable")
def test_what_was_undone_stays_away(wire: Wire, paper: Paper) -> None:
    """Nothing that is followed brings it back, changed or not, nor after a restart; adding it does."""
    paper.publish("/bridge", BRIDGE)
    paper.publish("/regatta", REGATTA)
    feed = paper.url("/feed")

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        added = await moderate(world, here, "add url", url=feed)
        assert "Swallow" in added.content
        undone = await click(world, added, "u", manager=True)
        assert undone.content == "Undone: 2 taken out of the library."
        paper.feed.remove("/bridge")
        await moderate(world, here, "follow", url=feed)
        await moderate(world, here, "follow", url=paper.url("/bridge"))
        for text in (DEARER, BRIDGE.text):
            two_days_later(bot, here, world)
            await pull(bot, here, world)
            paper.edit("/bridge", text)
            bot.chain.close()  # each library is opened anew, as after a restart
        assert await listed(world, here) == []
        paper.publish("/boats", BOATS)
        two_days_later(bot, here, world)
        await pull(bot, here, world)
        assert await listed(world, here) == [BOATS.title]
        again = await moderate(world, here, "add url", url=paper.url("/bridge"))
        assert again.content.startswith("Added to this server's library:")
        assert "90 million" in await ask(world, here, COST)

    wire(story)


@pytest.mark.usefixtures("reachable")
def test_what_was_forgotten_stays_away(wire: Wire, paper: Paper) -> None:
    """Its page changes and is followed all the same, to no effect; added again, it is there at once."""
    paper.publish("/bridge", BRIDGE)
    paper.publish("/regatta", REGATTA)

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        await moderate(world, here, "follow", url=paper.url("/feed"))
        await pull(bot, here, world)
        gone = await moderate(world, here, "forget", article=BRIDGE.title)
        assert gone.content.startswith("Forgotten")
        for changed in (False, True):
            if changed:
                paper.edit("/bridge", DEARER)
            two_days_later(bot, here, world)
            await pull(bot, here, world)
            assert await listed(world, here) == [REGATTA.title]
        again = await moderate(world, here, "add url", url=paper.url("/bridge"))
        assert again.content.startswith("Added to this server's library:")
        assert "120 million" in await ask(world, here, COST)

    wire(story)


@pytest.mark.usefixtures("reachable")
def test_what_was_stored_before_a_cancel_is_undone(
    wire: Wire, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown with the button, and no page after it is asked for."""
    monkeypatch.setattr(storing, "BATCH", 1)
    paper.publish("/regatta", REGATTA)
    paper.publish("/bridge", BRIDGE)
    held = Held(paper, "/regatta")

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        adding = asyncio.create_task(moderate(world, here, "add url", url=paper.url("/feed")))
        await asyncio.to_thread(held.begun.wait)
        working = next(it for it in world.asked.values() if it.content.startswith("Reading"))
        await click(world, working, "x", manager=True)
        held.go_on.set()
        added = await adding
        assert BRIDGE.title in added.content
        assert "Cancelled. What was stored before stays." in added.content
        stored = len(await listed(world, here))  # the page that was under way may be among it
        undone = await click(world, added, "u", manager=True)
        assert undone.content == f"Undone: {stored} taken out of the library."
        assert await listed(world, here) == []

    wire(story)
