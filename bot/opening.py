"""Opens what the commands work on. Whatever takes long to import is imported when it is asked for."""

from typing import TYPE_CHECKING

from bot.settings import BotSettings
from retrieval.library import Library
from retrieval.settings import library_folder, load_settings

if TYPE_CHECKING:
    from retrieval.chain import Chain


def settings() -> BotSettings:
    """What the person chose.

    Raises:
        SettingsError: it cannot be used.
    """
    return load_settings(BotSettings)


def chain(*, once: bool = False) -> "Chain":
    """The chain of the settings, for one question with `once`; its model is loaded at the first.

    Raises:
        ClippingsError: it cannot be built.
    """
    from retrieval.chain import build

    return build(settings(), once=once)


def library(name: str) -> Library:
    """A library to look into, without the chain.

    Raises:
        LibraryError: there is none of that name, or it cannot be read.
    """
    return Library(library_folder(settings(), name))
