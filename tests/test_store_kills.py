"""A process killed at any moment leaves the index in the state before a step or in the one after it, never between.

A child process goes through the steps of `STEPS`, reporting each as it is done, and is killed: at the entry of every system call
that writes, within a write, at every SQL statement, and at any moment. What it left is then compared with the two states that are
allowed, written to, and read again. Run as a script, this file does that in one of the ways and prints the number of kills:

    PYTHONPATH=. python tests/test_store_kills.py METHOD FOLDER
"""

import ctypes
import os
import platform
import random
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from index.datatypes import Chunk, Document
from index.errors import StoreMissingError
from index.keywords import keyword_text
from index.store import FileState, Store
from index.vectors import VectorIndex

FINGERPRINT, DIMENSIONS = "encoder", 8
NO_TRACING = 77  # exit status where the system does not let a process trace its own child


@dataclass(frozen=True)
class Entry:
    document: Document
    chunks: tuple[Chunk, ...]
    vectors: NDArray[np.float32]
    size: int
    modified_ns: int


def entry(name: str, paragraphs: list[tuple[str, str]], seed: int) -> Entry:
    """A document of one chunk a paragraph: (language, text)."""
    text = "\n".join(paragraph for _, paragraph in paragraphs)
    chunks, start = [], 0
    for language, paragraph in paragraphs:
        chunks.append(Chunk(name, start, start + len(paragraph), paragraph, language))
        start += len(paragraph) + 1
    vectors = np.random.default_rng(seed).standard_normal((len(chunks), DIMENSIONS)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    document = Document(name, f"Title {seed}", paragraphs[0][0], "2024-05-01", text, f"hash {seed}")
    return Entry(document, tuple(chunks), vectors, len(text), seed)


LONG = [("en", f"paragraph {i} of the report on rivers, dams and bridges; number{i} " * 8) for i in range(16)]
FIRST = entry("first.txt", [("en", "The dam was built in 1931."), ("fr", "Le barrage fut construit en 1931.")], 1)
SECOND = entry("folder/second.txt", [("ar", "بُنِيَ السدّ عام ١٩٣١"), ("ja", "ダムは1931年に建設された"), ("en", "The dam.")], 2)
CHANGED = entry("first.txt", [("en", "The dam was rebuilt in 1954."), ("de", "Der Damm wurde 1954 neu gebaut.")], 3)
REPORT = entry("report.txt", LONG, 4)
SHORTER = entry("report.txt", LONG[10:14], 5)
AFTERWARDS = entry("afterwards.txt", [("en", "Written after the kill.")], 6)


@dataclass
class Model:
    """What the index must hold; `revision` is None where there is none yet."""

    revision: int | None = None
    entries: dict[str, Entry] = field(default_factory=dict)

    def after(self, put: Entry | None = None, removed: str = "") -> "Model":
        entries = {name: held for name, held in self.entries.items() if name != removed}
        if put:
            entries[put.document.name] = put
        return Model((-1 if self.revision is None else self.revision) + 1, entries)


@dataclass
class Child:
    """What the child process works with."""

    path: Path
    store: Store | None = None
    vectors: VectorIndex | None = None

    def opened(self, *, rebuild: bool = False) -> None:
        self.store = Store.create_or_open(
            self.path, fingerprint=FINGERPRINT, dimensions=DIMENSIONS, folder=self.path.parent, rebuild=rebuild
        )
        self.vectors = VectorIndex(self.store, cache_path(self.path))

    def put(self, put: Entry) -> None:
        assert self.store
        self.store.replace_document(put.document, put.chunks, put.vectors, size=put.size, modified_ns=put.modified_ns)

    def saved(self) -> None:
        assert self.vectors
        self.vectors.refresh()
        assert self.vectors.save()

    def closed(self) -> None:
        assert self.store
        self.store.close()

    def removed(self, name: str) -> None:
        assert self.store
        assert self.store.remove_document(name)

    def touched(self, name: str) -> None:
        assert self.store
        assert self.store.touch_document(name, 77, 88)


TOUCHED = replace(CHANGED, size=77, modified_ns=88)
Step = tuple[Callable[[Child], None], Callable[[Model], Model]]
STEPS: list[Step] = [
    (lambda child: child.opened(), lambda model: model.after()),
    (lambda child: child.put(FIRST), lambda model: model.after(FIRST)),
    (lambda child: child.put(SECOND), lambda model: model.after(SECOND)),
    (lambda child: child.saved(), lambda model: model),
    (lambda child: child.put(CHANGED), lambda model: model.after(CHANGED)),
    (lambda child: child.touched("first.txt"), lambda model: model.after(TOUCHED)),
    (lambda child: child.put(REPORT), lambda model: model.after(REPORT)),
    (lambda child: child.closed(), lambda model: model),
    (lambda child: child.opened(), lambda model: model),
    (lambda child: child.removed("folder/second.txt"), lambda model: model.after(removed="folder/second.txt")),
    (lambda child: child.put(SHORTER), lambda model: model.after(SHORTER)),
    (lambda child: child.saved(), lambda model: model),
    (lambda child: child.closed(), lambda model: model),
    (lambda child: child.opened(rebuild=True), lambda _: Model(0)),
    (lambda child: child.put(SECOND), lambda model: model.after(SECOND)),
    (lambda child: child.closed(), lambda model: model),
]


def states() -> list[Model]:
    """The state before the first step, and after each."""
    found = [Model()]
    for _, advance in STEPS:
        found.append(advance(found[-1]))
    return found


def cache_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.faiss")


# --- what a killed process left ---


def verify(path: Path, allowed: list[Model]) -> None:
    """The index is in one of the allowed states, as a reader sees it and as a writer sees it, and can be written at once."""
    try:
        with Store.open(path, fingerprint=FINGERPRINT) as store:
            model = matching(store.revision(), allowed)
            check(store, path, model)
    except StoreMissingError:
        model = matching(None, allowed)
    with Store.create_or_open(path, fingerprint=FINGERPRINT, dimensions=DIMENSIONS, folder=path.parent) as store, store.writing():
        model = model if model.revision is not None else Model(0)
        assert store.revision() == model.revision
        new = AFTERWARDS
        store.replace_document(new.document, new.chunks, new.vectors, size=new.size, modified_ns=new.modified_ns)
        check(store, path, model.after(AFTERWARDS))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO keywords (keywords) VALUES ('integrity-check')")
    assert not Path(f"{path}-wal").exists()


def matching(revision: int | None, allowed: list[Model]) -> Model:
    found = [model for model in allowed if model.revision == revision]
    assert found, f"revision {revision}, not one of {[model.revision for model in allowed]}"
    return found[0]


def check(store: Store, path: Path, model: Model) -> None:
    assert store.revision() == model.revision
    entries = model.entries
    assert store.files() == {name: FileState(e.document.content_hash, e.size, e.modified_ns) for name, e in entries.items()}
    assert {info.name: info.chunks for info in store.documents()} == {name: len(e.chunks) for name, e in entries.items()}
    assert all(store.document(name) == e.document for name, e in entries.items())
    _, languages = store.vectors_since(None, 0)
    ids = [int(i) for content in languages.values() for i in content.ids]
    vectors = dict(zip(ids, np.concatenate([np.empty((0, DIMENSIONS)), *(c.vectors for c in languages.values())]), strict=True))
    held = {i: stored.chunk for i, stored in store.chunks(ids).items()}
    expected = {chunk: vector for e in entries.values() for chunk, vector in zip(e.chunks, e.vectors, strict=True)}
    assert len(held) == len(ids) == len(expected)
    assert all(np.array_equal(vectors[i], expected[chunk]) for i, chunk in held.items())
    words = {i: words_of(chunk.text) for i, chunk in held.items()}
    assert keyword_index(path) == words
    for word in ("dam", "barrage", "السد", "建設", "number12", "rebuilt"):
        assert {i for i, _ in store.search_words(word, None, 100)} == {i for i in held if words_of(word)[0] in words[i]}
    index = VectorIndex(store, cache_path(path))
    index.refresh()
    query = np.ones(DIMENSIONS, dtype=np.float32)
    nearest = {language: [i for i, _ in pairs] for language, pairs in index.search(query, 5).items()}
    assert nearest == {
        language: sorted(map(int, content.ids), key=lambda i: (-float(vectors[i] @ query), i))[:5]
        for language, content in languages.items()
    }


@cache
def words_of(text: str) -> list[str]:
    return keyword_text(text).split()


def keyword_index(path: Path) -> dict[int, list[str]]:
    """The words that the keyword index has of each chunk, in their order."""
    words: dict[int, list[str]] = {}
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, keywords, instance)")
        rows = connection.execute("SELECT doc, term FROM words WHERE col = 'body' ORDER BY doc, offset")
        for chunk_id, word in rows:
            words.setdefault(chunk_id, []).append(word)
    return words


