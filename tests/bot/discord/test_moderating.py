"""What moderators do: the library, the panel; and that nobody else may."""

from collections.abc import Callable

from fakes import ScriptedChain, article

from bot.settings import BotSettings
from tests.bot.discord.conftest import own
from tests.bot.discord.world import World, labels
from tests.bot.material import QUESTION

Play = Callable[..., None]
FILE = b"---\ntitle: The *bridge* opens\ndate: 2024-05-03\n---\nThe bridge opened on Friday."
ONLY = "This is for moderators: whoever may manage the server, or has a role that `/setup` names."


def test_a_file_is_added_and_undone(play: Play, chain: ScriptedChain) -> None:
    """It is confirmed with what was understood; the button takes it out again, once."""

    async def story(w: World) -> None:
        added = await w.max.slash(w.channel, "library add file", file=("bridge.md", FILE))
        assert added.ephemeral
        assert added.response.content == (
            "Added to this server's library:\n- The \\*bridge\\* opens · 3 May 2024 · 5 words"
        )
        assert labels(added.response) == ["Undo"]
        library = chain.library(f"guild-{w.server.id}")
        assert library.count("articles") == 1
        again = await w.max.slash(w.channel, "library add file", file=("bridge.md", FILE))
        assert again.response.content.startswith("Nothing new")
        undone = await w.max.click(added.response, label="Undo")
        assert undone.response.content == "Undone: 1 taken out of the library."
        assert library.count("articles") == library.count("items") == 0
        twice = await w.max.click(added.response, label="Undo")
        assert twice.response.content.startswith("This was undone before")
        library.close()

    play(story)
    incoming = chain.settings.data / "incoming"
    assert not [it for it in incoming.rglob("*") if it.is_file()]


def test_what_cannot_be_added_is_told(play: Play, chain: ScriptedChain) -> None:
    """Kinds that cannot be read, empty files, pages; without the paths of this machine."""

    async def story(w: World) -> None:
        for name, data, says in (
            ("a.mp4", b"film", "a.mp4: this kind of file cannot be read"),
            ("b.txt", b" ", "b.txt: is empty"),
        ):
            result = await w.max.slash(w.channel, "library add file", file=(name, data))
            assert result.response.content.startswith("Nothing was added.\n- ")
            assert says in result.response.content
            assert str(chain.settings.data) not in result.response.content
        inside = await w.max.slash(w.channel, "library add url", url="http://127.0.0.1:9/x")
        assert inside.response.content.startswith("Nothing was added.\n- ")
        assert "public" in inside.response.content
        for command in ("library add url", "library follow", "library unfollow"):
            result = await w.max.slash(w.channel, command, url="/etc")
            assert "is no web address" in result.response.content

    play(story)


def test_add_to_the_library(play: Play, chain: ScriptedChain) -> None:
    """The menu takes a message's attachments and links; one without either is told so."""

    async def story(w: World) -> None:
        files = [("one.md", FILE), ("two.txt", b"Title: Two\n\nIt happened in May.")]
        message = await w.ann.send(w.channel, "see http://127.0.0.1:9/x.", attachments=files)
        result = await w.max.context_menu(w.channel, "Add to the library", message)
        assert "Two · 4 words" in result.response.content
        assert "bridge" in result.response.content
        assert "http\\://127.0.0.1:9/x" in result.response.content
        bare = await w.ann.send(w.channel, "nothing here")
        result = await w.max.context_menu(w.channel, "Add to the library", bare)
        assert result.response.content == "This message has no link and no attachment."

    play(story)


def test_a_file_too_large(play: Play) -> None:
    """It is not even downloaded."""

    async def story(w: World) -> None:
        data = b"x" * 1_500_000
        result = await w.max.slash(w.channel, "library add file", file=("big.txt", data))
        assert "big.txt has 2 MB; 1 MB may be added" in result.response.content

    play(story, max_file_mb=1)


