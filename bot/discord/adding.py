"""Long work on a server's library: progress by edits, a button that cancels it, one that undoes it."""

import contextlib
import re
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Self, cast

import discord

from bot.bridge import onto_loop
from bot.discord import shelf, sources
from bot.discord.access import who
from bot.discord.escape import escape, pack
from bot.discord.language import say
from bot.discord.live import Live
from bot.discord.outlet import NO_LUCK, NOBODY, InteractionOutlet
from bot.discord.render import Rendered, brief, place
from bot.discord.shelf import Added, Cancelled
from bot.discord.words import word_for
from ingest.report import Progress
from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from bot.discord.client import Bot

Click = discord.Interaction[Any]
Job = tuple[str, Callable[[shelf.Tell], Added]]  # a name for people, and the work
_SHOWN = 5  # articles and problems that are told one by one
_MB = 1_000_000
_LINK = re.compile(r"https?://[^\s<>()\"'`]+")
_JOBS = 10  # links and attachments of one message
_LONGEST = 600.0  # seconds of an addition; a site that is large and slow would take days


async def moderates(bot: "Bot", interaction: Click) -> bool:
    """Whether this person may change the library here; where not, they are told."""
    person = who(interaction)
    choices = bot.choices(person.server)
    if person.server is not None and person.moderates(choices):
        return True
    text = say(choices.language, "moderators_only")
    await interaction.response.send_message(text, ephemeral=True, allowed_mentions=NOBODY)
    return False


async def add_message(bot: "Bot", interaction: Click, message: discord.Message) -> None:
    """Add what a message links to and what is attached to it."""
    links = [link.rstrip(".,;:!?") for link in dict.fromkeys(_LINK.findall(message.content))]
    await add(bot, interaction, links=links, files=message.attachments)


async def add(
    bot: "Bot", interaction: Click, *, links: list[str], files: list[discord.Attachment]
) -> None:
    """Add pages and files, one after the other; a moderator may cancel it while it runs."""
    if not await moderates(bot, interaction):
        return
    server = cast("int", interaction.guild_id)
    language = bot.choices(server).language
    if not links and not files:
        text = say(language, "nothing_to_add")
        await interaction.response.send_message(text, ephemeral=True)
        return
    outlet = InteractionOutlet(interaction, bot.back, private=True)
    stop = threading.Event()
    bot.running[interaction.id] = server, stop
    with bot.working():
        try:
            await outlet.acknowledge()
            name = escape((links + [file.filename for file in files])[0])
            with contextlib.suppress(*NO_LUCK):
                await interaction.edit_original_response(
                    content=say(language, "adding", name=name),
                    view=_view(Cancel(interaction.id, language)),
                )
            added = await _work(bot, outlet, server, links[:_JOBS], files[:_JOBS], stop)
        finally:
            bot.running.pop(interaction.id, None)
        view = discord.ui.View(timeout=None)
        if added.uris:
            number = await bot.bridge.quick(
                lambda: bot.journal.add(server, interaction.user.id, added.uris)
            )
            view = _view(Undo(number, language))
        lines = await bot.bridge.quick(lambda: _told(added, language))  # it counts all their words
        await outlet.finish(Rendered(tuple(pack(lines)[:1])), view)


async def _work(
    bot: "Bot",
    outlet: InteractionOutlet,
    server: int,
    links: list[str],
    files: list[discord.Attachment],
    stop: threading.Event,
) -> Added:
    """Do the jobs in a thread; the draft tells how far they are."""
    language = bot.choices(server).language
    live = Live(outlet.draft)
    show = onto_loop(live.put)
    late, until = threading.Event(), time.monotonic() + _LONGEST

    def ended() -> str:
        return say(language, "cancelled" if stop.is_set() else "adding_late")

    def tell(step: Progress) -> None:
        if time.monotonic() > until:
            late.set()
        if stop.is_set() or late.is_set():
            raise Cancelled(ended())
        name = escape(brief(step.name.rsplit("/", 1)[-1], 80))
        show(say(language, "adding_step", done=step.done, total=step.total, name=name))

    all_added = Added()
    try:
        for name, job in await _jobs(bot, server, links, files, all_added):
            one = await bot.bridge.long(lambda job=job: job(tell), server)  # type: ignore[misc]
            all_added.take(name, one)
            if stop.is_set() or late.is_set():
                all_added.problems.insert(0, ended())
                break
    except Exception as error:  # noqa: BLE001 - told; what was added before stays undoable
        known = isinstance(error, ClippingsError)
        word = str(error) if known else word_for(error, language, bot.bridge.deadline)
        all_added.problems.insert(0, word)  # escaped with the others, of which few are shown
    finally:
        await live.end()
    return all_added


