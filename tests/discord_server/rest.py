"""What the REST API does once a request was found right."""

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.discord_server import people
from tests.discord_server.records import Asked, answer

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

_EPHEMERAL = 1 << 6
_BURST, _PER = 5, 5.0  # messages and seconds of a channel, with real limits
Found = re.Match[str]


class Rest:
    """Messages, interactions, threads, commands. Messages are kept as long as somebody looks."""

    def __init__(self, world: "DiscordServer", *, real_limits: bool) -> None:
        self._world, self._real_limits = world, real_limits
        self.messages: dict[int, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.commands: list[dict[str, Any]] = []
        self._nonces: dict[tuple[int, str], int] = {}
        self._sent: dict[int, list[float]] = {}
        channel, webhook = r"/channels/(\d+)", r"/webhooks/\d+/([^/]+)"
        self._routes: list[tuple[str, str, Callable[[Found, Any, Any], Any]]] = [
            ("GET", r"/users/@me", lambda *_: people.user(people.BOT, "clippings", bot=True)),
            ("GET", r"/oauth2/applications/@me", self._application),
            ("PUT", r"/applications/\d+/commands", self._commands),
            ("POST", r"/interactions/(\d+)/([^/]+)/callback", self._callback),
            ("PATCH", rf"{webhook}/messages/@original", self._edit_original),
            ("POST", webhook, self._followup),
            ("PATCH", rf"{webhook}/messages/(\d+)", self._edit_followup),
            ("POST", rf"{channel}/typing", self._typing),
            ("POST", rf"{channel}/messages", self._create),
            ("PATCH", rf"{channel}/messages/(\d+)", self._edit),
            ("DELETE", rf"{channel}/messages/(\d+)", self._delete),
            ("POST", rf"{channel}/messages/(\d+)/threads", self._thread),
            ("POST", r"/users/@me/channels", self._direct),
        ]

    async def carry_out(
        self, method: str, path: str, body: Any, files: dict[str, bytes]
    ) -> web.Response:
        """Do what a request asks for."""
        for verb, pattern, act in self._routes:
            match = re.fullmatch(pattern, path)
            if verb == method and match:
                result = act(match, body or {}, files)
                return result if isinstance(result, web.Response) else answer(result)
        self._world.violations.append(f"{method} {path} is not known to the small Discord")
        return answer({"message": "404: Not Found", "code": 0}, 404)

    async def file(self, request: web.Request) -> web.Response:
        """An attachment."""
        return web.Response(body=self.files[request.match_info["name"]])

    def _application(self, *_: Any) -> dict[str, Any]:
        bot = people.user(people.BOT, "clippings", bot=True)
        return {
            "id": str(people.APPLICATION),
            "name": "clippings",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": self._world.flags,
            "owner": people.user(1, "owner"),
            "bot": bot,
            "team": None,
        }

    def _commands(self, _: Found, body: Any, __: Any) -> list[dict[str, Any]]:
        self.commands = [
            {"id": str(n), "application_id": str(people.APPLICATION), "version": "1"}
            | {"description": ""}
            | it
            for n, it in enumerate(body, start=1)
        ]
        return self.commands

    # Interactions.

    def _callback(self, match: Found, body: Any, _: Any) -> Any:
        asked = self._world.asked.get(match[2])
        if asked is None:
            return _error(404, 10062, "Unknown interaction")
        if asked.acknowledged is not None:
            return _error(400, 40060, "Interaction has already been acknowledged.")
        asked.acknowledged = time.monotonic() - asked.at
        kind, data = body["type"], body.get("data") or {}
        asked.private = bool(data.get("flags", 0) & _EPHEMERAL)
        resource: dict[str, Any] = {"type": kind}
        if kind == 4:
            resource["message"] = self._put(asked, match[2], data)
            asked.answered = time.monotonic() - asked.at
        elif kind == 5:
            resource["message"] = self._put(asked, match[2], {"content": ""})
        elif kind == 8:
            asked.choices = data["choices"]
        elif kind == 9:
            asked.modal = data
        told = {"id": match[1], "type": 2, "response_message_id": None}
        return {"interaction": told, "resource": resource}

    def _put(self, asked: Asked, token: str, data: Any) -> dict[str, Any]:
        """A new message that answers an interaction."""
        message = self._new(asked.channel, data)
        message["flags"] = _EPHEMERAL if asked.private else 0
        message["webhook_id"] = str(people.APPLICATION)
        asked.messages.append(message)
        return message

    def _edit_original(self, match: Found, body: Any, files: Any) -> Any:
        asked = self._world.asked.get(match[1])
        if asked is None or not asked.messages:
            return _error(404, 10015, "Unknown Webhook")
        return self._change(asked.messages[0], body, files, asked)

    def _edit_followup(self, match: Found, body: Any, files: Any) -> Any:
        asked, message = self._world.asked.get(match[1]), self.messages.get(int(match[2]))
        if asked is None or message is None:
            return _error(404, 10008, "Unknown Message")
        return self._change(message, body, files, asked)

    def _followup(self, match: Found, body: Any, files: Any) -> Any:
        asked = self._world.asked.get(match[1])
        if asked is None:
            return _error(404, 10015, "Unknown Webhook")
        message = self._put(asked, match[1], body)
        self._attach(message, files)
        return message

    # Messages.

    def _new(self, channel: int, body: Any) -> dict[str, Any]:
        bot = people.user(people.BOT, "clippings", bot=True)
        message = people.message(
            self._world.number(), channel, bot, (body.get("content") or "").strip()
        )
        message["components"] = body.get("components") or []
        self.messages[int(message["id"])] = message
        return message

    def _attach(self, message: dict[str, Any], files: dict[str, bytes]) -> None:
        for name, data in files.items():
            number = self._world.number()
            self.files[f"{number}-{name}"] = data
            url = f"http://127.0.0.1:{self._world.port}/files/{number}-{name}"
            held = {"id": str(number), "filename": name, "size": len(data)}
            message["attachments"].append(held | {"url": url, "proxy_url": url})

    def _change(
        self, message: dict[str, Any], body: Any, files: Any, asked: Asked | None
    ) -> dict[str, Any]:
        message["content"] = (body.get("content") or message["content"]).strip()
        message["components"] = body.get("components", message["components"])
        message["edited_timestamp"] = people.EPOCH
        self._attach(message, files)
        if asked is not None and not message["content"].startswith("-# Waiting"):
            asked.answered = asked.answered or time.monotonic() - asked.at
        return message

    def _create(self, match: Found, body: Any, files: Any) -> Any:
        channel, nonce = int(match[1]), str(body.get("nonce"))
        if channel not in self._world.channels:
            return _error(404, 10003, "Unknown Channel")
        known = self._nonces.get((channel, nonce)) if body.get("enforce_nonce") else None
        if known is not None:
            return self.messages[known]
        if (wait := self._too_fast(channel)) > 0:
            return answer({"message": "", "retry_after": wait}, 429, {"Via": "1.1 test"})
        message = self._new(channel, body)
        self._attach(message, files)
        self._nonces[channel, nonce] = int(message["id"])
        reference = (body.get("message_reference") or {}).get("message_id")
        asked = self._world.asked.get(str(reference))
        if asked is not None:
            asked.messages.append(message)
            now = time.monotonic() - asked.at
            asked.acknowledged = asked.acknowledged or now
            if not message["content"].startswith("-# Waiting"):
                asked.answered = now
        if reference:
            message["message_reference"] = body["message_reference"]
        return message

    def _too_fast(self, channel: int) -> float:
        """Seconds until the channel takes another message."""
        now = time.monotonic()
        sent = [at for at in self._sent.get(channel, []) if at > now - _PER]
        self._sent[channel] = sent
        if self._real_limits and len(sent) >= _BURST:
            return sent[0] + _PER - now
        sent.append(now)
        return 0.0

    def _edit(self, match: Found, body: Any, files: Any) -> Any:
        message = self.messages.get(int(match[2]))
        if message is None:
            return _error(404, 10008, "Unknown Message")
        asked = next((it for it in self._world.asked.values() if message in it.messages), None)
        return self._change(message, body, files, asked)

    def _delete(self, match: Found, *_: Any) -> Any:
        message = self.messages.pop(int(match[2]), None)
        if message is None:
            return _error(404, 10008, "Unknown Message")
        for asked in self._world.asked.values():
            asked.messages = [it for it in asked.messages if it is not message]
        return None

    def _typing(self, match: Found, *_: Any) -> None:
        """A mention counts as acknowledged when typing is shown."""
        now = time.monotonic()
        for asked in self._world.asked.values():
            if asked.written and asked.channel == int(match[1]) and asked.acknowledged is None:
                asked.acknowledged = now - asked.at

    def _thread(self, match: Found, body: Any, _: Any) -> Any:
        channel, message = int(match[1]), int(match[2])
        if message in self._world.channels:
            return _error(400, 160004, "A thread has already been created for this message")
        made = people.channel(message, self._world.server_of(channel) or 0, body["name"], kind=11)
        made |= {"parent_id": str(channel), "owner_id": str(people.BOT), "message_count": 0}
        made |= {"member_count": 1, "rate_limit_per_user": 0, "last_message_id": None}
        made["thread_metadata"] = {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": people.EPOCH,
            "locked": False,
        }
        self._world.channels[message] = made
        return made

    def _direct(self, _: Found, body: Any, __: Any) -> dict[str, Any]:
        number = self._world.add_direct(int(body["recipient_id"]))
        return self._world.channels[number]


def _error(status: int, code: int, text: str) -> web.Response:
    return answer({"message": text, "code": code}, status)
