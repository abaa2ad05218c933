"""Processes that really die while they write Chroma: what they leave is never opened again."""

import logging
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put
from proofs import complete, fresh

from retrieval import chroma
from retrieval.library import Library
from retrieval.types import Filter
from retrieval.vectors import Vectors

EVERYTHING = Filter()
STOPPED = "a program was stopped while it wrote"

Child = Callable[..., "subprocess.Popen[str]"]

_DIES = """
import os, signal, sys
from pathlib import Path
from retrieval import collection
from retrieval.library import Library
from retrieval.vectors import Vectors

writes, apply = [], collection.apply

def dies(*given):
    apply(*given)
    writes.append(1)
    if len(writes) == int(sys.argv[3]):
        os.kill(os.getpid(), getattr(signal, sys.argv[2]))

collection.apply = dies
data = Path(sys.argv[1])
Vectors(data).sync(Library(data / "libraries" / "main"))
"""

_SYNC = """
import logging, sys
from pathlib import Path
from retrieval.library import Library
from retrieval.vectors import Vectors
logging.basicConfig(level=logging.WARNING)
data = Path(sys.argv[1])
library, vectors = Library(data / "libraries" / "main"), Vectors(data)
print(vectors.check(library))
vectors.sync(library)
print(vectors.check(library))
"""


@pytest.fixture
def large(library: Library, vectors: Vectors, embedder: HashEmbedder) -> Library:
    """A library with a synced index in files, and changes that wait."""
    put(library, (article(n) for n in range(700)), embedder, words=99)
    vectors.sync(library)
    fresh(vectors)
    put(library, (article(f"new{n}") for n in range(700)), embedder, words=99)
    return library


def _die(child: Child, data: Path, by: str, at: int) -> int:
    """A process that writes and dies of a signal at its `at`-th write: how it ended."""
    process = child(_DIES, data, by, str(at))
    process.communicate(timeout=60)
    return process.returncode


def _mix(store: Path, older: Path) -> None:
    """What a process leaves that is killed among the thousand writes of a save: the old and the new."""
    half = len((store / "link_lists.bin").read_bytes()) // 2
    for name in ("header.bin", "length.bin"):
        shutil.copy(older / name, store / name)
    with (store / "link_lists.bin").open("r+b") as file:
        file.write(b"\xff" * half)


@pytest.mark.parametrize("at", [1, 5])
def test_what_a_killed_writer_leaves_is_not_opened(
    large: Library, vectors: Vectors, child: Child, tmp_path: Path, at: int
) -> None:
    """Killed in a write, it leaves a note; the next process builds the store anew, in one line.

    Of the damage seen, some ended every process that opened it with a segmentation fault.
    """
    (index,) = (it for it in (tmp_path / "chroma").iterdir() if it.is_dir())
    shutil.copytree(index, tmp_path / "older")
    assert _die(child, tmp_path, "SIGKILL", at) == -signal.SIGKILL
    assert (tmp_path / "chroma.writing").exists()
    _mix(index, tmp_path / "older")
    process = child(_SYNC, tmp_path)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert out.splitlines() == [f"{STOPPED} the vectors", "None"]
    assert error.count("built again") == error.count(f"({STOPPED} them)") == 1
    assert not (tmp_path / "chroma.writing").exists()
    complete(large, vectors)


def test_a_writer_that_is_interrupted_leaves_no_note(
    large: Library,
    vectors: Vectors,
    child: Child,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Ctrl-C ends a sync between two writes: the next one goes on from there."""
    assert _die(child, tmp_path, "SIGINT", 2) in {1, -signal.SIGINT}
    assert not (tmp_path / "chroma.writing").exists()
    with caplog.at_level(logging.WARNING):
        vectors.sync(large)
    assert caplog.records == []
    complete(large, vectors)


def test_a_dropped_collection_of_a_torn_store(
    large: Library, vectors: Vectors, child: Child, tmp_path: Path, embedder: HashEmbedder
) -> None:
    """A library can be deleted although a writer died, and the others come back."""
    other = Library(tmp_path / "libraries" / "other", create=True)
    put(other, [article("other")], embedder)
    vectors.sync(other)
    fresh(vectors)
    assert _die(child, tmp_path, "SIGKILL", 1) == -signal.SIGKILL
    vectors.drop(large)
    vectors.sync(other)
    complete(other, vectors)


def test_a_store_is_not_opened_while_another_writes_it(
    filled: Library, vectors: Vectors, embedder: HashEmbedder, tmp_path: Path
) -> None:
    """What is open already answers; who would have to open it waits for the writer to end."""
    vectors.sync(filled)
    other = chroma.Chroma(tmp_path)
    asked = embedder.query("Report")
    with other.alone(wait=True), other.client(writing=True):
        assert len(vectors.nearest(filled, asked, 3, EVERYTHING)) == 3
        (tmp_path / "chroma.generation").write_text("moved by another")
        assert vectors.nearest(filled, asked, 3, EVERYTHING) == []
        told = vectors.check(filled)
        assert told == "the vectors are not usable (another program is writing them)"
    assert len(vectors.nearest(filled, asked, 3, EVERYTHING)) == 3
    assert vectors.check(filled) is None
