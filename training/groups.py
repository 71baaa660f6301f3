"""Groups: one question over several passages at once, of which one or two answer and the others look as if they did.

What is found for a question is many passages, and the likeliest place of all of them is the answer. A network that learns from
one passage at a time learns to point at the best place of each, not which passage's is the best; so the shares of a question's
places are also made to sum to 1 over all its passages (Clark and Gardner 2018, section 3.3, the shared norm).
"""

import random
from collections.abc import Sequence

from .records import sentence_list
from .rows import ParallelQuestion, Row, agreed, holds_an_answer

SECOND = 0.3
"""Of the groups of parallel passages, those in which the passage that answers comes in two languages."""
OWN_LANGUAGE = 0.3
"""Of the same, those with a passage that answers in the question's language, beside those that happen to have one."""
AS_LIST = 0.4
"""Of all groups, those with a list of single sentences in place of a passage."""
ANSWERED_LIST = 0.75
"""Of these lists, those with the sentence that answers."""


def parallel_group(
    questions: Sequence[ParallelQuestion],
    position: int,
    ranked: Sequence[int],
    languages: tuple[str, str, str],
    chooser: random.Random,
) -> list[Row]:
    """A parallel question with its passage, and some that rank best for it and do not hold the answer.

    `languages` are the question's, the passage's, and that of a second passage that answers, if there is one.
    """
    question = questions[position]
    asked, read, third = languages
    if chooser.random() < OWN_LANGUAGE:
        read = asked
    rows = [question.across(asked, read)]
    if third != read and chooser.random() < SECOND:
        rows.append(question.across(asked, third))
    for other, language in zip(chooser.sample(ranked, min(len(ranked), 3)), (read, third, asked), strict=False):
        passage = questions[other].rows.get(language)
        if passage and not holds_an_answer(passage.context, question.rows[language]):
            rows.append(Row(passage.source, asked, language, question.rows[asked].question, passage.context, ()))
    return rows


def varied(rows: list[Row], chooser: random.Random) -> list[Row]:
    """The group, now and then with a list of single sentences in place of a passage."""
    first = rows[0]
    alike = [row for row in rows[1:] if not row.answers and row.passage_language == first.passage_language]
    answer = agreed(first.context, first.answers)
    if not alike or answer is None or chooser.random() >= AS_LIST:
        return rows
    answered = chooser.random() < ANSWERED_LIST
    made = sentence_list(first, answer, alike, chooser, answered=answered)
    if made is None:
        return rows
    return [made, *rows[2:]] if answered else [*rows[:-1], made]
