"""What users say of answers is kept, whoever writes at the same time, and nothing that is not feedback is touched."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.datatypes import Turn
from assistant.feedback import Feedback, FeedbackStore, feedback_path
from index.errors import StoreBusyError, StoreError, StoreMismatchError, StoreWriteError

GOOD = Feedback(
    message="m1",
    question="متى افتتح الجسر؟",
    history=(Turn("Where is the bridge?", ("Kolo", "near Niamey")), Turn("Who built it?")),
    answered=True,
    answers=("1987", "in May"),
    documents=("bridge.txt", "sub/جسر.md"),
    good=True,
    comment="just what I looked for 👍",
    given_at="2025-05-12T08:00:00+00:00",
    disagreement=True,
)
BAD = Feedback("m2", "How long is it?", (), answered=False, answers=(), documents=(), good=False)


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(feedback_path(tmp_path / "data" / "reports.sqlite"))


def test_what_is_added_comes_back_whole_and_in_order(store: FeedbackStore) -> None:
    store.add(GOOD)
    store.add(BAD)
    assert FeedbackStore(store.path).all() == [GOOD, BAD]


def test_the_file_stands_beside_the_index_and_is_made_by_the_first_thumb(store: FeedbackStore) -> None:
    assert store.all() == []
    store.remove("m1")
    assert not store.path.parent.exists()
    store.add(GOOD)
    assert [path.name for path in store.path.parent.iterdir()] == ["reports.sqlite.feedback.sqlite"]


def test_a_thumb_without_a_time_is_given_now(store: FeedbackStore) -> None:
    assert BAD.given_at.endswith("+00:00")
    assert BAD.given_at > GOOD.given_at


def test_another_thumb_for_the_same_answer_replaces_the_first_in_its_place(store: FeedbackStore) -> None:
    store.add(GOOD)
    store.add(BAD)
    changed = replace(GOOD, good=False, comment="")
    store.add(changed)
    assert store.all() == [changed, BAD]


def test_a_thumb_taken_back_is_gone(store: FeedbackStore) -> None:
    store.add(GOOD)
    store.add(BAD)
    store.remove("m1")
    store.remove("never given")
    assert store.all() == [BAD]


@pytest.mark.parametrize("text", ["\ud83d", "a\x00b", "'; DROP TABLE feedback; --", "</script>\u2028", ""])
def test_any_text_is_only_text(store: FeedbackStore, text: str) -> None:
    given = replace(GOOD, message=text, question=text, comment=text, answers=(text,), history=(Turn(text, (text,)),))
    store.add(given)
    (kept,) = store.all()
    assert kept.comment == text.replace("\ud83d", "?")
    assert kept.answers == (text,)
    store.remove(text)
    assert store.all() == []


def test_threads_and_processes_add_at_once_and_nothing_is_lost(store: FeedbackStore) -> None:
    program = (
        "import sys; from pathlib import Path; from assistant.feedback import *\n"
        "for i in range(10): FeedbackStore(Path(sys.argv[1])).add(\n"
        "    Feedback(f'{sys.argv[2]}-{i}', 'q', (), answered=False, answers=(), documents=(), good=True))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    processes = [subprocess.Popen([sys.executable, "-c", program, store.path, f"p{i}"], env=environment) for i in range(2)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda i: store.add(replace(BAD, message=f"t{i}")), range(20)))
    assert [process.wait() for process in processes] == [0, 0]
    added = [f"t{i}" for i in range(20)] + [f"p{i}-{j}" for i in range(2) for j in range(10)]
    assert sorted(one.message for one in store.all()) == sorted(added)


def test_who_waits_too_long_for_another_writer_is_told_and_nothing_changes(store: FeedbackStore) -> None:
    store.add(GOOD)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="Try again"):
            FeedbackStore(store.path, timeout=0).add(BAD)
    assert store.all() == [GOOD]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreWriteError, match="cannot be written"):
        FeedbackStore(tmp_path / "file" / "feedback.sqlite").add(GOOD)


@pytest.mark.parametrize("content", [b"no database at all, only text", b"\x00" * 5000])
def test_what_is_no_database_is_left_alone(store: FeedbackStore, content: bytes) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    for use in (store.all, lambda: store.add(GOOD), lambda: store.remove("m1")):
        with pytest.raises(StoreError, match="Move it away"):
            use()
    assert store.path.read_bytes() == content


def test_another_programs_database_is_left_alone(store: FeedbackStore) -> None:
    store.path.parent.mkdir()
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("CREATE TABLE feedback (message TEXT)")
    before = store.path.read_bytes()
    for use in (store.all, lambda: store.add(GOOD), lambda: store.remove("m1")):
        with pytest.raises(StoreError, match="another program's database"):
            use()
    assert store.path.read_bytes() == before


def test_a_newer_version_s_file_is_left_alone(store: FeedbackStore) -> None:
    store.add(GOOD)
    with closing(sqlite3.connect(store.path)) as newer:
        newer.execute("PRAGMA user_version = 2")
    with pytest.raises(StoreMismatchError, match="another version"):
        store.add(BAD)


def test_an_empty_file_is_a_beginning(store: FeedbackStore) -> None:
    store.path.parent.mkdir()
    store.path.touch()
    assert store.all() == []
    store.add(GOOD)
    assert store.all() == [GOOD]
