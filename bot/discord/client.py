"""The client: what all rooms of the bot share, and what Discord tells it."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import discord
from discord import app_commands

from bot import told
from bot.bridge import Bridge, Piece
from bot.discord import admin, library, menus, slash, sources, talk
from bot.discord.adding import Cancel, Undo
from bot.discord.admin import Setting
from bot.discord.feedback import Feedback
from bot.discord.guard import Guard
from bot.discord.language import say
from bot.discord.outlet import NOBODY, whisper
from bot.journal import Choices, Entry, Journal
from bot.settings import BotSettings
from retrieval.chain import Chain
from retrieval.types import Answer, Question

log = logging.getLogger("clippings")
GRACE = 20.0  # seconds that answers in flight may take when the program ends
Ask = Callable[[Question, Piece], Answer]  # passes on pieces of text, where a model writes them


class Bot(discord.AutoShardedClient):
    """The bot. `chain` is asked by `ask`, which may stream; everything blocking goes by `bridge`."""

    def __init__(
        self,
        settings: BotSettings,
        chain: Chain,
        journal: Journal,
        *,
        shards: int = 1,
        ask: Ask | None = None,
    ) -> None:
        # Commands, mentions and direct messages need no message content; where the developer portal
        # grants it all the same, threads of ours are read without a mention (see `setup_hook`).
        self._asked_for = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        super().__init__(
            intents=self._asked_for,
            shard_count=shards,
            max_messages=None,
            allowed_mentions=NOBODY,
            chunk_guilds_at_startup=False,
        )
        self.settings, self.chain, self.journal = settings, chain, journal
        self.ask: Ask = ask or (
            lambda question, piece: chain.ask(question, lambda it: piece(f"{it} "))
        )
        self.bridge = Bridge(
            settings.discord_workers, settings.discord_queue, settings.discord_deadline
        )
        self.guard = Guard(settings.discord_user_limit, settings.discord_server_limit)
        self.back = asyncio.Event()  # set when the connection is back
        self.threads: set[int] = set()  # that were opened for a question
        # Additions that are under way, by the interaction that began them: server, sign to stop.
        self.running: dict[int, tuple[int, threading.Event]] = {}
        self._choices: dict[int, Choices] = {}
        self._left: list[Entry] = []  # questions of an earlier run
        self.undelivered: list[Entry] = []  # questions whose answers Discord was out of reach for
        self._at_work: set[asyncio.Task[Any]] = set()
        self._freshness: asyncio.Task[None] | None = None
        self.tree = Tree(self)
        for room in (slash, menus, library, admin):
            room.register(self)
        self.add_dynamic_items(Feedback, Cancel, Undo, Setting)

    @property
    def reads_everything(self) -> bool:
        """Whether messages that do not mention the bot come with their text."""
        return self._asked_for.message_content

    def choices(self, server: int | None) -> Choices:
        """What a server chose; in direct messages, what is so by itself."""
        return self._choices.get(server or 0, Choices())

    async def choose(self, server: int, choices: Choices) -> None:
        """Note what a server chose."""
        self._choices[server] = choices
        await self.bridge.quick(lambda: self.journal.choose(server, choices))

    @contextmanager
    def working(self) -> Iterator[None]:
        """Within this, the task is at work on an answer: the end of the program waits for it."""
        task = asyncio.current_task()
        if task is not None:
            self._at_work.add(task)
        try:
            yield
        finally:
            if task is not None:
                self._at_work.discard(task)

    async def setup_hook(self) -> None:
        """Logged in, not connected yet: see what is granted, make the commands known."""
        flags = self.application.flags if self.application else None
        if flags and (flags.gateway_message_content or flags.gateway_message_content_limited):
            self._asked_for.message_content = True
        self._choices = await self.bridge.quick(self.journal.choices)
        self.threads = await self.bridge.quick(self.journal.threads)
        self._left = await self.bridge.quick(self.journal.left_open)
        await self.tree.sync()
        self._freshness = asyncio.create_task(sources.keep_fresh(self))

    async def on_ready(self) -> None:
        """Connected anew; questions that an earlier run left without an answer are told so."""
        self.back.set()
        log.info("connected as %s, on %d servers", self.user, len(self.guilds))
        left, self._left = self._left, []
        await self._tell(left, "interrupted")
        await self._tell_undelivered()

    async def on_resumed(self) -> None:
        """The connection is back."""
        self.back.set()
        await self._tell_undelivered()

    async def _tell_undelivered(self) -> None:
        lost, self.undelivered = self.undelivered, []
        await self._tell(lost, "undelivered")

    async def _tell(self, entries: list[Entry], key: str) -> None:
        """Say in their channels that these have no answer; what was private is nobody else's."""
        for entry in entries:
            if not entry.private:
                language = self.choices(entry.server).language
                await talk.tell(self, entry, say(language, key, question="{}"))

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something."""
        await talk.heard(self, message)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """What failed in an event: one plain line, and where with --debug."""
        _complain(event_method)

    async def stop(self, grace: float = GRACE) -> None:
        """Finish the answers in flight, tell those that wait, and close."""
        self.bridge.refuse()
        if self._freshness:
            self._freshness.cancel()
        at_work = set(self._at_work)
        if at_work:
            _, late = await asyncio.wait(at_work, timeout=grace)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=5)
        await self.close()
        self.bridge.close()


class Tree(app_commands.CommandTree[Bot]):
    """The commands; an error in one is told to the person and to the log."""

    async def on_error(
        self, interaction: discord.Interaction[Bot], error: app_commands.AppCommandError, /
    ) -> None:
        """One word for the person, one line for the log."""
        log.error("a command failed: %s", told.reason(error.__cause__ or error))
        log.debug("%s", told.trace(error))
        text = say(self.client.choices(interaction.guild_id).language, "bug")
        await whisper(interaction, text)


def _complain(where: str) -> None:
    error = sys.exc_info()[1]
    if error is not None:
        log.error("%s failed: %s", where, told.reason(error))
        log.debug("%s", told.trace(error))
