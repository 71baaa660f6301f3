"""How much is let in: questions a minute from one client, and questions that wait for the model."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send

from ..errors import BusyError
from .errors import busy_response
from .guard import route_path

CLIENTS = 10_000
"""Clients remembered at most; those idle longest are forgotten first."""
_ASKING = "/gradio_api/queue/join"
_SECONDS_IN_LINE = 5
_Result = TypeVar("_Result")


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
    """`a_minute` questions of one client, `at_once` answered at a time, `waiting` more in line: those of the chat and the API.

    Of all these places one client has at most `of_one_client`. Beyond, BusyError. Any number of threads may use it.
    """

    def __init__(
        self,
        a_minute: int = 60,
        at_once: int = 2,
        waiting: int = 32,
        of_one_client: int = 8,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.a_minute = a_minute
        self.places = at_once + waiting
        self._of_one_client = of_one_client
        self._inside: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._allowance = Allowance(a_minute, clock)
        self._model = ThreadPoolExecutor(at_once, thread_name_prefix="answering")

    def admit(self, client: str, work: Callable[[], _Result]) -> "Future[_Result]":
        """Has a client's question worked on in its turn. Cancelling the future gives the place in line up.

        Raises BusyError where the client has asked too many within a minute, or too many wait, of its own or of all.
        """
        with self._lock:
            wait = math.ceil(self._allowance.spend(client))
            if wait > 0:
                raise BusyError(f"More than {self.a_minute} questions a minute. Ask again in {wait} s.", wait)
            if self._inside.total() >= self.places:
                raise BusyError("Too many questions are waiting. Ask again in some seconds.", _SECONDS_IN_LINE)
            if self._inside[client] >= self._of_one_client:
                raise BusyError("Too many questions from your address are waiting. Ask again in some seconds.", _SECONDS_IN_LINE)
            self._inside[client] += 1
        answering = self._model.submit(work)
        answering.add_done_callback(partial(self._leave, client))
        return answering

    def _leave(self, client: str, _: "Future[Any]") -> None:
        with self._lock:
            self._inside[client] -= 1
            if not self._inside[client]:
                del self._inside[client]


class ChatLimit:
    """Keeps a flood of questions out of Gradio's queue.

    Those of the chat are counted where they are asked, so that one too many is told of in the conversation; of a client that asks
    on at more than twice the pace, nothing gets that far.
    """

    def __init__(self, app: ASGIApp, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.app, self._allowance = app, Allowance(2 * a_minute, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 429 in place of the application where the client sends a flood."""
        if scope["type"] == "http" and route_path(scope).rstrip("/") == _ASKING:
            wait = math.ceil(self._allowance.spend(scope["client"][0] if scope.get("client") else ""))
            if wait > 0:
                refusal = BusyError(f"Far too many questions. Ask again in {wait} s.", wait)
                await busy_response(refusal)(scope, receive, send)
                return
        await self.app(scope, receive, send)
