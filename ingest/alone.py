"""One writer a library: a second one waits for the first, and says so."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from retrieval.errors import LibraryError
from retrieval.library import Library

log = logging.getLogger("clippings")


@contextmanager
def alone(library: Library) -> Iterator[None]:
    """Hold the library's lock of writers; it is let go by itself when the process dies.

    Raises:
        LibraryError: the lock's file cannot be made.
    """
    lock = FileLock(library.folder / "writing.lock")
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.warning("another process is writing the library %r: waiting for it", library.name)
            lock.acquire()
    except OSError as error:
        raise LibraryError(f"the library {library.name!r} cannot be written: {error}") from error
    try:
        yield
    finally:
        lock.release()
