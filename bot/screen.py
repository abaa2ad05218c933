"""What the terminal is like: how wide, and whether colours may be used."""

import os
import shutil
from typing import TextIO

from bot.show import Paint, painted, plain

_WIDEST = 100  # columns that are pleasant to read


def width() -> int:
    """The width of the terminal in columns, as far as lines are to fill it; 80 in a pipe."""
    return max(min(shutil.get_terminal_size((80, 24)).columns, _WIDEST), 20)


def paint(stream: TextIO) -> Paint:
    """Colours on a terminal that has them, unless NO_COLOR asks for none."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return painted if wanted and stream.isatty() else plain
