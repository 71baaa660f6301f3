"""How much is let in: questions a minute from one client, and questions that wait for the model."""

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from .errors import error_response
from .guard import route_path

CLIENTS = 10_000
"""Clients remembered at most; those idle longest are forgotten first."""
_ASKING = "/gradio_api/queue/join"


class Allowance:
    """So many things a minute of each client: a token bucket, refilled evenly."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute, self._clock = a_minute, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, client: str) -> float:
        """Takes one from what the client has left; the seconds to wait where that is nothing."""
        now = self._clock()
        tokens, then = self._buckets.pop(client, (float(self._a_minute), now))
        tokens = min(float(self._a_minute), tokens + (now - then) * self._a_minute / 60)
        self._buckets[client] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > CLIENTS:
            del self._buckets[next(iter(self._buckets))]
        return 0.0 if tokens >= 1 else (1 - tokens) * 60 / self._a_minute


class Limits:
    """`a_minute` questions of one client, `at_once` answered at a time, `waiting` more in line. Clear refusals beyond."""

    def __init__(
        self, a_minute: int = 60, at_once: int = 2, waiting: int = 32, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._a_minute, self._waiting = a_minute, waiting
        self._model = anyio.CapacityLimiter(at_once)
        self._allowance = Allowance(a_minute, clock)

    @asynccontextmanager
    async def admit(self, client: str) -> AsyncIterator[None]:
        """Lets a question through in its turn. Raises HTTPException 429 with Retry-After where there are too many."""
        self.spend(client)
        if self._model.statistics().tasks_waiting >= self._waiting:
            raise _too_many("Too many questions are waiting. Ask again in some seconds.", 5)
        async with self._model:
            yield

    def spend(self, client: str) -> None:
        """Counts a question of a client. Raises HTTPException 429 with Retry-After where it has asked too many."""
        wait = self._allowance.spend(client)
        if wait > 0:
            raise _too_many(f"More than {self._a_minute} questions a minute. Ask again in {math.ceil(wait)} s.", wait)


class ChatLimit:
    """The same limit for the questions of the chat, which come to Gradio's queue. How many may wait is set with that."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 429 in place of the application where the client has asked too many."""
        if scope["type"] == "http" and route_path(scope).rstrip("/") == _ASKING:
            try:
                self._limits.spend(scope["client"][0] if scope.get("client") else "")
            except HTTPException as refusal:
                await error_response(refusal.status_code, refusal.detail, headers=refusal.headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _too_many(message: str, seconds: float) -> HTTPException:
    return HTTPException(429, message, {"Retry-After": str(max(1, math.ceil(seconds)))})
