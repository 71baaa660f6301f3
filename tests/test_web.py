"""The web chat over HTTP: what it serves, and what it must not let in or out."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.addresses import is_loopback
from assistant.feedback import FeedbackStore
from assistant.settings import Settings
from assistant.web.application import LARGEST_REQUEST, Door, create_app
from assistant.web.chat import Chat
from assistant.web.conversations import LONGEST_QUESTION_KEPT, Conversation, Exchange
from assistant.web.panel import Chosen, sources_panel
from assistant.web.render import SHOWN_ITEMS, Reference, answer_message, escape, question_message, reply_message
from assistant.web.server import ServerError, listen, serve
from benchmarks.load import ask_chat, submit_function

from .apart import run_apart
from .browser import ENGLISH, HOSTILE_QUOTE, ScriptedAssistant, WordyAssistant, serving

ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app(ScriptedAssistant(), examples=["How long is the border?"])


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=ADDRESS) as client:
        yield client


def functions(client: TestClient) -> dict[str, int]:
    """The page's event names and the numbers of their functions."""
    dependencies = client.get("/config").json()["dependencies"]
    return {event: dependency["id"] for dependency in dependencies for _, event in dependency["targets"]}


def call(client: TestClient, event: str, data: list[Any], session: str = "session1") -> dict[str, Any]:
    """Calls the function behind a queued event as the page would, and gives its last message."""
    body = {"fn_index": functions(client)[event], "session_hash": session, "data": data}
    assert client.post("/gradio_api/queue/join", json=body).status_code == 200
    last: dict[str, Any] = {}
    for line in client.get("/gradio_api/queue/data", params={"session_hash": session}).iter_lines():
        if line.startswith("data:") and (message := json.loads(line[5:]))["msg"].startswith("process_"):
            last = message
    return last


def test_what_is_shown_is_kept_already() -> None:
    async def ask() -> None:
        chat, key, request = Chat(ScriptedAssistant()), "a" * 32, gr.Request()
        event: Any = SimpleNamespace(key=key)
        async with aclosing(chat.ask("How long is the border?", (), key, request)) as updates:  # type: ignore[type-var]
            await anext(updates)
            assert "Ask the question again" in chat.restore((), event, request)[1][0].notice
            shown = (await anext(updates))[1]
            assert shown[0].answer is not None
            assert chat.restore((), event, request)[1] == shown

    run_apart(ask())


def test_a_question_that_comes_in_just_as_the_one_before_is_answered_is_asked() -> None:
    async def ask() -> list[str]:
        chat, key, request = Chat(ScriptedAssistant()), "a" * 32, gr.Request()
        first = chat.ask("How long is the border?", (), key, request)
        pending = (await anext(first))[1]
        second = chat.ask("What did Niger and China sign?", pending, key, request)
        await anext(second)  # the box is emptied
        async for _ in first:
            pass
        shown = [update[1] async for update in second][-1]
        return [exchange.question for exchange in shown if exchange.answer]

    assert run_apart(ask()) == ["How long is the border?", "What did Niger and China sign?"]


def thumb(chat: Chat, shown: Conversation, key: str, good: bool | None) -> Conversation:
    """The conversation after a thumb for its first answer."""
    event: Any = SimpleNamespace(message=shown[0].message, good=good, comment="")
    judged: Conversation = chat.judge(shown, key, event)[1]
    return judged


def test_a_thumb_given_while_another_question_is_worked_on_stays(tmp_path: Path) -> None:
    async def ask() -> None:
        assistant, key, request = WordyAssistant(), "a" * 32, gr.Request()
        chat = Chat(assistant, FeedbackStore(tmp_path / "feedback.sqlite"))
        event: Any = SimpleNamespace(key=key)
        async for _ in chat.ask("How long is the border?", (), key, request):
            pass
        first = chat.restore((), event, request)[1]
        async with aclosing(chat.ask("How slow is it, in words?", first, key, request)) as updates:  # type: ignore[type-var]
            pending = (await anext(updates))[1]
            assert [one.good for one in thumb(chat, pending, key, True)] == [True, None]
            assistant.go_on.set()
            answered = (await anext(updates))[1]
            assert [one.good for one in answered] == [True, None]
            assert thumb(chat, pending, key, False)[1] == answered[1], "what came meanwhile stays too"
            phrased = (await anext(updates))[1]
            assert (phrased[0].good, len(phrased[1].statements)) == (False, 1)
            thumb(chat, phrased, key, None)
            shown = [update[1] async for update in updates if isinstance(update[1], tuple)]
            assert [one[0].good for one in shown] == [None, None]
            assert shown[-1][1].phrasing
            assert chat.restore((), event, request)[1] == shown[-1]

    run_apart(ask())


