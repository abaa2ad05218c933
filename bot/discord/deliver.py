"""Sending until it is sent: what Discord or the connection fails is tried again when it is back."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord

T = TypeVar("T")
PATIENCE = 840.0  # seconds: an interaction's token lives for 15 minutes
_LONGEST = 30.0  # seconds between two tries
_SERVER_FAULT = 500
_TOO_MANY = 429


class Undelivered(Exception):  # noqa: N818 - reads as what it says
    """It could not be sent for as long as it was worth trying."""


async def insist(
    send: Callable[[], Awaitable[T]], back: asyncio.Event, patience: float = PATIENCE
) -> T:
    """What `send` returns, tried again while the connection or Discord fails.

    `back` is set when the connection comes back; `patience` is in seconds.

    Raises:
        Undelivered: it failed for too long.
        discord.HTTPException: Discord refuses it; trying again would not help.
    """
    until, pause = time.monotonic() + patience, 1.0
    while True:
        back.clear()
        try:
            return await send()
        except Exception as error:
            if not passing(error):
                raise
            if time.monotonic() + pause > until:
                raise Undelivered from error
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(back.wait(), pause)
        pause = min(2 * pause, _LONGEST)


def passing(error: Exception) -> bool:
    """Whether what failed may work later: the network, a fault of Discord's, too many requests."""
    if isinstance(error, discord.HTTPException):
        return error.status >= _SERVER_FAULT or error.status == _TOO_MANY
    return isinstance(error, (OSError, aiohttp.ClientError, TimeoutError, discord.RateLimited))
