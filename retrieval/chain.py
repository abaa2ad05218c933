"""Builds the rooms from the settings and exposes them as a LangChain Runnable[Question, Answer].

The only place where concrete classes are chosen.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from retrieval.ask import check, filter_for
from retrieval.candidates import QuoteReader, as_read
from retrieval.clues import Asked, asked
from retrieval.embedder import Embedder, SentenceEmbedder
from retrieval.followup import leaning_part, standalone, words_of
from retrieval.gate import THRESHOLD, probability
from retrieval.kept import Kept
from retrieval.keywords import Bm25
from retrieval.latest import CANDIDATES, asks_for_latest, topic
from retrieval.libraries import Libraries
from retrieval.library import Library
from retrieval.planning import by_rank
from retrieval.reading import Reading
from retrieval.recall import Recall
from retrieval.reranker import READ, Reranked, by_fusion
from retrieval.search import Dense, Diverse, Fused, Keyword, Query, Retriever, collapse, dated
from retrieval.settings import Settings
from retrieval.spelling import mended
from retrieval.together import Together
from retrieval.types import Answer, Passage, Question
from retrieval.vectors import Vectors
from retrieval.verify import verify
from retrieval.work import Work, dropped, ended, explained, quoted, stage_name, standing, timed

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
        self._recall, self.writer, self._kept = recall, writer, Kept()
        self._libraries, self.together = Libraries(settings), Together(embedder.queries)
        stages = (self._followup, self._search, self._gate, self._read, self._verify)
        self._stages: tuple[Callable[[Work], tuple[Work, list[str]]], ...] = stages

    @cached_property
    def runnable(self) -> "Runnable[Question, Answer]":
        """The stages as LangChain runs them, each with its name in traces."""
        from langchain_core.runnables import RunnableLambda

        chain: Runnable[Question, Any] = RunnableLambda(Work, name="question")
        for stage in self._stages:
            chain = chain | RunnableLambda(timed(stage), name=stage_name(stage))
        return chain | RunnableLambda(ended, name="answer")

    def ask(self, question: Question, heard: Callable[[str], None] | None = None) -> Answer:
        """Answer from the libraries alone, or say that they do not.

        `heard` gets the sentences of a model as they are written, each checked already.

        Raises:
            QuestionError: it is no question, or its limits cannot be applied.
            LibraryError: a library does not exist or cannot be used.
            EmbedderError: the model cannot be loaded.
            RerankerError: nor can the cross-encoder.
        """
        if self.writer is None:
            check(question)
            return self._kept.answer(question, self._fit(question), lambda: self._plainly(question))
        from retrieval.listening import Sentences

        return self.runnable.invoke(question, {"callbacks": [Sentences(heard)] if heard else []})

    def _plainly(self, question: Question) -> Answer:
        """All stages without LangChain, to import which would take longer than the answer."""
        work = Work(question)
        for stage in self._stages:
            work = timed(stage)(work)
        return ended(work)

    def _fit(self, question: Question) -> list[Library]:
        """The libraries of a question, which the embedder fits."""
        libraries = [self.library(name) for name in question.libraries]
        for library in libraries:
            library.require(self.embedder.identity)
        return libraries

    def library(self, name: str, *, create: bool = False) -> Library:
        """The library of that name, kept open; opened again where its file was put in another's place.

        Raises:
            LibraryError: it does not exist, or cannot be used.
        """
        return self._libraries.open(name, create=create)

    def warm(self) -> None:
        """Load the models and open Chroma now, so that the first question need not wait for them."""
        self.together.vector("warm").result()
        self.reader.warm()
        self.vectors.warm()
        if isinstance(self._retriever, Reranked):
            self._retriever.warm()

    def prepare(self) -> None:
        """Make what takes long and lasts: the first question need not wait for it."""
        self.reader.prepare()

    def close(self) -> None:
        """Close every library."""
        self._libraries.close()

    def queries(self, question: Question, text: str) -> tuple[Query, ...]:
        """The question made ready for each of its libraries."""
        libraries = self._fit(question)
        only = filter_for(question, libraries)
        latest = asks_for_latest(text) or asks_for_latest(question.text)
        own = topic(leaning_part(question, text))
        texts = [mended(library, topic(text) or text) for library in libraries]
        soon = {its: self.together.vector(its) for its in dict.fromkeys(texts)}
        return tuple(
            Query(library, its, words_of(its, mended(library, own)), soon[its], only, own, latest)
            for library, its in zip(libraries, texts, strict=True)
        )

    def passages(self, queries: tuple[Query, ...], k: int) -> list[Passage]:
        """The best `k` passages of all the queries' libraries together."""
        return dated(queries, self._relevant(queries, k))[:k]

    def _relevant(self, queries: tuple[Query, ...], k: int) -> list[Passage]:
        """The most relevant passages: `k`, or more where they are to be put in another order."""
        k = max(k, CANDIDATES if queries[0].latest else 0, READ if self.settings.reranker else 0)
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
        return [(it.id, it.number()) for it in map(self.library, question.libraries)]

    def _search(self, work: Work) -> tuple[Work, list[str]]:
        queries = self.queries(work.question, work.text)
        found = self._relevant(queries, SHOWN)
        if self.writer is not None:
            others = [self.queries(work.question, text) for text in work.searches[1:]]
            before = [p for q in queries for p in self._recall.cited(q, work.question.history)]
            ranked = [found, *(self._relevant(other, SHOWN) for other in others), before]
            if len(others) + len(before):
                found = collapse(by_rank(ranked, max(SHOWN, len(found))))
        judged = by_fusion(found) if self.settings.reranker else found
        work = replace(work, queries=queries, asked=self.asked(queries), judged=tuple(judged))
        found = dated(queries, found)[:SHOWN]
        read = [f"read as: {query.text}" for query in queries if query.text != work.text]
        return replace(work, passages=tuple(found)), [*read, *explained(found)]

    def _gate(self, work: Work) -> tuple[Work, list[str]]:
        read = self.reader.candidates(work.asked, work.queries[0].vector, work.passages)
        size = sum(self._bm25.size(it.library) for it in work.queries)
        chance = probability(work.asked, work.judged, read, size, self.reader.numbers.gate)
        line = f"the passages answer with probability {chance:.3f}; {THRESHOLD} is needed"
        in_order = self.settings.reranker or work.queries[0].latest
        found = work.passages if in_order else as_read(work.passages, read)
        work = replace(work, passages=tuple(found), candidates=tuple(read), chance=chance)
        return work, [line, *explained(found)]

    def _read(self, work: Work) -> tuple[Work, list[str]]:
        if work.chance < THRESHOLD:
            return work, ["nothing is read: the passages do not answer"]
        if self.writer is not None and not work.failure:
            from retrieval.listening import tell

            it = self.writer.write(work.text, work.passages, self._changes(work.question), tell)
            work = replace(work, draft=it.draft, tokens=work.tokens + it.tokens, failure=it.failure)
            if not it.failure:
                return replace(work, reader=self.writer.name), list(it.lines)
        return quoted(work)

    def _verify(self, work: Work) -> tuple[Work, list[str]]:
        checked = verify(work.draft, work.passages)
        lines = dropped(checked)
        if self.writer is not None and not work.failure:
            changes = self._changes(work.question)
            it = self.writer.reword(work.draft, checked.dropped, work.passages, changes)
            work = replace(work, draft=it.draft, tokens=work.tokens + it.tokens)
            if it.lines:
                checked = verify(work.draft, work.passages)
                lines += [*it.lines, *dropped(checked)]
        work, quotes = standing(work, checked)
        return work, lines + quotes


def build(settings: Settings, embedder: Embedder | None = None, *, once: bool = False) -> Chain:
    """The chain of those settings; nothing is loaded before it is needed.

    Args:
        settings: that were chosen.
        embedder: another one than they name.
        once: one question is asked and no more: less memory counts for more than many at once.
    """
    models, streams = settings.data / "models", 1 if once else None
    embedder = embedder or SentenceEmbedder(settings.embedder, models, streams)
    vectors, bm25 = Vectors(settings.data, settings.chroma_url), Bm25()
    fused = Fused(Dense(vectors), Keyword(bm25))
    plain = Diverse(fused)
    retriever = Reranked(plain, settings.reranker) if settings.reranker else plain
    own = isinstance(embedder, SentenceEmbedder) and embedder.bundled and embedder
    reading = Reading(own) if own else None  # which differs from that model alone
    reader, recall, writer = QuoteReader(embedder, reading), Recall(fused), None
    if settings.model:  # nothing of it is imported where none is set
        from retrieval.writer import open_writer

        writer = open_writer(settings)
    return Chain(settings, embedder, vectors, retriever, bm25, reader, recall, writer)
