"""The bot on the small Discord: real sockets, every request held against the schema, every fault."""

import asyncio
from typing import Any

import discord
import pytest
from fakes import ScriptedChain, article

from bot.bridge import Piece
from bot.discord import shelf
from bot.discord.client import Bot
from ingest.report import Progress
from retrieval.types import Answer, Citation, Question
from tests.bot.discord.conftest import own
from tests.bot.discord.wire import Wire, channels, click
from tests.bot.material import QUESTION
from tests.discord_server.contract import SCHEMA
from tests.discord_server.server import DiscordServer
from tests.discord_server.storm import WORD, figures, settled, storm, word


@pytest.mark.skipif(not SCHEMA.exists(), reason="shared/discord/openapi.json is not beside us")
def test_every_kind_of_request_is_what_discord_takes(wire: Wire) -> None:
    """Commands, answers, buttons, threads, the panel, files: all of it held against the schema."""

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        asked = await world.until(await world.ask(here, 7, QUESTION))
        assert "[1]" in asked.content
        assert asked.acknowledged is not None
        said = await world.until(await world.say(here, 7, QUESTION))
        assert "[1]" in said.content
        private = await world.until(await world.ask(here, 7, QUESTION, private=True))
        assert private.private
        for label in ("c", "h", "n", "f", "d"):
            await click(world, said, label)
        for name in ("list", "status"):
            data = {"id": "2", "name": "library", "type": 1, "options": [{"name": name, "type": 1}]}
            await world.until(await world.interact(here, 7, 2, data, manager=True))
        data = {"id": "3", "name": "setup", "type": 1}
        await world.until(await world.interact(here, 7, 2, data, manager=True))
        typed = [{"name": "source", "type": 3, "value": "", "focused": True}]
        data = {"id": "1", "name": "ask", "type": 1, "options": typed}
        offered = await world.interact(here, 7, 4, data)
        while offered.choices is None:
            await asyncio.sleep(0.01)
        assert len(offered.choices) == 2

    world = wire(story)
    assert world.contract.checked > 15
    assert {it["name"] for it in world.rest.commands} == {
        *("ask", "library", "setup"),
        *("Ask about this", "Check this claim", "Add to the library"),
    }


