"""The reading data: contexts with questions, some of which train the reader, the others what is fitted on it.

A file has one JSON object a line: `set`, `article`, `context` and `questions`, each with `answers` (none:
the context does not answer) and the first one's `start`.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals.sets import Case, QuestionSet, rows
from retrieval.embedder import SentenceEmbedder
from retrieval.sentences import whole_sentences
from retrieval.types import Article, Span

_OTHER = 0.5  # share of the questions that see a second context, which does not answer
_ALONE = 0.12  # share of those whose own context is left out: nothing answers
_HELD = 6  # of so many articles one is held out
_KEPT = 0.3, 1.0  # share of a context's sentences that are kept where some are left out
_NEAR = 4  # a second context is one of the so many nearest of its article


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question, the contexts it is held against, and where the first of them answers.

    `spans` are characters of that context; none where it does not answer.
    """

    question: str
    title: str
    contexts: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the reading data with its context's number."""

    question: str
    context: int
    spans: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class ReadingData:
    """All contexts with their titles, and the questions; `near` are contexts that do not answer."""

    sets: list[str]
    titles: list[str]
    contexts: list[str]
    asked: list[Asked]
    near: list[list[int]]

    def lessons(self, chance: random.Random) -> list[Lesson]:
        """Each question once, with other contexts every time, in batches of like length."""
        found = []
        for asked, near in zip(self.asked, self.near, strict=True):
            own, spans = [self.contexts[asked.context]], asked.spans
            if near and chance.random() < _OTHER:
                other = self.contexts[chance.choice(near)]
                if chance.random() < _ALONE:
                    own, spans = [other], ()
                else:
                    own.append(other)
            found.append(Lesson(asked.question, self.titles[asked.context], tuple(own), spans))
        chance.shuffle(found)
        return found


def thinned(it: Lesson, chance: random.Random) -> Lesson:
    """The lesson with sentences left out of its contexts, as the reader leaves them out."""
    contexts, spans = [], []
    for number, text in enumerate(it.contexts):
        share = chance.uniform(*_KEPT)
        places = whole_sentences(text, 0, len(text))
        kept = [at for at in places if chance.random() < share] or [chance.choice(places)]
        contexts.append(" ".join(text[a:b] for a, b in kept))
        start = 0
        for a, b in kept:
            spans += [
                (start + max(c, a) - a, start + min(d, b) - a)
                for c, d in it.spans
                if number == 0 and c < b and d > a
            ]
            start += b - a + 1
    return Lesson(it.question, it.title, tuple(contexts), tuple(spans))


def read(file: Path, embedder: SentenceEmbedder) -> ReadingData:
    """The reading data, with the nearest contexts of the same article for each question."""
    titles, contexts, asked = list[str](), list[str](), list[Asked]()
    groups: dict[str, list[int]] = {}
    for row in taught(rows(file)):
        groups.setdefault(_article(row), []).append(len(contexts))
        titles.append(row["article"].replace("_", " "))
        contexts.append(row["context"])
        for its in row["questions"]:
            spans = tuple(_spans(row["context"], its))
            asked.append(Asked(its["question"], len(contexts) - 1, spans))
    held = embedder.documents([f"{t}\n{c}" for t, c in zip(titles, contexts, strict=True)])
    wanted = embedder.documents([it.question for it in asked])
    of = {number: group for group in groups.values() for number in group}
    near = []
    for it, vector in zip(asked, wanted, strict=True):
        others = [
            n for n in of[it.context] if n != it.context and not _says(contexts[n], contexts, it)
        ]
        order = np.argsort(-(held[others] @ vector))[:_NEAR].tolist() if others else list[int]()
        near.append([others[at] for at in order])
    return ReadingData(sorted({row["set"] for row in rows(file)}), titles, contexts, asked, near)


def taught(every: Sequence[dict[str, Any]], *, held: bool = False) -> list[dict[str, Any]]:
    """The contexts that the reader is trained on; with `held` the others, for what is fitted on it.

    Every sixth article in the order of the file is held out.
    """
    order = {name: at for at, name in enumerate(dict.fromkeys(map(_article, every)))}
    return [it for it in every if (order[_article(it)] % _HELD == _HELD - 1) == held]


def _article(row: dict[str, Any]) -> str:
    return f"{row['set']}/{row['article']}"


def _says(text: str, contexts: Sequence[str], it: Asked) -> bool:
    """Whether another context holds an answer's words."""
    own = contexts[it.context]
    return any(own[a:b].casefold() in text.casefold() for a, b in it.spans)


def _spans(context: str, asked: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """Where the answers stand: the first at its start, each other where it is nearest to that."""
    for answer in dict.fromkeys(asked["answers"]):
        places = (
            [at for at in range(len(context)) if context.startswith(answer, at)] if answer else []
        )
        if places:
            at = min(places, key=lambda place: abs(place - asked["start"]))
            yield at, at + len(answer)


def unseen(file: Path) -> QuestionSet:
    """Contexts with questions, put together to articles again: those that the reader has not seen."""
    texts: dict[str, list[str]] = {}
    asked: list[tuple[str, int, int, dict[str, Any]]] = []
    for row in taught(rows(file), held=True):
        name = f"{row['set']}-{row['article']}"
        before = sum(len(text) + 2 for text in texts.setdefault(name, []))
        texts[name].append(row["context"])
        place = (name, before, before + len(row["context"]))
        asked += [(*place, its) for its in row["questions"] if its["answers"]]
    articles = {
        name: Article(name, name.split("-", 1)[1].replace("_", " "), "\n\n".join(its))
        for name, its in texts.items()
    }
    cases = tuple(
        Case(
            id=f"{name}-{at}",
            question=its["question"],
            group="A",
            kind="",
            gold=(Span(articles[name], start, end),),
            answers=tuple(its["answers"]),
        )
        for at, (name, start, end, its) in enumerate(asked)
    )
    return QuestionSet(file.stem, tuple(articles.values()), cases, "")
