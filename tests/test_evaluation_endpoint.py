"""Evaluating a server: our own in both shapes, and others that are slow, busy, broken or know less."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from assistant.cli import main
from assistant.errors import EvaluationUsageError
from assistant.evaluation.endpoint import Endpoint, target_of
from assistant.evaluation.figures import MEASURES
from assistant.evaluation.judge_reply import judge_reply
from assistant.evaluation.run import evaluate
from assistant.pipeline import Assistant
from assistant.web.application import create_app

from .browser import serving
from .evaluating import example

BORDER = "How long is the border between Niger and Nigeria?"
CUP = "Who won the 2022 World Cup?"
SET: list[dict[str, Any]] = [
    {"id": "border", "question": BORDER, "answers": [["1,500 km", "1 500 km"]], "disagreement": True, "language": "en",
     "documents": ["niger-nigeria-communique.md", "musalaha-niamey-wa-abuja.md"]},
    {"id": "cup", "question": CUP, "unanswerable": True, "language": "en"},
    {"id": "gone", "question": CUP, "answers": ["Argentina"], "documents": ["gone.txt"], "language": "en"},
]  # fmt: skip
Answer = Callable[["Asked"], tuple[int, Any, dict[str, str]]]


class Asked:
    """A request to a server of these tests."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self.path = handler.path
        self.headers = dict(handler.headers)
        length = int(handler.headers.get("Content-Length", 0))
        self.body: dict[str, Any] = json.loads(handler.rfile.read(length)) if length else {}


@contextmanager
def answering(answer: Answer) -> Iterator[tuple[str, list[Asked]]]:
    """A server on a free port that answers as told: status, JSON or text, headers. Gives its address and what it is asked."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            request = Asked(self)
            asked.append(request)
            status, body, headers = answer(request)
            pieces = body if isinstance(body, Iterator) else iter([body if isinstance(body, str) else json.dumps(body)])
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # who asked has gone away
                for piece in pieces:
                    self.wfile.write(piece.encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def write(rows: list[dict[str, Any]], name: str = "set.jsonl") -> str:
    Path(name).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return name


def report(folder: str = "set-report") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
    return found


def known(made: dict[str, Any]) -> set[str]:
    return {name for name, figure in made["figures"].items() if figure["count"]}


def completion(text: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": text}}]}


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
    assert main(arguments) == 1
    assert "Check that the server runs" in capsys.readouterr().err


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


def test_earlier_answers_go_along() -> None:
    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        return 200, {"answered": True, "items": [{"text": f"to {asked.body['question']}"}]} if asked.body else [], {}

    with answering(answer) as (address, asked):
        row = {"question": "And then?", "answers": ["to And then?"], "history": ["First?", "Second?"]}
        assert main(["evaluate", write([row]), "--endpoint", address]) == 0
    assert asked[-1].body["history"] == [{"question": one, "answers": [f"to {one}"]} for one in ("First?", "Second?")]


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
