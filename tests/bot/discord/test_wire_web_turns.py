"""One server's large or slow site keeps no other server waiting, by way of the small Discord."""

import asyncio
import time
from typing import Any

import pytest

from bot.discord import adding, shelf, sources
from bot.discord.client import Bot
from ingest import storing
from retrieval.chain import Chain
from tests.bot.discord.web import BRIDGE, COST, REGATTA, WHO, Held, answered, ask
from tests.bot.discord.wire import Wire, channels, moderate
from tests.discord_server.server import DiscordServer
from tests.ingest.paper import Paper, Story, prose
from tests.ingest.wire import Asked

pytestmark = pytest.mark.usefixtures("reachable")


@pytest.fixture
def chain(real_chain: Chain) -> Chain:
    """The real chain is asked."""
    return real_chain


def slow(paper: Paper, seconds: float) -> None:
    """A feed of twenty stories, of which each takes so long to come."""
    for n in range(20):
        paper.publish(f"/{n}", Story(f"Budget {n}", prose(f"budget{n}")))
    respond = paper.respond

    def late(asked: Asked) -> Any:
        if asked.path.strip("/").isdecimal():
            time.sleep(seconds)
        return respond(asked)

    paper.server.respond = late


def titles(bot: Bot, world: DiscordServer, channel: int) -> set[str]:
    """What a server's library holds."""
    library = shelf.opened(bot.chain, world.server_of(channel) or 0)
    return {it.title for it in library.listing()} if library else set()


def test_a_slow_addition_keeps_no_other_server_waiting(wire: Wire, paper: Paper) -> None:
    """Ten of them neither, for a server does its own one after the other."""
    paper.publish("/regatta", REGATTA)
    paper.stories["/bridge"] = BRIDGE
    held = Held(paper, "/regatta")

    async def story(world: DiscordServer, bot: Bot) -> None:
        here, there = channels(world)
        waiting = [
            asyncio.create_task(moderate(world, here, "add url", url=paper.url("/feed")))
            for _ in range(10)
        ]
        await asyncio.to_thread(held.begun.wait)
        page = paper.url("/bridge").replace("paper.", "another.")
        assert "Added" in (await moderate(world, there, "add url", url=page)).content
        assert "90 million" in await ask(world, there, COST)
        assert titles(bot, world, here) == set()
        held.go_on.set()
        told = [it.content for it in await asyncio.gather(*waiting)]
        assert sum(it.startswith("Added") for it in told) == 1
        assert sum(it.startswith("Nothing new") for it in told) == 9

    wire(story)


def test_a_slow_pull_keeps_no_other_pull_waiting(
    wire: Wire, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another server follows is read meanwhile."""
    monkeypatch.setattr(sources, "_LOOK", 0.05)
    paper.publish("/regatta", REGATTA)
    paper.stories["/bridge"] = BRIDGE
    held = Held(paper, "/regatta")

    async def story(world: DiscordServer, bot: Bot) -> None:
        here, there = channels(world)
        await moderate(world, here, "follow", url=paper.url("/feed"))
        await asyncio.to_thread(held.begun.wait)
        page = paper.url("/bridge").replace("paper.", "another.")
        await moderate(world, there, "follow", url=page)
        await answered(world, there, COST, "90 million")
        assert titles(bot, world, here) == set()
        held.go_on.set()
        await answered(world, here, WHO, "Swallow")

    wire(story)


def test_a_pull_goes_on_in_its_next_turn(
    wire: Wire, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site that takes ten turns is read to its end; what was read is not asked for again."""
    monkeypatch.setattr(sources, "_LOOK", 0.05)
    monkeypatch.setattr(sources, "_TURN", 0.3)
    slow(paper, 0.15)

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        await moderate(world, here, "follow", url=paper.url("/feed"))
        sizes = set()
        while (size := len(titles(bot, world, here))) < 20:
            sizes.add(size)
            await asyncio.sleep(0.05)
        assert len(sizes) > 3

    wire(story)
    asked = [it for it in paper.server.paths() if it.strip("/").isdecimal()]
    assert len(set(asked)) == 20
    assert len(asked) < 40


def test_a_pull_gives_way_to_who_adds(
    wire: Wire, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moderator of the same server does not wait until all that it follows is read."""
    monkeypatch.setattr(sources, "_LOOK", 0.05)
    slow(paper, 0.2)
    paper.stories["/bridge"] = BRIDGE

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        await moderate(world, here, "follow", url=paper.url("/feed"))
        while not any(it.strip("/").isdecimal() for it in paper.server.paths()):
            await asyncio.sleep(0.01)
        page = paper.url("/bridge").replace("paper.", "another.")
        assert "Added" in (await moderate(world, here, "add url", url=page)).content
        assert len(titles(bot, world, here)) < 10

    wire(story)


def test_an_addition_ends_after_a_while(
    wire: Wire, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read by then is stored and shown with what to do; added again, it goes on."""
    monkeypatch.setattr(adding, "_LONGEST", 0.6)
    monkeypatch.setattr(storing, "BATCH", 1)
    slow(paper, 0.15)

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        added = await moderate(world, here, "add url", url=paper.url("/feed"))
        assert (
            "Stopped: this takes too long at once. What was stored stays; add it again"
            in added.content
        )
        before = titles(bot, world, here)
        assert 0 < len(before) < 10
        await moderate(world, here, "add url", url=paper.url("/feed"))
        assert titles(bot, world, here) > before

    wire(story)
