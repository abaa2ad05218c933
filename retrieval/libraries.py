"""The libraries of one data folder, each opened once and kept open."""

import threading

from retrieval.library import Library
from retrieval.settings import Settings, library_folder


class Libraries:
    """Opens libraries by name. Safe to use from several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: dict[str, tuple[Library, int]] = {}
        self._opening = threading.Lock()

    def open(self, name: str, *, create: bool = False) -> Library:
        """The library of that name; opened again where its file was put in another's place.

        Raises:
            LibraryError: it does not exist, or cannot be used.
        """
        folder = library_folder(self._settings, name)
        file = folder / "library.db"
        with self._opening:
            library, inode = self._open.get(name, (None, 0))
            if library is None or not file.exists() or file.stat().st_ino != inode:
                library = Library(folder, create=create)
                self._open[name] = (library, file.stat().st_ino)
            return library

    def close(self) -> None:
        """Close every library."""
        with self._opening:
            for library, _ in self._open.values():
                library.close()
            self._open.clear()
