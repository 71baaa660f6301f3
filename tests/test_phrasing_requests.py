"""What a language model is sent: when it is asked at all, with which evidence, counts and key."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.phrasing.llm import build_llm
from assistant.pipeline import Assistant
from assistant.settings import Settings

from .llm_server import BORDER, KEY, TRUTH, Reply, ScriptedServer, ask, fails, phrase, says, with_model


def test_where_the_documents_do_not_tell_the_model_is_not_asked(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, "Argentina won the 2022 World Cup [1].")
    statements, end = phrase(assistant, "Who won the 2022 World Cup?")
    assert statements == []
    assert end is not None
    assert (end.text, end.note) == ("", "")
    assert server.requests == []


def test_the_evidence_is_numbered_fenced_and_in_the_order_of_the_citations(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, TRUTH)
    phrase(assistant, BORDER)
    sent = server.prompt()
    quotes = [citation.quote for citation in ask(assistant, BORDER).citations]
    assert [sent.index(f"[{number}] (") for number in range(1, len(quotes) + 1)] == sorted(
        sent.index(f"[{number}] (") for number in range(1, len(quotes) + 1)
    )
    assert "Write in English" in sent
    first = server.prompt(0).split("EVIDENCE-")[1][:8]
    phrase(assistant, BORDER)
    assert f"EVIDENCE-{first}" not in server.prompt()


def test_a_small_context_gets_fewer_whole_quotes(server: ScriptedServer, example_assistant: Assistant) -> None:
    says(server, TRUTH)
    phrase(with_model(example_assistant, server.url, llm_context=1024), BORDER)
    sent = server.prompt()
    citations = ask(example_assistant, BORDER).citations
    there = [f"[{citation.number}] (" in sent for citation in citations]
    assert there[0]
    assert there == sorted(there, reverse=True)
    assert len(sent) < 1024 * 4
    _, end = phrase(with_model(example_assistant, server.url, llm_context=512), BORDER)
    assert end is not None
    assert "context is too small" in end.note


def test_the_key_goes_to_the_server_and_nowhere_else(server: ScriptedServer, example_assistant: Assistant) -> None:
    assistant = with_model(example_assistant, server.url, llm_key_variable="THE_KEY")
    says(server, TRUTH)
    _, end = phrase(assistant, BORDER)
    assert server.headers[-1]["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(assistant.settings) + repr(assistant.phraser) + repr(end)


def test_another_key_of_the_environment_is_not_sent(
    server: ScriptedServer, example_assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    says(server, TRUTH)
    phrase(with_model(example_assistant, server.url), BORDER)
    assert KEY not in server.headers[-1]["authorization"]


def test_any_other_llm_of_llamaindex_will_do(example_assistant: Assistant) -> None:
    arguments = {"max_tokens": 4}
    settings = Settings(llm="llama_index.core.llms.MockLLM", llm_arguments=arguments)
    llm = build_llm(settings, {})
    assert llm is not None
    assistant = with_model(example_assistant, "", llm="llama_index.core.llms.MockLLM", llm_arguments=arguments, llm_model="")
    statements, end = phrase(assistant, BORDER)
    assert not any(one.sure for one in statements)
    assert end is not None
    assert end.text == ""


def test_tokens_are_the_servers_count_where_it_gives_one(server: ScriptedServer, assistant: Assistant) -> None:
    server.script = lambda reply: reply.say(TRUTH, usage=(321, 45))
    _, counted = phrase(assistant, BORDER)
    assert counted is not None
    assert (counted.prompt_tokens, counted.tokens, counted.counted) == (321, 45, True)
    assert server.requests[-1]["stream_options"] == {"include_usage": True}
    says(server, TRUTH)
    _, estimated = phrase(assistant, BORDER)
    assert estimated is not None
    assert not estimated.counted
    assert estimated.prompt_tokens > 0


def test_a_server_that_does_not_know_how_to_count_is_asked_without(server: ScriptedServer, assistant: Assistant) -> None:
    def script(reply: Reply) -> None:
        if "stream_options" in reply.request:
            reply.fail(400, "unknown parameter: stream_options")
        else:
            reply.say(TRUTH)

    server.script = script
    for requests in (2, 3):  # it is not asked for the counts again
        _, end = phrase(assistant, BORDER)
        assert end is not None
        assert (end.sure, end.note, end.counted) == (1, "", False)
        assert len(server.requests) == requests


def test_a_server_that_does_not_know_how_to_count_may_say_so_to_two_at_once(server: ScriptedServer, assistant: Assistant) -> None:
    both = threading.Barrier(2)

    def script(reply: Reply) -> None:
        if "stream_options" in reply.request:
            both.wait(20)
            reply.fail(400, "unknown parameter: stream_options")
        else:
            reply.say(TRUTH)

    server.script = script
    ask(assistant, BORDER)
    with ThreadPoolExecutor() as threads:
        ends = [end for _, end in threads.map(lambda _: phrase(assistant, BORDER), range(2))]
    assert [(end.sure, end.note) for end in ends if end] == [(1, ""), (1, "")]


def test_a_text_is_asked_for_twice_at_most_whatever_goes_wrong(server: ScriptedServer, assistant: Assistant) -> None:
    answers = [fails(429, retry_after="0.01"), fails(400, "This exceeds the context window")]
    server.script = lambda reply: answers[len(server.requests) - 1](reply)  # noqa: PLW0108
    _, end = phrase(assistant, BORDER)
    assert end is not None
    assert "context is too small" in end.note
    assert len(server.requests) == 2


def test_the_second_request_has_half_of_the_evidence_that_was_too_much(server: ScriptedServer, assistant: Assistant) -> None:
    def refuse_once(reply: Reply) -> None:
        if len(server.requests) == 1:
            reply.fail(400, "This exceeds the context window")
        else:
            reply.say(TRUTH)

    server.script = refuse_once
    _, end = phrase(assistant, BORDER)
    assert end is not None
    assert end.sure == 1
    first, second = (server.prompt(number).count("\n[") for number in (0, 1))
    assert len(server.prompt(1)) < len(server.prompt(0))
    assert 0 < second <= first
