"""A question that leans on an earlier one is read with it; any other is left alone."""

import pytest

from assistant.datatypes import Turn
from assistant.followup import language_of, stand_alone
from assistant.pipeline import Assistant
from assistant.reader import LONGEST_QUESTION

LEANING = ["And when?", "Who leads it?", "What about its cost?", "Where does it work?"]


def leans(question: str) -> bool:
    return question in LEANING


def words(texts: list[str] | tuple[str, ...]) -> list[int]:
    return [len(text.split()) for text in texts]


def read_as(question: str, *history: Turn) -> str:
    return stand_alone(question, history, leans, lambda texts: words(list(texts))).text


def test_a_question_that_stands_alone_is_not_dragged_back() -> None:
    assert read_as("Where is the mill?", Turn("Who built the bridge?", ("Ada",))) == "Where is the mill?"
    assert read_as("And when?") == "And when?"


def test_a_question_that_leans_is_read_with_the_one_before_and_its_answer() -> None:
    assert read_as("And when?", Turn("Where is the mill?"), Turn("Who built the bridge?", ("Ada",))) == (
        "Who built the bridge? Ada And when?"
    )
    assert read_as("And when?", Turn("Who built it?", ("Ada", "Ben"))) == "Who built it? And when?"
    assert read_as("And when?", Turn("Why was it built?", ("x" * 100,))) == "Why was it built? And when?"


def test_a_chain_goes_back_to_the_question_that_stands_alone() -> None:
    history = (Turn("Where is the mill?"), Turn("What is the river patrol?"), Turn("Who leads it?", ("Ada",)))
    assert read_as("And when?", *history) == "What is the river patrol? Who leads it? Ada And when?"


def test_the_question_at_the_root_of_a_long_chain_goes_along_before_all_others() -> None:
    root = Turn("What is the river patrol?")
    later = [Turn("Who leads it?", ("Ada",)), Turn("What about its cost?"), Turn("And when?", ("in May",))]
    assert read_as("Where does it work?", Turn("Where is the mill?"), root, *later) == (
        "What is the river patrol? What about its cost? And when? in May Where does it work?"
    )
    assert read_as("Where does it work?", *later[:2], *later) == (
        "Who leads it? Ada What about its cost? And when? in May Where does it work?"
    )


def test_where_there_is_no_room_for_all_the_root_stays_and_answers_go_first() -> None:
    root = Turn("What is the patrol that " + "very " * (LONGEST_QUESTION - 15) + "long ago began?", ("Ada of Dori",))
    assert read_as("And when?", root, Turn("Who leads it?", ("Ben Amar Dou Kolo",))) == f"{root.question} Who leads it? And when?"
    longer = Turn("What is the patrol that " + "very " * (LONGEST_QUESTION - 11) + "long ago began?")
    assert read_as("And when?", longer, Turn("Who leads it?")) == f"{longer.question} And when?"


def test_earlier_turns_never_push_the_question_out() -> None:
    long = "Why " + "very " * LONGEST_QUESTION + "long?"
    assert read_as("And when?", Turn(long)) == "And when?"
    assert read_as("And when?", Turn(long), Turn("Who leads it?")) == "Who leads it? And when?"


@pytest.mark.parametrize(
    "question", ["And when?", "Et quand ?", "ومتى؟", "¿Y cuándo?", "Who leads it?", "من يقودها؟", "Qui la dirige ?"]
)
def test_the_reader_tells_questions_that_lean(question: str, example_assistant: Assistant) -> None:
    assert example_assistant.reader.leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "How long is the border between Niger and Nigeria?",
        "Who is the mayor of Zinder?",
        "Quel est le budget du programme Pirogue-Veille ?",
        "من يدير مركز تدريب حرس الحدود في عين السدرة؟",
        "capital of Ghana",
    ],
)
def test_the_reader_tells_questions_that_stand_alone(question: str, example_assistant: Assistant) -> None:
    assert not example_assistant.reader.leans(question)


@pytest.mark.parametrize(
    ("earlier", "question", "holds"),
    [
        ("When did Niger and Nigeria sign their joint communiqué?", "And the documents with Russia?", "4 December 2023"),
        ("Quel est le budget du programme Pirogue-Veille ?", "Et qui le mène ?", "Association Fleuve et Riverains"),
        ("متى أطاح الضباط بالرئيس محمد بازوم؟", "ومن كان يتزعمهم؟", "تياني"),
    ],
)
def test_a_follow_up_is_answered_as_meant(earlier: str, question: str, holds: str, example_assistant: Assistant) -> None:
    first = example_assistant.ask(earlier)
    answer = example_assistant.ask(question, [Turn(earlier, tuple(item.text for item in first.items))])
    assert answer.question == question
    assert any(holds in citation.quote for citation in answer.citations)


def test_a_change_of_subject_is_answered_as_without_the_turns_before(example_assistant: Assistant) -> None:
    question = "How long is the border between Niger and Nigeria?"
    alone = example_assistant.ask(question)
    after = example_assistant.ask(question, ["What is the meal allowance for a full day of travel?"])
    assert (after.items, after.citations) == (alone.items, alone.citations)


@pytest.mark.parametrize(
    ("earlier", "question", "language"),
    [
        ("Quel accord le Niger a-t-il signé avec la Chine ?", "Et l’Iran ?", "fr"),
        ("¿Qué acuerdo firmó Níger con China?", "¿Y Irán?", "es"),
        ("What did Niger sign with China?", "وإيران؟", "ar"),
        ("What did Niger sign with China?", "Et quand l’accord avec l’Iran a-t-il été signé ?", "fr"),
    ],
)
def test_a_follow_up_too_short_to_tell_is_in_the_language_of_the_conversation(earlier: str, question: str, language: str) -> None:
    assert language_of(question, f"{earlier} {question}") == language
