"""The few numbers that were fitted on question sets, and where they come from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Fitted:
    """A logistic model: a weight for each named number, and a constant."""

    names: tuple[str, ...]
    weights: NDArray[np.float32]  # (n,) float32
    constant: float

    def odds(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """`(m,)` float32, the log of the odds for rows `(m, n)`: `rows @ weights + constant`."""
        return rows @ self.weights + np.float32(self.constant)

    def probability(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """`(m,)` float32 from 0 to 1 for rows `(m, n)`: `1 / (1 + exp(-odds))`."""
        return (1.0 / (1.0 + np.exp(-self.odds(rows)))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was fitted for one judge: the model of the quotes, and that of the gate."""

    quotes: Fitted
    gate: Fitted


@cache
def fitted(judge: str) -> Numbers:
    """The numbers of that judge in `fitted.json`, which `evals/calibrate.py` writes."""
    found = json.loads((files("retrieval") / "fitted.json").read_text("utf-8"))[judge]
    return Numbers(_model(found["quotes"]), _model(found["gate"]))


def _model(found: Mapping[str, Any]) -> Fitted:
    weights = found["weights"]
    return Fitted(tuple(weights), np.array(list(weights.values()), np.float32), found["constant"])
