"""The command /library: adding to a server's own library, listing it, forgetting, its state."""

from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands

from bot import show
from bot.clean import clean
from bot.discord import adding, shelf, sources
from bot.discord.access import libraries, own_library
from bot.discord.escape import escape, pack
from bot.discord.language import say
from bot.discord.outlet import InteractionOutlet
from bot.discord.render import Rendered, brief, fit, place
from bot.discord.words import word_for
from ingest.following import following
from ingest.kinds import KINDS
from retrieval.errors import ClippingsError
from retrieval.library import Library
from retrieval.types import Article

if TYPE_CHECKING:
    from bot.discord.client import Bot

Command = discord.Interaction["Bot"]
Choices = list[app_commands.Choice[str]]
Address = app_commands.Range[str, 1, 1_000]
_LISTED = 15  # articles in a message
_FAILING = 4  # sources whose trouble is told
_OFFERED, _LONGEST = 25, 100  # choices that Discord takes, and their characters


def register(bot: "Bot") -> None:
    """Make /library known."""
    group = app_commands.Group(
        name="library", description="This server's articles (for moderators)", guild_only=True
    )
    _adding(bot, group)
    _following(bot, group)
    _looking(bot, group)
    bot.tree.add_command(group)


def _adding(bot: "Bot", group: app_commands.Group) -> None:
    add = app_commands.Group(name="add", description="Add articles", parent=group)

    @add.command(name="file", description=f"Add a file: {', '.join(KINDS)}")
    async def file(interaction: Command, file: discord.Attachment) -> None:
        await adding.add(bot, interaction, links=[], files=[file])

    @add.command(name="url", description="Add a page")
    async def url(interaction: Command, url: Address) -> None:
        await adding.add(bot, interaction, links=[url], files=[])


def _following(bot: "Bot", group: app_commands.Group) -> None:
    @group.command(description="Read what a feed or a site brings from now on")
    async def follow(interaction: Command, url: Address) -> None:
        await _act(bot, interaction, lambda server: _follow(bot, server, url), slow=True)

    @group.command(description="Follow a feed or a site no more; its articles stay")
    async def unfollow(interaction: Command, url: Address) -> None:
        await _act(bot, interaction, lambda server: _unfollow(bot, server, url))

    @unfollow.autocomplete("url")
    async def followed(interaction: Command, typed: str) -> Choices:
        server = cast("int", interaction.guild_id)
        found = await bot.bridge.quick(lambda: _addresses(bot, server, typed))
        return [app_commands.Choice(name=it, value=it) for it in found]

    @group.command(description="Delete an article from this server's library")
    async def forget(interaction: Command, article: app_commands.Range[str, 1, _LONGEST]) -> None:
        await _act(bot, interaction, lambda server: _forget(bot, server, article), slow=True)

    @forget.autocomplete("article")
    async def articles(interaction: Command, typed: str) -> Choices:
        server = cast("int", interaction.guild_id)
        found = await bot.bridge.quick(lambda: _matching(bot, server, typed))
        return [
            app_commands.Choice(name=clean(it.title)[:_LONGEST] or it.id, value=it.id)
            for it in found
            if len(it.id) <= _LONGEST
        ][:_OFFERED]


def _looking(bot: "Bot", group: app_commands.Group) -> None:
    @group.command(name="list", description="What is in this server's library")
    async def listing(interaction: Command) -> None:
        await _act(bot, interaction, lambda server: _list(bot, server))

    @group.command(description="How large this server's library is, and how asking goes")
    async def status(interaction: Command) -> None:
        await _act(bot, interaction, lambda server: _status(bot, server))


async def _act(bot: "Bot", interaction: Command, work: Any, *, slow: bool = False) -> None:
    """Do the work in a thread and show what it returns to the moderator alone."""
    if not await adding.moderates(bot, interaction):
        return
    outlet = InteractionOutlet(interaction, bot.back, private=True)
    await outlet.acknowledge()
    server = cast("int", interaction.guild_id)
    try:
        if slow:
            it = await bot.bridge.long(lambda: work(server), server)
        else:
            it = await bot.bridge.quick(lambda: work(server))
    except Exception as error:  # noqa: BLE001 - told
        it = Rendered((word_for(error, bot.choices(server).language, bot.bridge.deadline),))
    await outlet.finish(it, None)


