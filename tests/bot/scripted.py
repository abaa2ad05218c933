"""The `clippings` command in a process of its own, with the scripted chain for the real one.

It answers one question; `slow?` it never does.
"""

import time
from collections.abc import Callable

from fakes import ScriptedChain

from bot import opening
from bot.cli import main
from retrieval.settings import Settings
from retrieval.types import Answer, Question
from tests.bot.material import QUESTION, RUSSIA, SYRIA

SLOW = "slow?"


class Slow(ScriptedChain):
    """Says when it begins with the question that it never answers."""

    def ask(self, question: Question, heard: Callable[[str], None] | None = None) -> Answer:
        """What the script says, or nothing at all."""
        if question.text == SLOW:
            print("[begun]", flush=True)
            time.sleep(600)
        return super().ask(question, heard)


if __name__ == "__main__":
    opening.chain = lambda **_: Slow(Settings(), {QUESTION: [SYRIA, RUSSIA]})  # type: ignore[assignment,return-value]
    main()
