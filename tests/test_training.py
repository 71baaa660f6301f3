"""Training: what is held out stays out, negatives do not answer, a run that stops goes on as if it had not."""

import gzip
import json
import random
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import count, permutations
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

import training.fit
from assistant.question_kind import Kind
from assistant.reader import LONGEST_QUESTION, Reader
from assistant.reader_network import BEGIN, END, PAD, ReaderNetwork, pad
from assistant.reader_weights import ReaderWeights
from assistant.spelling import is_arabic
from index.bundled import bundled_model_folder
from index.encode import load_encoder
from tests.texts import SCRIPTS
from training.development import Case, area_under_curve, development_cases, for_fitting, read_cases
from training.explanations import FOUND_EXPLANATIONS
from training.export import checkpoint_differences
from training.features import Example, answer_tokens, make_examples
from training.fit import LENGTHS, Plan, fit, put_on, targets
from training.followups import follow_ups, shortened
from training.kinds import LEANING, QUESTIONS
from training.lists import LISTS
from training.mixture import ANOTHER_PART, KINDS_IN_GROUPS, LATE, Drawn, Mixture
from training.negatives import ranked_by_keywords, ranked_parallel, renamed
from training.rows import (
    FIRST_HELD_OUT_ARTICLE,
    DataError,
    ParallelQuestion,
    Row,
    Rows,
    agreed,
    data_hashes,
    is_held_out,
    read_rows,
)
from training.translations import FILE, TRANSLATED, TRANSLATED_GROUPS

WORDS = ["mill", "bridge", "river", "stone", "garden", "school", "baker", "ridge", "sheep", "winter", "flood", "harbour", "lamp"]
NAMES = ["Alder", "Birch", "Cedar", "Dahlia", "Elm Court", "Fern", "Gorse Hill", "Hazel", "Ivy", "Juniper"]
QUESTION = "where is the lamp ?"


@cache
def word_tokenizer() -> Tokenizer:
    """One token a word."""
    words = ["<s>", "<pad>", "</s>", "<unk>", *WORDS, *QUESTION.split(), ".", ","]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(dict.fromkeys(words))}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


@cache
def bundled_tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(bundled_model_folder() / "tokenizer.json"))


def row(context: str, *answers: str, question: str = QUESTION, source: str = "own", language: str = "en") -> Row:
    places = tuple((context.index(answer), context.index(answer) + len(answer)) for answer in answers)
    return Row(source, language, language, question, context, places)


def entry(context: str, answer: str | None, question: str = QUESTION, language: str = "en") -> dict[str, Any]:
    answers = [] if answer is None else [{"text": answer, "start": context.index(answer)}]
    return {"lang": language, "question": question, "context": context, "answers": answers}


def parallel_entry(
    article: int, number: int, languages: Sequence[str] = ("ar", "de", "en", "es", "hi", "ru", "zh")
) -> dict[str, Any]:
    """One question of the parallel rows over a passage of its own, in made-up words of each language."""
    parts = {}
    for language in languages:
        context = f"{language} house {article}-{number} stands by the {WORDS[number % len(WORDS)]} since 19{number % 90 + 10}."
        parts[language] = entry(context, f"19{number % 90 + 10}", f"{language}: since when does house {article}-{number} stand?")
    return {"id": f"{article}-0-{number}", "languages": parts}


def write_rows(folder: Path, files: Mapping[str, Sequence[dict[str, Any]]]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, entries in files.items():
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries)
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return folder


