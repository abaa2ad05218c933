"""The passages of the last answer: they stay candidates for the question that follows it."""

from collections.abc import Sequence

from retrieval.search import Fused, Query
from retrieval.types import Passage, Turn

_TURNS = 1  # answers that are looked back to


class Recall:
    """Scores what was cited before as the search would have scored it."""

    def __init__(self, fused: Fused) -> None:
        self._fused = fused

    def cited(self, query: Query, history: Sequence[Turn]) -> list[Passage]:
        """The passages of the query's library that hold what the last answer cited."""
        spans = [span for turn in history[-_TURNS:] for span in turn.cited]
        sql = "SELECT id FROM chunks WHERE article = ? AND start < ? AND stop > ?"
        chunks = [
            row[0]
            for span in spans
            for row in query.library.execute(sql, (span.article.id, span.end, span.start))
        ]
        return self._fused.scored(query, list(dict.fromkeys(chunks)), len(chunks), {})
