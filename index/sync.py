"""A folder -> its index: what was added, changed and removed since the last time, applied one document a transaction."""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from .chunk import SIZE, chunk_document
from .datatypes import Chunk, Document
from .encode import Encoder, Vectors
from .errors import DocumentError, StoreError
from .load import list_files, load_document, read_bytes
from .store import FileState, Store

GROUP = 256
"""Chunks encoded together. Enough to sort by length, few enough that little is lost when the run is stopped."""
_FRESH = 2_000_000_000
"""Nanoseconds within which a file may change again without a new time stamp."""
_UNSURE = -1
"""Stands for the time of a file so fresh, or with a time yet to come; it is compared by content the next time too."""
_BESIDE = re.compile(r"(\.feedback\.sqlite)?(-wal|-shm|-journal)?|\.lock|\.faiss(\.tmp)?")
"""What follows the index file's name in the names of the files that belong to it."""

Loaded = tuple[Document, Sequence[Chunk]]


class Progress(Protocol):
    """Told what happens during a sync. See `assistant.progress` for the one drawn in the terminal."""

    def begin(self, files: int, size: int) -> None:
        """There are so many files to read, of so many bytes together."""

    def advance(self, size: float, files: int = 0, chunks: int = 0) -> None:
        """So many bytes, files and chunks more are done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync is to do. `load` holds names of files new or changed, with their state; `touch` those only re-stamped."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    load: dict[str, FileState]
    touch: dict[str, FileState]
    failures: tuple[DocumentError, ...]


@dataclass(slots=True)
class Report:
    """What a sync did. `kept` are documents whose files' bytes could not be had, and stay as they were."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failures: list[DocumentError] = field(default_factory=list)
    chunks: int = 0
    seconds: float = 0.0


def plan_sync(folder: Path, known: dict[str, FileState], index: Path) -> Plan:
    """Compares the folder with what the index knows of it. Reads only files whose size or time stamp differs, or is not sure.

    The files of the `index` itself, where it stands in the folder, are no documents.
    """
    own = _name_in(folder, index)
    names, failures = list_files(folder)
    if own:
        names = [name for name in names if not _belongs(name, own)]
        failures = [failure for failure in failures if not _belongs(failure.name, own)]
    present = set(names)
    added: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    load: dict[str, FileState] = {}
    touch: dict[str, FileState] = {}
    for name in names:
        before = known.get(name)
        try:
            status = (folder / name).stat()
            size, modified = status.st_size, _changed_at(status)
            if before and modified != _UNSURE and (before.size, before.modified_ns) == (size, modified):
                unchanged.append(name)
                continue
            state = FileState(hashlib.sha256(read_bytes(folder, name)).hexdigest(), size, modified)
        except (DocumentError, OSError) as error:
            failures.append(_as_document_error(name, error))
            continue
        if before and before.content_hash == state.content_hash:
            unchanged.append(name)
            if (before.size, before.modified_ns) != (size, modified):
                touch[name] = state
        else:
            (changed if before else added).append(name)
            load[name] = state
    # What lies in a subfolder that cannot be read now is not gone.
    closed = tuple(f"{failure.name}/" for failure in failures)
    removed = [name for name in known if name not in present and not name.startswith(closed)]
    return Plan(tuple(added), tuple(changed), tuple(sorted(removed)), tuple(unchanged), load, touch, tuple(failures))


def sync_folder(
    folder: Path,
    store: Store,
    get_encoder: Callable[[], Encoder],
    progress: Progress | None = None,
    *,
    allow_empty: bool = False,
) -> Report:
    """Brings the store up to date with the folder and says what it did.

    The encoder is only asked for when there is something to encode. Each document is one transaction, so that a run that
    is stopped or killed keeps what it has done and the next one goes on. Raises StoreError where the folder is gone or
    suddenly empty, which is more often a disk not mounted than a wish to forget everything.
    """
    started = time.monotonic()
    check_documents(folder, allow_empty=True)
    with store.writing():
        known = store.files()
        plan = plan_sync(folder, known, store.path)
        if known and len(plan.removed) == len(known) and not plan.load and not allow_empty:
            raise StoreError(
                f"None of the {len(known)} documents in the index is in {folder} any more. If they are really gone, run "
                "`quoth index` with --allow-empty; if a disk is not mounted, mount it and try again."
            )
        report = Report(unchanged=list(plan.unchanged), failures=list(plan.failures))
        handled = {*plan.removed, *plan.unchanged, *plan.load}
        report.kept = sorted(name for name in known if name not in handled)
        for name in plan.removed:
            store.remove_document(name)
            report.removed.append(name)
        for name, state in plan.touch.items():
            store.touch_document(name, state.size, state.modified_ns)
        _Loading(folder, store, plan, get_encoder, progress or _Silent(), report).run()
    report.seconds = time.monotonic() - started
    return report


