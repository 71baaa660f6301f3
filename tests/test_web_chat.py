"""The chat of one visitor and of many: what is kept of a conversation, and which questions wait."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx

from assistant.credentials import Credentials
from assistant.feedback import FeedbackStore
from assistant.web.application import Door, create_app
from assistant.web.chat import Chat
from assistant.web.conversations import LONGEST_QUESTION_KEPT, Conversation, Exchange
from benchmarks.load import ask_chat, submit_function

from .apart import run_apart
from .browser import ScriptedAssistant, WordyAssistant, serving
from .signing_in import client_of


def test_what_is_shown_is_kept_already() -> None:
    async def ask() -> None:
        chat, key, request = Chat(ScriptedAssistant()), "a" * 32, gr.Request()
        event: Any = SimpleNamespace(key=key)
        async with aclosing(chat.ask("How long is the border?", (), key, request)) as updates:  # type: ignore[type-var]
            await anext(updates)
            assert "Ask the question again" in chat.restore((), event, request)[1][0].notice
            shown = (await anext(updates))[1]
            assert shown[0].answer is not None
            assert chat.restore((), event, request)[1] == shown

    run_apart(ask())


def test_a_question_that_comes_in_just_as_the_one_before_is_answered_is_asked() -> None:
    async def ask() -> list[str]:
        chat, key, request = Chat(ScriptedAssistant()), "a" * 32, gr.Request()
        first = chat.ask("How long is the border?", (), key, request)
        pending = (await anext(first))[1]
        second = chat.ask("What did Niger and China sign?", pending, key, request)
        await anext(second)  # the box is emptied
        async for _ in first:
            pass
        shown = [update[1] async for update in second][-1]
        return [exchange.question for exchange in shown if exchange.answer]

    assert run_apart(ask()) == ["How long is the border?", "What did Niger and China sign?"]


def thumb(chat: Chat, shown: Conversation, key: str, good: bool | None) -> Conversation:
    """The conversation after a thumb for its first answer."""
    event: Any = SimpleNamespace(message=shown[0].message, good=good, comment="")
    judged: Conversation = chat.judge(shown, key, event)[1]
    return judged


def test_a_thumb_given_while_another_question_is_worked_on_stays(tmp_path: Path) -> None:
    async def ask() -> None:
        assistant, key, request = WordyAssistant(), "a" * 32, gr.Request()
        chat = Chat(assistant, FeedbackStore(tmp_path / "feedback.sqlite"))
        event: Any = SimpleNamespace(key=key)
        async for _ in chat.ask("How long is the border?", (), key, request):
            pass
        first = chat.restore((), event, request)[1]
        async with aclosing(chat.ask("How slow is it, in words?", first, key, request)) as updates:  # type: ignore[type-var]
            pending = (await anext(updates))[1]
            assert [one.good for one in thumb(chat, pending, key, True)] == [True, None]
            assistant.go_on.set()
            answered = (await anext(updates))[1]
            assert [one.good for one in answered] == [True, None]
            assert thumb(chat, pending, key, False)[1] == answered[1], "what came meanwhile stays too"
            phrased = (await anext(updates))[1]
            assert (phrased[0].good, len(phrased[1].statements)) == (False, 1)
            thumb(chat, phrased, key, None)
            shown = [update[1] async for update in updates if isinstance(update[1], tuple)]
            assert [one[0].good for one in shown] == [None, None]
            assert shown[-1][1].phrasing
            assert chat.restore((), event, request)[1] == shown[-1]

    run_apart(ask())


def test_of_a_question_far_too_long_only_the_beginning_is_kept() -> None:
    async def ask(question: str) -> tuple[Exchange, list[str]]:
        assistant = WordyAssistant()
        chat, key, request = Chat(assistant), "a" * 32, gr.Request()
        event: Any = SimpleNamespace(key=key)
        async with aclosing(chat.ask(question, (), key, request)) as updates:  # type: ignore[type-var]
            shown = [update[1] async for update in updates]
        assert all(len(exchange.question) <= LONGEST_QUESTION_KEPT for conversation in shown[:2] for exchange in conversation)
        return chat.restore((), event, request)[1][0], assistant.asked

    long = "This is too long. " * 20_000
    kept, asked = run_apart(ask(long))
    assert long.startswith(kept.question)
    assert asked == [long], "it is told how long it was"
    assert "too</b> long" in kept.notice
    spaced = f"How long is {' ' * 20_000}the border?"
    kept, asked = run_apart(ask(spaced))
    assert (kept.question, asked) == ("How long is the border?", [spaced])
    assert kept.answer is not None


async def ask_many(address: str, questions: int, answer: Callable[[], None]) -> list[str]:
    """Asks so many in the chat at once; once the first is done, lets the assistant answer. The last messages, the first first."""
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=httpx.Limits(max_connections=None)) as client:
        dependencies = (await client.get("/config")).json()["dependencies"]
        function = next(one["id"] for one in dependencies for _, event in one["targets"] if event == "submit")

        async def ask(number: int) -> str:
            body = {"fn_index": function, "session_hash": f"many{number}", "data": ["How slow is the border?", None, None]}
            assert (await client.post("/gradio_api/queue/join", json=body)).status_code == 200
            stream = await client.get("/gradio_api/queue/data", params={"session_hash": f"many{number}"})
            return next(line for line in stream.text.splitlines() if "process_completed" in line)

        asking = [asyncio.create_task(ask(number)) for number in range(questions)]
        done, others = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        answer()
        return [task.result() for task in done] + list(await asyncio.gather(*others))


def test_every_question_that_may_wait_does_and_one_beyond_is_refused() -> None:
    assistant = WordyAssistant()
    door = Door(questions_a_minute=1000, questions_waiting=60, questions_of_one_client=100)
    with serving(create_app(assistant, door=door)) as address:
        refused, *others = run_apart(ask_many(address, 63, assistant.go_on.set))
    assert "Too many questions are waiting" in refused
    assert len(assistant.asked) == len(others) == 62
    assert not any("Too many questions" in message for message in others)


def test_the_load_benchmark_counts_a_question_refused_in_the_chat_as_an_error() -> None:
    door = Door(questions_a_minute=1, clock=lambda: 0.0)
    with serving(create_app(ScriptedAssistant(), door=door)) as address, httpx.Client(base_url=address, timeout=60) as client:
        function = submit_function(client)
        assert ask_chat(client, "How long is the border?", function) == ""
        assert "More than 1 questions a minute" in ask_chat(client, "How long is the border?", function)


def test_a_flood_of_questions_does_not_reach_the_chat() -> None:
    now = [0.0]
    with client_of(Credentials(), questions_a_minute=3, clock=lambda: now[0]) as client:
        body = {"fn_index": 0, "session_hash": "s", "data": ["", None, None]}
        responses = [client.post("/gradio_api/queue/join", json=body) for _ in range(7)]
        assert 429 not in [response.status_code for response in responses[:6]], "each is refused in the conversation"
        assert responses[6].status_code == 429
        assert responses[6].json()["error"]["remedy"].startswith("Ask again in")
        assert responses[6].headers["Retry-After"] == "10"
        now[0] = 10.0
        assert client.post("/gradio_api/queue/join", json=body).status_code == 200
