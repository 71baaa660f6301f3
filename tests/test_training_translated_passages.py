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


def line(context: str, passages: dict[str, str], *questions: dict[str, object]) -> dict[str, object]:
    return {"source": "squadshifts-new_wiki", "of": digest(context), "passages": passages, "questions": questions}


def is_mostly_arabic(text: str) -> bool:
    """A few words of another script may stand in it, as where a passage tells of a name in its own letters."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(map(is_arabic, letters)) > len(letters)


def found(path: Path) -> list[ParallelQuestion]:
    return translated_passages({"squadshifts-new_wiki": ROWS, "qamr": ROWS}, path)


def test_a_question_stands_in_each_language_with_its_passage_and_answer(tmp_path: Path) -> None:
    mill = line(
        ROWS[0].context,
        {"ar": "بُنيت الطاحونة عام 1801.", "fr": "Le moulin date de 1801."},
        {"en": "When was the mill built?", "ar": ["متى بُنيت الطاحونة؟", 19, 23], "fr": ["De quand date le moulin ?", 18, 22]},
        {"en": "What was built?", "fr": ["Qu'a-t-on construit ?", 0, 9]},
    )
    when, what = found(write(tmp_path / "passages.jsonl", mill))
    assert when.rows["en"] == ROWS[0]
    arabic = when.across("en", "ar")
    assert arabic.question == ROWS[0].question
    assert (arabic.question_language, arabic.passage_language, arabic.source) == ("en", "ar", "squadshifts-new_wiki")
    assert arabic.context[slice(*arabic.answers[0])] == "1801"
    assert when.across("ar", "fr").question == "متى بُنيت الطاحونة؟"
    assert set(what.rows) == {"en", "fr"}
    assert what.rows["fr"].context[slice(*what.rows["fr"].answers[0])] == "Le moulin"


def test_what_training_may_not_see_or_does_not_know_is_left_out(tmp_path: Path) -> None:
    held_out = line(
        "The bridge fell in 1900.", {"ar": "سقط الجسر عام 1900."}, {"en": "When did it fall?", "ar": ["متى سقط؟", 14, 18]}
    )
    unknown = line(ROWS[2].context, {"ar": "المصباح مطفأ."}, {"en": "Who put it out?", "ar": ["من أطفأه؟", 0, 7]})
    assert found(write(tmp_path / "passages.jsonl", held_out, unknown)) == []


def test_a_question_that_its_passage_does_not_answer_has_no_answer_in_any_language(tmp_path: Path) -> None:
    asked = row(ROWS[2].context, question="Who put it out?", source="squadshifts-new_wiki")
    lamp = line(ROWS[2].context, {"ar": "المصباح مطفأ."}, {"en": "Who put it out?", "ar": ["من أطفأه؟"]})
    (question,) = translated_passages({"squadshifts-new_wiki": [asked]}, write(tmp_path / "passages.jsonl", lamp))
    assert question.across("ar", "en").answers == question.across("en", "ar").answers == ()


def test_every_passage_that_quoth_brings_is_in_its_language_and_holds_its_answers() -> None:
    entries = [json.loads(text) for text in FILE.read_text(encoding="utf-8").splitlines()]
    assert len({(entry["source"], entry["of"]) for entry in entries}) == len(entries)
    for entry in entries:
        assert re.fullmatch("[0-9a-f]{16}", entry["of"])
        assert entry["questions"]
        assert len({question["en"] for question in entry["questions"]}) == len(entry["questions"])
        for language, passage in entry["passages"].items():
            assert is_mostly_arabic(passage) == (language == "ar")
            told = [question[language] for question in entry["questions"] if language in question]
            assert told
            for text, *place in told:
                assert is_arabic(text) if language == "ar" else not is_mostly_arabic(text)
                if place:
                    start, end = place
                    assert 0 <= start < end <= len(passage)
                    assert passage[start:end].strip() == passage[start:end]
        for question in entry["questions"]:
            assert len({len(told) for language, told in question.items() if language != "en"}) == 1
