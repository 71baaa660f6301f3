"""OpenAI's chat completions over Quoth, so that any chat front end that speaks them can sit on it: /api/v1/chat/completions.

The last user message is the question, those before it are the earlier turns. The reply's text is the answer with its sources
below; the answer as JSON, citations and all, is in the field `quoth` of the response, or of the last chunk of a stream. Where a
language model is configured and something of what it says is sure, that is the text, and `quoth` has the field `phrased`.
"""

import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from ..datatypes import Answer, Turn

MODEL = "quoth"
LONGEST_CONVERSATION = 200
"""Messages."""
EARLIER_TURNS = 20
"""Of a longer conversation the last turns count."""

Ask = Callable[[str, Sequence[Turn], Request], Awaitable[Answer]]
Phrase = Callable[[Answer, Sequence[Turn]], Awaitable[dict[str, Any] | None]]
"""The phrasing of an answer after earlier turns as JSON, None where there is no language model."""


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
    messages: list[Message] = Field(max_length=LONGEST_CONVERSATION)
    stream: bool = False


def create_router(ask: Ask, phrase: Phrase) -> APIRouter:
    """The routes. `ask` answers a question after earlier turns for a request, within the server's limits."""
    router = APIRouter(prefix="/v1")

    @router.get("/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "quoth"}]}

    @router.post("/chat/completions", response_model=None)
    async def complete(completion: Completion, request: Request) -> JSONResponse | StreamingResponse:
        """Answers the last user message."""
        question, turns = conversation(completion.messages)
        answer = await ask(question, turns, request)
        phrased = await phrase(answer, turns)
        whole = answer.to_json() if phrased is None else {**answer.to_json(), "phrased": phrased}
        text = reply(answer, phrased["text"] if phrased else "")
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}
        if completion.stream:
            return StreamingResponse(_chunks(text, whole, head), media_type="text/event-stream")
        message = {"role": "assistant", "content": text}
        return JSONResponse(
            {
                **head,
                "object": "chat.completion",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
                "usage": _usage(phrased or {}),
                "quoth": whole,
            }
        )

    return router


def conversation(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """The question, and the turns before it. Raises HTTPException where the last message that counts is no user's."""
    said = [message for message in messages if message.role in {"user", "assistant"} and message.text.strip()]
    if not said or said[-1].role != "user":
        raise HTTPException(422, "The last message must be the user's question, with text.")
    turns = [Turn(message.text) for message in said[:-1] if message.role == "user"]
    return said[-1].text, turns[-EARLIER_TURNS:]


def _usage(phrased: dict[str, Any]) -> dict[str, int]:
    sent, written = phrased.get("prompt_tokens", 0), phrased.get("tokens", 0)
    return {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written}


def reply(answer: Answer, phrased: str = "") -> str:
    """The answer as text, in a language model's words where there are any, with its sources below."""
    sources = [
        f"[{citation.number}] {citation.title} ({', '.join(filter(None, (citation.document, citation.date)))}): {citation.quote}"
        for citation in answer.citations
    ]
    return "\n\n".join([phrased or answer.text, "\n".join(sources)]) if sources else answer.text


async def _chunks(text: str, whole: dict[str, Any], head: dict[str, Any]) -> AsyncIterator[str]:
    """Server-sent events: the reply line by line, then the answer as JSON, then the end."""

    def chunk(delta: dict[str, str], reason: str | None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        data = {**head, "object": "chat.completion.chunk", "choices": [choice], **more}
        return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"

    yield chunk({"role": "assistant", "content": ""}, None)
    for line in text.splitlines(keepends=True):
        yield chunk({"content": line}, None)
    yield chunk({}, "stop", quoth=whole)
    yield "data: [DONE]\n\n"