def test_list_forget_and_status(play: Play, settings: BotSettings) -> None:
    """What a server has, what it forgets, and its figures."""

    async def story(w: World) -> None:
        empty = await w.max.slash(w.channel, "library list")
        assert empty.response.content.startswith("This server's library is empty.")
        library = own(settings, w.server.id, *(article(n) for n in range(20)))
        listed = await w.max.slash(w.channel, "library list")
        assert "**This server's library: 20 articles**" in listed.response.content
        assert [it.filename for it in listed.response.attachments] == ["articles.txt"]
        gone = await w.max.slash(w.channel, "library forget", article="a7")
        assert gone.response.content == "Forgotten: Title 7."
        assert library.count("articles") == 19
        await w.ann.slash(w.channel, "ask", question=QUESTION)
        status = await w.max.slash(w.channel, "library status")
        assert "Articles: 19, passages: 19" in status.response.content
        assert "Asked here: 1, answered: 1" in status.response.content
        library.close()

    play(story)


def test_only_moderators(play: Play, chain: ScriptedChain) -> None:
    """Whoever neither manages the server nor has the role is told so, whatever they try."""

    async def story(w: World) -> None:
        message = await w.ann.send(w.channel, "see https://example.org/x")
        for result in (
            await w.ann.slash(w.channel, "library add file", file=("bridge.md", FILE)),
            await w.ann.slash(w.channel, "library list"),
            await w.ann.slash(w.channel, "library forget", article="a1"),
            await w.ann.context_menu(w.channel, "Add to the library", message),
            await w.ann.slash(w.channel, "setup"),
        ):
            assert result.response.content == ONLY
            assert result.ephemeral
        added = await w.max.slash(w.channel, "library add file", file=("bridge.md", FILE))
        number = added.response.components[0]["components"][0]["custom_id"]
        assert number.startswith("clip:u:")

    play(story)


def test_the_panel(play: Play, chain: ScriptedChain) -> None:
    """Channels, roles, language and looks are chosen in a panel, and hold at once."""

    async def story(w: World) -> None:
        readers, editors = w.server.create_role("readers"), w.server.create_role("editors")
        other = w.server.create_text_channel("other")
        eddy = w.server.add_member(w.env.create_user("eddy"), roles=[editors])
        panel = (await w.max.slash(w.channel, "setup")).response
        await w.max.select(panel, [w.channel], custom_id="clip:setup:channels")
        await w.max.select(panel, [readers], custom_id="clip:setup:ask_roles")
        await w.max.select(panel, [editors], custom_id="clip:setup:add_roles")
        wrong = await w.ann.slash(other, "ask", question=QUESTION)
        assert wrong.response.content == f"I answer in <#{w.channel.id}>."
        assert wrong.ephemeral
        await w.ann.send(other, f"{w.me} {QUESTION}")
        assert w.said(other) == []
        refused = await w.ann.slash(w.channel, "ask", question=QUESTION)
        assert refused.response.content == f"Asking is for <@&{readers.id}> on this server."
        allowed = await eddy.slash(w.channel, "library add file", file=("bridge.md", FILE))
        assert "Added" in allowed.response.content
        theirs = (await eddy.slash(w.channel, "setup")).response
        denied = await eddy.select(theirs, [readers], custom_id="clip:setup:add_roles")
        assert denied.response.content.startswith("Roles are chosen by whoever may manage")
        await w.max.select(panel, ["de"], custom_id="clip:setup:language")
        await w.max.select(panel, ["short"], custom_id="clip:setup:show")
        answer = (await w.max.slash(w.channel, "ask", question=QUESTION)).response
        assert "24. August 2016" in answer.content
        assert "> " not in answer.content
        assert labels(answer)[0] == "Ausschnitte"
        assert w.bot.choices(w.elsewhere.id).language == "en"
        assert w.bot.journal.choices()[w.server.id] == w.bot.choices(w.server.id)

    play(story)
