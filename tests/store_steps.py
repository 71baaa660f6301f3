"""What a process that is killed goes through, step by step, and whether what it left is the state before a step or after it."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.datatypes import Chunk, Document
from index.errors import StoreMissingError
from index.keywords import keyword_text
from index.store import FileState, Store
from index.vectors import VectorIndex
from tests.stores import indexed_words

FINGERPRINT, DIMENSIONS = "encoder", 8


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

    def touched(self, put: Entry) -> "Model":
        """With another size and time of a document, which is no change of the index."""
        return Model(self.revision, self.entries | {put.document.name: put})


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
    (lambda child: child.touched("first.txt"), lambda model: model.touched(TOUCHED)),
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


def verify(path: Path, allowed: list[Model]) -> None:
    """The index is in one of the allowed states, as a reader sees it and as a writer sees it, and can be written at once."""
    try:
        with Store.open(path, fingerprint=FINGERPRINT) as store:
            model = matching(store.revision(), allowed, store.files())
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


def matching(revision: int | None, allowed: list[Model], files: dict[str, FileState] | None = None) -> Model:
    """The allowed model of this revision; of several, as before and after a file is touched, the one with these files."""
    found = [model for model in allowed if model.revision == revision]
    assert found, f"revision {revision}, not one of {[model.revision for model in allowed]}"
    return next((model for model in found if files_of(model) == files), found[0])


def files_of(model: Model) -> dict[str, FileState]:
    return {name: FileState(e.document.content_hash, e.size, e.modified_ns) for name, e in model.entries.items()}


def check(store: Store, path: Path, model: Model) -> None:
    assert store.revision() == model.revision
    entries = model.entries
    assert store.files() == files_of(model)
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
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:  # what is left of a kill stays as it is
        assert indexed_words(connection) == words
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
