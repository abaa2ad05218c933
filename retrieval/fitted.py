"""The few numbers that were fitted on question sets, and where they come from."""

import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Fitted:
    """A logistic model: a weight for each named number, and a constant."""

    names: tuple[str, ...]
    weights: NDArray[np.float32]  # (n,) float32
    constant: float

    def probability(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """`(m,)` float32 from 0 to 1 for rows `(m, n)`: `1 / (1 + exp(-(rows @ weights + constant)))`."""
        return 1.0 / (1.0 + np.exp(-(rows @ self.weights + self.constant)))  # type: ignore[no-any-return]


def load(name: str) -> Fitted:
    """The model of that name in `fitted.json`, which `evals/calibrate.py` writes."""
    found = json.loads((files("retrieval") / "fitted.json").read_text("utf-8"))[name]
    weights = found["weights"]
    return Fitted(tuple(weights), np.array(list(weights.values()), np.float32), found["constant"])


QUOTES = load("quotes")
GATE = load("gate")
