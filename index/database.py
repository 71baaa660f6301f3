"""Connections to the index file, and what SQLite's errors mean to a user."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from .errors import StoreBusyError, StoreError, StoreWriteError

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_NO_PLACE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_NO_FILE = (0, 0)


def _primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without the details that the higher bits give; 0 for an error of Python's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _explained(path: Path, error: sqlite3.DatabaseError, *, writing: bool) -> StoreError:
    code = _primary_code(error)
    if code in _BUSY:
        return StoreBusyError(f"{path}: another process is writing to this index. Try again when it has finished.")
    if code in _DAMAGED:
        return StoreError(
            f"{path} is not an index, or is damaged ({error}). "
            "Delete it and run `quoth index FOLDER`, or choose another place with `--index`."
        )
    if writing and code in _NO_PLACE:
        return StoreWriteError(
            f"{path} cannot be written ({error}); nothing was changed. "
            "Free some space, or choose a place that you may write to with `--index`."
        )
    return StoreError(
        f"{path} cannot be used ({error}). Try again; if it stays so, index anew with `quoth index FOLDER --rebuild`."
    )


@contextmanager
def explained_errors(path: Path, *, writing: bool) -> Iterator[None]:
    """Raise SQLite's errors, and those of the file system, as the errors of `index.errors`."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise  # a fault in our own code, which no user can remedy
    except sqlite3.DatabaseError as error:
        raise _explained(path, error, writing=writing) from error
    except OSError as error:
        if writing:
            raise StoreWriteError(f"{path} cannot be written ({error}). Choose a place that you may write to.") from error
        raise StoreError(f"{path} cannot be read ({error}). Look to its permissions.") from error


def _connect(path: Path, parameters: str, timeout: float) -> sqlite3.Connection:
    """Without a transaction of Python's own making; any thread may use it, but only one at a time."""
    address = f"{path.as_uri()}?{parameters}"
    connection = sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def connect_for_writing(path: Path, timeout: float) -> sqlite3.Connection:
    """`timeout`: seconds to wait for another process that is writing."""
    connection = _connect(path, "mode=rwc", timeout)
    # A killed process loses nothing under any setting. FULL is for power cuts: a document that was reported as indexed
    # is on the disk. It costs one fsync a document, far less than encoding that document took.
    connection.execute("PRAGMA synchronous = FULL")
    return connection


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """All reads within see the same state, whatever other processes write meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write: all of what is done within, or, where anything is raised, nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself may have rolled back, as where the disk is full
            connection.execute("ROLLBACK")
        raise


@contextmanager
def run_lock(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock file beside the index; any thread may end it. The system does when the process dies, however it dies."""
    lock = FileLock(f"{path}.lock", thread_local=False)
    with explained_errors(path, writing=True):
        try:
            lock.acquire(timeout=timeout)
        except Timeout as error:
            raise StoreBusyError(f"{path}: {_holder(path)} is indexing. Try again when it has finished.") from error
    try:
        with suppress(OSError):
            Path(lock.lock_file).write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        lock.release()


def _holder(path: Path) -> str:
    """The process that holds the lock, as far as it is known."""
    try:
        return f"process {int(Path(f'{path}.lock').read_text(encoding='ascii'))}"
    except (OSError, ValueError):
        return "another process"


def prefer_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Have readers and a writer not wait for each other, where that is possible.

    Where the file system has no shared memory (network folders), SQLite keeps its default journal: slower, as safe. So it does
    where two processes make the same index at once: SQLite does not wait to change the journal. The next opening changes it.
    """
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if _primary_code(error) not in _BUSY:
            raise


def file_identity(path: Path) -> tuple[int, int]:
    """The device and inode of the file that has the path now; (0, 0) where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return _NO_FILE
    return status.st_dev, status.st_ino


@dataclass(frozen=True, slots=True)
class _Reader:
    connection: sqlite3.Connection
    file: tuple[int, int]  # the identity of the file that was opened
    frozen: tuple[int, ...] | None  # what the file looked like, where SQLite was told that it never changes


class Readers:
    """Connections for reading, one for each read that is under way. Each read is of the file that then has the path.

    They are lent out rather than bound to threads: a web server's threads come and go, and a connection shared under a lock
    would make every question wait for the slowest.
    """

    def __init__(self, path: Path, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._idle: list[_Reader] = []
        self._closed = False

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All reads within see the same state of the index."""
        with explained_errors(self._path, writing=False):
            reader = self._borrow()
            try:
                with reading(reader.connection):
                    yield reader.connection
            finally:
                self._idle.append(reader)
                if self._closed:
                    self.close()
            if not self._unchanged(reader):
                raise StoreBusyError(f"{self._path} changed while it was read. Try again.")

    def close(self) -> None:
        """Close every connection; one that is in use is closed when its read ends."""
        self._closed = True
        while self._idle:
            self._idle.pop().connection.close()

    def _borrow(self) -> _Reader:
        if self._closed:
            raise StoreError(f"{self._path}: this index was closed. Open it again.")
        while True:
            try:
                reader = self._idle.pop()
            except IndexError:
                return self._open()
            if self._in_place(reader) and self._unchanged(reader):
                return reader
            reader.connection.close()

    def _open(self) -> _Reader:
        file = file_identity(self._path)  # before it is opened: should it be replaced meanwhile, it is opened once more
        try:
            return _Reader(self._connected("mode=ro"), file, None)
        except sqlite3.DatabaseError as error:
            if _primary_code(error) not in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN} or not self._path.is_file():
                raise
        appearance = self._appearance()
        if any(appearance[3:]):
            return self._open_unfinished(file)
        # A read-only folder has no room for the files by which SQLite's processes agree; so SQLite is told that nobody writes.
        # Should somebody with more rights write all the same, the file's appearance changes, and `transaction` notices.
        return _Reader(self._connected("mode=ro&immutable=1"), file, appearance)

    def _open_unfinished(self, file: tuple[int, int]) -> _Reader:
        """A process was killed before it could finish. SQLite restores the state before that, but only where it may write."""
        try:
            self._connected("mode=rw").close()
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"{self._path} was left in the middle of writing, and its folder is read-only. "
                f"Run `quoth index FOLDER` where it can be written, or copy {self._path.name}* to a folder that you may write to."
            ) from error
        return _Reader(self._connected("mode=ro"), file, None)

    def _connected(self, parameters: str) -> sqlite3.Connection:
        """A connection that has read from the file, and so can."""
        connection = _connect(self._path, parameters, self._timeout)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _in_place(self, reader: _Reader) -> bool:
        """False where another file has taken the path since: a backup put back, an index deleted and made anew."""
        return file_identity(self._path) in {reader.file, _NO_FILE}

    def _unchanged(self, reader: _Reader) -> bool:
        return reader.frozen is None or reader.frozen == self._appearance()

    def _appearance(self) -> tuple[int, ...]:
        """The file's inode, size and time, and the sizes of the files that hold unfinished writes."""
        status = self._path.stat()
        unfinished = (Path(f"{self._path}{suffix}") for suffix in ("-wal", "-journal"))
        return status.st_ino, status.st_size, status.st_mtime_ns, *(_size(path) for path in unfinished)


def _size(path: Path) -> int:
    """In bytes; 0 where there is no such file."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
