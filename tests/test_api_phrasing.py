"""The HTTP API and the command line with a language model: the quotes come first, its checked sentences after."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from assistant import cli
from assistant.datatypes import Answer, Phrasing, Statement, Turn
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.web.application import create_app

from .browser import ScriptedAssistant, serving
from .llm_server import BORDER, MODEL, Reply, ScriptedServer, with_model
from .signing_in import ADDRESS

QUESTION = "How long is the border?"
END = Phrasing("It is 1,500 km long. [1]", "", 1, 1, 100, 20, 0.5)
STATEMENTS = [
    Statement("It is 1,500 km long.", (1,), sure=True),
    Statement("It is pretty.", (), sure=False, reason="It cites nothing."),
]


class PhrasingAssistant(ScriptedAssistant):
    """Puts every answer into the same words, and waits before the last where the question says so."""

    phrases = True

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def phrase(
        self, question: str, answer: Answer, history: Sequence[Turn], cancelled: threading.Event
    ) -> Iterator[Statement | Phrasing]:
        try:
            yield STATEMENTS[0]
            if "slowly" in question:
                assert cancelled.wait(30)
                return
            yield STATEMENTS[1]
            yield END
        finally:  # it may be ended while it waits, or before it is asked to go on
            if cancelled.is_set():
                self.cancelled.set()


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(PhrasingAssistant()), base_url=ADDRESS) as client:
        yield client


def events_of(text: str) -> list[tuple[str, Any]]:
    lines = [dict(line.split(": ", 1) for line in block.split("\n")) for block in text.strip().split("\n\n")]
    return [(event["event"], json.loads(event["data"])) for event in lines]


def test_statements_are_streamed_after_the_answer(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    events = events_of(response.text)
    assert [name for name, _ in events] == ["item", "item", "answer", "phrase", "phrase", "phrased"]
    assert "phrased" not in events[2][1]
    assert events[3:] == [("phrase", one.to_json()) for one in STATEMENTS] + [("phrased", END.to_json())]


def test_a_stream_can_do_without(client: TestClient) -> None:
    body = {"question": QUESTION, "phrase": False}
    response = client.post("/api/ask", json=body, headers={"Accept": "text/event-stream"})
    assert [name for name, _ in events_of(response.text)] == ["item", "item", "answer"]


def test_json_has_the_phrasing_where_it_is_asked_for(client: TestClient) -> None:
    plain = client.post("/api/ask", json={"question": QUESTION}).json()
    whole = client.post("/api/ask", json={"question": QUESTION, "phrase": True}).json()
    assert "phrased" not in plain
    assert whole.pop("phrased") == {**END.to_json(), "statements": [one.to_json() for one in STATEMENTS]}
    assert whole == plain


def test_without_a_model_nothing_changes() -> None:
    with TestClient(create_app(ScriptedAssistant()), base_url=ADDRESS) as client:
        answer = client.post("/api/ask", json={"question": QUESTION, "phrase": True}).json()
    assert "phrased" not in answer


def test_a_client_that_goes_away_ends_the_phrasing() -> None:
    assistant = PhrasingAssistant()
    with serving(create_app(assistant)) as url:
        body, headers = {"question": "How long is it, slowly?"}, {"Accept": "text/event-stream"}
        with httpx.stream("POST", f"{url}/api/ask", json=body, headers=headers) as response:
            next(line for line in response.iter_lines() if line.startswith("event: phrase"))
        assert assistant.cancelled.wait(20)


def test_a_chat_front_end_gets_each_sure_sentence_as_it_comes() -> None:
    assistant = PhrasingAssistant()
    with serving(create_app(assistant)) as url, OpenAI(base_url=f"{url}/api/v1", api_key="none") as openai:
        ask: Any = partial(openai.chat.completions.create, model="quoth")
        whole = ask(messages=[{"role": "user", "content": QUESTION}]).choices[0].message.content
        chunks = list(ask(messages=[{"role": "user", "content": QUESTION}], stream=True))
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole
        assert (chunks[-1].model_extra or {})["quoth"]["phrased"]["statements"] == [one.to_json() for one in STATEMENTS]
        stream = ask(messages=[{"role": "user", "content": "How long is it, slowly?"}], stream=True)
        assert next(text for chunk in stream if (text := chunk.choices[0].delta.content)) == STATEMENTS[0].marked
        stream.close()
        assert assistant.cancelled.wait(20)


def test_a_model_that_declines_in_the_end_leaves_the_quotes_and_a_note(
    server: ScriptedServer, example_assistant: Assistant
) -> None:
    server.script = lambda reply: reply.say("The border between Niger and Nigeria is 1,500 km long [1]. But no: NOT_IN_EVIDENCE")
    asked: Any = {"messages": [{"role": "user", "content": BORDER}]}
    app = create_app(with_model(example_assistant, server.url))
    with TestClient(app, base_url=ADDRESS) as client:
        phrased = client.post("/api/ask", json={"question": BORDER, "phrase": True}).json()["phrased"]
        assert (phrased["text"], [one["sure"] for one in phrased["statements"]]) == ("", [False])
        assert "finds no answer" in phrased["statements"][0]["reason"]
        reply = client.post("/api/v1/chat/completions", json=asked).json()
        said = reply["choices"][0]["message"]["content"]
        assert "1,500 km long" not in said.partition("\n\n")[0]
        assert "finds no answer in these quotes" in said
        streamed = client.post("/api/v1/chat/completions", json={**asked, "stream": True}).text
    chunks = [json.loads(line.removeprefix("data: ")) for line in streamed.split("\n\n") if line.startswith("data: {")]
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks).endswith(said)
    assert [one["sure"] for one in chunks[-1]["quoth"]["phrased"]["statements"]] == [False]


def test_a_chat_front_end_gets_what_is_sure_and_the_sources() -> None:
    with serving(create_app(PhrasingAssistant())) as url:
        openai = OpenAI(base_url=f"{url}/api/v1", api_key="none")
        reply = openai.chat.completions.create(model="quoth", messages=[{"role": "user", "content": QUESTION}])
    content = reply.choices[0].message.content or ""
    assert content.startswith("It is 1,500 km long. [1]\n\n[1] Niger and Nigeria agree")
    assert "pretty" not in content
    assert reply.usage is not None
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (100, 20)
    assert reply.quoth["phrased"]["text"] == END.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("stream", [False, True])
def test_a_chat_front_end_can_have_the_quotes_alone(stream: bool) -> None:
    class Asked(PhrasingAssistant):
        def phrase(self, *_arguments: object) -> Iterator[Statement | Phrasing]:
            raise AssertionError

    with TestClient(create_app(Asked()), base_url=ADDRESS) as client:
        body = {"messages": [{"role": "user", "content": QUESTION}], "phrase": False, "stream": stream}
        reply = client.post("/api/v1/chat/completions", json=body).text
    assert "the whole frontier, 1,500 km" in reply
    assert "phrased" not in reply


def test_where_nothing_is_sure_a_chat_front_end_gets_the_quotes() -> None:
    class Unsure(PhrasingAssistant):
        def phrase(self, *_arguments: object) -> Iterator[Statement | Phrasing]:
            yield replace(END, text="", note="The language model could not.", sure=0)

    with TestClient(create_app(Unsure()), base_url=ADDRESS) as client:
        body = {"messages": [{"role": "user", "content": QUESTION}]}
        reply = client.post("/api/v1/chat/completions", json=body).json()
    content = reply["choices"][0]["message"]["content"]
    assert content.startswith("the whole frontier, 1,500 km")
    assert "The language model could not." in content


def stall(reply: Reply) -> None:
    reply.say("The border between Niger and Nigeria is 1,500 km long [1]. And ", end=False)
    reply.server.begun.set()
    reply.wait_until_gone()


FOLLOW_UP = "And the documents with Russia?"
EARLIER = "When did Niger and Nigeria sign their joint communiqué?"
MESSAGES = [{"role": "user", "content": BORDER}]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("ask", {"question": BORDER, "phrase": True}),
        ("ask", {"question": FOLLOW_UP, "history": [EARLIER]}),  # while the question is written in full
        ("v1/chat/completions", {"messages": MESSAGES}),
        ("v1/chat/completions", {"messages": MESSAGES, "stream": True}),
    ],
)
def test_a_client_that_goes_away_reaches_the_server_of_the_model(
    path: str, body: dict[str, Any], server: ScriptedServer, example_assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.phrasing.rewrite.SECONDS", 60.0)
    server.forget()
    server.script = stall
    with serving(create_app(with_model(example_assistant, server.url, llm_timeout=60.0))) as url:
        address = urlsplit(url)
        connection = HTTPConnection(f"{address.hostname}:{address.port}")
        connection.request("POST", f"/api/{path}", json.dumps(body), {"Content-Type": "application/json"})
        assert server.begun.wait(300)
        assert not server.gone.is_set()
        connection.close()
        assert server.gone.wait(60)


def test_the_whole_way_from_the_page_of_a_client_to_the_server_of_the_model(
    server: ScriptedServer, example_assistant: Assistant
) -> None:
    server.script = stall
    body = {"question": BORDER}
    with serving(create_app(with_model(example_assistant, server.url))) as url:
        with httpx.stream("POST", f"{url}/api/ask", json=body, headers={"Accept": "text/event-stream"}, timeout=60) as response:
            lines = response.iter_lines()
            next(line for line in lines if line == "event: phrase")
            assert json.loads(next(lines).removeprefix("data: "))["sure"]
        assert server.gone.wait(20)


def test_the_command_prints_the_quotes_and_then_the_words(
    server: ScriptedServer, example_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "The border between Niger and Nigeria is 1,500 km long [1]. It is 9,000 km long [1]."
    server.script = lambda reply: reply.say(said)
    monkeypatch.setenv("QUOTH_LLM_URL", server.url)
    monkeypatch.setenv("QUOTH_LLM_MODEL", MODEL)
    command = ["ask", "How long is the border between Niger and Nigeria?", "--index", str(example_settings.index)]
    assert cli.main(command) == 0
    printed = capsys.readouterr().out
    quotes, _, words = printed.partition("In the words of a language model")
    assert "1,500 km [1]" in quotes
    assert "The border between Niger and Nigeria is 1,500 km long. [1]" in words
    assert "It is 9,000 km long. [1]  ✗ A number or date in it is not in its source." in " ".join(words.split("\n"))
    assert cli.main([*command, "--json"]) == 0
    phrased = json.loads(capsys.readouterr().out)["phrased"]
    assert [one["sure"] for one in phrased["statements"]] == [True, False]
    assert (phrased["sure"], phrased["struck"], phrased["note"]) == (1, 1, "")
    server.requests.clear()
    assert cli.main([*command, "--json", "--quotes-only"]) == 0
    assert "phrased" not in json.loads(capsys.readouterr().out)
    assert server.requests == []


def test_who_stops_the_command_stops_the_model(server: ScriptedServer, example_settings: Settings) -> None:
    server.forget()
    server.script = stall
    environment = {**os.environ, "QUOTH_LLM_URL": server.url, "QUOTH_LLM_MODEL": MODEL}
    command = [sys.executable, "-m", "assistant", "ask", BORDER, "--index", str(example_settings.index)]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    try:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        assert server.begun.wait(300)
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=300)
    assert process.returncode == cli.INTERRUPTED
    assert server.gone.wait(60)
    assert "1,500 km [1]" in printed
