"""What the server remembers of conversations, and for how long."""

from dataclasses import replace

from assistant.datatypes import Turn
from assistant.web.conversations import LONGEST_CONVERSATION, SECONDS_KEPT, Conversations, Exchange, is_key, turns

from .browser import BORDER, ENGLISH, ScriptedAssistant

ANSWER = replace(ScriptedAssistant().ask("How long is the border?"), citations=(ENGLISH,))
KEYS = [f"{number:032x}" for number in range(5)]


def exchange(question: str) -> Exchange:
    return Exchange("ab", question, ANSWER)


def test_kept_until_replaced_or_emptied() -> None:
    conversations = Conversations()
    conversations.keep(KEYS[0], (exchange("first"),))
    conversations.keep(KEYS[1], (exchange("another's"),))
    conversations.keep(KEYS[0], (exchange("first"), exchange("second")))
    assert [one.question for one in conversations.find(KEYS[0])] == ["first", "second"]
    assert [one.question for one in conversations.find(KEYS[1])] == ["another's"]
    conversations.keep(KEYS[0], ())
    assert conversations.find(KEYS[0]) == ()


def test_those_unused_for_longest_are_forgotten() -> None:
    conversations = Conversations(most=2)
    for key in (KEYS[0], KEYS[1], KEYS[0], KEYS[2]):
        conversations.keep(key, (exchange("asked"),))
    assert [bool(conversations.find(key)) for key in KEYS[:3]] == [True, False, True]


def test_old_ones_are_forgotten() -> None:
    now = 0.0
    conversations = Conversations(clock=lambda: now)
    conversations.keep(KEYS[0], (exchange("asked"),))
    now = SECONDS_KEPT
    assert conversations.find(KEYS[0])
    now = SECONDS_KEPT + 1.0
    assert conversations.find(KEYS[0]) == ()


def test_long_ones_lose_their_beginning() -> None:
    conversations = Conversations()
    conversations.keep(KEYS[0], tuple(exchange(str(number)) for number in range(LONGEST_CONVERSATION + 3)))
    assert conversations.find(KEYS[0])[0].question == "3"


def test_only_keys_are_keys() -> None:
    conversations = Conversations()
    for text in ("", "a" * 31, "A" * 32, "g" * 32, "a" * 33, "a" * 32 + "\n", None, 7):
        assert not is_key(text)
    conversations.keep("guess", (exchange("asked"),))
    assert conversations.find("guess") == ()


def test_turns_are_what_was_answered() -> None:
    unanswered = (Exchange("cd", "stopped", notice="Stopped."), Exchange("ef", "under way"))
    assert turns((exchange("asked"), *unanswered)) == [Turn("asked", (BORDER, ANSWER.items[1].text))]
