"""Evaluation sets: what is read from JSON Lines and CSV, and how mistakes are told."""

import json
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.errors import EvaluationSetError
from assistant.evaluation.examples import Example, read_examples

FULL = Example(
    line=2,
    question="Where?",
    expected=(("Kolo", "Collo"), ("Dori",)),
    unanswerable=False,
    id="one",
    language="en",
    documents=("a.txt", "b.txt"),
    history=("Which bridge?", "Is it new?"),
    tags=("x", "y"),
    disagreement=True,
)
EXAMPLES = Path(__file__).parent.parent / "examples" / "evaluation.jsonl"


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def mistakes(path: Path) -> str:
    with pytest.raises(EvaluationSetError) as caught:
        read_examples(path)
    return str(caught.value)


def test_json_lines_hold_every_field_and_comments(tmp_path: Path) -> None:
    entry = {
        "id": "one", "question": "Where?", "answers": [["Kolo", "Collo"], "Dori"], "documents": ["a.txt", "b.txt"],
        "history": ["Which bridge?", "Is it new?"], "language": "en", "tags": ["x", "y"], "disagreement": True, "comment": "mine",
    }  # fmt: skip
    assert read_examples(write(tmp_path / "set.jsonl", "# a comment", json.dumps(entry), "  # another")) == [FULL]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_holds_the_same(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["id", "question", "answers", "documents", "unanswerable", "history", "language", "tags", "disagreement"],
        [
            "one",
            "Where?",
            '"Kolo | Collo; Dori"',
            '"a.txt; b.txt"',
            "FALSE",
            '"Which bridge?\nIs it new?"',
            "en",
            '"x;y"',
            "TRUE",
        ],
        [],
        ["", "Why?", "", "", "yes"],
    ]
    path = write(tmp_path / "set.csv", *(delimiter.join(row) for row in rows))
    assert read_examples(path)[0] == FULL
    second = read_examples(path)[1]
    assert (second.line, second.question, second.unanswerable, second.expected) == (5, "Why?", True, ())


def test_a_csv_cell_may_be_a_json_list(tmp_path: Path) -> None:
    path = write(tmp_path / "set.csv", "question,answers", 'Where?,"[[""a;b"", ""c|d""], ""e""]"')
    assert read_examples(path)[0].expected == (("a;b", "c|d"), ("e",))


def test_all_mistakes_of_all_lines_are_told_at_once(tmp_path: Path) -> None:
    told = mistakes(
        write(
            tmp_path / "set.jsonl",
            '{"question": "Fine?", "answers": ["yes"], "id": "a"}',
            '{"question": " ", "answers": "yes", "tags": "x"}',
            '{"question": "Typo?", "anwsers": ["yes"]}',
            '{"question": "Both?", "answers": ["yes"], "unanswerable": true}',
            '{"question": "Neither?"}',
            '{"question": "Same id?", "answers": ["yes"], "id": "a"}',
            '{"question": "Half',
            '{"question": "Twice?", "answers": ["a"], "answers": ["b"]}',
            '{"question": "Odd?", "answers": ["a"], "language": "English", "disagreement": 1, "history": ["x", 3]}',
            '"a text"',
        )
    )
    expected = {
        2: ["`question` must be", "`answers` must be a list", "`tags` must be a list"],
        3: ["Did you mean `answers`?"],
        4: ["Keep one of the two"],
        5: ["it has no answer"],
        6: ["the id `a` stands in line 1 already"],
        7: ["this is no JSON"],
        8: ["`answers` is given twice"],
        9: ["`language` must be", "`disagreement` must be", "`history` must be"],
        10: ["Write one JSON object"],
    }
    for line, parts in expected.items():
        for part in parts:
            assert any(one.startswith(f"  line {line}: ") and part in one for one in told.splitlines()), (line, part)
    assert "line 1:" not in told
    assert sum(one.startswith("  line ") for one in told.splitlines()) == sum(map(len, expected.values()))


def test_documents_alone_are_enough_but_empty_answers_are_not(tmp_path: Path) -> None:
    lines = ['{"question": "Where?", "documents": ["a.txt"]}', '{"question": "Why?", "documents": ["a.txt"], "answers": []}']
    assert read_examples(write(tmp_path / "set.jsonl", lines[0]))[0].expected == ()
    assert "line 2: `answers` is empty" in mistakes(write(tmp_path / "set.jsonl", *lines))


def test_mistakes_of_csv_are_told_with_the_line_the_row_begins_on(tmp_path: Path) -> None:
    rows = ["question,answers,unanswerable", '"Two\nlines?",', "Odd?,,perhaps", "Long?,a,,b,c"]
    told = mistakes(write(tmp_path / "set.csv", *rows))
    assert "line 2: it has no answer" in told
    assert "line 4: `unanswerable` must be true or false" in told
    assert "line 5: there are more cells than columns" in told


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["frage,antwort", "Wo?,Kolo"], "no column `question`"),
        (["question,question", "a,b"], "named twice"),
        (["question,answers", '"open,a'], "no CSV"),
        (["question,answers,colour", "Where?,Kolo,red"], "there is no field `colour`"),
        (["question,answers", "Where?,[Kolo"], "JSON list"),
    ],
)
def test_broken_csv_names_the_remedy(tmp_path: Path, lines: list[str], told: str) -> None:
    assert told in mistakes(write(tmp_path / "set.csv", *lines))


def test_the_same_question_twice_needs_ids(tmp_path: Path) -> None:
    line = '{"question": "Where?", "answers": ["Kolo"]}'
    assert "the question stands in line 1 already" in mistakes(write(tmp_path / "set.jsonl", line, line))
    named = line.replace("{", '{"id": "two", ')
    assert len({example.id for example in read_examples(write(tmp_path / "set.jsonl", line, named))}) == 2


def test_made_ids_stay_when_lines_move(tmp_path: Path) -> None:
    line = '{"question": "Where?", "answers": ["Kolo"]}'
    before = read_examples(write(tmp_path / "set.jsonl", line))[0].id
    assert read_examples(write(tmp_path / "set.jsonl", "", "# moved", line))[0].id == before


def test_the_set_of_the_examples_is_read() -> None:
    examples = read_examples(EXAMPLES)
    assert len(examples) == 112
    assert any(example.disagreement for example in examples)
    assert any(example.history for example in examples)


def test_init_writes_a_set_that_is_read_and_overwrites_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.jsonl"
    assert main(["evaluate", "--init", str(path)]) == 0
    assert str(path) in capsys.readouterr().out
    assert path.read_text(encoding="utf-8").startswith("#")
    assert len(read_examples(path)) == 7
    path.write_text("precious")
    assert main(["evaluate", "--init", str(path)]) == 2
    assert "exists" in capsys.readouterr().err
    assert path.read_text() == "precious"


def test_init_without_a_name_writes_questions_jsonl() -> None:
    assert main(["evaluate", "--init"]) == 0
    assert read_examples(Path("questions.jsonl"))
