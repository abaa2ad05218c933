"""What a chat model was asked and what it cost, in `<data>/model.db`: the day's budget, the cache.

It may be deleted at any time. Where it cannot be used, questions are answered all the same: nothing
is remembered, and a budget that cannot be counted is taken to be used up.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from retrieval.types import Tokens

_KEPT = 1_000  # answers in the cache; the oldest go
_SCHEMA = """
CREATE TABLE IF NOT EXISTS spent (day TEXT PRIMARY KEY, tokens INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS said (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, text TEXT NOT NULL
);
"""


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


class Spending:
    """The ledger of one data folder; several threads and processes may use it at once."""

    def __init__(self, data: Path, today: Callable[[], str] = _today) -> None:
        self._file, self._today = data / "model.db", today

    def _open(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._file, timeout=5, isolation_level=None)
        db.executescript(_SCHEMA)
        return db

    def left(self, budget: int | None) -> bool:
        """Whether something is left of so many tokens a day."""
        if budget is None:
            return True
        try:
            with closing(self._open()) as db:
                row = db.execute(
                    "SELECT tokens FROM spent WHERE day = ?", (self._today(),)
                ).fetchone()
        except (sqlite3.Error, OSError):
            return False
        return (row[0] if row else 0) < budget

    def spend(self, tokens: Tokens) -> None:
        """Count what a call took."""
        with suppress(sqlite3.Error, OSError), closing(self._open()) as db:
            db.execute(
                "INSERT INTO spent VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET tokens = tokens + ?2",
                (self._today(), tokens.total),
            )

    def known(self, key: str) -> str | None:
        """What was said under that key, or None."""
        with suppress(sqlite3.Error, OSError), closing(self._open()) as db:
            row = db.execute("SELECT text FROM said WHERE key = ?", (key,)).fetchone()
            return str(row[0]) if row else None
        return None

    def keep(self, key: str, text: str) -> None:
        """Keep what was said under that key."""
        with suppress(sqlite3.Error, OSError), closing(self._open()) as db:
            db.execute("INSERT OR REPLACE INTO said (key, text) VALUES (?, ?)", (key, text))
            db.execute(
                "DELETE FROM said WHERE number <= (SELECT max(number) FROM said) - ?", (_KEPT,)
            )


def key_of(
    model: str, messages: Sequence[tuple[str, str]], changes: Sequence[tuple[str, int]]
) -> str:
    """What names a call: the model, all that it is told, and each library with its change number."""
    whole = json.dumps([model, list(messages), list(changes)])
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
