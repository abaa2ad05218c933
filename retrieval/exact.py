"""Nearest neighbours by looking at every vector that a library holds, without Chroma."""

import numpy as np
from numpy.typing import NDArray

from retrieval.ask import in_sql
from retrieval.library import Library
from retrieval.types import Filter

MOST = 20_000  # vectors that are read in less time than Chroma takes to be imported and opened


def nearest(
    library: Library, vector: NDArray[np.float32], k: int, only: Filter
) -> list[tuple[int, float]]:
    """The `k` nearest chunks and their cosine similarity, the nearest first."""
    where, values = in_sql(only)
    joined = " JOIN articles ON articles.id = chunks.article" if where else ""
    sql = (
        f"SELECT chunks.id, vector FROM chunks JOIN vectors USING (key){joined}"  # noqa: S608
        f" WHERE embedder = ? {where}"
    )
    rows = library.execute(sql, (library.get("embedder"), *values))
    if not rows:
        return []
    held = np.frombuffer(b"".join(row[1] for row in rows), np.float16).reshape(len(rows), -1)
    cosines = held.astype(np.float32) @ vector
    best = np.argsort(-cosines, kind="stable")[:k]
    return [(rows[at][0], float(cosines[at])) for at in best]
