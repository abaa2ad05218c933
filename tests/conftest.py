"""What all tests share: folders of their own, no settings from outside, children without network."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put
from filelock import FileLock

from retrieval.library import Library
from retrieval.vectors import Vectors

_ROOT = Path(__file__).parent.parent
os.environ["HF_HUB_OFFLINE"] = "1"  # a model that is not here is to be missed at once


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the person who runs the tests has set does not reach them."""
    for key in [key for key in os.environ if key.upper().startswith("CLIPPINGS_")]:
        monkeypatch.delenv(key)


@pytest.fixture(autouse=True)
def logging_as_it_was() -> None:
    """A test that sets up how failures are told does not do so for the next one."""
    log = logging.getLogger("clippings")
    log.handlers.clear()
    log.setLevel(logging.NOTSET)
    log.propagate, log.disabled = True, False


@pytest.fixture
def embedder() -> HashEmbedder:
    """An embedder without a model."""
    return HashEmbedder()


_EXPORT = """
import logging, sys
from pathlib import Path
from retrieval.embedder import SentenceEmbedder
from retrieval.reading import Reading
embedder = SentenceEmbedder("all-MiniLM-L6-v2", Path(sys.argv[1]))
embedder.warm()
Reading(embedder).warm()
print(logging.getLoggerClass().__name__, sys.modules["openvino_telemetry"])
"""


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder in which the bundled models were exported, once for all tests: not to be written to.

    `said.txt` beside the export is what its program printed.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "models"
    with FileLock(f"{folder}.lock"):  # the first of several workers exports for all
        if not folder.is_dir():
            folder.mkdir()
            done = subprocess.run(
                [sys.executable, "-c", _EXPORT, str(folder)],
                env=_closed(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            (folder / "said.txt").write_text(done.stdout, "utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A new library `main` in a data folder of its own, which is `tmp_path`."""
    made = Library(tmp_path / "libraries" / "main", create=True)
    yield made
    made.close()


def _closed() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.upper().startswith("CLIPPINGS_")}
    path = [str(_ROOT / "tests" / "closed"), str(_ROOT), str(_ROOT / "tests")]
    return kept | {"PYTHONPATH": os.pathsep.join(path), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def closed_environment() -> dict[str, str]:
    """An environment for child processes: they find the rooms and the fakes, and no network."""
    return _closed()


@pytest.fixture
def child(
    closed_environment: dict[str, str],
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts Python code in a process of its own, network closed; what is left is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            env=closed_environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[Vectors]:
    """The embedded Chroma of the data folder; its client is closed afterwards."""
    made = Vectors(tmp_path)
    yield made
    made._chroma.forget_client()


@pytest.fixture
def filled(library: Library, embedder: HashEmbedder) -> Library:
    """A library of 40 articles, two chunks each."""
    put(library, (article(n, f"Report{n} on subject{n}. " * 5) for n in range(40)), embedder)
    return library
