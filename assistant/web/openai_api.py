"""OpenAI's chat completions over Quoth, so that any chat front end that speaks them can sit on it: /api/v1/chat/completions.

The last user message is the question, those before it are the earlier turns. The reply's text is the answer with its sources
below; the answer as JSON, citations and all, is in the field `quoth` of the response, or of the last chunk of a stream. Where a
language model is configured and something of what it says is sure, that is the text, in a stream sentence by sentence as it is
checked; a note follows on what went wrong, if anything did, and `quoth` has the field `phrased`.
"""

import asyncio
import json
import re
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from ..datatypes import NOT_PHRASED, Answer, Phrasing, Statement, Turn, phrased_to_json
from ..pipeline import LONGEST_QUESTION
from .phrasing import phrase, phrased, phrases
from .waiting import while_connected

MODEL = "quoth"
EARLIER_TURNS = 20
"""Of a longer conversation the last turns count."""

Ask = Callable[[str, Sequence[Turn], Request], Awaitable[Answer]]
_MARKUP = re.compile(r"(\\*)(!(?=\[)|\](?=[(:])|<(?=[A-Za-z/!?]))")
"""What would begin a link, an image or HTML."""


class Part(BaseModel):
    """A piece of a message's content."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation; names, tool calls and the like are passed over."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its content as plain text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class Completion(BaseModel):
    """A request for a completion. Options for language models, such as `temperature`, are accepted and change nothing."""

    model_config = ConfigDict(extra="allow")
    messages: list[Message]
    stream: bool = False
    phrase: bool = True
    """Whether a language model, where there is one, is to put the answer into words."""


def create_router(assistant: Any, ask: Ask) -> APIRouter:
    """The routes. `ask` has the assistant answer a question after earlier turns for a request, within the server's limits."""
    router = APIRouter(prefix="/v1")

    @router.get("/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "quoth"}]}

    @router.post("/chat/completions", response_model=None)
    async def complete(completion: Completion, request: Request) -> JSONResponse | StreamingResponse:
        """Answers the last user message."""
        question, turns = conversation(completion.messages)
        answer = await ask(question, turns, request)
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}
        wanted = completion.phrase and phrases(assistant)
        if completion.stream:
            events = phrase(assistant, answer, turns) if wanted else None
            return StreamingResponse(_chunks(answer, events, head), media_type="text/event-stream")
        whole = answer.to_json()
        words: dict[str, Any] = {}
        if wanted:
            words = await while_connected(asyncio.ensure_future(phrased(assistant, answer, turns)), request)
            whole["phrased"] = words
        message = {"role": "assistant", "content": reply(answer, words.get("text", ""), words.get("note", ""))}
        return JSONResponse(
            {
                **head,
                "object": "chat.completion",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
                "usage": _usage(words),
                "quoth": whole,
            }
        )

    return router


def conversation(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """The question, and the turns before it. Raises HTTPException where the last message that counts is no user's.

    What was too long to be a question was refused when it was asked, and is no turn.
    """
    said = [message for message in messages if message.role in {"user", "assistant"} and message.text.strip()]
    if not said or said[-1].role != "user":
        raise HTTPException(422, "The last message must be the user's question, with text.")
    earlier = [" ".join(message.text.split()) for message in said[:-1] if message.role == "user"]
    turns = [Turn(question) for question in earlier if len(question) <= LONGEST_QUESTION]
    return said[-1].text, turns[-EARLIER_TURNS:]


def _usage(phrased: dict[str, Any]) -> dict[str, int]:
    sent, written = phrased.get("prompt_tokens", 0), phrased.get("tokens", 0)
    return {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written}


def reply(answer: Answer, words: str = "", note: str = "") -> str:
    """The answer as text, in a language model's words where there are any, with a note on these and its sources below."""
    return "\n\n".join(filter(None, [as_data(words or answer.text), note, _sources(answer)]))


def as_data(text: str) -> str:
    """Text of documents for programs that show replies as Markdown: what would be a link, an image or HTML there stays text."""
    return _MARKUP.sub(lambda found: 2 * found[1] + "\\" + found[2], text)


def _sources(answer: Answer) -> str:
    lines = (
        f"[{citation.number}] {citation.title} ({', '.join(filter(None, (citation.document, citation.date)))}): {citation.quote}"
        for citation in answer.citations
    )
    return as_data("\n".join(lines))


async def _chunks(
    answer: Answer, phrasing: AsyncGenerator[Statement | Phrasing] | None, head: dict[str, Any]
) -> AsyncIterator[str]:
    """Server-sent events: the reply as it comes about, then the answer as JSON, then the end."""

    def chunk(delta: dict[str, str], reason: str | None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        data = {**head, "object": "chat.completion.chunk", "choices": [choice], **more}
        return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"

    yield chunk({"role": "assistant", "content": ""}, None)
    whole, rest = answer.to_json(), reply(answer)
    if phrasing is not None:
        events: list[Statement | Phrasing] = []
        end, parting = NOT_PHRASED, ""
        async with aclosing(phrasing):  # also where the client goes away: the model need not write on
            async for event in phrasing:
                events.append(event)
                if isinstance(event, Phrasing):
                    end = event
                elif event.sure:
                    yield chunk({"content": f"{parting}{as_data(event.marked)}"}, None)
                    parting = " "
        whole["phrased"] = phrased_to_json(events)
        below = (
            (end.note, _sources(answer)) if end.text else (reply(answer, "", end.note),)
        )  # what no longer counts cannot be unsaid
        rest = ("\n\n" if parting else "") + "\n\n".join(filter(None, below))
    for line in rest.splitlines(keepends=True):
        yield chunk({"content": line}, None)
    yield chunk({}, "stop", quoth=whole)
    yield "data: [DONE]\n\n"
