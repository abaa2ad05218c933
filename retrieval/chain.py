"""Builds the rooms from the settings and exposes them as a LangChain Runnable[Question, Answer].

The only place where concrete classes are chosen.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from retrieval.ask import check, filter_for
from retrieval.embedder import Embedder, SentenceEmbedder
from retrieval.followup import standalone
from retrieval.gate import THRESHOLD, probability
from retrieval.keywords import Bm25
from retrieval.library import Library
from retrieval.quotes import QuoteReader
from retrieval.search import Dense, Diverse, Fused, Keyword, Query, Retriever, collapse
from retrieval.settings import Settings, library_folder
from retrieval.terms import terms
from retrieval.types import Answer, Passage, Question, Seconds, Step
from retrieval.vectors import Vectors
from retrieval.verify import Claim, Verified, verify

SHOWN = 10  # passages in an answer


@dataclass(frozen=True, slots=True)
class _Work:
    """A question on its way through the stages."""

    question: Question
    text: str = ""
    queries: tuple[Query, ...] = ()
    passages: tuple[Passage, ...] = ()
    chance: float = 0.0
    draft: tuple[Claim, ...] = ()
    checked: Verified = Verified((), (), ())
    steps: tuple[Step, ...] = ()
    started: float = field(default_factory=time.perf_counter)


class Chain:
    """One data folder, opened for questions. Safe to use from several threads at once."""

    def __init__(
        self, settings: Settings, embedder: Embedder, vectors: Vectors, retriever: Retriever,
        bm25: Bm25,
    ) -> None:
        self.settings, self.embedder, self.vectors = settings, embedder, vectors
        self._retriever, self._bm25 = retriever, bm25
        self._reader = QuoteReader(embedder)
        self._libraries: dict[str, tuple[Library, int]] = {}
        self._opening = threading.Lock()
        stages: list[Callable[[_Work], tuple[_Work, list[str]]]] = [
            self._followup, self._search, self._gate, self._read, self._verify,
        ]
        chain: Runnable[Question, Any] = RunnableLambda(_Work, name="question")
        for stage in stages:
            chain = chain | RunnableLambda(_timed(stage), name=stage.__name__.strip("_"))
        self.runnable: Runnable[Question, Answer] = chain | RunnableLambda(_answer, name="answer")

    def ask(self, question: Question) -> Answer:
        """Answer from the libraries alone, or say that they do not.

        Raises:
            QuestionError: it is no question, or its limits cannot be applied.
            LibraryError: a library does not exist or cannot be used.
            EmbedderError: the model cannot be loaded.
        """
        return self.runnable.invoke(question)

    def library(self, name: str, *, create: bool = False) -> Library:
        """The library of that name, kept open; opened again where its file was put in another's place.

        Raises:
            LibraryError: it does not exist, or cannot be used.
        """
        folder = library_folder(self.settings, name)
        file = folder / "library.db"
        with self._opening:
            library, inode = self._libraries.get(name, (None, 0))
            if library is None or not file.exists() or file.stat().st_ino != inode:
                library = Library(folder, create=create)
                self._libraries[name] = (library, file.stat().st_ino)
            return library

    def warm(self) -> None:
        """Load the model now, so that the first question need not wait for it."""
        self.embedder.query("warm")

    def close(self) -> None:
        """Close every library."""
        with self._opening:
            for library, _ in self._libraries.values():
                library.close()
            self._libraries.clear()

    def queries(self, question: Question, text: str) -> tuple[Query, ...]:
        """The question made ready for each of its libraries."""
        libraries = [self.library(name) for name in question.libraries]
        for library in libraries:
            library.require(self.embedder.identity)
        only = filter_for(question, libraries)
        words, vector = tuple(dict.fromkeys(terms(text))), self.embedder.query(text)
        return tuple(Query(library, text, words, vector, only) for library in libraries)

    def passages(self, queries: tuple[Query, ...], k: int) -> list[Passage]:
        """The best `k` passages of all the queries' libraries together."""
        found = [p for query in queries for p in self._retriever.retrieve(query, k)]
        ranked = sorted(found, key=lambda p: -p.score)
        return (collapse(ranked) if len(queries) > 1 else ranked)[:k]

    def _followup(self, work: _Work) -> tuple[_Work, list[str]]:
        check(work.question)
        text = standalone(work.question)
        return replace(work, text=text), [f"asked as: {text}"]

    def _search(self, work: _Work) -> tuple[_Work, list[str]]:
        queries = self.queries(work.question, work.text)
        found = self.passages(queries, SHOWN)
        lines = [
            f"{p.score:.3f} = {' + '.join(f'{n} {v:.3f}' for n, v in p.parts.items())}  "
            f"{p.article.title} [{p.start}:{p.end}]"
            for p in found
        ]
        return replace(work, queries=queries, passages=tuple(found)), lines

    def _gate(self, work: _Work) -> tuple[_Work, list[str]]:
        weights: dict[str, float] = {}
        for query in work.queries:
            weights |= self._bm25.weights(query.library, query.words)
        chance = probability(work.queries[0], work.passages, weights) if work.passages else 0.0
        return replace(work, chance=chance), [
            f"the library answers with probability {chance:.3f}; asked of it: {THRESHOLD}"
        ]
