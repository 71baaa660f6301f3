"""The HTTP API: what it answers, to whom, and how it refuses."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openai import OpenAI, UnprocessableEntityError
from playwright.sync_api import Browser, expect

from assistant.errors import BusyError
from assistant.pipeline import LONGEST_QUESTION, Assistant
from assistant.web.api import LONGEST_ANSWER, create_api
from assistant.web.application import LARGEST_REQUEST, Door, create_app
from assistant.web.guard import ApiGate
from assistant.web.limits import Limits
from assistant.web.openai_api import EARLIER_TURNS, Message, as_data, conversation

from .accessibility import assert_accessible
from .answer_keys import ANSWER_KEYS
from .apart import run_apart
from .browser import BORDER, ScriptedAssistant, WordyAssistant, serving
from .signing_in import ADDRESS, INTRANET


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(
        create_app(ScriptedAssistant(), door=Door(origins=(INTRANET,))), base_url=ADDRESS, raise_server_exceptions=False
    ) as client:
        yield client


def test_an_answer_is_the_json_of_the_command(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "How long is the border?"})
    assert response.status_code == 200
    answer = response.json()
    assert list(answer) == ANSWER_KEYS
    assert answer["citations"][0]["quote"] == BORDER
    assert answer["citations"][0]["date"] == "2024-08-29"


@pytest.mark.parametrize("earlier", ["Where is it?", {"question": "Where is it?", "answers": ["Niamey"]}])
def test_earlier_turns_are_passed_on(client: TestClient, earlier: object) -> None:
    response = client.post("/api/ask", json={"question": "What came before?", "history": [earlier]})
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "question"
    assert "Where is it?" in response.json()["error"]["message"]


def test_an_answer_can_be_streamed(client: TestClient) -> None:
    headers = {"Accept": "text/event-stream"}
    response = client.post("/api/ask", json={"question": "How long is the border?"}, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [dict(line.split(": ", 1) for line in block.split("\n")) for block in response.text.strip().split("\n\n")]
    assert [event["event"] for event in events] == ["item", "item", "answer"]
    whole = json.loads(events[-1]["data"])
    assert [json.loads(event["data"]) for event in events[:-1]] == whole["items"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"question": 5}, "invalid"),
        ({"question": "a", "histroy": []}, "invalid"),
        ({"question": "a", "history": ["b"] * 30}, "invalid"),
        ({"question": "a", "history": ["b" * (LONGEST_QUESTION + 1)]}, "invalid"),
        ({"question": "a", "history": [{"question": "b", "answers": ["c" * (LONGEST_ANSWER + 1)]}]}, "invalid"),
        ({"question": "This is too long"}, "question"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(client: TestClient, body: object, code: str) -> None:
    response = client.post("/api/ask", json=body)
    assert response.status_code == 422
    assert response.json()["error"]["code"] == code
    assert response.json()["error"]["message"]


def test_broken_json_large_bodies_and_unknown_paths_are_refused_as_json(client: TestClient) -> None:
    broken = client.post("/api/ask", content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["error"]["code"]) == (422, "invalid")
    assert client.post("/api/ask", json={"question": "a" * LARGEST_REQUEST}).status_code == 413
    plain = client.post("/api/ask", content=b'{"question": "a"}', headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert "Content-Type: application/json" in plain.json()["error"]["remedy"]
    assert client.get("/api/nothing").json()["error"]["code"] == "not_found"
    assert client.get("/api/ask").json()["error"]["code"] == "method"


def test_what_goes_wrong_inside_is_not_shown(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "This is broken"})
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "unexpected"
    assert "secret" not in response.text


def test_a_listed_site_may_ask_and_no_other(client: TestClient) -> None:
    body = {"question": "How long is the border?"}
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    asked = client.post("/api/ask", json=body, headers={"Origin": INTRANET})
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == INTRANET
    assert client.options("/api/ask", headers={"Origin": INTRANET, **preflight}).status_code == 200
    for origin in ("https://evil.example", "http://intranet.example", "https://intranet.example.evil", "null"):
        refused = client.post("/api/ask", json=body, headers={"Origin": origin})
        assert refused.status_code == 403
        assert "Access-Control-Allow-Origin" not in refused.headers
        answer = client.options("/api/ask", headers={"Origin": origin, **preflight})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Origin" not in client.get("/api/openapi.json", headers={"Origin": origin}).headers
    for path in ("/", "/config"):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers={"Origin": INTRANET}).headers
    forged = client.post("/gradio_api/queue/join", json={}, headers={"Origin": INTRANET})
    assert forged.status_code == 403


def test_a_listed_site_may_frame_the_pages_and_no_other(client: TestClient) -> None:
    for path in ("/", "/healthz", "/api/openapi.json"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert f"frame-ancestors 'self' {INTRANET}" in policy.split("; ")


def test_the_api_describes_itself(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert set(paths) == {"/ask", "/documents", "/passage/{document}", "/v1/models", "/v1/chat/completions"}


def test_the_description_for_people_names_every_request_and_asks_nobody_else(browser: Browser) -> None:
    with serving(create_app(ScriptedAssistant())) as address:
        page = browser.new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{address}/api/docs")
        for path in page.request.get(f"{address}/api/openapi.json").json()["paths"]:
            expect(page.get_by_role("heading", name=path)).to_be_visible()
        assert_accessible(page)
        page.close()
    assert all(url.startswith(address) for url in requests)


def test_errors_name_the_remedy(client: TestClient) -> None:
    for path in ("/api/nothing", "/api/ask", "/api/passage/no.txt?start=0&end=5"):
        error = client.get(path).json()["error"]
        assert set(error) == {"code", "message", "remedy"}
        assert error["remedy"]
        assert error["message"].endswith(error["remedy"])
    assert (
        client.post("/api/ask", json={"question": "This is too long"}).json()["error"]["remedy"] == "Ask for one thing at a time."
    )


def test_too_many_questions_are_refused_with_the_time_to_wait() -> None:
    now = [0.0]
    api = create_api(ScriptedAssistant(), limits=Limits(a_minute=3, clock=lambda: now[0]))
    client = TestClient(api)
    statuses = [client.post("/ask", json={"question": "How long?"}).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refused = client.post("/ask", json={"question": "How long?"})
    assert refused.json()["error"]["code"] == "busy"
    assert refused.headers["Retry-After"] == "20"
    now[0] = 21
    assert client.post("/ask", json={"question": "How long?"}).status_code == 200


def test_too_many_waiting_are_refused() -> None:
    assistant = WordyAssistant()
    limits = Limits(at_once=1, waiting=1)
    client = TestClient(create_api(assistant, limits=limits))
    with ThreadPoolExecutor() as others:
        answered = [limits.admit("others", partial(assistant.ask, "How slow?")) for _ in range(2)]
        refused = others.submit(client.post, "/ask", json={"question": "How long?"}).result()
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "busy")
        assert int(refused.headers["Retry-After"]) > 0
        assert answered[1].cancel(), "one gives up waiting"
        patient = others.submit(client.post, "/ask", json={"question": "How long?"})
        assistant.go_on.set()
        assert patient.result().status_code == 200


def test_one_client_takes_its_share_of_the_places_and_leaves_the_others() -> None:
    assistant = WordyAssistant()
    limits = Limits(of_one_client=3)
    answering = [limits.admit("greedy", partial(assistant.ask, "How slow?")) for _ in range(3)]
    with pytest.raises(BusyError, match=r"from your address.*Ask again"):
        limits.admit("greedy", partial(assistant.ask, "How long?"))
    answering.append(limits.admit("modest", partial(assistant.ask, "How long?")))
    assistant.go_on.set()
    assert all(future.result(30).answered for future in answering)
    assert limits.admit("greedy", partial(assistant.ask, "How long?")).result(30).answered


@pytest.mark.parametrize(("length", "unread"), [(20, 0), (21, 3)])
def test_what_is_too_large_is_read_first_unless_it_is_far_too_large(length: int, unread: int) -> None:
    pieces = [{"type": "http.request", "body": b"", "more_body": more} for more in (True, True, False)]
    sent: list[tuple[int, Any]] = []

    async def receive() -> Any:
        return pieces.pop(0)

    async def send(message: Any) -> None:
        sent.append((len(pieces), message))

    gate = ApiGate(FastAPI(), FastAPI(), largest=10, largest_upload=10)
    headers = [(b"content-length", str(length).encode())]
    run_apart(gate({"type": "http", "method": "POST", "path": "/api/ask", "headers": headers}, receive, send))
    left, start = sent[0]
    assert (left, start["status"]) == (unread, 413)


def test_a_client_that_goes_away_gives_its_place_up() -> None:
    assistant = WordyAssistant()
    limits = Limits(at_once=1, waiting=1)
    api = create_api(assistant, limits=limits)
    received = [{"type": "http.request", "body": b'{"question": "How long?"}'}, {"type": "http.disconnect"}]
    sent: list[Any] = []

    async def receive() -> Any:
        return received.pop(0) if len(received) > 1 else received[0]

    async def send(message: Any) -> None:
        sent.append(message)

    answering = limits.admit("others", partial(assistant.ask, "How slow?"))
    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/ask", "headers": headers, "query_string": b"", "client": ("leaving", 1)}
    run_apart(api(scope, receive, send))
    assert sent[0]["status"] == 499
    following = limits.admit("patient", partial(assistant.ask, "How long is it?"))
    assistant.go_on.set()
    assert answering.result().answered
    assert following.result().answered
    assert assistant.asked == ["How slow?", "How long is it?"]


@pytest.fixture(scope="module")
def documents(example_assistant: Assistant) -> FastAPI:
    return create_api(example_assistant)


def test_documents_are_listed_and_passages_read(documents: FastAPI, example_assistant: Assistant) -> None:
    client = TestClient(documents)
    listed = client.get("/documents").json()
    assert [one["name"] for one in listed] == [one.name for one in example_assistant.documents()]
    assert all(one["chunks"] > 0 for one in listed)
    document = example_assistant.document("niger-nigeria-communique.md")
    assert document is not None
    passage = client.get(f"/passage/{document.name}", params={"start": 100, "end": 150, "around": 20}).json()
    assert passage["text"] == document.text[80:170]
    assert (passage["start"], passage["end"]) == (80, 170)
    assert client.get("/passage/no.txt", params={"start": 0, "end": 5}).status_code == 404
    for start, end in ((5, 5), (9, 3), (0, 10_000_000), (-1, 5)):
        wrong = client.get(f"/passage/{document.name}", params={"start": start, "end": end})
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "invalid")


# OpenAI's chat completions, with their own client


@pytest.fixture(scope="module")
def openai_client() -> Iterator[OpenAI]:
    with serving(create_app(ScriptedAssistant())) as address, OpenAI(base_url=f"{address}/api/v1", api_key="none") as client:
        yield client


ASKED: list[Any] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How long is the border?"}]


def test_openais_client_gets_the_answer_with_its_sources(openai_client: OpenAI) -> None:
    assert [model.id for model in openai_client.models.list()] == ["quoth"]
    completion = openai_client.chat.completions.create(model="quoth", messages=ASKED, temperature=0.3)
    choice = completion.choices[0]
    assert choice.finish_reason == "stop"
    assert choice.message.content is not None
    assert choice.message.content.startswith(f"{BORDER} [1]")
    assert "[1] Niger and Nigeria agree (news/communique.md, 2024-08-29)" in choice.message.content
    answer = (completion.model_extra or {})["quoth"]
    assert [citation["number"] for citation in answer["citations"]] == [1, 2]


def test_text_of_documents_is_no_markup_for_who_shows_replies_as_markdown() -> None:
    hostile = "![x](http://evil.example/p.png?q=1) [the quay](http://evil.example) <img src=x>\n[1]: http://evil.example"
    shown = as_data(hostile)
    assert not re.search(r"(?<!\\)(!\[|\]\(|\]:|<img)", shown)
    assert shown.replace("\\", "") == hostile
    for text in (r"[x\](http://evil.example)", r"\![x\](http://evil.example/p.png)", r"\<img src=x>"):
        assert not re.search(r"(?<!\\)(?:\\\\)*(?:!\[|\]\(|<img)", as_data(text))
    assert as_data("1 < 2 [1][2] (so)!") == "1 < 2 [1][2] (so)!"


def test_openais_client_can_stream(openai_client: OpenAI) -> None:
    whole = openai_client.chat.completions.create(model="quoth", messages=ASKED).choices[0].message.content
    chunks = list(openai_client.chat.completions.create(model="quoth", messages=ASKED, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert (chunks[-1].model_extra or {})["quoth"]["answered"] is True


def test_earlier_messages_are_earlier_turns(openai_client: OpenAI) -> None:
    messages: list[Any] = [
        {"role": "user", "content": [{"type": "text", "text": "Where is it?"}]},
        {"role": "assistant", "content": "Niamey [1]"},
        {"role": "user", "content": "What came before?"},
    ]
    with pytest.raises(UnprocessableEntityError, match="Before: Where is it"):
        openai_client.chat.completions.create(model="quoth", messages=messages)
    with pytest.raises(UnprocessableEntityError, match="user's question"):
        openai_client.chat.completions.create(model="quoth", messages=messages[:2])


def test_an_earlier_message_that_was_too_long_to_be_a_question_is_no_turn() -> None:
    asked = ["b" * (LONGEST_QUESTION + 1), "  Where \n is it?  ", "And when?"]
    question, turns = conversation([Message(role="user", content=text) for text in asked])
    assert (question, [turn.question for turn in turns]) == ("And when?", ["Where is it?"])
    many = [Message(role="user", content=text) for text in ["Who?"] * EARLIER_TURNS + asked[:1] * EARLIER_TURNS + ["Why?"]]
    assert len(conversation(many)[1]) == EARLIER_TURNS
