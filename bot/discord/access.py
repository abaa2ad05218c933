"""Who may do what where, and which libraries a server may see."""

from dataclasses import dataclass

import discord

from bot.journal import Choices
from bot.settings import OWN, BotSettings
from retrieval.settings import library_folder


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts, where: ids; `channel` is a thread's own, `around` the channel that it is in.

    `manager` tells whether they may manage the server. In direct messages `server` is None.
    """

    user: int
    server: int | None
    channel: int
    around: int
    roles: frozenset[int] = frozenset()
    manager: bool = False

    def moderates(self, choices: Choices) -> bool:
        """Whether they manage the server, or have a role that was chosen for adding."""
        return self.manager or not self.roles.isdisjoint(choices.add_roles)

    def may_ask(self, choices: Choices) -> bool:
        """Whether nobody was chosen, or they have a chosen role, or they moderate."""
        chosen = choices.ask_roles
        return not chosen or self.moderates(choices) or not self.roles.isdisjoint(chosen)

    def is_heard(self, choices: Choices) -> bool:
        """Whether the bot answers in this channel."""
        chosen = choices.channels
        return not chosen or self.channel in chosen or self.around in chosen


def who(it: "discord.Interaction[discord.Client] | discord.Message") -> Person:
    """Who sent a message or an interaction; Discord vouches for it, nothing in the text does."""
    person = it.user if isinstance(it, discord.Interaction) else it.author
    server = it.guild.id if it.guild is not None else None
    if isinstance(it, discord.Interaction):
        server = it.guild_id
    channel = it.channel.id if it.channel is not None else 0
    around = getattr(it.channel, "parent_id", None) or channel
    if server is None or not isinstance(person, discord.Member):
        return Person(person.id, server, channel, around)
    if isinstance(it, discord.Interaction):
        manager = it.permissions.manage_guild
    else:
        manager = person.guild_permissions.manage_guild
    roles = frozenset(role.id for role in person.roles)
    return Person(person.id, server, channel, around, roles, manager)


def own_library(server: int) -> str:
    """The name of a server's own library."""
    return f"{OWN}{server}"


def libraries(settings: BotSettings, server: int | None) -> tuple[str, ...]:
    """The libraries that may be asked there and exist: the server's own, and those shared with all."""
    names = settings.shared if server is None else (own_library(server), *settings.shared)
    return tuple(
        name for name in names if (library_folder(settings, name) / "library.db").is_file()
    )
