"""Any course of events: after a run, the library holds what the files do, and all agree."""

import contextlib
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEmbedder
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from proofs import complete, expected_text, full_text

from ingest import run, storing
from ingest.report import Report
from retrieval import collection, ledger
from retrieval.errors import EmbedderDiffers
from retrieval.library import Library
from retrieval.vectors import Vectors

names = st.sampled_from("abcd")
sentences = st.sampled_from(
    ["The harbour closed.", "It rained in Geneva.", "東京で会議。", "Pay 😀"]
)
texts = st.lists(sentences, min_size=1, max_size=30).map("\n\n".join)
held = st.dictionaries(st.sampled_from("123"), texts, max_size=3)
prunes = st.booleans()


class CrashError(BaseException):
    """The program ends here."""


class Events(RuleBasedStateMachine):
    """What may happen to a folder of news and its library, in any order.

    `files` is what the folder holds, by file and article id; `model` what the library ought to
    hold. `perhaps` are the articles that a run which crashed may have stored or deleted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.data = Path(tempfile.mkdtemp())
        self.news = self.data / "news"
        self.news.mkdir()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(storing, "BATCH", 5)
        self.clock = itertools.count(1_500_000_000)
        self.files: dict[str, dict[str, str]] = {}
        self.model: dict[str, str] = {}
        self.perhaps: dict[str, set[str | None]] = {}
        self.identity = "hash@1"
        self.open(create=True)

    def open(self, *, create: bool = False) -> None:
        """Open everything as a new process would."""
        self.library = Library(self.data / "libraries" / "main", create=create)
        self.vectors, self.embedder = Vectors(self.data), HashEmbedder(self.identity, limit=16)

    @rule(name=names, articles=held)
    def write(self, name: str, articles: dict[str, str]) -> None:
        """A file is new, or its articles change, come and go."""
        path = self.news / f"{name}.jsonl"
        lines = [{"id": name + key, "text": text} for key, text in articles.items()]
        path.write_text("\n".join([*map(json.dumps, lines), "\n"]), "utf-8")
        at = next(self.clock)
        os.utime(path, (at, at))
        self.files[name] = {name + key: text for key, text in articles.items()}

    @rule(name=names)
    def delete(self, name: str) -> None:
        """A file goes."""
        (self.news / f"{name}.jsonl").unlink(missing_ok=True)
        self.files.pop(name, None)

    @rule()
    def lose_chroma(self) -> None:
        """Somebody deletes the vectors' folder."""
        shutil.rmtree(self.data / "chroma", ignore_errors=True)

    @rule(prune=prunes)
    def ingest(self, *, prune: bool) -> None:
        """A run to its end."""
        self.run(prune=prune)
        now = self.now()
        for name, outcomes in self.perhaps.items():
            text = self.library.articles([name]).get(name)
            if name not in now and (text.text if text else None) in outcomes:
                self.model.pop(name, None)
                self.model |= {name: text.text} if text else {}
        self.perhaps.clear()
        if prune and self.files:  # a folder that lists nothing, or an empty file, is not believed
            empty = {name for name, articles in self.files.items() if not articles}
            self.model = {name: text for name, text in self.model.items() if name[0] in empty}
        self.model |= now

    def run(self, *, prune: bool) -> Report:
        """One run over the folder."""
        paths = [str(self.news)]
        return run.ingest(
            self.library, paths, embedder=self.embedder, vectors=self.vectors, prune=prune
        )

    def now(self) -> dict[str, str]:
        """Every article that the files hold."""
        return {name: text for articles in self.files.values() for name, text in articles.items()}

    @rule(prune=prunes, where=st.sampled_from(range(5)), calls=st.integers(1, 6))
    def crash(self, *, prune: bool, where: int, calls: int) -> None:
        """A run ends at any point: embedding, storing, noting, syncing; then the program restarts."""
        for name, text in self.now().items():
            self.perhaps.setdefault(name, set()).update({text, self.model.get(name)})
        for name, text in self.model.items():
            self.perhaps.setdefault(name, set()).update({text, None} if prune else {text})
        with self.failing(where, calls), contextlib.suppress(CrashError):
            self.run(prune=prune)
        self.reopen()

    @contextlib.contextmanager
    def failing(self, where: int, calls: int) -> Any:
        """The call that ends the program, after so many times."""
        places = [
            (HashEmbedder, "documents"),
            (Library, "store"),
            (ledger, "note"),
            (Vectors, "sync"),
            (collection, "apply"),
        ]
        owner, name = places[where]
        left, real = [calls], getattr(owner, name)

        def call(*values: Any, **named: Any) -> Any:
            done = real(*values, **named)
            left[0] -= 1
            if left[0] <= 0:
                raise CrashError
            return done

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(owner, name, call)
            yield

    @rule()
    def reopen(self) -> None:
        """The program is started again."""
        self.library.close()
        self.vectors._chroma.forget_client()
        self.open()

    @precondition(lambda self: not self.perhaps and self.model)
    @rule(where=st.sampled_from([0, 1]), calls=st.integers(1, 9))
    def reembed(self, where: int, calls: int) -> None:
        """Another embedder; where it is stopped, nothing is read until it is finished."""
        old, self.identity = self.identity, f"hash@{next(self.clock)}"
        self.embedder = HashEmbedder(self.identity, limit=16)
        again: Callable[[], Report] = lambda: run.reembed(  # noqa: E731
            self.library, embedder=self.embedder, vectors=self.vectors
        )
        with self.failing(where, calls), contextlib.suppress(CrashError):
            again()
        self.reopen()
        if self.library.get("unfinished"):
            with pytest.raises(EmbedderDiffers):
                self.run(prune=True)
        again()
        assert (
            {row[0] for row in self.library.execute("SELECT embedder FROM vectors")}
            <= {self.identity}
            != {old}
        )

    @invariant()
    def the_file_agrees(self) -> None:
        """The full text follows every chunk; where no run crashed since, articles are the model's."""
        assert full_text(self.library) == expected_text(self.library)
        chunks = self.library.execute("SELECT DISTINCT key FROM chunks ORDER BY 1")
        assert chunks == self.library.execute("SELECT DISTINCT key FROM vectors ORDER BY 1")
        if not self.perhaps:
            assert dict(self.library.execute("SELECT id, text FROM articles")) == self.model

    def teardown(self) -> None:
        """A last run makes all good and complete; one more embeds nothing and changes nothing."""
        try:
            self.ingest(prune=True)
            self.the_file_agrees()
            complete(self.library, self.vectors)
            number, self.embedder.asked = self.library.number(), []
            report = self.run(prune=True)
            assert (report.new, report.changed, report.deleted) == (0, 0, 0)
            assert report.same == len(self.now())
            assert (self.library.number(), self.embedder.asked) == (number, [])
        finally:
            self.patch.undo()
            self.library.close()
            self.vectors._chroma.forget_client()
            shutil.rmtree(self.data)


TestEvents = Events.TestCase
TestEvents.settings = settings(
    max_examples=15,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
