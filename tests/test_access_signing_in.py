"""Who is let in by a password or a token, for how long, and how it ends."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient

from assistant.credentials import Credentials
from assistant.settings import Settings
from assistant.web.access import Access, load_key
from assistant.web.application import Door, create_app
from assistant.web.pages import TRIES_A_MINUTE
from assistant.web.server import open_door

from .browser import ScriptedAssistant
from .signing_in import ADDRESS, PASSWORD, PROTECTED, QUESTION, TOKEN, bearer, client_of, sign_in

READING = ("/api/documents", "/api/openapi.json", "/metrics", "/config", "/theme.css")


@pytest.fixture
def client() -> Iterator[TestClient]:
    with client_of(PROTECTED) as client:
        yield client


def test_nothing_is_served_to_whoever_shows_nothing(client: TestClient) -> None:
    assert client.get("/").headers["Location"] == "/login?next=/"
    for path in READING:
        refused = client.get(path)
        assert refused.status_code == 401, path
        assert refused.json()["error"]["code"] == "unauthorized"
        assert "Bearer" in refused.json()["error"]["remedy"]
    for path in ("/gradio_api/queue/join", "/gradio_api/run/predict", "/api/ask", "/api/v1/chat/completions"):
        assert client.post(path, json=QUESTION).status_code == 401
    for path in ("/healthz", "/readyz", "/widget.js", "/login", "/pages.css"):
        assert client.get(path).status_code == 200, path


def test_the_password_opens_the_chat_and_what_the_chat_needs(client: TestClient) -> None:
    assert "Password" in client.get("/login").text
    response = sign_in(client, PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert client.get("/").status_code == 200
    for path in READING:
        assert client.get(path).status_code == 200
    assert client.post("/api/ask", json=QUESTION).status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_secure_over_https() -> None:
    cookie = sign_in(client_of(PROTECTED), PASSWORD).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    app = create_app(ScriptedAssistant(), door=Door(credentials=PROTECTED))
    over_https = TestClient(app, base_url="https://127.0.0.1", follow_redirects=False)
    response = over_https.post("/login", data={"secret": PASSWORD}, headers={"Origin": "https://127.0.0.1"})
    assert "Secure" in response.headers["Set-Cookie"].split("; ")


def test_what_is_wrong_opens_nothing(client: TestClient) -> None:
    for wrong in ("", "open sesam", PASSWORD + " ", "Open sesame", "\N{SNOWMAN}"):
        response = sign_in(client, wrong)
        assert response.status_code == 401
        assert "Set-Cookie" not in response.headers
        assert "not right" in response.text
    for header in (bearer(PASSWORD), bearer(TOKEN + "t"), bearer(""), {"Authorization": f"Basic {TOKEN}"}):
        assert client.get("/api/documents", headers=header).status_code == 401


def test_tries_are_limited(client: TestClient) -> None:
    statuses = {sign_in(client, f"guess {number}").status_code for number in range(TRIES_A_MINUTE)}
    assert statuses == {401}
    refused = sign_in(client, PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "6")
    assert "Set-Cookie" not in refused.headers


def test_tries_of_one_client_leave_the_others_theirs() -> None:
    app = create_app(ScriptedAssistant(), door=Door(credentials=PROTECTED, clock=lambda: 0.0))
    stubborn, other = (
        TestClient(app, base_url=ADDRESS, follow_redirects=False, client=(name, 1)) for name in ("stubborn", "other")
    )
    assert {sign_in(stubborn, f"guess {number}").status_code for number in range(200)} == {401, 429}
    assert sign_in(other, PASSWORD).status_code == 303


def test_signing_out_ends_the_session_for_a_copied_cookie_too(client: TestClient) -> None:
    sign_in(client, PASSWORD)
    copied = client.cookies["quoth_session"]
    assert client.post("/logout", headers={"Origin": ADDRESS}).headers["Location"] == "/login"
    assert "quoth_session" not in client.cookies
    client.cookies.set("quoth_session", copied, domain="127.0.0.1")
    assert client.get("/config").status_code == 401


def test_signing_out_holds_after_a_restart(tmp_path: Path) -> None:
    door: dict[str, Any] = {"key": b"k" * 32, "ended": tmp_path / "quoth" / "session.ended"}
    client = client_of(PROTECTED, **door)
    sign_in(client, PASSWORD)
    copied = client.cookies["quoth_session"]
    client.post("/logout", headers={"Origin": ADDRESS})
    sign_in(client, PASSWORD)
    other = client.cookies["quoth_session"]

    def status(cookie: str) -> int:
        restarted = client_of(PROTECTED, **door)
        restarted.cookies.set("quoth_session", cookie)
        return restarted.get("/config").status_code

    assert (status(copied), status(other)) == (401, 200)
    assert status(other) == 200
    door["ended"].write_text("damaged")
    assert status(other) == 200


def test_a_server_keeps_who_signed_out_beside_its_key() -> None:
    door = open_door(Settings(), PROTECTED)
    assert door.ended is not None
    assert {path.name for path in door.ended.parent.iterdir()} == {"session.key"}
    assert open_door(Settings(), Credentials()).ended is None


def test_sessions_expire_cannot_be_forged_and_end_with_a_new_password() -> None:
    key = b"k" * 32
    access = Access(PROTECTED, key=key)
    good, expired = access.start_session("reader"), access.start_session("reader", seconds=-1)
    forged = jwt.encode({"role": "admin", "aud": "quoth-session", "exp": int(time.time()) + 99, "jti": "x"}, "k" * 32, "HS256")
    unsigned = jwt.encode({"role": "admin", "aud": "quoth-session", "exp": int(time.time()) + 99, "jti": "x"}, "", "none")
    widget = access.start_session("widget")

    def role(access: Access, cookie: str) -> str | None:
        return access.role({"path": "/", "headers": [(b"cookie", f"quoth_session={cookie}".encode())]})

    assert role(access, good) == "reader"
    assert [role(access, cookie) for cookie in (expired, forged, unsigned, widget, good[:-2], "", "a.b.c")] == [None] * 7
    assert role(Access(PROTECTED, key=key), good) == "reader", "a restart signs nobody out"
    assert role(Access(replace(PROTECTED, password="another one"), key=key), good) is None


def test_after_signing_in_nobody_is_sent_to_another_site(client: TestClient) -> None:
    for following in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert "evil" not in client.get("/login", params={"next": following}).text
        assert sign_in(client, PASSWORD, following).headers["Location"] == "/"


def test_another_site_can_neither_sign_in_nor_out(client: TestClient) -> None:
    for origin in ("https://evil.example", "null", "http://[", ""):
        for path in ("/login", "/logout"):
            assert client.post(path, data={"secret": PASSWORD}, headers={"Origin": origin}).status_code == 403


def test_programs_use_the_token(client: TestClient) -> None:
    assert client.post("/api/ask", json=QUESTION, headers=bearer(TOKEN)).status_code == 200
    assert client.get("/metrics", headers=bearer(TOKEN)).status_code == 200


def test_the_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "quoth" / "session.key"
    key = load_key(file)
    assert len(key) == 32
    assert load_key(file) == key
    assert file.stat().st_mode & 0o077 == 0
    (tmp_path / "blocked").write_text("a file where a folder is wanted")
    assert len(load_key(tmp_path / "blocked" / "session.key")) == 32
