"""The command itself: help, wrong usage, failures in one line, and how it ends."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest
from fakes import ScriptedChain

from bot import opening, told
from retrieval.errors import VectorsError
from retrieval.library import Library
from tests.bot import scripted
from tests.bot.material import NOT_ANSWERED, QUESTION, Run

COMMANDS = ["ingest", "ask", "chat", "articles", "forget", "reembed", "status"]


def test_help(run: Run) -> None:
    """The help names every command, and every command has help of its own."""
    done = run("--help")
    assert done.code == 0
    assert done.err == ""
    for command in COMMANDS:
        assert f"  {command} " in done.out
        shown = run(command, "--help")
        assert shown.code == 0
        assert f"clippings {command}" in shown.out


def test_version(run: Run) -> None:
    """One line."""
    done = run("--version")
    assert (done.code, done.out, done.err) == (0, f"clippings {version('clippings')}\n", "")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("--nonsense",),
        ("ingest",),
        ("ask",),
        ("ask", "Who?", "--batch", "x.jsonl"),
        ("articles", "main"),
        ("forget",),
        ("forget", "a1", "--all"),
        ("forget", "--all"),
        ("forget", "--all", "--yes"),
        ("reembed", "main"),
        ("status", "main"),
        ("chat", "main"),
    ],
)
def test_wrong_usage(run: Run, words: tuple[str, ...]) -> None:
    """It is exit code 2, with how it is used on standard error."""
    done = run(*words)
    assert done.code == 2
    assert done.out == ""
    assert "Usage: clippings" in done.err


@pytest.mark.parametrize(
    "words",
    [("ask", "Who?"), ("chat",), ("articles",), ("forget", "a1"), ("reembed",)],
)
def test_a_library_that_does_not_exist(run: Run, main: Library, words: tuple[str, ...]) -> None:
    """One line names those that exist, and how this one is made."""
    done = run(*words, "--library", "other")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "clippings: no library 'other' (there are: main); "
        "make it with: clippings ingest PATH --library other\n"
    )


@pytest.mark.parametrize("words", [("ask", "Who?"), ("articles",), ("ingest", "."), ("reembed",)])
def test_a_name_that_leads_elsewhere(run: Run, main: Library, words: tuple[str, ...]) -> None:
    """No library lies outside the data folder."""
    done = run(*words, "--library", "../x")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "clippings: '../x' cannot name a library: use a to z, 0 to 9 and hyphens, 63 at most\n"
    )


@pytest.mark.parametrize(
    "words", [("ask", "Who?"), ("chat",), ("articles",), ("ingest", "."), ("status",)]
)
def test_an_unknown_setting(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Every command tells the setting that is meant, in one line."""
    monkeypatch.setenv("CLIPPINGS_DTA", "x")
    done = run(*words)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "clippings: CLIPPINGS_DTA is not a setting; did you mean CLIPPINGS_DATA? "
        "(.env.example lists them all)\n"
    )


def test_the_trace_is_shown_with_debug_alone(run: Run, chain: ScriptedChain) -> None:
    """What fails, expectedly or not, is one line; with --debug, where it happened stands before it."""
    chain.script = {"a?": VectorsError("the vectors broke"), "b?": KeyError("x")}
    assert run("ask", "a?").err == "clippings: the vectors broke\n"
    assert run("ask", "b?").err == (
        "clippings: unexpected KeyError: 'x' (this is a bug; clippings --debug, "
        "before the command, shows where)\n"
    )
    done = run("--debug", "ask", "a?")
    assert done.code == 1
    assert done.err.startswith("Traceback (most recent call last)")
    assert done.err.endswith("clippings: the vectors broke\n")


def test_warnings_of_a_command_are_plain_lines(
    run: Run, chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is logged while a command runs stands on standard error, cleaned, once."""

    def warned(**_: bool) -> ScriptedChain:
        told.log.warning("the vectors of %r are built again", "ma\x1b[2Jin")
        told.log.info("nobody wants to know")
        return chain

    monkeypatch.setattr(opening, "chain", warned)
    run("ask", "Who won?")
    done = run("ask", "Who won?")
    assert (done.code, done.out) == (0, f"{NOT_ANSWERED}\n")
    assert done.err == "clippings: the vectors of 'ma\\x1b[2Jin' are built again\n"


def test_a_reader_that_leaves(main: Library, environment: dict[str, str]) -> None:
    """A pipe that is closed while the command writes ends it without a word."""
    command = [sys.executable, "-m", "bot", "articles", "--json"]
    piped = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdout=piped, stderr=piped) as child:
        assert child.stdout
        assert child.stderr
        child.stdout.close()
        assert child.stderr.read() == b""


def test_a_reader_that_leaves_a_batch(main: Library, environment: dict[str, str]) -> None:
    """So it is in the middle of many answers."""
    lines = f'{{"id": 1, "question": "{QUESTION}"}}\n' * 500
    piped = subprocess.PIPE
    command = [sys.executable, scripted.__file__, "ask", "--batch", "-"]
    with subprocess.Popen(command, env=environment, stdin=piped, stdout=piped, stderr=piped) as it:
        assert it.stdin
        assert it.stdout
        assert it.stderr
        it.stdin.write(lines.encode())
        it.stdin.close()
        it.stdout.readline()
        it.stdout.close()
        assert it.stderr.read() == b""


@pytest.mark.parametrize(
    ("shell", "code"),
    [
        ("chat <&-", 0),
        ("forget --all --library main <&-", 2),
        ("ask 'Who won?' >&-", 0),
    ],
)
def test_closed_streams(main: Library, environment: dict[str, str], shell: str, code: int) -> None:
    """A command that was started without standard input or output is no bug."""
    program = f"exec {sys.executable} {scripted.__file__} {shell}"
    done = subprocess.run(
        ["sh", "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert "bug" not in done.stderr


def test_a_terminal_that_lacks_characters(main: Library, environment: dict[str, str]) -> None:
    """What it cannot show is replaced."""
    done = subprocess.run(
        [sys.executable, scripted.__file__, "ask", QUESTION],
        env=environment | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert b"Tanks cross the border ? Border Dispatch" in done.stdout
    assert os.linesep.encode() in done.stdout
