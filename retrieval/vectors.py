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

from retrieval.chroma import Chroma, Unusable
from retrieval.errors import VectorsError
from retrieval.library import Library
from retrieval.types import Filter

log = logging.getLogger("clippings")
_BATCH = 64  # an upsert holds the interpreter's lock: small batches keep other threads running
_SAME = 1e-2  # cosine distance below which a vector has found itself; float16 costs 1e-3

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
        self._stands: dict[str, int] = {}  # by collection: the change number that it stands at

    def sync(self, library: Library, *, wait: bool = True) -> bool:
        """Bring the library's collection to where its change log ends.

        With `wait` unset, gives up at once where another process is writing; returns whether the
        collection follows now.
        """
        with self._chroma.alone(wait=wait) as mine:
            if not mine:
                return False
            # First as it is, then with a client opened anew, then built again: this one, then all.
            for mend in (None, None, self._drop, self._wipe):
                try:
                    if mend:
                        mend(library)
                    self._follow(library)
                except Unusable as error:
                    log.warning(
                        "the vectors of library %r are not usable (%s): mending them",
                        library.name,
                        error,
                    )
                else:
                    return True
        raise VectorsError(
            f"the vectors of library {library.name!r} could not be built: check that "
            f"{self._chroma.address} can be written, then run: "
            f"clippings reembed --library {library.name}"
        )

    def nearest(
        self, library: Library, vector: NDArray[np.float32], k: int, only: Filter
    ) -> list[tuple[int, float]]:
        """The `k` nearest chunks and their cosine similarity, the nearest first.

        Catches up with the library before, unless another process is writing right then. Chunks
        that are gone from the library may be among them.
        """
        if self._stands.get(_collection(library)) != library.number():
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
            with self._chroma.client() as client:
                found = client.get_collection(_collection(library), embedding_function=None)
                if self._position(library, found) != library.number():
                    return "the vectors are behind the library"
                self._prove(library, found)
        except Unusable as error:
            return f"the vectors are not usable ({error})"
        return None

    def drop(self, library: Library) -> None:
        """Delete the library's collection."""
        with self._chroma.alone(wait=True):
            self._drop(library)

    def _drop(self, library: Library) -> None:
        self._stands.pop(_collection(library), None)
        with contextlib.suppress(Unusable), self._chroma.client(writing=True) as client:
            client.delete_collection(_collection(library))

    def _wipe(self, _: Library) -> None:
        """Delete the whole store; each library builds its collection again when it is next used."""
        self._chroma.wipe()
        self._stands.clear()

    def _follow(self, library: Library) -> None:
        name, embedder = _collection(library), library.get("embedder")
        with self._chroma.client() as client:
            found = _open(client, name, embedder)
            position = self._position(library, found)
        if position is None or found.metadata.get("embedder") != embedder:
            with self._chroma.client(writing=True) as client:
                client.delete_collection(name)
                found, position = _open(client, name, embedder), 0
        wrote = False
        while rows := library.execute(_CHANGES, (embedder, position, _BATCH)):
            with self._chroma.client(writing=not wrote):
                _apply(found, rows, library.name)
                position, token = rows[-1][:2]
                found.modify(metadata={"embedder": embedder, "at": json.dumps([position, token])})
            wrote = True
        with self._chroma.client(writing=wrote):
            self._prove(library, found)
        self._stands[name] = position

    def _position(self, library: Library, found: Any) -> int | None:
        """The change that the collection stands at; None where it followed another log."""
        number, token = json.loads((found.metadata or {}).get("at", '[0, ""]'))
        if number == 0:
            return 0
        rows = library.execute("SELECT token FROM changes WHERE number = ?", (number,))
        return number if rows == [(token,)] else None

    def _prove(self, library: Library, found: Any) -> None:
        """Hold the collection against the library: as many vectors, and the newest finds itself."""
        chunks, vectors = library.count("chunks"), found.count()
        if chunks != vectors:
            msg = f"{vectors} vectors for {chunks} chunks"
            raise Unusable(msg)
        newest = library.execute(
            "SELECT vector FROM chunks JOIN vectors USING (key) WHERE embedder = ?"
            " ORDER BY chunks.id DESC LIMIT 1",
            (library.get("embedder"),),
        )
        if newest:
            vector = _unit(newest[0][0])
            near = found.query(query_embeddings=[vector], n_results=1, include=["distances"])
            if not near["ids"][0] or near["distances"][0][0] > _SAME:
                msg = "the newest vector is not found"
                raise Unusable(msg)

    def _query(
        self, library: Library, vector: NDArray[np.float32], k: int, only: Filter
    ) -> list[tuple[int, float]]:
        with self._chroma.client() as client:
            found = client.get_collection(_collection(library), embedding_function=None)
            near = found.query(
                query_embeddings=[vector], n_results=k, where=_where(only), include=["distances"]
            )
        return [
            (int(chunk), 1.0 - distance)
            for chunk, distance in zip(near["ids"][0], near["distances"][0], strict=True)
        ]


def _collection(library: Library) -> str:
    return f"{library.name}.{library.id[:12]}"


def _open(client: Any, name: str, embedder: str) -> Any:
    return client.get_or_create_collection(
        name,
        embedding_function=None,
        configuration={"hnsw": {"space": "cosine"}},
        metadata={"embedder": embedder},
    )


def _apply(found: Any, rows: list[tuple[Any, ...]], name: str) -> None:
    """Write one batch of changes: what exists by now is put, what does not is deleted."""
    gone = [str(chunk) for _, _, chunk, _, exists, _, _ in rows if exists is None]
    if gone:
        found.delete(ids=gone)
    there = {chunk: rest for _, _, chunk, *rest in rows if rest[1] is not None}
    if not there:
        return
    if any(vector is None for vector, *_ in there.values()):
        raise VectorsError(
            f"the library {name!r} lacks vectors; run: clippings reembed --library {name}"
        )
    found.upsert(
        ids=[str(chunk) for chunk in there],
        embeddings=[_unit(vector) for vector, *_ in there.values()],
        metadatas=[
            {"published": at if at is not None else -(2**40), "source": source or ""}
            for _, _, at, source in there.values()
        ],
    )


def _unit(vector: bytes) -> NDArray[np.float32]:
    full = np.frombuffer(vector, dtype=np.float16).astype(np.float32)
    return full / max(float(np.linalg.norm(full)), 1e-12)


def _where(only: Filter) -> dict[str, Any] | None:
    """The filter in Chroma's language; an article without a date is in no period."""
    terms: list[dict[str, Any]] = []
    if only.since is not None or only.until is not None:
        terms.append({"published": {"$gte": only.since if only.since is not None else -(2**39)}})
    if only.until is not None:
        terms.append({"published": {"$lte": only.until}})
    if only.sources:
        terms.append({"source": {"$in": list(only.sources)}})
    return {"$and": terms} if len(terms) > 1 else (terms[0] if terms else None)
