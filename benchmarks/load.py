"""Many people at once: `python -m benchmarks.load` asks a served index from so many clients, and tells how long they waited.

Each client is a thread with a connection of its own that asks over HTTP, half through the API, half through Gradio's queue
as the chat page does, one question after the other. The server is a process of its own, started as `quoth serve` does.
"""

import argparse
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

EXAMPLES = Path(__file__).parent.parent / "examples"
PATIENCE = 300.0
"""Seconds that a client waits for an answer."""
_NOTICE = re.compile(r'class="notice"[^>]*>([^<]*)')


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: over which way, how long until its answer was whole (seconds), and what went wrong, if anything."""

    way: str
    seconds: float
    error: str = ""


def ask_api(client: httpx.Client, question: str) -> str:
    """Asks through the API; what went wrong, "" for nothing."""
    response = client.post("/api/ask", json={"question": question})
    return "" if response.status_code == 200 else f"{response.status_code} {response.text[:100]}"


def ask_chat(client: httpx.Client, question: str, function: int) -> str:
    """Asks as the page does, with a session of its own; what went wrong, "" for nothing."""
    session = secrets.token_hex(5)
    body = {"fn_index": function, "session_hash": session, "data": [question, None, None]}
    response = client.post("/gradio_api/queue/join", json=body)
    if response.status_code != 200:
        return f"{response.status_code} {response.text[:100]}"
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            message = json.loads(line[5:]) if line.startswith("data:") else {}
            if message.get("msg") == "process_completed":
                shown = str(message["output"])
                notice = _NOTICE.search(shown)  # one that is refused is told so in the conversation
                return notice[1] if notice else "" if message["success"] else shown[:100]
    return "the stream ended early"


def submit_function(client: httpx.Client) -> int:
    """The number of the function behind the chat's question box."""
    dependencies = client.get("/config").json()["dependencies"]
    return next(int(one["id"]) for one in dependencies for _, event in one["targets"] if event == "submit")


def run_clients(address: str, questions: Sequence[str], clients: int, each: int) -> list[Asked]:
    """Has so many clients ask `each` questions each, all at once."""
    asked: list[Asked] = []
    start = threading.Barrier(clients)

    def work(number: int) -> None:
        way = "chat" if number % 2 else "API"
        with httpx.Client(base_url=address, timeout=PATIENCE) as client:
            function = submit_function(client)
            start.wait()
            for turn in range(each):
                question = questions[(number * each + turn) % len(questions)]
                began = time.perf_counter()
                try:
                    error = ask_chat(client, question, function) if way == "chat" else ask_api(client, question)
                except httpx.HTTPError as problem:
                    error = type(problem).__name__
                asked.append(Asked(way, time.perf_counter() - began, error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return asked


def memory(process: int) -> int:
    """The resident memory of a process in MB (Linux)."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) // 1024 if found else 0


def main() -> None:
    """Serves, asks, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, default=EXAMPLES / "documents")
    parser.add_argument("--questions", type=Path, default=EXAMPLES / "evaluation.jsonl", help="an evaluation set")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--each", type=int, default=3, help="questions of each client")
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]

    command = [sys.executable, "-m", "assistant", "serve", "--port", "0", "--documents", str(options.documents)]
    limits = {"QUOTH_QUESTIONS_A_MINUTE": "100000", "QUOTH_QUESTIONS_WAITING": str(options.clients)}
    environment = {**os.environ, **limits, "QUOTH_QUESTIONS_OF_ONE_CLIENT": str(options.clients)}  # all have one address
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        address = next(found[0] for line in server.stdout if (found := re.search(r"http://\S+", line)))
        try:
            run_clients(address, questions, 1, 2)  # what the first question loads is not measured
            before, began = memory(server.pid), time.perf_counter()
            asked = run_clients(address, questions, options.clients, options.each)
            seconds, after = time.perf_counter() - began, memory(server.pid)
        finally:
            server.send_signal(signal.SIGINT)
    print_table(asked, seconds)
    print(f"\nMemory of the server: {before} MB before, {after} MB after.")


def print_table(asked: Sequence[Asked], seconds: float) -> None:
    """Latencies in seconds and errors, as a Markdown table."""
    print("| way | questions | errors | p50 | p95 | longest |\n|---|---|---|---|---|---|")
    for way in ("API", "chat"):
        times = [one.seconds for one in asked if one.way == way and not one.error]
        errors = [one.error for one in asked if one.way == way and one.error]
        if times:
            middle, high, longest = np.percentile(times, [50, 95, 100])
            print(f"| {way} | {len(times) + len(errors)} | {len(errors)} | {middle:.2f} s | {high:.2f} s | {longest:.2f} s |")
        for error in sorted(set(errors)):
            print(f"{way}: {error}", file=sys.stderr)
    print(f"\n{len(asked)} questions in {seconds:.1f} s: {len(asked) / seconds:.2f} a second.")


if __name__ == "__main__":
    main()
