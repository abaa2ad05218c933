"""Every way to ask leads to the same answer."""

from collections.abc import Callable

from fakes import ScriptedChain

from bot.journal import Journal
from tests.bot.discord.world import World, labels
from tests.bot.material import QUESTION

Play = Callable[..., None]
ANSWER = """\
The ministry called it a violation. [1]
Moscow was deeply worried. [2]

**[1]** [Tanks cross the border](<https://example.org/tanks>) · Border Dispatch · 24 August 2016
> The ministry called it a violation.

**[2]** Powers divided · Capital Review · 25 August 2016
> Moscow was deeply worried."""


def test_the_command(play: Play, chain: ScriptedChain) -> None:
    """/ask is deferred at once, then shows the answer with its clippings and buttons."""

    async def story(w: World) -> None:
        result = await w.ann.slash(w.channel, "ask", question=QUESTION)
        assert result.acknowledged
        assert not result.ephemeral
        assert result.response.content == ANSWER
        assert labels(result.response) == [
            "Clippings",
            "Ask further",
            "Helpful",
            "Not helpful",
            "Delete",
        ]

    play(story)
    assert chain.asked[0].libraries == ("main",)


def test_limits_and_privacy(play: Play, chain: ScriptedChain) -> None:
    """Since and source reach the question; a private answer is seen by one person alone."""

    async def story(w: World) -> None:
        result = await w.ann.slash(
            w.channel,
            "ask",
            question=QUESTION,
            since="24 August 2016",
            source="Border Dispatch",
            private=True,
        )
        assert result.ephemeral
        assert labels(result.response) == ["Clippings", "Helpful", "Not helpful"]
        assert w.channel.history(viewer=w.max) == []
        bad = await w.ann.slash(w.channel, "ask", question=QUESTION, since="August")
        assert bad.response.content == "“August” is no date: write it as 2016-08-24."

    play(story)
    assert (chain.asked[0].since, chain.asked[0].source) == ("2016-08-24", "Border Dispatch")


def test_sources_are_completed(play: Play) -> None:
    """The sources of the libraries that may be asked."""

    async def story(w: World) -> None:
        choices = await w.ann.autocomplete(w.channel, "ask", "source", "rev", question="x")
        assert [it["value"] for it in choices] == ["Capital Review"]
        everything = await w.ann.autocomplete(w.channel, "ask", "source", "", question="x")
        assert len(everything) == 2

    play(story)


def test_a_mention(play: Play, chain: ScriptedChain) -> None:
    """Mentioned, it shows that it is typing and replies; without a question it says what to do."""

    async def story(w: World) -> None:
        await w.ann.send(w.channel, f"{w.me} {QUESTION}")
        reply = w.said()[0]
        assert reply.content == ANSWER
        assert reply.reference is not None
        assert any(it.path.endswith("/typing") for it in w.env.http_requests)
        await w.ann.send(w.channel, w.me)
        assert w.last() == "Ask me a question, such as: who said what about it?"
        await w.ann.send(w.channel, "just talking")
        assert len(w.said()) == 2

    play(story)
    assert [it.text for it in chain.asked] == [QUESTION]


def test_the_reply_chain_is_the_conversation(play: Play, chain: ScriptedChain) -> None:
    """A reply to an answer goes on from it, and the next reply from both."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        await w.max.send(w.channel, f"{w.me} and Russia?", reply_to=w.said()[-1])
        await w.ann.send(w.channel, f"{w.me} and France?", reply_to=w.said()[-1])
        await w.ann.send(w.channel, f"{w.me} something else?")

    play(story)
    assert [[turn.question for turn in it.history] for it in chain.asked] == [
        [],
        [QUESTION],
        [QUESTION, "and Russia?"],
        [],
    ]
    assert chain.asked[1].history[0].answer.startswith("The ministry called it")


def test_a_reply_without_a_mention(play: Play, chain: ScriptedChain) -> None:
    """It is enough to reply to the bot, where the text of the message is given to it."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        await w.ann.send(w.channel, "and Russia?", reply_to=w.said()[-1])
        await w.max.send(w.channel, "thanks", reply_to=w.channel.history()[1])

    play(story, granted=True)
    assert [it.text for it in chain.asked] == [QUESTION, "and Russia?"]


