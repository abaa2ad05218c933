"""What the menu of a message offers: ask about it, check what it claims, add it to the library."""

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.clean import clean
from bot.discord import adding
from bot.discord.access import libraries, who
from bot.discord.ask import Asked, answer, hindrance
from bot.discord.claims import claims, stance
from bot.discord.escape import escape, pack
from bot.discord.language import say
from bot.discord.outlet import KEPT, InteractionOutlet
from bot.discord.render import Rendered, fit, place
from bot.discord.words import word_for
from retrieval.types import Answer, Question

if TYPE_CHECKING:
    from bot.discord.client import Bot

Menu = discord.Interaction["Bot"]
_LONGEST = 2_000  # characters of a question
_CHECKED = 8  # sentences of a message


def register(bot: "Bot") -> None:
    """Make the three menus known."""

    @bot.tree.context_menu(name="Ask about this")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def ask_about(interaction: Menu, message: discord.Message) -> None:
        language = bot.choices(interaction.guild_id).language
        await interaction.response.send_modal(About(bot, interaction, message.content, language))

    @bot.tree.context_menu(name="Check this claim")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def check(interaction: Menu, message: discord.Message) -> None:
        await _check(bot, interaction, message.content)

    @bot.tree.context_menu(name="Add to the library")
    @app_commands.guild_only()
    async def add(interaction: Menu, message: discord.Message) -> None:
        await adding.add_message(bot, interaction, message)


class About(discord.ui.Modal):
    """A question that is begun with a message's text."""

    def __init__(self, bot: "Bot", opened: Menu, text: str, language: str) -> None:
        super().__init__(
            title=say(language, "ask_title"), timeout=KEPT, custom_id=f"clip:about:{opened.id}"
        )
        self._bot = bot
        self._question: discord.ui.TextInput[About] = discord.ui.TextInput(
            label=say(language, "ask_label"),
            style=discord.TextStyle.paragraph,
            default=text[:_LONGEST] or None,
            max_length=_LONGEST,
            custom_id="question",
        )
        self.add_item(self._question)

    async def on_submit(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Ask it."""
        asked = Asked(who(interaction), clean(self._question.value))
        await answer(
            self._bot, asked, InteractionOutlet(interaction, self._bot.back, private=False)
        )


async def _check(bot: "Bot", interaction: Menu, text: str) -> None:
    """Each sentence with what the library says for or against it, to who asked alone."""
    person, outlet = who(interaction), InteractionOutlet(interaction, bot.back, private=True)
    language = bot.choices(person.server).language
    if word := hindrance(bot, person):
        await outlet.refuse(word)
        return
    with bot.working():
        await outlet.acknowledge()
        names = await bot.bridge.quick(lambda: libraries(bot.settings, person.server))
        found = (await bot.bridge.quick(lambda: claims(text))) if names else []
        if not found:
            word = say(language, "claim_none" if names else "no_library")
            await outlet.finish(Rendered((word,)), None)
            return
        checked = found[:_CHECKED]
        asked = [_ask(bot, Question(sentence, names)) for sentence in checked]
        lines: list[str] = []
        for sentence, it in zip(checked, await asyncio.gather(*asked), strict=True):
            lines += [f"> {escape(sentence)}", *_said(bot, sentence, it, language), ""]
        if len(found) > _CHECKED:
            lines.append(say(language, "claim_more", count=_CHECKED))
        whole = "\n".join(lines)
        await outlet.finish(fit(lines, language, "check.md", lambda: whole), None)


async def _ask(bot: "Bot", question: Question) -> Answer | Exception:
    try:
        return await bot.bridge.ask(question, lambda piece: bot.ask(question, piece))
    except Exception as error:  # noqa: BLE001 - told beside its sentence
        return error


def _said(bot: "Bot", sentence: str, it: Answer | Exception, language: str) -> list[str]:
    """What the library says to a sentence: a line for each clipping, or that it says nothing."""
    if isinstance(it, Exception):
        return [f"- {word_for(it, language, bot.bridge.deadline)}"]
    lines = []
    for citation in it.citations:
        verdict = say(language, f"claim_{stance(sentence, citation.quote)}")
        where = place(citation.article, language)
        lines += pack([f"- {verdict} · {where}: “{escape(citation.quote)}”"])
    return lines or [f"- {say(language, 'claim_nothing')}"]
