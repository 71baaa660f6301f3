"""Sites that embed the chat: what their tokens open, and what they do not."""

import time
from collections.abc import Callable
from dataclasses import replace

import jwt
import pytest
from fastapi.testclient import TestClient

from assistant.credentials import Credentials
from assistant.web.access import LONGEST_TOKEN_SECONDS, Access
from assistant.web.conversations import key_of

from .signing_in import ADDRESS, ADMIN, INTRANET, PASSWORD, PROTECTED, QUESTION, SECRET, bearer, client_of, sign_in, token_of


@pytest.fixture
def embedding() -> TestClient:
    return client_of(replace(PROTECTED, widget_secret=SECRET), origins=(INTRANET, "https://other.example"))


def test_a_sites_token_opens_its_chat_for_a_session(embedding: TestClient) -> None:
    opened = embedding.get(f"/embed/{token_of()}/", params={"embed": INTRANET})
    assert opened.status_code == 303
    place = opened.headers["Location"]
    assert place.endswith("/?embed=https%3A%2F%2Fintranet.example")
    page = embedding.get(place)
    assert page.status_code == 200
    assert f"frame-ancestors 'self' {INTRANET}" in page.headers["Content-Security-Policy"]
    session = place.partition("?")[0]
    assert embedding.get(f"{session}config").json()["root"] == f"{ADDRESS}{session}".rstrip("/")
    assert embedding.get(f"{session}documents").status_code == 403
    assert embedding.get(f"{session}metrics").status_code == 403
    assert embedding.get(f"{session}gradio_api/file=/etc/passwd").status_code == 404


def test_without_a_token_nothing_can_be_framed(embedding: TestClient) -> None:
    sign_in(embedding, PASSWORD)
    for path in ("/", "/config", "/login"):
        policy = embedding.get(path).headers["Content-Security-Policy"]
        assert INTRANET not in policy
    assert embedding.get("/embed//").status_code in {403, 404}


def soon() -> int:
    """When a token expires that is good but for what else is wrong with it."""
    return int(time.time()) + 300


WRONG: dict[str, Callable[[], str]] = {  # made when the test runs: by then, one made before might be refused for its age alone
    "expired": lambda: token_of(exp=int(time.time()) - 60),
    "too long": lambda: token_of(exp=int(time.time()) + LONGEST_TOKEN_SECONDS + 86_400),
    "for another": lambda: token_of(aud="another"),
    "of another site": lambda: token_of("https://evil.example"),
    "of nobody": lambda: jwt.encode({"aud": "quoth", "exp": soon()}, SECRET, "HS256"),
    "forever": lambda: jwt.encode({"aud": "quoth", "iss": INTRANET}, SECRET, "HS256"),
    "another secret": lambda: token_of(secret="x" * 32),
    "unsigned": lambda: jwt.encode({"iss": INTRANET, "aud": "quoth", "exp": soon()}, "", "none"),
    "odd": lambda: token_of(exp="soon"),
    "no token": lambda: "abc",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_token_opens_nothing(embedding: TestClient, wrong: str) -> None:
    token = WRONG[wrong]()
    assert embedding.get(f"/embed/{token}/").status_code == 403
    assert embedding.get(f"/embed/{token}/config").status_code == 403
    asked = embedding.post("/api/ask", json=QUESTION, headers={"Origin": INTRANET, **bearer(token)})
    assert asked.status_code == 401
    assert asked.headers["Access-Control-Allow-Origin"] == INTRANET


def test_a_sites_token_is_good_for_its_calls_and_no_other_sites(embedding: TestClient) -> None:
    headers = {"Origin": INTRANET, **bearer(token_of())}
    assert embedding.post("/api/ask", json=QUESTION, headers=headers).status_code == 200
    stolen = {"Origin": "https://other.example", **bearer(token_of())}
    assert embedding.post("/api/ask", json=QUESTION, headers=stolen).status_code == 401
    assert embedding.get("/metrics", headers=headers).status_code == 403
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    assert embedding.options("/api/ask", headers={"Origin": INTRANET, **preflight}).status_code == 200


def test_with_a_secret_a_listed_site_needs_a_token_even_where_others_need_none() -> None:
    client = client_of(Credentials(widget_secret=SECRET), origins=(INTRANET,))
    assert client.post("/api/ask", json=QUESTION).status_code == 200
    assert client.post("/api/ask", json=QUESTION, headers={"Origin": INTRANET}).status_code == 401
    headers = {"Origin": INTRANET, **bearer(token_of())}
    assert client.post("/api/ask", json=QUESTION, headers=headers).status_code == 200


def test_a_frame_is_never_more_than_a_widget_whatever_cookie_comes_along(embedding: TestClient) -> None:
    sign_in(embedding, ADMIN)
    cookie = embedding.cookies["quoth_session"]
    assert embedding.get(f"/embed/{cookie}/config").status_code == 403, "a cookie's session is none for a path"
    assert embedding.get("/embed/x/config").status_code == 403


def test_framed_chats_of_two_visitors_of_a_site_keep_two_conversations() -> None:
    access = Access(replace(PROTECTED, widget_secret=SECRET), (INTRANET,))

    def key(**claims: str) -> str:
        token = token_of(**claims)
        assert access.opens_widget(token)
        session = access.start_session("widget", visitor=access.visitor_of(token))
        return key_of("a" * 32, access.session({"type": "http", "path": f"/embed/{session}/queue/join", "headers": []}))

    assert key(sub="17") == key(sub="17") != key(sub="18")
    assert key() == key() == "a" * 32, "of a site that does not tell them apart, the tab's"
    assert "17" not in access.visitor_of(token_of(sub="17"))
    assert access.visitor_of("no token") == ""
