"""What the server lets in and what it tells the browser: middleware around the whole application.

The content policy is as strict as Gradio allows. Its page has inline scripts, whose hashes are taken from the page as it is
served, so that any other inline script or `onerror=` is refused. Its HTML component builds its template and script with
`Function`, hence 'unsafe-eval'; its components set inline styles, hence 'unsafe-inline' for styles. Our own pages need none of
that, and nobody may frame them.
"""

import base64
import hashlib
import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..addresses import in_url, is_address
from .errors import TOO_LARGE, error_response

API = "/api"
"""Where the API is mounted: the only paths that other sites may be allowed to call."""
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
ANY_NAME = "*"

_PAGE = "/"
_OWN_PAGES = frozenset({"/login", "/documents", f"{API}/docs"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_GRADIO_ROUTES = re.compile(r"/gradio_api/(queue/join|queue/data|run/predict|heartbeat/[A-Za-z0-9]+)/?")
_HOST = re.compile(r"(\[[^\[\]]*\]|[^\[\]:]+)(?::\d*)?")
_UNKNOWN_NAME = (
    "Quoth is not served under this name. If the name is its own, whoever runs Quoth can put it into the setting `address`, such "
    'as "http://quoth.example:7860"; docs/serving.md says more.'
)
_FORWARDED = frozenset({b"x-forwarded-host", b"x-forwarded-proto"})
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'none'; object-src 'none'; frame-src 'none'; worker-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'{ancestors}"
)
_STRICT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class HostFilter:
    """Refuses requests under another name than the server's own: another site could have pointed that one here.

    `hosts` are the names, ANY_NAME for any; `by_address`: IP addresses pass too, as nobody can point these anywhere else.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str], *, by_address: bool = False) -> None:
        self.app = app
        self._hosts = frozenset(map(in_url, hosts))
        self._by_address = by_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400 in place of the application where the name is another."""
        is_request = scope["type"] in {"http", "websocket"}
        passes = not is_request or ANY_NAME in self._hosts or self._is_own(Headers(scope=scope).get("host", ""))
        await (self.app if passes else PlainTextResponse(_UNKNOWN_NAME, 400))(scope, receive, send)

    def _is_own(self, header: str) -> bool:
        found = _HOST.fullmatch(header)
        host = in_url(found[1]) if found else ""
        return host in self._hosts or (self._by_address and is_address(host))


class RequestFilter:
    """Refuses what no page of ours asks for: Gradio's routes for files, proxying and uploads, and writes from other sites.

    The sites in `origins` may write to the API, but never change documents, and to nothing else. `address` is the server's own
    origin for the world, if it has one.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str] = (), address: str = "") -> None:
        self.app = app
        self.origins = frozenset(origins)
        self._own = frozenset({address} - {""})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 or 403 in place of the application where the request is refused."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = route_path(scope)
        refusal: PlainTextResponse | None = None
        if "gradio_api" in path and not _GRADIO_ROUTES.fullmatch(path):
            refusal = PlainTextResponse("Not found", status_code=404)
        elif scope["method"] not in _READING and self._is_foreign(scope):
            refusal = PlainTextResponse("Requests from other sites are refused", status_code=403)
        # Gradio takes its own address from these, whoever sent them; a proxy passes Host on, and uvicorn knows whom to believe.
        headers = [(name, value) for name, value in scope["headers"] if name not in _FORWARDED]
        await (refusal or self.app)({**scope, "headers": headers}, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        origin, host = headers.get("origin"), headers.get("host", "")
        if origin is None or origin in {f"http://{host}", f"https://{host}", *self._own}:
            return False
        return not (is_api(scope) and not is_change(scope) and origin in self.origins)


class ApiGate:
    """Hands requests below /api to the API, past the policy for the chat, which lets no other site read anything.

    `largest` and `largest_upload` are in bytes: what says of itself that it is larger is refused before any of it is used.
    """

    def __init__(self, app: ASGIApp, api: ASGIApp, *, largest: int, largest_upload: int) -> None:
        self.app, self.api = app, api
        self._largest, self._largest_upload = largest, largest_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the one or the other."""
        if scope["type"] != "http" or not is_api(scope):
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        most = self._largest_upload if is_change(scope) else self._largest
        if not length.isdecimal() or int(length) <= most:
            await self.api({**scope, "root_path": f"{scope.get('root_path', '')}{API}"}, receive, send)
            return
        if int(length) <= 2 * most:
            await _drop_body(receive)
        await error_response(413, TOO_LARGE)(scope, receive, send)


async def _drop_body(receive: Receive) -> None:
    """Reads what is refused all the same: a proxy that cannot send it all tells its client "502" instead of the answer."""
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and message.get("more_body", False)


def route_path(scope: Scope) -> str:
    """The path without what the application is mounted at."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def is_api(scope: Scope) -> bool:
    """Whether a request is for the API."""
    return route_path(scope).startswith(f"{API}/")


def is_change(scope: Scope) -> bool:
    """Whether a request would change the documents or their index."""
    return _place(scope) in {"documents", "index"} and scope["method"] not in _READING


def is_for_admins(scope: Scope) -> bool:
    """Whether a request is for admins alone: it would change the documents, or asks how their indexing went, files and all."""
    return is_change(scope) or _place(scope) == "index"


def _place(scope: Scope) -> str:
    """What stands right below /api in the path, "" where the request is not for the API."""
    return route_path(scope).removeprefix(f"{API}/").partition("/")[0] if is_api(scope) else ""


class SecurityHeaders:
    """Adds the content policy and its companions to every response. The sites in `origins` may frame the chat.

    `by_token`: only the chat that was opened with a widget token, and so stands below /embed/, may be framed.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str] = (), *, by_token: bool = False) -> None:
        self.app = app
        self._by_token = by_token
        self._ancestors = "".join(f" {origin}" for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the chat page itself is held back until its inline scripts are known."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif route_path(scope) == _PAGE and scope["method"] == "GET":
            await self._page(scope, receive, send)
        else:

            async def send_guarded(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self._add_headers(scope, message, b"")
                await send(message)

            await self.app(scope, receive, send_guarded)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page uncompressed, so that its scripts can be read."""
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                self._add_headers(scope, start, bytes(body))
                MutableHeaders(scope=start)["Cache-Control"] = "no-store"  # Back after signing out must not show it
                await send(start)
                await send({"type": "http.response.body", "body": bytes(body)})

        await self.app({**scope, "headers": plain}, receive, collect)

    def _add_headers(self, scope: Scope, start: Message, page: bytes) -> None:
        headers = MutableHeaders(scope=start)
        if scope["path"] in _OWN_PAGES:
            headers["Content-Security-Policy"] = _STRICT_POLICY
            headers["X-Frame-Options"] = "DENY"
        else:
            hashes = "".join(f" 'sha256-{_digest(script)}'" for script in _INLINE_SCRIPT.findall(page))
            ancestors = self._ancestors if scope.get("root_path") or not self._by_token else ""
            headers["Content-Security-Policy"] = _POLICY.format(hashes=hashes, ancestors=ancestors)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"  # with no-referrer, our own forms would come from the origin "null"


def _digest(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode("ascii")
