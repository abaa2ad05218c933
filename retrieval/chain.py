"""Builds the rooms from the settings and exposes them as a LangChain Runnable[Question, Answer].

The only place where concrete classes are chosen.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from retrieval.ask import check, filter_for
from retrieval.clues import Asked, asked
from retrieval.embedder import Embedder, SentenceEmbedder
from retrieval.followup import leaning_part, standalone, words_of
from retrieval.gate import THRESHOLD, probability
from retrieval.keywords import Bm25
from retrieval.library import Library
from retrieval.planning import by_rank
from retrieval.quotes import QuoteReader, as_read, quotes_of
from retrieval.recall import Recall
from retrieval.search import Dense, Diverse, Fused, Keyword, Query, Retriever, collapse
from retrieval.settings import Settings, library_folder
from retrieval.spelling import mended
from retrieval.types import Answer, Passage, Question, Tokens
from retrieval.vectors import Vectors
from retrieval.verify import verify
from retrieval.voices import asks_for_positions, by_speaker
from retrieval.work import Work, ended, explained, stage_name, timed

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from retrieval.writer import Writer

SHOWN = 10  # passages in an answer


class Chain:
    """One data folder, opened for questions. Safe to use from several threads at once."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        vectors: Vectors,
        retriever: Retriever,
        bm25: Bm25,
        reader: QuoteReader,
        recall: Recall,
        writer: "Writer | None" = None,
    ) -> None:
        self.settings, self.embedder, self.vectors = settings, embedder, vectors
        self._retriever, self._bm25, self.reader = retriever, bm25, reader
        self._recall, self.writer = recall, writer
        self._libraries: dict[str, tuple[Library, int]] = {}
        self._opening = threading.Lock()
        self._stages: list[Callable[[Work], tuple[Work, list[str]]]] = [
            self._followup,
            self._search,
            self._gate,
            self._read,
            self._verify,
        ]

    @cached_property
    def runnable(self) -> "Runnable[Question, Answer]":
        """The stages as LangChain runs them, each with its name in traces."""
        from langchain_core.runnables import RunnableLambda

        chain: Runnable[Question, Any] = RunnableLambda(Work, name="question")
        for stage in self._stages:
            chain = chain | RunnableLambda(timed(stage), name=stage_name(stage))
        return chain | RunnableLambda(self._end, name="answer")

    def ask(self, question: Question, heard: Callable[[str], None] | None = None) -> Answer:
        """Answer from the libraries alone, or say that they do not.

        `heard` gets the sentences of a model as they are written, each checked already.

        Raises:
            QuestionError: it is no question, or its limits cannot be applied.
            LibraryError: a library does not exist or cannot be used.
            EmbedderError: the model cannot be loaded.
        """
        if self.writer is None:  # to import LangChain would take longer than the answer
            work = Work(question)
            for stage in self._stages:
                work = timed(stage)(work)
            return self._end(work)
        from retrieval.listening import Sentences

        return self.runnable.invoke(question, {"callbacks": [Sentences(heard)] if heard else []})

    def _end(self, work: Work) -> Answer:
        return ended(work, self.reader.name)

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
        own = leaning_part(question, text)
        texts = [mended(library, text) for library in libraries]
        vectors = {its: self.embedder.query(its) for its in dict.fromkeys(texts)}
        return tuple(
            Query(library, its, words_of(its, mended(library, own)), vectors[its], only, own)
            for library, its in zip(libraries, texts, strict=True)
        )

    def passages(self, queries: tuple[Query, ...], k: int) -> list[Passage]:
        """The best `k` passages of all the queries' libraries together."""
        found = [p for query in queries for p in self._retriever.retrieve(query, k)]
        ranked = sorted(found, key=lambda p: -p.score)
        return (collapse(ranked) if len(queries) > 1 else ranked)[:k]

    def asked(self, queries: tuple[Query, ...]) -> Asked:
        """The question with what its words weigh in the libraries: the least that one of them says."""
        weights: dict[str, float] = {}
        for query in queries:
            for word, weight in self._bm25.weights(query.library, query.words).items():
                weights[word] = min(weight, weights.get(word, weight))
        return asked(queries[0].own or queries[0].text, weights, queries[0].text)

    def _followup(self, work: Work) -> tuple[Work, list[str]]:
        check(work.question)
        text = standalone(work.question)
        if self.writer is None:
            return replace(work, text=text), [f"asked as: {text}"]
        planned = self.writer.plan(work.question, text, self._changes(work.question))
        it = planned.plan
        work = replace(work, text=it.text, searches=it.searches, failure=planned.failure)
        lines = [*planned.lines, f"asked as: {it.text}", f"searched for: {'; '.join(it.searches)}"]
        return replace(work, tokens=planned.tokens), lines

    def _changes(self, question: Question) -> list[tuple[str, int]]:
        """What the libraries of a question are at: a model's answer is kept for exactly that."""
        libraries = [self.library(name) for name in question.libraries]
        return [(library.id, library.number()) for library in libraries]

    def _search(self, work: Work) -> tuple[Work, list[str]]:
        queries = self.queries(work.question, work.text)
        found = self.passages(queries, SHOWN)
        if self.writer is not None:
            others = [self.queries(work.question, text) for text in work.searches[1:]]
            before = [p for q in queries for p in self._recall.cited(q, work.question.history)]
            ranked = [found, *(self.passages(other, SHOWN) for other in others), before]
            found = collapse(by_rank(ranked, SHOWN)) if len(others) + len(before) else found
        work = replace(work, queries=queries, asked=self.asked(queries), passages=tuple(found))
        read = [f"read as: {query.text}" for query in queries if query.text != work.text]
        return work, [*read, *explained(found)]

    def _gate(self, work: Work) -> tuple[Work, list[str]]:
        read = self.reader.candidates(work.asked, work.queries[0].vector, work.passages)
        size = sum(self._bm25.size(query.library) for query in work.queries)
        chance = probability(work.asked, work.passages, read, size)
        line = f"the passages answer with probability {chance:.3f}; {THRESHOLD} is asked of them"
        found = as_read(work.passages, read)
        work = replace(work, passages=tuple(found), candidates=tuple(read), chance=chance)
        return work, [line, *explained(found)]

    def _read(self, work: Work) -> tuple[Work, list[str]]:
        if work.chance < THRESHOLD:
            return work, ["nothing is read: the passages do not answer"]
        if self.writer is not None and not work.failure:
            from retrieval.listening import tell

            it = self.writer.write(work.text, work.passages, self._changes(work.question), tell)
            tokens = Tokens(
                work.tokens.input + it.tokens.input, work.tokens.output + it.tokens.output
            )
            work = replace(work, draft=it.draft, tokens=tokens, failure=it.failure)
            if not it.failure:
                return replace(work, reader=self.writer.name), list(it.lines)
        return self._quoted(work)

    def _quoted(self, work: Work) -> tuple[Work, list[str]]:
        """Read by the reader that needs no model."""
        draft = quotes_of(work.candidates)
        if asks_for_positions(work.text):
            draft = by_speaker(draft)
        work = replace(work, draft=tuple(draft), reader=self.reader.name)
        return work, [f"{it.text}  ({it.why})" for it in draft]

    def _verify(self, work: Work) -> tuple[Work, list[str]]:
        checked = verify(work.draft, work.passages)
        lines = [f"dropped, for {why}: {text}" for text, why in checked.dropped]
        if work.draft and not checked.sentences and work.draft[0].written is not None:
            # Nothing that the model wrote stands: the articles speak for themselves.
            work, quotes = self._quoted(work)
            quoted = verify(work.draft, work.passages)
            checked = replace(quoted, dropped=checked.dropped)
            lines += quotes
        return replace(work, checked=checked), lines


def build(settings: Settings, embedder: Embedder | None = None) -> Chain:
    """The chain of those settings, or with another embedder; nothing is loaded before it is needed."""
    embedder = embedder or SentenceEmbedder(settings.embedder, settings.data / "models")
    vectors, bm25 = Vectors(settings.data, settings.chroma_url), Bm25()
    dense, keyword = Dense(vectors), Keyword(bm25)
    retriever, recall = Diverse(Fused(dense, keyword)), Recall(dense, keyword)
    reader, writer = QuoteReader(embedder), _writer(settings) if settings.model else None
    return Chain(settings, embedder, vectors, retriever, bm25, reader, recall, writer)


def _writer(settings: Settings) -> "Writer":
    """The writer of the settings' model; nothing of it is imported where none is set.

    Raises:
        SettingsError: the model cannot be used, or its package is not installed.
    """
    from retrieval.model import open_model
    from retrieval.spending import Spending
    from retrieval.writer import Writer

    return Writer(
        str(settings.model),
        open_model(settings),
        Spending(settings.data),
        seconds=settings.model_seconds,
        budget=settings.model_daily_tokens,
    )
