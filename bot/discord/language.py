"""What the bot says, in the languages that there is a file of texts for."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

LANGUAGES = {"en": "English", "de": "Deutsch"}


def say(language: str, key: str, **values: object) -> str:
    """The text of that key with the values put in; what comes from people is escaped before."""
    return str(_texts(language)[key]).format(**values)


def month(language: str, number: int) -> str:
    """The name of a month, 1 to 12."""
    return str(_texts(language)["months"][number - 1])


@lru_cache
def _texts(language: str) -> dict[str, Any]:
    name = language if language in LANGUAGES else "en"
    return tomllib.loads((files("bot.discord") / "texts" / f"{name}.toml").read_text("utf-8"))
