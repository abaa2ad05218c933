"""What a person is told when something fails: one plain line, or with --debug where it happened."""

import logging
import sys
import traceback
import warnings

from bot.clean import clean
from retrieval.errors import ClippingsError

log = logging.getLogger("clippings")


def reason(error: BaseException) -> str:
    """The error in one line that is fit to show."""
    if isinstance(error, ClippingsError):
        text = str(error)
    elif isinstance(error, OSError) and error.strerror:
        file = f": {error.filename!s}" if error.filename is not None else ""
        text = f"{error.strerror.lower()}{file}"
    elif isinstance(error, MemoryError):
        text = "there is not enough memory for this"
    else:
        text = (
            f"unexpected {type(error).__name__}: {str(error)[:300]} (this is a bug; "
            "clippings --debug, before the command, shows where)"
        )
    return clean(text)


def line(error: BaseException) -> str:
    """The error as the line that a terminal shows; with `--debug`, its stack trace before it."""
    return f"{trace(error)}clippings: {reason(error)}"


def trace(error: BaseException) -> str:
    """Where it happened, with `--debug`; otherwise nothing."""
    if not log.isEnabledFor(logging.DEBUG):
        return ""
    return "".join(traceback.format_exception(error))


def complain(text: str) -> None:
    """Write one plain line to standard error."""
    sys.stderr.write(f"clippings: {clean(text)}\n")
    sys.stderr.flush()


def say(text: str) -> None:
    """Write what a command was asked for to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class PlainLines(logging.Handler):
    """Log records as plain lines, on what standard error is by then."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        complain(record.getMessage())


def set_up(*, debug: bool) -> None:
    """Decide how failures, warnings and log records are told."""
    logging.getLogger().addHandler(logging.NullHandler())  # other packages speak to nobody here
    if not any(isinstance(handler, PlainLines) for handler in log.handlers):
        log.addHandler(PlainLines())
    log.setLevel(logging.DEBUG if debug else logging.WARNING)
    log.propagate = False
    if not debug:
        warnings.simplefilter("ignore")
