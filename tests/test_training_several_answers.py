"""Questions that want several answers: each stands over a translated passage, with all its answers in each language."""

import json
from pathlib import Path

from assistant.spelling import is_arabic
from tests.training_rows import row
from training.several_answers import FILE, SEVERAL_ANSWERS, several_answers
from training.translated_passages import FILE as PASSAGES
from training.translated_passages import digest

MILL = "The mill and the lamp were built, not the bridge."
IN_FRENCH = "Le moulin et la lampe, mais pas le pont."
SOURCES = {"qamr": [row(MILL, "built"), row(MILL, "bridge")]}


def write(path: Path, line: object) -> Path:
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return path


def passages(folder: Path) -> Path:
    return write(
        folder / "passages.jsonl",
        {"source": "qamr", "of": digest(MILL), "passages": {"fr": IN_FRENCH}, "questions": [{"en": "?", "fr": ["?"]}]},
    )


def test_a_question_has_all_its_answers_in_each_language(tmp_path: Path) -> None:
    built = {"en": ["What was built?", [4, 8], [17, 21]], "fr": ["Qu'a-t-on construit ?", [3, 9], [16, 21]]}
    moved = {"en": ["What was moved?"], "fr": ["Qu'a-t-on bougé ?"]}
    file = write(tmp_path / "several.jsonl", {"source": "qamr", "of": digest(MILL), "questions": [built, moved]})
    first, second = several_answers(SOURCES, file, passages(tmp_path))
    for asked, read, expected in (("en", "fr", ["moulin", "lampe"]), ("fr", "en", ["mill", "lamp"])):
        across = first.across(asked, read)
        assert [across.context[start:end] for start, end in across.answers] == expected
        assert across.source == SEVERAL_ANSWERS
        assert second.across(asked, read).answers == ()


def test_a_passage_that_training_may_not_see_is_left_out(tmp_path: Path) -> None:
    line = {"source": "qamr", "of": digest("Another."), "questions": [{"en": ["Who?"]}]}
    assert several_answers(SOURCES, write(tmp_path / "several.jsonl", line), passages(tmp_path)) == []


def test_every_question_that_quoth_brings_has_several_answers_or_none_and_as_many_in_each_language() -> None:
    texts = {}
    for line in PASSAGES.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        texts[entry["source"], entry["of"]] = entry["passages"]
    entries = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert len({(entry["source"], entry["of"]) for entry in entries}) == len(entries)
    for entry in entries:
        passage = texts[entry["source"], entry["of"]]
        assert entry["questions"]
        for question in entry["questions"]:
            assert set(question) == {"en", *passage}
            assert len({len(told) for told in question.values()}) == 1
            for language, (asked, *places) in question.items():
                assert is_arabic(asked) == (language == "ar")
                assert len(places) != 1
                assert places == sorted(places)
                assert all(0 <= start < end for start, end in places)
                if language in passage:
                    answers = [passage[language][start:end] for start, end in places]
                    assert all(answer and answer.strip() == answer for answer in answers)
