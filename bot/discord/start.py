"""`clippings discord`: what can be wrong at the start, told in one line; then the bot until it ends."""

import asyncio
import base64
import binascii
import contextlib
import ctypes
import logging
import os
import signal
import sys
import threading
from contextlib import closing

import aiohttp
import discord

from bot import opening, told
from bot.discord.client import Bot
from bot.journal import Journal
from bot.settings import NONE, OWN, BotSettings
from retrieval.chain import Chain
from retrieval.errors import ClippingsError, NoLibrary, SettingsError
from retrieval.library import library_names

log = logging.getLogger("clippings")
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    attach_files=True,
    read_message_history=True,
)
_TURN = 0.0005  # seconds; Python gives a thread ten times that by itself
_ARENA_MAX, _ARENAS = -8, 2  # glibc's name for the number of arenas; without it, 8 a core
SCOPES = ("bot", "applications.commands")
_UNKNOWN = (
    "Discord does not know the token in CLIPPINGS_DISCORD_TOKEN: copy it anew from the Bot page of "
    "the developer portal (Reset Token)"
)


def invite(settings: BotSettings) -> str:
    """The link that adds the bot to a server, with exactly the permissions it uses.

    Raises:
        SettingsError: there is no token, or it is none; the link is made from it.
    """
    head = _token(settings).split(".", 1)[0]
    try:
        number = int(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError) as error:
        raise SettingsError(_UNKNOWN) from error
    return discord.utils.oauth_url(number, permissions=PERMISSIONS, scopes=SCOPES)


def run(shards: int) -> None:
    """Be the bot until a signal ends it.

    Raises:
        ClippingsError: it cannot start; the message says what to do.
    """
    settings = opening.settings()
    token = _token(settings)
    check_libraries(settings)
    few_arenas()
    with (
        closing(opening.chain()) as chain,
        closing(Journal(settings.data / "journal.db")) as journal,
    ):
        chain.warm()  # a model that cannot be loaded is told before anybody asks
        asyncio.run(serve(token, settings, chain, journal, shards=shards))
    _leave()


def few_arenas() -> None:
    """Let all threads share glibc's memory: each arena of their own keeps what was freed in it.

    Where the C library is another one, nothing is to be done. Comes before the threads.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)


def _token(settings: BotSettings) -> str:
    token = settings.discord_token.get_secret_value().strip() if settings.discord_token else ""
    if not token:
        raise SettingsError(
            "no Discord token: set CLIPPINGS_DISCORD_TOKEN to the token of your bot "
            "(docs/discord.md shows where it is)"
        )
    return token


def check_libraries(settings: BotSettings) -> None:
    """Make sure that there is something to ask.

    Raises:
        NoLibrary: a shared library does not exist, or none is shared and no server has its own.
    """
    names = library_names(settings.data)
    for name in settings.shared:
        if name not in names:
            raise NoLibrary(
                f"no library {name!r}, which CLIPPINGS_DISCORD_SHARED lists: make it with: "
                f"clippings ingest PATH --library {name}"
            )
    if not settings.discord_shared and not any(name.startswith(OWN) for name in names):
        raise NoLibrary(
            "no library to ask: make one with: clippings ingest PATH, and set "
            f"CLIPPINGS_DISCORD_SHARED=main (or to {NONE}: each server then fills its own)"
        )


async def serve(
    token: str, settings: BotSettings, chain: Chain, journal: Journal, *, shards: int
) -> None:
    """Connect and work until SIGTERM or SIGINT, or until Discord refuses us.

    Raises:
        ClippingsError: Discord refuses us or cannot be reached.
    """
    sys.setswitchinterval(_TURN)  # the loop waits so long for each busy thread
    bot = Bot(settings, chain, journal, shards=shards)
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    working = loop.create_task(bot.start(token))
    waiting = loop.create_task(stopping.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.is_set():
            told.complain("ending: answers in flight are finished first")
            await bot.stop()
        await working
    except (aiohttp.ClientError, OSError, discord.DiscordException) as error:
        raise _refused(error) from error
    finally:
        waiting.cancel()
        bot.bridge.close()
        if not bot.is_closed():
            await bot.close()


def _refused(error: Exception) -> ClippingsError:
    """What Discord's refusal, or its silence, means for whoever starts the bot."""
    if isinstance(error, discord.LoginFailure):
        return SettingsError(_UNKNOWN)
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return SettingsError(
            "Discord does not grant the Message Content intent: switch it on, or off for good, on "
            "the Bot page of the developer portal, and start again"
        )
    if isinstance(error, discord.ConnectionClosed):
        return ClippingsError(
            f"Discord closed the connection for good (code {error.code}): see the developer portal"
        )
    return ClippingsError(
        f"Discord cannot be reached ({error}): check the network, and start again"
    )


def _leave() -> None:
    """End at once where a thread is still at a question that nobody waits for."""
    if any(it.name.startswith("clippings-") and it.is_alive() for it in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
