"""The buttons under an answer. They live across restarts: all they know is a question's number.

A number in a button may be forged, so it opens nothing by itself: the question must be of the
server (or the direct message) and of the message that was clicked.
"""

import re
from typing import TYPE_CHECKING, Any, Self, cast
from zlib import crc32

import discord

from bot.clean import clean
from bot.discord import render
from bot.discord.access import libraries, who
from bot.discord.language import say
from bot.discord.outlet import KEPT, NOBODY, InteractionOutlet, whisper
from bot.discord.words import word_for
from bot.journal import Entry
from retrieval.errors import ClippingsError
from retrieval.types import Article

if TYPE_CHECKING:
    from bot.discord.client import Bot

Click = discord.Interaction[discord.Client]
_NAME = 90  # characters of a thread's name
_HAS_THREAD = 160_004  # Discord's code for a message that has one already
_KINDS = {
    "c": ("clippings", discord.ButtonStyle.primary),
    "f": ("further", discord.ButtonStyle.secondary),
    "h": ("helpful", discord.ButtonStyle.secondary),
    "n": ("unhelpful", discord.ButtonStyle.secondary),
    "d": ("delete", discord.ButtonStyle.danger),
}


class Feedback(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"clip:(?P<kind>[cfhnd]):(?P<number>\d{1,15})",
):
    """One of the buttons under the answer to a question."""

    def __init__(self, kind: str, number: int, language: str = "en") -> None:
        self.kind, self.number = kind, number
        label, style = _KINDS[kind]
        super().__init__(
            discord.ui.Button(
                label=say(language, label), style=style, custom_id=f"clip:{kind}:{number}"
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: Click, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """See `discord.ui.DynamicItem`."""
        return cls(match["kind"], int(match["number"]))

    async def callback(self, interaction: Click) -> None:
        """Do what the button says, where it belongs to this message."""
        bot = cast("Bot", interaction.client)
        language = bot.choices(interaction.guild_id).language
        entry = await bot.bridge.quick(lambda: _owned(bot, interaction, self.number))
        if entry is None:
            await whisper(interaction, say(language, "not_here"))
            return
        act = {"c": _clippings, "f": _further, "h": _helpful, "n": _unhelpful, "d": _delete}
        try:
            await act[self.kind](bot, interaction, entry, language)
        except Exception as error:  # noqa: BLE001 - a click is answered in every case
            await whisper(interaction, word_for(error, language, bot.bridge.deadline))


def buttons(number: int, language: str, *, private: bool, dm: bool) -> discord.ui.View:
    """The buttons for that question; a private answer and a direct message lack some."""
    kinds = "chn" if private else "chnd" if dm else "cfhnd"
    view = discord.ui.View(timeout=None)
    for kind in kinds:
        view.add_item(Feedback(kind, number, language))
    return view


def _owned(bot: "Bot", interaction: Click, number: int) -> Entry | None:
    """The question, where it is the one that the clicked message answers, in this server."""
    entry = bot.journal.entry(number)
    if entry is None or entry.status == "deleted" or interaction.message is None:
        return None
    if entry.server != interaction.guild_id or entry.channel != interaction.channel_id:
        return None
    if entry.private and entry.user != interaction.user.id:
        return None
    return entry if interaction.message.id in bot.journal.messages(number) else None


async def _clippings(bot: "Bot", interaction: Click, entry: Entry, language: str) -> None:
    """The passages in full, for who clicked alone."""
    outlet = InteractionOutlet(interaction, bot.back, private=True)
    await outlet.acknowledge()
    found = await bot.bridge.quick(lambda: _passages(bot, entry))
    it = render.passages(found, language, missing=len(entry.clippings) - len(found))
    if not found:
        it = render.Rendered((say(language, "no_passages"),))
    await outlet.finish(it, None)


def _passages(bot: "Bot", entry: Entry) -> list[tuple[int, Article, str]]:
    """What still stands, word for word, in the libraries that may be asked there now."""
    found = []
    names = [it for it in libraries(bot.settings, entry.server) if it in entry.libraries]
    for number, name, start, end, check in entry.clippings:
        for library in names:
            try:
                article = bot.chain.library(library).articles([name]).get(name)
            except ClippingsError:
                continue
            text = article.text[start:end] if article else ""
            if article and crc32(text.encode("utf-8", "replace")) == check:
                found.append((number, article, text))
                break
    return found


async def _further(bot: "Bot", interaction: Click, entry: Entry, language: str) -> None:
    """A thread in which the question goes on."""
    if isinstance(interaction.channel, discord.Thread):
        await whisper(interaction, say(language, "already_thread"))
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    message = cast("discord.Message", interaction.message)
    name = clean(entry.text)[:_NAME] or "clippings"
    try:
        thread = (await message.create_thread(name=name, auto_archive_duration=1440)).id
    except discord.Forbidden:
        await interaction.edit_original_response(content=say(language, "cannot_thread"))
        return
    except discord.HTTPException as error:
        if error.code != _HAS_THREAD:
            raise
        thread = message.id  # a message's thread has its number
    else:
        hint = "thread_open" if bot.reads_everything else "thread_mention"
        target = bot.get_partial_messageable(thread, guild_id=interaction.guild_id)
        await target.send(say(language, hint), allowed_mentions=NOBODY)
    bot.threads.add(thread)
    await bot.bridge.quick(lambda: bot.journal.open_thread(thread, entry.id))
    await interaction.edit_original_response(
        content=say(language, "thread_is", thread=f"<#{thread}>")
    )


async def _helpful(bot: "Bot", interaction: Click, entry: Entry, language: str) -> None:
    await bot.bridge.quick(lambda: bot.journal.vote(entry.id, interaction.user.id, helpful=True))
    await whisper(interaction, say(language, "thanks"))


async def _unhelpful(bot: "Bot", interaction: Click, entry: Entry, language: str) -> None:
    """The vote counts at once; the word why may follow."""
    await interaction.response.send_modal(Why(entry.id, interaction, language))
    await bot.bridge.quick(lambda: bot.journal.vote(entry.id, interaction.user.id, helpful=False))


class Why(discord.ui.Modal):
    """Asks for a word why an answer does not help."""

    def __init__(self, question: int, opened: Click, language: str) -> None:
        super().__init__(
            title=say(language, "why_title"), timeout=KEPT, custom_id=f"clip:why:{opened.id}"
        )
        self._question, self._language = question, language
        self._word: discord.ui.TextInput[Why] = discord.ui.TextInput(
            label=say(language, "why_label"), required=False, max_length=500, custom_id="why"
        )
        self.add_item(self._word)

    async def on_submit(self, interaction: Click) -> None:
        """Note the word."""
        bot = cast("Bot", interaction.client)
        word = clean(self._word.value)
        await bot.bridge.quick(
            lambda: bot.journal.vote(self._question, interaction.user.id, word, helpful=False)
        )
        await whisper(interaction, say(self._language, "thanks"))


async def _delete(bot: "Bot", interaction: Click, entry: Entry, language: str) -> None:
    """Take the answer away, and what is written of it: for who asked, and for moderators."""
    person = who(interaction)
    if person.user != entry.user and not person.moderates(bot.choices(entry.server)):
        await whisper(interaction, say(language, "only_asker"))
        return
    await interaction.response.defer()
    messages = await bot.bridge.quick(lambda: bot.journal.messages(entry.id))
    channel = bot.get_partial_messageable(entry.channel, guild_id=entry.server)
    for message in messages:
        try:
            await channel.get_partial_message(message).delete()
        except discord.NotFound:
            continue
    await bot.bridge.quick(lambda: bot.journal.delete(entry.id))
