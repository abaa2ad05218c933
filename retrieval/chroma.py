"""One Chroma store, opened so that several processes can share it; the only file that imports chromadb.

Two embedded writers at once corrupt a store, and a client that another process overtook sees old
vectors. So writers hold a file lock, `chroma.generation` changes with every write, and a client that has
not seen the last of them is opened anew.
"""

import contextlib
import functools
import os
import shutil
import socket
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from retrieval.errors import ClippingsError, VectorsError

_PATIENCE = 5.0  # seconds for a server to take a connection

# One client an address, whatever asks for it: Chroma shares a store within a process anyway.
# With the generation that it has seen and the file that it has open.
_clients: dict[str, tuple[Any, str, int]] = {}
# Collections that were asked for, by address and name, as long as nobody writes and the client stays.
_collections: dict[tuple[str, str], Any] = {}
_using = threading.RLock()


class Unusable(Exception):  # noqa: N818 - never leaves this room: vectors.py mends it
    """What Chroma holds cannot be used and is to be built again."""


class Chroma:
    """The store of one data folder: embedded in it, or a server at `url`."""

    def __init__(self, data: Path, url: str | None = None) -> None:
        self._folder, self._url = data / "chroma", url
        self.address = url or str(self._folder)
        self._moved = data / "chroma.generation"
        self._writing, self._wrote = data / "chroma.writing", False
        self._lock = FileLock(data / "chroma.lock")

    @contextlib.contextmanager
    def alone(self, *, wait: bool) -> Iterator[bool]:
        """Hold the lock of writers; false where another process holds it and `wait` is unset.

        Raises:
            VectorsError: the lock's file cannot be made.
        """
        try:
            self._lock.acquire(timeout=-1 if wait else 0)
        except Timeout:
            yield False
            return
        except OSError as error:
            raise VectorsError(f"the vectors cannot be written: {error}") from error
        try:
            yield True
        finally:
            if self._wrote:
                self._wrote = False
                with contextlib.suppress(OSError):  # then it is built again, to no harm
                    self._writing.unlink(missing_ok=True)
            self._lock.release()

    def torn(self) -> bool:
        """Whether a process was killed while it wrote, or another one is writing right now.

        Only who holds the lock can tell which; either way the store is not to be opened as it is.
        """
        return not self._url and not self._wrote and self._writing.exists()

    @contextlib.contextmanager
    def client(self, *, writing: bool = False) -> Iterator[Any]:
        """The client, one thread at a time.

        With `writing`, the generation moves on, so that other processes open their clients anew.

        Raises:
            Unusable: Chroma failed, in whatever way; the next client is opened anew.
            VectorsError: the disk is full or must not be written.
        """
        with _using:
            try:
                client = self._client()
                if writing:
                    _collections.clear()
                    _clients[self.address] = (client, self._move_on(), self._file())
                yield client
            except ClippingsError:
                raise
            except BaseException as error:
                if not _is_chromas(error):
                    raise
                self.forget_client()
                self._refuse(error)
                raise Unusable(str(error)[:200] or type(error).__name__) from error

    def collection(self, client: Any, name: str) -> Any:
        """The collection of that name, which Chroma is asked for once; within `client`."""
        at = (self.address, name)
        if at not in _collections:
            _collections[at] = client.get_collection(name, embedding_function=None)
        return _collections[at]

    def _move_on(self) -> str:
        """Note that the store is about to change."""
        if not self._url:
            self._wrote = True
            self._writing.touch()
        generation = uuid.uuid4().hex  # not a number: one that was lost could come again
        self._moved.write_text(generation, "ascii")
        return generation

    def _refuse(self, error: BaseException) -> None:
        """Nothing can be mended while the disk is full, or must not be written.

        Raises:
            VectorsError: it is so.
        """
        full = any(words in str(error) for words in ("disk is full", "No space left"))
        folder = self._folder if self._folder.is_dir() else self._folder.parent
        if not self._url and (full or not os.access(folder, os.W_OK)):
            raise VectorsError(
                f"the vectors in {self._folder} cannot be written: "
                f"{'free some space' if full else 'mend the permissions of the data folder'}, "
                "then run it again"
            ) from error

    def opened(self) -> bool:
        """Whether this process has it open, or it is a server."""
        return bool(self._url) or self.address in _clients

    def exists(self) -> bool:
        """Whether there is a store to read."""
        return bool(self._url) or self._folder.exists()

    def wipe(self) -> None:
        """Delete the embedded store, with the collections of all libraries.

        Raises:
            VectorsError: it is a server, which is not ours to wipe.
        """
        if self._url:
            raise VectorsError(_unreachable(self._url))
        with _using:
            self.forget_client()
            if self._folder.is_dir() and not self._folder.is_symlink():
                shutil.rmtree(self._folder, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    self._folder.unlink(missing_ok=True)
            if not self.exists():
                self._writing.unlink(missing_ok=True)

    def _client(self) -> Any:
        generation = self._generation()
        client, *seen = _clients.get(self.address, (None, "", 0))
        if client is None or seen != [generation, self._file()]:
            if self.torn():
                msg = "another program is writing them"
                raise Unusable(msg)
            self.forget_client()
            client = self._connect() if self._url else self._embed()
            _clients[self.address] = (client, generation, self._file())
        return client

    def _embed(self) -> Any:
        import chromadb

        return chromadb.PersistentClient(str(self._folder), settings=_quiet().model_copy())

    def _connect(self) -> Any:
        import chromadb

        to = urlsplit(self.address)
        try:
            tls = to.scheme == "https"
            host, port = to.hostname or "", to.port or (443 if tls else 80)
            socket.create_connection((host, port), _PATIENCE).close()  # Chroma would wait for ever
            return chromadb.HttpClient(
                host=host, port=port, ssl=tls, settings=_quiet().model_copy()
            )
        except Exception as error:
            raise VectorsError(_unreachable(self.address)) from error

    def forget_client(self) -> None:
        """Close every client of this process: only then does Chroma open a store again."""
        from chromadb.api.shared_system_client import SharedSystemClient

        _collections.clear()
        while _clients:
            _, (client, *_) = _clients.popitem()
            with contextlib.suppress(Exception):  # it may be broken already
                client.close()
        SharedSystemClient.clear_system_cache()

    def _generation(self) -> str:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return self._moved.read_text("ascii")
        return ""

    def _file(self) -> int:
        """Which file the embedded store is: one that was deleted can be read on, to no use."""
        with contextlib.suppress(OSError):
            return 0 if self._url else (self._folder / "chroma.sqlite3").stat().st_ino
        return 0


@functools.cache
def _quiet() -> Any:
    """Chroma's settings, which take longer to read than a store to open; each client wants a copy."""
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _unreachable(url: str) -> str:
    return f"the Chroma server at {url} cannot be used: check CLIPPINGS_CHROMA_URL and that it runs"


def _is_chromas(error: BaseException) -> bool:
    """Whether Chroma broke, its Rust core included, rather than somebody stopping the program."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"
