"""How much is let in: questions a minute from one client, and questions that wait for the model."""

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
from starlette.exceptions import HTTPException

CLIENTS = 10_000
"""Clients remembered at most; those idle longest are forgotten first."""


class Limits:
    """`a_minute` questions of one client, `at_once` answered at a time, `waiting` more in line. Clear refusals beyond."""

    def __init__(
        self, a_minute: int = 60, at_once: int = 2, waiting: int = 32, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._a_minute, self._waiting, self._clock = a_minute, waiting, clock
        self._model = anyio.CapacityLimiter(at_once)
        self._buckets: dict[str, tuple[float, float]] = {}

    @asynccontextmanager
    async def admit(self, client: str) -> AsyncIterator[None]:
        """Lets a question through in its turn. Raises HTTPException 429 with Retry-After where there are too many."""
        wait = self._spend(client)
        if wait > 0:
            raise _too_many(f"More than {self._a_minute} questions a minute. Ask again in {math.ceil(wait)} s.", wait)
        if self._model.statistics().tasks_waiting >= self._waiting:
            raise _too_many("Too many questions are waiting. Ask again in some seconds.", 5)
        async with self._model:
            yield

    def _spend(self, client: str) -> float:
        """Takes one token from the client's bucket (token bucket, refilled evenly); the seconds to wait where it is empty."""
        now = self._clock()
        tokens, then = self._buckets.pop(client, (float(self._a_minute), now))
        tokens = min(float(self._a_minute), tokens + (now - then) * self._a_minute / 60)
        self._buckets[client] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > CLIENTS:
            del self._buckets[next(iter(self._buckets))]
        return 0.0 if tokens >= 1 else (1 - tokens) * 60 / self._a_minute


def _too_many(message: str, seconds: float) -> HTTPException:
    return HTTPException(429, message, {"Retry-After": str(max(1, math.ceil(seconds)))})
