"""One Chroma store, opened so that several processes can share it; the only file that imports chromadb.

Two embedded writers at once corrupt a store, and a client that another process overtook sees old
vectors. So writers hold a file lock, `chroma.generation` counts their writes, and a client that has
not seen the last of them is opened anew.
"""

import contextlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from retrieval.errors import ClippingsError, VectorsError

# One client an address, whatever asks for it: Chroma shares a store within a process anyway.
_clients: dict[str, tuple[Any, str]] = {}
_using = threading.RLock()


class Unusable(Exception):  # noqa: N818 - never leaves this room: vectors.py mends it
    """What Chroma holds cannot be used and is to be built again."""


class Chroma:
    """The store of one data folder: embedded in it, or a server at `url`."""

    def __init__(self, data: Path, url: str | None = None) -> None:
        self._folder, self._url = data / "chroma", url
        self.address = url or str(self._folder)
        self._moved = data / "chroma.generation"
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
            self._lock.release()

    @contextlib.contextmanager
    def client(self, *, writing: bool = False) -> Iterator[Any]:
        """The client, one thread at a time.

        With `writing`, the generation moves on, so that other processes open their clients anew.

        Raises:
            Unusable: Chroma failed, in whatever way.
            VectorsError: the disk is full or must not be written.
        """
        with _using:
            try:
                client = self._client()
                if writing:
                    generation = str(int(self._generation() or 0) + 1)
                    self._moved.write_text(generation, "ascii")
                    _clients[self.address] = (client, generation)
                yield client
            except (Unusable, ClippingsError):
                raise
            except BaseException as error:
                if not _is_chromas(error):
                    raise
                self.forget_client()
                if "disk is full" in str(error) or "readonly" in str(error):
                    raise VectorsError(
                        f"the vectors cannot be written ({error}): free some space or mend the "
                        "permissions of the data folder, then run it again"
                    ) from error
                raise Unusable(str(error)[:200] or type(error).__name__) from error

    def exists(self) -> bool:
        """Whether there is a store to read."""
        return bool(self._url) or self._folder.exists()

    def wipe(self) -> None:
        """Delete the embedded store, with the collections of all libraries.

        Raises:
            VectorsError: it is a server, which is not ours to wipe.
        """
        if self._url:
            raise VectorsError(
                f"the Chroma server at {self._url} cannot be used: check CLIPPINGS_CHROMA_URL and "
                "that it runs"
            )
        with _using:
            self.forget_client()
            if self._folder.is_dir():
                shutil.rmtree(self._folder, ignore_errors=True)
            else:
                self._folder.unlink(missing_ok=True)

    def _client(self) -> Any:
        generation = self._generation()
        client, seen = _clients.get(self.address, (None, ""))
        if client is None or seen != generation:
            import chromadb
            from chromadb.config import Settings as ChromaSettings

            quiet = ChromaSettings(anonymized_telemetry=False)
            if self._url:
                to = urlsplit(self._url)
                host, port, tls = to.hostname or "", to.port, to.scheme == "https"
                port = port or (443 if tls else 80)
                client = chromadb.HttpClient(host=host, port=port, ssl=tls, settings=quiet)
            else:
                self.forget_client()
                client = chromadb.PersistentClient(str(self._folder), settings=quiet)
            _clients[self.address] = (client, generation)
        return client

    def forget_client(self) -> None:
        """Close every client of this process: only then does Chroma open a store again."""
        from chromadb.api.shared_system_client import SharedSystemClient

        _clients.clear()
        SharedSystemClient.clear_system_cache()

    def _generation(self) -> str:
        with contextlib.suppress(OSError):
            return self._moved.read_text("ascii")
        return "0"


def _is_chromas(error: BaseException) -> bool:
    """Whether Chroma broke, its Rust core included, rather than somebody stopping the program."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"
