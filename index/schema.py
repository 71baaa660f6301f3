"""What the index file looks like, and whether the one at hand is ours.

Raise `SCHEMA_VERSION` whenever a table changes, or what `keyword_text` makes of a text.
"""

import os
import shlex
import sqlite3
import uuid
from dataclasses import dataclass
from pathlib import Path

from .errors import StoreError, StoreMismatchError, StoreMissingError

SCHEMA_VERSION = 1
APPLICATION_ID = 0x51756F74  # "Quot": tells our files from other programs' SQLite databases

# AUTOINCREMENT keeps SQLite from giving a removed chunk's id to a new one, so an id held elsewhere (a FAISS index, a citation)
# names the chunk it was made for or nothing. The text is stored once, in `documents`; a chunk is a span of it. It is the last
# column because a long text spills onto pages of its own, which reads of the columns before it then need not touch.
# `keywords` keeps no text (content = ''): a row is taken out by telling it the same words again, made anew from the document.
KEYWORDS_TABLE = "CREATE VIRTUAL TABLE keywords USING fts5 (language, body, content = '', tokenize = 'ascii')"
_TABLES = (
    """
    CREATE TABLE store (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        identity TEXT NOT NULL,
        revision INTEGER NOT NULL,
        token TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        dimensions INTEGER NOT NULL,
        folder BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        date TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        size INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        indexed_at TEXT NOT NULL,
        characters INTEGER NOT NULL,
        text TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        start_character INTEGER NOT NULL,
        end_character INTEGER NOT NULL,
        language TEXT NOT NULL
    )
    """,
    "CREATE INDEX chunks_document ON chunks (document_id)",
    "CREATE INDEX chunks_language ON chunks (language)",
    """
    CREATE TABLE vectors (
        chunk_id INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
        vector BLOB NOT NULL
    )
    """,
    KEYWORDS_TABLE,
)


@dataclass(frozen=True, slots=True)
class StoreState:
    """Names one state of one index.

    `identity` changes when the index is made anew, and with it what a chunk id means. `revision` counts its changes since; noting
    a file's size and time is none. `token` is drawn afresh in each: after a backup was put back, a revision may come twice.
    """

    identity: str
    revision: int
    token: str

    def follows(self, earlier: "StoreState") -> bool:
        """False where the index was made anew since that state, or set back to one before it: ids then mean other chunks."""
        return self.identity == earlier.identity and self.revision >= earlier.revision


@dataclass(frozen=True, slots=True)
class Origin:
    """What an index was made with: the encoder's fingerprint, the length of its vectors, and the folder indexed."""

    fingerprint: str
    dimensions: int
    folder: Path


def exists(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether there is an index of ours (of any version) in the file; raises StoreError where it is another program's."""
    if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        return True
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        return False
    raise StoreError(f"{path} is another program's database, which Quoth leaves alone. Choose another place with `--index`.")


def create(connection: sqlite3.Connection, origin: Origin) -> None:
    """Make every table, in the caller's transaction; any that are there go, whatever version of Quoth made them."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC")
    for (name,) in found.fetchall():
        if not name.startswith("sqlite_"):
            connection.execute(f'DROP TABLE IF EXISTS "{name}"')  # a virtual table takes its own tables along
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    values = (uuid.uuid4().hex, uuid.uuid4().hex, origin.fingerprint, origin.dimensions, os.fsencode(origin.folder))
    connection.execute("INSERT INTO store VALUES (1, ?, 0, ?, ?, ?, ?)", values)


def read_origin(connection: sqlite3.Connection, path: Path) -> Origin:
    """What the index was made with. Raises StoreMissingError where there is none, StoreMismatchError for another version."""
    if not exists(connection, path):
        raise StoreMissingError(f"There is no index at {path}. Make one with `quoth index FOLDER`.")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        maker = "an older" if version < SCHEMA_VERSION else "a newer"
        difference = f"was made by {maker} version of Quoth (format {version}; this version reads {SCHEMA_VERSION})"
        raise mismatch(path, difference, None)
    fingerprint, dimensions, folder = connection.execute("SELECT fingerprint, dimensions, folder FROM store").fetchone()
    return Origin(fingerprint, dimensions, Path(os.fsdecode(folder)))


def check_origin(path: Path, found: Origin, wanted: Origin) -> None:
    """Raise StoreMismatchError unless the index found serves the encoder and the folder wanted.

    A recorded folder that is no more was moved or renamed: its index goes with it.
    """
    check_encoder(path, found, wanted.fingerprint, wanted.folder)
    if found.dimensions != wanted.dimensions:
        difference = f"holds vectors of {found.dimensions} numbers, and this encoder makes {wanted.dimensions}"
        raise mismatch(path, difference, wanted.folder)
    if found.folder.is_dir() and not (wanted.folder.is_dir() and found.folder.samefile(wanted.folder)):
        raise mismatch(path, f"holds the documents of {found.folder}, not those of {wanted.folder}", wanted.folder)


def check_encoder(path: Path, found: Origin, fingerprint: str, folder: Path) -> None:
    """Raise StoreMismatchError where another encoder made the index."""
    if found.fingerprint != fingerprint:
        raise mismatch(path, f"was made with another encoder ({found.fingerprint}, not {fingerprint})", folder)


def mismatch(path: Path, difference: str, folder: Path | None) -> StoreMismatchError:
    """The error, with the remedy."""
    named = "FOLDER" if folder is None else shlex.quote(os.fspath(folder))
    remedy = f"Index anew with `quoth index {named} --rebuild`, or choose another place with `--index`."
    return StoreMismatchError(f"{path} {difference}. {remedy}")


def read_state(connection: sqlite3.Connection) -> StoreState:
    """The state that this transaction sees."""
    return StoreState(*connection.execute("SELECT identity, revision, token FROM store").fetchone())


def advance(connection: sqlite3.Connection) -> None:
    """Count one change of the index."""
    connection.execute("UPDATE store SET revision = revision + 1, token = ?", (uuid.uuid4().hex,))
