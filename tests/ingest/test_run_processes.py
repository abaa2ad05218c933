"""Real processes: killed at any moment of a run, and several at once over one library."""

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proofs import complete, expected_text, fresh, full_text

from retrieval.library import Library
from retrieval.vectors import Vectors
from tests.ingest.material import News

Child = Callable[..., "subprocess.Popen[str]"]
KILLS = 12

_RUNS = """
import faulthandler, os, signal, sys, time
from pathlib import Path
import chromadb
from fakes import HashEmbedder
from ingest import run, storing
from retrieval.library import Library
from retrieval.vectors import Vectors

def once(data, folder):
    library = Library(data / "libraries" / "main", create=True)
    run.ingest(library, [folder], embedder=HashEmbedder(), vectors=Vectors(data), prune=True)

faulthandler.enable()  # a crash of Chroma's core says where
storing.BATCH = 16
data, folder = Path(sys.argv[1]), sys.argv[2]
print("ready")
for line in sys.stdin:
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        try:
            once(data, folder)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    if float(line) > 0:
        time.sleep(float(line))
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status), time.monotonic() - started)
"""


def _once(process: "subprocess.Popen[str]", kill_after: float = 0.0) -> tuple[int, float]:
    """One run in a process of its own: how it ended, and how many seconds it took."""
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(f"{kill_after}\n")
    process.stdin.flush()
    line = process.stdout.readline()
    status, _, seconds = line.partition(" ")
    if not line or int(status) not in {0, -9}:
        process.kill()
        pytest.fail(f"a run ended with {status}: {process.communicate()[1]}")
    return int(status), float(seconds)


def _change(news: News, turn: int) -> None:
    """A third of the files are new, changed, or go."""
    chance = random.Random(turn)
    for n in chance.sample(range(30), 10):
        path = news.folder / f"{n:02}.jsonl"
        if path.exists() and chance.random() < 0.3:
            path.unlink()
            continue
        parts = [f"Turn{turn} of wheel{n} and of place{k}. " * 8 for k in range(4)]
        news.lines(path.name, {f"{n}-{k}": "\n\n".join(parts[k:]) for k in range(2)})


def _state(library: Library) -> dict[str, Any]:
    """All that a library holds, whatever its chunks are numbered."""
    place = {
        row[0]: row[1:]
        for row in library.execute("SELECT id, article, start, stop, hex(key) FROM chunks")
    }
    assert full_text(library) == expected_text(library)
    return {
        "articles": sorted(library.execute("SELECT id, text, uri, fingerprint FROM articles")),
        "chunks": sorted(place.values()),
        "vectors": sorted(library.execute("SELECT embedder, key, vector FROM vectors")),
        "full text": {
            (place[n], column): words for (n, column), words in full_text(library).items()
        },
        "items": sorted(library.execute("SELECT uri, revision, problems FROM items")),
    }


def test_a_killed_run_is_made_good(news: News, child: Child, tmp_path: Path) -> None:
    """Killed at moments all over its run, time after time, the next run ends as if nothing was."""
    other = child(_RUNS, tmp_path / "other", news.folder)
    process = child(_RUNS, tmp_path, news.folder)
    for it in (other, process):
        assert it.stdout
        assert it.stdout.readline() == "ready\n"
    _change(news, 0)
    assert _once(other)[0] == 0
    _change(news, 1)
    status, seconds = _once(other)
    assert status == 0
    killed = 0
    for turn in range(KILLS):
        _change(news, turn)
        status, _ = _once(process, max(seconds * turn / KILLS, 1e-6))
        killed += status == -9
        assert news.library.execute("PRAGMA integrity_check") == [("ok",)]
        assert full_text(news.library) == expected_text(news.library)
    assert killed
    assert [_once(it)[0] for it in (process, other)] == [0, 0]
    undisturbed = Library(tmp_path / "other" / "libraries" / "main")
    assert _state(news.library) == _state(undisturbed)
    for library, data in ((news.library, tmp_path), (undisturbed, tmp_path / "other")):
        complete(library, Vectors(data), lost=1)  # 1 of 140 was seen, after so many changes


_WRITER = """
import json, sys
from pathlib import Path
from fakes import HashEmbedder
from ingest import run, storing
from retrieval.library import Library
from retrieval.vectors import Vectors
storing.BATCH = 8
data = Path(sys.argv[1])
library = Library(data / "libraries" / "main")
report = run.ingest(library, sys.argv[2:], embedder=HashEmbedder(), vectors=Vectors(data))
print(json.dumps(report.as_dict()))
"""

_READER = """
import json, sys
from pathlib import Path
from fakes import HashEmbedder
from retrieval.keywords import Bm25
from retrieval.library import Library
from retrieval.terms import terms
from retrieval.types import Filter
from retrieval.vectors import Vectors
data = Path(sys.argv[1])
library, vectors = Library(data / "libraries" / "main"), Vectors(data)
words, vector, counts, done = Bm25(), HashEmbedder().query("Report of place7"), [], False
while not done:
    done = (data / "done").exists()
    near = vectors.nearest(library, vector, 5, Filter())
    found = words.candidates(library, terms("report of place7"), 5, Filter())
    counts.append([len(near), len(found)])
print(json.dumps(counts))
"""


def _told(process: "subprocess.Popen[str]") -> Any:
    """What a child printed at its end; what it says of errors fails the test."""
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert "Traceback" not in error
    assert "built again" not in error
    return json.loads(out)


def test_two_write_and_a_third_asks(news: News, child: Child, tmp_path: Path) -> None:
    """Two processes read files into one library while a third searches it: all three succeed."""
    news.write("first.txt", "The library is there.")
    news.ingest()
    for n in range(60):
        text = "\n\n".join(f"Report {n} of place{k}. " * 14 for k in range(3))
        news.write(f"{'one' if n < 40 else 'two'}/{n}.txt", text)
    one, two = news.folder / "one", news.folder / "two"
    reader = child(_READER, tmp_path)
    writers = [child(_WRITER, tmp_path, one), child(_WRITER, tmp_path, two, one)]
    reports = [_told(writer) for writer in writers]
    (tmp_path / "done").touch()
    counts = _told(reader)
    assert sum(report["new"] for report in reports) == 60
    assert 1 + sum(report["embedded"] for report in reports) == news.library.count("vectors")
    assert [report["problems"] for report in reports] == [[], []]
    assert counts[-1] == [5, 5]
    assert len(news.texts()) == 61
    assert full_text(news.library) == expected_text(news.library)
    fresh(news.vectors)
    complete(news.library, news.vectors)
    assert news.ingest().same == 61
    assert news.embedder.asked == []
