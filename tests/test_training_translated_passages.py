"""Passages in Arabic: each belongs to a row that training may see, and its answers stand in it."""

import json
import re
from pathlib import Path

from assistant.spelling import is_arabic
from tests.training_rows import row
from training.rows import ParallelQuestion
from training.translated_passages import FILE, digest, translated_passages

ROWS = [
    row("The mill was built in 1801.", "1801", question="When was the mill built? ", source="squadshifts-new_wiki"),
    row("The mill was built in 1801.", "The mill", question="What was built?", source="squadshifts-new_wiki"),
    row("The lamp is out.", "out", question="How is the lamp?", source="squadshifts-new_wiki"),
]


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def line(context: str, passage: str, *questions: tuple[str, str, int, int]) -> dict[str, object]:
    return {"source": "squadshifts-new_wiki", "of": digest(context), "passage": passage, "questions": questions}


def found(path: Path) -> list[ParallelQuestion]:
    return translated_passages({"squadshifts-new_wiki": ROWS, "qamr": ROWS}, path)


def test_a_question_stands_in_both_languages_with_its_passage_and_answer(tmp_path: Path) -> None:
    mill = line(ROWS[0].context, "بُنيت الطاحونة عام 1801.", ("When was the mill built?", "متى بُنيت الطاحونة؟", 19, 23))
    (question,) = found(write(tmp_path / "passages.jsonl", mill))
    assert question.rows["en"] == ROWS[0]
    arabic = question.across("en", "ar")
    assert arabic.question == ROWS[0].question
    assert (arabic.question_language, arabic.passage_language, arabic.source) == ("en", "ar", "squadshifts-new_wiki")
    assert arabic.context[slice(*arabic.answers[0])] == "1801"
    assert question.across("ar", "en").question == "متى بُنيت الطاحونة؟"


def test_what_training_may_not_see_or_does_not_know_is_left_out(tmp_path: Path) -> None:
    held_out = line("The bridge fell in 1900.", "سقط الجسر عام 1900.", ("When did the bridge fall?", "متى سقط الجسر؟", 14, 18))
    unknown = line(ROWS[2].context, "المصباح مطفأ.", ("Who put it out?", "من أطفأه؟", 0, 7))
    assert found(write(tmp_path / "passages.jsonl", held_out, unknown)) == []


def test_every_passage_that_quoth_brings_is_arabic_and_holds_its_answers() -> None:
    entries = [json.loads(text) for text in FILE.read_text(encoding="utf-8").splitlines()]
    assert len({(entry["source"], entry["of"]) for entry in entries}) == len(entries)
    for entry in entries:
        assert re.fullmatch("[0-9a-f]{16}", entry["of"])
        assert is_arabic(entry["passage"])
        assert entry["questions"]
        assert len({english for english, *_ in entry["questions"]}) == len(entry["questions"])
        for english, arabic, start, end in entry["questions"]:
            assert english.strip() == english
            assert is_arabic(arabic)
            assert 0 <= start < end <= len(entry["passage"])
            answer = entry["passage"][start:end]
            assert answer.strip() == answer
