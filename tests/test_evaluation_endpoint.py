"""Evaluating a server: our own in both shapes, and others that know less."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from assistant.cli import main
from assistant.errors import EvaluationUsageError
from assistant.evaluation.figures import MEASURES
from assistant.evaluation.target import target_of
from assistant.pipeline import Assistant
from assistant.web.application import create_app

from .browser import serving
from .other_server import CUP, SET, Asked, answering, completion, known, report, write


@pytest.fixture(scope="module")
def quoth(example_assistant: Assistant) -> Iterator[str]:
    """Our own server over the example documents."""
    with serving(create_app(example_assistant)) as address:
        yield address


def test_our_own_server_is_evaluated_as_it_answers(quoth: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", write(SET), "--endpoint", quoth, "--fail-under", "citation_recall=0.3,verbatim=1,errors=0"]) == 0
    captured = capsys.readouterr()
    assert "2 of 3 questions pass" in captured.out
    assert "Left out, as the server does not tell which documents search found: retrieval_recall@5" in captured.out
    assert "Not in the index: gone.txt, expected by gone" in captured.err
    made = report()
    border, cup, gone = made["outcomes"]
    assert border["answered"]
    assert border["citations"][0]["verbatim"]
    assert (cup["answered"], cup["passed"], gone["lost"]) == (False, True, "not indexed")
    assert made["figures"]["disagreement_found"]["value"] == 1
    assert made["documents"] == 14
    assert made["settings"]["endpoint"] == f"{quoth}/api/ask"
    left_out = {name for names in made["left_out"].values() for name in names}
    assert known(made) | left_out == {one.name for one in MEASURES}
    assert not known(made) & left_out


def test_our_own_server_is_evaluated_as_a_chat(quoth: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", write(SET), "--endpoint", f"{quoth}/api/v1", "--refusal", "documents don.t tell"]
    assert main(arguments) == 0
    assert "does not tell what it cites: citation_precision, citation_recall." in capsys.readouterr().out
    made = report()
    assert [one["answered"] for one in made["outcomes"]] == [True, False, False]
    assert made["figures"]["recall"]["value"] == 0.5
    assert made["figures"]["refusal_recall"]["value"] == 1
    assert known(made) == {
        "errors",
        "recall",
        "exact_match",
        "f1",
        "refusal_precision",
        "refusal_recall",
        "latency_p50",
        "latency_p95",
    }


def test_a_finished_run_is_asked_anew_and_a_stopped_one_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    broken = {CUP}

    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        if "/models" in asked.path:
            return 200, {"data": [{"id": "only"}]}, {}
        question = asked.body["messages"][-1]["content"]
        return (500, {"error": {"message": "out of\nmemory"}}, {}) if question in broken else (200, completion("1,500 km."), {})

    with answering(answer) as (address, asked):
        arguments = ["evaluate", write([SET[0], SET[2]]), "--endpoint", f"{address}/v1"]
        assert main(arguments) == 1  # an error is no pass, whatever the thresholds
        assert "no answer: HTTP 500: out of memory" in report()["outcomes"][1]["faults"]
        assert report()["figures"]["errors"]["value"] == 0.5
        assert report()["figures"]["recall"]["value"] == 0.5
        assert report()["figures"]["latency_p50"]["count"] == 1
        broken.clear()
        asked.clear()
        assert main(arguments) == 0
        assert [one.body["messages"][-1]["content"] for one in asked if one.body] == [CUP]
        assert {one.body["model"] for one in asked if one.body} == {"only"}
        asked.clear()
        assert main(arguments) == 0
        assert len([one for one in asked if one.body]) == 2
        asked.clear()
        write([SET[0], {**SET[2], "answers": ["3,000 km"]}])  # a finished run is not gone on with where a form was mended
        main(arguments)
        assert len([one for one in asked if one.body]) == 2
    assert main(arguments) == 1
    assert "Check that the server runs" in capsys.readouterr().err


def test_earlier_answers_go_along() -> None:
    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        return 200, {"answered": True, "items": [{"text": f"to {asked.body['question']}"}]} if asked.body else [], {}

    with answering(answer) as (address, asked):
        row = {"question": "And then?", "answers": ["to And then?"], "history": ["First?", "Second?"]}
        assert main(["evaluate", write([row]), "--endpoint", address]) == 0
    assert asked[-1].body["history"] == [{"question": one, "answers": [f"to {one}"]} for one in ("First?", "Second?")]


def test_a_server_that_is_busy_when_a_quote_is_looked_at_is_asked_again() -> None:
    cited = {"number": 1, "document": "a.txt", "quote": "Kolo", "start": 0, "end": 4}
    busy = {"/documents", "/passage"}

    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        for part in sorted(busy):
            if part in asked.path:
                busy.remove(part)
                return 429, {}, {"Retry-After": "0"}
        if "/passage" in asked.path:
            return 200, {"text": "Kolo"}, {}
        if asked.body:
            return 200, {"answered": True, "items": [{"text": "Kolo", "citations": [1]}], "citations": [cited]}, {}
        return 200, [{"name": "a.txt"}], {}

    with answering(answer) as (address, _):
        assert main(["evaluate", write([{"question": "Where?", "answers": ["Kolo"]}]), "--endpoint", address]) == 0
    assert not busy
    assert report()["figures"]["verbatim"]["value"] == 1


def test_of_documents_only_it_is_told_whether_one_is_cited() -> None:
    cited = {"number": 1, "document": "a.txt", "quote": "Kolo", "start": 0, "end": 4}

    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        if "/passage" in asked.path:
            return 200, {"text": "Kolo"}, {}
        if not asked.body:
            return 200, [{"name": "a.txt", "language": "en"}, {"name": "b.txt", "language": "en"}], {}
        return 200, {"answered": True, "items": [{"text": "Kolo", "citations": [1]}], "citations": [cited]}, {}

    rows = [{"question": f"In {name}?", "documents": [name], "language": "en"} for name in ("a.txt", "b.txt", "gone.txt")]
    with answering(answer) as (address, _):
        assert main(["evaluate", write(rows), "--endpoint", address]) == 0
    assert [one["lost"] for one in report()["outcomes"]] == ["found", "not said", "not indexed"]
    assert (report()["passed"], report()["figures"]["recall"]["count"]) == (1, 0)
    assert report()["figures"]["citation_precision"]["value"] == 1


def test_the_key_comes_from_the_environment_goes_to_the_server_and_stays_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", "s3cret-k3y")

    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        if asked.headers.get("Authorization") != "Bearer s3cret-k3y":
            return 401, {"error": {"message": "who are you?"}}, {}
        return 200, {"answered": True, "items": [{"text": "1,500 km"}]} if asked.body else [], {}

    with answering(answer) as (address, _):
        arguments = ["evaluate", write(SET[:1]), "--endpoint", address]
        assert main(arguments) == 1
        assert main([*arguments, "--endpoint-key", "THE_KEY"]) == 0
        assert main([*arguments, "--endpoint-key", "NO_KEY"]) == 2
    for path in Path("set-report").iterdir():
        assert "s3cret" not in path.read_text(encoding="utf-8")


def test_a_redirect_is_not_followed_with_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", "s3cret-k3y")
    with (
        answering(lambda _: (200, {}, {})) as (elsewhere, asked),
        answering(lambda _: (307, "", {"Location": elsewhere})) as (address, _),
    ):
        assert main(["evaluate", write(SET[:1]), "--endpoint", address, "--endpoint-key", "THE_KEY"]) == 1
    assert asked == []
    assert f"HTTP 307: {elsewhere}" in report()["outcomes"][0]["error"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--endpoint", "localhost:7860"], "give an address such as"),
        (["--endpoint", "http://"], "give an address such as"),
        (["--endpoint", "http://x:99999"], "give an address such as"),
        (["--endpoint", "http://me:pass@127.0.0.1:1"], "leave name, password"),
        (["--endpoint", "http://127.0.0.1:1", "--documents", "."], "Leave out --documents"),
        (["--endpoint", "http://127.0.0.1:1/v1"], "--refusal"),
        (["--endpoint", "http://127.0.0.1:1/v1", "--refusal", "("], "no regular expression"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_asked(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", write(SET), *arguments]) == 2
    assert told in capsys.readouterr().err


def test_a_server_with_several_models_must_be_told_which(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(lambda _: (200, {"data": [{"id": "small"}, {"id": "large"}]}, {})) as (address, _):
        assert main(["evaluate", write(SET[:1]), "--endpoint", f"{address}/v1"]) == 2
    assert "several models: small, large. Name one with --endpoint-model" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "kind", "asked"),
    [
        ("http://a", None, ("http://a/api/ask", "ask")),
        ("http://a/quoth/api/", None, ("http://a/quoth/api/ask", "ask")),
        ("http://a/api/ask", None, ("http://a/api/ask", "ask")),
        ("http://a/v1", None, ("http://a/v1/chat/completions", "openai")),
        ("http://a", "openai", ("http://a/v1/chat/completions", "openai")),
        ("https://a/x/chat/completions", None, ("https://a/x/chat/completions", "openai")),
    ],
)
def test_the_path_tells_the_kind(url: str, kind: str | None, asked: tuple[str, str]) -> None:
    target = target_of(url, kind)
    assert (target.url, target.kind) == asked
    with pytest.raises(EvaluationUsageError):
        target_of("ftp://a", None)


def test_the_page_shows_a_run_of_a_server_that_tells_little(browser: Browser) -> None:
    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        if not asked.body:
            return 404, "", {}
        failing = asked.body["messages"][-1]["content"] == CUP
        return (500, "<b>broken</b>", {}) if failing else (200, completion("It is 1,500 km, <i>they</i> say."), {})

    with answering(answer) as (address, _):
        assert main(["evaluate", write([SET[0], SET[2]]), "--endpoint", f"{address}/v1"]) == 1
    context = browser.new_context(offline=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(Path("set-report/report.html").absolute().as_uri())
    for question in page.locator("details.question").all():
        question.locator("summary").click()
        question.locator(".body").wait_for()
    content = page.locator("main").inner_text()
    context.close()
    assert complaints == []
    assert "Questions without any answer from the server: 1" in content
    assert "Left out, as the server does not tell what it cites" in content
    assert "no answer: HTTP 500: <b>broken</b>" in content
    assert "It is 1,500 km, <i>they</i> say." in content
    assert "undefined" not in content
    assert "NaN" not in content
