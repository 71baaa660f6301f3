"""Answers that are slow, break off, never end or are cancelled: what was sure stays, and the server is let go."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.phrasing.phrase import AT_ONCE
from assistant.phrasing.stream import Patience
from assistant.pipeline import Assistant

from .llm_server import BORDER, TRUTH, Reply, ScriptedServer, ask, phrase, says, with_model

UNFINISHED = f"{TRUTH} The armies will also "


def test_a_slow_first_word_is_not_waited_for(server: ScriptedServer, example_assistant: Assistant) -> None:
    server.gone.clear()
    server.script = lambda reply: reply.wait_until_gone()
    _, end = phrase(with_model(example_assistant, server.url, llm_timeout=1), BORDER)
    assert end is not None
    assert "too long" in end.note
    assert server.gone.wait(10)


class PatienceForOnePiece(Patience):
    """Waits for the first piece as long as any, and for the next not at all: so no piece is late because a machine is busy."""

    has_waited = False

    def deadline(self) -> float:
        until = time.monotonic() if self.has_waited else super().deadline()
        self.has_waited = True
        return until


def test_what_was_sure_before_the_stream_broke_off_stays(server: ScriptedServer, assistant: Assistant) -> None:
    server.script = lambda reply: reply.say(UNFINISHED, end=False)
    statements, end = phrase(assistant, BORDER)
    assert [one.sure for one in statements] == [True]
    assert end is not None
    assert end.text
    assert "broke off" in end.note


@pytest.mark.parametrize(("text", "sure"), [(UNFINISHED, 1), (TRUTH, 1), (TRUTH.removesuffix(" [1]."), 0)])
def test_a_sentence_that_was_whole_when_the_stream_stalled_stays(
    text: str, sure: int, server: ScriptedServer, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stall(reply: Reply) -> None:
        reply.say(text, end=False)
        reply.wait_until_gone()

    monkeypatch.setattr("assistant.phrasing.phrase.Patience", PatienceForOnePiece)
    server.script = stall
    statements, end = phrase(assistant, BORDER)
    assert sum(one.sure for one in statements) == sure
    assert end is not None
    assert end.sure == sure
    assert "too long" in end.note


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
        reply.say(UNFINISHED, end=False)
        reply.wait_until_gone()

    server.script = stall
    events = assistant.phrase(BORDER, ask(assistant, BORDER))
    assert next(events).sure
    events.close()  # type: ignore[attr-defined]
    assert server.gone.wait(10)
