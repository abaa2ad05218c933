"""An OpenAI-compatible server on loopback that plays a script: streams, errors, limits, silence."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server does with one request.

    `text` is streamed word by word, with `chunked` in HTTP/1.1's chunks. `cut` closes the connection after so many words, `endless` never
    stops saying it, `silent` sends nothing for so many seconds. `usage` is what it says it cost.
    """

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    cut: int | None = None
    chunked: bool = False
    endless: bool = False
    silent: float = 0.0
    usage: tuple[int, int] | None = (100, 20)


class ModelServer:
    """Plays its replies in order, the last for ever; keeps in `asked` what it was asked."""

    def __init__(self, replies: Sequence[Reply]) -> None:
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
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
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
        self.keys.append(request.headers.get("authorization", ""))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if reply.silent:
            self.stopped.wait(reply.silent)
            return
        request.send_response(reply.status)
        for name, value in reply.headers.items():
            request.send_header(name, value)
        if reply.status != 200:
            body = reply.body.encode()
            request.send_header("content-type", "application/json")
            request.send_header("content-length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
            return
        request.send_header("content-type", "text/event-stream")
        request.send_header("connection", "close")
        if reply.chunked:
            request.send_header("transfer-encoding", "chunked")
        request.end_headers()
        try:
            self._stream(request, reply)
        except OSError:
            return  # the client has heard enough

    def _stream(self, request: BaseHTTPRequestHandler, reply: Reply) -> None:
        words = [word + " " for word in reply.text.split(" ")]
        words[-1] = words[-1].rstrip()
        while True:
            for number, word in enumerate(words):
                if number == reply.cut:
                    request.connection.shutdown(socket.SHUT_RDWR)
                    return
                self._send(request, reply, {"choices": [_choice({"content": word})]})
            if not reply.endless or self.stopped.is_set():
                break
            time.sleep(0.001)
        self._send(request, reply, {"choices": [_choice({}, "stop")]})
        if reply.usage:
            read, written = reply.usage
            usage = {"prompt_tokens": read, "completion_tokens": written}
            total = {"total_tokens": read + written}
            self._send(request, reply, {"choices": [], "usage": usage | total})
        request.wfile.write(_frame(b"data: [DONE]\n\n", reply) + (_END if reply.chunked else b""))

    def _send(self, request: BaseHTTPRequestHandler, reply: Reply, part: dict[str, Any]) -> None:
        whole = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m"} | part
        request.wfile.write(_frame(f"data: {json.dumps(whole)}\n\n".encode(), reply))
        request.wfile.flush()


_END = b"0\r\n\r\n"


def _frame(data: bytes, reply: Reply) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if reply.chunked else data


def _choice(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": {"role": "assistant"} | delta, "finish_reason": finish}


@contextmanager
def serving(*replies: Reply) -> Iterator[ModelServer]:
    """A server with that script, for as long as the block lasts."""
    server = ModelServer(replies)
    try:
        yield server
    finally:
        server.close()
