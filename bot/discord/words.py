"""What a person in Discord is told of an error."""

import logging

from bot import told
from bot.bridge import Busy, Closing, TooLate
from bot.discord.escape import escape
from bot.discord.language import say
from retrieval.errors import ClippingsError

log = logging.getLogger("clippings")


class NoLibraryHere(ClippingsError):  # noqa: N818
    """There is no library that may be asked here; the message is the key of the text that says so."""


class NotDate(ClippingsError):  # noqa: N818
    """What was given as a date is none; the message is what was given."""


def word_for(error: Exception, language: str, deadline: float) -> str:
    """What a person is told of an error, in one line."""
    if isinstance(error, Busy):
        return say(language, "busy", seconds=error.seconds)
    if isinstance(error, TooLate):
        return say(language, "too_late", seconds=f"{deadline:g}")
    if isinstance(error, Closing):
        return say(language, "closing")
    if isinstance(error, NoLibraryHere):
        return say(language, str(error))
    if isinstance(error, NotDate):
        return say(language, "not_date", date=f"“{escape(str(error)[:40])}”")
    if isinstance(error, ClippingsError):
        return escape(str(error))
    log.error("a question failed: %s", told.reason(error))
    log.debug("%s", told.trace(error))
    return say(language, "bug")