@pytest.mark.parametrize("kind", ["zstd-stream", "zlib-stream"])
def test_compression(kind: str, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways that Discord compresses events."""
    if kind == "zlib-stream":
        monkeypatch.setattr(discord.utils, "_ActiveDecompressionContext", ZlibContext)

    async def story(world: DiscordServer, bot: Bot) -> None:
        asked = await world.until(await world.ask(channels(world)[0], 7, QUESTION))
        assert "[1]" in asked.content

    assert wire(story).gateway.compression == {kind}


class ZlibContext:
    """What discord.py uses where there is no zstd."""

    COMPRESSION_TYPE = "zlib-stream"

    def __init__(self) -> None:
        import zlib

        self._context = zlib.decompressobj()

    def decompress(self, data: bytes, /) -> str | None:
        """A whole message, once its end has come."""
        return self._context.decompress(data).decode()


def test_shards(wire: Wire) -> None:
    """Each shard hears its own servers."""

    async def story(world: DiscordServer, bot: Bot) -> None:
        assert len({it.shard for it in world.gateway.sessions.values()}) == 2
        asked = [await world.ask(it, 7, QUESTION) for it in channels(world)]
        for it in asked:
            assert "[1]" in (await world.until(it)).content

    wire(story, servers=6, shards=2)


def test_a_draft_streams_and_the_checked_text_replaces_it(wire: Wire, chain: ScriptedChain) -> None:
    """Pieces that a model writes are shown by edits; in the end only what was checked stands."""
    import time

    def writes(question: Question, piece: Piece) -> Answer:
        for part in ("A draft ", "that nobody ", "has checked"):
            piece(part)
            time.sleep(0.1)
        return chain.ask(question)

    async def story(world: DiscordServer, bot: Bot) -> None:
        drafts: set[str] = set()
        asked = await world.ask(channels(world)[0], 7, QUESTION)
        while "[1]" not in asked.content:
            drafts.add(asked.content)
            await asyncio.sleep(0.005)
        assert any(it.startswith("A draft") and it.endswith("…") for it in drafts)
        assert "draft" not in asked.content
        edits = sum(path.endswith("@original") for _, path in world.requests)
        assert edits == 2  # the first piece at once, the others fell within 1.2 s of it

    wire(story, ask=writes)


def test_nothing_is_kept_of_what_was_answered(wire: Wire) -> None:
    """Neither by the bot nor by discord.py, however many buttons there are."""

    async def story(world: DiscordServer, bot: Bot) -> None:
        here = channels(world)[0]
        for number in range(40):
            act = world.say if number % 2 else world.ask
            await world.until(await act(here, number, f"{QUESTION} {number}"))
        while bot._at_work:
            await asyncio.sleep(0.01)
        store = bot._connection._view_store
        kept = (store._views, store._synced_message_views, store._modals, bot.bridge._jobs)
        assert [len(it) for it in kept] == [0, 0, 0, 0]
        assert len(store._dynamic_items) == 4  # the kinds of buttons
        assert len(asyncio.all_tasks()) < 20

    wire(story)


def test_a_small_storm(wire: Wire) -> None:
    """Everybody is acknowledged, and answered or told; nobody gets another server's words."""

    def knows(question: Question, _: Piece) -> Answer:
        number = int(question.libraries[0].removeprefix("guild-"))
        it = article(number, WORD.format(number, word(number)))
        cited = Citation(1, it, 0, it.text.find(".") + 1)
        text = f"{cited.quote} [1]"
        return Answer(question, "answered", text, "", "script", (cited,))

    async def story(world: DiscordServer, bot: Bot) -> None:
        for server in world.servers:
            own(bot.settings, server).close()
        asked = await storm(world, 100, 40, pause=0.2)
        await settled(asked, 20)
        found = figures(world, asked)
        assert (found["questions"], found["answered"]) == (100, 100), found
        assert (found["neither"], found["wrong"], found["violations"]) == (0, 0, 0), found

    wire(story, servers=5, ask=knows)


def test_an_addition_is_cancelled(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is shown by edits; the button stops it, for moderators of this server alone."""
    import time

    def endless(*arguments: Any) -> None:
        for step in range(1_000):
            arguments[-1](Progress(step, 1_000, "file:///secret/place/report.md"))
            time.sleep(0.01)

    monkeypatch.setattr(shelf, "add_file", endless)

    async def story(world: DiscordServer, bot: Bot) -> None:
        here, there = channels(world)
        url = f"http://127.0.0.1:{world.port}/files/report.md"
        world.rest.files["report.md"] = b"x"
        file = {"id": "5", "filename": "report.md", "size": 1, "url": url, "proxy_url": url}
        options: Any = [{"name": "file", "type": 11, "value": "5"}]
        options = [{"name": "file", "type": 1, "options": options}]
        command: Any = {"id": "2", "name": "library", "type": 1, "resolved": {}}
        command["options"] = [{"name": "add", "type": 2, "options": options}]
        command["resolved"]["attachments"] = {"5": file}
        asked = await world.interact(here, 5, 2, command, manager=True)
        while "of 1000" not in asked.content:
            await asyncio.sleep(0.01)
        assert "report.md" in asked.content
        assert "secret" not in asked.content
        message = asked.messages[0]
        data = {"custom_id": message["components"][0]["components"][0]["custom_id"]}
        data |= {"component_type": 2}
        for channel, manager in ((there, True), (here, False), (here, True)):
            assert "Cancelled" not in asked.content
            done = await world.interact(channel, 6, 3, data, manager=manager, message=message)
            while done.acknowledged is None:
                await asyncio.sleep(0.01)
        while "Cancelled. What was stored before stays." not in asked.content:
            await asyncio.sleep(0.01)
        assert asked.messages[0]["components"] == []

    wire(story)
