"""The server as one FastAPI application: the chat, the API, our own pages, and the middleware around them."""

import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware

from index.errors import QuothError

from ..credentials import Credentials
from ..feedback import FeedbackStore
from ..manage import DocumentManager
from ..suggestions import Suggestions
from .access import Access
from .api import create_api
from .documents_api import ROOM
from .gate import AccessControl, EmbedPath
from .guard import LOOPBACK_NAMES, ApiGate, HostFilter, RequestFilter, SecurityHeaders
from .limits import ChatLimit, Limits
from .metrics import CountedAssistant
from .pages import create_pages

LARGEST_REQUEST = 256 * 1024
"""Bytes of a request's body. A question is at most some thousand."""
NO_CREDENTIALS = Credentials()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """How the server is reached, and by whom.

    `hosts` are the names under which it may be addressed ("*" for any), and with `by_address` so is any IP address: another site
    cannot point its own name here. `address` is its own origin for the world, if it has one. `origins` are the sites that may
    frame the chat and call the API; all others are refused. `exposed`: whether other computers can reach it. `proxies` are those
    whose X-Forwarded-For and X-Forwarded-Proto are believed. `key` signs sessions, a random one if empty; `ended` is the file of
    those that were signed out of. `clock` gives the seconds by which questions and tries to sign in are counted.
    """

    hosts: tuple[str, ...] = LOOPBACK_NAMES
    by_address: bool = False
    address: str = ""
    origins: tuple[str, ...] = ()
    credentials: Credentials = NO_CREDENTIALS
    exposed: bool = False
    proxies: tuple[str, ...] = ()
    key: bytes = b""
    ended: Path | None = None
    questions_a_minute: int = 60
    questions_waiting: int = 32
    questions_of_one_client: int = 8
    clock: Callable[[], float] = time.monotonic


def create_app(
    assistant: Any,
    *,
    examples: Sequence[str] | None = (),
    door: Door | None = None,
    manager: DocumentManager | None = None,
    feedback: FeedbackStore | None = None,
) -> FastAPI:
    """The application: the chat at `/`, the API below `/api`, `/widget.js` for embedding, `/healthz`, `/readyz`, `/metrics`.

    `assistant` is an `assistant.pipeline.Assistant` or anything with its methods. `examples` are starter questions, None
    for some about the documents themselves; `feedback` keeps what users think of answers, if anything is to. `door` is how the
    server is reached, by default from this computer only. With a `manager`, whoever has the admin token can change documents,
    at `/documents` and through the API.
    """
    door = door or Door()
    suggestions = Suggestions(assistant) if examples is None else lambda: examples
    assistant = CountedAssistant(assistant)
    access = Access(door.credentials, door.origins, door.key, door.ended)
    limits = Limits(
        door.questions_a_minute,
        waiting=door.questions_waiting,
        of_one_client=door.questions_of_one_client,
        clock=door.clock,
    )
    api = create_api(assistant, origins=door.origins, limits=limits, largest_request=LARGEST_REQUEST, manager=manager)
    app = FastAPI(title="Quoth", docs_url=None, redoc_url=None, openapi_url=None)
    largest_upload = manager.largest_upload + ROOM if manager else 0
    # From the innermost to the outermost.
    app.add_middleware(CORSMiddleware, allow_origins=[])  # Gradio adds its own, which reflects origins, unless there is one.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_REQUEST)  # the API has its own, with JSON for errors
    app.add_middleware(ChatLimit, a_minute=door.questions_a_minute, clock=door.clock)
    app.add_middleware(ApiGate, api=api, largest=LARGEST_REQUEST, largest_upload=largest_upload)
    app.add_middleware(AccessControl, access=access, changes=manager is not None, exposed=door.exposed)
    app.add_middleware(RequestFilter, origins=door.origins, address=door.address)
    app.add_middleware(HostFilter, hosts=door.hosts, by_address=door.by_address)
    app.add_middleware(SecurityHeaders, origins=door.origins, by_token=bool(door.credentials.widget_secret))
    app.add_middleware(EmbedPath)
    app.include_router(create_pages(access, manager, door.clock))
    _add_figures(app, assistant)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Read on import: it must be set before.
    from .chat import Chat
    from .chat_page import mount_chat

    chat = Chat(assistant, feedback, suggestions, limits, changes=manager is not None)
    mount_chat(app, chat, limits.places)  # Last: it takes every path that is left.
    return app


def _add_figures(app: FastAPI, assistant: CountedAssistant) -> None:
    """What tells whoever runs the server how it does."""

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        try:
            assistant.documents()
        except QuothError as error:
            _log.warning("Not ready: %s", error)
            return JSONResponse({"status": "not ready"}, 503)
        return JSONResponse({"status": "ready"})

    @app.get("/metrics")
    def metrics() -> PlainTextResponse:
        return PlainTextResponse(assistant.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
