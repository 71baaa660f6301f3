"""Users' thumbs become questions of a set: good answers are expected again, bad ones wait for someone who knows better."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.datatypes import Turn
from assistant.evaluation.examples import read_examples
from assistant.feedback import Feedback, FeedbackStore, feedback_path

WHERE = Feedback("1", "Where is the bridge?", (), answered=True, answers=("Kolo",), documents=("b.txt", "b.txt"), good=True)
AFTER = Feedback(
    "2", "And when was it opened?", (Turn("Where is the bridge?", ("Kolo",)),), answered=True, answers=("1987", "1988"),
    documents=("b.txt", "c.txt"), good=True, comment="both, well done", disagreement=True,
)  # fmt: skip
WHO = Feedback("3", "Who paid?", (), answered=False, answers=(), documents=(), good=True)
PRICE = Feedback(
    "4", "What does it cost?", (), answered=True, answers=("Kolo",), documents=("b.txt",), good=False,
    comment='"Kolo" is a\n place', given_at="2025-05-12T08:00:00+00:00",
)  # fmt: skip


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Where an index would be; the feedback stands beside it."""
    return tmp_path / "index.sqlite"


def written(index: Path, *feedback: Feedback, path: str = "set.jsonl") -> list[dict[str, Any]]:
    store = FeedbackStore(feedback_path(index))
    for one in feedback:
        store.add(one)
    assert main(["evaluate", "--from-feedback", path, "--index", str(index)]) == 0
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def test_good_answers_are_expected_and_a_set_of_them_is_read(index: Path) -> None:
    where, after, who = written(index, WHERE, AFTER, WHO)
    assert where == {"question": WHERE.question, "answers": ["Kolo"], "documents": ["b.txt"], "tags": ["feedback"]}
    assert (after["history"], after["answers"], after["disagreement"]) == ([WHERE.question], ["1987", "1988"], True)
    assert after["comment"] == "both, well done"
    assert who["unanswerable"] is True
    assert [one.unanswerable for one in read_examples(Path("set.jsonl"))] == [False, False, True]


def test_a_thumb_down_must_be_filled_in_before_the_set_is_run(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, price = written(index, WHERE, PRICE)
    assert (price["answers"], price["tags"]) == ([], ["feedback", "flagged"])
    assert price["comment"] == 'thumb down ""Kolo" is a place" on 2025-05-12; the answer was Kolo from b.txt'
    assert "Flagged: 1." in capsys.readouterr().out
    assert main(["evaluate", "set.jsonl"]) == 2
    told = capsys.readouterr().err
    assert "line 4: `answers` is empty. Name what the answer should say" in told
    assert "line 3" not in told
    filled = Path("set.jsonl").read_text(encoding="utf-8").replace('"answers": []', '"answers": ["200 francs"]')
    Path("set.jsonl").write_text(filled, encoding="utf-8")
    assert read_examples(Path("set.jsonl"))[1].expected == (("200 francs",),)


def test_what_was_filled_in_stays_and_only_new_questions_are_added(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(index, PRICE)
    filled = Path("set.jsonl").read_text(encoding="utf-8").replace('"answers": []', '"answers": ["200 francs"]').rstrip("\n")
    Path("set.jsonl").write_text(filled, encoding="utf-8")
    capsys.readouterr()
    price, where = written(index, replace(PRICE, message="5", question=" What does it  cost?"), WHERE)
    assert price["answers"] == ["200 francs"]
    assert where["question"] == WHERE.question
    assert "questions added: 1; there already: 1" in capsys.readouterr().out
    before = Path("set.jsonl").read_bytes()
    written(index)
    assert Path("set.jsonl").read_bytes() == before


def test_one_thumb_down_among_several_flags_a_question(index: Path) -> None:
    (row,) = written(index, WHERE, replace(WHERE, message="6", good=False), replace(WHERE, message="7"))
    assert row["tags"] == ["feedback", "flagged"]


def test_the_last_of_several_good_answers_counts(index: Path) -> None:
    (row,) = written(index, WHERE, replace(WHERE, message="6", answers=("Kolo, near Niamey",)))
    assert row["answers"] == ["Kolo, near Niamey"]


def test_without_feedback_nothing_is_written(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--from-feedback", "set.jsonl", "--index", str(index)]) == 2
    assert "no feedback" in capsys.readouterr().err
    assert not Path("set.jsonl").exists()


@pytest.mark.parametrize(("name", "content", "told"), [("set.csv", "", ".jsonl"), ("set.jsonl", "precious {", "line 1")])
def test_a_file_that_is_no_set_is_left_alone(
    index: Path, name: str, content: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_text(content)
    FeedbackStore(feedback_path(index)).add(WHERE)
    assert main(["evaluate", "--from-feedback", name, "--index", str(index)]) == 2
    assert told in capsys.readouterr().err
    assert Path(name).read_text() == content
