"""Nearest neighbours: a Chroma collection for each library, which follows its change log.

`Vectors.sync` is the only writer. What cannot be used is built again from the library, without
embedding anything.
"""

import contextlib
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval import collection, exact
from retrieval.chroma import Chroma, Unusable
from retrieval.errors import VectorsError
from retrieval.library import Library
from retrieval.types import Filter

log = logging.getLogger("clippings")
_AGAIN = "the vectors of library %r are built again (%s)"
_LOST = 1  # probes that a collection in use may lack, see collection.prove

_CHANGES = """
SELECT changes.number, changes.token, changes.chunk, vectors.vector, chunks.id,
       articles.published_at, articles.source
FROM changes
LEFT JOIN chunks ON chunks.id = changes.chunk
LEFT JOIN articles ON articles.id = chunks.article
LEFT JOIN vectors ON vectors.embedder = ? AND vectors.key = chunks.key
WHERE changes.number > ? ORDER BY changes.number LIMIT ?
"""


class Vectors:
    """The Chroma of one data folder: embedded in it, or a server at `url`.

    Raises:
        VectorsError: the server cannot be reached, or the folder cannot be written.
    """

    def __init__(self, data: Path, url: str | None = None) -> None:
        self._chroma = Chroma(data, url)
        # By collection: the change number that it stands at, and the embedder that it holds.
        self._stands: dict[str, tuple[int, str]] = {}

    def sync(self, library: Library, *, wait: bool = True) -> bool:
        """Bring the library's collection to where its change log ends.

        With `wait` unset, gives up at once where another process is writing; returns whether the
        collection follows now.
        """
        with self._chroma.alone(wait=wait) as mine:
            if not mine:
                return False
            self._wipe_torn(library)
            # First as it is, then with a client opened anew, then built again: this one, then all.
            # What was just built is good enough where half of it is found: there is nothing better.
            reason, half = "", collection.PROBES // 2
            for mend, lost in (None, 0), (None, _LOST), (self._drop, half), (self._wipe, half):
                try:
                    if mend:
                        log.warning(_AGAIN, library.name, reason)
                        mend(library)
                    self._follow(library, lost)
                except Unusable as error:
                    reason = str(error)
                else:
                    return True
        raise VectorsError(
            f"the vectors of library {library.name!r} could not be built ({reason}): check that "
            f"{self._chroma.address} can be written, then run: "
            f"clippings reembed --library {library.name}"
        )

    def nearest(
        self, library: Library, vector: NDArray[np.float32], k: int, only: Filter
    ) -> list[tuple[int, float]]:
        """The `k` nearest chunks and their cosine similarity, the nearest first.

        A small library is answered for without Chroma while nothing else has opened that. Otherwise
        the collection catches up with the library before, unless another process is writing right
        then. Chunks that are gone from the library may be among them.
        """
        if k < 1:
            return []
        if not self._chroma.opened() and library.count("chunks") <= exact.MOST:
            return exact.nearest(library, vector, k, only)
        stands = (library.number(), library.get("embedder"))
        if self._stands.get(collection.name_of(library)) != stands:
            self.sync(library, wait=False)
        try:
            return self._query(library, vector, k, only)
        except Unusable:
            if not self.sync(library, wait=False):
                return []  # another process is writing; keywords answer meanwhile
            try:
                return self._query(library, vector, k, only)
            except Unusable as error:
                raise VectorsError(
                    f"the vectors of library {library.name!r} cannot be read ({error}); "
                    f"run: clippings reembed --library {library.name}"
                ) from error

    def check(self, library: Library) -> str | None:
        """What is wrong with the library's collection, or None; writes nothing."""
        if not self._chroma.exists():
            return "there are no vectors"
        try:
            if self._torn():
                return "a program was stopped while it wrote the vectors"
            with self._chroma.client() as client:
                found = client.get_collection(collection.name_of(library), embedding_function=None)
                position, embedder = self._position(library, found), library.get("embedder")
                if found.metadata.get("embedder") != embedder:
                    return "the vectors are another embedder's"
                if position is None or position != library.number():
                    return "the vectors are behind the library"
                collection.prove(library, found, position, lost=_LOST)
        except (Unusable, VectorsError) as error:
            return f"the vectors are not usable ({error})"
        return None

    def warm(self) -> None:
        """Open Chroma now, so that no question has to wait for it."""
        if self._chroma.exists():
            with contextlib.suppress(Unusable), self._chroma.client():
                pass

    def drop(self, library: Library) -> None:
        """Delete the library's collection."""
        with self._chroma.alone(wait=True):
            self._wipe_torn(library)
            self._drop(library)

    def _drop(self, library: Library) -> None:
        self._stands.pop(collection.name_of(library), None)
        with contextlib.suppress(Unusable), self._chroma.client(writing=True) as client:
            client.delete_collection(collection.name_of(library))

    def _wipe(self, _: Library) -> None:
        """Delete the whole store; each library builds its collection again when it is next used."""
        self._chroma.wipe()
        self._stands.clear()

    def _wipe_torn(self, library: Library) -> None:
        """Under the lock of writers: delete a store that was left by a process killed while it wrote."""
        if self._chroma.torn():
            log.warning(_AGAIN, library.name, "a program was stopped while it wrote them")
            self._wipe(library)

    def _torn(self) -> bool:
        """The same without the lock: whether the store was left so, and nobody is writing it now."""
        if not self._chroma.torn():
            return False
        with self._chroma.alone(wait=False) as mine:
            return mine and self._chroma.torn()

    def _follow(self, library: Library, lost: int) -> None:
        name, embedder = collection.name_of(library), library.get("embedder")
        with self._chroma.client() as client:
            found = collection.open_in(client, name, embedder)
            position = self._position(library, found)
        if position is None or found.metadata.get("embedder") != embedder:
            with self._chroma.client(writing=True) as client:
                client.delete_collection(name)
                found, position = collection.open_in(client, name, embedder), 0
        end = library.number()  # what comes meanwhile is for the next: a writer may never pause
        some, saved = collection.pace(found, library.count("chunks"), end - position)
        found, wrote = self._saved_after(found, saved) if saved else found, False
        while position < end:
            rows = library.execute(_CHANGES, (embedder, position, some))
            if library.get("embedder") != embedder:
                msg = "its embedder changed meanwhile"
                raise Unusable(msg)
            with self._chroma.client(writing=not wrote):
                collection.apply(found, rows, library.name)
                position, token = rows[-1][:2]
                found.modify(metadata={"embedder": embedder, "at": json.dumps([position, token])})
            wrote = True
        with self._chroma.client(writing=wrote):
            collection.prove(library, found, position, lost=lost)
        self._stands[name] = (position, embedder)

    def _saved_after(self, found: Any, rows: int) -> Any:
        """The collection, which saves its index after so many rows."""
        with self._chroma.client(writing=True):
            found.modify(configuration={"hnsw": {"sync_threshold": rows}})
            self._chroma.forget_client()  # an index that is open stays as it was opened
        with self._chroma.client() as client:
            return client.get_collection(found.name, embedding_function=None)

    def _position(self, library: Library, found: Any) -> int | None:
        """The change that the collection stands at; None where it followed another log."""
        number, token = json.loads((found.metadata or {}).get("at", '[0, ""]'))
        if number == 0:
            return 0
        rows = library.execute("SELECT token FROM changes WHERE number = ?", (number,))
        return number if rows == [(token,)] else None

    def _query(
        self, library: Library, vector: NDArray[np.float32], k: int, only: Filter
    ) -> list[tuple[int, float]]:
        with self._chroma.client() as client:
            found = self._chroma.collection(client, collection.name_of(library))
            near = found.query(
                query_embeddings=[vector],
                n_results=k,
                where=collection.where(only),
                include=["distances"],
            )
        return [
            (int(chunk), 1.0 - distance)
            for chunk, distance in zip(near["ids"][0], near["distances"][0], strict=True)
        ]
