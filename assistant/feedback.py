"""What users thought of answers: thumbs and comments, in an SQLite file of their own beside the index.

The index may be rebuilt at any time, and knows nothing of questions; what people took the trouble to say stays.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from index.errors import StoreBusyError, StoreError, StoreMismatchError, StoreWriteError

from .datatypes import Turn

APPLICATION_ID = 0x51466264  # "QFbd": tells our files from other programs' SQLite databases, and from the index
SCHEMA_VERSION = 1
_TABLE = """
    CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        message TEXT NOT NULL UNIQUE,
        question TEXT NOT NULL,
        history TEXT NOT NULL,
        answered INTEGER NOT NULL,
        answers TEXT NOT NULL,
        documents TEXT NOT NULL,
        good INTEGER NOT NULL,
        comment TEXT NOT NULL,
        given_at TEXT NOT NULL,
        disagreement INTEGER NOT NULL
    )
    """
_COLUMNS = ("message", "question", "history", "answered", "answers", "documents", "good", "comment", "given_at", "disagreement")
_REPLACE = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[1:])
_ADD = (
    f"INSERT INTO feedback ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
    f"ON CONFLICT (message) DO UPDATE SET {_REPLACE}"
)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Feedback:
    """A thumb up (`good`) or down for the answer in one message, which `message` names; `given_at` is an ISO time in UTC.

    `question` is the question as it was asked after the turns of `history`, `answers` are the texts of the items shown and
    `documents` the names of those cited; both are empty where nothing was answered. `comment` is what the user wrote.
    `disagreement`: the answer said that the documents disagree.
    """

    message: str
    question: str
    history: tuple[Turn, ...]
    answered: bool
    answers: tuple[str, ...]
    documents: tuple[str, ...]
    good: bool
    comment: str = ""
    given_at: str = field(default_factory=_now)
    disagreement: bool = False


def feedback_path(index: Path) -> Path:
    """Where the feedback on answers from an index stands: beside it."""
    return index.with_name(f"{index.name}.feedback.sqlite")


class FeedbackStore:
    """The feedback in one file, which the first `add` makes. Any number of threads and processes may use it.

    Each call is one transaction on a connection of its own: thumbs are rare, and nothing is then held open or shared. `timeout`:
    seconds to wait for another process that is writing. Every method raises StoreBusyError where it writes for longer,
    StoreMismatchError where a newer version of Quoth made the file, StoreError where it cannot be read; the writing ones
    StoreWriteError where it cannot be written. The file is then as it was before.
    """

    def __init__(self, path: Path, *, timeout: float = 10.0) -> None:
        self.path = path.absolute()  # the process may change its folder
        self._timeout = timeout

    def add(self, feedback: Feedback) -> None:
        """Keeps it; what was said of the same message before is replaced, in its place in the order."""
        history = [[turn.question, list(turn.answers)] for turn in feedback.history]
        values = (
            _storable(feedback.message),
            _storable(feedback.question),
            json.dumps(history),
            feedback.answered,
            json.dumps(feedback.answers),
            json.dumps(feedback.documents),
            feedback.good,
            _storable(feedback.comment),
            _storable(feedback.given_at),
            feedback.disagreement,
        )
        with self._transaction("rwc") as connection:
            if not _is_ours(connection, self.path):
                connection.execute(_TABLE)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.execute(_ADD, values)

    def remove(self, message: str) -> None:
        """Forgets what was said of a message, as where a thumb is taken back; nothing where there is none."""
        if self.path.exists():
            with self._transaction("rw") as connection:
                if _is_ours(connection, self.path):
                    connection.execute("DELETE FROM feedback WHERE message = ?", (_storable(message),))

    def all(self) -> list[Feedback]:
        """Everything, in the order in which the messages were first judged; nothing where there is no file."""
        if not self.path.exists():
            return []
        # not mode=ro, which could not undo what a killed process left half-written; a read-only file is read all the same
        with self._transaction("rw", writing=False) as connection:
            if not _is_ours(connection, self.path):
                return []
            rows = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM feedback ORDER BY id").fetchall()
            return [_feedback(row) for row in rows]

    @contextmanager
    def _transaction(self, mode: str, *, writing: bool = True) -> Iterator[sqlite3.Connection]:
        try:
            if mode == "rwc":
                self.path.parent.mkdir(parents=True, exist_ok=True)
            address = f"{self.path.as_uri()}?mode={mode}"
            with closing(sqlite3.connect(address, uri=True, timeout=self._timeout, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
                yield connection
                connection.execute("COMMIT")  # where anything was raised, closing undoes it all
        except (sqlite3.DatabaseError, OSError) as error:
            raise _explained(self.path, error, writing=writing) from error


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file holds feedback; False where it is empty. Raises StoreError where it holds anything else."""
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        return False
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(
            f"{path} is another program's database, which Quoth leaves alone. Move it away, or choose another index."
        )
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise StoreMismatchError(
            f"{path} was made by another version of Quoth (format {version}; this version reads {SCHEMA_VERSION}). "
            "Use that version, or move the file away to begin anew."
        )
    return True


def _feedback(row: Sequence[str]) -> Feedback:
    message, question, history, answered, answers, documents, good, comment, given_at, disagreement = row
    return Feedback(
        message=message,
        question=question,
        history=tuple(Turn(earlier, tuple(items)) for earlier, items in json.loads(history)),
        answered=bool(answered),
        answers=tuple(json.loads(answers)),
        documents=tuple(json.loads(documents)),
        good=bool(good),
        comment=comment,
        given_at=given_at,
        disagreement=bool(disagreement),
    )


def _storable(text: str) -> str:
    """Without lone surrogates, which a browser can send and SQLite refuses."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _explained(path: Path, error: sqlite3.DatabaseError | OSError, *, writing: bool) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusyError(f"{path}: another process is writing to it. Try again in a moment.")
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return StoreError(f"{path} holds no feedback, or is damaged ({error}). Move it away; a new one is made.")
    if writing:
        return StoreWriteError(
            f"{path} cannot be written ({error}); the feedback was not kept. Free space, or look to the permissions."
        )
    return StoreError(f"{path} cannot be read ({error}). Look to its permissions.")
