"""An answer's phrasing for the chat and the API: as events while it is written, ended where the client goes away."""

import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

from anyio import to_thread

from ..datatypes import Answer, Phrasing, Statement, Turn


def phrases(assistant: Any) -> bool:
    """Whether an assistant, or what stands for one, puts answers into words."""
    return bool(getattr(assistant, "phrases", False))


async def phrase(
    assistant: Any, answer: Answer, turns: Sequence[Turn], cancelled: threading.Event | None = None
) -> AsyncGenerator[Statement | Phrasing]:
    """Statements as they come, then one Phrasing. Ends the request to the model's server where the caller stops.

    Setting `cancelled` ends it too.
    """
    cancelled = cancelled or threading.Event()
    events = assistant.phrase(answer.question, answer, turns, cancelled)
    try:
        while (event := await to_thread.run_sync(partial(next, events, None), abandon_on_cancel=True)) is not None:
            yield event
    finally:
        cancelled.set()


async def phrased(assistant: Any, answer: Answer, turns: Sequence[Turn]) -> dict[str, Any]:
    """The whole phrasing as JSON: that of the Phrasing, with its statements."""
    statements: list[dict[str, Any]] = []
    end: dict[str, Any] = {}
    async with aclosing(phrase(assistant, answer, turns)) as events:
        async for event in events:
            if isinstance(event, Statement):
                statements.append(event.to_json())
            else:
                end = event.to_json()
    return {**end, "statements": statements}
