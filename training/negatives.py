"""Passages that look like an answer and hold none: what teaches the reader to say so.

Four kinds. Best-ranked passages that do not hold the answer, found with Quoth's own retriever: the encoder over the parallel
passages, which may then be taken in any language, and the keyword index over the other sources. Another part of the same
document is cut out where the features are made. And questions in which a name of the passage was put in another's place, so that
passage and question are about the same thing but the passage does not tell.
"""

import random
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice

from index import keywords
from index.encode import Encoder
from index.schema import KEYWORDS_TABLE

from .rows import ParallelQuestion, Row, holds_an_answer

RANKED = 4
"""Of the best-ranked passages, as many may serve as negatives."""
GROUPED = 3
"""Of these, as many are read beside the passage that answers."""

_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w'-]+(?: [A-Z][\w'-]+)*|\b\d[\d.,]*\d\b")


def ranked_parallel(questions: Sequence[ParallelQuestion], encoder: Encoder) -> list[list[int]]:
    """For each question, positions in `questions` of passages that rank best for it and do not hold its answer, in English."""
    passages: dict[str, int] = {}
    for position, question in enumerate(questions):
        passages.setdefault(question.rows["en"].context, position)
    texts = list(passages)
    similarities = (
        encoder.encode_questions([question.rows["en"].question for question in questions]) @ encoder.encode_passages(texts).T
    )
    ranked = []
    for question, row in zip(questions, similarities, strict=True):
        english = question.rows["en"]
        others = (texts[i] for i in (-row).argsort() if texts[i] != english.context)
        without = (text for text in others if not holds_an_answer(text, english))
        ranked.append([passages[text] for text in islice(without, RANKED)])
    return ranked


def ranked_by_keywords(rows: Sequence[Row], chooser: random.Random, wanted: int) -> list[Row]:
    """Questions over the passage of the same source and language that has most of their words, where it lacks the answer."""
    return [group[1] for group in grouped_by_keywords(rows, chooser, wanted)]


def grouped_by_keywords(
    rows: Sequence[Row], chooser: random.Random, wanted: int, asks: Callable[[Row], object] = lambda row: True
) -> list[list[Row]]:
    """Rows, each with its question over passages of the same source and language that have most of its words and no answer.

    Of those that `asks` holds for, about `wanted`.
    """
    by_language: dict[str, list[Row]] = defaultdict(list)
    answering: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.answers:
            by_language[row.passage_language].append(row)
            answering[row.question].add(row.context)
    asking = {language: [row for row in group if asks(row)] for language, group in sorted(by_language.items())}
    in_all = sum(map(len, asking.values()))
    groups = []
    for language, group in asking.items():
        if not group:
            continue
        texts = list(dict.fromkeys(row.context for row in by_language[language]))
        connection = sqlite3.connect(":memory:")
        connection.execute(KEYWORDS_TABLE)
        connection.execute("CREATE TABLE chunks (id INTEGER PRIMARY KEY)")
        for number, text in enumerate(texts, 1):
            connection.execute("INSERT INTO chunks VALUES (?)", (number,))
            keywords.add(connection, number, language, text)
        for row in chooser.sample(group, min(len(group), -(-wanted * len(group) // in_all))):
            found = (texts[number - 1] for number, _ in keywords.search(connection, row.question, language, RANKED + 1))
            others = [text for text in found if text not in answering[row.question] and not holds_an_answer(text, row)]
            if others:
                asked = row.question_language
                groups.append([row, *(Row(row.source, asked, language, row.question, text, ()) for text in others[:GROUPED])])
        connection.close()
    return groups


def renamed(rows: Sequence[Row], chooser: random.Random, wanted: int) -> list[Row]:
    """English questions in which a name or number that the passage has is another's, which the passage has not."""
    names = sorted({name for row in rows for name in _NAME.findall(row.question)})
    by_kind = {False: [name for name in names if not name[0].isdigit()], True: [name for name in names if name[0].isdigit()]}
    negatives: list[Row] = []
    for row in chooser.sample(list(rows), len(rows)):
        if len(negatives) == wanted:
            break
        found = [name for name in _NAME.findall(row.question) if name in row.context]
        if not found or not row.answers:
            continue
        old = chooser.choice(found)
        new = chooser.choice(by_kind[old[0].isdigit()])
        if any(part.casefold() in row.context.casefold() or part in old.split() for part in new.split()):
            continue
        negatives.append(
            Row(row.source, row.question_language, row.passage_language, row.question.replace(old, new), row.context, ())
        )
    return negatives
