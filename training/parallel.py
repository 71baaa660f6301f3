"""Questions that stand in several languages, each with its passage: rows and groups in one language and across."""

import random
from collections.abc import Mapping, Sequence

from index.encode import Encoder

from .groups import parallel_group
from .negatives import ranked_parallel
from .rows import ParallelQuestion, Row

OWN_PASSAGE = 0.5
"""Of the negatives, where there are questions that their own passage does not answer, those that are such."""


class Parallel:
    """Draws rows of parallel questions; the same seed and questions give the same rows.

    `weights` are the languages', as question and as passage; those that are not among them weigh 1.
    """

    def __init__(self, questions: Sequence[ParallelQuestion], encoder: Encoder, seed: str, weights: Mapping[str, int]) -> None:
        chooser = random.Random(seed)
        self._questions = [question for question in questions if question.rows["en"].answers]
        self._order = chooser.sample(range(len(self._questions)), len(self._questions))
        unanswered = [question for question in questions if not question.rows["en"].answers]
        self._unanswered = chooser.sample(unanswered, len(unanswered))
        self._ranked = ranked_parallel(self._questions, encoder)
        self._weights = weights

    def row(self, position: int, chooser: random.Random, *, across: bool, answered: bool) -> Row:
        """The question at this position of a shuffled order over its passage, or over one that ranks high and does not answer.

        `across` languages or in one. In place of the latter, now and then a question that its own passage does not answer.
        """
        if not answered and self._unanswered and chooser.random() < OWN_PASSAGE:
            question = self._unanswered[position % len(self._unanswered)]
            return question.across(*self._pair(question, chooser, across=across))
        index = self._order[position % len(self._questions)]
        question = self._questions[index]
        asked, read = self._pair(question, chooser, across=across)
        others = [other for other in self._ranked[index] if read in self._questions[other].rows]
        if answered or not others:
            return question.across(asked, read)
        other = self._questions[chooser.choice(others)].rows[read]
        return Row(other.source, asked, read, question.rows[asked].question, other.context, ())

    def group(self, position: int, chooser: random.Random) -> list[Row]:
        """The question at this position over its passage and some that look like it; see groups.py."""
        index = self._order[position % len(self._questions)]
        asked, read, third = self._languages(self._questions[index], 3, chooser)
        return parallel_group(self._questions, index, self._ranked[index], (asked, read, third), chooser)

    def _pair(self, question: ParallelQuestion, chooser: random.Random, *, across: bool) -> tuple[str, str]:
        """The question's language and the passage's: two, or the same one."""
        asked, read = self._languages(question, 2, chooser)
        if not across:
            return asked, asked
        while read == asked:
            (read,) = self._languages(question, 1, chooser)
        return asked, read

    def _languages(self, question: ParallelQuestion, count: int, chooser: random.Random) -> list[str]:
        """Languages of a question, drawn by their weights."""
        languages = sorted(question.rows)
        return chooser.choices(languages, [self._weights.get(language, 1) for language in languages], k=count)
