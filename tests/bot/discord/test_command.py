"""`clippings discord`, the whole command in a process of its own, on the small Discord."""

import asyncio
import signal
import sys

import pytest

from retrieval.library import Library
from tests.bot.discord.wire import channels
from tests.bot.material import QUESTION, Run
from tests.discord_server.server import TOKEN, DiscordServer

# The scripted chain, discord.py pointed at the small Discord, and no five seconds between two shards.
PROGRAM = """
import sys, discord, yarl
from bot.discord.client import Bot
from tests.bot import scripted
port = sys.argv.pop(1)
discord.http.Route.BASE = f"http://127.0.0.1:{port}/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}/gateway")
async def at_once(self, shard_id, *, initial=False):
    pass
Bot.before_identify_hook = at_once
scripted.opening.chain = lambda **_: scripted.ScriptedChain(
    scripted.opening.settings(), {scripted.QUESTION: [scripted.SYRIA, scripted.RUSSIA]}
)
scripted.main()
"""


@pytest.mark.usefixtures("main")
def test_from_the_token_to_the_signal(environment: dict[str, str]) -> None:
    """It connects as many shards as it is told, answers, and ends well at SIGTERM, in plain lines."""
    world = DiscordServer()
    for _ in range(6):
        world.add_server()
    settings = {"CLIPPINGS_DISCORD_TOKEN": TOKEN, "CLIPPINGS_DISCORD_SHARED": "main"}

    async def story() -> tuple[int | None, bytes]:
        await world.start()
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, str(world.port), "discord", "--shards", "2"),
            env=environment | settings,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            while len([it for it in world.gateway.sessions.values() if it.socket]) < 2:
                await asyncio.sleep(0.05)
            for channel in channels(world):
                assert "[1]" in (await world.until(await world.ask(channel, 7, QUESTION))).content
            child.send_signal(signal.SIGTERM)
            _, said = await child.communicate()
        await world.stop()
        return child.returncode, said

    code, said = asyncio.run(story())
    assert code == 0
    assert said.decode() == "clippings: ending: answers in flight are finished first\n"
    assert {it.shard for it in world.gateway.sessions.values()} == {0, 1}
    assert world.violations == []


def test_the_invite_is_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, without connecting."""
    monkeypatch.setenv("CLIPPINGS_DISCORD_TOKEN", TOKEN)
    done = run("discord", "--invite")
    assert (done.code, done.err, done.out.count("\n")) == (0, "", 1)
    assert done.out.startswith("https://discord.com/oauth2/authorize?client_id=")


def test_what_is_missing_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, main: Library
) -> None:
    """And an exit code; no shards at all are wrong usage."""
    for words in (("discord",), ("discord", "--invite")):
        done = run(*words)
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
        assert done.err.startswith("clippings: no Discord token: set CLIPPINGS_DISCORD_TOKEN")
    monkeypatch.setenv("CLIPPINGS_DISCORD_TOKEN", TOKEN)
    done = run("discord")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert done.err.startswith("clippings: no library to ask: make one with: clippings ingest")
    assert run("discord", "--shards", "0").code == 2