def test_a_thread(play: Play, chain: ScriptedChain, journal: Journal) -> None:
    """Ask further opens a thread in which every question goes on from those before."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        opened = await w.ann.click(w.said()[-1], label="Ask further")
        thread = w.channel.threads[0]
        assert opened.response.content == f"It goes on in <#{thread.id}>."
        assert thread.name == QUESTION
        assert w.last(thread).startswith("Ask on here, and mention me")
        await w.ann.send(thread, f"{w.me} and Russia?")
        await w.max.send(thread, f"{w.me} and France?")
        await w.ann.send(w.channel, "not for you")
        again = await w.ann.click(w.said()[0], label="Ask further")
        assert again.response.content == f"It goes on in <#{thread.id}>."
        inside = await w.ann.click(w.said(thread)[1], label="Ask further")
        assert inside.response.content == "This is a thread: just ask here."

    play(story)
    assert [[turn.question for turn in it.history] for it in chain.asked] == [
        [],
        [QUESTION],
        [QUESTION, "and Russia?"],
    ]
    assert len(journal.threads()) == 1


def test_a_thread_without_mentions(play: Play, chain: ScriptedChain) -> None:
    """With the message content granted, any message in its thread is a question."""

    async def story(w: World) -> None:
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        await w.ann.click(w.said()[-1], label="Ask further")
        thread = w.channel.threads[0]
        assert w.last(thread) == "Ask on here: I know what was said so far."
        await w.ann.send(thread, "and Russia?")

    play(story, granted=True)
    assert [it.text for it in chain.asked] == [QUESTION, "and Russia?"]


def test_direct_messages(play: Play, chain: ScriptedChain) -> None:
    """A direct message is a question to the shared libraries; so is /ask there."""

    async def story(w: World) -> None:
        await w.ann.user.send_dm(QUESTION)
        assert w.last(w.ann.user.dm_channel) == ANSWER
        assert "Ask further" not in labels(w.said(w.ann.user.dm_channel)[-1])
        result = await w.ann.user.slash("ask", question=QUESTION)
        assert result.response.content == ANSWER

    play(story)
    assert all(it.libraries == ("main",) for it in chain.asked)


def test_ask_about_this(play: Play, chain: ScriptedChain) -> None:
    """The menu fills a modal with the message's text; what is sent is asked."""

    async def story(w: World) -> None:
        message = await w.max.send(w.channel, "Tanks crossed the border today.")
        shown = await w.ann.context_menu(w.channel, "Ask about this", message)
        assert "Tanks crossed the border today." in str(shown.modal)
        other = await w.max.context_menu(w.channel, "Ask about this", message)
        result = await w.ann.submit_modal(shown, {"question": QUESTION})
        assert result.response.content == ANSWER
        result = await w.max.submit_modal(other, {"question": QUESTION})
        assert result.response.content == ANSWER

    play(story)


def test_check_this_claim(play: Play, chain: ScriptedChain) -> None:
    """Each sentence with what speaks for it or against it, or nothing; seen by one person."""
    chain.script = (
        dict(chain.script)
        | {
            "The ministry called it a violation.": chain.script[QUESTION][:1],  # type: ignore[index]
            "Moscow was not deeply worried.": chain.script[QUESTION][1:],  # type: ignore[index]
        }
    )

    async def story(w: World) -> None:
        text = (
            "The ministry called it a violation. Moscow was not deeply worried. "
            "Nobody heard of Mars before. Is it true?"
        )
        message = await w.max.send(w.channel, text)
        result = await w.ann.context_menu(w.channel, "Check this claim", message)
        assert result.ephemeral
        assert result.response.content == (
            "> The ministry called it a violation.\n"
            "- **for** · [Tanks cross the border](<https://example.org/tanks>) · Border Dispatch"
            " · 24 August 2016: “The ministry called it a violation.”\n"
            "\n"
            "> Moscow was not deeply worried.\n"
            "- **against** · Powers divided · Capital Review · 25 August 2016: “Moscow was deeply"
            " worried.”\n"
            "\n"
            "> Nobody heard of Mars before.\n"
            "- nothing"
        )

    play(story)
