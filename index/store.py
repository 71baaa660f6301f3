"""The store: one SQLite file holds documents, chunks, vectors and the keyword index. `Store` is its only writer.

Each change of a document is one transaction, so that a process killed at any moment leaves the old state or the new one.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from . import keywords, schema
from .database import (
    Readers,
    connect_for_writing,
    explained_errors,
    file_identity,
    prefer_write_ahead_log,
    reading,
    run_lock,
    transaction,
)
from .datatypes import Chunk, Document
from .errors import StoreMissingError, StoreWriteError
from .schema import Origin, StoreState

_BATCH = 500  # values in one statement; older SQLite takes 999 at most


@dataclass(frozen=True, slots=True)
class FileState:
    """The file a document was read from: SHA-256 (hex) of its bytes, its size in bytes, the time of its last change."""

    content_hash: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document without its text. `characters` and `chunks` are counts; `indexed_at` is an ISO time in UTC."""

    name: str
    title: str
    language: str
    date: str
    characters: int
    chunks: int
    indexed_at: str


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk, with the title and date of its document."""

    id: int
    chunk: Chunk
    title: str
    date: str


@dataclass(frozen=True, slots=True)
class LanguageVectors:
    """The chunks of one language: `ids`, int64 (n,), all of them, ascending; `vectors`, float32 (m, dimensions), the last m's."""

    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]


