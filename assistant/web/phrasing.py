"""An answer's phrasing for the chat and the API: as events while it is written, ended where the client goes away."""

import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from anyio import to_thread

from ..datatypes import Answer, Phrasing, Statement, Turn, phrased_to_json


def phrases(assistant: Any) -> bool:
    """Whether an assistant, or what stands for one, puts answers into words."""
    return bool(getattr(assistant, "phrases", False))


async def phrase(
    assistant: Any, answer: Answer, turns: Sequence[Turn], cancelled: threading.Event | None = None
) -> AsyncGenerator[Statement | Phrasing]:
    """Statements as they come, then one Phrasing. Ends the request to the model's server where the caller stops.

    Setting `cancelled` ends it too.
    """
    events = _Events(assistant, answer, turns, cancelled or threading.Event())
    try:
        while (event := await to_thread.run_sync(events.take, abandon_on_cancel=True)) is not None:
            yield event
    finally:
        events.end()


class _Events:
    """Takes events out of a phrasing in one thread, and ends it from another. Whichever of them comes last closes it."""

    def __init__(self, assistant: Any, answer: Answer, turns: Sequence[Turn], cancelled: threading.Event) -> None:
        self._cancelled = cancelled
        self._events = assistant.phrase(answer.question, answer, turns, cancelled)
        self._taking = threading.Lock()

    def take(self) -> Statement | Phrasing | None:
        """The next event, None where there is none any more, or it is not wanted any more."""
        with self._taking:
            event: Statement | Phrasing | None = next(self._events, None)
        if self._cancelled.is_set():
            self._close()
            return None
        return event

    def end(self) -> None:
        """No more events are wanted."""
        self._cancelled.set()
        self._close()

    def _close(self) -> None:
        """Closes the request, unless one more event is just being taken: then that is what closes it."""
        if self._taking.acquire(blocking=False):
            try:
                self._events.close()
            finally:
                self._taking.release()


async def phrased(assistant: Any, answer: Answer, turns: Sequence[Turn]) -> dict[str, Any]:
    """The whole phrasing as JSON: that of the Phrasing, with its statements."""
    async with aclosing(phrase(assistant, answer, turns)) as events:
        return phrased_to_json([event async for event in events])
