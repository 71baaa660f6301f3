"""Secrets, and clients of a server that asks for them, for the tests of who may come in."""

import time
from typing import Any

import jwt
from fastapi.testclient import TestClient

from assistant.credentials import Credentials
from assistant.web.application import Door, create_app

from .browser import ScriptedAssistant

ADDRESS = "http://127.0.0.1:7860"
INTRANET = "https://intranet.example"
PASSWORD, TOKEN, ADMIN = "open sesame", "t" * 20, "a" * 20
SECRET = "s" * 32
PROTECTED = Credentials(PASSWORD, TOKEN, ADMIN)
QUESTION = {"question": "How long is the border?"}


def client_of(credentials: Credentials, **door: Any) -> TestClient:
    app = create_app(ScriptedAssistant(), door=Door(credentials=credentials, **{"clock": lambda: 0.0, **door}))
    return TestClient(app, base_url=ADDRESS, follow_redirects=False)


def sign_in(client: TestClient, secret: str, following: str = "/") -> Any:
    return client.post("/login", data={"secret": secret, "next": following}, headers={"Origin": ADDRESS})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def token_of(site: str = INTRANET, secret: str = SECRET, **claims: Any) -> str:
    return jwt.encode({"iss": site, "aud": "quoth", "exp": int(time.time()) + 300, **claims}, secret, "HS256")
