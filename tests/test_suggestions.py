"""Questions to start from: about the documents, answered by them, in their languages."""

from assistant.pipeline import Assistant
from assistant.suggestions import MOST, Suggestions, suggest
from index.loaders.language import detect_language

from .browser import ScriptedAssistant


def test_the_documents_answer_what_is_suggested(example_assistant: Assistant) -> None:
    found = suggest(example_assistant)
    assert 2 <= len(set(found)) == len(found) <= MOST
    assert all(example_assistant.ask(question).answered for question in found)
    assert {detect_language(question) for question in found} == {info.language for info in example_assistant.documents()}


def test_nothing_is_suggested_over_nothing() -> None:
    suggestions = Suggestions(ScriptedAssistant())
    suggestions.wait(30)
    assert suggestions() == ()
