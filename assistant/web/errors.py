"""Errors over HTTP: JSON with a code, a message and the remedy; never a stack trace."""

import logging
import re
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import DocumentError, QuothError, StoreError

from ..errors import BusyError, DocumentExistsError

CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method",
    409: "exists",
    413: "too_large",
    422: "invalid",
    429: "busy",
}
_log = logging.getLogger(__name__)
_SENTENCE = re.compile(r"(?<=[.?!]) (?=\S)")
_DESCRIBED = "GET /api/openapi.json describes every request."
TOO_LARGE = "The request is larger than the server takes. Send less at once."
_OWN_WORDS = {
    404: f"There is nothing at this address. {_DESCRIBED}",
    405: f"This address does not take that method. {_DESCRIBED}",
    413: TOO_LARGE,
}


def error_response(
    status: int, message: str, *, code: str = "", remedy: str = "", headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """`{"error": {"code", "message", "remedy"}}`. The message tells all; the remedy is what comes after its first sentence.

    `code` and `remedy` are given where they are not what the status and the message say.
    """
    remedy = remedy or "".join(_SENTENCE.split(message, maxsplit=1)[1:])
    error = {"code": code or CODES.get(status, "refused"), "message": message, "remedy": remedy}
    return JSONResponse({"error": error}, status, headers=headers)


def busy_response(error: BusyError) -> JSONResponse:
    """429, with Retry-After."""
    return error_response(429, str(error), headers={"Retry-After": str(error.seconds)})


def explain_errors(app: FastAPI) -> None:
    """Has every error of an application answered so."""

    @app.exception_handler(QuothError)
    def told(_request: Request, error: QuothError) -> JSONResponse:
        if isinstance(error, BusyError):
            return busy_response(error)
        status = 503 if isinstance(error, StoreError) else 409 if isinstance(error, DocumentExistsError) else 422
        code = "exists" if status == 409 else type(error).__name__.removesuffix("Error").lower()
        return error_response(status, str(error), code=code, remedy=error.remedy if isinstance(error, DocumentError) else "")

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        mistakes = "; ".join(f"{'.'.join(map(str, one['loc'][1:])) or 'body'}: {one['msg']}" for one in error.errors())
        remedy = "Send the request as /api/openapi.json describes it."
        if any(one["loc"] == ("body",) for one in error.errors()):
            remedy = f"Send a JSON object, with the header Content-Type: application/json. {_DESCRIBED}"
        return error_response(422, f"The request is not as /api/openapi.json describes it: {mistakes}.", remedy=remedy)

    @app.exception_handler(HTTPException)
    def refused(_request: Request, error: HTTPException) -> JSONResponse:
        standard = error.detail in {"Not Found", "Method Not Allowed", "Content Too Large"}
        message = _OWN_WORDS.get(error.status_code, error.detail) if standard else error.detail
        return error_response(error.status_code, message, headers=error.headers)

    @app.exception_handler(Exception)
    def unexpected(_request: Request, error: Exception) -> JSONResponse:
        _log.error("A request could not be answered", exc_info=error)
        return error_response(500, "Something went wrong on the server; its log says more. You can ask again.", code="unexpected")