def test_of_a_question_far_too_long_only_the_beginning_is_kept() -> None:
    async def ask(question: str) -> tuple[Exchange, list[str]]:
        assistant = WordyAssistant()
        chat, key, request = Chat(assistant), "a" * 32, gr.Request()
        event: Any = SimpleNamespace(key=key)
        async with aclosing(chat.ask(question, (), key, request)) as updates:  # type: ignore[type-var]
            shown = [update[1] async for update in updates]
        assert all(len(exchange.question) <= LONGEST_QUESTION_KEPT for conversation in shown[:2] for exchange in conversation)
        return chat.restore((), event, request)[1][0], assistant.asked

    long = "This is too long. " * 20_000
    kept, asked = run_apart(ask(long))
    assert long.startswith(kept.question)
    assert asked == [long], "it is told how long it was"
    assert "too</b> long" in kept.notice
    spaced = f"How long is {' ' * 20_000}the border?"
    kept, asked = run_apart(ask(spaced))
    assert (kept.question, asked) == ("How long is the border?", [spaced])
    assert kept.answer is not None


async def ask_many(address: str, questions: int, answer: Callable[[], None]) -> list[str]:
    """Asks so many in the chat at once; once the first is done, lets the assistant answer. The last messages, the first first."""
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=httpx.Limits(max_connections=None)) as client:
        dependencies = (await client.get("/config")).json()["dependencies"]
        function = next(one["id"] for one in dependencies for _, event in one["targets"] if event == "submit")

        async def ask(number: int) -> str:
            body = {"fn_index": function, "session_hash": f"many{number}", "data": ["How slow is the border?", None, None]}
            assert (await client.post("/gradio_api/queue/join", json=body)).status_code == 200
            stream = await client.get("/gradio_api/queue/data", params={"session_hash": f"many{number}"})
            return next(line for line in stream.text.splitlines() if "process_completed" in line)

        asking = [asyncio.create_task(ask(number)) for number in range(questions)]
        done, others = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        answer()
        return [task.result() for task in done] + list(await asyncio.gather(*others))


def test_every_question_that_may_wait_does_and_one_beyond_is_refused() -> None:
    assistant = WordyAssistant()
    door = Door(questions_a_minute=1000, questions_waiting=60, questions_of_one_client=100)
    with serving(create_app(assistant, door=door)) as address:
        refused, *others = run_apart(ask_many(address, 63, assistant.go_on.set))
    assert "Too many questions are waiting" in refused
    assert len(assistant.asked) == len(others) == 62
    assert not any("Too many questions" in message for message in others)


def test_the_load_benchmark_counts_a_question_refused_in_the_chat_as_an_error() -> None:
    door = Door(questions_a_minute=1, clock=lambda: 0.0)
    with serving(create_app(ScriptedAssistant(), door=door)) as address, httpx.Client(base_url=address, timeout=60) as client:
        function = submit_function(client)
        assert ask_chat(client, "How long is the border?", function) == ""
        assert "More than 1 questions a minute" in ask_chat(client, "How long is the border?", function)


