"""The small corpora that training asks its questions of."""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import cast

import numpy as np
import pytest

from assistant.evaluation.examples import read_examples
from assistant.question_kind import Kind
from index.encode import Encoder, Vectors
from training.corpora import (
    CONVERSATIONS,
    FOR_CHOOSING,
    FOR_FITTING,
    NEAREST,
    NEAREST_BESIDE,
    NEAREST_OWN,
    Asking,
    Corpus,
    askings,
    corpora,
    corpus_groups,
    corpus_rows,
    leaning_questions,
    main,
    near_misses,
    ranked_askings,
    write_evaluation,
)
from training.kinds import LEANING
from training.rows import Row


class LettersInCommon:
    """Finds two texts as close as the letters tell that both have."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return np.array([[letter in text for letter in "abcdefghijklmnopqrstuvwxyz0123456789"] for text in texts], np.float32)

    encode_questions = encode_passages


@pytest.fixture(scope="module")
def ranked() -> list[Asking]:
    return ranked_askings(cast(Encoder, LettersInCommon()))


@pytest.fixture(scope="module")
def every_corpus() -> list[Corpus]:
    return [*corpora(), *corpora(names=FOR_FITTING), *corpora(names=FOR_CHOOSING)]


def folded(text: str) -> str:
    """Its words alone."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_each_question_is_asked_in_one_language_to_three_and_is_of_its_kind(every_corpus: list[Corpus]) -> None:
    for corpus in every_corpus:
        for question in corpus.questions:
            assert len(question.ask) in (1, 2, 3), question
            assert (question.kind is None) == (not question.answers), question
            if question.kind is Kind.SEVERAL:
                assert sum(map(len, question.answers.values())) > 1, question


def test_answers_are_text_without_space_at_its_ends(every_corpus: list[Corpus]) -> None:
    for corpus in every_corpus:
        for question in corpus.questions:
            for position, ranges in question.answers.items():
                for start, end in ranges:
                    answer = corpus.passages[position].text[start:end]
                    assert answer
                    assert answer == answer.strip()


def test_names_of_corpora_are_their_own(every_corpus: list[Corpus]) -> None:
    names = [corpus.name for corpus in every_corpus]
    assert len(names) == len(set(names))
    assert set(names) >= FOR_FITTING | FOR_CHOOSING
    assert not FOR_FITTING & FOR_CHOOSING


def told_of_what_is_kept(rows: list[Row]) -> bool:
    kept = [passage.text for corpus in corpora(names=FOR_FITTING | FOR_CHOOSING) for passage in corpus.passages]
    return any(row.context.endswith(text) for row in rows for text in kept)


def test_training_sees_nothing_of_what_is_kept_for_fitting_and_choosing(ranked: list[Asking]) -> None:
    rows = corpus_rows(1, answered=True) + corpus_rows(1, answered=False)
    assert not told_of_what_is_kept(rows + near_misses(ranked, 1) + [row for group in corpus_groups(ranked, 1) for row in group])
    assert told_of_what_is_kept(corpus_rows(1, answered=True, names=FOR_FITTING))


def test_near_misses_are_the_nearest_passages_that_do_not_answer_in_the_questions_language_and_in_others(
    ranked: list[Asking],
) -> None:
    found = defaultdict(list)
    encoder = LettersInCommon()
    for row in near_misses(ranked, 1):
        assert not row.answers
        found[row.question].append(row.context)
    for corpus, question, asked in askings(corpora()):
        contexts = found[question.ask[asked]]
        silent = [corpus.passages[position] for position in corpus.silent(question)]
        chosen = [passage for passage in silent if any(context.endswith(passage.text) for context in contexts)]
        assert len(chosen) == min(len(silent), NEAREST if question.kind is None else NEAREST_BESIDE)
        assert len(contexts) == len(chosen) + 1  # one is of another corpus
        closeness = encoder.encode_passages([passage.text for passage in silent])
        close_to = closeness @ encoder.encode_questions([question.ask[asked]])[0] if silent else []
        in_its_language = sum(passage.language == asked for passage in silent)
        told_in_it = any(corpus.passages[position].language == asked for position in question.answers)
        if question.kind is None:
            most = max(NEAREST_OWN, NEAREST - (len(silent) - in_its_language))
        else:
            most = NEAREST_BESIDE if told_in_it or in_its_language == len(silent) else 0
        assert sum(passage.language == asked for passage in chosen) == min(most, in_its_language)
        for own in (True, False):
            here = [(near, one) for near, one in zip(close_to, silent, strict=True) if (one.language == asked) == own]
            taken = [near for near, one in here if one in chosen]
            assert sorted(taken) == sorted(near for near, _ in here)[len(here) - len(taken) :]


def share_answered(rows: list[Row], *, own: bool) -> float:
    """Of the rows whose passage is in the question's language, or is not, those with an answer."""
    return mean(bool(row.answers) for row in rows if (row.question_language == row.passage_language) == own)


