"""The web chat over HTTP: what it serves, and what it must not let in or out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.web.application import LARGEST_REQUEST, create_app
from assistant.web.render import escape

from .browser import ENGLISH, ScriptedAssistant
from .signing_in import ADDRESS


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


def call(client: TestClient, event: str, data: list[Any], session: str = "session1", about: object = None) -> dict[str, Any]:
    """Calls the function behind a queued event, which tells `about` what it is, as the page would; gives its last message."""
    body = {"fn_index": functions(client)[event], "session_hash": session, "data": data, "event_data": about}
    assert client.post("/gradio_api/queue/join", json=body).status_code == 200
    last: dict[str, Any] = {}
    for line in client.get("/gradio_api/queue/data", params={"session_hash": session}).iter_lines():
        if line.startswith("data:") and (message := json.loads(line[5:]))["msg"].startswith("process_"):
            last = message
    return last


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
            message = [{"role": "user", "content": [content]}]
            submitted = call(client, "submit", [message, message, message], session="thief")
            assert submitted["success"] == (content is component), "a file's path is refused, and nothing is built of a component"
            picked = {"index": 0, "value": {"text": "How long is the border?"}}
            chosen = call(client, "example_select", [message, message], session="thief", about=picked)
            assert chosen["success"], "what the page keeps is not taken from the client"
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
