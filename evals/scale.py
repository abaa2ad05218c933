"""How it grows: libraries of many passages, each asked by a program of its own.

Run with: python -m evals.scale SET... --sizes N... [--keep FOLDER] [--plot FILE]

The texts are real sentences, the vectors are made of the sentences' own (`bulk.py`). What is in
FOLDER already is asked again, not built again.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals import bulk, paces, rivals
from evals.paces import percentile
from evals.sets import load
from retrieval.chain import SHOWN, build
from retrieval.embedder import SentenceEmbedder
from retrieval.settings import DEFAULT_EMBEDDER, Settings, load_settings
from retrieval.types import Question

_ASKED = 100  # questions
_COLUMNS = {
    "stored_per_s": "stored, passages/s",
    "synced_per_s": "into Chroma, passages/s",
    "open_s": "opened, s",
    "search_p50_ms": "search p50, ms",
    "search_p95_ms": "search p95, ms",
    "answer_p50_ms": "answer p50, ms",
    "answer_p95_ms": "answer p95, ms",
    "memory_mb": "memory, MB",
    "library_mb": "library, MB",
    "chroma_mb": "Chroma, MB",
}
_RIVALS = ("open_s", "search_p50_ms", "search_p95_ms")
_AGAINST = {
    **{name: f"{_COLUMNS[name]}" for name in _RIVALS},
    "server_first_s": "with a Chroma server that has just begun: opened, s",
    **{f"server_{name}": f"with a Chroma server: {_COLUMNS[name]}" for name in _RIVALS},
    "plain_p50_ms": "plain: search p50, ms",
    "plain_p95_ms": "plain: search p95, ms",
    "plain_added_per_s": "plain: into Chroma, passages/s",
}


def main() -> None:
    """Build, ask, print a table as Markdown, draw."""
    parser = argparse.ArgumentParser(prog="python -m evals.scale", description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a question set")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000])
    parser.add_argument("--keep", type=Path, help="a folder for the libraries, which stay there")
    parser.add_argument("--plot", type=Path, help="draw the curves into this file")
    parser.add_argument("--probe", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--server", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.probe:
        print(json.dumps(probe(chosen.probe, chosen.sets, chosen.server or None)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        found = {size: measured(folder / str(size), size, chosen.sets) for size in chosen.sizes}
    for columns in (_COLUMNS, _AGAINST):
        print(f"| passages | {' | '.join(columns.values())} |\n|{'---|' * (len(columns) + 1)}")
        for size, figures in found.items():
            cells = [f"{figures[name]:,.4g}" if name in figures else "" for name in columns]
            print(f"| {size:,} | {' | '.join(cells)} |")
        print()
    if chosen.plot:
        draw(found, chosen.plot)


def measured(data: Path, size: int, sets: Sequence[Path]) -> dict[str, float]:
    """Every figure of a library of that size; built first, where it is not there."""
    note = data / "built.json"
    if not note.exists():
        data.mkdir(parents=True)
        (data / "models").symlink_to((load_settings().data / "models").resolve())
        note.write_text(json.dumps(filled(data, size, sets)), "utf-8")
    figures: dict[str, float] = json.loads(note.read_text("utf-8"))
    figures |= probed(data, sets)
    with rivals.served(data / "chroma") as server:
        first, its = probed(data, sets, server), probed(data, sets, server)
    figures |= {f"server_{name}": its[name] for name in _RIVALS}
    figures["server_first_s"] = first["open_s"]
    if size <= rivals.LARGEST and rivals.plain_there():
        sentences, vectors = material(data, sets)
        figures |= rivals.plain(data / "plain", sentences, vectors, size, asked_for(sets)[:_ASKED])
    return figures


def probed(data: Path, sets: Sequence[Path], server: str = "") -> dict[str, float]:
    """The figures of `probe`, by a program of its own; with that Chroma server, where one is named."""
    command = [sys.executable, "-m", "evals.scale", *map(str, sets), "--probe", str(data)]
    asked = subprocess.run(
        [*command, "--server", server], check=True, capture_output=True, text=True
    )
    figures: dict[str, float] = json.loads(asked.stdout.splitlines()[-1])
    return figures


def material(data: Path, sets: Sequence[Path]) -> tuple[list[str], NDArray[np.float32]]:
    """The sentences that passages are put together from, and their vectors `(n, 384)`."""
    sentences = bulk.pool(article for one in sets for article in load(one).articles)
    return sentences, SentenceEmbedder(DEFAULT_EMBEDDER, data / "models").documents(sentences)


def asked_for(sets: Sequence[Path]) -> list[str]:
    """The sets' questions, each once, shuffled the same way every time."""
    questions = list(dict.fromkeys(case.question for one in sets for case in load(one).cases))
    random.Random(1).shuffle(questions)
    return questions


def filled(data: Path, size: int, sets: Sequence[Path]) -> dict[str, float]:
    """A library of that size, and how fast it came to be."""
    sentences, vectors = material(data, sets)
    embedder = SentenceEmbedder(DEFAULT_EMBEDDER, data / "models")
    with closing(build(Settings(data=data), embedder)) as chain:
        library = chain.library("main", create=True)
        with library.transaction():
            library.put("embedder", embedder.identity)
        stored = paces.seconds(lambda: bulk.store(library, sentences, vectors, size))
        synced = paces.seconds(lambda: chain.vectors.sync(library))
    return {"stored_per_s": size / stored, "synced_per_s": size / synced}


def probe(data: Path, sets: Sequence[Path], server: str | None) -> dict[str, float]:
    """Ask a library that stands there. Opening counts to the end of the first search."""
    questions = asked_for(sets)
    embedder = SentenceEmbedder(DEFAULT_EMBEDDER, data / "models")
    embedder.warm()
    with closing(build(Settings(data=data, chroma_url=server), embedder)) as chain:
        started = time.perf_counter()
        chain.warm()
        chain.passages(chain.queries(Question(questions[-1]), questions[-1]), SHOWN)
        opened = time.perf_counter() - started
        paces.asked(chain, questions[-10:])
        searches = paces.searched(chain, questions[:_ASKED])
        answers = paces.asked(chain, questions[_ASKED : 2 * _ASKED])
    return {
        "open_s": opened,
        "search_p50_ms": percentile(searches, 50),
        "search_p95_ms": percentile(searches, 95),
        "answer_p50_ms": percentile(answers, 50),
        "answer_p95_ms": percentile(answers, 95),
        "memory_mb": paces.peak(),
        "library_mb": weight(data / "libraries"),
        "chroma_mb": weight(data / "chroma"),
    }


def weight(folder: Path) -> float:
    """What a folder's files weigh, MB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def draw(found: dict[int, dict[str, float]], file: Path) -> None:
    """The curves, both axes logarithmic: a straight line of slope one grows with the library.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib.figure import Figure

    panels = {
        "milliseconds": ["search_p50_ms", "search_p95_ms", "answer_p50_ms", "answer_p95_ms"],
        "MB": ["memory_mb", "library_mb", "chroma_mb"],
        "passages a second": ["stored_per_s", "synced_per_s"],
        "seconds": ["open_s"],
    }
    figure = Figure(figsize=(10, 7), layout="constrained")
    for axes, (unit, names) in zip(figure.subplots(2, 2).flat, panels.items(), strict=True):
        for name in names:
            axes.loglog(list(found), [its[name] for its in found.values()], "o-", label=name)
        axes.set(xlabel="passages", ylabel=unit)
        axes.legend()
    figure.savefig(file)


if __name__ == "__main__":
    main()