async def _jobs(
    bot: "Bot", server: int, links: list[str], files: list[discord.Attachment], added: Added
) -> list[Job]:
    """The work that links and attachments come to; what is too large is told instead."""
    language, limit = bot.choices(server).language, bot.settings.max_file_mb
    jobs: list[Job] = []
    for file in files:
        name = file.filename
        if file.size > limit * _MB:
            size = f"{file.size / _MB:.0f}"
            line = say(language, "too_large", name=name, size=size, limit=limit)
            added.problems.append(line)
            continue
        data = await file.read()  # from Discord's own servers
        jobs.append(
            (name, lambda tell, n=name, d=data: shelf.add_file(bot.chain, server, n, d, tell))  # type: ignore[misc]
        )
    return jobs + [(link, partial(sources.add_url, bot.chain, server, link)) for link in links]


def _told(added: Added, language: str) -> list[str]:
    """What was understood of what was added, article by article, and what was not."""
    lines = []
    if added.articles:
        lines.append(say(language, "added"))
        for article in added.articles[:_SHOWN]:
            words, where = len(article.text.split()), place(article, language)
            lines.append(say(language, "added_line", place=where, words=words))
        if len(added.articles) > _SHOWN:
            lines.append(say(language, "added_more", count=len(added.articles) - _SHOWN))
    if added.changed:
        lines.append(say(language, "updated", count=added.changed))
    if not lines:
        lines.append(say(language, "same" if added.same else "nothing_added"))
    shown = [escape(brief(line, 300)) for line in added.problems[:_SHOWN]]
    return lines + [say(language, "problem", text=line) for line in shown]


def _view(*items: discord.ui.Item[Any]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


class Cancel(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"clip:x:(?P<number>\d{1,20})",
):
    """Stops an addition of this server that is under way."""

    def __init__(self, number: int, language: str = "en") -> None:
        self.number = number
        button = discord.ui.Button[discord.ui.View](
            label=say(language, "cancel"), custom_id=f"clip:x:{number}"
        )
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, interaction: Click, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """See `discord.ui.DynamicItem`."""
        return cls(int(match["number"]))

    async def callback(self, interaction: Click) -> None:
        """Set the sign that the work looks for."""
        bot = cast("Bot", interaction.client)
        if not await moderates(bot, interaction):
            return
        server, stop = bot.running.get(self.number, (None, None))
        if stop is not None and server == interaction.guild_id:
            stop.set()
        await interaction.response.defer()


class Undo(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"clip:u:(?P<number>\d{1,15})",
):
    """Takes an addition out of this server's library again."""

    def __init__(self, number: int, language: str = "en") -> None:
        self.number = number
        button = discord.ui.Button[discord.ui.View](
            label=say(language, "undo"), custom_id=f"clip:u:{number}"
        )
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, interaction: Click, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """See `discord.ui.DynamicItem`."""
        return cls(int(match["number"]))

    async def callback(self, interaction: Click) -> None:
        """Undo it, where it is this server's."""
        bot = cast("Bot", interaction.client)
        if not await moderates(bot, interaction):
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        server = cast("int", interaction.guild_id)
        language = bot.choices(server).language
        uris = await bot.bridge.quick(lambda: bot.journal.take_addition(self.number, server))
        try:
            undo = partial(shelf.undo, bot.chain, server, uris)
            count = await bot.bridge.long(undo, server) if uris else 0
            text = say(language, "undone" if count else "undone_before", count=count)
        except Exception as error:  # noqa: BLE001 - told
            text = word_for(error, language, bot.bridge.deadline)
        await interaction.edit_original_response(content=text, allowed_mentions=NOBODY)