# --- ways to kill ---


def run_steps(path: Path, reports: int, prepare: Callable[[], None]) -> None:
    """The child: goes through the steps, reporting each, and ends without cleaning up."""
    child = Child(path)
    prepare()
    for step, _ in STEPS:
        step(child)
        os.write(reports, b".")
    os._exit(0)


Watch = Callable[[int, int], bool]  # (process id, descriptor for reports) -> whether it was killed


def trial(folder: Path, prepare: Callable[[], None], watch: Watch) -> bool:
    """One child in an empty folder: run, killed, and what it left verified. False where it came to its end alive."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / "index.sqlite"
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            run_steps(path, writer, prepare)
        finally:
            os._exit(1)
    killed = watch(pid, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as reports:
        done = len(reports.read())
    assert killed or done == len(STEPS), f"the child failed at step {done}"
    try:
        verify(path, states()[done : done + 2])
    except BaseException:
        print(f"after {done} steps of {len(STEPS)}", file=sys.stderr)
        raise
    return killed


def wait(pid: int, _reports: int) -> bool:
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def replace_connect(change: Callable[[str], str], prepared: Callable[[sqlite3.Connection], None]) -> None:
    """Have this process's databases opened at changed addresses, and prepared."""
    connect = sqlite3.connect

    def changed(address: str, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(change(address), **options)  # type: ignore[call-overload]
        prepared(connection)
        return connection

    sqlite3.connect = changed  # type: ignore[assignment]


def at_statement(number: int) -> Callable[[], None]:
    """Die when the `number`th SQL statement begins (counted over all connections)."""

    def prepare() -> None:
        left = number

        def count(_statement: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        replace_connect(lambda address: address, lambda connection: connection.set_trace_callback(count))

    return prepare


def within_write(limit: int) -> Callable[[], None]:
    """Die of SIGXFSZ in the write that would take any file past `limit` bytes; what fits of it is written."""

    def prepare() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return prepare


def by_statement(folder: Path) -> Iterator[bool]:
    number = 0
    killed = True
    while killed:
        number += 1 if number < 60 else 7  # the many chunks of the long document make many statements of one kind
        killed = trial(folder, at_statement(number), wait)
        yield killed


def by_torn_write(folder: Path) -> Iterator[bool]:
    killed, limit = True, 0
    while killed:
        killed = trial(folder, within_write(limit), wait)
        yield killed
        limit += 4096 + 24 - 1000  # a frame of the -wal file is 24 + 4096 bytes: meet it at ever other places


def by_torn_write_without_shared_memory(folder: Path) -> Iterator[bool]:
    """As on a network folder, where SQLite keeps a rollback journal in the place of the -wal file."""

    def prepare(limit: int) -> Callable[[], None]:
        def prepare_both() -> None:
            replace_connect(lambda address: f"{address}&vfs=unix-none", lambda _: None)
            within_write(limit)()

        return prepare_both

    killed, limit = True, 0
    while killed:
        killed = trial(folder, prepare(limit), wait)
        yield killed
        limit += 1000


def by_moment(folder: Path) -> Iterator[bool]:
    def watch_for(seconds: float) -> Watch:
        def watch(pid: int, reports: int) -> bool:
            time.sleep(seconds)
            os.kill(pid, signal.SIGKILL)
            return wait(pid, reports)

        return watch

    whole = 0.0

    def watch_whole(pid: int, reports: int) -> bool:
        nonlocal whole
        started = time.perf_counter()
        killed = wait(pid, reports)
        whole = time.perf_counter() - started
        return killed

    trial(folder, lambda: None, watch_whole)
    moments, kills = random.Random(0), 0
    for number in range(MOST_MOMENTS):
        if number >= MOMENTS and kills >= FEWEST["moment"]:  # how many come in time depends on what else the machine does
            return
        killed = trial(folder, lambda: None, watch_for(moments.random() * whole))
        kills += killed
        yield killed


# --- killing at system calls ---

# write, pwrite64, writev, fsync, fdatasync, ftruncate, fallocate, mkdir(at), rename(at, at2), unlink(at); and openat
WRITING = {
    "x86_64": ((1, 18, 20, 74, 75, 77, 285, 83, 258, 82, 264, 316, 87, 263), 257),
    "aarch64": ((64, 68, 66, 82, 83, 46, 47, 34, 38, 276, 35), 56),
}
TRACE_ME, CONTINUE, SET_OPTIONS, GET_SYSCALL_INFO = 0, 7, 0x4200, 0x420E
OPTION_SECCOMP, OPTION_EXIT_KILL, SECCOMP_STOP = 0x80, 0x100000, signal.SIGTRAP | 7 << 8
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06  # of the kernel's packet filter language
SECCOMP_TRACE, SECCOMP_ALLOW = 0x7FF00000, 0x7FFF0000
NO_NEW_PRIVILEGES, SET_SECCOMP = 38, 22


class Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_char_p))


