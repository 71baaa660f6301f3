"""Ways to kill a process that goes through the steps of store_steps.py.

They are: at the entry of every system call that writes, within a write, at every SQL statement, and at any moment. Run as a
script, this module does that in one of the ways, each time in an empty folder, and prints the number of kills:

    python -m tests.killing METHOD FOLDER
"""

import os
import platform
import random
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import faiss

from tests.store_steps import Watch, trial, wait
from tests.tracing import NO_TRACING, WRITING, at_system_call, be_traced

MOMENTS, MOST_MOMENTS = 120, 600
FEWEST = {"system-call": 200, "statement": 80, "torn-write": 50, "torn-write-without-shared-memory": 40, "moment": 40}


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


if __name__ == "__main__":
    faiss.omp_set_num_threads(1)  # no threads, so that forking is safe
    print(sum(METHODS[sys.argv[1]](Path(sys.argv[2]))))
