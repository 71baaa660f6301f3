"""Under which names and addresses the server is served: on loopback, open to the network, and behind a proxy."""

import logging
import socket

import pytest
from fastapi.testclient import TestClient

from assistant.credentials import Credentials
from assistant.settings import Settings
from assistant.web.application import Door, create_app
from assistant.web.server import open_door

from .browser import ScriptedAssistant
from .signing_in import ADDRESS, PASSWORD, PROTECTED, client_of


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
