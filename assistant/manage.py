"""Documents changed while the server runs: added, removed and indexed anew, one indexing at a time; answers go on meanwhile."""

import contextlib
import logging
import os
import secrets
import stat
import threading
import time
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from index.encode import Encoder
from index.errors import DocumentError, QuothError
from index.load import list_files, load_document
from index.sync import Report

from .build import index_documents
from .errors import DocumentExistsError
from .settings import Settings

_PART = ".quoth-upload-"
"""Unfinished uploads begin so: hidden, so that no indexing reads them."""
_STALE = 3600
"""Seconds after which an unfinished upload belongs to nobody any more."""
_LONGEST_NAME = 200
"""Bytes; file systems take 255, and the name of an unfinished one is longer."""
_PIECE = 1 << 20
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
"""Characters that turn the direction of what follows: with them, a name can look like another one."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Indexing:
    """How far the indexing is, or how the last one ended. `share` is the part of the bytes that is done, 0 to 1.

    `error` is why it could not be done at all; `failures` are the files that could not be read.
    """

    running: bool = False
    files: int = 0
    files_done: int = 0
    chunks: int = 0
    share: float = 0.0
    finished_at: str = ""
    error: str = ""
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failures: tuple[DocumentError, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The record as it goes over the web."""
        names = ("running", "files", "files_done", "chunks", "share", "finished_at", "error", "added", "changed", "removed")
        failures = [{"name": one.name, "reason": one.reason, "remedy": one.remedy} for one in self.failures]
        return {name: getattr(self, name) for name in names} | {"failures": failures}


class DocumentManager:
    """The folder of documents and its index, for whoever may change them. Any number of threads may use it."""

    def __init__(self, settings: Settings, encoder: Encoder | None = None, report: Report | None = None) -> None:
        """`encoder` is that of the settings where it is loaded already, `report` that of the last indexing."""
        self.folder = settings.documents
        self.largest_upload = settings.largest_upload * 1_000_000  # bytes
        self._settings = settings
        self._encoder = encoder
        self._state = _finished(report) if report else Indexing()
        self._changing = threading.Lock()
        self._changed = threading.Condition()
        self._wanted = self._closed = self._may_be_empty = False
        self._size, self._done = 1, 0.0
        self._worker = threading.Thread(target=self._work, name="indexing", daemon=True)
        self._remove_stale()
        self._worker.start()

    def add(self, name: str, source: BinaryIO, *, overwrite: bool = False) -> bool:
        """Puts a file into the folder, whole or not at all, and has it indexed; True where it took another one's place.

        It is read as a document before it is put there. Raises DocumentError where it cannot be read, is too large or has a name
        that no document can have, and DocumentExistsError where one of that name is there and `overwrite` is not.
        """
        name = unicodedata.normalize("NFC", name)
        _check_name(name)
        part = self.folder / f"{_PART}{secrets.token_hex(8)}.part"
        try:
            self._copy(name, source, part)
            load_document(self.folder, name, part.read_bytes())
            with self._changing:
                replaced = _place(part, self.folder / name, overwrite=overwrite)
        except FileExistsError as error:
            remedy = "Rename the file, or say that it shall take the other one's place."
            raise DocumentExistsError(name, "A document of that name is there already.", remedy) from error
        except OSError as error:
            remedy = "Free some space or make the folder writable, then upload it again."
            raise DocumentError(name, f"It cannot be written into the folder ({error.strerror}).", remedy) from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        self.index()
        return replaced

    def remove(self, name: str) -> bool:
        """Deletes a document's file and has it taken out of the index; False where the folder holds no such document.

        Only what `index.load.list_files` names is ever deleted. Raises DocumentError where that cannot be.
        """
        with self._changing:
            names, failures = list_files(self.folder)
            if name not in {*names, *(failure.name for failure in failures)}:
                return False
            path = self.folder / name
            try:
                if not (path.is_symlink() or stat.S_ISREG(path.lstat().st_mode)):
                    return False
                path.unlink()
            except OSError as error:
                remedy = "Make the folder writable, or delete the file yourself."
                raise DocumentError(name, f"It cannot be deleted ({error.strerror}).", remedy) from error
            last = len(names) <= 1
        self.index(may_be_empty=last)
        return True

    def index(self, *, may_be_empty: bool = False) -> None:
        """Has the folder indexed soon: now, or once more after the indexing under way.

        `may_be_empty`: no document need be left, as the last one was removed on purpose.
        """
        with self._changed:
            self._wanted = True
            self._may_be_empty = self._may_be_empty or may_be_empty
            self._state = replace(self._state, running=True)
            self._changed.notify_all()

    def state(self) -> Indexing:
        """How far it is."""
        return self._state

    def wait(self, timeout: float) -> bool:
        """Until no indexing is under way or wanted, or `timeout` seconds are over; whether none is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._state.running, timeout)

    def close(self) -> None:
        """Ends the indexing under way where it stands; the next one goes on from there."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._worker.join(timeout=10)

    # What `index.sync.Progress` asks for.

    def begin(self, files: int, size: int) -> None:
        """See `index.sync.Progress`."""
        self._size, self._done = max(1, size), 0.0
        self._state = Indexing(running=True, files=files, failures=self._state.failures)

    def advance(self, size: float, files: int = 0, chunks: int = 0) -> None:
        """See `index.sync.Progress`. Ends the indexing where the manager was closed."""
        if self._closed:
            raise _ClosedError
        self._done += size
        before = self._state
        share = min(1.0, self._done / self._size)
        self._state = replace(before, files_done=before.files_done + files, chunks=before.chunks + chunks, share=share)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    return
                self._wanted, may_be_empty, self._may_be_empty = False, self._may_be_empty, False
            try:
                report = index_documents(self._settings, self, allow_empty=may_be_empty, encoder=self._encoder)
                state = _finished(report)
            except _ClosedError:
                return
            except QuothError as error:
                state = replace(self._state, error=str(error), finished_at=_now())
            except Exception:
                _log.exception("The documents could not be indexed")
                told = "Something went wrong while indexing; the server's log says more. What was indexed before is kept."
                state = replace(self._state, error=told, finished_at=_now())
            with self._changed:
                self._state = replace(state, running=self._wanted)
                self._changed.notify_all()

    def _copy(self, name: str, source: BinaryIO, part: Path) -> None:
        with part.open("xb") as file:
            while piece := source.read(_PIECE):
                if file.tell() + len(piece) > self.largest_upload:
                    reason = f"The file is larger than {self._settings.largest_upload} MB."
                    raise DocumentError(name, reason, "Split it into smaller files, or have the setting largest_upload raised.")
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    def _remove_stale(self) -> None:
        with contextlib.suppress(OSError):
            for part in self.folder.glob(f"{_PART}*.part"):
                if time.time() - part.stat().st_mtime > _STALE:
                    part.unlink()


