"""The passages of the last answer: they stay candidates for the question that follows it."""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.fusion import fuse
from retrieval.search import Dense, Keyword, Query, passages
from retrieval.types import Passage, Turn

_TURNS = 1  # answers that are looked back to


class Recall:
    """Scores what was cited before as the search would have scored it."""

    def __init__(self, dense: Dense, keyword: Keyword) -> None:
        self._dense, self._keyword = dense, keyword

    def cited(self, query: Query, history: Sequence[Turn]) -> list[Passage]:
        """The passages of the query's library that hold what the last answer cited."""
        spans = [span for turn in history[-_TURNS:] for span in turn.cited]
        sql = "SELECT id FROM chunks WHERE article = ? AND start < ? AND stop > ?"
        chunks = [
            row[0]
            for span in spans
            for row in query.library.execute(sql, (span.article.id, span.end, span.start))
        ]
        found = passages(query.library, dict.fromkeys(chunks))
        scores = zip(
            found, self._dense.score(query, found), self._keyword.score(query, found), strict=True
        )
        return [replace(p, score=fuse(c, s), parts={"cosine": c, "words": s}) for p, c, s in scores]
