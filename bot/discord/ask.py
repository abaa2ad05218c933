"""The one path from a question to its answer, however it was asked."""

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zlib import crc32

import discord

from bot.discord import render
from bot.discord.access import Person, libraries
from bot.discord.deliver import Undelivered
from bot.discord.escape import escape
from bot.discord.feedback import buttons
from bot.discord.language import say
from bot.discord.live import Live
from bot.discord.outlet import Outlet
from bot.discord.render import Rendered
from bot.discord.words import NoLibraryHere, NotDate, word_for
from bot.journal import Entry
from retrieval.dates import to_iso
from retrieval.types import Answer, Question, Turn

if TYPE_CHECKING:
    from bot.discord.client import Bot

log = logging.getLogger("clippings")
_TURNS = 20  # of a conversation
_PLACES = 10.0  # seconds between two words about the place in the queue
_A_WHILE = 2  # seconds of waiting that are worth a word
_LAST_WORD = 3.0  # seconds to tell that we end


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came: who asked what, within which limits, after which answer.

    `reply_to` is the message that it replies to, `thread` whether it was asked in one of ours.
    """

    person: Person
    text: str
    private: bool = False
    since: str | None = None
    source: str | None = None
    reply_to: int | None = None
    thread: bool = False


async def answer(bot: "Bot", asked: Asked, outlet: Outlet) -> None:
    """Acknowledge, ask, and show the answer, or say why there is none. Raises nothing."""
    word = hindrance(bot, asked.person)
    if word:
        await outlet.refuse(word)
        return
    with bot.working():
        await outlet.acknowledge()
        began = time.monotonic()
        entry, rendered, view = None, None, None
        it: Answer | None = None
        choices = bot.choices(asked.person.server)
        try:
            question, entry = await bot.bridge.quick(lambda: _prepare(bot, asked))
            it = await _ask(bot, question, outlet, choices.language)
            rendered = render.answer(it, choices.language, choices.show)
            view = buttons(entry.id, choices.language, private=asked.private, dm=_dm(asked))
        except asyncio.CancelledError:  # the program ends, and this took too long
            await _interrupted(bot, asked, entry, outlet)
            return
        except Exception as error:  # noqa: BLE001 - whoever asked is told in every case
            rendered = Rendered((word_for(error, choices.language, bot.bridge.deadline),))
        ids = await _show(bot, entry, outlet, rendered, view)
        if entry is not None:
            done = _ended(entry, it, delivered=bool(ids))
            seconds = _seconds(it, time.monotonic() - began)
            tokens = it.tokens.total if it else 0
            await bot.bridge.quick(lambda: _note(bot, done, seconds, tokens, ids if view else []))


def hindrance(bot: "Bot", person: Person) -> str:
    """Why this person may not ask here and now; empty where they may, which counts as a question."""
    choices = bot.choices(person.server)
    if not person.is_heard(choices):
        channels = " ".join(f"<#{channel}>" for channel in choices.channels)
        return say(choices.language, "wrong_channel", channels=channels)
    if not person.may_ask(choices):
        roles = " ".join(f"<@&{role}>" for role in choices.ask_roles)
        return say(choices.language, "no_role", roles=roles)
    seconds = bot.guard.ask(person.user, person.server)
    return say(choices.language, "later", seconds=seconds) if seconds else ""


def _dm(asked: Asked) -> bool:
    return asked.person.server is None


def _prepare(bot: "Bot", asked: Asked) -> tuple[Question, Entry]:
    """The question with its libraries and its conversation, noted in the journal; in a thread."""
    person, names = asked.person, libraries(bot.settings, asked.person.server)
    if not names:
        raise NoLibraryHere("no_library_dm" if _dm(asked) else "no_library")
    follows = _follows(bot, asked)
    earlier = bot.journal.conversation(follows, _TURNS) if follows is not None else []
    history = tuple(Turn(it.text, it.answer) for it in earlier if it.text)
    since = None
    if asked.since:
        try:
            since = to_iso(asked.since)
        except ValueError as error:
            raise NotDate(asked.since) from error
    question = Question(asked.text, names, history, since=since, source=asked.source or None)
    entry = Entry(
        person.server, person.channel, person.user, asked.text, names, asked.private, follows
    )
    return question, replace(entry, id=bot.journal.begin(entry))


def _follows(bot: "Bot", asked: Asked) -> int | None:
    """The question that this one goes on from: of the same server, and of no other's private talk."""
    person, follows = asked.person, None
    if asked.reply_to is not None:
        entry = bot.journal.of_message(asked.reply_to)
        follows = entry.id if entry else None
    if follows is None and asked.thread:
        follows = bot.journal.last_in(person.channel) or bot.journal.thread(person.channel)
    entry = bot.journal.entry(follows) if follows is not None else None
    if entry is None or entry.server != person.server or entry.private:
        return None
    if person.server is None and entry.channel != person.channel:
        return None
    return entry.id


