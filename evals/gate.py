"""Figures that may not get worse: floors, kept in `floors.json` with a digest of the data.

Run with: python -m evals.gate SET... [--raise] [--lower]. A figure below its floor fails. `--raise` lifts
floors to what was reached; only `--lower` brings one down, so that nobody does it in passing.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.measure import ask
from evals.score import score
from evals.sets import QuestionSet, load

FILE = Path(__file__).parent / "floors.json"
_PASSAGES = ("hit@1", "hit@10", "same@10")
_QUOTES = ("first_quote", "any_quote", "answered", "verbatim", "articles_quoted")
_REFUSALS = ("refusal_precision", "refusal_recall", "calibration_error", "near_refused")
_LESS = {"calibration_error"}  # where less is better, the floor is a ceiling
_EXACT = {"verbatim"}  # which no rounding changes
# Another processor rounds otherwise, in eight bits above all: a question or two may tip.
_TIPPED, _SLACK = 2, 0.002
_COUNTED = {
    "refusal_precision": "foreign",
    "refusal_recall": "foreign",
    "near_refused": "near",
}
Floors = dict[str, Any]


def main() -> None:
    """Measure every set, whole and as a library of one half, against its floors."""
    parser = argparse.ArgumentParser(prog="python -m evals.gate", description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a question set")
    parser.add_argument("--raise", action="store_true", dest="lift", help="lift floors")
    parser.add_argument("--lower", action="store_true", help="let floors come down too")
    chosen = parser.parse_args()
    kept: dict[str, Floors] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    failures = []
    for one in map(load, chosen.sets):
        for name, asked in views(one).items():
            figures = score(ask(asked))
            print(json.dumps({"set": name} | {k: round(v, 4) for k, v in figures.items()}))
            if chosen.lift or chosen.lower:
                kept[name] = moved(kept.get(name), figures, one.digest, lower=chosen.lower)
            failures += [f"{name}: {why}" for why in below(kept.get(name), figures, one.digest)]
    if chosen.lift or chosen.lower:
        FILE.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    print("\n".join(failures), file=sys.stderr)
    sys.exit(bool(failures))


def views(one: QuestionSet) -> dict[str, QuestionSet]:
    """The ways in which a set is asked: group B, and everything of a library that holds A alone."""
    if any(case.foreign for case in one.cases):
        return {one.name: one}
    return {f"{one.name} B": one.asking("B"), f"{one.name} holding A": one.holding("A")}


def below(floors: Floors | None, figures: Mapping[str, float], digest: str) -> list[str]:
    """What is worse than its floor, in lines for people."""
    if floors is None:
        return ["no floors are kept; --raise writes them"]
    if floors["digest"] != digest:
        return ["the data is not what the floors were measured on; --raise writes new ones"]
    worse = []
    for name, floor in floors["floors"].items():
        value = figures.get(name, 0.0)
        slack = 0.0 if name in _EXACT else _slack(name, figures)
        if value > floor + slack if name in _LESS else value < floor - slack:
            worse.append(f"{name} is {value:.4f}, its floor {floor:.4f}")
    return worse


def _slack(name: str, figures: Mapping[str, float]) -> float:
    """What two of the questions that a figure counts are of all of them, but not less than `_SLACK`."""
    count = figures.get(_COUNTED.get(name, "questions"))
    return max(_TIPPED / count, _SLACK) if count else _SLACK


def moved(
    floors: Floors | None, figures: Mapping[str, float], digest: str, *, lower: bool
) -> Floors:
    """Floors at what was reached; without `lower` none gets easier while the data is the same."""
    before = floors["floors"] if floors and floors["digest"] == digest and not lower else {}
    names = (*_PASSAGES, *_QUOTES, *(_REFUSALS if "refusal_recall" in figures else ()))
    reached = {name: round(figures[name], 4) for name in names if name in figures}
    for name, floor in before.items():
        better = min if name in _LESS else max
        reached[name] = better(reached.get(name, floor), floor)
    return {"digest": digest, "floors": reached}


if __name__ == "__main__":
    main()
