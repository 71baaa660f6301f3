"""Our own pages beside the chat: signing in and out, the documents, the description of the API. Plain files, no inline script."""

import html
import math
import time
from collections.abc import Callable
from pathlib import Path
from string import Template

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from index.load import SUFFIXES

from ..manage import DocumentManager
from .access import COOKIE, SESSION_SECONDS, Access
from .gate import DOCUMENTS
from .limits import Allowance

TRIES_A_MINUTE = 10
"""Of one client to sign in."""
_EVERYBODYS_TRIES = 120
_FOLDER = Path(__file__).parent
_NOT_KEPT = {"Cache-Control": "no-store"}


def create_pages(access: Access, manager: DocumentManager | None, clock: Callable[[], float] = time.monotonic) -> APIRouter:
    """The pages. That of the documents is there where there is a `manager`; `gate` has asked for an admin before.

    `clock` gives the seconds by which tries to sign in are counted.
    """
    router = APIRouter(include_in_schema=False)
    _add_files(router)
    _add_signing_in(router, access, clock)
    if manager is not None:
        values = {"largest": str(manager.largest_upload // 1_000_000), "suffixes": ",".join(sorted(SUFFIXES))}
        page = _fill("documents.html", values | {"kinds": f"{', '.join(sorted(SUFFIXES))}."})

        @router.get(DOCUMENTS)
        def documents() -> HTMLResponse:
            return HTMLResponse(page, headers=_NOT_KEPT)

    return router


def _add_files(router: APIRouter) -> None:
    @router.get("/pages.css")
    def style() -> FileResponse:
        return FileResponse(_FOLDER / "pages.css", media_type="text/css")

    @router.get("/documents.js")
    def script() -> FileResponse:
        return FileResponse(_FOLDER / "documents.js", media_type="text/javascript")

    @router.get("/widget.js")
    def widget() -> FileResponse:
        return FileResponse(_FOLDER / "widget.js", media_type="text/javascript")


def _add_signing_in(router: APIRouter, access: Access, clock: Callable[[], float]) -> None:
    tries, everybodys_tries = Allowance(TRIES_A_MINUTE, clock), Allowance(_EVERYBODYS_TRIES, clock)
    needed = access.credentials.protect or bool(access.credentials.admin_token)

    @router.get("/login")
    def ask(request: Request) -> Response:
        following = _safe(request.query_params.get("next", "/"))
        return _login_page(following) if needed else RedirectResponse("/", 303)

    @router.post("/login")
    async def sign_in(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=4) as form:
            secret, following = (str(form.get(name, "")) for name in ("secret", "next"))
        following = _safe(following)
        wait = tries.spend(request.client.host if request.client else "") or everybodys_tries.spend("")
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            return _login_page(following, f"Too many tries. Try again in {seconds} s.", 429, {"Retry-After": str(seconds)})
        role = await to_thread.run_sync(access.sign_in, secret)
        if role is None:
            return _login_page(following, "That is not right. Type it again.", 401)
        if following == DOCUMENTS and role != "admin":
            return _login_page(following, "This opens the chat, but the documents page needs the admin token.", 403)
        response = RedirectResponse(following, 303)
        secure = request.url.scheme == "https"
        cookie = access.start_session(role)
        response.set_cookie(COOKIE, cookie, max_age=SESSION_SECONDS, secure=secure, httponly=True, samesite="lax")
        return response

    @router.post("/logout")
    def sign_out(request: Request) -> Response:
        access.end_session(request.scope)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response


def _login_page(following: str, message: str = "", status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    values = {
        "label": "Admin token" if following == DOCUMENTS else "Password",
        "message": f'<p class="message" id="message" role="alert">{html.escape(message)}</p>' if message else "",
        "described": 'aria-describedby="message" aria-invalid="true"' if message else "",
        "next": html.escape(following),
    }
    return HTMLResponse(_fill("login.html", values), status, headers={**_NOT_KEPT, **(headers or {})})


def _safe(following: str) -> str:
    """Where to go after signing in: a page of ours, nothing that the address could make up."""
    return following if following == DOCUMENTS else "/"


def _fill(name: str, values: dict[str, str]) -> str:
    return Template((_FOLDER / name).read_text(encoding="utf-8")).substitute(values)
