"""Questions that want several answers, over translated passages, in each of their languages: of the public rows each has one.

`several_answers.jsonl` holds a passage a line, named by its `source` and `of` as in translated_passages.jsonl, and `questions`:
for each language the question with the start and end of every answer in characters, or alone where the passage does not answer.
They were written for Quoth by language models.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from .rows import ParallelQuestion, Row, json_lines
from .translated_passages import FILE as PASSAGES
from .translated_passages import passages_by_name

FILE = Path(__file__).parent / "several_answers.jsonl"
SEVERAL_ANSWERS = "several answers"
"""The source of such rows: all their answers are learned, not one of them."""


def several_answers(
    sources: Mapping[str, Sequence[Row]], file: Path = FILE, passages_file: Path = PASSAGES
) -> list[ParallelQuestion]:
    """The questions in each of their languages; those of held-out passages are none."""
    passages = passages_by_name(sources, passages_file)
    found = []
    for number, entry in enumerate(json_lines(file)):
        texts = passages.get((entry["source"], entry["of"]), {})
        for question in entry["questions"]:
            rows = {}
            for language in question.keys() & texts.keys():
                asked, *places = question[language]
                answers = tuple((start, end) for start, end in places)
                rows[language] = Row(SEVERAL_ANSWERS, language, language, asked, texts[language], answers)
            if rows:
                found.append(ParallelQuestion(-1, number, dict(sorted(rows.items()))))
    return found
