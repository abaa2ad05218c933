"""Questions in messages: mentions, replies to an answer, threads that the bot opened, direct ones."""

import contextlib
import re
from typing import TYPE_CHECKING

import discord

from bot.clean import clean
from bot.discord.access import who
from bot.discord.ask import Asked, answer
from bot.discord.deliver import Undelivered
from bot.discord.escape import escape
from bot.discord.language import say
from bot.discord.outlet import NO_LUCK, NOBODY, MessageOutlet
from bot.journal import Entry

if TYPE_CHECKING:
    from bot.discord.client import Bot


async def heard(bot: "Bot", message: discord.Message) -> None:
    """Answer a message that is meant for the bot; leave every other alone."""
    if message.author.bot or bot.user is None or not _speaks(message):
        return
    person = who(message)
    thread = message.channel.id in bot.threads
    named = any(user.id == bot.user.id for user in message.mentions)
    if not (message.guild is None or thread or named or _replied_to(message, bot.user.id)):
        return
    choices = bot.choices(person.server)
    if not person.is_heard(choices):
        return  # a word here would be noise where the bot was asked to keep quiet
    text = clean(re.sub(rf"<@!?{bot.user.id}>", " ", message.content))
    outlet = MessageOutlet(message, bot.back)
    if not re.search(r"[^\W_]", text):
        if named or message.guild is None:
            with contextlib.suppress(Undelivered, *NO_LUCK):
                await outlet.refuse(say(choices.language, "no_words"))
        return
    reference = message.reference
    reply_to = reference.message_id if reference and _is_reply(message) else None
    await answer(bot, Asked(person, text, reply_to=reply_to, thread=thread), outlet)


def _speaks(message: discord.Message) -> bool:
    """Whether a person wrote it, and Discord did not."""
    return message.type in {discord.MessageType.default, discord.MessageType.reply}


def _is_reply(message: discord.Message) -> bool:
    return message.type is discord.MessageType.reply


def _replied_to(message: discord.Message, bot: int) -> bool:
    """Whether it replies to a message of the bot's."""
    known = message.reference.resolved if message.reference and _is_reply(message) else None
    return isinstance(known, discord.Message) and known.author.id == bot


async def tell(bot: "Bot", entry: Entry, text: str) -> None:
    """Tell in the channel of a question that it has no answer; fails quietly."""
    channel = bot.get_partial_messageable(entry.channel, guild_id=entry.server)
    with contextlib.suppress(*NO_LUCK):
        await channel.send(text.format(escape(entry.text[:200])), allowed_mentions=NOBODY)
