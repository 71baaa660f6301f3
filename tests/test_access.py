"""Who may come in, and how: passwords, tokens, sessions, and the tokens of sites that embed the chat."""

import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient

from assistant.credentials import Credentials, load_credentials
from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings
from assistant.web.access import LONGEST_TOKEN_SECONDS, Access, load_key
from assistant.web.application import Door, create_app
from assistant.web.conversations import key_of
from assistant.web.pages import TRIES_A_MINUTE
from assistant.web.server import ServerError, check_protection, open_door

from .browser import ScriptedAssistant

ADDRESS = "http://127.0.0.1:7860"
INTRANET = "https://intranet.example"
PASSWORD, TOKEN, ADMIN = "open sesame", "t" * 20, "a" * 20
SECRET = "s" * 32
PROTECTED = Credentials(PASSWORD, TOKEN, ADMIN)
QUESTION = {"question": "How long is the border?"}
READING = ("/api/documents", "/api/openapi.json", "/metrics", "/config", "/theme.css")


def client_of(credentials: Credentials, **door: Any) -> TestClient:
    app = create_app(ScriptedAssistant(), door=Door(credentials=credentials, **{"clock": lambda: 0.0, **door}))
    return TestClient(app, base_url=ADDRESS, follow_redirects=False)


def sign_in(client: TestClient, secret: str, following: str = "/") -> Any:
    return client.post("/login", data={"secret": secret, "next": following}, headers={"Origin": ADDRESS})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def token_of(site: str = INTRANET, secret: str = SECRET, **claims: Any) -> str:
    return jwt.encode({"iss": site, "aud": "quoth", "exp": int(time.time()) + 300, **claims}, secret, "HS256")


@pytest.fixture
def client() -> Iterator[TestClient]:
    with client_of(PROTECTED) as client:
        yield client


# Signing in


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


# Starting


@pytest.mark.parametrize(
    "settings",
    [
        Settings(host="0.0.0.0"),
        Settings(address="https://quoth.example"),
        Settings(proxies=("127.0.0.1",)),
    ],
)
def test_it_does_not_start_beyond_loopback_without_a_secret_unless_told_to(settings: Settings) -> None:
    with pytest.raises(ServerError, match=r"QUOTH_PASSWORD.*--open"):
        check_protection(settings, Credentials(), open_to_network=False)
    check_protection(settings, Credentials(), open_to_network=True)
    check_protection(settings, Credentials(password=PASSWORD), open_to_network=False)
    check_protection(settings, Credentials(token=TOKEN), open_to_network=False)
    check_protection(Settings(), Credentials(), open_to_network=False)


def test_it_does_not_start_with_uploads_and_no_admin_token() -> None:
    for told in (False, True):
        with pytest.raises(ServerError, match="QUOTH_ADMIN_TOKEN"):
            check_protection(Settings(uploads=True), Credentials(password=PASSWORD), open_to_network=told)
    check_protection(Settings(uploads=True), Credentials(admin_token=ADMIN), open_to_network=False)


def test_pages_over_plain_http_beyond_loopback_are_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        exposed = client_of(PROTECTED, exposed=True)
        for path in ("/healthz", "/login", "/", "/login"):
            exposed.get(path)
        assert [record.message.split(":")[0] for record in caplog.records] == ["The pages go to other computers over plain HTTP"]
        caplog.clear()
        client_of(PROTECTED).get("/login")
        app = create_app(ScriptedAssistant(), door=Door(credentials=PROTECTED, exposed=True))
        TestClient(app, base_url="https://127.0.0.1").get("/login")
        assert not caplog.records


def test_behind_a_proxy_the_public_name_is_served_and_no_other() -> None:
    door = open_door(Settings(address="https://quoth.example", proxies=("127.0.0.1",)), PROTECTED)
    assert door.exposed
    client = TestClient(create_app(ScriptedAssistant(), door=door), base_url="https://quoth.example")
    assert client.get("/healthz").status_code == 200
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


def test_writes_from_the_public_address_are_taken_where_the_proxy_leaves_the_port_out() -> None:
    door = open_door(Settings(address="https://quoth.example:8443", proxies=("127.0.0.1",)), PROTECTED)
    app = create_app(ScriptedAssistant(), door=door)
    client = TestClient(app, base_url="https://quoth.example", follow_redirects=False)
    data = {"secret": PASSWORD}
    assert client.post("/login", data=data, headers={"Origin": "https://quoth.example:8443"}).status_code == 303
    assert client.post("/login", data=data, headers={"Origin": "https://quoth.example:9999"}).status_code == 403


def status_under(host: str, settings: Settings, credentials: Credentials) -> int:
    """What the server answers to who addresses it by `host`."""
    app = create_app(ScriptedAssistant(), door=open_door(settings, credentials))
    return TestClient(app, base_url=ADDRESS).get("/healthz", headers={"Host": host}).status_code