def test_the_language_of_a_passage_does_not_tell_whether_it_answers(ranked: list[Asking]) -> None:
    rows = [row for group in corpus_groups(ranked, 1) for row in group]
    assert 0.8 < share_answered(rows, own=True) / share_answered(rows, own=False) < 1.25


def test_of_what_is_told_in_a_questions_language_passages_in_it_answer_at_most_twice_as_often(ranked: list[Asking]) -> None:
    told_in_it = [asking for asking in ranked if asking.is_told_in_its_language]
    rows = [row for group in corpus_groups(told_in_it, 1) for row in group]
    assert 0.6 < share_answered(rows, own=True) / share_answered(rows, own=False) < 2


def test_what_is_told_in_another_language_is_held_against_a_passage_in_the_questions_own(ranked: list[Asking]) -> None:
    told_elsewhere = [asking for asking in ranked if asking.question.answers and not asking.is_told_in_its_language]
    of_both = [asking for asking in told_elsewhere if 0 < len(asking.in_its_language & set(asking.beside)) < len(asking.beside)]
    groups = corpus_groups(of_both, 1)
    assert len(groups) == len(of_both) > 100
    for asking, group in zip(of_both, groups, strict=True):
        own_corpus = [row for row in group[:-1] if not row.answers]
        assert {row.passage_language == asking.asked for row in own_corpus} == {True, False}


def test_a_group_has_passages_that_answer_and_passages_that_do_not_also_of_another_corpus(ranked: list[Asking]) -> None:
    corpus_of = {passage.text: corpus.name for corpus in corpora() for passage in corpus.passages}
    for group in corpus_groups(ranked, 1):
        assert len({row.question for row in group}) == 1
        assert len({name for row in group for text, name in corpus_of.items() if row.context.endswith(text)}) == 2
        assert any(row.answers for row in group)
        assert not all(row.answers for row in group)


def test_a_follow_up_comes_after_the_question_it_leans_on_in_its_language_and_is_answered_as_another_is(
    every_corpus: list[Corpus],
) -> None:
    for corpus in every_corpus:
        for follow_up in corpus.follow_ups:
            for asked, text in follow_up.ask.items():
                before = [question for question in corpus.questions if text.startswith(question.ask.get(asked, text) + " ")]
                meant = [question for question in corpus.questions if question.answers == follow_up.answers]
                assert before, text
                assert meant, text
                assert before != meant, text


def test_follow_ups_are_trained_on_over_single_passages_that_do_not_answer_and_in_groups(ranked: list[Asking]) -> None:
    asked = {text for corpus in corpora() for follow_up in corpus.follow_ups for text in follow_up.ask.values()}
    assert len(asked) > 1000
    assert asked <= {row.question for row in near_misses(ranked, 1)}
    assert asked <= {group[0].question for group in corpus_groups(ranked, 1)}


def test_answers_stand_in_their_rows_under_whatever_heading(every_corpus: list[Corpus]) -> None:
    told = {
        (question.ask[asked], corpus.passages[position].text[start:end])
        for corpus, question, asked in askings(every_corpus)
        for position, ranges in question.answers.items()
        for start, end in ranges
    }
    for row in corpus_rows(2, answered=True):
        assert all((row.question, row.context[start:end]) in told for start, end in row.answers)
        assert row.answers


def test_what_is_kept_for_choosing_is_an_evaluation_set(tmp_path: Path) -> None:
    kept = corpora(names=FOR_CHOOSING)
    write_evaluation(tmp_path, kept)
    examples = read_examples(tmp_path / "evaluation.jsonl")
    assert len(examples) == sum(len(question.ask) for corpus in kept for question in corpus.questions)
    assert all(example.unanswerable != bool(example.expected) for example in examples)
    assert len(list((tmp_path / "documents").iterdir())) == sum(len(corpus.passages) for corpus in kept)


def test_the_command_writes_both_sets_beside_their_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["training.corpora", str(tmp_path / "choosing")])
    main()
    assert read_examples(tmp_path / "choosing" / "conversations.jsonl") == read_examples(CONVERSATIONS)
    assert read_examples(tmp_path / "choosing" / "evaluation.jsonl")
    assert list((tmp_path / "choosing" / "documents").glob("*.md"))


def test_what_the_conversations_for_choosing_expect_stands_in_their_corpora_and_not_in_those_for_training() -> None:
    texts = [passage.text for corpus in corpora(names=FOR_CHOOSING) for passage in corpus.passages]
    asked_in_training = {
        *(folded(text) for _, question, _ in askings(corpora(), follow_ups=True) for text in question.ask.values()),
        *(folded(row["question"]) for row in leaning_questions(corpora())),
        *(folded(json.loads(line)["question"]) for line in LEANING.read_text(encoding="utf-8").splitlines()),
    }
    conversations = read_examples(CONVERSATIONS)
    assert len(conversations) > 60
    for example in conversations:
        assert example.history
        assert not asked_in_training & {folded(example.question), folded(" ".join([*example.history, example.question]))}
        assert all(any(form in text for text in texts) for forms in example.expected for form in forms)
