"""A storm of questions through the small Discord; run as a module, with the bot in its own process.

python -m tests.discord_server.storm [QUESTIONS] [USERS] [SERVERS]
"""

import asyncio
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
    """What came of a storm. `wrong` counts words of another server in an answer."""
    acknowledged = sorted(it.acknowledged if it.acknowledged is not None else 1e9 for it in asked)
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
        "acknowledged_p50_s": round(acknowledged[len(asked) // 2], 3),
        "acknowledged_p99_s": round(acknowledged[int(len(asked) * 0.99)], 3),
        "acknowledged_max_s": round(acknowledged[-1], 3),
        "answered_p50_s": round(answered[len(asked) // 2], 3),
        "answered_max_s": round(answered[-1], 3),
        "requests": len(world.requests),
        "checked_against_schema": world.contract.checked,
        "violations": len(world.violations),
        "resumes": world.gateway.seen.count("resume"),
    }


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
        adding = asyncio.create_task(_add(world))
        await asyncio.sleep(CALM)
        asked = await storm(world, count, users)
        await settled(asked)
        adding.cancel()
        child.send_signal(signal.SIGTERM)
        await child.wait()
        found = figures(world, asked) | json.loads(told.read_text())
    await world.stop()
    for name, value in found.items():
        print(f"{name:24} {value}")
    for line in Counter(world.violations).most_common(5):
        print(line)
    good = found["neither"] == found["wrong"] == found["violations"] == 0
    quick = found["acknowledged_max_s"] < 3 and found["lag_ingest_alone_p99_ms"] < 50
    return 0 if good and quick else 1


async def _add(world: DiscordServer) -> None:
    """A moderator adds files of articles all the while, so that ingest runs beside the answers."""
    channel = next(iter(world.channels))
    for round_ in range(1_000):
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
