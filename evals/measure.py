"""A question set asked of a scratch library that holds its articles and nothing else."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from evals.sets import Case, QuestionSet, write
from ingest.run import ingest
from retrieval.chain import Chain, build
from retrieval.embedder import SentenceEmbedder
from retrieval.errors import QuestionError, SettingsError
from retrieval.library import Library
from retrieval.settings import Settings, load_settings
from retrieval.types import Answer, Article, Question, Span, Turn

Tell = Callable[[int, int], None]


@contextmanager
def scratch(*, model: bool = False) -> Iterator[Chain]:
    """A chain over an empty data folder; only the embedder, and with `model` the chat model, are real.

    Raises:
        SettingsError: a chat model is wanted, and none is set.
    """
    chosen: Settings = load_settings()
    if model and not chosen.model:
        raise SettingsError("set CLIPPINGS_MODEL to the chat model that is to be measured")
    models = chosen.data / "models"
    with tempfile.TemporaryDirectory() as folder:
        settings = chosen.model_copy(update={"data": Path(folder)})
        settings = settings if model else settings.model_copy(update={"model": None})
        embedder = SentenceEmbedder(settings.embedder, models)
        with closing(build(settings, embedder)) as chain:
            yield chain


def fill(chain: Chain, name: str, articles: tuple[Article, ...]) -> Library:
    """A library of those articles."""
    file = chain.settings.data / f"{name}.jsonl"
    write(file, map(asdict, articles))
    library = chain.library(name, create=True)
    ingest(library, [str(file)], embedder=chain.embedder, vectors=chain.vectors)
    return library


def ask(
    one: QuestionSet, tell: Tell = lambda _done, _of: None, *, model: bool = False
) -> list[tuple[Case, Answer]]:
    """Every case with its answer; the questions before it in its history are asked first."""
    with scratch(model=model) as chain:
        fill(chain, "asked", one.articles)
        found = []
        for done, case in enumerate(one.cases):
            tell(done, len(one.cases))
            found.append((case, _ask(chain, case)))
        return found


def _ask(chain: Chain, case: Case) -> Answer:
    limited = Question(
        "", ("asked",), since=case.since, until=case.until, source=case.source, id=case.id
    )
    turns: tuple[Turn, ...] = ()
    for text in case.history:
        answer = chain.ask(replace(limited, text=text, history=turns))
        cited = tuple(Span(c.article, c.start, c.end) for c in answer.citations)
        turns = (*turns, Turn(text, answer.answer, cited))
    last = replace(limited, text=case.question, history=turns)
    try:
        return chain.ask(last)
    except QuestionError as error:  # no question at all: refused, and that is right or wrong too
        return Answer(last, "abstained", "", str(error), "none")
