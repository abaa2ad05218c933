"""Train the reader's difference to the bundled embedding model, and write it with its provenance.

Run with: python -m evals.train_reader READING --layers 6 --out WHOLE
and then: python -m evals.train_reader READING --teacher WHOLE --epochs 2.5 [--out FILE]

READING is a file of contexts with questions, see `lessons.py`. A model of fewer layers begins as the one of
all layers and learns from what that says too, also of contexts with sentences left out. The first takes 50
minutes on one core that can bfloat16, the second about an hour on two.
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

from evals.lessons import Lesson, ReadingData, read, thinned
from retrieval.compiled import plain_tokenizer
from retrieval.embedder import SentenceEmbedder
from retrieval.pairs import Pair, pairs, table
from retrieval.reading import WEIGHTS
from retrieval.reading_model import LAYERS, ReadingModel
from retrieval.settings import DEFAULT_EMBEDDER, load_settings

_ALL = 6  # layers of the embedding model
_RATE = 7e-4  # of learning, at its highest
_WARM = 0.05  # share of the steps in which it rises
_BATCH = 16  # questions
_SORTED = 512  # questions among which batches of like length are formed
_RIGHT = 0.5  # what the right words weigh beside what a teacher says
_THINNED = 0.7  # share of the lessons of a teacher in which sentences are left out


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m evals.train_reader", description=__doc__)
    parser.add_argument("data", type=Path, help="contexts with questions, as JSON lines")
    parser.add_argument("--epochs", type=float, default=1.2)
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--teacher", type=Path, help="what a model of all layers was trained to")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    embedder = SentenceEmbedder(DEFAULT_EMBEDDER, load_settings().data / "models")
    model, teacher = ReadingModel(embedder.local, chosen.layers), None
    if chosen.teacher:
        teacher = ReadingModel(embedder.local, _ALL).eval()
        teacher.take(chosen.teacher)
        teacher.merge()
        model.take(chosen.teacher, more=True)
    train(read(chosen.data, embedder), chosen.epochs, chosen.out, model, teacher)


def train(
    data: ReadingData, epochs: float, out: Path, model: ReadingModel, teacher: ReadingModel | None
) -> None:
    """Adam on the share that the answer's words have of all words, and of "none of them"."""
    torch.manual_seed(1)
    chance = random.Random(1)
    tokenizer = plain_tokenizer(model.folder / "tokenizer.json")
    own = list(model.train().trained.values())
    optimizer = torch.optim.AdamW(own, lr=_RATE, weight_decay=0.01)
    steps, done = math.ceil(len(data.asked) / _BATCH * epochs), 0
    shown, started = 0.0, time.monotonic()
    while done < steps:
        lessons = data.lessons(chance)
        if teacher:
            lessons = [thinned(it, chance) if chance.random() < _THINNED else it for it in lessons]
        for batch in _batches(lessons, chance):
            rate = min(done / (_WARM * steps), (steps - done) / (steps * (1 - _WARM)), 1.0)
            optimizer.param_groups[0]["lr"] = _RATE * max(rate, 0.01)
            loss = _loss(model, teacher, tokenizer, batch)
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
    about = provenance(data, epochs, teacher)
    model.save(out, about)
    print(json.dumps(about))


def provenance(data: ReadingData, epochs: float, teacher: ReadingModel | None) -> dict[str, str]:
    """Where the weights come from, for whoever opens the file."""
    return {
        "base": f"sentence-transformers/{DEFAULT_EMBEDDER}, Apache-2.0",
        "data": f"{len(data.asked)} questions of {', '.join(data.sets)}; texts CC BY-SA 4.0",
        "epochs": str(epochs),
        "made by": "evals/train_reader.py",
    } | ({"teacher": "one of all layers, made so too"} if teacher else {})


def _batches(lessons: list[Lesson], chance: random.Random) -> list[list[Lesson]]:
    found = []
    for at in range(0, len(lessons), _SORTED):
        some = sorted(lessons[at : at + _SORTED], key=lambda it: max(map(len, it.contexts)))
        found += [some[n : n + _BATCH] for n in range(0, len(some), _BATCH)]
    chance.shuffle(found)
    return found


def _loss(model: Any, teacher: Any, tokenizer: Any, batch: Sequence[Lesson]) -> Any:
    """`-log` of the share of the right words among all words of all contexts of a question.

    Where no context answers, the first token of each, which stands for "not here", is right. Contexts
    are normalised together, as in Clark and Gardner, Simple and Effective Multi-Paragraph Reading
    Comprehension (ACL 2018), so that scores of passages can be compared. With a teacher half of that,
    and how far the shares of all words are from the teacher's (Hinton, Vinyals and Dean, Distilling the
    Knowledge in a Neural Network, 2015).
    """
    asked = [pairs(tokenizer, [(it.question, it.title, c) for c in it.contexts]) for it in batch]
    given = [torch.tensor(its) for its in table([pair for its in asked for pair in its])]
    with torch.autocast("cpu", torch.bfloat16):
        scores = model(*given).float()
        with torch.no_grad():
            taught = teacher(*given).float() if teacher else None
    losses, row = [], 0
    for lesson, its in zip(batch, asked, strict=True):
        rows = slice(row, row + len(its))
        open_, right = _marks(lesson, its, scores.shape[1])
        shares = scores[rows][open_].log_softmax(0)
        loss = -shares[right[open_]].logsumexp(0)
        if taught is not None:
            wanted = taught[rows][open_].log_softmax(0)
            loss = _RIGHT * loss + (wanted.exp() * (wanted - shares)).sum()
        losses.append(loss)
        row += len(its)
    return torch.stack(losses).mean()


def _marks(lesson: Lesson, its: Sequence[Pair], width: int) -> tuple[Any, Any]:
    """Which tokens share the probability, and which of them are right; `(contexts, width)` each."""
    places = torch.zeros((len(its), width, 2), dtype=torch.long)
    for number, pair in enumerate(its):
        places[number, : len(pair.ids)] = torch.tensor(pair.places)
    open_ = places[..., 1] > 0
    open_[:, 0] = True
    right = torch.zeros_like(open_)
    for a, b in lesson.spans:
        right[0] |= (places[0, :, 0] < b) & (places[0, :, 1] > a)
    if not right.any():
        right[:, 0] = True
    return open_, right


if __name__ == "__main__":
    main()
