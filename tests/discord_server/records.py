"""Faults, questions with what people saw of their answers, and responses as Discord gives them."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Fault:
    """What happens to the next `times` requests that match: a status, or the line is cut.

    `late` cuts the line after the request was carried out: its answer alone is lost.
    """

    path: str
    status: int = 0
    times: int = 1
    method: str = ""
    retry_after: float = 0.1
    late: bool = False


@dataclass
class Asked:
    """A question that a person asked, and what they saw of the answer, with seconds."""

    text: str
    channel: int
    user: int
    at: float = field(default_factory=time.monotonic)
    acknowledged: float | None = None  # seconds after it was asked
    answered: float | None = None
    written: bool = False  # in a message; otherwise by a command or the like
    hindered: bool = (
        False  # by Discord: the line broke before it was acknowledged, or an answer was refused
    )
    private: bool = False
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)  # as they stand

    @property
    def content(self) -> str:
        """All that they read."""
        return "\n".join(it["content"] for it in self.messages)


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A response as Discord gives it; discord.py reads it only with exactly this content type."""
    if body is None:
        return web.Response(status=204)
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers={"Content-Type": "application/json"} | (headers or {}),
    )
