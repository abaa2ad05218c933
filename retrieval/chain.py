"""Builds the rooms from the settings and exposes them as a LangChain Runnable[Question, Answer].

The only place where concrete classes are chosen.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.runnables import Runnable, RunnableLambda

from retrieval.ask import check, filter_for
from retrieval.clues import Asked, asked
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
NEAREST = 3  # titles in a refusal


@dataclass(frozen=True, slots=True)
class _Work:
    """A question on its way through the stages."""

    question: Question
    text: str = ""
    queries: tuple[Query, ...] = ()
    passages: tuple[Passage, ...] = ()
    asked: Asked = field(default_factory=lambda: asked("", {}))
    chance: float = 0.0
    draft: tuple[Claim, ...] = ()
    checked: Verified = field(default_factory=lambda: Verified((), (), ()))
    steps: tuple[Step, ...] = ()
    started: float = field(default_factory=time.perf_counter)


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
    ) -> None:
        self.settings, self.embedder, self.vectors = settings, embedder, vectors
        self._retriever, self._bm25, self.reader = retriever, bm25, reader
        self._libraries: dict[str, tuple[Library, int]] = {}
        self._opening = threading.Lock()
        stages: list[Callable[[_Work], tuple[_Work, list[str]]]] = [
            self._followup,
            self._search,
            self._gate,
            self._read,
            self._verify,
        ]
        chain: Runnable[Question, Any] = RunnableLambda(_Work, name="question")
        for stage in stages:
            chain = chain | RunnableLambda(_timed(stage), name=_name(stage))
        self.runnable: Runnable[Question, Answer] = chain | RunnableLambda(
            self._answer, name="answer"
        )

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

    def asked(self, queries: tuple[Query, ...]) -> Asked:
        """The question with what its words weigh in the libraries: the least that one of them says."""
        weights: dict[str, float] = {}
        for query in queries:
            for word, weight in self._bm25.weights(query.library, query.words).items():
                weights[word] = min(weight, weights.get(word, weight))
        return asked(queries[0].text, weights)

    def _followup(self, work: _Work) -> tuple[_Work, list[str]]:
        check(work.question)
        text = standalone(work.question)
        return replace(work, text=text), [f"asked as: {text}"]

    def _search(self, work: _Work) -> tuple[_Work, list[str]]:
        queries = self.queries(work.question, work.text)
        found = self.passages(queries, SHOWN)
        work = replace(work, queries=queries, asked=self.asked(queries), passages=tuple(found))
        return work, [
            f"{p.score:.3f} = {' + '.join(f'{n} {v:.3f}' for n, v in p.parts.items())}  "
            f"{p.article.title} [{p.start}:{p.end}]"
            for p in found
        ]

    def _gate(self, work: _Work) -> tuple[_Work, list[str]]:
        chance = probability(work.asked, work.passages)
        return replace(work, chance=chance), [
            f"the passages answer with probability {chance:.3f}; {THRESHOLD} is asked of them"
        ]

    def _read(self, work: _Work) -> tuple[_Work, list[str]]:
        if work.chance < THRESHOLD:
            return work, ["nothing is read: the passages do not answer"]
        draft = self.reader.read(work.asked, work.queries[0].vector, work.passages)
        return replace(work, draft=tuple(draft)), [f"{it.text}  ({it.why})" for it in draft]

    def _verify(self, work: _Work) -> tuple[_Work, list[str]]:
        checked = verify(work.draft, work.passages)
        lines = [f"dropped, for {why}: {text}" for text, why in checked.dropped]
        return replace(work, checked=checked), lines

    def _answer(self, work: _Work) -> Answer:
        """The end of the way: what stands, or why nothing does."""
        spent = {step.name: step.seconds for step in work.steps}
        total = time.perf_counter() - work.started
        read = spent["read"] + spent["verify"]
        kept = bool(work.checked.sentences)
        return Answer(
            work.question,
            "answered" if kept else "abstained",
            work.checked.answer,
            "" if kept else _refusal(work.passages),
            self.reader.name,
            work.checked.citations,
            work.passages,
            Seconds(total - read, read, total),
            work.steps,
            work.chance,
        )


def _timed(
    stage: Callable[[_Work], tuple[_Work, list[str]]],
) -> Callable[[_Work], _Work]:
    """The stage as a step of the work, with its time and its lines."""

    def run(work: _Work) -> _Work:
        started = time.perf_counter()
        done, lines = stage(work)
        step = Step(_name(stage), time.perf_counter() - started, tuple(lines))
        return replace(done, steps=(*done.steps, step))

    return run


def _name(stage: Callable[..., Any]) -> str:
    return stage.__name__.strip("_")


def _refusal(passages: tuple[Passage, ...]) -> str:
    """That nothing answers, with the titles that come nearest."""
    titles = list(dict.fromkeys(p.article.title for p in passages))[:NEAREST]
    if not titles:
        return "No article answers this: there is none within these limits."
    return f"No article answers this. The nearest are: {'; '.join(titles)}."


def build(settings: Settings, embedder: Embedder | None = None) -> Chain:
    """The chain of those settings, or with another embedder; nothing is loaded before it is needed."""
    embedder = embedder or SentenceEmbedder(settings.embedder, settings.data / "models")
    vectors, bm25 = Vectors(settings.data, settings.chroma_url), Bm25()
    retriever = Diverse(Fused(Dense(vectors), Keyword(bm25)))
    return Chain(settings, embedder, vectors, retriever, bm25, QuoteReader(embedder))
