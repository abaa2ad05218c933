"""Where an answer goes: the reply to a command, a button or a menu, or the reply to a message."""

import asyncio
import contextlib
import io
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import aiohttp
import discord

from bot.discord.deliver import Undelivered, insist
from bot.discord.render import Rendered

log = logging.getLogger("clippings")
NOBODY = discord.AllowedMentions.none()
NO_LUCK = (discord.HTTPException, aiohttp.ClientError, OSError)  # sending did not work
# Seconds that a modal which was opened is remembered. discord.py remembers it by its custom_id, until
# it is sent: without a limit, one that was closed for ever; with an id of two people, only the last.
KEPT = 3_600.0
_TYPING = 8.0  # seconds that Discord shows it, less a margin
_SOON = 0.3  # seconds in which a refusal is mostly there; if not, typing is shown until it is


class Outlet(Protocol):
    """Takes what is to be shown to the person who asked."""

    async def acknowledge(self) -> None:
        """Let the person see at once that the question has come."""

    async def refuse(self, text: str) -> None:
        """Say in one message that nothing comes; only the person sees it where that can be."""

    async def draft(self, content: str) -> None:
        """Show what is not finished; may fail."""

    async def finish(self, it: Rendered, view: discord.ui.View | None) -> list[int]:
        """Show the answer in the draft's place, until it is shown; returns the messages' ids.

        Raises:
            Undelivered: it could not be shown in any way.
        """


class InteractionOutlet:
    """The reply to an interaction; `back` is set when the connection is back."""

    def __init__(
        self, interaction: discord.Interaction[Any], back: asyncio.Event, *, private: bool
    ) -> None:
        self._it, self._back, self._private = interaction, back, private

    async def acknowledge(self) -> None:
        """See `Outlet`; where it fails, the answer comes as a message of its own."""
        if not self._it.response.is_done():
            try:
                await self._it.response.defer(ephemeral=self._private, thinking=True)
            except NO_LUCK as error:
                log.debug("an interaction was not acknowledged: %s", error)

    async def refuse(self, text: str) -> None:
        """See `Outlet`."""
        with contextlib.suppress(*NO_LUCK, discord.InteractionResponded):
            await self._it.response.send_message(text, ephemeral=True, allowed_mentions=NOBODY)

    async def draft(self, content: str) -> None:
        """See `Outlet`."""
        await self._it.edit_original_response(content=content, allowed_mentions=NOBODY)

    async def finish(self, it: Rendered, view: discord.ui.View | None) -> list[int]:
        """See `Outlet`; where the reply is gone, into the channel, or to the person alone."""
        sent: list[int] = []
        try:
            return await _all(it, view, self._send, self._back, sent)
        except discord.HTTPException as error:  # the token has run out, or the reply was deleted
            log.debug("an interaction's reply is gone: %s", error)
        target = self._it.user if self._private else self._it.channel
        if not isinstance(target, discord.abc.Messageable):
            raise Undelivered
        return await _anew(it, view, target, self._back, sent, f"{self._it.id}")

    async def _send(self, number: int, fields: dict[str, Any]) -> int:
        if number == 0:
            files = fields.pop("files")
            edited = await self._it.edit_original_response(
                **fields, **({"attachments": files} if files else {})
            )
            return edited.id
        sent = await self._it.followup.send(**fields, ephemeral=self._private, wait=True)
        return sent.id


