"""Pages and feeds from a real server on loopback, by way of the small Discord, into answers."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.discord import shelf, sources
from bot.discord.client import Bot
from bot.discord.escape import escape
from ingest.following import following
from retrieval.chain import Chain
from tests.bot.discord.web import BRIDGE, COST, DEARER, REGATTA, WHO, answered, ask, two_days_later
from tests.bot.discord.wire import Wire, channels, click, moderate
from tests.discord_server.records import Asked
from tests.discord_server.server import DiscordServer
from tests.ingest.paper import Paper, Story


@pytest.fixture
def chain(real_chain: Chain) -> Chain:
    """The real chain is asked."""
    return real_chain


@pytest.mark.usefixtures("reachable")
def test_a_page_is_added_asked_changed_and_undone(wire: Wire, paper: Paper) -> None:
    """What was understood is shown; the clipping is the page's; an old text is answered no more."""
    paper.stories["/bridge"] = BRIDGE
    url = paper.url("/bridge")

    async def story(world: DiscordServer, bot: Bot) -> None:
        here, there = channels(world)
        for words in ("add url", "follow", "unfollow"):
            refused = await moderate(world, here, words, url=url, manager=False)
            assert refused.content.startswith("This is for moderators")
        added = await moderate(world, here, "add url", url=url)
        assert added.private
        assert added.content == (
            f"Added to this server's library:\n- [The harbour bridge opens](<{url}>) · The Paper · "
            f"2 November 2026 · {len(BRIDGE.text.split())} words"
        )
        said = await ask(world, here, COST)
        assert "> The harbour bridge at Oldport cost 90 million euros" in said
        assert url in said
        again = await moderate(world, here, "add url", url=url)
        assert again.content.startswith("Nothing new")
        await nothing_of_it(world, there, added)
        paper.edit("/bridge", DEARER)
        again = await moderate(world, here, "add url", url=url)
        assert again.content.startswith("Brought up to date")
        said = await ask(world, here, COST)
        assert "120 million" in said
        assert "90 million" not in said
        undone = await click(world, added, "u", manager=True)
        assert undone.content == "Undone: 1 taken out of the library."
        assert "million" not in await ask(world, here, COST)

    wire(story)


async def nothing_of_it(world: DiscordServer, channel: int, added: Asked) -> None:
    """Another server neither is answered from it, nor sees it, nor can undo or forget it."""
    assert "Oldport" not in await ask(world, channel, COST)
    listed = await moderate(world, channel, "list")
    assert listed.content.startswith("This server's library is empty.")
    gone = await moderate(world, channel, "forget", article=BRIDGE.title)
    assert gone.content == "There is no such article in this server's library."
    for name, data in (("ask", focused("source")), ("library", focused("article", "forget"))):
        command = {"id": "1", "name": name, "type": 1, "options": data}
        assert not await offered(world, channel, command) & {"The Paper", BRIDGE.title}
    undone = await click(world, replace(added, channel=channel), "u", manager=True)
    assert undone.content == "This was undone before, or is not this server's."


async def offered(world: DiscordServer, channel: int, command: Any) -> set[str]:
    """What Discord completes an option with."""
    asked = await world.interact(channel, 5, 4, command, manager=True)
    while asked.choices is None:
        await asyncio.sleep(0.01)
    return {it["name"] for it in asked.choices}


def focused(option: str, command: str = "") -> list[dict[str, Any]]:
    """Somebody begins to type that option."""
    typed: list[dict[str, Any]] = [{"name": option, "type": 3, "value": "", "focused": True}]
    return [{"name": command, "type": 1, "options": typed}] if command else typed


@pytest.mark.usefixtures("reachable")
def test_a_feed_is_followed_and_what_it_brings_is_asked(
    wire: Wire, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each minute (here: at once) brings what is new and changed; a source that fails is told."""
    monkeypatch.setattr(sources, "_LOOK", 0.05)
    paper.publish("/bridge", BRIDGE)
    feed = paper.url("/feed")

    async def story(world: DiscordServer, bot: Bot) -> None:
        here, there = channels(world)
        followed = await moderate(world, here, "follow", url=feed)
        assert followed.content == f"Following {escape(feed)}: it is read in the next minutes."
        assert "90 million" in await answered(world, here, COST, "90 million")
        paper.publish("/regatta", REGATTA)
        two_days_later(bot, here, world)
        said = await answered(world, here, WHO, "Swallow")
        assert "> The regatta of Oldport was won on Sunday by the Swallow" in said
        paper.edit("/bridge", DEARER)
        two_days_later(bot, here, world)
        assert "90 million" not in await answered(world, here, COST, "120 million")
        for question in (COST, WHO):
            assert "Oldport" not in await ask(world, there, question)
        paper.outage = 503
        two_days_later(bot, here, world)
        status = await moderate(world, here, "status")
        while "503" not in status.content:
            status = await moderate(world, here, "status")
        assert f"Following: 1\n- {escape(feed)}: the server answers 503" in status.content
        assert "Following" not in (await moderate(world, there, "status")).content
        command = {"id": "2", "name": "library", "type": 1, "options": focused("url", "unfollow")}
        assert await offered(world, here, command) == {feed}
        assert await offered(world, there, command) == set()
        ended = await moderate(world, here, "unfollow", url=feed)
        assert ended.content == f"No longer following {escape(feed)}; its articles stay."
        assert following(bot.chain.library(f"guild-{world.server_of(here)}")) == []

    wire(story)


def test_a_private_address_is_refused(wire: Wire, paper: Paper) -> None:
    """In one plain line, whether it is added or followed; nothing is asked of it, nothing is made."""
    paper.publish("/bridge", BRIDGE)
    url = f"http://127.0.0.1:{paper.server.port}/bridge"
    why = "leads to a private address: only the public internet is read"

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        added = await moderate(world, here, "add url", url=url)
        assert added.content == f"Nothing was added.\n- {escape(url)}: {why}"
        followed = await moderate(world, here, "follow", url=url)
        assert followed.content == f"{escape(url)}: {why}"
        assert "Following" not in (await moderate(world, here, "status")).content

    wire(story)
    assert paper.server.asked == []


@pytest.mark.usefixtures("reachable")
def test_a_page_too_large(wire: Wire, paper: Paper) -> None:
    """It would hold up everybody while it is extracted; the setting is named where that decides."""
    paper.stories["/large"] = Story("Large", "word " * 2_200_000)

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        for words in ("add url", "follow"):
            refused = await moderate(world, here, words, url=paper.url("/large"))
            assert (
                "is larger than 10 MB (the most that a page in Discord may have)" in refused.content
            )
        bot.chain.settings = bot.chain.settings.model_copy(update={"max_file_mb": 2})
        for words in ("add url", "follow"):
            refused = await moderate(world, here, words, url=paper.url("/large"))
            assert escape("is larger than 2 MB (CLIPPINGS_MAX_FILE_MB)") in refused.content

    wire(story)


@pytest.mark.usefixtures("reachable")
def test_what_is_not_there_is_not_followed(wire: Wire, paper: Paper) -> None:
    """A mistyped address is told at once, and leaves no library behind."""

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        url = paper.url("/fed")
        followed = await moderate(world, here, "follow", url=url)
        assert followed.content == f"{escape(url)}: the server answers 404"
        ended = await moderate(world, here, "unfollow", url=url)
        assert ended.content == f"{escape(url)}: is not followed here"
        assert shelf.opened(bot.chain, world.server_of(here) or 0) is None

    wire(story)
