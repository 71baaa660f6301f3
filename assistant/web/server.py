"""The web server: one FastAPI application with the chat mounted in it, on loopback unless told otherwise."""

import errno
import ipaddress
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount

from index.errors import QuothError

from ..feedback import FeedbackStore
from ..suggestions import Suggestions
from .api import create_api
from .guard import LOOPBACK_NAMES, ApiGate, RequestFilter, SecurityHeaders
from .metrics import CountedAssistant

LARGEST_REQUEST = 256 * 1024
"""Bytes of a request's body. A question is at most some thousand."""
SECONDS_TO_CLOSE = 3
"""How long stopping waits for answers under way."""
_PAGE = Path(__file__).parent


class ServerError(QuothError):
    """The server cannot be started as asked."""


def create_app(
    assistant: Any,
    *,
    examples: Sequence[str] | None = (),
    hosts: Sequence[str] = LOOPBACK_NAMES,
    origins: Sequence[str] = (),
    feedback: FeedbackStore | None = None,
) -> FastAPI:
    """The application: the chat at `/`, the API below `/api`, `/widget.js` for embedding, `/healthz`, `/readyz`, `/metrics`.

    `assistant` is an `assistant.pipeline.Assistant` or anything with its methods. `examples` are starter questions, None
    for some about the documents themselves; `feedback` keeps what users think of answers, if anything is to. `hosts` are
    the names under which the server may be addressed ("*" for any): another site cannot point its own name here. `origins` are
    the sites that may frame the chat and call the API; all others are refused.
    """
    suggestions = Suggestions(assistant) if examples is None else lambda: examples
    assistant = CountedAssistant(assistant)
    app = FastAPI(title="Quoth", docs_url=None, redoc_url=None, openapi_url=None, max_body_size=LARGEST_REQUEST)
    # From the innermost to the outermost.
    app.add_middleware(CORSMiddleware, allow_origins=[])  # Gradio adds its own, which reflects origins, unless there is one.
    app.add_middleware(ApiGate, api=create_api(assistant, origins=origins, largest_request=LARGEST_REQUEST))
    app.add_middleware(RequestFilter, origins=origins)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(SecurityHeaders, origins=origins)

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

    @app.get("/widget.js")
    def widget() -> FileResponse:
        return FileResponse(_PAGE / "widget.js", media_type="text/javascript")

    _mount_chat(app, assistant, suggestions, feedback)  # Last: it takes every path that is left.
    return app


def serve(
    assistant: Any,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    open_to_network: bool = False,
    **pages: Any,
) -> None:
    """Serve the chat until interrupted (Ctrl-C). Port 0 takes a free one. `pages` are create_app's `examples`, `origins` and
    `feedback`.

    Raises ServerError where `host` is not loopback without `open_to_network`, or the port cannot be had.
    """
    _check_host(host, open_to_network=open_to_network)
    app = create_app(assistant, hosts=LOOPBACK_NAMES if is_loopback(host) else ["*"], **pages)
    with listen(host, port) as listener:
        try:
            _Server(app, listener, host).run(sockets=[listener])
        except KeyboardInterrupt:
            print("\nStopped.")


def check_address(host: str, port: int, *, open_to_network: bool = False) -> None:
    """Raise the ServerError that `serve` would raise with these, if any."""
    _check_host(host, open_to_network=open_to_network)
    listen(host, port).close()


def _check_host(host: str, *, open_to_network: bool) -> None:
    if not (open_to_network or is_loopback(host)):
        raise ServerError(
            f"{host} would let other computers in, and Quoth asks nobody for a password yet. "
            "Leave --host out to serve this computer only, or add --open to let anyone who can reach it ask."
        )


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer only: `localhost`, or an address such as 127.0.0.1 or ::1."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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

    def __init__(self, app: FastAPI, listener: socket.socket, host: str) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                proxy_headers=False,
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

    page = build_chat(Chat(assistant, feedback, suggestions), suggestions())
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