def _follow(bot: "Bot", server: int, url: str) -> Rendered:
    sources.follow(bot.chain, server, url)
    return _told(bot, server, "followed", url)


def _unfollow(bot: "Bot", server: int, url: str) -> Rendered:
    sources.unfollow(bot.chain, server, url)
    return _told(bot, server, "unfollowed", url)


def _told(bot: "Bot", server: int, key: str, url: str) -> Rendered:
    text = say(bot.choices(server).language, key, address=escape(brief(url, 300)))
    return Rendered((text,))


def _forget(bot: "Bot", server: int, wanted: str) -> Rendered:
    language = bot.choices(server).language
    found = shelf.forget(bot.chain, server, wanted)
    if found is None:
        return Rendered((say(language, "no_article"),))
    return Rendered((say(language, "forgotten", title=escape(found.title[:200])),))


def _addresses(bot: "Bot", server: int, typed: str) -> list[str]:
    """The addresses that the server follows and that have what was typed."""
    try:
        library = shelf.opened(bot.chain, server)
    except ClippingsError:
        return []
    listed = [it.address for it in following(library)] if library else []
    return [it for it in listed if typed.strip() in it and len(it) <= _LONGEST][:_OFFERED]


def _matching(bot: "Bot", server: int, typed: str) -> list[Article]:
    """The articles of the server's own library whose title has what was typed."""
    try:
        library = shelf.opened(bot.chain, server)
    except ClippingsError:
        return []
    wanted = typed.casefold().strip()
    listed = library.listing() if library else []
    return [it for it in listed if wanted in it.title.casefold()][: 2 * _OFFERED]


def _list(bot: "Bot", server: int) -> Rendered:
    """The newest articles, all of them in a file; and which shared libraries are asked too."""
    language, library = bot.choices(server).language, shelf.opened(bot.chain, server)
    listed = library.listing() if library else []
    lines = [say(language, "list_head", count=len(listed))] if listed else [say(language, "empty")]
    lines += [f"- {place(it, language)}" for it in listed[:_LISTED]]
    shared = [name for name in libraries(bot.settings, server) if name != own_library(server)]
    if shared:
        lines += ["", say(language, "shared_head", names=", ".join(shared))]
    if len(listed) <= _LISTED:
        return fit(lines, language, "articles.txt", lambda: show.listing(listed, 120))
    parts = fit([*lines, say(language, "list_more")], language, "", lambda: "").parts
    return Rendered(parts, "articles.txt", show.listing(listed, 120))


def _status(bot: "Bot", server: int) -> Rendered:
    """Figures of the server's library and of what was asked on it."""
    language, library = bot.choices(server).language, shelf.opened(bot.chain, server)
    lines = [say(language, "empty")]
    if library is not None:
        size = sum(file.stat().st_size for file in library.folder.iterdir()) / 1e6
        held = {"articles": library.count("articles"), "chunks": library.count("chunks")}
        lines = [say(language, "status_articles", **held, size=f"{size:.1f}")]
        try:
            library.require(bot.chain.embedder.identity)
        except ClippingsError as error:
            lines.append(escape(str(error)))
        lines += _followed(library, language)
    figures = bot.journal.metrics(server)
    took = f"{figures.pop('took'):.1f}"
    lines.append(say(language, "status_asked", **figures, took=took))
    lines.append(say(language, "status_votes", **figures))
    lines.append(say(language, "status_waiting", waiting=bot.bridge.waiting))
    return Rendered(tuple(pack(lines)))


def _followed(library: Library, language: str) -> list[str]:
    """How many sources are followed, and what is wrong with those that fail."""
    found = following(library)
    failing = [f"{it.address}: {it.error}" for it in found if it.error][:_FAILING]
    lines = [say(language, "status_follows", count=len(found))] if found else []
    return lines + [say(language, "problem", text=escape(brief(it, 300))) for it in failing]
