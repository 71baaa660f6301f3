"""Held-out questions put to small indexes: what is found, and what counts as right there."""

from dataclasses import replace
from statistics import fmean

import pytest

from assistant.evidence import READER_ALONE, weigh
from assistant.question_kind import Kind
from assistant.reader import Reader
from index.encode import Encoder
from tests.training_rows import parallel_questions, row
from training.corpora import Corpus, Passage, Question
from training.evidence import fit_evidence
from training.open_questions import A_LANGUAGE, OpenQuestion, open_questions
from training.rows import Rows

PLACES = ["Lisbon", "Oslo", "Accra", "Quito", "Hanoi", "Turin", "Perth", "Lagos", "Seoul", "Tunis", "Leeds", "Malmo"]


def rows() -> Rows:
    found = [
        row(
            f"The {place} fair of books opens in May. It is held at {place} Hall, and {number + 30} houses come to it.",
            f"{place} Hall",
            question=f"Where is the {place} fair of books held?",
        )
        for number, place in enumerate(PLACES)
    ]
    return Rows({"own": found}, [])


@pytest.fixture(scope="module")
def questions(encoder: Encoder) -> list[OpenQuestion]:
    return open_questions(rows(), encoder, lambda _: Kind.ONE, len(PLACES))


def test_each_question_finds_its_passage_unless_it_is_taken_out(questions: list[OpenQuestion]) -> None:
    assert len(questions) == len(PLACES)
    assert len({bool(question.answers) for question in questions}) == 2
    for question in questions:
        texts = [hit.chunk.text for hit in question.hits]
        assert 0 < len(texts) <= A_LANGUAGE
        assert (question.row.context in texts) == bool(question.answers)


def test_only_the_answer_in_its_own_passage_is_right(questions: list[OpenQuestion]) -> None:
    for question in questions:
        for hit in question.hits:
            hall = hit.chunk.text.index(" Hall")
            start = hit.chunk.text.index("at ") + 3
            own = hit.chunk.document in question.answers
            assert question.is_right(hit, start, hall + 5) == own
            assert question.holds(hit, hit.chunk.text.index("It is"), len(hit.chunk.text)) == own
            assert not question.is_right(hit, 0, 3)
            assert not question.holds(hit, 0, hit.chunk.text.index("It is"))


def test_by_the_fitted_weights_what_is_right_is_likelier(questions: list[OpenQuestion], reader: Reader, encoder: Encoder) -> None:
    foreign = [replace(question, asked=replace(question.asked, language="de")) for question in questions]
    evidence = fit_evidence([*questions, *foreign], reader, encoder)
    chances: dict[bool, list[float]] = {True: [], False: []}
    for question in [*questions, *foreign]:
        asked = question.asked
        for span in weigh(question.read(reader, encoder), asked.query, asked.language, encoder, evidence.one):
            chances[question.is_right(span.hit, span.start, span.end)].append(span.probability)
    assert fmean(chances[True]) > 2 * fmean(chances[False])
    assert fmean(chances[True] + chances[False]) == pytest.approx(
        len(chances[True]) / len(chances[True] + chances[False]), abs=0.02
    )


def test_weights_are_fitted_on_the_questions_that_want_such_answers(
    questions: list[OpenQuestion], reader: Reader, encoder: Encoder
) -> None:
    several = [replace(question, asked=replace(question.asked, kind=Kind.SEVERAL)) for question in questions]
    for_one, for_several = (fit_evidence(found, reader, encoder) for found in (questions, several))
    assert for_one.several == for_several.one == READER_ALONE.one
    assert READER_ALONE.one[0] not in {for_one.one[0], for_several.several[0]}


def test_more_of_the_questions_that_want_an_explanation_are_drawn_and_read_by_sentences(encoder: Encoder, reader: Reader) -> None:
    explained = {f"Where is the {place} fair of books held?" for place in PLACES[:6]}
    questions = open_questions(rows(), encoder, lambda text: Kind.EXPLAIN if text in explained else Kind.ONE, 4)
    assert {one.row.question for one in questions if one.wants_sentences} == explained
    assert sum(not one.wants_sentences for one in questions) == 4
    for question in questions:
        spans = question.read(reader, encoder)
        assert all(span.text == span.sentence for span in spans) == question.wants_sentences
        assert {question.is_answered_by(span) for span in spans} >= ({True, False} if question.answers else {False})


def test_the_same_seed_gives_the_same_questions(questions: list[OpenQuestion], encoder: Encoder) -> None:
    again = open_questions(rows(), encoder, lambda _: Kind.ONE, len(PLACES))
    assert [(one.row, one.answers) for one in again] == [(one.row, one.answers) for one in questions]
    assert open_questions(Rows({}, parallel_questions(4)), encoder, lambda _: Kind.ONE, 3)


def test_a_question_over_a_corpus_is_asked_once_of_all_its_passages_in_one_of_its_own_languages(encoder: Encoder) -> None:
    passages = (
        Passage("en", "The mill at Orrin", "The mill was sold in May. Its wheel is nine metres wide."),
        Passage("fr", "Le moulin d'Orrin", "Le moulin a été vendu à Paule Anquetil."),
        Passage("ar", "طاحونة أورين", "بُنيت الطاحونة عام 1811."),
    )
    asks = Question({"en": "Who bought the mill?", "de": "Wer hat die Mühle gekauft?"}, {1: ((24, 38),)}, Kind.ONE)
    corpus = Corpus("orrin-mill", passages, (asks,) * 8)
    questions = open_questions(Rows({}, []), encoder, lambda _: Kind.ONE, 1, [corpus])
    assert len(questions) == 8
    assert {question.asked.language for question in questions} == {"en", "de"}
    for question in questions:
        told = [hit for hit in question.hits if hit.chunk.document in question.answers]
        assert {hit.title for hit in question.hits} >= {"The mill at Orrin", "طاحونة أورين"}
        assert [hit.title for hit in told] == (["Le moulin d'Orrin"] if question.answers else [])
        assert all(question.is_right(hit, 24, 38) for hit in told)
