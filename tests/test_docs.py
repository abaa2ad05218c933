"""The documents stay true: settings, help and transcripts are held against the program."""

import textwrap
from pathlib import Path

from bot.settings import BotSettings
from retrieval.settings import PREFIX

ROOT = Path(__file__).parent.parent
TOP = """\
# Copy this to .env in the folder that you start clippings from, and take the # before what you set.
# The same names work as environment variables, which come first. Unknown names are an error.
"""


def example() -> str:
    """What .env.example is to say: every setting, what it does, and what it is unless set."""
    parts = [TOP]
    for name, field in BotSettings.model_fields.items():
        default = "" if field.default_factory or not field.default else field.default
        told = textwrap.fill(
            str(field.description), 96, initial_indent="# ", subsequent_indent="# "
        )
        parts.append(f"{told}\n# {PREFIX}{name.upper()}={default}\n")
    return "\n".join(parts)


def test_every_setting_is_in_the_example() -> None:
    """.env.example names every setting with its description and its default."""
    assert (ROOT / ".env.example").read_text("utf-8") == example()


def test_the_example_sets_nothing() -> None:
    """Copied as it is, it changes nothing."""
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    assert all(not line or line.startswith("#") for line in lines)
