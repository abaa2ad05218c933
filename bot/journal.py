"""The journal: what was asked in Discord, how it went, votes, servers' choices. One SQLite file."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from retrieval.errors import ClippingsError

_TABLES = """
CREATE TABLE IF NOT EXISTS questions (
    id INTEGER PRIMARY KEY, asked REAL NOT NULL, server INTEGER, channel INTEGER NOT NULL,
    user INTEGER NOT NULL, parent INTEGER, text TEXT NOT NULL, private INTEGER NOT NULL,
    libraries TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'open', answer TEXT NOT NULL DEFAULT '',
    clippings TEXT NOT NULL DEFAULT '[]', waited REAL, took REAL,
    retrieve REAL, read REAL, tokens INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS questions_channel ON questions (channel, id);
CREATE INDEX IF NOT EXISTS questions_server ON questions (server, status, took);
CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, question INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS messages_question ON messages (question);
CREATE TABLE IF NOT EXISTS threads (id INTEGER PRIMARY KEY, question INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS votes (
    question INTEGER NOT NULL, user INTEGER NOT NULL, helpful INTEGER NOT NULL,
    why TEXT NOT NULL DEFAULT '', PRIMARY KEY (question, user)
);
CREATE TABLE IF NOT EXISTS servers (id INTEGER PRIMARY KEY, choices TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS additions (
    id INTEGER PRIMARY KEY, added REAL NOT NULL, server INTEGER NOT NULL, user INTEGER NOT NULL,
    uris TEXT NOT NULL
);
"""
_COLUMNS = "id, server, channel, user, parent, text, private, libraries, status, answer, clippings"


@dataclass(frozen=True, slots=True)
class Entry:
    """One question: where and by whom it was asked, and what came of it.

    `clippings` are rows of number, article's id, start, end and a check of the text there.
    `status` is open, answered, abstained, failed or deleted.
    """

    server: int | None
    channel: int
    user: int
    text: str
    libraries: tuple[str, ...]
    private: bool = False
    parent: int | None = None
    status: str = "open"
    answer: str = ""
    clippings: tuple[tuple[int, str, int, int, int], ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """What a server's moderators chose; empty means everyone, everywhere."""

    channels: tuple[int, ...] = ()
    ask_roles: tuple[int, ...] = ()
    add_roles: tuple[int, ...] = ()
    language: str = "en"
    show: str = "full"


class Journal:
    """The journal in that file, safe to use from several threads; ClippingsError if it is not."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
            self._db.executescript(
                f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_TABLES}"
            )
            file.chmod(0o600)  # it holds what people asked
        except (OSError, sqlite3.Error) as error:
            raise ClippingsError(
                f"the journal {file} cannot be used ({error}): check the permissions, or move it away"
            ) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        with self._lock:
            return self._db.execute(sql, values)

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def begin(self, entry: Entry) -> int:
        """Note a question as it is taken; returns its number."""
        values = (time.time(), entry.server, entry.channel, entry.user, entry.parent, entry.text)
        cursor = self._run(
            "INSERT INTO questions (asked, server, channel, user, parent, text, private, libraries)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, entry.private, json.dumps(entry.libraries)),
        )
        return int(cursor.lastrowid or 0)

    def end(self, entry: Entry, seconds: Sequence[float] = (0, 0, 0, 0), tokens: int = 0) -> None:
        """Note what came of it; seconds waited, taken in all, retrieving, reading; a model's tokens."""
        self._run(
            "UPDATE questions SET status = ?, answer = ?, clippings = ?, waited = ?, took = ?,"
            " retrieve = ?, read = ?, tokens = ? WHERE id = ?",
            (entry.status, entry.answer, json.dumps(entry.clippings), *seconds, tokens, entry.id),
        )

    def sent(self, question: int, messages: Iterable[int]) -> None:
        """Note the messages that hold a question's answer."""
        for message in messages:
            self._run("REPLACE INTO messages VALUES (?, ?)", (message, question))

    def entry(self, question: int) -> Entry | None:
        """A question by its number."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM questions WHERE id = ?", (question,))  # noqa: S608
        return _entry(rows[0]) if rows else None

    def of_message(self, message: int) -> Entry | None:
        """The question that a message answers."""
        rows = self._rows("SELECT question FROM messages WHERE id = ?", (message,))
        return self.entry(rows[0][0]) if rows else None

    def messages(self, question: int) -> list[int]:
        """The messages that hold a question's answer, in order."""
        rows = self._rows("SELECT id FROM messages WHERE question = ? ORDER BY id", (question,))
        return [row[0] for row in rows]

    def conversation(self, question: int, turns: int) -> list[Entry]:
        """The question and those it followed, the oldest first; none is told twice."""
        found: list[Entry] = []
        at: int | None = question
        while at is not None and len(found) < turns:
            entry = self.entry(at)
            if entry is None or any(entry.id == known.id for known in found):
                break
            found.insert(0, entry)
            at = entry.parent
        return found

    def last_in(self, channel: int) -> int | None:
        """The last question that was asked in a channel and has an answer."""
        rows = self._rows(
            "SELECT max(id) FROM questions WHERE channel = ? AND NOT private"
            " AND status IN ('answered', 'abstained')",
            (channel,),
        )
        return rows[0][0] if rows else None

    def delete(self, question: int) -> None:
        """Forget what was asked and answered; the figures stay."""
        self._run(
            "UPDATE questions SET text = '', answer = '', clippings = '[]', status = 'deleted'"
            " WHERE id = ?",
            (question,),
        )
        self._run("DELETE FROM messages WHERE question = ?", (question,))

    def left_open(self) -> list[Entry]:
        """Questions of the last quarter of an hour that were never ended; they are ended now."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM questions WHERE status = 'open' AND asked > ?",  # noqa: S608
            (time.time() - 900,),
        )
        self._run("UPDATE questions SET status = 'failed' WHERE status = 'open'")
        return [_entry(row) for row in rows]

    # Threads, votes, servers, additions.

    def open_thread(self, thread: int, question: int) -> None:
        """Note the thread in which a question goes on."""
        self._run("REPLACE INTO threads VALUES (?, ?)", (thread, question))

    def thread(self, thread: int) -> int | None:
        """The question that a thread of ours was opened for."""
        rows = self._rows("SELECT question FROM threads WHERE id = ?", (thread,))
        return rows[0][0] if rows else None

    def threads(self) -> set[int]:
        """Every thread of ours."""
        return {row[0] for row in self._rows("SELECT id FROM threads")}

    def vote(self, question: int, user: int, why: str = "", *, helpful: bool) -> None:
        """Note a person's vote in the place of an earlier one."""
        self._run("REPLACE INTO votes VALUES (?, ?, ?, ?)", (question, user, helpful, why))

    def choices(self) -> dict[int, Choices]:
        """What every server chose."""
        found = {}
        for server, text in self._rows("SELECT id, choices FROM servers"):
            fields: dict[str, Any] = json.loads(text)
            for name in ("channels", "ask_roles", "add_roles"):
                fields[name] = tuple(fields[name])
            found[server] = Choices(**fields)
        return found

    def choose(self, server: int, choices: Choices) -> None:
        """Note what a server chose."""
        self._run("REPLACE INTO servers VALUES (?, ?)", (server, json.dumps(asdict(choices))))

    def add(self, server: int, user: int, uris: Sequence[str]) -> int:
        """Note what was added to a server's library, so that it can be undone; its number."""
        cursor = self._run(
            "INSERT INTO additions (added, server, user, uris) VALUES (?, ?, ?, ?)",
            (time.time(), server, user, json.dumps(uris)),
        )
        return int(cursor.lastrowid or 0)

    def take_addition(self, number: int, server: int) -> list[str]:
        """The items of an addition to this server, once: nothing the second time."""
        rows = self._rows(
            "DELETE FROM additions WHERE id = ? AND server = ? RETURNING uris", (number, server)
        )
        return list(json.loads(rows[0][0])) if rows else []

    def metrics(self, server: int) -> dict[str, float]:
        """A server's figures; `took` is the median of the seconds that answers took."""
        # Clicks wait for this lock meanwhile: the index has all that is read of the questions.
        its = "FROM questions WHERE server = ?"
        asked = dict(self._rows(f"SELECT status, count(*) {its} GROUP BY status", (server,)))
        answered = asked.get("answered", 0)
        median = f"SELECT took {its} AND status = 'answered' ORDER BY took LIMIT 1 OFFSET ?"
        took = self._rows(median, (server, answered // 2))
        votes = f"SELECT helpful, count(*) FROM votes WHERE question IN (SELECT id {its})"  # noqa: S608
        counts = dict(self._rows(f"{votes} GROUP BY helpful", (server,)))
        return {
            "asked": sum(asked.values()),
            "answered": answered,
            "took": took[0][0] if took else 0.0,
            "helpful": counts.get(1, 0),
            "unhelpful": counts.get(0, 0),
        }


def _entry(row: tuple[Any, ...]) -> Entry:
    number, server, channel, user, parent, text, private, libraries, status, answer, found = row
    made = Entry(server, channel, user, text, tuple(json.loads(libraries)), bool(private), parent)
    clippings = tuple((n, name, a, b, check) for n, name, a, b, check in json.loads(found))
    return replace(made, status=status, answer=answer, clippings=clippings, id=number)
