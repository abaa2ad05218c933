"""The bot of a storm, with the real chain, in a process of its own; it measures its loop and memory."""

import asyncio
import json
import multiprocessing
import resource
import sys
import time
from contextlib import closing
from pathlib import Path

import discord
import yarl

from bot.discord.access import own_library
from bot.discord.start import few_arenas, serve
from bot.journal import Journal
from bot.settings import BotSettings
from ingest.run import ingest
from retrieval.chain import build
from retrieval.settings import Settings
from tests.discord_server.server import TOKEN
from tests.discord_server.storm import WORD, word

_TICK = 0.01  # seconds between two looks at the loop


async def _measured(lags: list[tuple[float, float]], memory: list[tuple[float, float]]) -> None:
    """How late the loop is, and how much memory is held, in MB, until cancelled."""
    page = resource.getpagesize() / 1e6
    while True:
        at = time.monotonic()
        await asyncio.sleep(_TICK)
        lags.append((at, time.monotonic() - at - _TICK))
        if len(lags) % 100 == 0:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            memory.append((at, pages * page))


def _filled(folder: Path, servers: list[int]) -> None:
    """A library for each server, which knows one word that no other knows."""
    with closing(build(Settings(data=folder))) as chain:
        chain.prepare()
        for server in servers:
            file = folder / f"{server}.txt"
            file.write_text(f"Title: The harbour\n\n{WORD.format(server, word(server))}\n")
            library = chain.library(own_library(server), create=True)
            ingest(library, [str(file)], embedder=chain.embedder, vectors=chain.vectors)


async def _main(port: int, folder: Path, told: Path, servers: list[int]) -> None:
    discord.http.Route.BASE = f"http://127.0.0.1:{port}/api/v10"
    gateway = yarl.URL(f"ws://127.0.0.1:{port}/gateway")
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway
    settings = BotSettings(
        data=folder, discord_shared=("none",), discord_user_limit=100, discord_server_limit=10_000
    )
    lags: list[tuple[float, float]] = []
    memory: list[tuple[float, float]] = []
    few_arenas()
    with closing(build(settings)) as chain, closing(Journal(folder / "journal.db")) as journal:
        chain.warm()
        task = asyncio.create_task(_measured(lags, memory))
        await serve(TOKEN, settings, chain, journal, shards=1)
        task.cancel()
        added = chain.library(own_library(servers[0])).count("articles") - 1
    told.write_text(json.dumps({"lags": lags, "memory": memory, "articles": added}))


if __name__ == "__main__":
    _folder, _servers = Path(sys.argv[2]), [int(it) for it in sys.argv[4:]]
    # In a process of its own, as `clippings ingest` is: it exports the models, with all of torch.
    filling = multiprocessing.get_context("spawn").Process(target=_filled, args=[_folder, _servers])
    filling.start()
    filling.join()
    asyncio.run(_main(int(sys.argv[1]), _folder, Path(sys.argv[3]), _servers))
