"""Questions that need two finds, measured: up to three searches merged by rank, against one.

Run with: python -m evals.queries

The searches in `cases/two-finds.jsonl` were written by who was given the prompt for a plan and the question,
as a model is, and had not seen the articles.
"""

import tempfile
from contextlib import closing
from pathlib import Path

from evals.claims import EXAMPLES
from evals.sets import rows as read
from ingest.run import ingest
from retrieval.chain import SHOWN, Chain, build
from retrieval.planning import MOST, by_rank
from retrieval.settings import Settings
from retrieval.types import Passage, Question

CASES = Path(__file__).parent / "cases" / "two-finds.jsonl"
_CUTS = (3, 5, 10)


def main() -> None:
    """Print, for one search and for several, how often both finds are among the best k passages."""
    cases = read(CASES)
    with tempfile.TemporaryDirectory() as folder, closing(build(Settings(data=Path(folder)))) as it:
        library = it.library("main", create=True)
        ingest(library, [str(EXAMPLES)], embedder=it.embedder, vectors=it.vectors)
        print("| searches | " + " | ".join(f"both in the best {k}" for k in _CUTS) + " |")
        print("|---|" + "---|" * len(_CUTS))
        for name, several in (("one", False), ("up to three", True)):
            hits = [0] * len(_CUTS)
            for case in cases:
                asked = [case["question"], *(case["searches"] if several else [])]
                found = by_rank([search(it, text) for text in asked[:MOST]], SHOWN)
                for at, k in enumerate(_CUTS):
                    hits[at] += all(held(need, found[:k]) for need in case["needs"])
            print(f"| {name} | " + " | ".join(f"{hit} of {len(cases)}" for hit in hits) + " |")


def search(it: Chain, text: str) -> list[Passage]:
    """What one search finds."""
    return it.passages(it.queries(Question(text), text), SHOWN)


def held(need: str, found: list[Passage]) -> bool:
    """Whether a passage has those words."""
    return any(need in passage.text for passage in found)


if __name__ == "__main__":
    main()
