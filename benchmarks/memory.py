"""Whether a server's memory grows: `python -m benchmarks.memory` asks 300 questions and changes documents in between.

Every 50 questions it prints the resident memory of the server, which is a process of its own over a copy of the examples.
Of ten questions, one is followed by an upload and one by the deletion of that document (Linux only).
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from .load import EXAMPLES, PATIENCE, memory

ADMIN = "memory-benchmark-token"
EVERY = 50


def change_documents(client: httpx.Client, turn: int) -> None:
    """Uploads a document at the fifth question of ten, deletes it at the tenth."""
    name = f"notice-{turn // 10}.md"
    if turn % 10 == 4:
        text = "\n\n".join(f"Notice {turn}, paragraph {number}: the ferry leaves at {number} o'clock." for number in range(40))
        client.post("/api/documents", files={"file": (name, f"# Notice {turn}\n\n{text}".encode())}).raise_for_status()
    elif turn % 10 == 9:
        client.delete(f"/api/documents/{name}").raise_for_status()


def main() -> None:
    """Serves, asks, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    lines = (EXAMPLES / "evaluation.jsonl").read_text(encoding="utf-8").splitlines()
    questions = islice(cycle(json.loads(line)["question"] for line in lines if line.strip()), options.questions)
    with TemporaryDirectory() as folder:
        documents = shutil.copytree(EXAMPLES / "documents", Path(folder) / "documents")
        settings = {"UPLOADS": "true", "ADMIN_TOKEN": ADMIN, "QUESTIONS_A_MINUTE": "100000", "INDEX": f"{folder}/index.sqlite"}
        environment = {**os.environ, **{f"QUOTH_{name}": value for name, value in settings.items()}}
        command = [sys.executable, "-m", "assistant", "serve", "--port", "0", "--documents", str(documents)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
            assert server.stdout is not None
            address = next(found[0] for line in server.stdout if (found := re.search(r"http://\S+", line)))
            headers = {"Authorization": f"Bearer {ADMIN}"}
            try:
                with httpx.Client(base_url=address, headers=headers, timeout=PATIENCE) as client:
                    print(f"{0:4} questions: {memory(server.pid)} MB", flush=True)
                    for turn, question in enumerate(questions):
                        client.post("/api/ask", json={"question": question}).raise_for_status()
                        change_documents(client, turn)
                        if (turn + 1) % EVERY == 0:
                            print(f"{turn + 1:4} questions: {memory(server.pid)} MB", flush=True)
            finally:
                server.send_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
