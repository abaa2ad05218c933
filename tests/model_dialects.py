"""What each provider's chat server says on the wire, as its own documentation has it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Usage = tuple[int, int] | None  # tokens read and written, where the server counts them


@dataclass(frozen=True, slots=True)
class Dialect:
    """One provider's protocol: where it is asked, and the bytes of a streamed answer.

    `root` is what the URL in the settings ends in, `path` what a request's path has to end in, and
    `key` the header that brings the key, with what stands before it. `alive` only keeps the
    connection open, `broken` is an error within the stream. `error` is the body of an HTTP error with
    that status and message, `busy` the headers and the body that ask to wait for so many seconds.
    """

    provider: str
    root: str
    path: str
    key: tuple[str, str]
    kind: str
    opening: Callable[[Usage], list[bytes]]
    word: Callable[[str], bytes]
    ending: Callable[[Usage], list[bytes]]
    alive: bytes
    broken: bytes
    error: Callable[[int, str], dict[str, Any]]
    too_long: str
    bad_key: tuple[int, str] = (401, "Incorrect API key provided: ")
    busy: Callable[[int], tuple[dict[str, str], str]] = lambda seconds: (
        {"Retry-After": str(seconds)},
        "{}",
    )


def _sse(part: Mapping[str, Any], event: str = "") -> bytes:
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {json.dumps(part)}\n\n".encode()


def _line(part: Mapping[str, Any]) -> bytes:
    return json.dumps(part).encode() + b"\n"


def _openai(**part: Any) -> bytes:
    return _sse({"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m"} | part)


def _openai_choice(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant"} | delta, "finish_reason": finish}
    return _openai(choices=[choice])


def _openai_ending(usage: Usage) -> list[bytes]:
    counted = []
    if usage:
        names = ("prompt_tokens", "completion_tokens", "total_tokens")
        counts = dict(zip(names, (*usage, sum(usage)), strict=True))
        counted = [_openai(choices=[], usage=counts)]
    return [_openai_choice({}, "stop"), *counted, b"data: [DONE]\n\n"]


def _anthropic(kind: str, **part: Any) -> bytes:
    return _sse({"type": kind} | part, kind)


def _anthropic_opening(usage: Usage) -> list[bytes]:
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "m",
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": usage[0] if usage else 0, "output_tokens": 0},
    }
    return [
        _anthropic("message_start", message=message),
        _anthropic("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        _anthropic("ping"),
    ]


def _anthropic_ending(usage: Usage) -> list[bytes]:
    return [
        _anthropic("content_block_stop", index=0),
        _anthropic(
            "message_delta",
            delta={"stop_reason": "end_turn", "stop_sequence": None},
            usage=dict(zip(("input_tokens", "output_tokens"), usage or (0, 0), strict=True)),
        ),
        _anthropic("message_stop"),
    ]


def _gemini(text: str, usage: Usage = None, **candidate: Any) -> bytes:
    content = {"parts": [{"text": text}], "role": "model"}
    part: dict[str, Any] = {"candidates": [{"content": content, "index": 0} | candidate]}
    if usage:
        names = ("promptTokenCount", "candidatesTokenCount", "totalTokenCount")
        part["usageMetadata"] = dict(zip(names, (*usage, sum(usage)), strict=True))
    return _sse(part | {"modelVersion": "m", "responseId": "x"})


def _gemini_error(status: int, message: str) -> dict[str, Any]:
    told: dict[str, Any] = {"code": status, "message": message, "status": "SOME_STATUS"}
    kind = "type.googleapis.com/google.rpc."
    if "API key" in message:
        told["details"] = [{"@type": f"{kind}ErrorInfo", "reason": "API_KEY_INVALID"}]
    return {"error": told}


def _gemini_busy(seconds: int) -> tuple[dict[str, str], str]:
    wait = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{seconds}s"}
    told = {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED", "details": [wait]}
    return {}, json.dumps({"error": told})


def _ollama(text: str, **part: Any) -> bytes:
    message = {"role": "assistant", "content": text}
    at = "2026-01-01T00:00:00.123456789Z"
    return _line({"model": "m", "created_at": at, "message": message, "done": False} | part)


def _ollama_ending(usage: Usage) -> list[bytes]:
    counts = zip(("prompt_eval_count", "eval_count"), usage or (), strict=False)
    return [_ollama("", done=True, done_reason="stop", total_duration=1, **dict(counts))]


def _error(status: int, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "some_error", "param": None, "code": None}}


OPENAI = Dialect(
    provider="openai",
    root="/v1",
    path="/chat/completions",
    key=("authorization", "Bearer "),
    kind="text/event-stream",
    opening=lambda _: [_openai_choice({"content": ""})],
    word=lambda text: _openai_choice({"content": text}),
    ending=_openai_ending,
    alive=b": keep-alive\n\n",
    broken=_sse(_error(500, "The server had an error")),
    error=_error,
    too_long="This model's maximum context length is 9 tokens.",
)
ANTHROPIC = Dialect(
    provider="anthropic",
    root="",
    path="/v1/messages",
    key=("authorization", "Bearer "),
    kind="text/event-stream",
    opening=_anthropic_opening,
    word=lambda text: _anthropic(
        "content_block_delta", index=0, delta={"type": "text_delta", "text": text}
    ),
    ending=_anthropic_ending,
    alive=_anthropic("ping"),
    broken=_anthropic("error", error={"type": "overloaded_error", "message": "Overloaded"}),
    error=lambda status, message: {"type": "error"} | _error(status, message),
    too_long="prompt is too long: 12 tokens > 9 maximum",
)
GEMINI = Dialect(
    provider="google_genai",
    root="",
    path=":streamGenerateContent?alt=sse",
    key=("x-goog-api-key", ""),
    kind="text/event-stream",
    opening=lambda _: [],
    word=_gemini,
    ending=lambda usage: [_gemini("", usage, finishReason="STOP")],
    alive=_gemini(""),
    broken=_sse(_gemini_error(503, "The model is overloaded.")),
    error=_gemini_error,
    too_long="The input token count (12) exceeds the maximum number of tokens allowed (9).",
    bad_key=(400, "API key not valid. Please pass a valid API key. "),
    busy=_gemini_busy,
)
OLLAMA = Dialect(
    provider="ollama",
    root="",
    path="/api/chat",
    key=("authorization", "Bearer "),
    kind="application/x-ndjson",
    opening=lambda _: [],
    word=_ollama,
    ending=_ollama_ending,
    alive=_ollama(""),
    broken=_line({"error": "an error was encountered while running the model: unexpected EOF"}),
    error=lambda _, message: {"error": message},  # a text, and nothing else
    too_long="the input length exceeds the context length",
)
EVERY = (OPENAI, ANTHROPIC, GEMINI, OLLAMA)
