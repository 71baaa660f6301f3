"""Asks a server over HTTP: one that speaks Quoth's /api/ask, or OpenAI's chat completions (target.py tells which)."""

import json
import re
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote as quote_name

import httpx

from ..datatypes import Turn
from ..errors import EndpointError, EvaluationUsageError
from .reply import Reply, read_answer, read_completion
from .target import ASK, CHAT, Target, is_here

_NO_SUCH_PASSAGE = frozenset({400, 404, 422})
PATIENCE = 5
"""How often a server that is busy and names a time (429 or 503 with Retry-After) is asked again."""
LONGEST_PAUSE = 60.0
"""Seconds waited at most before asking again."""
LARGEST_REPLY = 16_000_000
"""Bytes."""
_TOLD = 200
"""Characters shown of what a server says is wrong."""


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Raises ValueError where it is no JSON."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("it nests too deep") from error


class Endpoint:
    """A server that answers. Several threads may ask; close it when done, which breaks off what is under way."""

    def __init__(self, target: Target, key: str = "") -> None:
        self._target = target
        self._model = target.model
        self._closing = threading.Event()
        self._with_temperature = True
        self._checks_quotes = False
        self._sockets: list[socket.socket] = []
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        here = is_here(target.url)
        self._client = httpx.Client(headers=headers, timeout=target.timeout, trust_env=not here)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends it, and breaks off what is under way."""
        self._closing.set()
        for connected in list(self._sockets):  # closing alone would not wake a thread that waits for a slow answer
            _shut(connected)
        self._client.close()

    def prepare(self) -> dict[str, str] | None:
        """Looks whether the server is there, and what it says of itself: the language of each document by name, None if unknown.

        Raises EndpointError where it cannot be reached or refuses the key, EvaluationUsageError where a model must be chosen.
        """
        if self._target.kind == CHAT:
            if not self._model:
                self._model = _only_model(self._listed("/chat/completions", "/models"))
            return None
        listed = self._listed("/ask", "/documents")
        if not isinstance(listed, list) or not all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in listed):
            return None
        self._checks_quotes = True
        return {one["name"]: str(one.get("language") or "und") for one in listed}

    def ask(self, question: str, turns: Sequence[Turn] = ()) -> tuple[Reply, float]:
        """The reply, and the seconds that it took. Raises EndpointError where there is none."""
        if self._target.kind == ASK:
            history = [{"question": turn.question, "answers": list(turn.answers)} for turn in turns]
            data, seconds = self._post({"question": question, "history": history})
            return read_answer(data, self._holds if self._checks_quotes else None), seconds
        messages = []
        for turn in turns:
            messages += [{"role": "user", "content": turn.question}, {"role": "assistant", "content": "\n".join(turn.answers)}]
        body: dict[str, Any] = {"messages": [*messages, {"role": "user", "content": question}]}
        data, seconds = self._post({**body, "model": self._model} if self._model else body)
        return read_completion(data, self._target.refusal), seconds

    def _post(self, body: dict[str, Any]) -> tuple[Any, float]:
        """Where a chat does not take a temperature, the least random answer cannot be asked for."""
        chat = self._target.kind == CHAT
        for _ in range(PATIENCE + 1):
            asked = {**body, "temperature": 0} if chat and self._with_temperature else body
            started = time.perf_counter()
            response = self._request("POST", self._target.url, json=asked)
            seconds = time.perf_counter() - started
            if response.status == 400 and "temperature" in asked and "temperature" in response.text:
                self._with_temperature = False
            elif not self._was_busy(response):
                break
        if not response.is_success:
            raise EndpointError(_told(response))
        return _json(response), seconds

    def _holds(self, document: str, start: int, end: int, quote: str) -> bool:
        place = {"start": str(start), "end": str(end)}
        response = self._get(f"{self._target.url.removesuffix('/ask')}/passage/{quote_name(document)}", params=place)
        if not response.is_success and response.status not in _NO_SUCH_PASSAGE:
            raise EndpointError(_told(response))
        data = _json(response) if response.is_success else None
        return isinstance(data, dict) and data.get("text") == quote

    def _listed(self, old: str, new: str) -> Any:
        """What stands at another path of the server; None where it has none. Raises EndpointError where it does not let us in."""
        response = self._get(self._target.url.removesuffix(old) + new)
        if response.status in {401, 403}:
            raise EndpointError(f"{self._target.url}: {_told(response)} Name the variable that holds a key with --endpoint-key.")
        try:
            return response.json() if response.is_success else None
        except ValueError:
            return None

    def _get(self, url: str, **sent: Any) -> _Response:
        for _ in range(PATIENCE + 1):
            response = self._request("GET", url, **sent)
            if not self._was_busy(response):
                break
        return response

    def _was_busy(self, response: _Response) -> bool:
        """Whether the server asks to come back later; waits so long."""
        if response.status not in {429, 503} or "Retry-After" not in response.headers:
            return False
        self._pause(response.headers["Retry-After"])
        return True

    def _request(self, method: str, url: str, **sent: Any) -> _Response:
        if self._closing.is_set():
            raise EndpointError("it was broken off.")
        deadline = time.perf_counter() + self._target.timeout
        body = bytearray()
        try:
            with self._client.stream(method, url, extensions={"trace": self._remember_socket}, **sent) as response:
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > LARGEST_REPLY:
                        raise EndpointError(f"the reply has more than {LARGEST_REPLY / 1e6:.0f} MB.")
                    if time.perf_counter() > deadline:  # HTTPX's own timeout is for each piece
                        raise httpx.ReadTimeout("the reply trickles")
                return _Response(response.status_code, response.headers, bytes(body))
        except httpx.TimeoutException as error:
            raise EndpointError(f"no whole reply came within {self._target.timeout:g} s. Allow more with --timeout.") from error
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as error:  # RuntimeError: closed meanwhile
            raise EndpointError(f"{url} cannot be reached ({_short(str(error))}). Check that the server runs.") from error

    def _remember_socket(self, event: str, details: Mapping[str, Any]) -> None:
        """See HTTPX's "trace" extension."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._sockets.append(connected := details["return_value"].get_extra_info("socket"))
            if self._closing.is_set():  # a thread was just connecting
                _shut(connected)

    def _pause(self, told: str) -> None:
        seconds = float(told) if re.fullmatch(r"\d+(\.\d+)?", told) else 5.0
        if self._closing.wait(min(seconds, LONGEST_PAUSE)):
            raise EndpointError("it was broken off.")


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _only_model(listed: Any) -> str:
    models = listed.get("data") if isinstance(listed, dict) else None
    names = [str(one["id"]) for one in models if isinstance(one, dict) and "id" in one] if isinstance(models, list) else []
    if len(names) > 1:
        shown = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
        raise EvaluationUsageError(f"The server has several models: {shown}. Name one with --endpoint-model.")
    return names[0] if names else ""


def _json(response: _Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise EndpointError(f"the reply is no JSON, but begins: {_short(response.text)}") from error


def _told(response: _Response) -> str:
    try:
        message = response.json()["error"]["message"]
    except (ValueError, LookupError, TypeError):
        message = response.headers.get("Location") or response.text
    return f"HTTP {response.status}: {_short(str(message)) or httpx.codes.get_reason_phrase(response.status)}"


def _short(text: str) -> str:
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return line if len(line) <= _TOLD else line[:_TOLD] + "…"