@pytest.fixture(scope="session")
def rows_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of rows in several languages, of the sources that the mixture knows."""
    english = [
        entry(
            f"{name} was built in {1800 + number}. {other} was built in {1900 + number}. "
            + "Its walls are thick. " * (number % 30),
            str(1800 + number),
            f"When was {name} built?",
        )
        for number, (name, other) in enumerate(list(permutations(NAMES, 2)) * 2)
    ]
    several = [
        entry(
            f"Talo {number} on kylässä {number % 7}. Se on vanha.", f"kylässä {number % 7}", f"Missä talo {number} on?", language
        )
        for number, language in enumerate(["fi", "sw", "ko"] * 40)
    ]
    across = [{**entry(f"Le pont {i} est à Lyon.", "Lyon", f"Ina gada {i} take?"), "lang": "hau>fr"} for i in range(60)]
    files = {
        "qamr": english[:90],
        "squad2-half-dev": [*english[60:], *(entry(f"Nothing is told here of {i}.", None) for i in range(40))],
        "tydiqa-goldp": several,
        "afriqa-crosslingual": across,
        "xquad-parallel": [parallel_entry(article, number) for number in range(3) for article in range(36)],
    }
    return write_rows(tmp_path_factory.mktemp("rows"), files)


# The rows


def test_nothing_that_is_held_out_is_trained_on(rows_folder: Path) -> None:
    training_part, held_out = read_rows(rows_folder, held_out=False), read_rows(rows_folder, held_out=True)

    def contexts(rows: Rows) -> set[str]:
        found = {one.context for source in rows.sources.values() for one in source}
        return found | {one.context for question in rows.parallel for one in question.rows.values()}

    assert contexts(training_part)
    assert any(held_out.sources.values())
    assert not contexts(training_part) & contexts(held_out)
    for name, kept in training_part.sources.items():
        assert not any(is_held_out(one.context) for one in kept)
        assert all(is_held_out(one.context) for one in held_out.sources[name])
    both = {name: len(kept) + len(held_out.sources[name]) for name, kept in training_part.sources.items()}
    assert both == {"qamr": 90, "squad2-half-dev": 160, "tydiqa-goldp": 120, "afriqa-crosslingual": 60}


def test_a_passage_of_several_sources_is_in_one_part_only(tmp_path: Path) -> None:
    passages = [f"The {word} of village {number} was mended." for number in range(60) for word in WORDS[:5]]
    files = {name: [entry(text, "mended", f"{name}?") for text in passages] for name in ("qamr", "policyqa", "jaquad")}
    folder = write_rows(tmp_path, files)
    parts = [read_rows(folder, held_out=held_out) for held_out in (False, True)]
    for passage in passages:
        found = [{name for name, kept in part.sources.items() if any(r.context == passage for r in kept)} for part in parts]
        assert sorted(map(len, found)) == [0, 3]
    assert 0 < sum(map(len, parts[1].sources.values())) < len(passages) * 3 / 5


def test_parallel_rows_are_parted_by_article(rows_folder: Path) -> None:
    training_part, held_out = read_rows(rows_folder, held_out=False).parallel, read_rows(rows_folder, held_out=True).parallel
    assert {question.article for question in training_part} == set(range(FIRST_HELD_OUT_ARTICLE))
    assert {question.article for question in held_out} == set(range(FIRST_HELD_OUT_ARTICLE, 36))
    assert len(training_part) + len(held_out) == 108


def test_rows_of_squad2_that_tell_of_held_out_articles_are_in_neither_part(
    rows_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [read_rows(rows_folder, held_out=held_out).sources["squad2-half-dev"] for held_out in (False, True)]
    monkeypatch.setattr("training.rows.SQUAD2_ROWS", 50)
    cut = [read_rows(rows_folder, held_out=held_out).sources["squad2-half-dev"] for held_out in (False, True)]
    assert sum(map(len, cut)) == 50
    assert all(kept == before[: len(kept)] for kept, before in zip(cut, whole, strict=True))


def test_rows_say_where_their_answers_stand(rows_folder: Path) -> None:
    rows = read_rows(rows_folder, held_out=False)
    for one in rows.sources["qamr"]:
        assert [one.context[start:end].isdecimal() for start, end in one.answers] == [True]
    assert {(one.question_language, one.passage_language) for one in rows.sources["afriqa-crosslingual"]} == {("hau", "fr")}
    across = rows.parallel[0].across("ar", "zh")
    assert (across.question_language, across.passage_language) == ("ar", "zh")
    assert across.question.startswith("ar: ")
    assert across.context.startswith("zh ")
    assert across.context[slice(*across.answers[0])] == rows.parallel[0].rows["en"].context[-5:-1]


def compressed(text: str) -> bytes:
    return gzip.compress(text.encode())


def flipped(data: bytes) -> bytes:
    """The same with one byte of the compressed stream changed so that it cannot be unpacked."""
    for position in range(12, len(data)):
        changed = data[:position] + bytes([data[position] ^ 255]) + data[position + 1 :]
        try:
            gzip.decompress(changed)
        except zlib.error:
            return changed
        except (OSError, EOFError):
            continue
    raise AssertionError("no byte breaks it")


LINE = json.dumps(entry("The lamp is by the well.", "the well")) + "\n"
DAMAGES: dict[str, Callable[[], bytes]] = {
    "not compressed": LINE.encode,
    "cut off": lambda: compressed(LINE * 50)[:-12],
    "a byte changed": lambda: flipped(compressed(LINE * 50)),
    "not JSON": lambda: compressed("lang,question,context\n"),
    "cut off inside": lambda: compressed(LINE * 3 + LINE[:20]),
    "not UTF-8": lambda: gzip.compress(b'{"lang": "\xff"}\n'),
    "no context": lambda: compressed(json.dumps({"lang": "en", "question": "?", "answers": []}) + "\n"),
    "a list": lambda: compressed("[1, 2]\n"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["qamr", "xquad-parallel"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, damage: str, name: str) -> None:
    path = tmp_path / f"{name}.jsonl.gz"
    path.write_bytes(DAMAGES[damage]())
    with pytest.raises(DataError) as caught:
        read_rows(tmp_path, held_out=False)
    assert str(path) in str(caught.value)
    assert "Copy it anew" in str(caught.value)


def test_a_folder_without_rows_is_told(tmp_path: Path) -> None:
    (tmp_path / "qamr.jsonl").write_text(LINE, encoding="utf-8")
    for folder in (tmp_path, tmp_path / "missing", tmp_path / "qamr.jsonl"):
        with pytest.raises(DataError, match=r"Give the folder of question-passage-answer rows"):
            read_rows(folder, held_out=False)


def test_the_command_tells_of_a_bad_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.__main__ import main

    monkeypatch.setattr(sys, "argv", ["training", str(tmp_path / "missing"), "--out", str(tmp_path / "run")])
    assert main() == 2
    assert "Give the folder" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_the_data_are_named_by_their_hashes(rows_folder: Path, tmp_path: Path) -> None:
    hashes = data_hashes(rows_folder)
    assert set(hashes) == {path.name for path in rows_folder.iterdir()}
    other = write_rows(tmp_path, {"qamr": [entry("A lamp.", "lamp")]})
    assert data_hashes(other)["qamr.jsonl.gz"] != hashes["qamr.jsonl.gz"]


# Rows to tokens

passages = st.lists(st.sampled_from(WORDS), min_size=1, max_size=80)


def spelled(ids: Sequence[int]) -> str:
    return " ".join(str(word_tokenizer().id_to_token(number)) for number in ids)


def passage_of(example: Example) -> list[int]:
    return example.ids[example.offset : -1]


@given(passages, st.data(), st.integers(4, 90), st.integers(0, 9))
@settings(deadline=None)
def test_the_answers_tokens_spell_the_answer(words: list[str], data: st.DataObject, longest: int, seed: int) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    context = " ".join(words)
    start = len(" ".join(words[:first])) + bool(first)
    answer = " ".join(words[first : last + 1])
    question = "where " * data.draw(st.integers(0, 80))
    one = Row("own", "en", "en", question, context, ((start, start + len(answer)),))
    examples = make_examples([Drawn("own", one)], word_tokenizer(), longest, random.Random(seed))
    if last - first + 1 > longest:
        assert examples == []
        return
    (example,) = examples
    ((begin, end),) = example.answers
    assert spelled(example.ids[begin : end + 1]) == answer
    assert example.offset <= begin <= end < len(example.ids) - 1
    assert spelled(passage_of(example)) in context
    assert len(passage_of(example)) == min(longest, len(words))
    asked = example.ids[1 : example.offset - 2]
    assert len(asked) == min(LONGEST_QUESTION, len(question.split()))
    assert (example.ids[0], example.ids[example.offset - 2 : example.offset], example.ids[-1]) == (BEGIN, [END, END], END)


@given(passages, st.integers(4, 90), st.integers(0, 9))
@settings(deadline=None)
def test_where_there_is_no_answer_the_first_token_is_pointed_at(words: list[str], longest: int, seed: int) -> None:
    (example,) = make_examples([Drawn("own", row(" ".join(words)))], word_tokenizer(), longest, random.Random(seed))
    assert example.answers == ()
    assert spelled(passage_of(example)) in " ".join(words)
    assert len(passage_of(example)) == min(longest, len(words))


@given(st.sampled_from(sorted(set(SCRIPTS) - {"Combining marks"})), st.data())
@settings(deadline=None)
def test_an_answers_tokens_cover_it_in_every_script(script: str, data: st.DataObject) -> None:
    text = SCRIPTS[script]  # composed, as documents are
    words = [found.span() for found in re.finditer(r"\S+", text)]
    number = data.draw(st.integers(0, len(words) - 1))
    start, end = words[number][0], words[data.draw(st.integers(number, len(words) - 1))][1]
    encoding = bundled_tokenizer().encode(text, add_special_tokens=False)
    place = answer_tokens(encoding, start, end)
    assert place is not None
    first, last = place
    assert 0 <= first <= last < len(encoding.ids)
    covered = {position for a, b in encoding.offsets[first : last + 1] for position in range(a, b)}
    assert {position for position in range(start, end) if text[position].isalnum()} <= covered
    assert not any(text[position].isalnum() for position in covered - set(range(start, end)))
    assert all(not a < b or b <= start or a >= end for a, b in encoding.offsets[:first] + encoding.offsets[last + 1 :])


def test_the_answer_that_most_gave_is_pointed_at() -> None:
    context = "the lamp is by the mill in the garden"
    one = Row("own", "en", "en", QUESTION, context, ((12, 23), (15, 23), (15, 23), (12, 37)))
    (example,) = make_examples([Drawn("own", one)], word_tokenizer(), 40, random.Random(0))
    ((begin, end),) = example.answers
    assert spelled(example.ids[begin : end + 1]) == "the mill"


def test_of_answers_that_agree_as_well_the_shorter_is_pointed_at() -> None:
    context = "the lamp is by the mill in the garden"
    assert agreed(context, ((12, 37), (15, 23))) == (15, 23)
    assert agreed(context, ((15, 23), (12, 37))) == (15, 23)


def test_rows_whose_annotators_disagree_are_left_out() -> None:
    context = "the lamp is by the mill in the garden"
    one = Row("own", "en", "en", QUESTION, context, ((0, 8), (15, 23), (27, 37)))
    assert make_examples([Drawn("own", one)], word_tokenizer(), 40, random.Random(0)) == []


@given(st.lists(st.sampled_from(WORDS), min_size=8, max_size=60), st.integers(3, 70), st.integers(0, 9))
@settings(deadline=None)
def test_of_a_list_all_answers_that_are_read_are_pointed_at(words: list[str], longest: int, seed: int) -> None:
    context = " ".join(words)
    wanted = words[len(words) // 2]
    places = tuple(found.span() for found in re.finditer(rf"\b{wanted}\b", context))
    one = Row(LISTS, "en", "en", QUESTION, context, places)
    (example,) = make_examples([Drawn(LISTS, one)], word_tokenizer(), longest, random.Random(seed))
    assert example.answers
    assert all(spelled(example.ids[begin : end + 1]) == wanted for begin, end in example.answers)
    assert len(example.answers) == spelled(passage_of(example)).split().count(wanted)
    starts, ends = targets([example], len(example.ids))
    assert torch.allclose(torch.stack([starts.sum(1), ends.sum(1)]), torch.ones(2, 1))
    assert starts.nonzero()[:, 1].tolist() == [begin for begin, _ in example.answers]


def test_rows_without_a_place_for_their_answer_are_left_out() -> None:
    one = Row("own", "en", "en", QUESTION, "the lamp  is here", ((8, 9),))
    assert make_examples([Drawn("own", one)], word_tokenizer(), 40, random.Random(0)) == []


@given(st.lists(st.sampled_from(WORDS[:4]), min_size=20, max_size=120), st.data(), st.integers(6, 60))
@settings(deadline=None)
def test_another_part_never_holds_the_answers_tokens(words: list[str], data: st.DataObject, longest: int) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(first + 5, len(words) - 1)))
    start = len(" ".join(words[:first])) + bool(first)
    answer = " ".join(words[first : last + 1])
    one = Row("own", "en", "en", QUESTION, " ".join(words), ((start, start + len(answer)),))
    for example in make_examples([Drawn(ANOTHER_PART, one)], word_tokenizer(), longest, random.Random(0)):
        assert example.answers == ()
        assert len(passage_of(example)) <= longest
        assert f" {answer} " not in f" {spelled(passage_of(example))} "
        assert spelled(passage_of(example)) in one.context


@pytest.mark.parametrize(
    ("answers", "elsewhere"),
    [
        (["by the old harbour", "harbour"], "The harbour is old."),  # another annotator's
        (["harbour"], "It is old (harbour)."),  # in other tokens
        (["Harbour"], "There is a harbour."),
        (["harbour"], "Many harbours are old."),
    ],
)
def test_another_part_never_holds_any_of_the_answers(answers: list[str], elsewhere: str) -> None:
    beginning = f"The lamp is by the old {answers[-1]}."
    context = f"{beginning} " + "Sheep graze on the ridge in winter. " * 6 + elsewhere
    examples = make_examples([Drawn(ANOTHER_PART, row(context, *answers))], bundled_tokenizer(), 100, random.Random(0))
    for example in examples:
        part = bundled_tokenizer().decode(passage_of(example)).casefold()
        assert not any(answer.casefold() in part for answer in answers)


def test_another_part_is_read_where_it_does_not_answer() -> None:
    context = "The lamp is by the harbour. " + "Sheep graze on the ridge in winter. " * 12
    (example,) = make_examples([Drawn(ANOTHER_PART, row(context, "harbour"))], bundled_tokenizer(), 60, random.Random(0))
    assert example.answers == ()
    assert "Sheep graze" in bundled_tokenizer().decode(passage_of(example))


# Negatives and the mixture


def names_rows() -> list[Row]:
    return [
        row(f"{name} was built in {1800 + i}. {other} is younger.", str(1800 + i), question=f"When was the house {name} built?")
        for i, (name, other) in enumerate(permutations(NAMES, 2))
    ]


@given(st.integers(0, 1000))
@settings(deadline=None)
def test_a_renamed_question_asks_for_what_the_passage_does_not_name(seed: int) -> None:
    rows = names_rows()
    by_context = {one.context: one for one in rows}
    negatives = renamed(rows, random.Random(seed), 40)
    assert len(negatives) == 40
    for negative in negatives:
        original = by_context[negative.context]
        assert negative.answers == ()
        assert negative.question != original.question
        (new,) = (name for name in NAMES if name in negative.question)
        assert new.casefold() not in negative.context.casefold()
        assert negative.question == f"When was the house {new} built?"


def test_a_renamed_question_never_asks_for_a_part_of_whom_the_passage_names() -> None:
    context = "Obama was born in 1961. Bush was born in 1946."
    rows = [
        row(context, "1946", question="When was Bush born?"),
        *(row("He lived in Kenya.", "Kenya", question="Where did the senior Barack Obama live?") for _ in range(30)),
    ]
    for seed in range(30):
        for negative in renamed(rows, random.Random(seed), 100):
            assert negative.context != context or "Obama" not in negative.question


def test_renaming_ends_where_there_is_nothing_to_rename() -> None:
    assert renamed([], random.Random(0), 5) == []
    assert renamed([row("it is here", "here", question="where?")], random.Random(0), 5) == []


def test_passages_found_by_keywords_do_not_hold_the_answer(rows_folder: Path) -> None:
    for found in read_rows(rows_folder, held_out=False).sources.values():
        answers = {one.question: [one.context[slice(*place)] for place in one.answers] for one in found}
        contexts = {one.context: one.passage_language for one in found}
        for negative in ranked_by_keywords(found, random.Random(1), 50):
            assert negative.answers == ()
            assert contexts[negative.context] == negative.passage_language
            assert not any(answer in negative.context for answer in answers[negative.question])


def parallel_questions(number: int) -> list[ParallelQuestion]:
    from training.rows import _parallel

    return [_parallel(parallel_entry(i % 30, i)) for i in range(number)]


def test_passages_ranked_for_parallel_questions_do_not_hold_the_answer(tiny_model: Path) -> None:
    questions = parallel_questions(60)
    ranked = ranked_parallel(questions, load_encoder(str(tiny_model)))
    assert len(ranked) == 60
    for question, found in zip(questions, ranked, strict=True):
        assert found
        english = question.rows["en"]
        for position in found:
            assert english.context[slice(*english.answers[0])] not in questions[position].rows["en"].context


@pytest.fixture(scope="module", autouse=True)
def translated_questions() -> Iterator[None]:
    """The folder's questions when something was built, in French and German."""
    table = {("squad2-half-dev", f"When was {name} built?"): {"fr": f"Quand {name} ?", "de": f"Wann {name}?"} for name in NAMES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.translations.translations", lambda: table)
        yield


@pytest.fixture(scope="module")
def mixture(rows_folder: Path, tiny_model: Path, translated_questions: None) -> Mixture:
    """One of the folder's rows."""
    return Mixture(read_rows(rows_folder, held_out=False), load_encoder(str(tiny_model)), seed=3)


def test_the_same_seed_and_rows_give_the_same_blocks(mixture: Mixture, rows_folder: Path, tiny_model: Path) -> None:
    again = Mixture(read_rows(rows_folder, held_out=False), load_encoder(str(tiny_model)), seed=3)
    assert again.block(0) == mixture.block(0)
    assert again.block(5) == mixture.block(5)
    assert mixture.block(0) != mixture.block(5)
    other = Mixture(read_rows(rows_folder, held_out=False), load_encoder(str(tiny_model)), seed=4)
    assert other.block(0) != mixture.block(0)


def test_each_kind_is_what_its_name_says(mixture: Mixture, rows_folder: Path) -> None:
    block = mixture.block(1)
    assert {drawn.kind for drawn in block} >= {"qamr", "tydiqa-goldp", ANOTHER_PART, "negatives, renamed"}
    held_out = {one.context for source in read_rows(rows_folder, held_out=True).sources.values() for one in source}
    for drawn in block:
        one = drawn.row
        assert one.context not in held_out
        if "across languages" in drawn.kind:
            assert one.question_language != one.passage_language
        if "one language" in drawn.kind:
            assert one.question_language == one.passage_language
        if drawn.kind.startswith("negatives") and drawn.kind != ANOTHER_PART:
            assert one.answers == ()
        if drawn.kind.startswith("parallel"):
            assert one.context[slice(*one.answers[0])] in one.context
        assert all(0 <= start < end <= len(one.context) for start, end in one.answers)


def test_a_translated_question_is_put_to_its_passage_and_to_passages_that_look_like_it(mixture: Mixture) -> None:
    singles = [drawn.row for drawn in mixture.block(1) if drawn.kind == TRANSLATED]
    groups: dict[int, list[Row]] = {}
    for drawn in mixture.block(1):
        if drawn.kind == TRANSLATED_GROUPS:
            groups.setdefault(drawn.group, []).append(drawn.row)
    assert singles
    assert groups
    for one in [*singles, *(one for group in groups.values() for one in group)]:
        assert (one.question_language, one.passage_language) in {("fr", "en"), ("de", "en")}
        assert re.fullmatch(r"Quand \w.* \?|Wann \w.*\?", one.question)
    for one in singles:
        (place,) = one.answers
        name = one.question.removeprefix("Quand ").removeprefix("Wann ").rstrip(" ?")
        assert one.context.startswith(f"{name} was built in {one.context[slice(*place)]}.")
    for group in groups.values():
        assert any(one.answers for one in group)
    asked: dict[int, set[tuple[str, str]]] = {}
    for drawn in mixture.block(1):
        if drawn.group:
            asked.setdefault(drawn.group, set()).add((drawn.kind, drawn.row.question))
    assert {kind for found in asked.values() for kind, _ in found} == set(KINDS_IN_GROUPS)
    assert all(len(found) == 1 for found in asked.values())


def test_translations_are_of_questions_in_another_language() -> None:
    entries = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert len({(entry["source"], entry["question"]) for entry in entries}) == len(entries)
    for entry in entries:
        others = {language: text for language, text in entry.items() if language not in {"source", "question"}}
        assert others
        assert len(others) <= 2
        assert set(others) <= {"ar", "de", "en", "es", "fr"}
        assert all(text.strip() == text and "?" in text.replace("؟", "?") for text in others.values()), entry
        assert all(is_arabic(text) == (language == "ar") for language, text in others.items()), entry
        assert entry["question"] not in others.values()


def test_some_kinds_come_late(mixture: Mixture) -> None:
    early, late = ({drawn.kind for drawn in mixture.block(2, progress)} for progress in (0.1, 0.9))
    assert late - early == set(LATE) - {FOUND_EXPLANATIONS}  # the rows here ask neither how nor why
    assert early < late


@pytest.mark.parametrize("number", [1, 9, 20, 21, 51])
def test_every_parallel_question_comes_before_any_comes_again(number: int, tiny_model: Path) -> None:
    mixture = Mixture(Rows({}, parallel_questions(number)), load_encoder(str(tiny_model)), seed=0)
    for kind in ("parallel, one language", "parallel, across languages", "negatives, parallel, across languages"):
        asked = [drawn.row.question.partition(": ")[2] for drawn in mixture.block(0) if drawn.kind == kind]
        times = [asked.count(question) for question in dict.fromkeys(asked)]
        assert len(times) == min(number, len(asked))
        assert max(times) - min(times) <= 1


def test_a_follow_up_is_two_questions_with_the_seconds_answer() -> None:
    rows = []
    for number, name in enumerate(NAMES):
        context = f"{name} was built in {1801 + number} by the baker."
        rows.append(row(context, str(1801 + number), question=f"When was {name} built?"))
        rows.append(row(context, "the baker", question=f"Who built {name}?"))
    found = follow_ups(rows, parallel_questions(30), 200, seed=1)
    assert follow_ups(rows, parallel_questions(30), 200, seed=1) == found
    own = [one for one in found if one.source == "own"]
    assert len(own) == len(NAMES)
    for one in own:
        asked_last = one.question.split("?")[-2]
        assert one.context[slice(*one.answers[0])].isdecimal() == ("When was" in asked_last), one.question


@pytest.mark.parametrize(
    ("first", "second", "short"),
    [
        ("When was Elm Court built?", "Who built Elm Court?", "Who built it?"),
        ("When was Elm Court built?", "Who owns the mill?", "Who owns the mill?"),
        ("When was the old mill built?", "Who bought the old mill?", "Who bought the old mill?"),  # no name
        ("متى بُني جسر النيل؟", "من صمم جسر النيل؟", "من صمم it؟"),
        ("Elm Court?", "Elm Court?", "it?"),
    ],
)
def test_what_two_questions_name_is_replaced(first: str, second: str, short: str) -> None:
    assert shortened(first, second, "it") == short


# The loop


class Blocks:
    """A mixture of given rows."""

    def __init__(self, rows: Sequence[Drawn]) -> None:
        self.rows = rows

    def block(self, number: int, progress: float) -> list[Drawn]:
        chooser = random.Random(number)
        return chooser.sample(list(self.rows), len(self.rows))


def lamp_rows(number: int = 60) -> list[Drawn]:
    """The lamp is by the harbour, where there is one: easily learned."""
    chooser = random.Random(5)
    drawn = []
    for i in range(number):
        words = [chooser.choice([word for word in WORDS if word != "harbour"]) for _ in range(chooser.randint(6, 14))]
        if i % 3:
            words[chooser.randrange(len(words))] = "harbour"
        drawn.append(Drawn("own", row(" ".join(words), *(["harbour"] if i % 3 else []))))
    return drawn


def tiny_network(seed: int = 1) -> ReaderNetwork:
    """A transformer of two small layers; the same each time."""
    config = BertConfig(
        vocab_size=word_tokenizer().get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=96,
        pad_token_id=PAD,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return ReaderNetwork(BertModel(config, add_pooling_layer=False))


def train(
    folder: Path, plan: Plan, rows: Sequence[Drawn] | None = None, minutes: float = 60, network: ReaderNetwork | None = None
) -> ReaderNetwork:
    folder.mkdir(exist_ok=True)
    network = network or tiny_network()
    blocks = cast(Mixture, Blocks(lamp_rows() if rows is None else rows))
    fit(network, blocks, word_tokenizer(), replace(plan, minutes_a_checkpoint=minutes), folder)
    return network


def checkpoint(folder: Path) -> tuple[dict[str, torch.Tensor], dict[str, int]]:
    with safe_open(folder / "checkpoint.safetensors", framework="pt") as file:
        position = json.loads(file.metadata()["position"])
        return {name: file.get_tensor(name) for name in file.keys()}, position  # noqa: SIM118


SHORT = Plan(tokens=3000, batch_tokens=150, rate=1e-3, head_rate=1e-2, frozen_layers=1, seed=2)


class StoppedError(BaseException):
    """As when the power goes."""


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nothing stopped."""
    folder = tmp_path_factory.mktemp("runs") / "unbroken"
    train(folder, SHORT)
    return folder


def assert_same_end(folder: Path, unbroken: Path) -> None:
    (tensors, position), (expected, expected_position) = checkpoint(folder), checkpoint(unbroken)
    assert position == expected_position
    assert set(tensors) == set(expected)
    for name, tensor in expected.items():
        assert torch.allclose(tensors[name], tensor, rtol=1e-4, atol=1e-6), name


def train_and_stop(folder: Path, plan: Plan, stop: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trains as far as before this step, with a checkpoint after each."""
    losses, steps = training.fit._losses, count(1)

    def stopping(*arguments: Any, bfloat16: bool) -> tuple[float, float]:
        if next(steps) == stop:
            raise StoppedError
        return losses(*arguments, bfloat16=bfloat16)

    with monkeypatch.context() as patched:
        patched.setattr(training.fit, "_losses", stopping)
        with pytest.raises(StoppedError):
            train(folder, plan, minutes=-1)


@pytest.mark.parametrize("stops", [[1], [2], [5], [8], [23], [3, 1, 4], [1, 1, 1, 9, 2]])
def test_a_run_that_stops_goes_on_as_if_it_had_not(
    tmp_path: Path, unbroken: Path, monkeypatch: pytest.MonkeyPatch, stops: list[int]
) -> None:
    for stop in stops:
        train_and_stop(tmp_path, SHORT, stop, monkeypatch)
    network = train(tmp_path, SHORT)
    assert_same_end(tmp_path, unbroken)
    again = train(tmp_path, SHORT)  # at its end already: nothing is learned anew
    assert all(torch.equal(tensor, again.state_dict()[name]) for name, tensor in network.state_dict().items())


def test_steps_too_small_for_bfloat16_are_kept(tmp_path: Path) -> None:
    before = tiny_network().state_dict()
    network = train(tmp_path, replace(SHORT, rate=1e-5, bfloat16=True))
    tensors, _ = checkpoint(tmp_path)
    name = "encoder.encoder.layer.1.output.dense.weight"
    moved = (tensors[f"weight.{name}"] - before[name]).abs() / before[name].abs()
    assert ((moved > 0) & (moved < 2**-9)).any()  # half of bfloat16's last place
    assert torch.equal(network.state_dict()[name], tensors[f"weight.{name}"].to(torch.bfloat16))


LOW_RANK = replace(SHORT, rank=3, rate=1e-2, bfloat16=False)


def test_with_a_rank_each_matrix_of_the_encoder_changes_by_a_product_of_that_rank_and_all_else_as_a_whole(tmp_path: Path) -> None:
    before = tiny_network().state_dict()
    network = train(tmp_path, LOW_RANK)
    tensors, _ = checkpoint(tmp_path)
    for name in ("attention.self.query", "intermediate.dense", "output.dense"):
        key = f"encoder.encoder.layer.1.{name}.weight"
        assert torch.linalg.matrix_rank(tensors[f"weight.{key}"] - before[key], rtol=1e-3) == 3
        assert torch.equal(tensors[f"weight.{key}"], network.state_dict()[key])
    for key in ("encoder.encoder.layer.1.output.dense.bias", "span.weight"):
        assert not torch.equal(tensors[f"weight.{key}"], before[key])


def test_with_a_rank_a_run_that_stops_goes_on_as_if_it_had_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(3)
    train(tmp_path / "unbroken", LOW_RANK)
    torch.manual_seed(3)
    train_and_stop(tmp_path / "stopped", LOW_RANK, 5, monkeypatch)
    torch.manual_seed(4)  # the narrow matrices come from the checkpoint, not from chance
    train(tmp_path / "stopped", LOW_RANK)
    assert_same_end(tmp_path / "stopped", tmp_path / "unbroken")


@pytest.mark.parametrize("plan", [SHORT, LOW_RANK])
def test_a_run_that_has_ended_has_its_own_weights_whatever_it_is_started_from_again(tmp_path: Path, plan: Plan) -> None:
    expected = train(tmp_path, plan).state_dict()
    network = train(tmp_path, plan, network=tiny_network(seed=9)).state_dict()
    for name, tensor in expected.items():
        if "embeddings" not in name:
            assert torch.allclose(network[name], tensor, atol=1e-5), name


def test_with_a_rank_a_run_goes_on_from_its_own_weights_whatever_it_is_started_from_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_and_stop(tmp_path, LOW_RANK, 5, monkeypatch)
    network = train(tmp_path, LOW_RANK, network=tiny_network(seed=9)).state_dict()
    begun = tiny_network().state_dict()
    name = "encoder.encoder.layer.1.intermediate.dense.weight"
    assert torch.linalg.matrix_rank(network[name] - begun[name], rtol=1e-3) == LOW_RANK.rank


@pytest.mark.parametrize(("before", "after"), [(0, 3), (3, 0), (3, 5), (1, 3)])
def test_a_checkpoint_of_another_rank_is_told_with_the_option_that_goes_on(tmp_path: Path, before: int, after: int) -> None:
    train(tmp_path, replace(LOW_RANK, rank=before))
    with pytest.raises(DataError, match=f"--rank {before} "):
        train(tmp_path, replace(LOW_RANK, rank=after))


def test_training_can_go_on_from_a_weights_file() -> None:
    network, other = tiny_network(), tiny_network()
    name = "encoder.layer.1.output.dense.weight"
    difference = torch.ones_like(network.encoder.state_dict()[name])
    heads = {"span.bias": torch.tensor([3.0, 4.0])}
    put_on(network, ReaderWeights({name: difference}, heads, torch.zeros(5, 9), {}))
    assert torch.allclose(network.encoder.state_dict()[name], other.encoder.state_dict()[name] + 1)
    assert network.span.bias.tolist() == [3.0, 4.0]
    assert torch.equal(network.answerable.weight, other.answerable.weight)


@pytest.mark.parametrize("bfloat16", [False, True])
def test_a_checkpoint_holds_what_earlier_weights_changed_in_layers_that_are_frozen(tmp_path: Path, bfloat16: bool) -> None:
    train(tmp_path, replace(SHORT, frozen_layers=1, bfloat16=bfloat16))
    tensors, _ = checkpoint(tmp_path)
    before = tiny_network().state_dict()
    for name in ("attention.self.query.weight", "output.dense.bias"):
        assert torch.equal(tensors[f"weight.encoder.encoder.layer.0.{name}"], before[f"encoder.encoder.layer.0.{name}"])
    assert not any("embeddings" in name for name in tensors)


def test_a_run_that_stops_while_it_saves_keeps_the_checkpoint_before(
    tmp_path: Path, unbroken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = count(1)

    def save(tensors: dict[str, torch.Tensor], path: Path, metadata: dict[str, str]) -> None:
        if next(saves) == 6:
            path.write_bytes(b"half a file")
            raise StoppedError
        save_file(tensors, path, metadata=metadata)

    monkeypatch.setattr(training.fit, "save_file", save)
    with pytest.raises(StoppedError):
        train(tmp_path, SHORT, minutes=-1)
    monkeypatch.undo()
    tensors, _ = checkpoint(tmp_path)
    assert all(tensor == 5 for name, tensor in tensors.items() if name.startswith("step."))
    train(tmp_path, SHORT)
    assert_same_end(tmp_path, unbroken)


def test_a_run_that_has_ended_is_left_as_it_is(tmp_path: Path) -> None:
    train(tmp_path, SHORT)
    before, position = checkpoint(tmp_path)
    train(tmp_path, SHORT)
    after, same = checkpoint(tmp_path)
    assert same == position
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())


def test_a_longer_plan_goes_on_from_where_the_shorter_one_ended(tmp_path: Path) -> None:
    train(tmp_path, Plan(tokens=900, batch_tokens=150, frozen_layers=1))
    tensors, position = checkpoint(tmp_path)
    train(tmp_path, Plan(tokens=2000, batch_tokens=150, frozen_layers=1))
    later, later_position = checkpoint(tmp_path)
    assert position["tokens"] < 2000 <= later_position["tokens"]
    assert int(later["step.span.bias"]) > int(tensors["step.span.bias"]) > 0


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    plan = Plan()
    factors = [plan.rate_factor(progress / 200) for progress in range(201)]
    assert factors[0] == 0 == factors[-1]
    assert all(0 <= factor <= 1 for factor in factors)
    highest = [position for position, factor in enumerate(factors) if factor == 1]
    assert len(highest) > 100
    assert sorted(factors[: highest[0]]) == factors[: highest[0]]
    assert sorted(factors[highest[-1] :], reverse=True) == factors[highest[-1] :]
    lengths = [plan.longest(progress / 200) for progress in range(250)]
    assert sorted(lengths) == lengths


def test_who_goes_on_from_earlier_weights_needs_no_beginning() -> None:
    whole, going_on = Plan(), Plan(goes_on=True)
    stages = [going_on.stage(progress / 200) for progress in range(201)]
    assert stages[0] > max(stage for stage in (whole.stage(i / 200) for i in range(201)) if whole.longest(stage) == LENGTHS[0][1])
    assert stages == sorted(stages)
    assert stages[-1] == whole.stage(1.0) == 1.0


def losses(network: ReaderNetwork, rows: Sequence[Drawn]) -> tuple[float, float]:
    """Mean span loss, and how often passage and place are told rightly."""
    examples = make_examples(rows, word_tokenizer(), 60, random.Random(0))
    with torch.inference_mode():
        start, end, answerable = network.eval()(*pad([(example.ids, example.offset) for example in examples]))
    places = torch.tensor([example.answers[0] if example.answers else (0, 0) for example in examples])
    starts, ends = places[:, 0], places[:, 1]
    loss = torch.nn.functional.cross_entropy(start, starts) + torch.nn.functional.cross_entropy(end, ends)
    right = (start.argmax(1) == starts) & (end.argmax(1) == ends) & ((answerable > 0) == (starts > 0))
    return float(loss) / 2, float(right.float().mean())


def test_what_is_easily_learned_is_learned(tmp_path: Path) -> None:
    plan = Plan(tokens=60_000, batch_tokens=400, rate=3e-3, head_rate=1e-2, frozen_layers=0)
    before, _ = losses(tiny_network(), lamp_rows())
    network = train(tmp_path, plan)
    after, right = losses(network, lamp_rows())
    assert after < before / 4
    assert right > 0.9
    entries = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(entries) > 1
    assert entries[-1]["span_loss"] < entries[0]["span_loss"]
    assert entries[-1]["answerable_loss"] < entries[0]["answerable_loss"]


@pytest.mark.parametrize("frozen", [0, 1, 2])
def test_frozen_layers_stay_and_the_others_move(tmp_path: Path, frozen: int) -> None:
    before = {name: tensor.clone() for name, tensor in tiny_network().state_dict().items()}
    plan = Plan(tokens=1500, batch_tokens=150, rate=1e-3, head_rate=1e-2, frozen_layers=frozen)
    after = train(tmp_path, plan).state_dict()
    stays = ("encoder.embeddings.", *(f"encoder.encoder.layer.{layer}." for layer in range(frozen)))
    for name, tensor in before.items():
        # A bias of the keys moves all attention scores alike, so that nothing pulls at it.
        if name.startswith(stays):
            assert torch.equal(tensor.to(after[name].dtype), after[name]), name
        elif not name.endswith("attention.self.key.bias"):
            assert not torch.equal(tensor.to(after[name].dtype), after[name]), name
    moments = {name for name in checkpoint(tmp_path)[0] if not name.startswith("weight.")}
    assert moments
    assert not any(name.partition(".")[2].startswith(stays) for name in moments)


def test_nothing_to_learn_from_is_told(tmp_path: Path) -> None:
    blocks = count()

    class Empty:
        def block(self, number: int, progress: float) -> list[Drawn]:
            assert next(blocks) < 5, "it goes on for ever"
            return []

    with pytest.raises(DataError):
        fit(tiny_network(), cast(Mixture, Empty()), word_tokenizer(), SHORT, tmp_path)


def test_padding_changes_nothing() -> None:
    network = tiny_network().eval()
    examples = [(one.ids, one.offset) for one in make_examples(lamp_rows(12), word_tokenizer(), 60, random.Random(0))]
    with torch.inference_mode():
        start, end, answerable = network(*pad(examples))
        for i, (ids, offset) in enumerate(examples):
            alone = network(*pad([(ids, offset)]))
            assert torch.allclose(start[i, : len(ids)], alone[0][0], atol=1e-4)
            assert torch.allclose(end[i, : len(ids)], alone[1][0], atol=1e-4)
            assert torch.allclose(answerable[i], alone[2][0], atol=1e-4)
            allowed = {0, *range(offset, len(ids) - 1)}
            assert {k for k in range(start.shape[1]) if start[i, k] > -9e3} == allowed


# From a run to the shipped file


def test_a_checkpoints_differences_are_to_the_bundled_encoder(tmp_path: Path) -> None:
    name = "encoder.layer.11.output.dense.weight"
    with safe_open(bundled_model_folder() / "model.safetensors", framework="pt") as file:
        base, base_of_0 = file.get_tensor(name), file.get_tensor(name.replace("11", "0"))
    change = torch.full_like(base, 0.25)
    tensors = {
        f"weight.encoder.{name}": base + change,
        f"exp_avg.encoder.{name}": change,
        f"weight.encoder.{name.replace('11', '0')}": base_of_0,
        "weight.span.weight": torch.ones(2, 384),
        "step.span.weight": torch.tensor(7.0),
    }
    save_file(tensors, tmp_path / "checkpoint.safetensors", metadata={"position": "{}"})
    differences, heads = checkpoint_differences(tmp_path / "checkpoint.safetensors")
    assert set(differences) == {name}
    assert torch.allclose(differences[name], change, atol=1e-6)
    assert set(heads) == {"span.weight"}
    assert torch.equal(heads["span.weight"], torch.ones(2, 384))


def test_development_cases_are_of_the_held_out_part(rows_folder: Path, tiny_model: Path) -> None:
    trained = read_rows(rows_folder, held_out=False)
    contexts = {one.context for source in trained.sources.values() for one in source}
    contexts |= {one.context for question in trained.parallel for one in question.rows.values()}
    cases = development_cases(rows_folder, load_encoder(str(tiny_model)), 4)
    assert cases == development_cases(rows_folder, load_encoder(str(tiny_model)), 4)
    assert {"xquad-parallel ar", "xquad-parallel en>ar", "qamr"} <= {case.group for case in cases}
    assert not contexts & {case.row.context for case in cases}
    answered = [case for case in cases if case.row.answers]
    assert len(answered) < len(cases)
    for case in answered:
        assert all(case.row.context[start:end] for start, end in case.row.answers)
    for group in {case.group for case in answered if case.group.startswith("xquad-parallel")}:
        assert sum(case.group == group for case in answered) == 4
    halves = [[for_fitting(case) for case in cases] for _ in range(2)]
    assert halves[0] == halves[1]
    assert 0 < sum(halves[0]) < len(cases)
    by_question: dict[str, set[bool]] = {}
    for case in cases:
        by_question.setdefault(case.row.question, set()).add(for_fitting(case))
    assert all(len(sides) == 1 for sides in by_question.values())


def test_reading_a_case_scores_its_best_span(reader: Reader) -> None:
    context = "The old stone bridge over the river was opened in 1932. It was designed by Clara Hoffmann."
    cases = [
        Case("own", row(context, "1932", question="When was the bridge opened?")),
        Case("own", row(context, question="How many sheep graze on the ridge?")),
    ]
    right, unanswered = read_cases(cases, reader)
    assert right.f1 >= 0.5
    assert right.exact <= right.f1 <= 1
    assert (unanswered.exact, unanswered.f1) == (0, 0)
    assert right.reading.answers > unanswered.reading.answers


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=30))
@settings(deadline=None)
def test_the_area_under_the_curve_counts_pairs(cases: list[tuple[float, bool]]) -> None:
    scores, labels = np.array([score for score, _ in cases]), np.array([label for _, label in cases])
    area = area_under_curve(scores, labels)
    if labels.all() or not labels.any():
        assert np.isnan(area)
        return
    pairs = [(a > b) + (a == b) / 2 for a in scores[labels] for b in scores[~labels]]
    assert area == pytest.approx(sum(pairs) / len(pairs))
    assert area_under_curve(-scores, labels) == pytest.approx(1 - area)


def test_every_language_has_questions_of_every_kind() -> None:
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    assert len({one["question"] for one in questions}) == len(questions)
    kinds: dict[str, set[Kind]] = {}
    for one in questions:
        kinds.setdefault(one["language"], set()).add(Kind(one["kind"]))
        assert one["question"].strip() == one["question"] != ""
    assert len(kinds) > 10
    assert all(found == set(Kind) for found in kinds.values())


def test_each_question_that_leans_on_another_has_a_kind_and_comes_once() -> None:
    questions = [json.loads(line) for line in LEANING.read_text(encoding="utf-8").splitlines()]
    assert {Kind(row["kind"]) for row in questions} == set(Kind)
    asked = [row["question"] for row in questions]
    assert len(set(asked)) == len(asked)
    assert all(question == question.strip() and question for question in asked)
