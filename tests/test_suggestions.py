"""Questions to start from: about the documents, answered by them, in their languages."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from assistant.pipeline import Assistant
from assistant.suggestions import MOST, Documents, Suggestions, suggest
from index.loaders.language import detect_language

from .browser import ScriptedAssistant


def test_the_documents_answer_what_is_suggested(example_assistant: Assistant) -> None:
    found = suggest(example_assistant)
    assert 2 <= len(set(found)) == len(found) <= MOST
    assert all(example_assistant.ask(question).answered for question in found)
    assert {detect_language(question) for question in found} == {info.language for info in example_assistant.documents()}


def test_they_are_drawn_anew_once_the_documents_have_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    indexed: list[SimpleNamespace] = []
    assistant = cast(Documents, SimpleNamespace(documents=lambda: list(indexed)))
    monkeypatch.setattr("assistant.suggestions.suggest", lambda asked: tuple(one.name for one in asked.documents()))
    suggestions = Suggestions(assistant)

    def found() -> Sequence[str]:
        suggestions.wait(30)
        suggestions()
        suggestions.wait(30)
        return suggestions()

    assert found() == ()
    indexed.append(SimpleNamespace(name="fees", indexed_at="1"))
    assert found() == ("fees",)
    indexed[0] = SimpleNamespace(name="rules", indexed_at="2")
    assert "fees" not in suggestions(), "none about what is gone"
    assert found() == ("rules",)
    indexed.clear()
    assert suggestions() == ()


def test_nothing_is_suggested_over_nothing() -> None:
    suggestions = Suggestions(ScriptedAssistant())
    suggestions.wait(30)
    assert suggestions() == ()
