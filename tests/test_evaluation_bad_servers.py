"""Evaluating servers that are slow, busy, broken or never come to an end."""

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.evaluation.endpoint import Endpoint
from assistant.evaluation.judge_reply import judge_reply
from assistant.evaluation.run import evaluate
from assistant.evaluation.target import target_of

from .evaluating import example
from .llm_server import BORDER
from .other_server import CUP, SET, Asked, answering, completion, known, report, write


def test_a_busy_server_is_asked_again_when_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    refused = [0]

    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        refused[0] += bool(asked.body)
        if asked.body and refused[0] < 4:
            return 429, {"error": {"message": "busy"}}, {"Retry-After": "0"}
        return (200, {"answered": True, "items": [{"text": "1,500 km"}]}, {}) if asked.body else (404, "no such page", {})

    with answering(answer) as (address, asked):
        assert main(["evaluate", write(SET[:1]), "--endpoint", address, "--endpoint-kind", "ask"]) == 0
        assert len([one for one in asked if one.body]) == 4
    assert report()["documents"] is None
    assert "verbatim" not in known(report())  # it has no documents to check quotes in
    assert report()["figures"]["recall"]["value"] == 1


def test_a_slow_server_is_not_waited_for_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    done = threading.Event()

    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        if asked.body and asked.body["question"] == CUP:
            done.wait(30)
        return 200, {"answered": True, "items": [{"text": "1,500 km"}]} if asked.body else [], {}

    with answering(answer) as (address, _):
        assert main(["evaluate", write([SET[0], SET[2]]), "--endpoint", address, "--timeout", "0.5", "--jobs", "2"]) == 1
        done.set()
    assert [one["error"] for one in report()["outcomes"]] == ["", "no whole reply came within 0.5 s. Allow more with --timeout."]


@pytest.mark.parametrize("piece", [" ", " " * 1_000_000])
def test_a_server_that_never_comes_to_an_end_is_not_listened_to_for_ever(piece: str) -> None:
    done = threading.Event()

    def endless() -> Iterator[str]:
        while not done.wait(0.02):
            yield piece

    with answering(lambda asked: (200, endless() if asked.body else [], {})) as (address, _):
        assert main(["evaluate", write(SET[:1]), "--endpoint", address, "--timeout", "1" if len(piece) == 1 else "30"]) == 1
        done.set()
    assert report()["outcomes"][0]["error"].startswith("no whole reply" if len(piece) == 1 else "the reply has more than 16 MB")


def test_stopping_does_not_wait_for_a_slow_server(tmp_path: Path) -> None:
    done, answered = threading.Event(), threading.Event()

    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        if asked.body["question"] != "0?":
            done.wait(30)
            answered.set()
        return 200, {"answered": True, "items": [{"text": "x"}]}, {}

    examples = [example(f"{i}?", "x", language="en") for i in range(5)]
    with answering(answer) as (address, asked), Endpoint(target_of(address, None)) as server:
        judged = partial(judge_reply, server=server, languages=None)
        running = evaluate(examples, judged, tmp_path, "here", jobs=3, break_off=server.close)
        assert next(running).answered
        running.close()
        assert not answered.is_set()
        assert len(asked) < len(examples)
        done.set()
    assert len((tmp_path / "outcomes.jsonl").read_text().splitlines()) == 1


def test_a_server_that_only_fails_is_given_up(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"question": f"{BORDER} {i}", "answers": ["x"]} for i in range(30)]
    with answering(lambda _: (500, "<h1>Oops</h1>", {})) as (address, asked):
        assert main(["evaluate", write(rows), "--endpoint", address]) == 1
        assert len([one for one in asked if one.body]) == 10
    assert "10 questions in a row got no answer; the last one: HTTP 500: <h1>Oops</h1>" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("not JSON", "the reply is no JSON, but begins: not JSON"),
        ([], "the reply is not an answer of /api/ask"),
        ({"answered": "perhaps"}, "answered:"),
        ({"answered": True, "items": [{"text": "a", "citations": [7]}]}, "cites [7], which the answer does not have"),
        ({"answered": True, "citations": [{"number": 1}]}, "citations.0.document"),
    ],
)
def test_what_is_no_answer_is_an_error_of_its_question(body: Any, told: str) -> None:
    with answering(lambda asked: (200, body if asked.body else [], {})) as (address, _):
        assert main(["evaluate", write(SET[:1]), "--endpoint", address]) == 1
    assert told in report()["outcomes"][0]["error"]


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"choices": [{"message": None}]}, completion(3)])
def test_what_is_no_completion_is_an_error_of_its_question(body: Any) -> None:
    with answering(lambda _: (200, body, {})) as (address, _):
        assert main(["evaluate", write(SET[:1]), "--endpoint", f"{address}/v1"]) == 1
    assert "the reply is not a chat completion" in report()["outcomes"][0]["error"]


def test_a_chat_without_temperature_is_asked_without() -> None:
    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        if "temperature" in asked.body:
            return 400, {"error": {"message": "temperature is not supported"}}, {}
        return 200, completion([{"type": "text", "text": "It is 1,500 km long."}]) if asked.body else {"data": []}, {}

    with answering(answer) as (address, asked):
        rows = [SET[0], {"question": "Again?", "answers": ["1,500 km"], "history": ["Where?"]}]
        assert main(["evaluate", write(rows), "--endpoint", f"{address}/v1/chat/completions"]) == 0
    assert ["temperature" in one.body for one in asked if one.body] == [True, False, False, False]
    assert [one["role"] for one in asked[-1].body["messages"]] == ["user", "assistant", "user"]
    assert asked[-1].body["messages"][1]["content"] == "It is 1,500 km long."
    assert "model" not in asked[-1].body
    assert report()["figures"]["recall"]["value"] == 1