class SystemCall(ctypes.Structure):
    _fields_ = (("before", ctypes.c_uint64 * 3), ("number", ctypes.c_uint64), ("arguments", ctypes.c_uint64 * 8))


def system(name: str, *arguments: object) -> int:
    function = getattr(ctypes.CDLL(None), name)
    function.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    function.restype = ctypes.c_long
    return int(function(*arguments, *(None,) * (5 - len(arguments))))


def be_traced() -> None:
    """Let the parent see each system call that may write, before it is done."""
    numbers, openat = WRITING[platform.machine()]
    program = [struct.pack("HBBI", LOAD, 0, 0, 0)]
    for number in (*numbers, openat):
        program += [struct.pack("HBBI", JUMP_EQUAL, 0, 1, number), struct.pack("HBBI", RETURN, 0, 0, SECCOMP_TRACE)]
    program.append(struct.pack("HBBI", RETURN, 0, 0, SECCOMP_ALLOW))
    if system("ptrace", TRACE_ME, 0) != 0 or system("prctl", NO_NEW_PRIVILEGES, 1) != 0:
        os._exit(NO_TRACING)
    os.kill(os.getpid(), signal.SIGSTOP)
    if system("prctl", SET_SECCOMP, 2, ctypes.addressof(Filter(len(program), b"".join(program)))) != 0:
        os._exit(NO_TRACING)


