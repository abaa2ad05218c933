"""The buttons under an answer: what they do, across restarts, and what forged ones do not."""

from collections.abc import Callable

import pytest
from fakes import HashEmbedder, ScriptedChain, article, put

from bot.discord import outlet
from bot.discord.client import Bot
from bot.journal import Entry, Journal
from bot.settings import BotSettings
from retrieval.library import Library
from tests.bot.discord.conftest import own
from tests.bot.discord.world import World
from tests.bot.material import QUESTION, SYRIA

Play = Callable[..., None]
NOT_HERE = "This button does not belong here, or its answer was deleted."


def test_clippings(play: Play) -> None:
    """The passages in full, for who clicked alone."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        result = await w.max.click(w.said()[-1], label="Clippings")
        assert result.ephemeral
        assert "**[1]** [Tanks cross the border]" in result.response.content
        assert "> The ministry called it a violation." in result.response.content

    play(story)


def test_clippings_that_are_gone(play: Play, shared: Library) -> None:
    """What was forgotten or has changed is not shown; the rest is."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        with shared.transaction():
            shared.delete("a2")
        result = await w.ann.click(w.said()[-1], label="Clippings")
        assert "Moscow" not in result.response.content
        assert result.response.content.endswith("-# No longer in the library as they were: 1.")
        put(shared, [article(1, "Changed. More was said.", title=SYRIA.title)], HashEmbedder())
        result = await w.ann.click(w.said()[-1], label="Clippings")
        assert result.response.content.startswith("This answer has no clippings")

    play(story)


def test_votes(play: Play, journal: Journal) -> None:
    """A vote a person, the last one counts; a bad one may say why."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        assert (await w.ann.click(w.said()[-1], label="Helpful")).ephemeral
        shown = await w.max.click(w.said()[-1], label="Not helpful")
        assert shown.modal is not None
        assert journal.metrics(w.server.id)["unhelpful"] == 1
        thanks = await w.max.submit_modal(shown, {"why": "too\nold"})
        assert thanks.response.content == "Thank you."
        await w.ann.click(w.said()[-1], label="Not helpful")
        kept = w.bot._connection._view_store._modals  # one that is never sent
        assert [it.timeout for it in kept.values()] == [outlet.KEPT]

    play(story)
    rows = journal._rows("SELECT helpful, why FROM votes ORDER BY why")
    assert rows == [(0, ""), (0, "too old")]


def test_delete(play: Play, journal: Journal) -> None:
    """Who asked and moderators may; every part goes, and what the journal says of it."""

    async def story(w: World) -> None:
        bob = w.server.add_member(w.env.create_user("bob"))
        for deleter in (w.ann, w.max):
            await w.ann.slash(w.channel, "ask", question=QUESTION)
            refused = await bob.click(w.said()[-1], label="Delete")
            assert refused.response.content == "Only who asked and moderators can delete this."
            await deleter.click(w.said()[-1], label="Delete")
            assert w.said() == []

    play(story)
    assert journal._rows("SELECT DISTINCT text, answer, clippings, status FROM questions") == [
        ("", "", "[]", "deleted")
    ]


def test_buttons_live_across_restarts(
    play: Play, make_bot: Callable[..., Bot], settings: BotSettings
) -> None:
    """Another process answers the click of an answer that it never gave."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        fresh = make_bot()
        await w.env.restart_bot(fresh)
        result = await w.ann.click(w.channel.history()[-1], label="Clippings")
        assert "> Moscow was deeply worried." in result.response.content
        fresh.bridge.close()

    play(story)


@pytest.mark.parametrize("kind", ["c", "h", "n", "d", "f"])
def test_forged_numbers(kind: str, play: Play, chain: ScriptedChain, journal: Journal) -> None:
    """A number of another server, of another message or of nothing opens nothing."""

    async def story(w: World) -> None:
        await w.eve.slash(w.far, "ask", question=QUESTION)
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        await w.max.slash(w.channel, "ask", question=QUESTION)
        theirs, ours, other = (
            it[0] for it in journal._rows("SELECT id FROM questions ORDER BY id")
        )
        message = w.said()[0]
        for forged in (theirs, other, 999):
            stored = w.env.backend.get_message(w.channel.id, message.id)
            for row in stored.components:
                for button in row["components"]:
                    if button["custom_id"].startswith(f"clip:{kind}:"):
                        button["custom_id"] = f"clip:{kind}:{forged}"
            result = await w.ann.click(message, custom_id=f"clip:{kind}:{forged}")
            assert result.response.content == NOT_HERE
            assert result.ephemeral
        assert ours < other

    play(story)
    assert journal._rows("SELECT * FROM votes") == []
    assert len(journal._rows("SELECT * FROM questions WHERE status = 'answered'")) == 3


def test_each_server_reads_its_own(play: Play, chain: ScriptedChain, settings: BotSettings) -> None:
    """What is asked, completed and listed on a server is its own and the shared, never another's."""

    async def story(w: World) -> None:
        here = own(settings, w.server.id, article("h", "Here it is.", source="Here Weekly"))
        there = own(settings, w.elsewhere.id, article("t", "There it is.", source="There Weekly"))
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        await w.eve.slash(w.far, "ask", question=QUESTION)
        await w.eve.user.send_dm(QUESTION)
        assert [it.libraries for it in chain.asked] == [
            (f"guild-{w.server.id}", "main"),
            (f"guild-{w.elsewhere.id}", "main"),
            ("main",),
        ]
        choices = await w.ann.autocomplete(w.channel, "ask", "source", "weekly", question="x")
        assert [it["value"] for it in choices] == ["Here Weekly"]
        choices = await w.max.autocomplete(w.channel, "library forget", "article", "title")
        assert [it["value"] for it in choices] == ["ah"]
        listed = await w.max.slash(w.channel, "library list")
        assert "Title h" in listed.response.content
        assert "Title t" not in listed.response.content
        forged = await w.max.slash(w.channel, "library forget", article="at")
        assert forged.response.content == "There is no such article in this server's library."
        assert there.articles(["at"])
        here.close()
        there.close()

    play(story)


def test_a_private_answer_is_no_part_of_a_conversation(play: Play, journal: Journal) -> None:
    """A thread or a reply does not go on from what only one person saw."""

    async def story(w: World) -> None:
        result = await w.ann.slash(w.channel, "ask", question=QUESTION, private=True)
        assert journal.last_in(w.channel.id) is None
        stored = journal.of_message(result.response.id)
        assert stored is not None
        assert stored.private

    play(story)


def test_a_crash_is_told(play: Play, make_bot: Callable[..., Bot], journal: Journal) -> None:
    """Whoever asked an earlier run that was killed is told by the next one; private talk is not."""

    async def story(w: World) -> None:
        for private in (False, True):
            place = (w.server.id, w.channel.id, w.ann.id)
            journal.begin(Entry(*place, "Who *won*?", ("main",), private=private))
        fresh = make_bot()
        await w.env.restart_bot(fresh)
        assert [it.content for it in w.channel.history()] == [
            "I was restarted while I looked for the answer to “Who \\*won\\*?”: please ask again."
        ]
        fresh.bridge.close()

    play(story)
