"""The bot of a storm, with the real chain, in a process of its own; it measures its loop and memory."""

import asyncio
import json
import resource
import sys
import time
from contextlib import closing
from pathlib import Path

import discord
import yarl

from bot.discord.access import own_library
from bot.discord.start import serve
from bot.journal import Journal
from bot.settings import BotSettings
from ingest.run import ingest
from retrieval.chain import Chain, build
from tests.discord_server.server import TOKEN
from tests.discord_server.storm import CALM, WORD, word

_TICK = 0.01  # seconds between two looks at the loop


async def _measured(lags: list[tuple[float, float]], memory: list[int]) -> None:
    """How late the loop is, and how much memory is held, until cancelled."""
    while True:
        at = time.perf_counter()
        await asyncio.sleep(_TICK)
        lags.append((at, time.perf_counter() - at - _TICK))
        if len(lags) % 100 == 0:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            memory.append(pages * resource.getpagesize() // 1_000_000)


def _filled(chain: Chain, folder: Path, servers: list[int]) -> None:
    """A library for each server, which knows one word that no other knows."""
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
    memory: list[int] = []
    with closing(build(settings)) as chain, closing(Journal(folder / "journal.db")) as journal:
        _filled(chain, folder, servers)
        task = asyncio.create_task(_measured(lags, memory))
        await serve(TOKEN, settings, chain, journal, shards=1)
        task.cancel()
        added = chain.library(own_library(servers[0])).count("articles") - 1
    calm = sorted(lag for at, lag in lags if at < lags[0][0] + CALM)
    all_lags = sorted(lag for _, lag in lags)
    third = max(len(memory) // 3, 1)
    figures = {
        "lag_ingest_alone_p99_ms": round(1000 * calm[int(len(calm) * 0.99)], 1),
        "lag_p50_ms": round(1000 * all_lags[len(all_lags) // 2], 1),
        "lag_p99_ms": round(1000 * all_lags[int(len(all_lags) * 0.99)], 1),
        "lag_max_ms": round(1000 * all_lags[-1], 1),
        "memory_first_third_mb": sum(memory[:third]) // third,
        "memory_last_third_mb": sum(memory[-third:]) // third,
        "articles_added_meanwhile": added,
    }
    told.write_text(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(
        _main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), list(map(int, sys.argv[4:])))
    )
