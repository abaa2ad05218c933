"""A chat server on loopback that plays a script in a provider's protocol: streams, errors, silence."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from model_dialects import OPENAI, Dialect
from pydantic import SecretStr
from retrieval_news import ASKED

from retrieval.chain import Chain
from retrieval.model import open_model
from retrieval.settings import Settings
from retrieval.spending import Spending
from retrieval.types import Answer
from retrieval.writer import Writer

KEY = "sk-do-not-show-this-4711"
SAID = "Martin Schaefer said Germany respected the Turkish incursion."
# Cited to every passage: one of them supports it, and that becomes the citation.
EVERY = f"{SAID} [1][2][3]"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server does with one request.

    `text` is streamed word by word, with `chunked` in HTTP/1.1's chunks. `cut` closes the connection
    after so many words, `broken` tells an error there, `endless` never stops saying the text,
    `silent` sends nothing for so many seconds, `alive` only keeps the connection open. `usage` is what it says it cost. Another `status`
    than 200 comes with `body`, or with `says` as the provider words its errors.
    """

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    says: str = ""
    cut: int | None = None
    broken: int | None = None
    chunked: bool = False
    endless: bool = False
    silent: float = 0.0
    alive: bool = False
    usage: tuple[int, int] | None = (100, 20)


class ModelServer:
    """Plays its replies in order, the last for ever; keeps in `asked` what it was asked."""

    def __init__(self, replies: Sequence[Reply], speaks: Dialect = OPENAI) -> None:
        self.speaks = speaks
        self.replies, self.asked = list(replies), list[dict[str, Any]]()
        self.keys: list[str] = []
        self.stopped = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                """One request."""
                outer.play(self)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}{speaks.root}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def play(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request by the script."""
        length = int(request.headers["content-length"])
        self.asked.append(json.loads(request.rfile.read(length)))
        header, before = self.speaks.key
        self.keys.append(request.headers.get(header, "").removeprefix(before))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if not request.path.endswith(self.speaks.path):
            reply = Reply(status=404)
        if reply.silent:
            self.stopped.wait(reply.silent)
            request.close_connection = True
            return
        request.send_response(reply.status)
        for name, value in reply.headers.items():
            request.send_header(name, value)
        if reply.status != 200:
            self._refuse(request, reply)
            return
        request.send_header("content-type", self.speaks.kind)
        request.send_header("connection", "close")
        if reply.chunked:
            request.send_header("transfer-encoding", "chunked")
        request.end_headers()
        try:
            self._stream(request, reply)
        except OSError:
            return  # the client has heard enough

    def _refuse(self, request: BaseHTTPRequestHandler, reply: Reply) -> None:
        told = json.dumps(self.speaks.error(reply.status, reply.says)) if reply.says else reply.body
        body = told.encode()
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _stream(self, request: BaseHTTPRequestHandler, reply: Reply) -> None:
        words = [word + " " for word in reply.text.split(" ")]
        words[-1] = words[-1].rstrip()

        def send(*frames: bytes) -> None:
            for data in frames:
                request.wfile.write(_chunk(data) if reply.chunked else data)
            request.wfile.flush()

        send(*self.speaks.opening(reply.usage))
        while reply.alive and not self.stopped.wait(0.02):
            send(self.speaks.alive)
        while True:
            for number, word in enumerate(words):
                if number == reply.cut:
                    request.connection.shutdown(socket.SHUT_RDWR)
                    return
                if number == reply.broken:
                    send(self.speaks.broken, *[b""] * reply.chunked)
                    return
                send(self.speaks.word(word))
            if not reply.endless or self.stopped.is_set():
                break
            time.sleep(0.001)
        send(*self.speaks.ending(reply.usage), *[b""] * reply.chunked)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def served(chain: Chain, folder: Path, server: ModelServer, **options: Any) -> Answer:
    """The answer of the chain with the model that the server plays; `seconds` is its time limit."""
    seconds, sleep = options.get("seconds", 20), options.get("sleep", lambda _: None)
    name = f"{server.speaks.provider}:scripted"
    model = open_model(settings(folder, server, seconds=seconds))
    chain.writer = Writer(name, model, Spending(folder), seconds=seconds, sleep=sleep)
    return chain.ask(ASKED)


def settings(
    folder: Path,
    server: ModelServer,
    *,
    name: str = "scripted",
    key: str | None = KEY,
    seconds: float = 20,
) -> Settings:
    """The settings that lead to the server."""
    return Settings(
        data=folder,
        model=f"{server.speaks.provider}:{name}",
        model_url=server.url,
        model_key=SecretStr(key) if key else None,
        model_seconds=seconds,
    )


@contextmanager
def serving(*replies: Reply, speaks: Dialect = OPENAI) -> Iterator[ModelServer]:
    """A server with that script, for as long as the block lasts."""
    server = ModelServer(replies, speaks)
    try:
        yield server
    finally:
        server.close()
