"""A data folder with a shared library and two servers' own, and the bot on a simulated Discord."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import simcord
from fakes import HashEmbedder, ScriptedChain, article, put

from bot.discord.client import Ask, Bot
from bot.journal import Journal
from bot.settings import BotSettings
from retrieval.chain import Chain, build
from retrieval.library import Library
from retrieval.types import Article
from tests.bot.discord.wire import Story as WireStory
from tests.bot.discord.wire import Wire, connected
from tests.bot.discord.world import World
from tests.bot.material import ARTICLES, QUESTION, RUSSIA, SYRIA
from tests.discord_server.server import DiscordServer
from tests.ingest.paper import Paper
from tests.ingest.wire import Server, fetcher

Story = Callable[[World], Awaitable[None]]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BotSettings:
    """Settings of their own; the library `main` is shared."""
    monkeypatch.chdir(tmp_path)
    return BotSettings(
        data=tmp_path / "data",
        discord_shared=("main",),
        discord_user_limit=100,
        discord_server_limit=1000,
    )


@pytest.fixture
def shared(settings: BotSettings) -> Iterator[Library]:
    """The shared library with three articles."""
    made = Library(settings.data / "libraries" / "main", create=True)
    put(made, ARTICLES, HashEmbedder())
    yield made
    made.close()


@pytest.fixture
def chain(settings: BotSettings, shared: Library) -> ScriptedChain:
    """A chain that answers one question."""
    answers: dict[str, list[Article] | Exception] = {QUESTION: [SYRIA, RUSSIA]}
    return ScriptedChain(settings, answers)


@pytest.fixture
def real_chain(settings: BotSettings, shared: Library) -> Iterator[Chain]:
    """The real chain; only its embedder has no model."""
    with closing(build(settings, HashEmbedder())) as made:
        yield made


@pytest.fixture
def paper() -> Iterator[Paper]:
    """A newspaper on loopback."""
    server = Server()
    yield Paper(server)
    server.close()


@pytest.fixture
def reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within this test, the fetcher may reach loopback, and finds every host there."""
    monkeypatch.setattr("ingest.fetching.Fetcher", fetcher)


@pytest.fixture
def journal(settings: BotSettings) -> Iterator[Journal]:
    """A journal of its own."""
    made = Journal(settings.data / "journal.db")
    yield made
    made.close()


@pytest.fixture
def make_bot(settings: BotSettings, chain: ScriptedChain, journal: Journal) -> Callable[..., Bot]:
    """Makes the bot, within an event loop."""

    def make(**fields: object) -> Bot:
        changed = settings.model_copy(update=fields)
        return Bot(changed, chain, journal)  # type: ignore[arg-type]  # a scripted chain

    return make


@pytest.fixture
def play(make_bot: Callable[..., Bot]) -> Callable[..., None]:
    """Plays a story on a simulated Discord with two servers; whatever the bot swallows fails it."""

    def run(story: Story, *, granted: bool = False, **fields: object) -> None:
        async def whole() -> None:
            bot = make_bot(**fields)
            bot._asked_for.message_content = granted
            try:
                async with simcord.run(bot, settle_timeout=20) as env:
                    await story(World(env, bot))
            finally:
                bot.bridge.close()

        asyncio.run(whole())

    return run


@pytest.fixture
def wire(settings: BotSettings, chain: ScriptedChain, journal: Journal) -> Wire:
    """Plays a story on the small Discord; afterwards, no request may have been wrong."""

    def run(
        story: WireStory,
        *,
        servers: int = 2,
        shards: int = 1,
        heartbeat: int = 41_250,
        ask: Ask | None = None,
    ) -> DiscordServer:
        world = DiscordServer(heartbeat=heartbeat)
        for _ in range(servers):
            world.add_server(channels=2)

        def make() -> Bot:
            return Bot(settings, chain, journal, shards=shards, ask=ask)  # type: ignore[arg-type]

        asyncio.run(connected(world, make, story))
        assert world.violations == []
        return world

    return run


def own(settings: BotSettings, server: int, *articles: Article) -> Library:
    """A server's own library with those articles."""
    made = Library(settings.data / "libraries" / f"guild-{server}", create=True)
    put(made, articles or [article(server, f"Secret{server} of this server.")], HashEmbedder())
    return made
