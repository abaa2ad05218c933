"""What a run tells while it works and at its end."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from retrieval.errors import ClippingsError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: items done, items in all, the name of the last."""

    done: int
    total: int
    name: str


class Enough(ClippingsError):  # noqa: N818 - reads as what it says
    """Raised by who is told of progress: no more is wanted now. What was read is stored."""


@dataclass(slots=True)
class Report:
    """What a run did, in articles; `problems` lose something, `notes` do not; lines for people.

    `requests` counts what was asked of servers, robots.txt included.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    deleted: int = 0
    chunks: int = 0
    embedded: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return asdict(self)
