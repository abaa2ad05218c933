"""The command /setup: a panel with what a server may choose. It too lives across restarts."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, cast

import discord
from discord import app_commands

from bot.discord.access import who
from bot.discord.adding import moderates
from bot.discord.language import LANGUAGES, say
from bot.journal import Choices

if TYPE_CHECKING:
    from bot.discord.client import Bot

Click = discord.Interaction[Any]
AnySelect = discord.ui.Select[Any] | discord.ui.RoleSelect[Any] | discord.ui.ChannelSelect[Any]
_MOST = 25  # that Discord lets choose
_STYLES = ("full", "short")
_FIELDS = ("channels", "ask_roles", "add_roles", "language", "show")
_HEARD = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
]


def register(bot: "Bot") -> None:
    """Make /setup known."""

    @bot.tree.command(description="Where and how I work on this server (for moderators)")
    @app_commands.guild_only()
    async def setup(interaction: discord.Interaction["Bot"]) -> None:
        if not await moderates(bot, interaction):
            return
        choices = bot.choices(interaction.guild_id)
        await interaction.response.send_message(
            say(choices.language, "setup_head"), view=_panel(choices), ephemeral=True
        )


def _panel(choices: Choices) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for name in _FIELDS:
        view.add_item(Setting(name, choices))
    return view


class Setting(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=r"clip:setup:(?P<name>channels|ask_roles|add_roles|language|show)",
):
    """One of the menus of the panel, with what is chosen now."""

    def __init__(self, name: str, choices: Choices) -> None:
        self.name = name
        super().__init__(_select(name, choices))

    @classmethod
    async def from_custom_id(
        cls, interaction: Click, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """See `discord.ui.DynamicItem`."""
        return cls(match["name"], cast("Bot", interaction.client).choices(interaction.guild_id))

    async def callback(self, interaction: Click) -> None:
        """Note the choice, for moderators; roles are chosen by whoever manages the server."""
        bot = cast("Bot", interaction.client)
        if not await moderates(bot, interaction):
            return
        server = cast("int", interaction.guild_id)
        language = bot.choices(server).language
        if self.name.endswith("_roles") and not who(interaction).manager:
            await interaction.response.send_message(say(language, "manage_only"), ephemeral=True)
            return
        data = cast("dict[str, Any]", interaction.data or {})
        values = [str(value) for value in data.get("values", ())]
        chosen = _chosen(self.name, values, cast("discord.Guild", interaction.guild))
        before = bot.choices(server)
        after = replace(before, **{self.name: chosen}) if chosen is not None else before
        await interaction.response.edit_message(
            content=say(after.language, "setup_head"), view=_panel(after)
        )
        await bot.choose(server, after)


def _chosen(name: str, values: list[str], guild: discord.Guild) -> Any:
    """What was chosen, where it is this server's; None where it is nothing that can be."""
    if name == "language":
        return values[0] if values and values[0] in LANGUAGES else None
    if name == "show":
        return values[0] if values and values[0] in _STYLES else None
    ids = [int(value) for value in values if value.isdecimal()]
    there = guild.get_channel if name == "channels" else guild.get_role
    return tuple(number for number in ids if there(number) is not None)


def _select(name: str, choices: Choices) -> AnySelect:
    """The menu for one of the choices."""
    language, custom_id = choices.language, f"clip:setup:{name}"
    keys = {"channels": "setup_channels", "ask_roles": "setup_ask", "add_roles": "setup_add"}
    if name == "channels":
        return discord.ui.ChannelSelect(
            placeholder=say(language, keys[name]),
            channel_types=_HEARD,
            min_values=0,
            max_values=_MOST,
            default_values=[discord.Object(number) for number in choices.channels],
            custom_id=custom_id,
        )
    if name.endswith("_roles"):
        roles: tuple[int, ...] = getattr(choices, name)
        return discord.ui.RoleSelect(
            placeholder=say(language, keys[name]),
            min_values=0,
            max_values=_MOST,
            default_values=[discord.Object(number) for number in roles],
            custom_id=custom_id,
        )
    labels = (
        LANGUAGES if name == "language" else {it: say(language, f"show_{it}") for it in _STYLES}
    )
    options = [
        discord.SelectOption(label=label, value=value, default=value == getattr(choices, name))
        for value, label in labels.items()
    ]
    return discord.ui.Select(
        placeholder=say(language, f"setup_{name}"), options=options, custom_id=custom_id
    )
