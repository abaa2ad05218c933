"""How far a run is, on standard error: a bar on a terminal, now and then a line in a pipe."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.clean import clean, shorten
from ingest.report import Progress

_PAUSE = 5.0  # seconds between two lines in a pipe


@contextmanager
def progress(*, now: Callable[[], float] = time.monotonic) -> Iterator[Callable[[Progress], None]]:
    """Gives what is to be told after each item."""
    if sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield _lines(now)


def _lines(now: Callable[[], float]) -> Callable[[Progress], None]:
    """A line every few seconds, so that a log of thousands of files stays short."""
    last = now()

    def tell(step: Progress) -> None:
        nonlocal last
        if now() - last >= _PAUSE and step.done < step.total:
            last = now()
            sys.stderr.write(f"{step.done:,} of {step.total:,}: {clean(step.name)}\n")
            sys.stderr.flush()

    return tell


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    """A bar that goes away at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(step: Progress) -> None:
            bar.update(
                task, completed=step.done, total=step.total, description=shorten(step.name, 40)
            )

        yield tell