def check_documents(folder: Path, *, allow_empty: bool) -> None:
    """Raises StoreError where there is no folder of documents, or (unless `allow_empty`) nothing to read in it."""
    if not folder.is_dir():
        raise StoreError(f"There is no folder {folder}. Name the folder that holds your documents.")
    if not allow_empty and not list_files(folder)[0]:
        raise StoreError(
            f"There is nothing to read in {folder}. Name another folder, or add --allow-empty if that is as it should be."
        )


class _Silent:
    """No progress shown."""

    def begin(self, files: int, size: int) -> None:
        pass

    def advance(self, size: float, files: int = 0, chunks: int = 0) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Loading:
    """Reads, chunks, encodes and stores the files that a plan wants loaded."""

    folder: Path
    store: Store
    plan: Plan
    get_encoder: Callable[[], Encoder]
    progress: Progress
    report: Report

    def run(self) -> None:
        self.progress.begin(len(self.plan.load), sum(state.size for state in self.plan.load.values()))
        for group in self._groups():
            vectors = self._encode(group)
            first = 0
            for document, chunks in group:
                self._store(document, chunks, vectors[first : first + len(chunks)])
                first += len(chunks)

    def _groups(self) -> Iterator[list[Loaded]]:
        """Documents read and chunked, in groups of about `GROUP` chunks. Those that cannot be read go to the report.

        What was indexed of a file stays where its bytes cannot be had (a share is away), and goes where they are no document.
        """
        group: list[Loaded] = []
        count = 0
        for name, state in self.plan.load.items():
            data = None
            try:
                data = read_bytes(self.folder, name)
                document = load_document(self.folder, name, data)
            except DocumentError as error:
                self.report.failures.append(error)
                if data is None:
                    if name in self.plan.changed:
                        self.report.kept.append(name)
                elif self.store.remove_document(name):  # what was indexed of it is no longer what the file holds
                    self.report.removed.append(name)
                self.progress.advance(state.size, files=1)
                continue
            encoder = self.get_encoder()
            chunks = chunk_document(document, encoder.count_tokens, min(SIZE, encoder.passage_budget))
            group.append((document, chunks))
            count += len(chunks)
            if count >= GROUP:
                yield group
                group, count = [], 0
        if group:
            yield group

    def _encode(self, group: Sequence[Loaded]) -> Vectors:
        texts = [chunk.text for _, chunks in group for chunk in chunks]
        if not texts:
            return np.empty((0, self.store.dimensions), np.float32)
        size = sum(self.plan.load[document.name].size for document, _ in group) / len(texts)
        return self.get_encoder().encode_passages(texts, lambda count: self.progress.advance(size * count, chunks=count))

    def _store(self, document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        state = self.plan.load[document.name]
        self.store.replace_document(document, chunks, vectors, size=state.size, modified_ns=state.modified_ns)
        (self.report.changed if document.name in self.plan.changed else self.report.added).append(document.name)
        self.report.chunks += len(chunks)
        self.progress.advance(0, files=1)


def _changed_at(status: os.stat_result) -> int:
    """When a file was last changed, in nanoseconds; `_UNSURE` where it may change again without another time.

    The time of the inode's change counts too: archives and images give every file the same time of modification.
    """
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    return changed if time.time_ns() - changed > _FRESH else _UNSURE


def _name_in(folder: Path, file: Path) -> str:
    """The file's name relative to the folder, "" where it stands elsewhere."""
    try:
        return file.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return ""


def _belongs(name: str, index: str) -> bool:
    """Whether a file is the index, or one that SQLite or Quoth keeps beside it."""
    return name.startswith(index) and _BESIDE.fullmatch(name, len(index)) is not None


def _as_document_error(name: str, error: DocumentError | OSError) -> DocumentError:
    if isinstance(error, DocumentError):
        return error
    return DocumentError(name, f"It cannot be read ({error.strerror}).", "Check its permissions, then index again.")
