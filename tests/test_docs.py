"""The documents stay true: settings, help and transcripts are held against the program."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

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


BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory, exported: Path) -> dict[str, str]:
    """An environment whose library `main` holds the example articles."""
    data = tmp_path_factory.mktemp("data")
    shutil.copytree(exported, data / "models")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    environment = kept | {"CLIPPINGS_DATA": str(data), "COLUMNS": "80", "HF_HUB_OFFLINE": "1"}
    run(["ingest", "examples/articles"], environment)
    return environment


# Of what is far from a question, which is nearest depends on how a processor rounds.
_NEAREST = re.compile(r"The nearest are: [^.]*\.")


def run(arguments: list[str], environment: dict[str, str], typed: str = "") -> str:
    """What the command prints; it must end well."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=environment,
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def transcript(shown: str, environment: dict[str, str]) -> str:
    """A block of README as the program would print it today."""
    lines = shown.splitlines()
    found = []
    for command in (line for line in lines if line.startswith("$ clippings ")):
        arguments = shlex.split(command.replace("'", "\\'"))[2:]
        typed = [line[2:] for line in lines if line.startswith("> ")]
        if arguments == ["chat"]:
            replies = [
                run(arguments, environment, "\n".join(typed[: n + 1])) for n in range(len(typed))
            ]
            before = ""
            found.append(command)
            for line, reply in zip(typed, replies, strict=True):
                found += [f"> {line}", reply.removeprefix(before).rstrip("\n"), ""]
                before = reply
        else:
            found += [command, run(arguments, environment).rstrip("\n"), ""]
    return "\n".join(found).rstrip("\n") + "\n"


def test_the_transcripts_in_readme_are_real(examples: dict[str, str]) -> None:
    """Every command that README shows prints what README says."""
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks = BLOCK.findall(readme)
    assert len(blocks) >= 2
    for shown in blocks:
        assert _NEAREST.sub("", transcript(shown, examples)) == _NEAREST.sub("", shown)