async def _ask(bot: "Bot", question: Question, outlet: Outlet, language: str) -> Answer:
    """The chain's answer; meanwhile the draft, or the place in the queue, is shown."""
    live, told_at = Live(outlet.draft), -_PLACES

    def place(in_front: int) -> None:
        nonlocal told_at
        seconds = bot.bridge.wait_for(in_front)
        if seconds >= _A_WHILE and time.monotonic() - told_at >= _PLACES:
            told_at = time.monotonic()
            live.put(say(language, "in_front", count=in_front, seconds=seconds))

    try:
        return await bot.bridge.ask(
            question, lambda piece: bot.ask(question, piece), piece=live.write, place=place
        )
    finally:
        await live.end()


async def _interrupted(bot: "Bot", asked: Asked, entry: Entry | None, outlet: Outlet) -> None:
    """The last word; where it cannot be said in time, the next run says it."""
    language = bot.choices(asked.person.server).language
    text = say(language, "interrupted", question=escape(asked.text[:200]))
    with contextlib.suppress(TimeoutError, Undelivered, discord.HTTPException):
        async with asyncio.timeout(_LAST_WORD):
            await outlet.finish(Rendered((text,)), None)
        if entry is not None:
            told = replace(entry, status="failed")
            await bot.bridge.quick(lambda: bot.journal.end(told))


async def _show(
    bot: "Bot", entry: Entry | None, outlet: Outlet, it: Rendered, view: discord.ui.View | None
) -> list[int]:
    """Show it; returns the messages' ids, none where Discord does not take it.

    Where it was out of reach for too long, a word is said when it is back.
    """
    try:
        return await outlet.finish(it, view)
    except (Undelivered, discord.HTTPException) as error:
        log.warning("an answer could not be delivered: %s", error)
        if isinstance(error, Undelivered) and entry is not None:
            bot.undelivered.append(entry)
        return []


def _ended(entry: Entry, it: Answer | None, *, delivered: bool) -> Entry:
    """The entry with what came of it, and where its clippings stand."""
    if it is None or not delivered:
        return replace(entry, status="failed")
    found = []
    for citation in it.citations:
        start, end = next(
            (
                (passage.start, passage.end)
                for passage in it.passages
                if passage.article.id == citation.article.id
                and passage.start < citation.end
                and citation.start < passage.end
            ),
            (citation.start, citation.end),
        )
        start, end = min(start, citation.start), max(end, citation.end)
        check = crc32(citation.article.text[start:end].encode("utf-8", "replace"))
        found.append((citation.number, citation.article.id, start, end, check))
    return replace(entry, status=it.status, answer=it.answer, clippings=tuple(found))


def _seconds(it: Answer | None, took: float) -> tuple[float, float, float, float]:
    """Waited, taken in all, retrieving, reading."""
    if it is None:
        return (0, took, 0, 0)
    return (max(took - it.seconds.total, 0), took, it.seconds.retrieve, it.seconds.read)


def _note(
    bot: "Bot", entry: Entry, seconds: tuple[float, ...], tokens: int, messages: list[int]
) -> None:
    bot.journal.end(entry, seconds, tokens)
    bot.journal.sent(entry.id, messages)
