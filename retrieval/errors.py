"""Every error that a person may see, with the message that they see.

    ClippingsError
    ├── SettingsError      a setting is unknown or has a value that cannot be used
    ├── QuestionError      the question itself cannot be asked
    ├── EmbedderError      the embedding model cannot be found, loaded or trusted
    ├── RerankerError      the cross-encoder cannot be found or loaded, or does not rank
    ├── LibraryError       a library cannot be opened, read or written
    │   ├── NoLibrary      there is no library of that name
    │   └── EmbedderDiffers  the library was embedded by another model
    ├── VectorsError       Chroma cannot be reached or written
    └── ItemError          one file or one article in it cannot be read; the rest goes on

A message says what happened, to what, and what to do, in one line.
"""


class ClippingsError(Exception):
    """The root: its text is fit to show to a person."""


class SettingsError(ClippingsError):
    """A setting is unknown or has a value that cannot be used."""


class QuestionError(ClippingsError):
    """The question itself cannot be asked."""


class EmbedderError(ClippingsError):
    """The embedding model cannot be found, loaded or trusted."""


class RerankerError(ClippingsError):
    """The cross-encoder cannot be found or loaded, or does not rank."""


class LibraryError(ClippingsError):
    """A library cannot be opened, read or written."""


class NoLibrary(LibraryError):  # noqa: N818 - reads as what it says
    """There is no library of that name."""


class EmbedderDiffers(LibraryError):  # noqa: N818 - reads as what it says
    """The library was embedded by another model than the settings name."""


class VectorsError(ClippingsError):
    """Chroma cannot be reached or written."""


class ItemError(ClippingsError):
    """One file, or one article in it, cannot be read; the rest goes on."""


_WHERE = "Exception from "  # OpenVINO's first lines name files of its source


def first_line(error: Exception) -> str:
    """What another package's error says, in a line that fits into a message."""
    lines = (line for line in str(error).splitlines() if not line.startswith(_WHERE))
    return next(lines, type(error).__name__)[:200]
