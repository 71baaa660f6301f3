"""Work for a request that nobody may be waiting for any more."""

import asyncio
from typing import TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException

_POLL = 0.1
"""Seconds between two looks whether the client is still there."""
_Result = TypeVar("_Result")


async def while_connected(work: "asyncio.Future[_Result]", request: Request) -> _Result:
    """What the work comes to. It is cancelled where the client goes away first, and HTTPException is raised."""
    try:
        while not work.done():
            await asyncio.wait({work}, timeout=_POLL)
            if not work.done() and await request.is_disconnected():
                raise HTTPException(499, "The client has gone away.")
        return work.result()
    finally:
        work.cancel()
