"""Middleware that asks for a role before anything is served: the chat, Gradio's routes, the API, the figures, the documents."""

import logging
from urllib.parse import quote

from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .access import EMBED, Access, Role, embedded
from .errors import error_response
from .guard import is_api, is_for_admins, route_path

OPEN = frozenset({"/healthz", "/readyz", "/widget.js", "/login", "/pages.css", "/favicon.ico"})
"""What nobody is asked for anything for: it tells nothing of the documents."""
DOCUMENTS = "/documents"
"""The documents page."""
_PAGES = ("/", DOCUMENTS)
ROLE = "quoth.role"
"""Where the scope holds the role that a request came in."""
SESSION = "quoth.session"
"""Where it holds the id of the session that somebody signed in to; it is empty where nobody did."""
_log = logging.getLogger(__name__)
_UNOPENED = (
    "This chat was opened without a valid token of the page that it stands in. Load that page anew; if that does not help, tell "
    "whoever runs it."
)
_UNKNOWN = "A password or token is needed. Send it as `Authorization: Bearer TOKEN`, or sign in at /login."
_NOT_ADMIN = "Only the admin token allows this. Send it as `Authorization: Bearer TOKEN`, or sign in with it at /login."
_NO_CHANGES = "Documents cannot be changed here. Whoever runs the server can allow it with `uploads = true` in the settings."


class EmbedPath:
    """Serves a framed chat below /embed/SESSION/: a cookie would not reach a frame in another site's page, its path does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as one to an application that is mounted there."""
        inside = embedded(scope) if scope["type"] == "http" else None
        if inside:
            scope = {**scope, "root_path": f"{EMBED}{inside}"}
        await self.app(scope, receive, send)


class AccessControl:
    """Lets a request through in its role, or answers 401, 403 or with the way to the login page.

    `changes`: whether documents may be changed. `exposed`: whether other computers can reach the server; then a page that goes
    out unencrypted is warned of once.
    """

    def __init__(self, app: ASGIApp, access: Access, *, changes: bool = False, exposed: bool = False) -> None:
        self.app, self._access, self._changes = app, access, changes
        self._warns = exposed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in place of the application where the request proves too little."""
        if scope["type"] == "websocket":  # nothing of ours uses them
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        self._warn_of_plain_http(scope, path)
        role = scope[ROLE] = self._access.role(scope)
        scope[SESSION] = self._access.session(scope)
        await (self._answer(scope, path, role) or self.app)(scope, receive, send)

    def _answer(self, scope: Scope, path: str, role: Role | None) -> Response | None:
        """What to answer in place of the application, None where the request may pass."""
        inside = embedded(scope)
        if inside is not None and (role is None or path == DOCUMENTS):
            return self._open_widget(scope, inside, path)
        if path in OPEN or (is_api(scope) and scope["method"] == "OPTIONS"):
            return None
        if path == DOCUMENTS or is_for_admins(scope):
            return self._for_admins(scope, path, role)
        if role is None:
            return self._ask(scope, path, _UNKNOWN)
        if role == "widget" and path == "/metrics":
            return error_response(403, _NOT_ADMIN)
        return None

    def _open_widget(self, scope: Scope, token: str, path: str) -> Response:
        """A framed chat's way from the token of its site, which expires soon, to a session."""
        if path != "/" or not self._access.opens_widget(token):
            return PlainTextResponse(_UNOPENED, 403)
        rest = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        session = self._access.start_session("widget", visitor=self._access.visitor_of(token))
        return RedirectResponse(f"{EMBED}{session}/{rest}", 303)

    def _for_admins(self, scope: Scope, path: str, role: Role | None) -> Response | None:
        if not self._changes:
            return PlainTextResponse("Not found", 404) if path == DOCUMENTS else error_response(403, _NO_CHANGES)
        return None if role == "admin" else self._ask(scope, path, _NOT_ADMIN)

    def _ask(self, scope: Scope, path: str, message: str) -> Response:
        if path in _PAGES and scope["method"] in {"GET", "HEAD"}:
            return RedirectResponse(f"/login?next={quote(path)}", 303)
        headers = {"WWW-Authenticate": "Bearer"}
        origin = Headers(scope=scope).get("origin")
        if is_api(scope) and origin in self._access.origins:  # so that the site's own script can read why
            headers |= {"Access-Control-Allow-Origin": str(origin), "Vary": "Origin"}
        return error_response(401, message, headers=headers)

    def _warn_of_plain_http(self, scope: Scope, path: str) -> None:
        if self._warns and scope["scheme"] == "http" and path in {*_PAGES, "/login"}:
            self._warns = False
            _log.warning(
                "The pages go to other computers over plain HTTP: whoever is on the way can read the password, the questions and "
                "the answers. Put a proxy with TLS before Quoth and name it in the settings `proxies` (see docs/serving.md)."
            )
