"""One library's collection in Chroma: its name, its rows, and the proof that it is whole."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.chroma import Unusable
from retrieval.errors import VectorsError
from retrieval.library import Library
from retrieval.types import Filter

# Twice Chroma's own effort: it leaves a quarter of the unfindable vectors, for a tenth of the time.
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200}
_SAME = 1e-2  # cosine distance below which a vector has found itself; float16 costs 1e-3
_FEW, _MANY, _BULK = 32, 256, 4_000  # rows in one write; the second from so many changes on
PROBES = 20  # vectors that have to find themselves, from the oldest to the newest


def prove(library: Library, found: Any, position: int, *, lost: int) -> None:
    """Hold the collection against the library: as many vectors, and they find themselves.

    Of every `PROBES` vectors `lost` may be missing: HNSW leaves a few out of reach for good (1 in 1,000
    was measured), a stale or damaged index far more.

    Raises:
        Unusable: it is not so.
    """
    chunks, probes = library.count("chunks"), _probes(library)
    if library.number() != position:
        return  # somebody wrote the library meanwhile: whoever follows next holds it against that
    vectors = found.count()
    if chunks != vectors:
        msg = f"{vectors} vectors for {chunks} chunks"
        raise Unusable(msg)
    if probes:
        near = found.query(query_embeddings=probes, n_results=1, include=["distances"])
        missing = sum(not its or its[0] > _SAME for its in near["distances"])
        if missing > lost * len(probes) / PROBES:
            msg = f"{missing} of {len(probes)} vectors are not found"
            raise Unusable(msg)


def _probes(library: Library) -> list[NDArray[np.float32]]:
    """Vectors of chunks that lie evenly between the oldest and the newest, both among them."""
    first, last = library.execute("SELECT min(id), max(id) FROM chunks")[0]
    if first is None:
        return []
    places = {first + (last - first) * step // (PROBES - 1) for step in range(PROBES)}
    sql = (
        "SELECT vector FROM chunks JOIN vectors USING (key)"
        " WHERE embedder = ? AND chunks.id >= ? ORDER BY chunks.id LIMIT 1"
    )
    embedder = library.get("embedder")
    return [unit(row[0]) for at in sorted(places) for row in library.execute(sql, (embedder, at))]


def name_of(library: Library) -> str:
    """The collection's name in Chroma."""
    return f"{library.name}.{library.id[:12]}"


def open_in(client: Any, name: str, embedder: str) -> Any:
    """The collection of that name, made if there is none; one that is there stays as it is."""
    return client.get_or_create_collection(
        name,
        embedding_function=None,
        configuration={"hnsw": _HNSW},
        metadata={"embedder": embedder},
    )


def pace(found: Any, chunks: int, pending: int) -> tuple[int, int | None]:
    """How many rows to write together, and after how many the index is to be saved, if not as it is.

    A write holds the interpreter's lock, for about a millisecond a row. What is not saved yet is read
    again at every write (10 us a row were measured) and put in anew at every opening; saving writes
    the whole index (1.6 kB a row). About `sqrt(20 n)` rows balance the two. The changes are divided
    so that with the last of them the index is saved.
    """
    most = _FEW if pending < _BULK else _MANY
    usual = max(math.isqrt(20 * chunks), 100)
    if pending < usual / 4:
        return most, None
    parts = math.ceil(pending / usual)
    writes = math.ceil(pending / (parts * most))  # in each part
    rows = math.ceil(pending / (parts * writes))
    last = pending - (parts - 1) * writes * rows
    wanted = max((writes - 1) * rows + 1, 2)
    now = int(found.configuration["hnsw"]["sync_threshold"])
    return rows, None if wanted <= now <= last else wanted


def apply(found: Any, rows: list[tuple[Any, ...]], name: str) -> None:
    """Write one batch of changes: what exists by now is put, what does not is deleted.

    Raises:
        VectorsError: the library has no vector for a chunk.
    """
    # A chunk that came and went since is named twice, which Chroma refuses.
    gone = {str(chunk) for _, _, chunk, _, exists, _, _ in rows if exists is None}
    if gone:
        found.delete(ids=sorted(gone))
    there = {chunk: rest for _, _, chunk, *rest in rows if rest[1] is not None}
    if not there:
        return
    if any(vector is None for vector, *_ in there.values()):
        raise VectorsError(
            f"the library {name!r} lacks vectors; run: clippings reembed --library {name}"
        )
    found.upsert(
        ids=[str(chunk) for chunk in there],
        embeddings=[unit(vector) for vector, *_ in there.values()],
        metadatas=[
            {"published": at if at is not None else -(2**40), "source": source or ""}
            for _, _, at, source in there.values()
        ],
    )


def unit(vector: bytes) -> NDArray[np.float32]:
    """A stored vector, `(d,)` float32, brought back to unit length."""
    full = np.frombuffer(vector, dtype=np.float16).astype(np.float32)
    return full / max(float(np.linalg.norm(full)), 1e-12)


def where(only: Filter) -> dict[str, Any] | None:
    """The filter in Chroma's language; an article without a date is in no period."""
    terms: list[dict[str, Any]] = []
    if only.since is not None or only.until is not None:
        terms.append({"published": {"$gte": only.since if only.since is not None else -(2**39)}})
    if only.until is not None:
        terms.append({"published": {"$lte": only.until}})
    if only.sources:
        terms.append({"source": {"$in": list(only.sources)}})
    return {"$and": terms} if len(terms) > 1 else (terms[0] if terms else None)
