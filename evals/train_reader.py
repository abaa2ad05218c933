"""Train the reader's difference to the bundled embedding model, and write it with its provenance.

Run with: python -m evals.train_reader READING [--epochs N] [--out FILE]

READING is a file of contexts with questions, see `lessons.py`. It takes 50 minutes on one core that can
bfloat16.
"""

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from evals.lessons import Lesson, ReadingData, read
from retrieval.compiled import plain_tokenizer
from retrieval.embedder import SentenceEmbedder
from retrieval.pairs import pairs, table
from retrieval.reading import WEIGHTS
from retrieval.reading_model import ReadingModel
from retrieval.settings import DEFAULT_EMBEDDER, load_settings

_RATE = 7e-4  # of learning, at its highest
_WARM = 0.05  # share of the steps in which it rises
_BATCH = 16  # questions
_SORTED = 512  # questions among which batches of like length are formed


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m evals.train_reader", description=__doc__)
    parser.add_argument("data", type=Path, help="contexts with questions, as JSON lines")
    parser.add_argument("--epochs", type=float, default=1.2)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    embedder = SentenceEmbedder(DEFAULT_EMBEDDER, load_settings().data / "models")
    train(read(chosen.data, embedder), chosen.epochs, chosen.out, embedder.local)


def train(data: ReadingData, epochs: float, out: Path, folder: Path) -> None:
    """Adam on the share that the answer's words have of all words, and of "none of them"."""
    torch.manual_seed(1)
    chance = random.Random(1)
    model = ReadingModel(folder).train()
    tokenizer = plain_tokenizer(folder / "tokenizer.json")
    own = list(model.trained.values())
    optimizer = torch.optim.AdamW(own, lr=_RATE, weight_decay=0.01)
    steps, done = math.ceil(len(data.asked) / _BATCH * epochs), 0
    shown, started = 0.0, time.monotonic()
    while done < steps:
        for batch in _batches(data.lessons(chance), chance):
            rate = min(done / (_WARM * steps), (steps - done) / (steps * (1 - _WARM)), 1.0)
            optimizer.param_groups[0]["lr"] = _RATE * max(rate, 0.01)
            loss = _loss(model, tokenizer, batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(own, 1.0)
            optimizer.step()
            shown, done = shown + loss.item(), done + 1
            if done % 100 == 0:
                seconds = time.monotonic() - started
                print(
                    f"{done}/{steps} {shown / 100:.4f} {seconds:.0f} s", file=sys.stderr, flush=True
                )
                shown = 0.0
                model.save(out, {"unfinished": str(done)})
            if done >= steps:
                break
    model.save(out, provenance(data, epochs))
    print(json.dumps(provenance(data, epochs)))


def provenance(data: ReadingData, epochs: float) -> dict[str, str]:
    """Where the weights come from, for whoever opens the file."""
    return {
        "base": f"sentence-transformers/{DEFAULT_EMBEDDER}, Apache-2.0",
        "data": f"{len(data.asked)} questions of {', '.join(data.sets)}; texts CC BY-SA 4.0",
        "epochs": str(epochs),
        "made by": "evals/train_reader.py",
    }


def _batches(lessons: list[Lesson], chance: random.Random) -> list[list[Lesson]]:
    found = []
    for at in range(0, len(lessons), _SORTED):
        some = sorted(lessons[at : at + _SORTED], key=lambda it: max(map(len, it.contexts)))
        found += [some[n : n + _BATCH] for n in range(0, len(some), _BATCH)]
    chance.shuffle(found)
    return found


def _loss(model: Any, tokenizer: Any, batch: Sequence[Lesson]) -> Any:
    """`-log` of the share of the right words among all words of all contexts of a question.

    Where no context answers, the first token of each, which stands for "not here", is right. Contexts
    are normalised together, as in Clark and Gardner, Simple and Effective Multi-Paragraph Reading
    Comprehension (ACL 2018), so that scores of passages can be compared.
    """
    read = pairs(tokenizer, [(it.question, it.title, c) for it in batch for c in it.contexts])
    with torch.autocast("cpu", torch.bfloat16):
        scores = model(*map(torch.tensor, table(read))).float()
    losses, row = [], 0
    for lesson in batch:
        its = scores[row : row + len(lesson.contexts)]
        open_ = torch.zeros_like(its, dtype=torch.bool)
        right = torch.zeros_like(open_)
        for number in range(len(lesson.contexts)):
            places = torch.zeros((its.shape[1], 2), dtype=torch.long)
            places[: len(read[row + number].ids)] = torch.tensor(read[row + number].places)
            open_[number] = places[:, 1] > 0
            open_[number, 0] = True
            for a, b in lesson.spans if number == 0 else ():
                right[number] |= (places[:, 0] < b) & (places[:, 1] > a)
        if not right.any():
            right[:, 0] = True
        losses.append(its[open_].logsumexp(0) - its[right].logsumexp(0))
        row += len(lesson.contexts)
    return torch.stack(losses).mean()


if __name__ == "__main__":
    main()
