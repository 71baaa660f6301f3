"""The HTTP API, mounted at /api: ask, list documents, read a passage. Described at /api/docs and /api/openapi.json.

Answers are the JSON of `quoth ask --json`. Errors are JSON too: `{"error": {"code", "message", "remedy"}}`. Other sites are
answered only where their exact origin is in the settings.
"""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from concurrent.futures import Future
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from ..datatypes import Answer, Phrasing, Statement, Turn
from ..manage import DocumentManager
from ..pipeline import LONGEST_QUESTION
from .description import add_description
from .documents_api import create_router as create_documents_router
from .errors import explain_errors
from .limits import Limits
from .openai_api import create_router
from .phrasing import phrase, phrased, phrases
from .waiting import while_connected

LONGEST_HISTORY = 20
"""Earlier turns that may be sent along."""
LONGEST_ANSWER = 10_000
"""Characters of each text that an earlier question was answered with: far more than Quoth gives."""
LONGEST_PASSAGE = 20_000
"""Characters that may be read at once."""


class Earlier(BaseModel):
    """An earlier turn of the conversation."""

    model_config = ConfigDict(extra="forbid")
    question: str = Field(max_length=LONGEST_QUESTION)
    answers: list[Annotated[str, Field(max_length=LONGEST_ANSWER)]] = Field(
        default=[], max_length=50, description="texts of the items it was answered with"
    )


class Question(BaseModel):
    """What to answer."""

    model_config = ConfigDict(extra="forbid")
    question: str = Field(description="at most 2,000 characters")
    history: list[Earlier | Annotated[str, Field(max_length=LONGEST_QUESTION)]] = Field(
        default=[], max_length=LONGEST_HISTORY, description="earlier turns, or their questions, the oldest first"
    )
    phrase: bool | None = Field(
        default=None,
        description="whether to put the answer into words, where a language model is configured; by default only in a stream",
    )

    def turns(self) -> list[Turn]:
        """The history as the assistant takes it."""
        return [
            Turn(earlier) if isinstance(earlier, str) else Turn(earlier.question, tuple(earlier.answers))
            for earlier in self.history
        ]


def create_api(
    assistant: Any,
    *,
    origins: Sequence[str] = (),
    limits: Limits | None = None,
    largest_request: int = 256 * 1024,
    manager: DocumentManager | None = None,
) -> FastAPI:
    """The API as an application of its own. `assistant` is an `assistant.pipeline.Assistant` or anything like it.

    With a `manager` documents can be changed; whoever mounts the API asks for the role of an admin before that.
    """
    app = FastAPI(title="Quoth", summary="Answers in exact quotes.", docs_url=None, redoc_url=None, max_body_size=largest_request)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Retry-After"],
    )
    explain_errors(app)
    limits = limits or Limits()

    async def answer_to(question: str, turns: Sequence[Turn], request: Request) -> Answer:
        client = request.client.host if request.client else ""
        gone = threading.Event()
        admitted: Future[Answer] = limits.admit(client, partial(assistant.ask, question, turns, gone))
        try:
            return await while_connected(asyncio.wrap_future(admitted), request)  # cancelled, its place in line is free
        finally:
            gone.set()

    add_description(app)
    app.include_router(create_router(assistant, answer_to))
    if manager is not None:
        app.include_router(create_documents_router(manager))

    @app.post("/ask", response_model=None)
    async def ask(question: Question, request: Request) -> JSONResponse | StreamingResponse:
        """The answer; with `Accept: text/event-stream` an `item` event for each item and then one `answer` event.

        Where a language model is configured, a `phrase` event follows for each statement as it is written and checked, and one
        `phrased` event for the end. Without a stream, `"phrase": true` adds the same as the field `phrased`.
        """
        turns = question.turns()
        answer = await answer_to(question.question, turns, request)
        if "text/event-stream" in request.headers.get("accept", ""):
            rest = phrase(assistant, answer, turns) if phrases(assistant) and question.phrase is not False else None
            return StreamingResponse(_events(answer, rest), media_type="text/event-stream")
        if question.phrase and phrases(assistant):
            words = await while_connected(asyncio.ensure_future(phrased(assistant, answer, turns)), request)
            return JSONResponse({**answer.to_json(), "phrased": words})
        return JSONResponse(answer.to_json())

    @app.get("/documents")
    def documents() -> list[dict[str, Any]]:
        """What the index holds, without the texts."""
        fields = ("name", "title", "language", "date", "characters", "chunks", "indexed_at")
        return [{field: getattr(document, field) for field in fields} for document in assistant.documents()]

    @app.get("/passage/{document:path}")
    def passage(
        document: str, start: int = Query(ge=0), end: int = Query(ge=0), around: int = Query(default=0, ge=0)
    ) -> dict[str, Any]:
        """The characters `start` to `end` of a document's text, with as many before and after as `around` says."""
        found = assistant.document(document)
        if found is None:
            raise HTTPException(404, f"There is no document {document} in the index. GET /api/documents lists them.")
        if not start < end <= len(found.text) or end - start + 2 * around > LONGEST_PASSAGE:
            raise HTTPException(
                422, f"Ask for a range within the document's {len(found.text)} characters, at most {LONGEST_PASSAGE} at once."
            )
        first, last = max(0, start - around), min(len(found.text), end + around)
        return {"document": document, "title": found.title, "start": first, "end": last, "text": found.text[first:last]}

    return app


async def _events(answer: Answer, phrasing: AsyncGenerator[Statement | Phrasing] | None) -> AsyncIterator[str]:
    whole = answer.to_json()
    for item in whole["items"]:
        yield _event("item", item)
        await asyncio.sleep(0)  # so that a client that has gone away is noticed
    yield _event("answer", whole)
    if phrasing is not None:
        async with aclosing(phrasing):  # also where the client goes away: the model need not write on
            async for event in phrasing:
                yield _event("phrase" if isinstance(event, Statement) else "phrased", event.to_json())


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
