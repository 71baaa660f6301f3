"""Sites that put the widget into their pages: one for the tests, with ugly styles, and the example page."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import jwt
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse

from .browser import serving
from .signing_in import ADDRESS, SECRET

EXAMPLE_PAGE = Path(__file__).parent.parent / "examples" / "widget.html"
PAGE = """<!doctype html><html lang="en"><title>Intranet</title>
<style>* {{ color: rgb(255, 0, 0); font: 40px cursive; }} div, section, quoth-widget {{ display: none; }}
button {{ background: yellow; }}</style>
<body><p id="own">Our pages</p>
<script src="{server}/widget.js" data-title="Ask the handbook" data-greeting="Ask away." {attributes} defer></script>
<script>window.answers = []; addEventListener("quoth:answer", (event) => answers.push(event.detail));</script></body></html>"""


def host_site() -> FastAPI:
    """Another site. `state.server` is where its pages take the widget from, `state.origin` the site's own."""
    app = FastAPI()
    app.state.chat = SimpleNamespace(stop_event=threading.Event())

    @app.get("/")
    def page(attributes: str = "") -> HTMLResponse:
        return HTMLResponse(PAGE.format(server=app.state.server, attributes=attributes))

    @app.get("/quoth-token")
    def token() -> PlainTextResponse:
        claims = {"iss": app.state.origin, "aud": "quoth", "exp": int(time.time()) + 120}
        return PlainTextResponse(jwt.encode(claims, SECRET, "HS256"))

    @app.get("/no-token")
    def no_token() -> PlainTextResponse:
        return PlainTextResponse("Sign in first", 403)

    return app


@contextmanager
def example_site() -> Iterator[tuple[FastAPI, str]]:
    """A site with examples/widget.html at /widget.html, and its origin; `state.server` as above."""
    site = host_site()

    @site.get("/widget.html")
    def widget() -> HTMLResponse:
        return HTMLResponse(EXAMPLE_PAGE.read_text(encoding="utf-8").replace(ADDRESS, site.state.server))

    with serving(site) as origin:
        yield site, origin
