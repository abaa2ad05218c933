"""Two pictures of how well it knows what it does not know; needs the extra `eval`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.score import Pairs, bins, confidence


def draw(asked: Pairs, file: Path) -> None:
    """The reliability curve of the gate, and what refusing more would gain and cost.

    Raises:
        ImportError: matplotlib is not installed.
    """
    from matplotlib.figure import Figure

    pairs = [(confidence(a), not case.foreign) for case, a in asked if case.gold or case.foreign]
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    points = [
        (np.mean([c for c, _ in its]), np.mean([r for _, r in its])) for its in bins(pairs) if its
    ]
    left.plot([0, 1], [0, 1], linestyle=":", color="grey")
    left.plot(*zip(*points, strict=True), marker="o")
    left.set(xlabel="probability given by the gate", ylabel="share that the library answers")
    left.set_title("reliability")
    for name, line in _trade_off(pairs).items():
        right.plot(np.linspace(0, 1, len(line)), line, label=name)
    right.set(xlabel="threshold", ylim=(0, 1.02))
    right.set_title("refusals")
    right.legend()
    figure.savefig(file)


def _trade_off(pairs: Sequence[tuple[float, bool]]) -> dict[str, list[float]]:
    """At each threshold: precision and recall of refusals, and the share answered of the rest."""
    chances, own = np.array([c for c, _ in pairs]), np.array([r for _, r in pairs])
    found: dict[str, list[float]] = {"precision": [], "recall": [], "answered": []}
    for threshold in np.linspace(0, 1, 101):
        refused = chances < threshold
        found["precision"].append(float((refused & ~own).sum() / max(refused.sum(), 1)))
        found["recall"].append(float((refused & ~own).sum() / max((~own).sum(), 1)))
        found["answered"].append(float((~refused & own).sum() / max(own.sum(), 1)))
    return found
