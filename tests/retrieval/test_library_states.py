"""Any course of events: library, full text, ledger and Chroma agree with a plain dict afterwards."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from fakes import HashEmbedder, article, chunks_of, put
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from proofs import complete, expected_text, full_text

from retrieval import ledger
from retrieval.ledger import Item
from retrieval.library import Library
from retrieval.types import Article
from retrieval.vectors import Vectors

ids = st.sampled_from("abcde")
words = st.sampled_from(["harbour", "strike", "U.S.", "élan", "東京", "the", "pay", "😀", "\x00"])
texts = st.lists(words, max_size=12).map(" ".join)


class CrashError(Exception):
    """The program ends here."""


class Events(RuleBasedStateMachine):
    """What may happen to a data folder, in any order; `model` is what ought to be in it."""

    def __init__(self) -> None:
        super().__init__()
        self.data = Path(tempfile.mkdtemp())
        self.embedder = HashEmbedder()
        self.model: dict[str, Article] = {}
        self.items: dict[str, Item] = {}
        self.open(create=True)

    def open(self, *, create: bool = False) -> None:
        """Open library and vectors as a new process would."""
        self.library = Library(self.data / "libraries" / "main", create=create)
        self.vectors = Vectors(self.data)

    @rule(name=ids, title=texts, text=texts)
    def store(self, name: str, title: str, text: str) -> None:
        """A new article, or another in the place of one."""
        it = article(name, text or "nothing", title=title)
        put(self.library, [it], self.embedder, words=3)
        self.model[it.id] = it
        self.note(f"test:{it.id}")

    def note(self, uri: str) -> None:
        """The item is noted as the pipeline does it."""
        item = Item(uri, f"r{len(self.model)}", ("a problem",))
        with self.library.transaction():
            ledger.note(self.library, item)
        self.items[uri] = item

    @rule(name=ids)
    def delete(self, name: str) -> None:
        """One article goes; its item stays."""
        with self.library.transaction():
            self.library.delete(f"a{name}")
        self.model.pop(f"a{name}", None)

    @rule(name=ids)
    def strike(self, name: str) -> None:
        """An item goes with its articles."""
        uri = f"test:a{name}"
        with self.library.transaction():
            assert ledger.strike(self.library, [uri]) == int(f"a{name}" in self.model)
        self.model.pop(f"a{name}", None)
        self.items.pop(uri, None)

    @rule(name=ids, text=texts)
    def crash(self, name: str, text: str) -> None:
        """The program ends within a transaction that had written a lot."""
        with contextlib.suppress(CrashError), self.library.transaction():
            for known in list(self.model):
                self.library.delete(known)
            chunks = chunks_of(article(name, text or "x"))
            vectors = self.embedder.documents(list(chunks.values()))
            self.library.store(
                article(name, text or "x"),
                dict(zip(chunks, vectors, strict=True)),
                uri="crash",
                fingerprint=b"",
            )
            ledger.note(self.library, Item("crash", "r"))
            raise CrashError

    @rule()
    def sync(self) -> None:
        """The vectors follow."""
        assert self.vectors.sync(self.library)

    @rule()
    def reopen(self) -> None:
        """The program is started again."""
        self.library.close()
        self.vectors._chroma.forget_client()
        self.open()

    @rule()
    def lose_chroma(self) -> None:
        """Somebody deletes the vectors' folder, whether it is open or not."""
        shutil.rmtree(self.data / "chroma", ignore_errors=True)

    @invariant()
    def the_file_agrees(self) -> None:
        """Articles, ledger, chunks, stored vectors and full text are those of the model."""
        assert self.library.articles(self.model) == self.model
        assert {it.id for it in self.library.listing()} == set(self.model)
        assert ledger.known_items(self.library) == self.items
        expected = {(it.id, c.start, c.end) for it in self.model.values() for c in chunks_of(it, 3)}
        places = self.library.execute("SELECT article, start, stop FROM chunks")
        assert set(places) == expected
        assert len(places) == len(expected)
        assert full_text(self.library) == expected_text(self.library)
        keys = {c.key for it in self.model.values() for c in chunks_of(it, 3)}
        assert {row[0] for row in self.library.execute("SELECT key FROM vectors")} == keys

    def teardown(self) -> None:
        """In the end Chroma holds the same chunks, and each finds itself."""
        try:
            asked = len(self.embedder.asked)
            self.vectors.sync(self.library)
            complete(self.library, self.vectors)
            assert len(self.embedder.asked) == asked
        finally:
            self.library.close()
            self.vectors._chroma.forget_client()
            shutil.rmtree(self.data)


TestEvents = Events.TestCase
TestEvents.settings = settings(
    max_examples=25,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
