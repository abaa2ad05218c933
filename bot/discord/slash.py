"""The command /ask."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.clean import clean
from bot.discord.access import libraries, who
from bot.discord.ask import Asked, answer
from bot.discord.outlet import InteractionOutlet
from retrieval.errors import ClippingsError

if TYPE_CHECKING:
    from bot.discord.client import Bot

_OFFERED = 25  # choices that Discord takes
_LONGEST = 100  # characters of a choice
_QUESTION = 2_000  # characters


def register(bot: "Bot") -> None:
    """Make /ask known."""

    @bot.tree.command(description="Ask the articles; every answer comes with its clippings")
    @app_commands.describe(
        question="What do you want to know?",
        since="Only articles of that day or later, such as 2016-08-24",
        source="Only articles from this source",
        private="Only you see the answer",
    )
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def ask(
        interaction: discord.Interaction["Bot"],
        question: app_commands.Range[str, 1, _QUESTION],
        since: app_commands.Range[str, 1, 40] | None = None,
        source: app_commands.Range[str, 1, _LONGEST] | None = None,
        private: bool = False,
    ) -> None:
        person = who(interaction)
        asked = Asked(person, clean(question), private, since, source)
        await answer(bot, asked, InteractionOutlet(interaction, bot.back, private=private))

    @ask.autocomplete("source")
    async def sources(
        interaction: discord.Interaction["Bot"], typed: str
    ) -> list[app_commands.Choice[str]]:
        names = await bot.bridge.quick(lambda: _sources(bot, interaction.guild_id, typed))
        return [app_commands.Choice(name=clean(name), value=name) for name in names]


def _sources(bot: "Bot", server: int | None, typed: str) -> list[str]:
    """The sources of the libraries that may be asked there, the busiest first, that fit."""
    counts: dict[str, int] = {}
    for name in libraries(bot.settings, server):
        try:
            held = bot.chain.library(name).sources()
        except ClippingsError:
            continue  # told when it is asked
        for source, count in held.items():
            counts[source] = counts.get(source, 0) + count
    wanted = typed.casefold().strip()
    fitting = [
        name
        for name in sorted(counts, key=lambda name: -counts[name])
        if wanted in name.casefold() and len(name) <= _LONGEST and clean(name)
    ]
    return fitting[:_OFFERED]
