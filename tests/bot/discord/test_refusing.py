"""What a person is told where there is no answer; and that nothing pings."""

import re
from collections.abc import Callable

from fakes import ScriptedChain

from bot.settings import BotSettings
from retrieval.errors import VectorsError
from tests.bot.discord.world import World
from tests.bot.material import QUESTION

Play = Callable[..., None]


def test_a_refusal(play: Play) -> None:
    """It says that nothing answers, and how material is added."""

    async def story(w: World) -> None:
        result = await w.ann.slash(w.channel, "ask", question="Who won the race?")
        assert result.response.content == (
            "**No article answers this.**\n-# A moderator can add articles with `/library add`."
        )

    play(story)


def test_nothing_pings(play: Play) -> None:
    """Every message that is sent or edited allows no mention."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        await w.ann.send(w.channel, f"{w.me} {QUESTION}")
        await w.ann.click(w.said()[-1], label="Ask further")
        await w.ann.click(w.said()[0], label="Clippings")
        await w.max.slash(w.channel, "library list")
        bodies = [it.json for it in w.env.http_requests if it.method in {"POST", "PATCH"}]
        told = [it.get("data", it) for it in bodies if isinstance(it, dict)]
        told = [it for it in told if "content" in it]
        assert len(told) >= 5
        assert all(it.get("allowed_mentions", {}).get("parse") == [] for it in told)

    play(story)


def test_limits_are_told_with_the_time(play: Play, chain: ScriptedChain) -> None:
    """Whoever asks too much is told when it works again, and nothing is computed for it."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        told = await w.ann.slash(w.channel, "ask", question=QUESTION)
        assert told.ephemeral
        assert re.fullmatch(
            r"You asked a lot in a minute: ask again \*\*in (59|60) s\*\*\.", told.response.content
        )
        other = await w.max.slash(w.channel, "ask", question=QUESTION)
        assert "[1]" in other.response.content

    play(story, discord_user_limit=1, discord_server_limit=2)
    assert len(chain.asked) == 2


def test_nothing_to_ask(play: Play, settings: BotSettings) -> None:
    """Where there is no library, it says how one comes to be."""

    async def story(w: World) -> None:
        result = await w.ann.slash(w.channel, "ask", question=QUESTION)
        assert result.response.content.startswith("There is nothing to ask yet.")
        await w.ann.user.send_dm(QUESTION)
        assert w.last(w.ann.user.dm_channel).startswith("There is nothing to ask in direct")

    play(story, discord_shared=("none",))


def test_errors_are_told_in_one_line(play: Play, chain: ScriptedChain) -> None:
    """What is expected to fail, and what is not; nothing of it formats."""
    chain.script = {"a?": VectorsError("the *vectors* broke"), "b?": KeyError("x")}

    async def story(w: World) -> None:
        known = await w.ann.slash(w.channel, "ask", question="a?")
        assert known.response.content == "the \\*vectors\\* broke"
        unknown = await w.ann.slash(w.channel, "ask", question="b?")
        assert unknown.response.content.startswith("Something went wrong here")

    play(story)
