"""The whole way from question to answer over the example documents."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.build import build_assistant, index_documents
from assistant.datatypes import Answer
from assistant.errors import QuestionError
from assistant.messages import message
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.errors import StoreError, StoreMismatchError, StoreMissingError

DEALS = "Who did Niger sign security deals with?"


def check_citations(answer: Answer, assistant: Assistant) -> None:
    for citation in (*answer.citations, *answer.closest):
        document = assistant.document(citation.document)
        assert document is not None
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.quote in citation.passage
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {number for item in answer.items for number in item.citations} == {one.number for one in answer.citations}


@pytest.mark.parametrize(
    ("question", "document", "holds"),
    [
        (DEALS, "niger-iran-memorandum.html", "Iran"),
        (DEALS, "mudhakkirat-al-nijar-wa-iran.txt", "مالي وبوركينا فاسو"),
        ("How long is the border between Niger and Nigeria?", "niger-nigeria-communique.md", "1,500"),
        ("ما طول الحدود بين النيجر ونيجيريا؟", "musalaha-niamey-wa-abuja.md", "1400"),
        ("Quel est le budget du programme Pirogue-Veille ?", "programme-pirogue-veille.md", "2,4"),
        ("What is the meal allowance for a full day of travel?", "travel-expenses-handbook.md", "45"),
        ("كم عدد المتدربين في الدفعة الأولى؟", "markaz-tadrib-haras-al-hudud.md", "240"),
        (
            "How many trainees joined the first intake of the border guard training centre?",
            "markaz-tadrib-haras-al-hudud.md",
            "240",
        ),
    ],
)
def test_a_question_is_answered_with_the_sentence_that_holds_it(
    question: str, document: str, holds: str, example_assistant: Assistant
) -> None:
    answer = example_assistant.ask(question)
    assert answer.answered
    assert any(citation.document == document and holds in citation.quote for citation in answer.citations)
    check_citations(answer, example_assistant)


def test_what_stands_in_the_questions_language_comes_first(example_assistant: Assistant) -> None:
    answer = example_assistant.ask("How long is the border between Niger and Nigeria?")
    assert "1,500 km" in answer.items[0].text
    assert answer.citations[0].language == "en"


@pytest.mark.parametrize(
    "question",
    [
        "Who won the 2022 World Cup?",
        "من فاز بكأس العالم لكرة القدم عام 2022؟",
        "Quelle est la capitale du Japon ?",
        "ما هي عاصمة اليابان؟",
        "Which river flows through Vienna?",
    ],
)
def test_what_the_documents_do_not_tell_is_not_answered(question: str, example_assistant: Assistant) -> None:
    answer = example_assistant.ask(question)
    assert not answer.answered
    assert (answer.items, answer.citations) == ((), ())
    assert 0 < len(answer.closest) <= 3
    check_citations(answer, example_assistant)


def test_the_refusal_speaks_the_language_of_the_question(example_assistant: Assistant) -> None:
    assert example_assistant.ask("Who won the 2022 World Cup?").text == "The documents don't tell."
    assert "الوثائق" in example_assistant.ask("من فاز بكأس العالم لكرة القدم عام 2022؟").text


def test_the_refusal_of_a_follow_up_speaks_its_own_language(example_assistant: Assistant) -> None:
    answer = example_assistant.ask("ومن هزم؟", ["Who won the 2022 World Cup?"])
    assert answer.language == "ar"
    assert "الوثائق" in answer.text
    assert "الوثائق" not in example_assistant.ask("And whom did they beat?", ["من فاز بكأس العالم لكرة القدم عام 2022؟"]).text


@pytest.mark.parametrize(
    ("greeting", "language"),
    [
        ("Good morning!", "en"),
        ("Thank you very much", "en"),
        ("What can you do?", "en"),
        ("مرحبا", "ar"),
        ("Merci beaucoup", "fr"),
    ],
)
def test_what_asks_nothing_of_the_documents_is_told_what_can_be_asked(
    greeting: str, language: str, example_assistant: Assistant
) -> None:
    answer = example_assistant.ask(greeting)
    assert answer.text == message("introduction", language)
    assert (answer.answered, answer.items, answer.closest, answer.to_json()["small_talk"]) == (False, (), (), True)


def test_to_two_questions_at_once_sentences_are_the_answer(example_assistant: Assistant) -> None:
    first, *_ = example_assistant.ask("Where and when was the training centre at Ayn al-Sidra opened?").items
    assert "14 أكتوبر 2024" in first.text
    assert "عين السدرة" in first.text


def test_thanks_are_answered_in_the_language_of_the_conversation(example_assistant: Assistant) -> None:
    answer = example_assistant.ask("ok", ["Quel est le budget du programme Pirogue-Veille ?"])
    assert (answer.text, answer.language) == (message("introduction", "fr"), "fr")


def test_thanks_between_do_not_part_a_follow_up_from_its_question(example_assistant: Assistant) -> None:
    earlier = "When did Niger and Iran sign the memorandum?"
    thanked = example_assistant.ask("And where?", [earlier, "Thank you!"])
    plain = example_assistant.ask("And where?", [earlier])
    assert thanked.items == plain.items != ()


def test_the_text_holds_every_item_with_its_marks(example_assistant: Assistant) -> None:
    answer = example_assistant.ask(DEALS)
    assert answer.text.split("\n") == [
        f"{item.shown} {''.join(f'[{number}]' for number in item.citations)}" for item in answer.items
    ]


@pytest.mark.parametrize("question", ["", "   \n ", "x" * 3000, "\udcff boat"])
def test_what_is_no_question_is_refused_with_a_reason(question: str, example_assistant: Assistant) -> None:
    with pytest.raises(QuestionError):
        example_assistant.ask(question)


def test_many_threads_get_the_same_answers(example_assistant: Assistant) -> None:
    alone = example_assistant.ask(DEALS)
    with ThreadPoolExecutor(4) as pool:
        for answer in pool.map(example_assistant.ask, [DEALS] * 6):
            assert replace(answer, seconds=alone.seconds) == alone


def test_a_running_assistant_sees_what_was_indexed_since(tmp_path: Path, tiny_model: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("The green boat has a crew of nine people on board.")
    settings = Settings(documents=folder, index=tmp_path / "index.sqlite", model=str(tiny_model), threshold=0.0)
    index_documents(settings)
    assistant = build_assistant(settings)
    assert assistant.ask("How many crew has the boat?").citations[0].document == "a.txt"
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("The blue boat has a crew of four people on board.")
    index_documents(settings)
    assert {one.document for one in assistant.ask("How many crew has the boat?").citations} == {"b.txt"}
    assistant.store.close()


def test_an_empty_index_answers_nothing(tmp_path: Path, tiny_model: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    settings = Settings(documents=folder, index=tmp_path / "index.sqlite", model=str(tiny_model))
    index_documents(settings)
    answer = build_assistant(settings).ask("Is anything here?")
    assert (answer.answered, answer.closest) == (False, ())


def test_another_models_index_is_refused_with_the_remedy(tmp_path: Path, tiny_model: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("The boat is green and it is rather large.")
    settings = Settings(documents=folder, index=tmp_path / "index.sqlite", model=str(tiny_model))
    index_documents(settings)
    bundled = replace(settings, model="")
    with pytest.raises(StoreMismatchError, match="--rebuild"):
        build_assistant(bundled)
    with pytest.raises(StoreMismatchError, match="--rebuild"):
        index_documents(bundled)
    assert len(index_documents(bundled, rebuild=True).added) == 1
    assert build_assistant(bundled).documents()[0].name == "a.txt"


def test_without_an_index_the_remedy_is_named(tmp_path: Path, tiny_model: Path) -> None:
    with pytest.raises(StoreMissingError, match="quoth index"):
        build_assistant(Settings(documents=tmp_path, index=tmp_path / "none.sqlite", model=str(tiny_model)))


def test_the_query_engine_gives_the_same_answer(example_assistant: Assistant) -> None:
    response = example_assistant.as_query_engine().query(DEALS)
    answer = example_assistant.ask(DEALS)
    assert str(response) == answer.text
    assert [scored.node.get_content() for scored in response.source_nodes] == [one.quote for one in answer.citations]
    assert json.loads(json.dumps(response.metadata))["citations"] == answer.to_json()["citations"]


def test_a_refusal_over_mere_labels_still_shows_the_closest(tmp_path: Path, tiny_model: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("Ok\n\nNo")
    settings = Settings(documents=folder, index=tmp_path / "index.sqlite", model=str(tiny_model))
    index_documents(settings)
    answer = build_assistant(settings).ask("What colour is the boat?")
    assert not answer.answered
    assert [one.document for one in answer.closest] == ["a.txt"]


def test_a_rebuild_forgets_nothing_where_the_folder_is_gone_or_empty(tmp_path: Path, tiny_model: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("The boat is green and it is rather large.")
    settings = Settings(documents=folder, index=tmp_path / "index.faiss", model=str(tiny_model))
    index_documents(settings)
    (folder / "a.txt").unlink()
    for _ in ("empty", "gone"):
        with pytest.raises(StoreError):
            index_documents(settings, rebuild=True)
        assert [document.name for document in build_assistant(settings).documents()] == ["a.txt"]
        if folder.exists():
            folder.rmdir()