@pytest.mark.parametrize("own", ["127.0.0.2:7860", "[2001:db8::1]", "localhost"])
def test_on_loopback_it_is_served_where_it_says_that_it_is(own: str) -> None:
    settings = Settings(host="127.0.0.2", address="https://[2001:db8:0::1]")
    assert status_under(own, settings, PROTECTED) == 200
    assert status_under("127.0.0.3", settings, PROTECTED) == 400


def test_open_to_the_network_no_site_can_point_its_own_name_here() -> None:
    settings = Settings(host="0.0.0.0", address="http://quoth.example:7860")
    for own in ("192.168.1.5:7860", "[fe80::1]:7860", "localhost:7860", f"{socket.gethostname()}:7860", "Quoth.example:7860"):
        assert status_under(own, settings, Credentials()) == 200, own
    app = create_app(ScriptedAssistant(), door=open_door(settings, Credentials()))
    for foreign in ("evil.example:7860", "192.168.1.5.evil.example", "[::1].evil.example", "[", ""):
        refused = TestClient(app, base_url=ADDRESS).get("/api/documents", headers={"Host": foreign})
        assert refused.status_code == 400, foreign
        assert "`address`" in refused.text
    assert status_under("alias.example:7860", settings, PROTECTED) == 200, "there, a cookie is asked for"


def test_nobody_tells_the_page_where_it_is_but_the_host_name() -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    config = client_of(Credentials()).get("/config", headers=headers)
    assert config.json()["root"] == ADDRESS


# Secrets


def test_secrets_come_from_variables_or_files_and_show_nowhere(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    variables = {"QUOTH_PASSWORD": PASSWORD, "QUOTH_TOKEN_FILE": str(tmp_path / "token")}
    settings = load_settings(environment=variables)
    credentials = load_credentials(settings, variables)
    assert (credentials.password, credentials.token, credentials.admin_token) == (PASSWORD, TOKEN, "")
    assert PASSWORD not in repr(credentials) + repr(settings)
    assert TOKEN not in repr(credentials) + repr(settings)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"QUOTH_PASSWORD": "short"}, "QUOTH_PASSWORD has fewer than 8"),
        ({"QUOTH_WIDGET_SECRET": "s" * 31}, "fewer than 32.*token_urlsafe"),
        ({"QUOTH_TOKEN": TOKEN, "QUOTH_ADMIN_TOKEN": TOKEN}, "the same"),
        ({"QUOTH_TOKEN_FILE": "missing"}, "token_file.*cannot be read"),
        ({"QUOTH_TOKEN_FILE": "empty"}, "token_file.*is empty"),
        ({"QUOTH_TOKEN_FILE": "bytes"}, "token_file.*not UTF-8"),
        ({"QUOTH_TOKEN_FILE": "empty", "QUOTH_TOKEN": TOKEN}, "both"),
    ],
)
def test_secrets_that_cannot_be_are_explained(variables: dict[str, str], told: str) -> None:
    Path("empty").write_text("\n")
    Path("bytes").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(SettingsError, match=told):
        load_credentials(load_settings(environment=variables), variables)


def test_a_password_is_no_setting(tmp_path: Path) -> None:
    file = tmp_path / "quoth.toml"
    file.write_text('password = "open sesame"')
    with pytest.raises(SettingsError, match="password_file") as raised:
        load_settings(file, environment={})
    assert PASSWORD not in str(raised.value)


# Sites that embed the chat


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


WRONG = {
    "expired": token_of(exp=int(time.time()) - 60),
    "too long": token_of(exp=int(time.time()) + LONGEST_TOKEN_SECONDS + 86_400),
    "for another": token_of(aud="another"),
    "of another site": token_of("https://evil.example"),
    "of nobody": jwt.encode({"aud": "quoth", "exp": int(time.time()) + 60}, SECRET, "HS256"),
    "forever": jwt.encode({"aud": "quoth", "iss": INTRANET}, SECRET, "HS256"),
    "another secret": token_of(secret="x" * 32),
    "unsigned": jwt.encode({"iss": INTRANET, "aud": "quoth", "exp": int(time.time()) + 60}, "", "none"),
    "odd": token_of(exp="soon"),
    "no token": "abc",
}


@pytest.mark.parametrize("token", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_token_opens_nothing(embedding: TestClient, token: str) -> None:
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


# Limits of the chat


def test_a_flood_of_questions_does_not_reach_the_chat() -> None:
    now = [0.0]
    with client_of(Credentials(), questions_a_minute=3, clock=lambda: now[0]) as client:
        body = {"fn_index": 0, "session_hash": "s", "data": ["", None, None]}
        responses = [client.post("/gradio_api/queue/join", json=body) for _ in range(7)]
        assert 429 not in [response.status_code for response in responses[:6]], "each is refused in the conversation"
        assert responses[6].status_code == 429
        assert responses[6].json()["error"]["remedy"].startswith("Ask again in")
        assert responses[6].headers["Retry-After"] == "10"
        now[0] = 10.0
        assert client.post("/gradio_api/queue/join", json=body).status_code == 200


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
