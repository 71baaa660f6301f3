"""A process killed at any moment leaves the index in the state before a step or in the one after it, never between.

A child process goes through the steps of store_steps.py, reporting each as it is done, and is killed in one of the ways of
killing.py. What it left is then compared with the two states that are allowed, written to, and read again.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.killing import FEWEST, METHODS
from tests.tracing import NO_TRACING


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
        command = [sys.executable, "-m", "tests.killing", method, f"{trials}/trial"]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode == NO_TRACING:
        pytest.skip("system calls cannot be traced here")
    assert result.returncode == 0, result.stderr
    kills = int(result.stdout)
    record_property("kills", kills)
    print(f"{method}: {kills} kills, each left the old state or the new one")
    assert kills >= FEWEST[method]
