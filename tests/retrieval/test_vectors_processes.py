"""Several threads and processes: they write in turn, see each other's work, and may be killed."""

import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put
from proofs import complete, fresh

from retrieval import chroma
from retrieval.errors import VectorsError
from retrieval.library import Library
from retrieval.types import Filter
from retrieval.vectors import Vectors

EVERYTHING = Filter()

Child = Callable[..., "subprocess.Popen[str]"]


def test_writing_meanwhile_ruins_nothing(
    filled: Library, vectors: Vectors, embedder: HashEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    """While the library is written without pause, syncs succeed and never build anything again."""
    stop, count = threading.Event(), 0

    def write() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            put(filled, [article(turn % 20, f"Turn{turn} of the wheel. " * 4)], embedder)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            vectors.sync(filled)
            vectors.nearest(filled, embedder.query("wheel"), 5, EVERYTHING)
            count += 1
    finally:
        stop.set()
        writer.join()
    assert count > 0
    assert caplog.records == []
    vectors.sync(filled)
    complete(filled, vectors)


def test_threads_ask_at_once(filled: Library, vectors: Vectors, embedder: HashEmbedder) -> None:
    """Many threads ask while one adds; all are answered and the last addition is found."""
    errors = list[BaseException]()

    def ask() -> None:
        try:
            for _ in range(15):
                assert vectors.nearest(filled, embedder.query("Report"), 5, EVERYTHING)
        except BaseException as error:  # noqa: BLE001 - told by the test itself
            errors.append(error)

    vectors.sync(filled)
    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for turn in range(10):
        put(filled, [article(f"t{turn}")], embedder)
        vectors.sync(filled)
    for asker in askers:
        asker.join()
    assert errors == []
    complete(filled, vectors)


_SYNC = """
import sys
from pathlib import Path
from retrieval.library import Library
from retrieval.vectors import Vectors
data = Path(sys.argv[1])
library, vectors = Library(data / "libraries" / sys.argv[2]), Vectors(data)
import chromadb
print("ready"); sys.stdin.readline()
vectors.sync(library)
print("done", vectors.check(library))
"""

_READER = """
import sys
from pathlib import Path
from fakes import HashEmbedder
from retrieval.library import Library
from retrieval.types import Filter
from retrieval.vectors import Vectors
data = Path(sys.argv[1])
library, vectors = Library(data / "libraries" / "main"), Vectors(data)
for line in sys.stdin:
    vector = HashEmbedder().query(line.strip())
    near = vectors.nearest(library, vector, 1, Filter())
    sql = "SELECT article FROM chunks WHERE id = ?"
    print([library.execute(sql, (chunk,)) for chunk, _ in near])
"""


def _say(process: "subprocess.Popen[str]", line: str = "") -> None:
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    assert process.stderr
    return process.stdout.readline().strip() or process.stderr.read()


def test_a_reader_elsewhere_sees_what_is_new(
    filled: Library, vectors: Vectors, embedder: HashEmbedder, child: Child, tmp_path: Path
) -> None:
    """A process that has the store open finds what another one wrote since, or made anew."""
    vectors.sync(filled)
    reader = child(_READER, tmp_path)
    _say(reader, "Title 1 Report1 on subject1")
    assert "a1" in _hear(reader)
    for turn in ("zeppelin", "airship"):
        put(filled, [article(turn, f"{turn} landing")], embedder)
        vectors.sync(filled)
        _say(reader, f"Title {turn} {turn} landing")
        assert f"a{turn}" in _hear(reader)
        vectors.drop(filled)
        vectors.sync(filled)
        _say(reader, f"Title {turn} {turn} landing")
        assert f"a{turn}" in _hear(reader)


def test_processes_sync_at_once(
    vectors: Vectors, embedder: HashEmbedder, child: Child, tmp_path: Path
) -> None:
    """Three processes that sync at once, two of them the same library, leave both complete."""
    libraries = [Library(tmp_path / "libraries" / name, create=True) for name in ("main", "two")]
    for library in libraries:
        put(library, (article(n) for n in range(700)), embedder, words=99)
    children = [child(_SYNC, tmp_path, name) for name in ("main", "two", "main")]
    for process in children:
        assert _hear(process) == "ready"
    for process in children:
        _say(process)
    for process in children:
        assert _hear(process) == "done None"
    for library in libraries:
        complete(library, vectors)


def test_a_killed_sync_is_made_good(
    library: Library, vectors: Vectors, embedder: HashEmbedder, child: Child, tmp_path: Path
) -> None:
    """A process killed at any moment of a sync, time after time, costs no vector."""
    for turn, delay in enumerate((0.02, 0.1, 0.2, 0.3, 0.45)):
        put(library, (article(f"{turn}-{n}") for n in range(900)), embedder, words=99)
        with library.transaction():
            for n in range(0, 300, 3):
                library.delete(f"a{turn - 1}-{n}")
        process = child(_SYNC, tmp_path, "main")
        assert _hear(process) == "ready"
        _say(process)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
    vectors.sync(library)
    complete(library, vectors)


def test_a_question_does_not_wait_for_a_writer(
    filled: Library, vectors: Vectors, embedder: HashEmbedder, tmp_path: Path
) -> None:
    """While another writes, a sync without waiting gives up, and questions are still answered."""
    vectors.sync(filled)
    put(filled, [article("late")], embedder)
    with chroma.Chroma(tmp_path).alone(wait=True):
        assert not vectors.sync(filled, wait=False)
        assert len(vectors.nearest(filled, embedder.query("Report"), 3, EVERYTHING)) == 3
        fresh(vectors)
        shutil.rmtree(tmp_path / "chroma")
        assert vectors.nearest(filled, embedder.query("Report"), 3, EVERYTHING) == []
    assert len(vectors.nearest(filled, embedder.query("Report"), 3, EVERYTHING)) == 3


def test_a_lock_that_cannot_be_made_is_told(
    filled: Library, vectors: Vectors, tmp_path: Path
) -> None:
    """Where the lock's file cannot be made, one plain line says so."""
    (tmp_path / "chroma.lock").mkdir()
    with pytest.raises(VectorsError, match="the vectors cannot be written") as error:
        vectors.sync(filled)
    assert "\n" not in str(error.value)


def test_the_network_is_closed(child: Child) -> None:
    """Child processes of tests reach this machine alone."""
    code = (
        "import socket\n"
        "for address in [('192.0.2.1', 80), ('example.org', 80)]:\n"
        "    try: socket.create_connection(address, 1)\n"
        "    except RuntimeError as error: print(type(error).__name__)\n"
        "    except OSError as error: print('not closed', error)\n"
    )
    out, _ = child(code).communicate(timeout=30)
    assert out.splitlines()[0] == "NetworkClosedError"


def _is_file(descriptor: Path) -> bool:
    """Whether it is one of the disk: sockets and pipes of other tests come and go."""
    try:
        return str(descriptor.readlink()).startswith("/")
    except OSError:  # the one that the folder was listed with
        return False


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files cannot be counted here")
def test_opening_anew_keeps_no_files_open(filled: Library, vectors: Vectors) -> None:
    """A client that is opened anew for every write of others does not pile up open files."""
    vectors.sync(filled)
    counts = []
    for _ in range(6):
        (filled.folder.parent.parent / "chroma.generation").write_text("moved by another")
        vectors.sync(filled)
        fresh(vectors)
        counts.append(sum(_is_file(it) for it in Path("/proc/self/fd").iterdir()))
    assert counts[-1] - counts[0] <= 2  # a leak would be five; what others close meanwhile is fewer
