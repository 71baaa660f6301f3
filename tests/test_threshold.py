"""Fitting the threshold of refusing to a set of questions: reading the set, the curve, the choice, the command."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cli import main
from assistant.datatypes import Answer, Citation, Item
from assistant.errors import EvaluationSetError
from assistant.evaluation.examples import Example, read_examples
from assistant.evaluation.threshold import Judged, cross_validated, fit_threshold, judge, point_at, risk_coverage, written
from assistant.settings import load_settings

RIGHT = [Judged(confidence, right=True, answerable=True) for confidence in (0.5, 0.7, 0.8, 0.9)]
WRONG = [Judged(confidence, right=False, answerable=False) for confidence in (0.1, 0.2, 0.6)]

judgements = st.lists(
    st.builds(
        lambda confidence, right, answerable: Judged(confidence, right=right and answerable, answerable=answerable),
        st.floats(0, 1),
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
)


def write(folder: Path, *lines: str) -> Path:
    path = folder / "set.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_set_is_read_with_items_and_their_forms(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"id": "a", "question": "Who?", "answers": ["Ada", ["B.", "Bo"]]}',
        "",
        '{"id": "b", "question": "Why?", "unanswerable": true}',
    )
    assert read_examples(path) == [
        Example(1, "Who?", (("Ada",), ("B.", "Bo")), unanswerable=False, id="a"),
        Example(3, "Why?", (), unanswerable=True, id="b"),
    ]


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    lines = ["[1]", "{", '{"question": ""}', '{"question": "Who?"}', '{"question": "Who?", "answers": [3]}']
    with pytest.raises(EvaluationSetError) as caught:
        read_examples(write(tmp_path, '{"question": "Who?", "answers": ["Ada"]}', *lines))
    for number in range(2, 7):
        assert f"line {number}: " in str(caught.value)
    assert "line 1: " not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\x00"])
def test_a_file_without_questions_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(content)
    with pytest.raises(EvaluationSetError, match=r"set\.jsonl"):
        read_examples(path)


def test_the_lowest_threshold_that_keeps_the_share_of_wrong_answers_is_fitted() -> None:
    threshold = fit_threshold([*RIGHT, *WRONG], 0.0)
    assert 0.6 < threshold <= 0.7
    assert point_at([*RIGHT, *WRONG], threshold).refused == 0.25
    assert 0.2 < fit_threshold([*RIGHT, *WRONG], 0.25) <= 0.5
    assert fit_threshold(RIGHT, 0.0) < 0.5


@pytest.mark.parametrize("surest_wrong", [0, 1, 2])
def test_one_sure_answer_that_is_wrong_does_not_refuse_all_others(surest_wrong: int) -> None:
    judged = [Judged(1 - place / 200, right=place != surest_wrong, answerable=True) for place in range(100)]
    assert point_at(judged, fit_threshold(judged, 0.1)).refused == 0


def test_a_fitted_threshold_is_written_so_that_it_answers_the_same() -> None:
    judged = [Judged(0.1234, right=True, answerable=True), Judged(0.1231, right=False, answerable=False)]
    threshold = fit_threshold(judged, 0.0)
    assert point_at(judged, float(written(judged, threshold))).wrong == 0
    assert written(judged[:1], 0.5) == "0.500"


def test_where_no_threshold_will_do_nothing_is_answered() -> None:
    assert fit_threshold(WRONG, 0.1) == 1.0


@given(judgements, st.floats(0, 1))
def test_a_fitted_threshold_keeps_what_it_promises_on_the_set(judged: list[Judged], wrong: float) -> None:
    threshold = fit_threshold(judged, wrong)
    assert threshold == 1.0 or point_at(judged, threshold).wrong <= wrong


@given(judgements)
def test_a_higher_threshold_answers_less_and_refuses_more(judged: list[Judged]) -> None:
    curve = risk_coverage(judged)
    assert [point.answered for point in curve] == sorted((point.answered for point in curve), reverse=True)
    assert [point.refused for point in curve] == sorted(point.refused for point in curve)
    expected = cross_validated(judged, 0.2)
    assert 0 <= expected.wrong <= 1


def test_an_answer_is_judged_by_its_likeliest_item_and_the_quotes_under_it() -> None:
    def answer(*items: Item) -> Answer:
        citation = Citation(1, "a.txt", "A", "", "en", 0, 20, "The bridge is in Kolo.", "The bridge is in Kolo.", 0)
        return Answer("Where?", bool(items), "", items, (citation,) if items else (), False, (), 0.0)

    example = Example(1, "Where?", (("Kolo",),), unanswerable=False)
    assert judge(example, answer(Item("there", 0.9, (1,)))).right
    assert not judge(Example(1, "Where?", (("Dori",),), unanswerable=False), answer(Item("there", 0.9, (1,)))).right
    assert judge(example, answer()) == Judged(0.0, right=False, answerable=True)
    assert not judge(Example(1, "Where?", (), unanswerable=True), answer(Item("Kolo", 0.9, (1,)))).right


def test_the_command_prints_a_line_for_the_settings(tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("The new bridge over the river stands in Kolo. It was opened in 1987 by the mayor.")
    (tmp_path / "quoth.toml").write_text(f'model = "{tiny_model}"\nindex = "index.sqlite"\n')
    questions = ["When was the bridge opened?", "Where does the bridge stand?"]
    lines = [f'{{"question": "{questions[0]}", "answers": ["1987"]}}', f'{{"question": "{questions[1]}", "answers": ["Kolo"]}}']
    arguments = ["calibrate", str(write(tmp_path, *lines)), "--settings", str(tmp_path / "quoth.toml")]
    assert main([*arguments, "--documents", str(folder), "--wrong", "0.5"]) == 0
    printed_first = capsys.readouterr().out
    assert "\nthreshold = 0." in printed_first
    assert "2 questions are few" in printed_first
    before = (tmp_path / "quoth.toml").read_text(encoding="utf-8")
    assert main([*arguments, "--documents", str(folder), "--wrong", "0.5", "--write"]) == 0
    printed = re.search(r"^threshold = (\S+)$", capsys.readouterr().out, re.MULTILINE)
    assert printed
    assert load_settings(tmp_path / "quoth.toml").threshold == float(printed[1])
    assert (tmp_path / "quoth.toml").read_text(encoding="utf-8").startswith(before)


def test_the_command_tells_what_is_wrong_with_a_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", str(write(tmp_path, "{}")), "--documents", str(tmp_path)]) == 2
    assert "line 1" in capsys.readouterr().err


def test_a_set_of_documents_only_has_nothing_to_fit_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "set.jsonl").write_text('{"question": "Where?", "documents": ["a.txt"]}')
    assert main(["calibrate", str(tmp_path / "set.jsonl")]) == 2
    assert "tells only of documents" in capsys.readouterr().err
