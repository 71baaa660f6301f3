"""What the reader learns from many passages at once, and from tables and lists of sentences."""

import math
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.bundled import bundled_model_folder
from index.encode import Encoder, load_encoder
from tests.training_rows import parallel_entry, tiny_network, write_rows
from training.development import development_cases
from training.features import Example, make_examples
from training.fit import _batches, _losses, chosen, groups_of
from training.groups import parallel_group, varied
from training.mixture import Mixture
from training.negatives import grouped_by_keywords
from training.records import RECORDS, sentence_list
from training.rows import ParallelQuestion, Row, Rows

SENTENCES = [f"The mill of {name} was built in {year}." for year, name in enumerate(["Alder", "Birch", "Cedar", "Dahlia"], 1801)]


def mill(position: int, language: str = "en") -> Row:
    """When one of the mills was built, over a passage that tells of it and of nothing else."""
    start = SENTENCES[position].index("18")
    question = SENTENCES[position].replace("The mill", "When was the mill").split(" was built")[0] + " built?"
    return Row("own", language, language, question, SENTENCES[position] + " It still turns.", ((start, start + 4),))


def answers(row: Row) -> list[str]:
    return [row.context[start:end] for start, end in row.answers]


@given(st.integers(0, 3), st.integers(0, 10_000), st.booleans())
def test_a_list_of_sentences_holds_the_answer_once_or_not_at_all(position: int, seed: int, answered: bool) -> None:
    row, others = mill(position), [mill(other) for other in range(4) if other != position]
    made = sentence_list(row, row.answers[0], others, random.Random(seed), answered=answered)
    assert made is not None
    assert made.question == row.question
    assert answers(made) == (answers(row) if answered else [])
    assert made.context.count(answers(row)[0]) == answered
    lines = [line.strip("-*•. 0123456789") for line in made.context.split("\n")]
    assert all(any(line in one.context for one in (row, *others)) for line in lines)


@given(st.integers(0, 10_000))
def test_a_group_is_one_question_and_something_in_it_answers(seed: int) -> None:
    chooser = random.Random(seed)
    groups = grouped_by_keywords([mill(position) for position in range(4)], chooser, wanted=4)
    assert groups
    for group in groups:
        rows = varied(group, chooser)
        assert len({row.question for row in rows}) == 1
        right = answers(group[0])[0]
        assert all(right not in row.context for row in group[1:])
        assert [right] in [answers(row) for row in rows]


@given(st.integers(0, 10_000))
def test_a_parallel_group_asks_in_one_language_over_passages_of_others(seed: int) -> None:
    questions = [ParallelQuestion(0, i, {language: mill(i, language) for language in ("ar", "de", "en")}) for i in range(4)]
    rows = parallel_group(questions, 0, [1, 2, 3], ("ar", "de", "en"), random.Random(seed))
    assert {(row.question_language, row.question) for row in rows} == {("ar", mill(0).question)}
    assert Counter(bool(row.answers) for row in rows)[False] == 3
    assert all(right not in row.context for row in rows if not row.answers for right in answers(mill(0)))
    assert answers(rows[0]) == answers(mill(0))


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 5)), max_size=40), st.integers(50, 300))
def test_a_group_is_never_torn_apart_and_a_batch_never_too_long(examples: list[tuple[int, int]], budget: int) -> None:
    made = [Example([0] * length, 0, (), group) for length, group in examples]
    batches = [batch for batch in _batches(made, budget, random.Random(1)) if batch]
    assert sorted(len(example.ids) for batch in batches for example in batch) == sorted(length for length, _ in examples)
    for group in {group for _, group in examples if group}:
        assert sum(any(example.group == group for example in batch) for batch in batches) == 1
    for batch in batches:
        one_group = len({example.group for example in batch}) == 1 and batch[0].group
        assert one_group or max(len(example.ids) for example in batch) * len(batch) <= budget


def test_the_groups_of_a_block_are_told_apart(tiny_model: Path) -> None:
    parallel = [ParallelQuestion(0, i, {language: mill(i, language) for language in ("ar", "de", "en")}) for i in range(4)]
    mixture = Mixture(Rows({"own": [mill(i) for i in range(4)]}, parallel), load_encoder(str(tiny_model)), seed=1)
    drawn = [one for one in mixture.block(3) if one.group]
    assert {one.kind for one in drawn} == {"groups, parallel", "groups, by keywords", "groups, corpora", "groups, posts"}
    for group in {one.group for one in drawn}:
        members = [one for one in drawn if one.group == group]
        assert len({(one.kind, one.row.question_language, one.row.question) for one in members}) == 1
        assert 2 <= len(members) <= 6
    tokenizer = Tokenizer.from_file(str(bundled_model_folder() / "tokenizer.json"))
    assert {example.group for example in make_examples(drawn, tokenizer, 64, random.Random(1))} == {one.group for one in drawn}


def test_a_passage_that_does_not_answer_learns_from_the_one_that_does() -> None:
    right, wrong = Example([0, 9, 2, 2, 8, 7, 2], 4, ((4, 4),), 1), Example([0, 9, 2, 2, 7, 8, 2], 4, (), 1)

    def gradient(batch: list[Example]) -> torch.Tensor:
        network = tiny_network().eval()
        _losses(network, batch, torch.device("cpu"), bfloat16=False)
        assert network.span.weight.grad is not None
        return network.span.weight.grad

    apart = gradient([replace(example, group=0) for example in (right, wrong)])
    assert not torch.allclose(gradient([right, wrong]), apart)
    assert torch.allclose(gradient([replace(right, group=0), wrong]), apart)  # alone, what answers nothing has nothing to choose


def test_a_groups_shares_are_of_all_its_passages() -> None:
    examples = [Example([0], 0, ((1, 1),), 5), Example([0], 0, (), 5), Example([0], 0, (), 7), Example([0], 0, ((1, 1),))]
    assert groups_of(examples) == [[0, 1]]
    logits, right = torch.log(torch.tensor([[1.0, 2.0], [3.0, 4.0]])), torch.tensor([[0.0, 1.0], [0.0, 1.0]])
    assert chosen(logits, right).item() == pytest.approx(-math.log(0.6))


def test_the_held_out_tables_are_among_the_development_cases(tmp_path: Path, encoder: Encoder) -> None:
    folder = write_rows(tmp_path / "rows", {"xquad-parallel": [parallel_entry(30, number) for number in range(2)]})
    records = [case.row for case in development_cases(folder, encoder, 5) if case.group == RECORDS]
    assert Counter(bool(row.answers) for row in records) == {True: 5, False: 5}
