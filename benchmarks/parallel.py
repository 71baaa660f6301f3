"""Reads xquad-parallel: the same questions and passages in twelve languages (XQuAD, CC BY-SA 4.0).

One JSON object a line: `{"id": "article-paragraph-question", "languages": {"ar": {"question", "context", "answers"}}}`.
Articles 0 to 23 are for choosing, 24 and up for reporting: nothing may be tuned on the latter. The reader was trained on those
before training.rows.FIRST_HELD_OUT_ARTICLE, so what it does is measured on the ones after (see refusal.py).
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FIRST_REPORTED_ARTICLE = 24


@dataclass(frozen=True, slots=True)
class Question:
    """A question in one language; `start` and `end` are the answer's place in the passage of that language."""

    article: int
    paragraph: int
    number: int
    language: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parallel:
    """`passages[language, article, paragraph]` is a text; `questions` come in every language."""

    passages: dict[tuple[str, int, int], str]
    questions: list[Question]

    def chosen(self, *, reported: bool, languages: frozenset[str] = frozenset()) -> "Parallel":
        """The part for reporting or the part for choosing, in some languages (all, where none is named)."""
        return self._kept(lambda article: (article >= FIRST_REPORTED_ARTICLE) == reported, languages)

    def articles(self, numbers: range, languages: frozenset[str] = frozenset()) -> "Parallel":
        """The articles of these numbers, in some languages (all, where none is named)."""
        return self._kept(lambda article: article in numbers, languages)

    def _kept(self, keep: Callable[[int], bool], languages: frozenset[str]) -> "Parallel":
        def is_kept(language: str, article: int) -> bool:
            return keep(article) and (not languages or language in languages)

        return Parallel(
            {key: text for key, text in self.passages.items() if is_kept(key[0], key[1])},
            [question for question in self.questions if is_kept(question.language, question.article)],
        )


def read_parallel(path: Path) -> Parallel:
    """Reads the whole file."""
    passages: dict[tuple[str, int, int], str] = {}
    questions: list[Question] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            article, paragraph, number = map(int, row["id"].split("-"))
            for language, entry in row["languages"].items():
                passages[language, article, paragraph] = entry["context"]
                answer = entry["answers"][0]
                end = answer["start"] + len(answer["text"])
                questions.append(Question(article, paragraph, number, language, entry["question"], answer["start"], end))
    return Parallel(passages, questions)
