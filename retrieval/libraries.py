"""The libraries of one data folder, each opened once; those that were used last are kept open."""

import threading
from collections import OrderedDict

from retrieval.library import Library
from retrieval.settings import Settings, library_folder

# Each holds a connection for every thread that used it: two files and up to 2 MB of pages. A process may
# often have no more than 1,024 files open.
_MOST = 40


class Libraries:
    """Opens libraries by name. Safe to use from several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: OrderedDict[str, tuple[Library, int]] = OrderedDict()
        self._opening = threading.Lock()

    def open(self, name: str, *, create: bool = False) -> Library:
        """The library of that name; opened again where its file was put in another's place.

        One that is no longer kept is closed when nobody uses it any more.

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
            self._open.move_to_end(name)
            while len(self._open) > _MOST:
                self._open.popitem(last=False)
            return library

    def close(self) -> None:
        """Close every library."""
        with self._opening:
            for library, _ in self._open.values():
                library.close()
            self._open.clear()
