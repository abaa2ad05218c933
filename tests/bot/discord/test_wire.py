"""The bot on the small Discord: real sockets, every request held against the schema, every fault."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
from fakes import ScriptedChain, article

from bot.bridge import Piece
from bot.discord import shelf
from bot.discord.client import Bot
from bot.journal import Journal
from bot.settings import BotSettings
from ingest.report import Progress
from retrieval.types import Answer, Citation, Question
from tests.bot.discord.conftest import own
from tests.bot.material import QUESTION
from tests.discord_server.contract import SCHEMA
from tests.discord_server.server import TOKEN, DiscordServer, Fault
from tests.discord_server.storm import WORD, figures, settled, storm, word

Story = Callable[[DiscordServer, Bot], Awaitable[None]]
Wire = Callable[..., DiscordServer]
PATIENCE = 25  # seconds until a story is given up


@pytest.fixture
def wire(settings: BotSettings, chain: ScriptedChain, journal: Journal) -> Wire:
    """Plays a story with the bot connected; afterwards, no request may have been wrong."""

    def run(
        story: Story, *, servers: int = 2, shards: int = 1, flags: int = 0, **fields: Any
    ) -> DiscordServer:
        async def whole() -> DiscordServer:
            world = DiscordServer(heartbeat=fields.pop("heartbeat", 41_250))
            world.flags = flags
            await world.start()
            for _ in range(servers):
                world.add_server(channels=2)
            with world.pointed():
                bot = Bot(settings, chain, journal, shards=shards, **fields)  # type: ignore[arg-type]
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
            return world

        world = asyncio.run(whole())
        assert world.violations == []
        return world

    return run


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    """Discord wants five seconds between two shards; the small one does not."""


def channels(world: DiscordServer) -> list[int]:
    """The first channel of each server."""
    return [int(it["channels"][0]["id"]) for it in world.servers.values()]


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


async def click(world: DiscordServer, asked: Any, kind: str) -> None:
    """Press a button of an answer, and wait until something came of it."""
    message = asked.messages[-1]
    button = next(
        it
        for row in message["components"]
        for it in row["components"]
        if it["custom_id"].startswith(f"clip:{kind}:")
    )
    data = {"custom_id": button["custom_id"], "component_type": 2}
    done = await world.interact(asked.channel, asked.user, 3, data, message=message)
    while done.acknowledged is None or (kind in "cf" and done.answered is None):
        await asyncio.sleep(0.01)


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


def test_the_end_finishes_what_is_in_flight_and_tells_the_others(
    wire: Wire, chain: ScriptedChain
) -> None:
    """One answer is being computed, one waits, one was asked too late to be begun."""
    import threading

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
