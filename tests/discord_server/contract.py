"""What Discord accepts: its published schema, and the limits that the schema misses.

Without the schema (it lies beside this project, not in it), only the limits are checked.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SCHEMA = Path(__file__).parents[3] / "shared" / "discord" / "openapi.json"
_NAME = "urn:discord"
_CONTENT, _CUSTOM_ID, _CHOICES, _BUTTONS = 2_000, 100, 25, 5


class Contract:
    """Checks requests; `checked` counts those that were held against the schema."""

    def __init__(self) -> None:
        self.present = SCHEMA.exists()
        self.checked = 0
        self._document: dict[str, Any] = {}
        self._routes: list[tuple[re.Pattern[str], str]] = []
        if self.present:
            self._document = _document()
            paths = sorted(self._document["paths"], key=lambda path: path.count("{"))
            self._routes = [
                (re.compile(re.sub(r"\{[^}]*\}", "[^/]+", it) + "$"), it) for it in paths
            ]
            self._registry = Registry().with_resource(
                _NAME, Resource(self._document, specification=DRAFT202012)
            )
            self._validators: dict[tuple[str, str], Draft202012Validator | None] = {}

    def faults(
        self, method: str, path: str, query: dict[str, str], body: Any, files: int
    ) -> list[str]:
        """What Discord would not accept in this request, line by line."""
        found = _limits(method, path, body, files)
        if not self.present:
            return found
        template = next((name for route, name in self._routes if route.match(path)), None)
        operation = self._document["paths"].get(template, {}).get(method.lower())
        if template is None or operation is None:
            return [*found, f"{method} {path} does not exist"]
        self.checked += 1
        parameters = operation.get("parameters", [])
        known = {it["name"] for it in parameters if it.get("in") == "query"}
        found += [
            f"{method} {path}: unknown parameter {name}" for name in query if name not in known
        ]
        validator = self._validator(method.lower(), template, operation)
        if validator is not None and body is not None:
            for error in validator.iter_errors(body):
                found.append(f"{method} {path}: {error.message[:300]} at {list(error.path)}")
            found += self._unknown(method, template, operation, body)
        return found

    def _validator(
        self, method: str, template: str, operation: dict[str, Any]
    ) -> Draft202012Validator | None:
        key = (method, template)
        if key not in self._validators:
            content = operation.get("requestBody", {}).get("content", {})
            pointer = f"#/paths/{template.replace('~', '~0').replace('/', '~1')}/{method}"
            pointer += "/requestBody/content/application~1json/schema"
            schema = {"$ref": f"{_NAME}{pointer}"}
            has = "application/json" in content
            self._validators[key] = (
                Draft202012Validator(schema, registry=self._registry) if has else None
            )
        return self._validators[key]

    def _unknown(
        self, method: str, template: str, operation: dict[str, Any], body: Any
    ) -> list[str]:
        """Keys that no variant of the body has; Discord would pass over them in silence."""
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        known = self._keys(schema) | {"tts"}  # discord.py sends it with edits too
        if not known or not isinstance(body, dict):
            return []
        return [f"{method} {template}: unknown key {key}" for key in body if key not in known]

    def _keys(self, schema: dict[str, Any]) -> set[str]:
        if "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        found = set(schema.get("properties", {}))
        for kind in ("oneOf", "anyOf", "allOf"):
            for variant in schema.get(kind, []):
                found |= self._keys(variant)
        return found


@lru_cache
def _document() -> dict[str, Any]:
    """The schema, with ids as strings or numbers: Discord takes both."""
    document: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    document["components"]["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
    return document


def _limits(method: str, path: str, body: Any, files: int) -> list[str]:
    """What the schema does not say: bots get 2,000 characters, and may send nothing empty."""
    if not isinstance(body, dict):
        return []
    where, found = f"{method} {path}", []
    message = body.get("data", body) if path.endswith("/callback") else body
    if path.endswith("/callback") and body.get("type") == 8:
        choices = message["choices"]
        if len(choices) > _CHOICES or any(not 1 <= len(it["name"]) <= 100 for it in choices):
            found.append(f"{where}: choices")
    if not isinstance(message, dict):
        return found
    content = message.get("content")
    if isinstance(content, str) and len(content) > _CONTENT:
        found.append(f"{where}: {len(content)} characters")
    if "message" in path or path.startswith("/webhooks"):
        if method == "POST" and "threads" not in path and not files and not (content or "").strip():
            found.append(f"{where}: an empty message")
        if (
            "threads" not in path
            and message.get("allowed_mentions", {"parse": None}).get("parse") != []
        ):
            found.append(f"{where}: mentions are allowed")
    for row in message.get("components") or []:
        children = row.get("components", [])
        if len(children) > _BUTTONS:
            found.append(f"{where}: {len(children)} buttons in a row")
        found += [
            f"{where}: custom_id" for it in children if len(it.get("custom_id", "")) > _CUSTOM_ID
        ]
    return found
