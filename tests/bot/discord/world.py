"""Two servers with people in them, on a simulated Discord; and short ways to act."""

from typing import Any

import discord
import simcord

from bot.discord.client import Bot

MANAGER = discord.Permissions(manage_guild=True)


class World:
    """A simulated Discord: `ann` asks, `max` manages, `eve` is on another server."""

    def __init__(self, env: simcord.Env, bot: Bot) -> None:
        self.env, self.bot = env, bot
        self.server = env.create_guild("Paris")
        self.channel = self.server.create_text_channel("news")
        self.ann = self.server.add_member(env.create_user("ann"))
        managers = self.server.create_role("managers", permissions=MANAGER)
        self.max = self.server.add_member(env.create_user("max"), roles=[managers])
        self.elsewhere = env.create_guild("Oslo")
        self.far = self.elsewhere.create_text_channel("news")
        self.eve = self.elsewhere.add_member(env.create_user("eve"))

    @property
    def me(self) -> str:
        """How people mention the bot."""
        assert self.bot.user is not None
        return f"<@{self.bot.user.id}>"

    def said(self, channel: simcord.ChannelHandle | None = None) -> list[discord.Message]:
        """What the bot said in a channel."""
        messages = (channel or self.channel).history()
        return [it for it in messages if self.bot.user and it.author.id == self.bot.user.id]

    def last(self, channel: simcord.ChannelHandle | None = None) -> str:
        """The last that it said there."""
        return self.said(channel)[-1].content


def labels(message: Any) -> list[str]:
    """The labels of a message's buttons."""
    found: list[str] = []
    for row in message.components:
        children = row["components"] if isinstance(row, dict) else row.children
        found += [it["label"] if isinstance(it, dict) else it.label for it in children]
    return found
