"""FAISS over the store's vectors: a view of them, made anew or reloaded at any time, never the truth."""

import hashlib
import json
import os
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from .schema import StoreState
from .store import LanguageVectors, Store

_MAGIC = b"quoth vectors 1\n"
_DIGEST_BYTES = hashlib.sha256().digest_size


class VectorIndex:
    """The chunks' vectors, searched by cosine within each language. Any number of threads may use it.

    `refresh` brings it up to date with the store; until then it is empty. Chunk ids are FAISS's ids. `cache`: a file that spares
    the reading of all vectors from the store; it is used only where it was written from the very state the store is in.
    """

    def __init__(self, store: Store, cache: Path | None = None) -> None:
        self._store = store
        self._cache = cache
        self._state: StoreState | None = None
        self._saved: StoreState | None = None
        self._last_id = 0
        self._indexes: dict[str, faiss.IndexIDMap2] = {}
        self._refreshing = threading.Lock()
        # FAISS may not search what is being changed. Searches take turns too: one already reads memory as fast as it can.
        self._using = threading.Lock()

    def refresh(self) -> None:
        """Bring the index up to date with the store, by the difference. One short read where nothing has changed."""
        with self._refreshing:
            state = self._store.state()
            if state == self._state:
                return
            if self._state is None and self._load(state):
                return
            state, languages = self._store.vectors_since(self._state, self._last_id)
            anew = self._state is None or not state.follows(self._state)
            if anew:
                indexes = {language: _build(content, self._store.dimensions) for language, content in languages.items()}
            with self._using:
                self._state = None  # should anything fail half-way, the next refresh begins anew
                if anew:
                    self._indexes = indexes
                else:
                    self._apply(languages)
                self._state = state
            highest = max((int(content.ids[-1]) for content in languages.values()), default=0)
            self._last_id = highest if anew else max(highest, self._last_id)

    def search(
        self, vector: NDArray[np.float32], limit: int, languages: Collection[str] | None = None
    ) -> dict[str, list[tuple[int, float]]]:
        """The nearest chunks of each language (or of those named): (chunk id, cosine), best first, at most `limit` a language.

        `vector`: (dimensions,), of any length but 0. A language without chunks does not appear. Raises ValueError for a vector of
        another shape, or with numbers that are not finite.
        """
        if vector.shape != (self._store.dimensions,) or not np.isfinite(vector).all():
            raise ValueError(f"A finite vector of shape ({self._store.dimensions},) is needed, not one of shape {vector.shape}")
        if limit < 1:
            return {}
        query = _unit(vector[np.newaxis])
        found: dict[str, list[tuple[int, float]]] = {}
        with self._using:
            for language, index in self._indexes.items():
                if languages is None or language in languages:
                    scores, ids = index.search(query, min(limit, index.ntotal))
                    pairs = ((int(i), float(score)) for i, score in zip(ids[0], scores[0], strict=True) if i >= 0)
                    found[language] = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
        return found

    def save(self) -> bool:
        """Write the cache file, whole or not at all; False where there is no place for it, which is no harm."""
        with self._refreshing:
            if self._cache is None or self._state is None:
                return False
            if self._saved == self._state and self._cache.exists():
                return True
            try:
                with self._using:
                    _write(self._cache, self._state, self._indexes)
            except OSError:
                return False
            self._saved = self._state
            return True

    def _apply(self, languages: dict[str, LanguageVectors]) -> None:
        for language, index in list(self._indexes.items()):
            held = faiss.vector_to_array(index.id_map)
            kept = languages[language].ids if language in languages else np.empty(0, dtype=np.int64)
            gone = np.setdiff1d(held, kept)
            if len(gone) == len(held):
                del self._indexes[language]
            elif len(gone):
                index.remove_ids(faiss.IDSelectorBatch(gone))
        for language, content in languages.items():
            if language not in self._indexes:
                self._indexes[language] = _build(content, self._store.dimensions)
            elif len(content.vectors):
                self._indexes[language].add_with_ids(_unit(content.vectors), content.ids[-len(content.vectors) :])

    def _load(self, state: StoreState) -> bool:
        """Take the index from the cache file, if it was written from this state; False where it is of no use."""
        if self._cache is None:
            return False
        try:
            indexes = _read(self._cache, state)
        except (OSError, ValueError, RuntimeError):  # RuntimeError is FAISS's
            return False
        if indexes is None:
            return False
        with self._using:
            self._indexes, self._state, self._saved = indexes, state, state
        self._last_id = max((int(faiss.vector_to_array(index.id_map).max()) for index in indexes.values()), default=0)
        return True


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """A copy of the vectors, (n, dimensions), each of length 1 but for those of length 0."""
    copy = np.array(vectors, dtype=np.float32, order="C")
    faiss.normalize_L2(copy)
    return copy


def _build(content: LanguageVectors, dimensions: int) -> faiss.IndexIDMap2:
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions))
    index.add_with_ids(_unit(content.vectors), content.ids)
    return index


def _write(path: Path, state: StoreState, indexes: dict[str, faiss.IndexIDMap2]) -> None:
    """The file: a first line, the SHA-256 of the rest, the state and the languages in JSON, then FAISS's own form of each index.

    Two processes that write at once may spoil the temporary file for each other; the checksum then tells.
    """
    temporary = path.with_name(f"{path.name}.tmp")
    digest = hashlib.sha256()
    with temporary.open("wb") as file:

        def write(data: bytes) -> int:
            digest.update(data)
            return file.write(data)

        file.write(_MAGIC + bytes(_DIGEST_BYTES))
        write(_line(asdict(state)) + _line(list(indexes)))
        for index in indexes.values():
            faiss.write_index(index, faiss.PyCallbackIOWriter(write))  # type: ignore[attr-defined, unused-ignore]
        file.seek(len(_MAGIC))
        file.write(digest.digest())
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Have the file's new name on the disk too, where the system lets a folder be synced (Windows does not)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _read(path: Path, state: StoreState) -> dict[str, faiss.IndexIDMap2] | None:
    """The indexes in the file; None where it is not what `_write` wrote from this state. Raises what FAISS raises, and OSError.

    FAISS is shown the file only when the checksum is right: its own reader does not bear with every damage.
    """
    expected = _line(asdict(state))
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return None
        digest = file.read(_DIGEST_BYTES)
        start = file.tell()
        if file.read(len(expected)) != expected:
            return None
        file.seek(start)
        if hashlib.file_digest(file, "sha256").digest() != digest:
            return None
        file.seek(start + len(expected))
        languages = json.loads(file.readline())
        reader = faiss.PyCallbackIOReader(file.read)  # type: ignore[attr-defined, unused-ignore]
        indexes: dict[str, faiss.IndexIDMap2] = {}
        for language in languages:
            index = faiss.read_index(reader)
            if not isinstance(index, faiss.IndexIDMap2):
                return None
            indexes[language] = index
    return indexes


def _line(content: dict[str, object] | list[str]) -> bytes:
    return json.dumps(content).encode() + b"\n"