class MessageOutlet:
    """The reply to a message."""

    def __init__(self, message: discord.Message, back: asyncio.Event) -> None:
        self._message, self._back = message, back
        self._reply: discord.Message | None = None
        self._typing: asyncio.Task[None] | None = None

    async def acknowledge(self) -> None:
        """See `Outlet`: typing is shown until the answer comes."""
        self._type_after(0)

    def _type_after(self, seconds: float) -> None:
        self._still()
        self._typing = asyncio.get_running_loop().create_task(self._type(seconds))

    async def _type(self, after: float) -> None:
        await asyncio.sleep(after)
        while True:
            with contextlib.suppress(*NO_LUCK):
                await asyncio.shield(self._show())
            await asyncio.sleep(_TYPING)

    async def _show(self) -> None:
        """One request, never cancelled: after one that was, discord.py 2.7 holds up the channel's next ones.

        `Ratelimit.__aexit__` awaits before it lets the next request go, up to half a minute otherwise.
        """
        await self._message.channel.typing()

    def _still(self) -> None:
        if self._typing is not None:
            self._typing.cancel()

    async def refuse(self, text: str) -> None:
        """See `Outlet`; everybody sees it, for a message has no private reply."""
        self._type_after(_SOON)
        try:
            await insist(lambda: self._answer(0, {"content": text}), self._back)
        finally:
            self._still()

    async def draft(self, content: str) -> None:
        """See `Outlet`."""
        if self._reply is None:
            self._reply = await self._answer(0, {"content": content})
        else:
            await self._reply.edit(content=content, allowed_mentions=NOBODY)

    async def finish(self, it: Rendered, view: discord.ui.View | None) -> list[int]:
        """See `Outlet`; where the reply was deleted meanwhile, a new one."""
        sent: list[int] = []
        try:
            return await _all(it, view, self._send, self._back, sent)
        except discord.NotFound:
            return await _anew(
                it, view, self._message.channel, self._back, sent, f"{self._message.id}"
            )
        finally:
            self._still()

    async def _send(self, number: int, fields: dict[str, Any]) -> int:
        if number == 0 and self._reply is not None:
            files = fields.pop("files")
            edited = await self._reply.edit(**fields, **({"attachments": files} if files else {}))
            return edited.id
        made = await self._answer(number, fields)
        if made.content.strip() != fields["content"].strip():  # a draft that we thought unsent
            fields.pop("files")
            await made.edit(**fields)
        return made.id

    async def _answer(self, number: int, fields: dict[str, Any]) -> discord.Message:
        """A reply; with its nonce, Discord takes one that was sent twice for the same."""
        reference = self._message.to_reference(fail_if_not_exists=False) if number == 0 else None
        return await self._message.channel.send(
            **{"allowed_mentions": NOBODY} | fields,
            reference=reference,  # type: ignore[arg-type]  # None is what send takes for none
            nonce=f"{self._message.id}-{number}",
        )


async def whisper(interaction: discord.Interaction[Any], text: str) -> None:
    """Say something to the person who clicked alone, whether the click was answered or not."""
    with contextlib.suppress(*NO_LUCK):
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True, allowed_mentions=NOBODY)
        else:
            await interaction.response.send_message(text, ephemeral=True, allowed_mentions=NOBODY)


async def _all(
    it: Rendered,
    view: discord.ui.View | None,
    send: Callable[[int, dict[str, Any]], Awaitable[int]],
    back: asyncio.Event,
    sent: list[int],
) -> list[int]:
    """Send every part after those that are sent, each until it is; the last has buttons and file."""
    for number in range(len(sent), len(it.parts)):
        part = await insist(lambda n=number: send(n, _fields(it, view, n)), back)  # type: ignore[misc]
        sent.append(part)
    return sent


async def _anew(
    it: Rendered,
    view: discord.ui.View | None,
    target: discord.abc.Messageable,
    back: asyncio.Event,
    sent: list[int],
    nonce: str,
) -> list[int]:
    """Send what is not sent yet as messages of their own."""

    async def send(number: int, fields: dict[str, Any]) -> int:
        return (await target.send(**fields, nonce=f"{nonce}-{number}")).id

    try:
        return await _all(it, view, send, back, sent)
    except discord.HTTPException as error:
        raise Undelivered from error


def _fields(it: Rendered, view: discord.ui.View | None, number: int) -> dict[str, Any]:
    """What a part is sent with; files are made new, for one that was sent is read to its end."""
    last = number == len(it.parts) - 1
    files = [discord.File(io.BytesIO(it.file.encode()), it.name)] if it.file and last else []
    fields: dict[str, Any] = {"content": it.parts[number], "allowed_mentions": NOBODY}
    if view is not None and last:
        fields["view"] = view
    return fields | {"files": files}