class _ClosedError(Exception):
    """The server stops; the indexing under way is left where it is."""


def _check_name(name: str) -> None:
    """Raises DocumentError for a name that leads elsewhere, hides or deceives."""
    shown = name.encode("utf-8", "backslashreplace").decode()[:_LONGEST_NAME] or "(no name)"
    reason = ""
    if not name or name != name.strip() or name.startswith((".", "~$")):
        reason = "A document's name may not be empty or begin with a dot, a space or ~$."
    elif any(character in "/\\" or unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        reason = "A document's name may hold no slash, backslash or control character."
    elif _TURNING & set(name):
        reason = "The name holds characters that turn the direction of writing, and so may look like another name."
    elif len(name.encode()) > _LONGEST_NAME:
        reason = f"The name is longer than {_LONGEST_NAME} bytes."
    if reason:
        raise DocumentError(shown, reason, "Rename the file, then upload it again.")


def _place(part: Path, target: Path, *, overwrite: bool) -> bool:
    """Gives a finished file its name; whether another one made way. Raises FileExistsError where one may not."""
    if overwrite:
        replaced = target.exists()
        part.replace(target)
        return replaced
    try:
        os.link(part, target)  # fails where there is one, without a moment between looking and writing
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links; no other thread of ours is here
        if target.exists() or target.is_symlink():
            raise FileExistsError from None
        part.replace(target)
    return False


def _finished(report: Report) -> Indexing:
    added, changed, removed = (tuple(names) for names in (report.added, report.changed, report.removed))
    failures = tuple(report.failures)
    done = len(added) + len(changed)
    return Indexing(False, done, done, report.chunks, 1.0, _now(), "", added, changed, removed, failures)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
