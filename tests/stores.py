"""Small indexes for the tests of the store: made, filled, and compared with what they must hold; and other processes at them."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.datatypes import Chunk, Document
from index.store import Store

DIMENSIONS = 4
Paragraphs = list[tuple[str, str]]  # (language, text)
posix = pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX users, limits or signals")


def document_of(name: str, paragraphs: Paragraphs) -> tuple[Document, list[Chunk]]:
    """A document of one chunk a paragraph."""
    text = "\n".join(paragraph for _, paragraph in paragraphs)
    chunks, start = [], 0
    for language, paragraph in paragraphs:
        chunks.append(Chunk(name, start, start + len(paragraph), paragraph, language))
        start += len(paragraph) + 1
    return Document(name, f"Title of {name}", "en", "2024-05-01", text, f"hash of {text}"), chunks


def vectors_of(chunks: list[Chunk]) -> NDArray[np.float32]:
    """Vectors that tell from which text they were made."""
    seeds = [sum(chunk.text.encode()) for chunk in chunks]
    return np.array([[seed, seed % 7, 1, 2] for seed in seeds], dtype=np.float32).reshape(-1, DIMENSIONS)


def open_store(path: Path, *, fingerprint: str = "model", folder: Path | None = None, timeout: float = 10.0) -> Store:
    folder = folder or path.parent
    return Store.create_or_open(path, fingerprint=fingerprint, dimensions=DIMENSIONS, folder=folder, timeout=timeout)


def rebuilt(path: Path, *, fingerprint: str = "model", folder: Path | None = None) -> Store:
    folder = folder or path.parent
    return Store.create_or_open(path, fingerprint=fingerprint, dimensions=DIMENSIONS, folder=folder, rebuild=True)


def put(store: Store, name: str, paragraphs: Paragraphs) -> None:
    document, chunks = document_of(name, paragraphs)
    store.replace_document(document, chunks, vectors_of(chunks), size=len(document.text), modified_ns=1)


def held(store: Store) -> dict[str, list[tuple[str, str, list[float]]]]:
    """All that the store holds: (language, text, vector) of each chunk, by document. Raises where its parts disagree."""
    found: dict[str, list[tuple[str, str, list[float]]]] = {info.name: [] for info in store.documents()}
    _, languages = store.vectors_since(None, 0)
    vectors = {int(i): v for content in languages.values() for i, v in zip(content.ids, content.vectors, strict=True)}
    for chunk_id, stored in store.chunks(sorted(vectors)).items():
        chunk = stored.chunk
        document = store.document(chunk.document)
        assert document
        assert document.text[chunk.start : chunk.end] == chunk.text
        assert chunk_id in languages[chunk.language].ids
        found[chunk.document].append((chunk.language, chunk.text, [float(x) for x in vectors[chunk_id]]))
    assert store.files().keys() == found.keys()
    assert sum(store.languages().values()) == sum(map(len, found.values())) == len(vectors)
    return found


def expected(documents: dict[str, Paragraphs]) -> dict[str, list[tuple[str, str, list[float]]]]:
    found: dict[str, list[tuple[str, str, list[float]]]] = {}
    for name, paragraphs in documents.items():
        _, chunks = document_of(name, paragraphs)
        vectors = [[float(x) for x in vector] for vector in vectors_of(chunks)]
        found[name] = [(chunk.language, chunk.text, vector) for chunk, vector in zip(chunks, vectors, strict=True)]
    return found


def found_texts(store: Store, query: str, language: str | None = None, limit: int = 10) -> list[str]:
    ids = [chunk_id for chunk_id, _ in store.search_words(query, language, limit)]
    assert len(set(ids)) == len(ids)
    return [stored.chunk.text for stored in store.chunks(ids).values()]


def keyword_index(path: Path) -> dict[int, list[str]]:
    """The words that the keyword index has of each chunk; raises where SQLite finds the file or its index inconsistent."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO keywords (keywords) VALUES ('integrity-check')")
        return indexed_words(connection)


def indexed_words(connection: sqlite3.Connection) -> dict[int, list[str]]:
    """The words that the keyword index has of each chunk, in their order."""
    found: dict[int, list[str]] = {}
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, keywords, instance)")
    for chunk_id, word in connection.execute("SELECT doc, term FROM words WHERE col = 'body' ORDER BY doc, offset"):
        found.setdefault(chunk_id, []).append(word)
    return found


CHILD = """
import os, resource, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from index.errors import StoreError, StoreWriteError
from index.store import Store
from tests.stores import *
path = Path(sys.argv[1])
def say(*words):
    print(*words, flush=True)
def listen():
    return sys.stdin.readline()
"""


@contextmanager
def child(code: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has this module's names, the store's, `path`, `say(...)` and `listen()`."""
    program = CHILD.format(root=str(Path(__file__).resolve().parent.parent)) + code
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()
