"""A Chroma server in the place of the folder: it follows alike, and its absence is told."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put
from proofs import complete

from retrieval.errors import VectorsError
from retrieval.library import Library
from retrieval.types import Filter
from retrieval.vectors import Vectors

EVERYTHING = Filter()


@pytest.fixture
def server(
    tmp_path: Path, closed_environment: dict[str, str]
) -> Iterator[Callable[[], tuple[str, "subprocess.Popen[bytes]"]]]:
    """Starts a real Chroma server on this machine; its address and its process."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> tuple[str, "subprocess.Popen[bytes]"]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        path = str(tmp_path / "served")
        command = [Path(sys.executable).parent / "chroma", "run", "--path", path]
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", port],
            env=closed_environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", int(port)), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        return f"http://127.0.0.1:{port}", process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_server_keeps_the_vectors(
    filled: Library,
    embedder: HashEmbedder,
    tmp_path: Path,
    server: Callable[[], tuple[str, "subprocess.Popen[bytes]"]],
) -> None:
    """A Chroma server follows the library as the folder does; once it is gone, that is told."""
    url, process = server()
    vectors = Vectors(tmp_path, url)
    put(filled, [article("late", published="2016-08-24", source="A")], embedder)
    assert vectors.check(filled) is not None
    vectors.sync(filled)
    complete(filled, vectors)
    other = Vectors(tmp_path, url)
    with filled.transaction():
        filled.delete("a1")
    near = other.nearest(filled, embedder.query("x"), 500, EVERYTHING)
    assert len(near) == filled.count("chunks")
    assert len(other.nearest(filled, embedder.query("x"), 9, Filter(sources=("A",)))) == 1
    vectors.drop(filled)
    near = other.nearest(filled, embedder.query("x"), 500, EVERYTHING)
    assert len(near) == filled.count("chunks")
    assert not (tmp_path / "chroma").exists()
    process.kill()
    process.wait()
    _told_dead(other, filled, embedder)
    _told_dead(Vectors(tmp_path, url), filled, embedder)
    assert "cannot be used" in str(other.check(filled))


def _told_dead(vectors: Vectors, library: Library, embedder: HashEmbedder) -> None:
    """A server that does not answer is told in one plain line, within seconds."""
    for act in (
        lambda: vectors.nearest(library, embedder.query("x"), 1, EVERYTHING),
        lambda: vectors.sync(library),
    ):
        started = time.monotonic()
        with pytest.raises(VectorsError, match="check CLIPPINGS_CHROMA_URL") as error:
            act()
        assert time.monotonic() - started < 10
        assert "\n" not in str(error.value)


def test_what_is_no_chroma_is_told(filled: Library, embedder: HashEmbedder, tmp_path: Path) -> None:
    """Something else that listens at the address is not taken for a Chroma server."""
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]

        def hang_up() -> None:
            for _ in range(50):
                try:
                    stranger.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=hang_up, daemon=True).start()
        _told_dead(Vectors(tmp_path, f"http://127.0.0.1:{port}"), filled, embedder)
