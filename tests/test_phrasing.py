"""Answers put into words by a language model that lies and fails: what is shown as sure, and what is said of the rest."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.datatypes import phrased_to_json
from assistant.phrasing.llm import build_llm
from assistant.phrasing.phrase import AT_ONCE
from assistant.pipeline import Assistant
from assistant.settings import Settings

from .llm_server import KEY, Reply, ScriptedServer, ask, phrase, serve_script, with_model

BORDER = "How long is the border between Niger and Nigeria?"
TRUTH = "The border between Niger and Nigeria is 1,500 km long [1]."


@pytest.fixture
def assistant(server: ScriptedServer, example_assistant: Assistant) -> Assistant:
    server.forget()
    return with_model(example_assistant, server.url)


def says(server: ScriptedServer, *pieces: str) -> None:
    server.script = lambda reply: reply.say(*pieces)


def test_what_the_quotes_hold_is_sure(server: ScriptedServer, assistant: Assistant) -> None:
    says(
        server,
        "The border between Niger ",
        "and Nigeria is 1,5",
        "00 km long [1]",
        ". The border between Niger and Nigeria is 1,400 ",
        "km long [3].",
    )
    statements, end = phrase(assistant, BORDER)
    assert [(one.text, one.citations, one.sure) for one in statements] == [
        ("The border between Niger and Nigeria is 1,500 km long.", (1,), True),
        ("The border between Niger and Nigeria is 1,400 km long.", (3,), True),
    ]
    assert end is not None
    assert (
        end.text
        == "The border between Niger and Nigeria is 1,500 km long. [1] The border between Niger and Nigeria is 1,400 km long. [3]"
    )
    assert (end.note, end.sure, end.struck) == ("", 2, 0)
    assert end.prompts == ("system 1", "phrase 1")
    assert end.prompt_tokens > 0
    assert end.tokens > 0


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


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ("The border between Niger and Nigeria is 1,700 km long [1].", "number or date"),
        ("The border between Niger and Nigeria is 1,500 miles long [1].", "number or date"),
        ("The border between Niger and Benin is 1,500 km long [1].", "name"),
        ("General Robert Whitfield measured the border between Niger and Nigeria [1].", "name"),
        ("The border between Niger and Nigeria is 1,500 km long [7].", "cites what there is not"),
        ("The border between Niger and Nigeria is 1,500 km long [3].", "number or date"),
        ("The border between Niger and Nigeria is 1,500 km long.", "cites nothing"),
        ("The border between Niger and Nigeria is not 1,500 km long [1].", "denies"),
        ("The two countries plan a railway along the whole coast of the sea [1].", ""),
        ("The border is 1,500 km long, see http://evil.example/ [1].", "link"),
        ("![map](http://evil.example/?q=border) [1].", "link"),
        ("<img src=x onerror=alert(1)> The border is 1,500 km long [1].", "link"),
    ],
)
def test_a_lie_is_struck_with_the_reason(lie: str, reason: str, server: ScriptedServer, assistant: Assistant) -> None:
    says(server, f"{TRUTH} {lie}")
    statements, end = phrase(assistant, BORDER)
    assert statements[0].sure
    assert all(not one.sure and reason in one.reason for one in statements[1:])
    assert len(statements) > 1
    assert end is not None
    assert end.text == "The border between Niger and Nigeria is 1,500 km long. [1]"


def test_what_is_struck_can_be_left_out(server: ScriptedServer, example_assistant: Assistant) -> None:
    assistant = with_model(example_assistant, server.url, llm_strike="leave out")
    says(server, f"{TRUTH} The border is 1,700 km long [1].")
    statements, end = phrase(assistant, BORDER)
    assert [one.sure for one in statements] == [True]
    assert end is not None
    assert end.struck == 1


def test_reasons_come_in_the_language_of_the_question(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, "Le programme dispose de 9,9 millions d’euros [1].")
    statements, end = phrase(assistant, "Quel est le budget du programme Pirogue-Veille ?")
    assert [one.reason for one in statements] == ["Un nombre ou une date n’est pas dans la source."]
    assert end is not None
    assert end.text == ""
    assert "Les citations sont la réponse" in end.note


Script = Callable[[Reply], None]


def fails(status: int, message: str = "no", **headers: str) -> Script:
    return lambda reply: reply.fail(status, message, **headers)


def cut(reply: Reply) -> None:
    reply.say(f"{TRUTH} The armies will also ", end=False)


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
def test_a_failure_is_a_short_note_and_the_quotes_stand(
    failure: tuple[Script, str, int], server: ScriptedServer, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    script, said, requests = failure
    server.script = script
    with caplog.at_level(logging.DEBUG):
        _, end = phrase(assistant, BORDER)
    assert ask(assistant, BORDER).answered
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


def test_a_slow_first_word_is_not_waited_for(server: ScriptedServer, example_assistant: Assistant) -> None:
    server.gone.clear()
    server.script = lambda reply: reply.wait_until_gone()
    _, end = phrase(with_model(example_assistant, server.url, llm_timeout=1), BORDER)
    assert end is not None
    assert "too long" in end.note
    assert server.gone.wait(10)


def test_what_was_sure_before_the_stream_broke_off_stays(server: ScriptedServer, example_assistant: Assistant) -> None:
    def stall(reply: Reply) -> None:
        reply.say(f"{TRUTH} The armies will also ", end=False)
        reply.wait_until_gone()

    for script in (cut, stall):
        server.script = script
        statements, end = phrase(with_model(example_assistant, server.url, llm_timeout=0.5), BORDER)
        assert [one.sure for one in statements] == [True]
        assert end is not None
        assert end.text
        assert end.note


def test_a_sentence_that_was_whole_when_the_stream_broke_off_stays(server: ScriptedServer, example_assistant: Assistant) -> None:
    for text, sure in ((TRUTH, 1), (TRUTH.removesuffix(" [1]."), 0)):

        def stall(reply: Reply, text: str = text) -> None:
            reply.say(text, end=False)
            reply.wait_until_gone()

        server.script = stall
        _, end = phrase(with_model(example_assistant, server.url, llm_timeout=0.5), BORDER)
        assert end is not None
        assert end.sure == sure
        assert "too long" in end.note


def test_counts_that_are_none_lose_nothing(server: ScriptedServer, assistant: Assistant) -> None:
    said = {"choices": [{"index": 0, "delta": {"content": TRUTH}, "finish_reason": "stop"}]}
    server.script = lambda reply: reply.events(said, {"choices": [], "usage": {"prompt_tokens": "many"}})
    _, end = phrase(assistant, BORDER)
    assert end is not None
    assert (end.sure, end.note, end.counted) == (1, "", False)


def test_half_a_sentence_at_the_limit_of_tokens_is_not_said(server: ScriptedServer, assistant: Assistant) -> None:
    said = {"choices": [{"index": 0, "delta": {"content": f"{TRUTH} {TRUTH.removesuffix(' [1].')} [1] and"}}]}
    end_of_tokens = {"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]}
    server.script = lambda reply: reply.events(said, end_of_tokens)
    _, end = phrase(assistant, BORDER)
    assert end is not None
    assert end.sure == 1
    assert end.note


def test_a_model_that_never_ends_is_cut_off(server: ScriptedServer, assistant: Assistant) -> None:
    def babble(reply: Reply) -> None:
        for number in range(100_000):
            reply.say(f"And {number} more. ", end=False)

    server.script = babble
    _, end = phrase(assistant, BORDER)
    assert end is not None
    assert end.text == ""
    assert server.gone.wait(10)


def test_cancelling_reaches_the_server(server: ScriptedServer, assistant: Assistant) -> None:
    begun = threading.Event()

    def stall(reply: Reply) -> None:
        begun.set()
        reply.wait_until_gone()

    server.script = stall
    cancelled = threading.Event()

    def cancel() -> None:
        begun.wait(10)
        cancelled.set()

    threading.Thread(target=cancel, daemon=True).start()
    statements, end = phrase(assistant, BORDER, cancelled)
    assert (statements, end) == ([], None)
    assert server.gone.wait(10)


def test_more_answers_than_are_phrased_at_a_time_keep_their_quotes(server: ScriptedServer, assistant: Assistant) -> None:
    begun = threading.Semaphore(0)

    def stall(reply: Reply) -> None:
        begun.release()
        reply.wait_until_gone()

    server.script = stall
    cancelled = threading.Event()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            waiting = [pool.submit(phrase, assistant, BORDER, cancelled) for _ in range(AT_ONCE)]
            assert all(begun.acquire(timeout=60) for _ in waiting)
            _, end = phrase(assistant, BORDER)
        finally:
            cancelled.set()
        assert [one.result() for one in waiting] == [([], None)] * AT_ONCE
    assert end is not None
    assert "busy" in end.note
    assert len(server.requests) == AT_ONCE
    says(server, TRUTH)
    _, end = phrase(assistant, BORDER)
    assert end is not None
    assert end.sure == 1


def test_closing_the_iterator_reaches_the_server(server: ScriptedServer, assistant: Assistant) -> None:
    def stall(reply: Reply) -> None:
        reply.say(f"{TRUTH} The armies will also ", end=False)
        reply.wait_until_gone()

    server.script = stall
    events = assistant.phrase(BORDER, ask(assistant, BORDER))
    assert next(events).sure
    events.close()  # type: ignore[attr-defined]
    assert server.gone.wait(10)


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


def test_thoughts_are_no_answer(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, "<think>The border is 1,700 km [1]. Or so.", " Hm.</think>", TRUTH)
    statements, _ = phrase(assistant, BORDER)
    assert [(one.text, one.sure) for one in statements] == [("The border between Niger and Nigeria is 1,500 km long.", True)]


def test_thoughts_without_a_beginning_are_no_answer(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, "If evidence 1 does not tell, I write NOT_IN_EVIDENCE. But it does.\n", "</think>\n\n", TRUTH)
    statements, end = phrase(assistant, BORDER)
    assert [one.text for one in statements if one.sure] == ["The border between Niger and Nigeria is 1,500 km long."]
    assert end is not None
    assert (end.note, end.sure) == ("", 1)


def test_thoughts_that_the_evidence_holds_are_no_answer_either(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, f"{TRUTH} But is it 1,700 km [1]? I wonder.\n", "</think>\n\n", TRUTH)
    whole = phrased_to_json(assistant.phrase(BORDER, assistant.ask(BORDER)))
    assert whole["text"] == "The border between Niger and Nigeria is 1,500 km long. [1]"
    assert (whole["sure"], whole["struck"]) == (1, 0)
    assert [(one["text"], one["sure"]) for one in whole["statements"]] == [
        ("The border between Niger and Nigeria is 1,500 km long.", True)
    ]


def test_what_does_not_show_is_not_shown(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, "The border between \u202eNiger\u202c and Nigeria is \x1b[2J1,500 km\ud83d", "\ude00 long [1].")
    statements, end = phrase(assistant, BORDER)
    assert end is not None
    assert [one.text for one in statements] == ["The border between Niger and Nigeria is [2J1,500 km long."]


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
