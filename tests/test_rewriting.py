"""A follow-up is written in full by the model where what it writes may stand for the question, and read as before where not."""

import threading
from dataclasses import replace

import pytest

from assistant.datatypes import Phrasing, Turn
from assistant.pipeline import Assistant
from assistant.web.conversations import Exchange
from assistant.web.render import escape, reply_message

from .llm_server import Reply, ScriptedServer, with_model

EARLIER = Turn("When did Niger and Nigeria sign their joint communiqué?", ("28 August 2024",))
QUESTION = "And the documents with Russia?"
FULL = "When did Niger and Russia sign their documents?"
JOINED = "When did Niger and Nigeria sign their joint communiqué? 28 August 2024 And the documents with Russia?"


def read_as(assistant: Assistant, question: str, *turns: Turn) -> str:
    return assistant.work(question, turns).asked.question


def test_a_follow_up_is_written_in_full(server: ScriptedServer, assistant: Assistant) -> None:
    server.script = lambda reply: reply.say('"When did Niger and Russia', ' sign their documents?"\nI hope this helps.')
    assert read_as(assistant, QUESTION, EARLIER) == FULL
    sent = server.prompt()
    assert EARLIER.question in sent
    assert QUESTION in sent


def test_the_model_is_asked_what_was_read_and_the_reader_is_told(server: ScriptedServer, assistant: Assistant) -> None:
    server.script = lambda reply: reply.say(FULL)
    answer = assistant.ask(QUESTION, [EARLIER])
    assert (answer.question, answer.read_as) == (QUESTION, FULL)
    assert escape(FULL) in reply_message(Exchange("0", QUESTION, answer), last=True, thumbs=False)
    *_, end = assistant.phrase(QUESTION, answer, [EARLIER])
    assert isinstance(end, Phrasing)
    assert end.prompts == ("system 1", "phrase 1", "followup 1")
    assert f"Question: {FULL}\n" in server.prompt()
    alone = assistant.ask(EARLIER.question)
    assert alone.read_as == ""
    assert "Read as" not in reply_message(Exchange("0", EARLIER.question, alone), last=True, thumbs=False)


def test_a_question_that_stands_alone_is_not_sent(server: ScriptedServer, assistant: Assistant) -> None:
    question = "How long is the border between Niger and Nigeria?"
    assert read_as(assistant, question, EARLIER) == question
    assert server.requests == []


@pytest.mark.parametrize(
    "written",
    [
        "When did Niger and China sign their documents?",
        "When did Niger and Nigeria sign their documents?",
        "When did Niger and Russia sign documents with Igor Zavialov?",
        "When did Niger and Russia sign their 17 documents in 2019?",
        "Quand le Niger et la Russie ont-ils signé leurs documents ?",
        "And when did they?",
        "Niger and Russia signed their documents in Niamey.",
        "The documents with Russia were signed by Niger and Nigeria.",
        "How do I bake bread?",
        "See [1] http://evil.example/",
        "",
        "When did Niger and Russia sign? " * 20,
    ],
)
def test_what_the_turns_do_not_hold_is_not_taken(written: str, server: ScriptedServer, assistant: Assistant) -> None:
    server.script = lambda reply: reply.say(written)
    assert assistant.phraser is not None
    rewritten = assistant.phraser.rewrite(QUESTION, [EARLIER], assistant.reader.leans)
    assert rewritten is None


def test_long_turns_are_cut_to_what_the_context_holds(server: ScriptedServer, example_assistant: Assistant) -> None:
    server.forget()
    server.script = lambda reply: reply.say("")
    assistant = with_model(example_assistant, server.url, llm_context=1024)
    assert assistant.phraser is not None
    turns = [Turn(f"Question {number}: {'why ' * 200}?", ("long " * 500,) * 50) for number in range(3)]
    assert assistant.phraser.rewrite(QUESTION, [*turns, EARLIER], assistant.reader.leans) is None
    assert EARLIER.question in server.prompt()
    assert len(server.prompt()) < 1024 * 4
    huge = Turn("Why " * 10_000)
    assert assistant.phraser.rewrite(QUESTION, [huge], assistant.reader.leans) is None
    assert len(server.requests) == 1


def test_where_what_was_written_finds_nothing_the_question_is_read_with_the_turn(
    server: ScriptedServer, assistant: Assistant
) -> None:
    server.script = lambda reply: reply.say(FULL)
    assert read_as(assistant, QUESTION, EARLIER) == FULL  # its answer is found
    assistant.settings = replace(assistant.settings, threshold=0.999)
    assert read_as(assistant, QUESTION, EARLIER) == JOINED


def test_a_model_that_fails_costs_the_question_nothing_and_is_left_alone_for_a_while(
    server: ScriptedServer, assistant: Assistant
) -> None:
    def fail(reply: Reply) -> None:
        reply.fail(400, "no")

    server.script = fail
    assert read_as(assistant, QUESTION, EARLIER) == JOINED
    assert read_as(assistant, QUESTION, EARLIER) == JOINED
    assert len(server.requests) == 1


def test_who_goes_away_is_not_written_for_and_costs_others_nothing(server: ScriptedServer, assistant: Assistant) -> None:
    cancelled = threading.Event()

    def stall(reply: Reply) -> None:
        cancelled.set()
        reply.wait_until_gone()

    server.script = stall
    assert assistant.work(QUESTION, [EARLIER], cancelled).asked.question == JOINED
    assert server.gone.wait(10)
    server.script = lambda reply: reply.say(FULL)
    assert read_as(assistant, QUESTION, EARLIER) == FULL