def at_system_call(number: int) -> Watch:
    """Kill at the entry of the `number`th system call that writes, so that it does nothing any more."""

    def watch(pid: int, reports: int) -> bool:
        left = number
        call = SystemCall()
        _, status = os.waitpid(pid, 0)
        if os.WIFSTOPPED(status):
            system("ptrace", SET_OPTIONS, pid, 0, OPTION_SECCOMP | OPTION_EXIT_KILL)
        while os.WIFSTOPPED(status):
            if status >> 8 == SECCOMP_STOP:
                system("ptrace", GET_SYSCALL_INFO, pid, ctypes.sizeof(call), ctypes.addressof(call))
                left -= writes(call, reports)
                if left == 0:
                    os.kill(pid, signal.SIGKILL)
                    return wait(pid, reports)
            system("ptrace", CONTINUE, pid)
            _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == NO_TRACING:
            raise SystemExit(NO_TRACING)
        return os.WIFSIGNALED(status)

    return watch


def writes(call: SystemCall, reports: int) -> bool:
    """Whether the system call may change a file. The child's report changes none."""
    if call.number == WRITING[platform.machine()][1]:
        return bool(call.arguments[2] & os.O_CREAT)
    return bool(call.arguments[0] != reports)


def by_system_call(folder: Path) -> Iterator[bool]:
    if not sys.platform.startswith("linux") or platform.machine() not in WRITING:
        raise SystemExit(NO_TRACING)
    number, killed = 0, True
    while killed:
        number += 1
        killed = trial(folder, be_traced, at_system_call(number))
        yield killed


METHODS = {
    "system-call": by_system_call,
    "statement": by_statement,
    "torn-write": by_torn_write,
    "torn-write-without-shared-memory": by_torn_write_without_shared_memory,
    "moment": by_moment,
}
MOMENTS, MOST_MOMENTS = 120, 600
FEWEST = {"system-call": 200, "statement": 80, "torn-write": 50, "torn-write-without-shared-memory": 40, "moment": 40}


@pytest.mark.skipif(sys.platform == "win32", reason="kills and forks as POSIX does")
@pytest.mark.parametrize("method", METHODS)
def test_killed_process_leaves_old_state_or_new(
    method: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    # What a killed process wrote is there whatever the file system; in memory, waiting for the disk does not take the time.
    memory = Path("/dev/shm")
    folder = memory if os.access(memory, os.W_OK) else tmp_path
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    with tempfile.TemporaryDirectory(dir=folder) as trials:
        # A process of its own: this one may have threads, which do not survive a fork.
        command = [sys.executable, __file__, method, f"{trials}/trial"]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode == NO_TRACING:
        pytest.skip("system calls cannot be traced here")
    assert result.returncode == 0, result.stderr
    kills = int(result.stdout)
    record_property("kills", kills)
    print(f"{method}: {kills} kills, each left the old state or the new one")
    assert kills >= FEWEST[method]


if __name__ == "__main__":
    faiss.omp_set_num_threads(1)  # no threads, so that forking is safe
    print(sum(METHODS[sys.argv[1]](Path(sys.argv[2]))))
