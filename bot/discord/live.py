"""Text that grows in a message: edits at most once in 1.2 s, the newest text wins."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from bot.discord import render

INTERVAL = 1.2  # seconds between two edits of one message


class Live:
    """Shows what is put into it by `show`; what comes too fast is left out, the newest is not.

    An edit that fails is let go of: the next, or the end, makes up for it.
    """

    def __init__(self, show: Callable[[str], Awaitable[None]], interval: float = INTERVAL) -> None:
        self._show, self._interval = show, interval
        self._next: str | None = None
        self._written = ""
        self._task: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()

    def put(self, content: str) -> None:
        """Show this content as soon as it may be shown."""
        if self._ended.is_set():
            return
        self._next = content
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())

    def write(self, piece: str) -> None:
        """Show a draft that is longer by this piece."""
        self._written += piece
        if self._written.strip():
            self.put(render.draft(self._written))

    async def end(self) -> None:
        """Show no more: when this returns, no edit is on its way."""
        self._ended.set()
        if self._task is not None:
            await self._task

    async def _work(self) -> None:
        while self._next is not None and not self._ended.is_set():
            content, self._next = self._next, None
            with contextlib.suppress(Exception):  # a draft is worth no error
                await self._show(content)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), self._interval)