class Store:
    """The index of one folder. Make one with `create_or_open` or `open`; any number of threads may use it.

    Every method raises StoreError, or the kind of it that fits, where the file cannot be read; every writing one raises
    StoreBusyError where another process writes for longer than the timeout, and StoreWriteError where the disk is full or the
    place is read-only. The index is then as it was before.
    """

    def __init__(
        self, path: Path, origin: Origin, readers: Readers, writer: sqlite3.Connection | None, rebuilding: ExitStack | None = None
    ) -> None:
        """`rebuilding` holds the lock on runs of changes, where the index is made anew."""
        self.path = path
        self.fingerprint = origin.fingerprint
        self.dimensions = origin.dimensions
        self.folder = origin.folder
        self._readers = readers
        self._writer = writer
        self._rebuilding = rebuilding
        self._origin = origin
        self._file = file_identity(path)
        self._write_lock = threading.Lock()

    @classmethod
    def create_or_open(  # noqa: PLR0913
        cls,
        path: Path,
        *,
        fingerprint: str,
        dimensions: int,
        folder: Path,
        rebuild: bool = False,
        timeout: float = 10.0,
    ) -> Self:
        """The index at `path`, for writing; made, with its folders, where there is none.

        `rebuild` empties an index that is there, whatever made it, and keeps other runs of changes from it until the store is
        closed; StoreBusyError, with nothing emptied, where one is under way. `timeout`: seconds to wait for another process that
        is writing. Raises StoreMismatchError where the index was made with another encoder, by another version of Quoth, or for
        another folder that still exists, and StoreError where the file is not an index.
        """
        path = path.absolute()  # the process may change its folder before the file is opened again
        wanted = Origin(fingerprint, dimensions, folder.absolute())
        with explained_errors(path, writing=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            writer = connect_for_writing(path, timeout)
            rebuilding = ExitStack()
            try:
                with reading(writer):
                    schema.exists(writer, path)  # raises before anything is done to another program's file
                if rebuild:
                    rebuilding.enter_context(run_lock(path, 0.0))
                _prepare(writer, path, wanted, rebuild=rebuild)
            except BaseException:
                writer.close()
                rebuilding.close()
                raise
        return cls(path, wanted, Readers(path, timeout), writer, rebuilding if rebuild else None)

    @classmethod
    def open(cls, path: Path, *, fingerprint: str | None = None, timeout: float = 10.0) -> Self:
        """The index at `path`, for reading; it may be in a read-only place.

        Nothing is made or changed but SQLite's own -wal and -shm files, and what a killed process left half-written is undone.
        Raises StoreMissingError where there is none, and StoreMismatchError where it was made by another version of Quoth, or,
        where `fingerprint` is given, with another encoder.
        """
        path = path.absolute()
        if not path.exists():
            raise StoreMissingError(f"There is no index at {path}. Make one with `quoth index FOLDER`.")
        readers = Readers(path, timeout)
        try:
            with readers.transaction() as connection:
                origin = schema.read_origin(connection, path)
            if fingerprint is not None:
                schema.check_encoder(path, origin, fingerprint, origin.folder)
        except BaseException:
            readers.close()
            raise
        return cls(path, origin, readers, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give every connection back. After writing, the one file is then whole, unless another process still reads it."""
        self._readers.close()
        with self._write_lock:
            if self._writer is not None:
                # What is not moved into the file now (a full disk, a reader) stays in the -wal file: nothing is lost.
                with closing(self._writer), suppress(sqlite3.OperationalError):
                    self._writer.execute("PRAGMA busy_timeout = 100")
                    self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer = None
            if self._rebuilding is not None:
                self._rebuilding.close()
            self._rebuilding = None

    @contextmanager
    def writing(self, timeout: float = 0.0) -> Iterator[None]:
        """Keep other processes from a whole run of changes; the system ends it when this process dies, however it dies.

        `timeout`: seconds to wait for another run. Raises StoreBusyError when they are over.
        """
        with run_lock(self.path, timeout) if self._rebuilding is None else nullcontext():
            yield

    def replace_document(
        self, document: Document, chunks: Sequence[Chunk], vectors: NDArray[np.float32], *, size: int, modified_ns: int
    ) -> None:
        """Add a document, or put it in the place of the one of that name, with its chunks and their vectors.

        `vectors`: (len(chunks), dimensions). `size` (bytes) and `modified_ns` are the file's. Chunks always get new ids. Raises
        ValueError where these do not fit together.
        """
        vectors = self._checked(document, chunks, vectors)
        with self._change() as connection:
            _remove(connection, document.name)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            about = (document.name, document.title, document.language, document.date, document.content_hash)
            values = (*about, size, modified_ns, now, len(document.text), document.text)
            document_id = connection.execute(
                "INSERT INTO documents (name, title, language, date, content_hash,"
                " size, modified_ns, indexed_at, characters, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            ).lastrowid
            for chunk, vector in zip(chunks, vectors, strict=True):
                chunk_id = connection.execute(
                    "INSERT INTO chunks (document_id, start_character, end_character, language) VALUES (?, ?, ?, ?)",
                    (document_id, chunk.start, chunk.end, chunk.language),
                ).lastrowid
                assert chunk_id is not None  # noqa: S101
                connection.execute("INSERT INTO vectors VALUES (?, ?)", (chunk_id, vector.tobytes()))
                keywords.add(connection, chunk_id, chunk.language, chunk.text)
            schema.advance(connection)

    def remove_document(self, name: str) -> bool:
        """Take a document out, with all that belongs to it; False where there is none of that name."""
        with self._change() as connection:
            removed = _remove(connection, name)
            if removed:
                schema.advance(connection)
        return removed

    def touch_document(self, name: str, size: int, modified_ns: int) -> bool:
        """Note the size and time of a document's file whose content is the same; False where there is no such document.

        What can be found and answered stays the same, and so does the state of the index.
        """
        with self._change() as connection:
            statement = "UPDATE documents SET size = ?, modified_ns = ? WHERE name = ?"
            return connection.execute(statement, (size, modified_ns, name)).rowcount > 0

    def state(self) -> StoreState:
        """Which state the index is in; cheap enough to ask before each search.

        Raises StoreMismatchError where another encoder's index has taken this one's place since it was opened.
        """
        with self._readers.transaction() as connection:
            return self._read_state(connection)

    def revision(self) -> int:
        """The number of changes of the index so far; noting a file's size and time is none."""
        return self.state().revision

    def files(self) -> dict[str, FileState]:
        """The files of all documents, by name."""
        with self._readers.transaction() as connection:
            rows = connection.execute("SELECT name, content_hash, size, modified_ns FROM documents ORDER BY name")
            return {name: FileState(*state) for name, *state in rows}

    def documents(self) -> list[DocumentInfo]:
        """All documents, by name."""
        statement = """
            SELECT name, title, language, date, characters,
                (SELECT count(*) FROM chunks WHERE document_id = documents.id), indexed_at
            FROM documents ORDER BY name
        """
        with self._readers.transaction() as connection:
            return [DocumentInfo(*row) for row in connection.execute(statement)]

    def document(self, name: str) -> Document | None:
        """The document of that name, with its text; None where there is none."""
        statement = "SELECT name, title, language, date, text, content_hash FROM documents WHERE name = ?"
        with self._readers.transaction() as connection:
            row = connection.execute(statement, (name,)).fetchone()
        return None if row is None else Document(*row)

    def chunks(self, ids: Sequence[int]) -> dict[int, StoredChunk]:
        """The chunks of these ids, in this order; those that are no more are left out."""
        found: dict[int, StoredChunk] = {}
        with self._readers.transaction() as connection:
            documents: dict[int, tuple[str, str, str, str]] = {}
            for document_id, chunk_id, start, end, language in _spans(connection, ids):
                # A document's text is read once, and cut here: SQLite would read it from the start for each of its chunks.
                if document_id not in documents:
                    statement = "SELECT name, title, date, text FROM documents WHERE id = ?"
                    documents[document_id] = connection.execute(statement, (document_id,)).fetchone()
                name, title, date, text = documents[document_id]
                found[chunk_id] = StoredChunk(chunk_id, Chunk(name, start, end, text[start:end], language), title, date)
        return {chunk_id: found[chunk_id] for chunk_id in ids if chunk_id in found}

    def languages(self) -> dict[str, int]:
        """The number of chunks in each language."""
        with self._readers.transaction() as connection:
            return dict(connection.execute("SELECT language, count(*) FROM chunks GROUP BY language").fetchall())

    def search_words(self, query: str, language: str | None, limit: int) -> list[tuple[int, float]]:
        """The chunks in a language (None: in any) that have words of the query: (chunk id, BM25 score), best first.

        Higher scores are better; they compare within one search only. Anything may stand in the query.
        """
        with self._readers.transaction() as connection:
            return keywords.search(connection, query, language, limit)

    def vectors_since(self, held: StoreState | None, last_id: int) -> tuple[StoreState, dict[str, LanguageVectors]]:
        """The state of the index, all chunk ids by language, and the vectors of the chunks with ids above `last_id`.

        Ids only ever grow, so these are the chunks added since `last_id` was the highest. Where the index was made anew or set
        back since `held`, every vector comes.
        """
        with self._readers.transaction() as connection:
            state = self._read_state(connection)
            after = last_id if held is not None and state.follows(held) else 0
            languages = [row[0] for row in connection.execute("SELECT DISTINCT language FROM chunks")]
            return state, {language: self._language_vectors(connection, language, after) for language in languages}

    def _language_vectors(self, connection: sqlite3.Connection, language: str, after: int) -> LanguageVectors:
        statement = "SELECT id FROM chunks WHERE language = ? ORDER BY id"
        ids = np.fromiter((row[0] for row in connection.execute(statement, (language,))), dtype=np.int64)
        vectors = np.empty((int((ids > after).sum()), self.dimensions), dtype=np.float32)
        statement = """
            SELECT vector FROM chunks JOIN vectors ON chunk_id = chunks.id
            WHERE language = ? AND chunks.id > ? ORDER BY chunks.id
        """
        for row, (vector,) in zip(vectors, connection.execute(statement, (language, after)), strict=True):
            row[:] = np.frombuffer(vector, dtype="<f4")
        return LanguageVectors(ids, vectors)

    def _read_state(self, connection: sqlite3.Connection) -> StoreState:
        schema.check_encoder(self.path, schema.read_origin(connection, self.path), self.fingerprint, self.folder)
        return schema.read_state(connection)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """A writing transaction: all of it is done, or, where anything is raised, nothing.

        Raises StoreMismatchError where the index was made anew since it was opened, with another encoder or for another folder,
        and StoreWriteError where another file was put in its place.
        """
        with self._write_lock, explained_errors(self.path, writing=True):
            if self._writer is None:
                raise StoreWriteError(f"{self.path} is open for reading only, or closed. Open it with `Store.create_or_open`.")
            if file_identity(self.path) != self._file:
                raise StoreWriteError(f"{self.path} was deleted or replaced while it was open; nothing was changed. Try again.")
            with transaction(self._writer):
                schema.check_origin(self.path, schema.read_origin(self._writer, self.path), self._origin)
                yield self._writer

    def _checked(self, document: Document, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vectors as they are stored; raises ValueError where they or the chunks cannot be right."""
        vectors = np.ascontiguousarray(vectors, dtype="<f4")
        if vectors.shape != (len(chunks), self.dimensions) and (chunks or vectors.size):
            expected = (len(chunks), self.dimensions)
            raise ValueError(f"{document.name}: vectors of shape {vectors.shape}, where {expected} is needed")
        if not np.isfinite(vectors).all():
            raise ValueError(f"{document.name}: vectors that are not finite")
        for chunk in chunks:
            inside = 0 <= chunk.start < chunk.end <= len(document.text)
            if chunk.document != document.name or not inside or document.text[chunk.start : chunk.end] != chunk.text:
                raise ValueError(f"{document.name}: the chunk at {chunk.start}:{chunk.end} is not the document's text there")
        return vectors


def _prepare(writer: sqlite3.Connection, path: Path, wanted: Origin, *, rebuild: bool) -> None:
    """Make or check the index at `path`."""
    prefer_write_ahead_log(writer)
    with transaction(writer):
        if rebuild or not schema.exists(writer, path):
            schema.create(writer, wanted)
            return
        found = schema.read_origin(writer, path)
        schema.check_origin(path, found, wanted)
        if found.folder != wanted.folder and not found.folder.is_dir():
            writer.execute("UPDATE store SET folder = ?", (os.fsencode(wanted.folder),))
            schema.advance(writer)


def _remove(connection: sqlite3.Connection, name: str) -> bool:
    """Take out a document's keywords, then the document; its chunks and vectors go with it. False where there is none."""
    row = connection.execute("SELECT id, text FROM documents WHERE name = ?", (name,)).fetchone()
    if row is None:
        return False
    document_id, text = row
    statement = "SELECT id, start_character, end_character, language FROM chunks WHERE document_id = ?"
    for chunk_id, start, end, language in connection.execute(statement, (document_id,)).fetchall():
        keywords.remove(connection, chunk_id, language, text[start:end])
    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    return True


def _spans(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[tuple[int, int, int, int, str]]:
    """Document id, chunk id, start, end and language of each of these chunks that is there."""
    for i in range(0, len(ids), _BATCH):
        batch = [int(chunk_id) for chunk_id in ids[i : i + _BATCH]]
        places = ", ".join("?" * len(batch))
        yield from connection.execute(
            f"SELECT document_id, id, start_character, end_character, language FROM chunks WHERE id IN ({places})", batch
        )
