"""A server that answers evaluations as a test tells it to, and what its tests share."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .llm_server import BORDER

CUP = "Who won the 2022 World Cup?"
SET: list[dict[str, Any]] = [
    {"id": "border", "question": BORDER, "answers": [["1,500 km", "1 500 km"]], "disagreement": True, "language": "en",
     "documents": ["niger-nigeria-communique.md", "musalaha-niamey-wa-abuja.md"]},
    {"id": "cup", "question": CUP, "unanswerable": True, "language": "en"},
    {"id": "gone", "question": CUP, "answers": ["Argentina"], "documents": ["gone.txt"], "language": "en"},
]  # fmt: skip
Answer = Callable[["Asked"], tuple[int, Any, dict[str, str]]]


class Asked:
    """A request to a server of these tests."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self.path = handler.path
        self.headers = dict(handler.headers)
        length = int(handler.headers.get("Content-Length", 0))
        self.body: dict[str, Any] = json.loads(handler.rfile.read(length)) if length else {}


@contextmanager
def answering(answer: Answer) -> Iterator[tuple[str, list[Asked]]]:
    """A server on a free port that answers as told: status, JSON or text, headers. Gives its address and what it is asked."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            request = Asked(self)
            asked.append(request)
            status, body, headers = answer(request)
            pieces = body if isinstance(body, Iterator) else iter([body if isinstance(body, str) else json.dumps(body)])
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # who asked has gone away
                for piece in pieces:
                    self.wfile.write(piece.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def write(rows: list[dict[str, Any]], name: str = "set.jsonl") -> str:
    Path(name).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return name


def report(folder: str = "set-report") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
    return found


def known(made: dict[str, Any]) -> set[str]:
    return {name for name, figure in made["figures"].items() if figure["count"]}


def completion(text: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": text}}]}
