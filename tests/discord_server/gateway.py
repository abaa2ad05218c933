"""The gateway: hello, identify, resume, heartbeats, events, compressed; and ways to break it."""

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

import zstandard
from aiohttp import WSMsgType, web

HEARTBEAT = 41_250  # milliseconds, as Discord's
_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT, _INVALID, _HELLO, _ACK = (
    0,
    1,
    2,
    6,
    7,
    9,
    10,
    11,
)


class Compressor:
    """One compressed stream over a whole connection, flushed after each message."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._zlib = zlib.compressobj()
        self._zstd = zstandard.ZstdCompressor().compressobj()

    def pack(self, payload: dict[str, Any]) -> bytes:
        """A message's bytes."""
        data = json.dumps(payload).encode()
        if self.kind == "zlib-stream":
            return self._zlib.compress(data) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
        return self._zstd.compress(data) + self._zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


@dataclass
class Session:
    """A session outlives its sockets: what was sent meanwhile is sent when it is resumed."""

    id: str
    shard: int
    shards: int
    events: list[dict[str, Any]] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    compressor: Compressor | None = None
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, payload: dict[str, Any]) -> None:
        """To the socket, where there is one."""
        async with self.sending:
            if self.socket is not None and not self.socket.closed and self.compressor is not None:
                try:
                    await self.socket.send_bytes(self.compressor.pack(payload))
                except (ConnectionError, RuntimeError):
                    self.socket = None


class Gateway:
    """All sessions. `seen` keeps what the bot did, in order: identify, resume, heartbeat."""

    def __init__(self, ready: Any, token: str, *, heartbeat: int = HEARTBEAT) -> None:
        self._ready, self._token, self._heartbeat = ready, token, heartbeat
        self.sessions: dict[str, Session] = {}
        self.seen: list[str] = []
        self.compression: set[str] = set()
        self.granted = True  # whether every intent is
        self.answers_heartbeats = True
        self.open = True  # whether connections are taken
        self.intents = 0  # that were asked for last

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection."""
        if not self.open:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        compressor = Compressor(request.query.get("compress", ""))
        self.compression.add(compressor.kind)
        await socket.send_bytes(
            compressor.pack({"op": _HELLO, "d": {"heartbeat_interval": self._heartbeat}})
        )
        session: Session | None = None
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            payload = json.loads(message.data)
            session = await self._take(payload, session, socket, compressor)
        if session is not None and session.socket is socket:
            session.socket = None
        return socket

    async def _take(
        self,
        payload: dict[str, Any],
        session: Session | None,
        socket: web.WebSocketResponse,
        compressor: Compressor,
    ) -> Session | None:
        op, data = payload["op"], payload.get("d")
        if op == _HEARTBEAT:
            self.seen.append("heartbeat")
            if self.answers_heartbeats:
                await socket.send_bytes(compressor.pack({"op": _ACK}))
        elif op == _IDENTIFY:
            self.seen.append("identify")
            return await self._identify(data, socket, compressor)
        elif op == _RESUME:
            self.seen.append("resume")
            return await self._resume(data, socket, compressor)
        return session

    async def _identify(
        self, data: dict[str, Any], socket: web.WebSocketResponse, compressor: Compressor
    ) -> Session | None:
        if data["token"] != self._token:
            await socket.close(code=4004)
            return None
        if not self.granted:
            await socket.close(code=4014)
            return None
        self.intents = data["intents"]
        shard, shards = data.get("shard", [0, 1])
        session = Session(f"session-{len(self.sessions)}", shard, shards)
        session.socket, session.compressor = socket, compressor
        self.sessions[session.id] = session
        for event, body in self._ready(session):
            await self._dispatch(session, event, body)
        return session

    async def _resume(
        self, data: dict[str, Any], socket: web.WebSocketResponse, compressor: Compressor
    ) -> Session | None:
        session = self.sessions.get(data["session_id"])
        if session is None:
            await socket.send_bytes(compressor.pack({"op": _INVALID, "d": False}))
            return None
        async with session.sending:
            for payload in session.events[data["seq"] :]:
                await socket.send_bytes(compressor.pack(payload))
            session.socket, session.compressor = socket, compressor
        await self._dispatch(session, "RESUMED", {})
        return session

    async def _dispatch(self, session: Session, event: str, body: dict[str, Any]) -> None:
        payload = {"op": _DISPATCH, "t": event, "s": len(session.events) + 1, "d": body}
        session.events.append(payload)
        await session.send(payload)

    async def dispatch(self, event: str, body: dict[str, Any], server: int | None) -> None:
        """Send an event to the shard of that server (direct messages go to the first)."""
        for session in list(self.sessions.values()):
            shard = ((server or 0) >> 22) % session.shards if server else 0
            if session.shard == shard:
                await self._dispatch(session, event, body)

    async def drop(self, *, hard: bool = True) -> None:
        """Break every connection; `hard` cuts the line, otherwise it is closed with a code."""
        for session in self.sessions.values():
            socket, session.socket = session.socket, None
            if socket is None or socket.closed:
                continue
            if hard:
                transport = socket._req.transport if socket._req else None
                if transport is not None:
                    transport.abort()
            else:
                await socket.close(code=4000)

    async def ask_to_reconnect(self) -> None:
        """What Discord sends before it closes a connection for its own reasons."""
        for session in self.sessions.values():
            await session.send({"op": _RECONNECT, "d": None})

    async def invalidate(self) -> None:
        """The sessions are no more: the bot must identify anew."""
        sessions, self.sessions = self.sessions, {}
        for session in sessions.values():
            await session.send({"op": _INVALID, "d": False})
