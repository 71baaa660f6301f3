"""Questions that stand in several languages, each with its passage: rows and groups in one language and across."""

import random
from collections.abc import Mapping, Sequence

from index.encode import Encoder

from .groups import parallel_group, varied
from .negatives import ranked_parallel
from .rows import ParallelQuestion, Row


class Parallel:
    """Draws rows of parallel questions; the same seed and questions give the same rows.

    `weights` are the languages', as question and as passage; those that are not among them weigh 1.
    """

    def __init__(self, questions: Sequence[ParallelQuestion], encoder: Encoder, seed: str, weights: Mapping[str, int]) -> None:
        self._questions = questions
        self._order = random.Random(seed).sample(range(len(questions)), len(questions))
        self._ranked = ranked_parallel(questions, encoder)
        self._weights = weights

    def row(self, position: int, chooser: random.Random, *, across: bool, answered: bool) -> Row:
        """The question at this position of a shuffled order over its passage, or over one that ranks high and does not answer.

        `across` languages or in one.
        """
        index = self._order[position % len(self._questions)]
        question = self._questions[index]
        asked, read = self._languages(index, 2, chooser)
        if not across:
            read = asked
        while across and read == asked:
            (read,) = self._languages(index, 1, chooser)
        others = [other for other in self._ranked[index] if read in self._questions[other].rows]
        if answered or not others:
            return question.across(asked, read)
        other = self._questions[chooser.choice(others)].rows[read]
        return Row(other.source, asked, read, question.rows[asked].question, other.context, ())

    def group(self, position: int, chooser: random.Random) -> list[Row]:
        """The question at this position over its passage and some that look like it; see groups.py."""
        index = self._order[position % len(self._questions)]
        asked, read, third = self._languages(index, 3, chooser)
        return varied(parallel_group(self._questions, index, self._ranked[index], (asked, read, third), chooser), chooser)

    def _languages(self, index: int, count: int, chooser: random.Random) -> list[str]:
        """Languages of a question, drawn by their weights."""
        languages = sorted(self._questions[index].rows)
        return chooser.choices(languages, [self._weights.get(language, 1) for language in languages], k=count)
