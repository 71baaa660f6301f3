"""A language model that fails: nothing of it stands, and a short note says why."""

import logging

import pytest

from assistant.pipeline import Assistant

from .llm_server import BORDER, KEY, TRUTH, Reply, Script, ScriptedServer, fails, phrase, serve_script, with_model


def garbage(reply: Reply) -> None:
    reply.head(200, "text/event-stream")
    reply.raw("data: {this is no JSON\n\n")


def calls_a_tool(reply: Reply) -> None:
    call = {"index": 0, "id": "1", "type": "function", "function": {"name": "search", "arguments": "{}"}}
    reply.events({"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]})


def no_text(reply: Reply) -> None:
    reply.head(200, "text/event-stream")
    reply.raw_bytes(b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n')


def page(reply: Reply) -> None:
    reply.head(200, "text/html")
    reply.raw("<html>Please log in</html>")


@pytest.mark.parametrize(
    "failure",
    [
        (fails(500), "server has an error", 2),
        (fails(429, retry_after="0.01"), "busy", 2),
        (fails(429, retry_after="3600"), "busy", 1),
        (fails(429, retry_after="Wed, 21 Oct 2099 07:28:00 GMT"), "busy", 1),
        (fails(401, f"Incorrect API key provided: {KEY}"), "refuses the key", 1),
        (fails(404), "does not know the model", 1),
        (fails(400, "bad request"), "refuses the request", 1),
        (fails(400, "This exceeds the context window"), "context is too small", 2),
        (garbage, "made no sense", 1),
        (no_text, "made no sense", 1),
        (lambda reply: reply.events({"choices": None}), "made no sense", 1),
        (lambda reply: reply.events({"choices": []}), "said nothing", 1),
        (calls_a_tool, "said nothing", 1),
        (fails(413), "context is too small", 2),
        (page, "said nothing", 1),
        (lambda reply: reply.say(""), "said nothing", 1),
        (lambda reply: reply.say("...\n\n---\n"), "said nothing", 1),
        (lambda reply: reply.say("I am a large model and I like bridges. Ask me more!"), "hold nothing of what it said", 1),
        (lambda reply: reply.say("NOT_IN_EVIDENCE"), "finds no answer in these quotes", 1),
        (lambda reply: reply.say(f"{TRUTH} But no: NOT_IN_EVIDENCE"), "finds no answer in these quotes", 1),
    ],
)
def test_a_failure_is_told_in_a_short_note(
    failure: tuple[Script, str, int], server: ScriptedServer, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    script, said, requests = failure
    server.script = script
    with caplog.at_level(logging.DEBUG):
        _, end = phrase(assistant, BORDER)
    assert end is not None
    assert (end.text, end.sure) == ("", 0)
    assert said in end.note
    assert len(server.requests) == requests
    assert KEY not in caplog.text + end.note


def test_no_server_at_all_is_told_of(example_assistant: Assistant) -> None:
    with serve_script() as gone:
        pass
    _, end = phrase(with_model(example_assistant, gone.url), BORDER)
    assert end is not None
    assert "not reachable" in end.note


def test_counts_that_are_none_lose_nothing(server: ScriptedServer, assistant: Assistant) -> None:
    said = {"choices": [{"index": 0, "delta": {"content": TRUTH}, "finish_reason": "stop"}]}
    server.script = lambda reply: reply.events(said, {"choices": [], "usage": {"prompt_tokens": "many"}})
    _, end = phrase(assistant, BORDER)
    assert end is not None
    assert (end.sure, end.note, end.counted) == (1, "", False)


def test_no_redirect_takes_the_question_to_another_server(server: ScriptedServer, example_assistant: Assistant) -> None:
    arguments = {"default_headers": {"X-Api-Key": "{key}"}}
    with serve_script() as other:
        server.script = lambda reply: reply.fail(307, "elsewhere", location=f"{other.url}/chat/completions")
        assistant = with_model(example_assistant, server.url, llm_arguments=arguments, llm_key_variable="THE_KEY")
        _, end = phrase(assistant, BORDER)
        assert other.requests == []
    assert server.headers[-1]["x-api-key"] == KEY
    assert end is not None
    assert "server has an error" in end.note
