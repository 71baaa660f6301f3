"""A follow-up is written in full by the model where what it writes may stand for the question, and read as before where not."""

from dataclasses import replace

import pytest

from assistant.datatypes import Turn
from assistant.pipeline import Assistant

from .llm_server import Reply, ScriptedServer, with_model

EARLIER = Turn("When did Niger and Nigeria sign their joint communiqué?", ("28 August 2024",))
QUESTION = "And the documents with Russia?"
FULL = "When did Niger and Russia sign their documents?"
JOINED = "When did Niger and Nigeria sign their joint communiqué? 28 August 2024 And the documents with Russia?"


@pytest.fixture
def assistant(server: ScriptedServer, example_assistant: Assistant) -> Assistant:
    server.forget()
    return with_model(example_assistant, server.url)


def read_as(assistant: Assistant, question: str, *turns: Turn) -> str:
    return assistant.work(question, turns).asked.question


def test_a_follow_up_is_written_in_full(server: ScriptedServer, assistant: Assistant) -> None:
    server.script = lambda reply: reply.say('"When did Niger and Russia', ' sign their documents?"\nI hope this helps.')
    assert read_as(assistant, QUESTION, EARLIER) == FULL
    sent = server.prompt()
    assert EARLIER.question in sent
    assert QUESTION in sent


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
