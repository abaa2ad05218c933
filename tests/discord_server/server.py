"""The small Discord: its REST API on loopback, what people do on it, and its faults."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import discord
import yarl
from aiohttp import web

from tests.discord_server import people
from tests.discord_server.contract import Contract
from tests.discord_server.gateway import Gateway, Session
from tests.discord_server.records import Asked, Fault, answer
from tests.discord_server.rest import Rest

TOKEN = "MTExMTExMTExMTExMTExMTEx.loop.back"
_EPOCH = 1_420_070_400_000  # Discord's, in milliseconds


class DiscordServer:
    """Start it, point discord.py at it with `pointed`, and act as people."""

    def __init__(self, *, heartbeat: int = 41_250, real_limits: bool = False) -> None:
        self.contract = Contract()
        self.violations: list[str] = []
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.flags = 0  # of the application: what the developer portal grants
        self.gateway = Gateway(self._ready, TOKEN, heartbeat=heartbeat)
        self.servers: dict[int, dict[str, Any]] = {}
        self.channels: dict[int, dict[str, Any]] = {}
        self.asked: dict[str, Asked] = {}  # by token, or by the id of the message
        self.port = 0
        self._last, self._runner = 0, None
        self.rest = Rest(self, real_limits=real_limits)

    def number(self) -> int:
        """A new id."""
        self._last = max(self._last + 1, (int(time.time() * 1000) - _EPOCH) << 22)
        return self._last

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application(middlewares=[self._watched], client_max_size=30_000_000)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_route("*", "/api/v10/{path:.*}", self._call)
        app.router.add_get("/files/{name}", self.rest.file)
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, shutdown_timeout=0.1)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection."""
        if self._runner is not None:
            await self._runner.cleanup()

    @contextmanager
    def pointed(self) -> Iterator[None]:
        """Within this, discord.py takes this for Discord."""
        before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
        discord.http.Route.BASE = f"http://127.0.0.1:{self.port}/api/v10"
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.gateway_url)
        try:
            yield
        finally:
            discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before

    @property
    def gateway_url(self) -> str:
        """Where the gateway is."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    # Servers and people.

    def add_server(self, channels: int = 1, number: int | None = None) -> tuple[int, list[int]]:
        """A server with so many channels; their ids. To be called before the bot connects."""
        number = number or self.number()
        made = [people.channel(self.number(), number) for _ in range(channels)]
        self.servers[number] = people.server(number, made)
        self.channels |= {int(it["id"]): it for it in made}
        return number, [int(it["id"]) for it in made]

    def add_direct(self, user: int) -> int:
        """A channel of direct messages with a person."""
        number = self.number()
        self.channels[number] = people.direct(number, people.user(user, f"user{user}"))
        return number

    def _ready(self, session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
        own = [
            it
            for number, it in self.servers.items()
            if (number >> 22) % session.shards == session.shard
        ]
        yield (
            "READY",
            {
                "v": 10,
                "user": people.user(people.BOT, "clippings", bot=True),
                "guilds": [{"id": it["id"], "unavailable": True} for it in own],
                "session_id": session.id,
                "resume_gateway_url": self.gateway_url,
                "shard": [session.shard, session.shards],
                "application": {"id": str(people.APPLICATION), "flags": self.flags},
            },
        )
        for it in own:
            yield "GUILD_CREATE", it

    def server_of(self, channel: int) -> int | None:
        """The server of a channel; None for direct messages."""
        return int(self.channels[channel].get("guild_id") or 0) or None

    async def interact(
        self, channel: int, user: int, kind: int, data: Any, *, manager: bool = False, **extra: Any
    ) -> Asked:
        """A person uses a command, a button or a modal."""
        token = f"token-{self.number()}"
        who = people.member(user, f"user{user}", manager=manager)
        asked = self.asked[token] = Asked(str(data), channel, user)
        body = people.interaction(self.number(), token, kind, self.channels[channel], who, data)
        await self.gateway.dispatch("INTERACTION_CREATE", body | extra, self.server_of(channel))
        return asked

    async def ask(self, channel: int, user: int, question: str, **options: Any) -> Asked:
        """A person uses /ask."""
        given = [{"name": "question", "type": 3, "value": question}]
        given += [
            {"name": name, "type": 5 if isinstance(value, bool) else 3, "value": value}
            for name, value in options.items()
        ]
        data = {"id": "1", "name": "ask", "type": 1, "options": given}
        return await self.interact(channel, user, 2, data)

    async def say(self, channel: int, user: int, text: str, **fields: Any) -> Asked:
        """A person writes a message that mentions the bot."""
        number, who = self.number(), people.member(user, f"user{user}")
        asked = self.asked[str(number)] = Asked(text, channel, user, written=True)
        bot = people.user(people.BOT, "clippings", bot=True)
        body = people.message(
            number, channel, who["user"], f"<@{people.BOT}> {text}", mentions=[bot], **fields
        )
        server = self.server_of(channel)
        if server is not None:
            body |= {"guild_id": str(server), "member": who}
        await self.gateway.dispatch("MESSAGE_CREATE", body, server)
        return asked

    async def until(self, asked: Asked, seconds: float = 15) -> Asked:
        """Wait until a question is answered, or told why not."""
        end = time.monotonic() + seconds
        while asked.answered is None:
            if time.monotonic() > end:
                raise TimeoutError(f"no answer to {asked}")
            await asyncio.sleep(0.01)
        return asked

    # Requests.

    @web.middleware
    async def _watched(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Faults come before everything else."""
        path = request.path.removeprefix("/api/v10")
        fault = next((it for it in self.faults if it.times and self._hits(it, request, path)), None)
        if fault is None or not request.path.startswith("/api"):
            return await handler(request)  # type: ignore[no-any-return]
        fault.times -= 1
        if fault.late:
            await handler(request)
        else:
            self._note_hindered(await request.read())
        if fault.status == 0:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()  # nobody gets it
        body = {"message": "fault", "retry_after": fault.retry_after, "global": False, "code": 0}
        headers = {"Via": "1.1 test"} if fault.status == 429 else {}
        return answer(body, fault.status, headers)

    def _note_hindered(self, body: bytes) -> None:
        """Whom the refused message answers."""
        message = re.search(rb'"message_reference":.*?"message_id": ?"?(\d+)', body)
        asked = self.asked.get(message[1].decode()) if message else None
        if asked is not None:
            asked.hindered = True

    def _hits(self, fault: Fault, request: web.Request, path: str) -> bool:
        return (not fault.method or fault.method == request.method) and bool(
            re.search(fault.path, path)
        )

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """Check a request against the contract, then carry it out."""
        path = f"/{request.match_info['path']}"
        body, files = await _body(request)
        self.requests.append((request.method, path))
        if (
            "Authorization" in request.headers
            and request.headers["Authorization"] != f"Bot {TOKEN}"
        ):
            return answer({"message": "401: Unauthorized", "code": 0}, 401)
        wrong = self.contract.faults(request.method, path, dict(request.query), body, len(files))
        if wrong:
            self.violations += wrong
            return answer({"message": "; ".join(wrong), "code": 50035}, 400)
        return await self.rest.carry_out(request.method, path, body, files)


async def _body(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    """The JSON of a request and the files that come with it."""
    if not request.can_read_body:
        return None, {}
    if not request.content_type.startswith("multipart/"):
        return json.loads(await request.read() or b"null"), {}
    body, files = None, {}
    async for part in await request.multipart():
        data = await part.read()  # type: ignore[union-attr]
        if part.name == "payload_json":  # type: ignore[union-attr]
            body = json.loads(data)
        else:
            files[part.filename] = bytes(data)  # type: ignore[union-attr]
    return body, files
