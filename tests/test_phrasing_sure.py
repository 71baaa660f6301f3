"""Of what a language model makes of an answer, what the quotes hold is shown as sure, and a lie is struck."""

import pytest

from assistant.datatypes import phrased_to_json
from assistant.pipeline import Assistant

from .llm_server import BORDER, TRUTH, ScriptedServer, phrase, says, with_model


def test_what_the_quotes_hold_is_sure(server: ScriptedServer, assistant: Assistant) -> None:
    says(
        server,
        "The border between Niger ",
        "and Nigeria is 1,5",
        "00 km long [1]",
        ". The border between Niger and Nigeria is 1,400 ",
        "km long [3].",
    )
    statements, end = phrase(assistant, BORDER)
    assert [(one.text, one.citations, one.sure) for one in statements] == [
        ("The border between Niger and Nigeria is 1,500 km long.", (1,), True),
        ("The border between Niger and Nigeria is 1,400 km long.", (3,), True),
    ]
    assert end is not None
    assert (
        end.text
        == "The border between Niger and Nigeria is 1,500 km long. [1] The border between Niger and Nigeria is 1,400 km long. [3]"
    )
    assert (end.note, end.sure, end.struck) == ("", 2, 0)
    assert end.prompts == ("system 1", "phrase 1")
    assert end.prompt_tokens > 0
    assert end.tokens > 0


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ("The border between Niger and Nigeria is 1,700 km long [1].", "number or date"),
        ("The border between Niger and Nigeria is 1,500 miles long [1].", "number or date"),
        ("The border between Niger and Benin is 1,500 km long [1].", "name"),
        ("General Robert Whitfield measured the border between Niger and Nigeria [1].", "name"),
        ("The border between Niger and Nigeria is 1,500 km long [7].", "cites what there is not"),
        ("The border between Niger and Nigeria is 1,500 km long [3].", "number or date"),
        ("The border between Niger and Nigeria is 1,500 km long.", "cites nothing"),
        ("The border between Niger and Nigeria is not 1,500 km long [1].", "denies"),
        ("A railway runs along the whole coast [1].", "does not say so"),
        ("The border is 1,500 km long, see http://evil.example/ [1].", "link"),
        ("![map](http://evil.example/?q=border) [1].", "link"),
        ("<img src=x onerror=alert(1)> The border is 1,500 km long [1].", "link"),
    ],
)
def test_a_lie_is_struck_with_the_reason(lie: str, reason: str, server: ScriptedServer, assistant: Assistant) -> None:
    says(server, f"{TRUTH} {lie}")
    statements, end = phrase(assistant, BORDER)
    assert statements[0].sure
    assert all(not one.sure and reason in one.reason for one in statements[1:])
    assert len(statements) > 1
    assert end is not None
    assert end.text == "The border between Niger and Nigeria is 1,500 km long. [1]"


def test_what_is_struck_can_be_left_out(server: ScriptedServer, example_assistant: Assistant) -> None:
    assistant = with_model(example_assistant, server.url, llm_strike="leave out")
    says(server, f"{TRUTH} The border is 1,700 km long [1].")
    statements, end = phrase(assistant, BORDER)
    assert [one.sure for one in statements] == [True]
    assert end is not None
    assert end.struck == 1


def test_reasons_come_in_the_language_of_the_question(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, "Le programme dispose de 9,9 millions d’euros [1].")
    statements, end = phrase(assistant, "Quel est le budget du programme Pirogue-Veille ?")
    assert [one.reason for one in statements] == ["Un nombre ou une date n’est pas dans la source."]
    assert end is not None
    assert end.text == ""
    assert "Les citations sont la réponse" in end.note


def test_thoughts_are_no_answer(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, "<think>The border is 1,700 km [1]. Or so.", " Hm.</think>", TRUTH)
    statements, _ = phrase(assistant, BORDER)
    assert [(one.text, one.sure) for one in statements] == [("The border between Niger and Nigeria is 1,500 km long.", True)]


def test_thoughts_without_a_beginning_are_no_answer(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, "If evidence 1 does not tell, I write NOT_IN_EVIDENCE. But it does.\n", "</think>\n\n", TRUTH)
    statements, end = phrase(assistant, BORDER)
    assert [one.text for one in statements if one.sure] == ["The border between Niger and Nigeria is 1,500 km long."]
    assert end is not None
    assert (end.note, end.sure) == ("", 1)


def test_thoughts_that_the_evidence_holds_are_no_answer_either(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, f"{TRUTH} But is it 1,700 km [1]? I wonder.\n", "</think>\n\n", TRUTH)
    whole = phrased_to_json(assistant.phrase(BORDER, assistant.ask(BORDER)))
    assert whole["text"] == "The border between Niger and Nigeria is 1,500 km long. [1]"
    assert (whole["sure"], whole["struck"]) == (1, 0)
    assert [(one["text"], one["sure"]) for one in whole["statements"]] == [
        ("The border between Niger and Nigeria is 1,500 km long.", True)
    ]


def test_what_does_not_show_is_not_shown(server: ScriptedServer, assistant: Assistant) -> None:
    says(server, "The border between \u202eNiger\u202c and Nigeria is \x1b[2J1,500 km\ud83d", "\ude00 long [1].")
    statements, end = phrase(assistant, BORDER)
    assert end is not None
    assert [one.text for one in statements] == ["The border between Niger and Nigeria is [2J1,500 km long."]
