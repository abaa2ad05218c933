"""A storm of questions through the small Discord; run as a module, with the bot in its own process.

python -m tests.discord_server.storm [QUESTIONS] [USERS] [SERVERS]
"""

import asyncio
import itertools
import json
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.discord_server.records import Asked, Fault
from tests.discord_server.server import DiscordServer

_BURST = 100  # questions at once
CALM = 20.0  # seconds in which articles are added and nobody asks
_PAUSE = 2.0  # seconds between two bursts
FLAT = 2.0  # percent that memory may grow by from one third to the next, where no library grows
WORD = (
    "The code word of the harbour of Port {0} is {1}. It was set on Monday by the harbour master."
)
_TOLD = {
    "told_to_come_back": "ask again **in",
    "told_too_late": "no answer within",
    "told_no_article": "No article answers",
    "told_restarted": "restarted",
}


def word(server: int) -> str:
    """What only one server's library knows."""
    return f"sesame{server}"


async def storm(
    world: DiscordServer, count: int, users: int, *, pause: float = _PAUSE, faults: bool = True
) -> list[Asked]:
    """People ask, by command and by mention, in bursts; meanwhile lines break. Returns all of it."""
    dice, asked = random.Random(7), list[Asked]()
    places = [
        (number, int(c["id"])) for number, it in world.servers.items() for c in it["channels"]
    ]
    for at in range(count):
        _, channel = places[at % len(places)]
        text = f"What is the code word of the harbour, question {dice.randrange(count // 4)}?"
        act = world.say if at % 4 == 3 else world.ask
        asked.append(await act(channel, 1_000 + at % users, text))
        if at % _BURST == _BURST - 1:
            if faults and (at // _BURST) % 7 == 3:
                await world.gateway.drop()
                for it in asked:
                    it.hindered |= it.acknowledged is None
                world.faults += [Fault("messages", 502, 3), Fault("messages", 429, 3)]
                world.faults.append(Fault("@original", 0, 3))
            await asyncio.sleep(pause)
    return asked


async def settled(asked: list[Asked], seconds: float = 60) -> None:
    """Wait until everybody was answered or told, or for so long."""
    end = time.monotonic() + seconds
    while any(it.answered is None for it in asked) and time.monotonic() < end:
        await asyncio.sleep(0.05)


def figures(world: DiscordServer, asked: list[Asked]) -> dict[str, Any]:
    """What came of a storm. `wrong` counts words of another server in an answer.

    Counted apart are questions that Discord itself hindered: the line broke before they were acknowledged,
    or their answer was refused, which discord.py tries again a second later.
    """
    acknowledged = sorted(_acknowledged(it) for it in asked if not it.hindered)
    hindered = [_acknowledged(it) for it in asked if it.hindered]
    answered = sorted(it.answered if it.answered is not None else 1e9 for it in asked)
    kinds: Counter[str] = Counter()
    wrong = 0
    for it in asked:
        own = word(world.server_of(it.channel) or 0)
        held = set(re.findall(r"sesame\d+", it.content))
        wrong += bool(held - {own})
        told = (name for name, words in _TOLD.items() if words in it.content)
        kinds["answered" if own in held else next(told, "neither")] += 1
    return {
        "questions": len(asked),
        **{name: kinds[name] for name in ("answered", *_TOLD, "neither")},
        "wrong": wrong,
        "acknowledged_p50_s": round(acknowledged[len(acknowledged) // 2], 3),
        "acknowledged_p99_s": round(acknowledged[int(len(acknowledged) * 0.99)], 3),
        "acknowledged_max_s": round(acknowledged[-1], 3),
        "hindered_by_discord": len(hindered),
        "hindered_acknowledged_max_s": round(max(hindered, default=0.0), 3),
        "answered_p50_s": round(answered[len(asked) // 2], 3),
        "answered_max_s": round(answered[-1], 3),
        "requests": len(world.requests),
        "checked_against_schema": world.contract.checked,
        "violations": len(world.violations),
        "resumes": world.gateway.seen.count("resume"),
    }


def _acknowledged(asked: Asked) -> float:
    return asked.acknowledged if asked.acknowledged is not None else 1e9


async def _main(count: int, users: int, servers: int) -> int:
    world = DiscordServer()
    await world.start()
    for _ in range(servers):
        world.add_server()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "bot.json"
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.discord_server.storm_bot", str(world.port), folder),
            *(str(told), *map(str, world.servers)),
        )
        while not any(it.socket for it in world.gateway.sessions.values()):
            await asyncio.sleep(0.1)
            if child.returncode is not None:
                return 1
        times = [time.monotonic()]
        asked = await _while_adding(world, count, users)
        times.append(time.monotonic())
        again = await storm(world, count, users)  # of libraries that do not grow any more
        await settled(again)
        times.append(time.monotonic())
        child.send_signal(signal.SIGTERM)
        await child.wait()
        found = figures(world, asked) | measured(json.loads(told.read_text()), times)
    await world.stop()
    return _judged(world, found, figures(world, again))


async def _while_adding(world: DiscordServer, count: int, users: int) -> list[Asked]:
    """A storm while articles are added, until the last of them are; first they are added in calm."""
    enough = asyncio.Event()
    adding = asyncio.create_task(_add(world, enough))
    await asyncio.sleep(CALM)
    asked = await storm(world, count, users)
    await settled(asked)
    enough.set()
    await adding
    return asked


def measured(told: dict[str, Any], times: list[float]) -> dict[str, Any]:
    """What the bot measured of itself: how late its loop was, and its memory in MB.

    Args:
        told: by the bot, with moments beside its lags and its memory.
        times: when it began, when the libraries no longer grew, when it ended.
    """
    begun, grown, ended = times
    lags = sorted(lag for at, lag in told["lags"] if at < grown)
    calm = sorted(lag for at, lag in told["lags"] if at < begun + CALM)
    growing = [mb for at, mb in told["memory"] if begun <= at < grown]
    fixed = [mb for at, mb in told["memory"] if grown <= at < ended]
    third = len(fixed) // 3
    second, last = sum(fixed[third : 2 * third]) / third, sum(fixed[-third:]) / third
    return {
        "lag_ingest_alone_p99_ms": round(1000 * calm[int(len(calm) * 0.99)], 1),
        "lag_p50_ms": round(1000 * lags[len(lags) // 2], 1),
        "lag_p99_ms": round(1000 * lags[int(len(lags) * 0.99)], 1),
        "lag_max_ms": round(1000 * lags[-1], 1),
        "articles_added_meanwhile": told["articles"],
        "memory_before_mb": round(growing[0]),
        "memory_most_while_added_mb": round(max(growing)),
        "memory_fixed_first_third_mb": round(sum(fixed[:third]) / third),
        "memory_fixed_second_third_mb": round(second),
        "memory_fixed_last_third_mb": round(last),
        "memory_fixed_growth_percent": round(100 * (last / second - 1), 1),
    }


def _judged(world: DiscordServer, found: dict[str, Any], again: dict[str, Any]) -> int:
    """Print what was found; 0 where all of it is as it has to be."""
    for name, value in found.items():
        print(f"{name:31} {value}")
    print(f"{'acknowledged_of_the_fixed_max_s':31} {again['acknowledged_max_s']}")
    print(f"{'answered_of_the_fixed':31} {again['answered']} of {again['questions']}")
    for line in Counter(world.violations).most_common(5):
        print(line)
    good = again["violations"] == 0
    for it in (found, again):
        good = good and it["neither"] == it["wrong"] == 0 and it["acknowledged_max_s"] < 1
        good = good and it["hindered_acknowledged_max_s"] < 3
    flat = found["memory_fixed_growth_percent"] < FLAT
    return 0 if good and flat and found["lag_ingest_alone_p99_ms"] < 50 else 1


async def _add(world: DiscordServer, enough: asyncio.Event) -> None:
    """A moderator adds file after file of articles, so that ingest runs beside the answers."""
    channel = next(iter(world.channels))
    for round_ in itertools.count():
        if enough.is_set():
            return
        lines = [
            {
                "id": f"{round_}-{n}",
                "title": f"Report {n}",
                "text": f"Report {n} of {round_}. " * 60,
            }
            for n in range(100)
        ]
        data = "\n".join(map(json.dumps, lines)).encode()
        name = f"batch{round_}.jsonl"
        world.rest.files[name] = data
        url = f"http://127.0.0.1:{world.port}/files/{name}"
        file = {"id": "5", "filename": name, "size": len(data), "url": url, "proxy_url": url}
        option = {"name": "file", "type": 11, "value": "5"}
        inner = {"name": "file", "type": 1, "options": [option]}
        options = [{"name": "add", "type": 2, "options": [inner]}]
        command = {"id": "2", "name": "library", "type": 1, "options": options}
        command["resolved"] = {"attachments": {"5": file}}
        asked = await world.interact(channel, 5, 2, command, manager=True)
        while not any("Added" in it["content"] for it in asked.messages):
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    given = [int(it) for it in sys.argv[1:]]
    sys.exit(asyncio.run(_main(*(given + [2_000, 200, 20][len(given) :]))))
