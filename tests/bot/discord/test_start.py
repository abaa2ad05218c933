"""What can be wrong at the start, each in one plain line; the invite link; who imports what."""

import ast
import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import ScriptedChain

from bot import opening
from bot.discord import start
from bot.journal import Journal
from bot.settings import BotSettings
from retrieval.errors import ClippingsError, NoLibrary, SettingsError
from retrieval.library import Library
from retrieval.settings import load_settings
from tests.bot.material import QUESTION
from tests.discord_server.server import TOKEN, DiscordServer

ROOT = Path(__file__).parents[3]


def test_no_token_and_no_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library
) -> None:
    """Told before anything is loaded or connected."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIPPINGS_DATA", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match="no Discord token: set CLIPPINGS_DISCORD_TOKEN"):
        start.run(1)
    monkeypatch.setenv("CLIPPINGS_DISCORD_TOKEN", TOKEN)
    with pytest.raises(NoLibrary, match="no library to ask: make one with: clippings ingest PATH"):
        start.run(1)
    monkeypatch.setenv("CLIPPINGS_DISCORD_SHARED", "main, news")
    monkeypatch.setenv("CLIPPINGS_DATA", str(tmp_path))
    with pytest.raises(NoLibrary, match="no library 'news', which CLIPPINGS_DISCORD_SHARED lists"):
        start.run(1)
    monkeypatch.setenv("CLIPPINGS_DISCORD_SHARED", "none")
    start.check_libraries(load_settings(BotSettings))


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("CLIPPINGS_DISCORD_SHARED", "guild-1", "is a server's own and cannot be shared"),
        ("CLIPPINGS_DISCORD_SHARED", "../main", "cannot be a library"),
        ("CLIPPINGS_DISCORD_QUEUE", "-1", "should be greater than or equal to 0"),
        ("CLIPPINGS_DISCORD_TOKN", "x", "did you mean CLIPPINGS_DISCORD_TOKEN"),
    ],
)
def test_settings_that_cannot_be_used(
    key: str, value: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is named in one line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(key, value)
    with pytest.raises(SettingsError, match=says) as error:
        opening.settings()
    assert "\n" not in str(error.value)


def test_the_token_is_a_setting_of_every_command_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`clippings ask` knows it too; no repr holds it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIPPINGS_DISCORD_TOKEN", TOKEN)
    settings = opening.settings()
    assert TOKEN not in repr(settings)
    assert settings.shared == ()


def test_the_invite_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Computed from the token alone, with exactly the permissions that docs/discord.md lists."""
    monkeypatch.chdir(tmp_path)
    settings = BotSettings(discord_token=TOKEN)  # type: ignore[arg-type]  # pydantic makes it secret
    assert start.invite(settings) == (
        "https://discord.com/oauth2/authorize?client_id=111111111111111111"
        "&scope=bot+applications.commands&permissions=309237746688"
    )
    told = (ROOT / "docs" / "discord.md").read_text("utf-8")
    assert str(start.PERMISSIONS.value) in told
    with pytest.raises(SettingsError, match="Discord does not know the token"):
        start.invite(BotSettings(discord_token="not a token"))  # type: ignore[arg-type]


def _serve(
    world: DiscordServer, token: str, settings: BotSettings, chain: ScriptedChain, journal: Journal
) -> None:
    async def story() -> None:
        await world.start()
        with world.pointed():
            try:
                async with asyncio.timeout(30):
                    await start.serve(token, settings, chain, journal, shards=1)  # type: ignore[arg-type]
            finally:
                await world.stop()

    asyncio.run(story())


def test_what_discord_refuses(
    settings: BotSettings, chain: ScriptedChain, journal: Journal
) -> None:
    """A token that it does not know, an intent that it does not grant, nobody there."""
    with pytest.raises(SettingsError, match="Discord does not know the token") as error:
        _serve(DiscordServer(), "MTEx.bad.token", settings, chain, journal)
    assert "\n" not in str(error.value)
    world = DiscordServer()
    world.gateway.granted = False
    world.flags = 1 << 18  # the developer portal says that message content is granted
    with pytest.raises(SettingsError, match="does not grant the Message Content intent"):
        _serve(world, TOKEN, settings, chain, journal)

    async def nobody() -> None:
        world = DiscordServer()
        world.port = 9
        with world.pointed():
            await start.serve(TOKEN, settings, chain, journal, shards=1)  # type: ignore[arg-type]

    with pytest.raises(ClippingsError, match="Discord cannot be reached") as error:
        asyncio.run(nobody())
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("flags", "reads"), [(0, False), (1 << 18, True), (1 << 19, True)])
def test_intents(
    flags: int, reads: bool, settings: BotSettings, chain: ScriptedChain, journal: Journal
) -> None:
    """Message content is asked for only where the developer portal grants it; a signal ends it."""
    world = DiscordServer()
    world.flags = flags
    world.add_server()

    async def story() -> None:
        await world.start()
        with world.pointed():
            serving = asyncio.create_task(
                start.serve(TOKEN, settings, chain, journal, shards=1)  # type: ignore[arg-type]
            )
            while not world.gateway.sessions:
                await asyncio.sleep(0.01)
            asked = await world.ask(next(iter(world.channels)), 7, QUESTION)
            await world.until(asked)
            os.kill(os.getpid(), signal.SIGTERM)
            await serving
        await world.stop()

    asyncio.run(story())
    assert bool(world.gateway.intents & (1 << 15)) is reads
    assert world.gateway.intents & ~(1 << 15) == 1 | 1 << 9 | 1 << 12


def test_only_the_package_imports_discord() -> None:
    """And the rest of the program never loads it."""
    for file in [*ROOT.glob("bot/*.py"), *ROOT.glob("ingest/*.py"), *ROOT.glob("retrieval/*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [it.name for it in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(it.split(".")[0] == "discord" for it in names), file
    code = "import sys, bot.cli; sys.exit('discord' in sys.modules or 'bot.discord' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_asyncio_is_crossed_in_one_place() -> None:
    """Threads are started for the event loop in bot/bridge.py alone."""
    crossing = ("run_in_executor", "to_thread", "call_soon_threadsafe", "run_coroutine_threadsafe")
    for file in ROOT.glob("bot/**/*.py"):
        text = file.read_text("utf-8")
        assert file.name == "bridge.py" or not any(it in text for it in crossing), file


_ARENAS = """
import ctypes, sys, threading
from bot.discord.start import few_arenas
few_arenas()
go_on = threading.Barrier(9)
def work():
    held = [bytearray(1_000) for _ in range(1_000)]
    go_on.wait()
for _ in range(8):
    threading.Thread(target=work).start()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
go_on.wait()
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="not glibc")
def test_threads_share_their_memory(tmp_path: Path) -> None:
    """Eight threads at once get two of glibc's arenas, not one each."""
    file = tmp_path / "arenas.xml"
    subprocess.run([sys.executable, "-c", _ARENAS, str(file)], cwd=ROOT, check=True)
    assert file.read_text().count("<heap nr=") == 2