def cite(client: TestClient, reference: object, session: str) -> Any:
    """The panel that choosing a mark brings."""
    body = {
        "fn_index": functions(client)["cite"],
        "session_hash": session,
        "data": [None],
        "event_data": {"reference": reference},
    }
    response = client.post("/gradio_api/run/predict", json=body)
    assert response.status_code == 200
    return response.json()["data"][0]


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_page_is_gradio_without_footer_api_or_history(client: TestClient) -> None:
    config = client.get("/config").json()
    assert config["title"] == "Quoth"
    assert config["footer_links"] == []
    assert not config["analytics_enabled"]
    assert all(dependency["api_visibility"] == "private" for dependency in config["dependencies"])
    for path in ("/docs", "/openapi.json", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/runs"):
        assert client.get(path).status_code == 404


def test_security_headers_are_on_every_response(client: TestClient) -> None:
    for path in ("/", "/healthz", "/theme.css", "/nothing-here", "/gradio_api/file=/etc/passwd"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in policy
        assert "default-src 'self'" in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert "'sha256-" in client.get("/").headers["Content-Security-Policy"]


def test_no_other_origin_may_read(client: TestClient) -> None:
    for origin in ("http://evil.example", "null", "http://localhost:1234"):
        for path in ("/", "/config", "/theme.css", "/healthz"):
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            for response in (client.get(path, headers={"Origin": origin}), client.options(path, headers=asked)):
                assert "Access-Control-Allow-Origin" not in response.headers
                assert "Access-Control-Allow-Credentials" not in response.headers


def test_no_other_site_may_write(client: TestClient) -> None:
    body = {"fn_index": functions(client)["submit"], "session_hash": "forged", "data": ["How long is the border?", None, None]}
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9999"):
        response = client.post("/gradio_api/queue/join", json=body, headers={"Origin": origin})
        assert response.status_code == 403
    assert client.post("/gradio_api/queue/join", json=body, headers={"Origin": ADDRESS}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", "10.0.0.1"])
def test_foreign_host_names_are_refused(client: TestClient, host: str) -> None:
    for path in ("/", "/healthz", "/config"):
        assert client.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860"])
def test_own_host_names_are_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "path", ["file={}", "file/{}", "file=../../..{}", "file=http://127.0.0.1/", "proxy=http://127.0.0.1/", "runs", "deep_link"]
)
def test_files_and_proxying_are_refused(client: TestClient, tmp_path: Path, path: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    response = client.get("/gradio_api/" + path.format(secret))
    assert response.status_code == 404
    assert "secret words" not in response.text


def test_uploads_are_refused(client: TestClient) -> None:
    assert client.post("/gradio_api/upload", files={"files": ("a.txt", b"a")}).status_code == 404


def test_large_requests_are_refused(client: TestClient) -> None:
    body = {"data": ["a" * LARGEST_REQUEST], "fn_index": 0, "session_hash": "x"}
    assert client.post("/gradio_api/queue/join", json=body).status_code == 413


def test_crafted_file_is_not_copied(app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A message that names a file must not make Gradio copy it to where it could be fetched."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(cache))
    outside, inside = tmp_path / "outside.txt", Path("quoth.toml")  # the second in the working folder, which Gradio trusts more
    for secret in (outside, inside):
        secret.write_text("secret words")
        file = {"path": str(secret.resolve()), "meta": {"_type": "gradio.FileData"}}
        component = {
            "type": "component",
            "component": "chatbot",
            "value": [],
            "props": {},
            "constructor_args": {"avatar_images": [file["path"], None]},
        }
        for content in ({"type": "file", "file": file}, component):
            for event in ("submit", "example_select"):
                message = [{"role": "user", "content": [content]}]
                call(client, event, [message, message, message], session="thief")
    assert not [path for path in cache.rglob("*") if path.is_file()]
    assert app.state.chat.get_blocks().has_launched


def test_chatbot_is_never_an_input(client: TestClient) -> None:
    """As an input, Gradio builds the components that a message names: it copied files of the working folder (6.31)."""
    config = client.get("/config").json()
    kinds = {component["id"]: component["type"] for component in config["components"]}
    inputs = {kinds[number] for dependency in config["dependencies"] for number in dependency["inputs"]}
    assert inputs == {"textbox", "state"}


def test_conversation_is_the_sessions_own(client: TestClient) -> None:
    done = call(client, "submit", ["How long is the border?", None, None], session="mine")
    assert done["success"]
    found = re.search(r"#(cite-[0-9a-f]+-1)", json.dumps(done))
    assert found is not None
    reference = found[1]
    assert f"<mark>{escape(ENGLISH.quote)}</mark>" in cite(client, reference, "mine")
    assert "no longer holds this answer" in cite(client, reference, "yours")


@pytest.mark.parametrize("reference", [None, 1, {}, [], "", "cite-x-1", "cite-ab-1\n", "cite-ab-99999", "../../etc", "<b>"])
def test_odd_references_change_nothing(client: TestClient, reference: object) -> None:
    assert "panel" not in json.dumps(cite(client, reference, "odd"))


def test_references_read_back() -> None:
    reference = Reference("near", "0a1b", 12)
    assert Reference.parse(str(reference)) == reference


def test_text_is_escaped() -> None:
    assert escape("<b>*&\n[1](x)") == "&#60;b&#62;&#42;&#38;<br>&#91;1&#93;&#40;x&#41;"
    answer = ScriptedAssistant().ask("hostile")
    exchange = Exchange("ab", HOSTILE_QUOTE, answer)
    chosen = Chosen(Reference("cite", "ab", 1), ScriptedAssistant().document(answer.citations[0].document), whole=True)
    panel = sources_panel(answer, "ab", chosen)
    for html in (reply_message(exchange, last=True, thumbs=True), panel, question_message(HOSTILE_QUOTE)):
        for made in ("<img", "<script", "<b>", "http:", "\n", "**", "$", "`", "# "):
            assert made not in html
    assert '<blockquote dir="auto">' in panel, "an odd language is left out"


def test_long_questions_are_shown_in_part() -> None:
    assert len(question_message("a" * 100_000)) < 3000


def test_long_answers_fold() -> None:
    answer = ScriptedAssistant().ask("How long is the border?")
    assert "<details" not in answer_message(answer, "ab")
    longer = replace(answer, items=answer.items[:1] * (SHOWN_ITEMS + 2))
    shown, _, folded = answer_message(longer, "ab").partition("<details><summary>2 more</summary>")
    assert shown.count("<li") == SHOWN_ITEMS
    assert folded.count("<li") == 2


def test_a_document_that_has_changed_is_not_shown_as_the_source() -> None:
    answer = ScriptedAssistant().ask("How long is the border?")
    document = ScriptedAssistant().document(ENGLISH.document)
    assert document is not None
    reference = Reference("cite", "ab", 1)
    now = sources_panel(answer, "ab", Chosen(reference, document, whole=True))
    assert "paragraph" in now
    assert "Only in the whole document" in now
    changed = replace(document, text="Anew. " + document.text)
    for whole in (True, False):
        panel = sources_panel(answer, "ab", Chosen(reference, changed, whole=whole))
        assert f"<mark>{escape(ENGLISH.quote)}</mark>" in panel
        assert "paragraph" not in panel
        assert "Anew" not in panel
        assert "#whole-" not in panel


@pytest.mark.parametrize(("host", "expected"), [("localhost", True), ("127.0.0.1", True), ("127.1.2.3", True), ("::1", True)])
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_other_computers_are_kept_out_unless_opened(host: str) -> None:
    with pytest.raises(ServerError, match="--open"):
        serve(ScriptedAssistant(), Settings(host=host, port=0))


def test_port_in_use_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=rf"Port {port} is already in use.*--port"):
            listen("127.0.0.1", port)


def test_nothing_heavy_is_imported_by_the_start_script() -> None:
    code = "import sys, app; sys.exit(any(name in sys.modules for name in ('gradio', 'torch', 'fastapi')))"
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


QUIET = """
import os, socket, sys, threading
os.environ.pop("GRADIO_ANALYTICS_ENABLED", None)
asked = []
def refuse(host, *_rest, **_options):
    asked.append(host)
    raise socket.gaierror(f"nobody looks up {host}")
socket.getaddrinfo = refuse
from assistant.web.application import create_app
from tests.browser import ScriptedAssistant
create_app(ScriptedAssistant())
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join(10)
sys.exit(f"looked up: {asked}" if asked else 0)
"""


def test_the_server_asks_nobody_for_anything_when_it_is_made() -> None:
    """Gradio looks for a newer version of itself and reports that it was started, unless it is told not to before its import."""
    root = Path(__file__).parent.parent
    environment = {name: value for name, value in os.environ.items() if name != "GRADIO_ANALYTICS_ENABLED"}
    made = subprocess.run([sys.executable, "-c", QUIET], cwd=root, check=False, env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
