"""The web server: one FastAPI application with the chat mounted in it, on loopback unless told otherwise."""

import errno
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount

from index.errors import QuothError

from ..addresses import is_loopback
from ..credentials import Credentials
from ..feedback import FeedbackStore
from ..manage import DocumentManager
from ..settings import Settings
from ..suggestions import Suggestions
from .access import Access, load_key
from .api import create_api
from .documents_api import ROOM
from .gate import AccessControl, EmbedPath
from .guard import LOOPBACK_NAMES, ApiGate, RequestFilter, SecurityHeaders
from .limits import ChatLimit, Limits
from .metrics import CountedAssistant
from .pages import create_pages

LARGEST_REQUEST = 256 * 1024
"""Bytes of a request's body. A question is at most some thousand."""
SECONDS_TO_CLOSE = 3
"""How long stopping waits for answers under way."""
NO_CREDENTIALS = Credentials()
_PAGE = Path(__file__).parent


class ServerError(QuothError):
    """The server cannot be started as asked."""


@dataclass(frozen=True, slots=True)
class Door:
    """How the server is reached, and by whom.

    `hosts` are the names under which it may be addressed ("*" for any): another site cannot point its own name here. `origins`
    are the sites that may frame the chat and call the API; all others are refused. `exposed`: whether other computers can reach
    it. `proxies` are those whose X-Forwarded-For and X-Forwarded-Proto are believed. `key` signs sessions, a random one if empty.
    """

    hosts: tuple[str, ...] = LOOPBACK_NAMES
    origins: tuple[str, ...] = ()
    credentials: Credentials = NO_CREDENTIALS
    exposed: bool = False
    proxies: tuple[str, ...] = ()
    key: bytes = b""
    questions_a_minute: int = 60
    questions_waiting: int = 32


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
    access = Access(door.credentials, door.origins, door.key)
    limits = Limits(door.questions_a_minute, waiting=door.questions_waiting)
    api = create_api(assistant, origins=door.origins, limits=limits, largest_request=LARGEST_REQUEST, manager=manager)
    app = FastAPI(title="Quoth", docs_url=None, redoc_url=None, openapi_url=None)
    # From the innermost to the outermost.
    app.add_middleware(CORSMiddleware, allow_origins=[])  # Gradio adds its own, which reflects origins, unless there is one.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_REQUEST)  # the API has its own, with JSON for errors
    app.add_middleware(ChatLimit, limits=limits)
    largest_upload = manager.largest_upload + ROOM if manager else 0
    app.add_middleware(ApiGate, api=api, largest=LARGEST_REQUEST, largest_upload=largest_upload)
    app.add_middleware(AccessControl, access=access, changes=manager is not None, exposed=door.exposed)
    app.add_middleware(RequestFilter, origins=door.origins)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(door.hosts), www_redirect=False)
    app.add_middleware(SecurityHeaders, origins=door.origins, by_token=bool(door.credentials.widget_secret))
    app.add_middleware(EmbedPath)
    app.include_router(create_pages(access, manager))

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        try:
            documents = len(assistant.documents())
        except QuothError as error:
            return JSONResponse({"status": "not ready", "reason": str(error)}, 503)
        return JSONResponse({"status": "ready", "documents": documents})

    @app.get("/metrics")
    def metrics() -> PlainTextResponse:
        return PlainTextResponse(assistant.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    _mount_chat(app, assistant, suggestions, feedback)  # Last: it takes every path that is left.
    return app


def serve(
    assistant: Any,
    settings: Settings,
    credentials: Credentials | None = None,
    *,
    open_to_network: bool = False,
    **pages: Any,
) -> None:
    """Serve the chat until interrupted (Ctrl-C), as the settings say. Port 0 takes a free one.

    `pages` are create_app's `examples`, `manager` and `feedback`.

    Raises ServerError where other computers could connect and nobody would be asked for a password, without `open_to_network`;
    where documents could be changed by anybody; or where the port cannot be had.
    """
    credentials = credentials or NO_CREDENTIALS
    check_protection(settings, credentials, open_to_network=open_to_network)
    door = open_door(settings, credentials)
    app = create_app(assistant, door=door, **pages)
    with listen(settings.host, settings.port) as listener:
        try:
            _Server(app, listener, settings.host, door.proxies).run(sockets=[listener])
        except KeyboardInterrupt:
            print("\nStopped.")


def open_door(settings: Settings, credentials: Credentials) -> Door:
    """How a server with these settings is reached."""
    outside = (urlsplit(settings.address).hostname or "",) if settings.address else ()
    return Door(
        hosts=(*LOOPBACK_NAMES, *outside) if is_loopback(settings.host) else ("*",),
        origins=settings.origins,
        credentials=credentials,
        exposed=is_exposed(settings),
        proxies=settings.proxies,
        key=load_key() if credentials != NO_CREDENTIALS else b"",
        questions_a_minute=settings.questions_a_minute,
        questions_waiting=settings.questions_waiting,
    )


def is_exposed(settings: Settings) -> bool:
    """Whether other computers can reach the server, by itself or through a proxy."""
    return not is_loopback(settings.host) or bool(settings.address or settings.proxies)


def check_address(settings: Settings, credentials: Credentials, *, open_to_network: bool = False) -> None:
    """Raise the ServerError that `serve` would raise with these, if any."""
    check_protection(settings, credentials, open_to_network=open_to_network)
    listen(settings.host, settings.port).close()


def check_protection(settings: Settings, credentials: Credentials, *, open_to_network: bool) -> None:
    """Raise ServerError where more would be open to more people than they were told to be."""
    if is_exposed(settings) and not (open_to_network or credentials.protect):
        place = settings.address or ("A proxy" if is_loopback(settings.host) else settings.host)
        raise ServerError(
            f"{place} would let other computers in, and nobody would be asked for a password. Set one in the variable "
            "QUOTH_PASSWORD, or name a file that holds it in the setting password_file (for programs: QUOTH_TOKEN). Or leave "
            "--host out to serve this computer only, or add --open to let anyone who can reach it ask."
        )
    if settings.uploads and not credentials.admin_token:
        raise ServerError(
            "The setting uploads lets documents be changed over the web, but there is no admin token to guard that. Set one in "
            "the variable QUOTH_ADMIN_TOKEN or in a file named in admin_token_file, or leave uploads out."
        )


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to `host` and `port`; raises ServerError, with the remedy, where that cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, OverflowError) as error:
        raise ServerError(f"{host}:{port} is no address to listen on ({error}). Check --host and --port.") from error
    try:
        if os.name == "posix":  # Elsewhere the option would let two servers share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServerError(
                f"Port {port} is already in use, perhaps by another Quoth. Stop that one, or choose another with --port."
            ) from error
        raise ServerError(f"Cannot listen on {host}:{port}: {error.strerror}. Choose others with --host and --port.") from error
    return listener


class _Server(uvicorn.Server):
    """Says where it listens once it does, and ends the pages' standing connections when it stops."""

    def __init__(self, app: FastAPI, listener: socket.socket, host: str, proxies: Sequence[str]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
                server_header=False,
                timeout_graceful_shutdown=SECONDS_TO_CLOSE,
            )
        )
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{listener.getsockname()[1]}"
        self.app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Quoth is ready: {self.url}  (Ctrl-C to stop)", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.app.state.chat.stop_event.set()
        await super().shutdown(sockets)


def _mount_chat(app: FastAPI, assistant: Any, suggestions: Callable[[], Sequence[str]], feedback: FeedbackStore | None) -> None:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Read on import: it must be set before.
    import gradio as gr

    from .chat import Chat, build_chat, theme

    page = build_chat(Chat(assistant, feedback, suggestions))
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        app_kwargs={"openapi_url": None},
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        enable_monitoring=False,
        theme=theme(),
        css_paths=_PAGE / "page.css",
    )
    page.has_launched = True  # Gradio checks which files may be read only where this is set, and mounting leaves it out.
    app.state.chat = next(route.app for route in app.routes if isinstance(route, Mount))
