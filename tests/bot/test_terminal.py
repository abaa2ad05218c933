"""`clippings chat` on a real terminal: a person types, and sees what a person sees."""

import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pexpect
import pytest

from bot import terminal
from retrieval.library import Library
from tests.bot import scripted
from tests.bot.material import NOT_ANSWERED, QUESTION

Sit = Callable[[], "Person"]
PROMPT = "\x1b[?2004h"  # the terminal is asked to mark pastes: keys are read from here on
CTRL_C, CTRL_D, UP, ENTER = "\x03", "\x04", "\x1b[A", "\r"
CLIPPING = "[2] Powers divided · Capital Review · 25 August 2016"


class Person:
    """Somebody at a terminal in which `clippings chat` runs."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.child = pexpect.spawn(
            sys.executable,
            [scripted.__file__, "chat"],
            env=environment,
            encoding="utf-8",
            timeout=30,
            dimensions=(40, 80),
        )
        self.sees("Ask main a question. /help lists the commands, Ctrl-D leaves.")
        self.sees(PROMPT)

    def types(self, keys: str) -> None:
        """Press keys."""
        self.child.send(keys)

    def sees(self, *texts: str) -> None:
        """Wait until the terminal shows the texts, one after the other."""
        for text in texts:
            self.child.expect_exact(text)

    def leaves(self) -> int | None:
        """Press Ctrl-D; the exit code of the process, which ends at once."""
        self.types(CTRL_D)
        self.child.expect(pexpect.EOF)
        self.child.close()
        code: int | None = self.child.exitstatus
        return code


@pytest.fixture
def sit(main: Library, environment: dict[str, str]) -> Iterator[Sit]:
    """Sits down at the terminal; whoever is left is sent away afterwards."""
    people: list[Person] = []

    def sits() -> Person:
        people.append(Person(environment))
        return people[-1]

    yield sits
    for person in people:
        person.child.close(force=True)


def test_a_session(sit: Sit) -> None:
    """A question, its answer, a command that Tab completes; Ctrl-C clears a line, Ctrl-D leaves."""
    person = sit()
    person.types(QUESTION + ENTER)
    person.sees("The ministry called it a violation. [1]", CLIPPING, PROMPT)
    person.types("/sou")
    person.sees("/sources")
    person.types("\t" + ENTER)
    person.sees("1  Border Dispatch", "1  Capital Review", PROMPT)
    person.types("something else" + CTRL_C)
    person.sees(PROMPT)
    person.types(QUESTION + ENTER)
    person.sees(CLIPPING, PROMPT)
    assert person.leaves() == 0


def test_a_paste(sit: Sit) -> None:
    """However many lines are pasted, they are one question, and it waits for Enter."""
    person = sit()
    person.types("\x1b[200~Who opposes\r\n\r\n  it?\x1b[201~ Or not" + ENTER)
    person.sees(NOT_ANSWERED, PROMPT)
    person.types("\x1b[200~Who\nopposes\nit?\x1b[201~" + ENTER)
    person.sees(CLIPPING, PROMPT)
    assert person.leaves() == 0


def test_ctrl_c_abandons_an_answer(sit: Sit) -> None:
    """The answer and not the session; what still works at it keeps nobody from leaving."""
    person = sit()
    person.types(scripted.SLOW + ENTER)
    person.sees("[begun]", "working (Ctrl-C abandons it)")
    person.types(CTRL_C)
    person.sees("abandoned", PROMPT)
    person.types(scripted.SLOW + ENTER)
    person.sees("[begun]")
    person.types(CTRL_C + CTRL_C)
    person.sees("abandoned", PROMPT)
    person.types(QUESTION + ENTER)
    person.sees(CLIPPING, PROMPT)
    assert person.leaves() == 0


def test_history(sit: Sit, data: Path) -> None:
    """The next session knows what was typed in the one before; nobody else may read it."""
    person = sit()
    person.types(QUESTION + ENTER)
    person.sees(CLIPPING, PROMPT)
    assert person.leaves() == 0
    kept = data / "chat_history"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert f"+{QUESTION}\n" in kept.read_text("utf-8")
    person = sit()
    person.types(UP + ENTER)
    person.sees(CLIPPING, PROMPT)
    assert person.leaves() == 0


def test_a_history_from_before_is_closed_to_others(tmp_path: Path) -> None:
    """Whatever its file allowed, it is its owner's alone now; half characters are kept as none."""
    file = tmp_path / "chat_history"
    file.touch(0o644)
    file.chmod(0o644)
    history = terminal.history(file)
    history.append_string("a\ud800?")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(terminal.history(file).load_history_strings()) == ["a\ufffd?"]


def test_a_history_that_cannot_be_kept(tmp_path: Path) -> None:
    """Where there is no file to be had, the session remembers and nothing fails."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for place in tmp_path / "folder", tmp_path / "file" / "chat_history":
        history = terminal.history(place)
        history.append_string("Who?")
        assert history.get_strings() == ["Who?"]


def test_a_disk_that_fills_up(tmp_path: Path) -> None:
    """A line that cannot be written is let go."""
    history = terminal.history(tmp_path / "chat_history")
    (tmp_path / "chat_history").unlink()
    (tmp_path / "chat_history").mkdir()
    history.append_string("Who?")
    assert history.get_strings() == ["Who?"]


def test_the_notice_goes_away(capsys: pytest.CaptureFixture[str]) -> None:
    """It is cleared where it was shown, also when the work fails."""
    with suppress(KeyError), terminal.notice() as (tell, _):
        tell()
        raise KeyError
    with terminal.notice():
        pass
    assert capsys.readouterr().out == "working (Ctrl-C abandons it)\r\x1b[K"
