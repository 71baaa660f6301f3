"""Questions that lean on the one before: made of two questions over one passage, joined as assistant/followup.py joins them.

The answer wanted is the second's. What both name is often taken out of the second, or replaced by a pronoun, as people do; now
and then the first is about another passage altogether, so that a change of subject is learned too.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from assistant.followup import join

from .rows import ParallelQuestion, Row

FOLLOWUPS = "follow-ups"
OTHER_SUBJECT = 0.25
"""Share of pairs whose first question is about another passage."""
SHORTENED = 0.65
"""Share of the others in which what both questions name is taken out of the second."""
WITH_ANSWER = 0.4
"""Share in which the first question's answer stands between the two, if it is short."""
LONGEST_ANSWER = 60
"""Characters of such an answer."""
SHORTEST_NAME = 5
"""Letters."""
PRONOUNS = {
    "en": ("it", "he", "she", "they", "this", ""),
    "ar": ("هو", "هي", "ذلك", ""),
    "de": ("er", "sie", "es", "das", ""),
    "es": ("él", "ella", "eso", ""),
    "fr": ("il", "elle", "cela", ""),
    "ru": ("он", "она", "это", ""),
    "tr": ("o", "bu", ""),
    "zh": ("他", "它", "这", ""),
    "ja": ("それ", "彼", ""),
}
_WORD = re.compile(r"[^\s?؟？.,!،]+")


def follow_ups(rows: Sequence[Row], parallel: Sequence[ParallelQuestion], count: int, seed: int) -> list[Row]:
    """At most `count` rows whose question is two joined questions, the sources sharing them as evenly as they can."""
    chooser = random.Random(f"{seed} follow-ups")
    by_source: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
    for first, second in [*_pairs(rows, chooser), *_parallel_pairs(parallel, chooser)]:
        by_source[second.source].append((first, second))
    pairs: list[tuple[Row, Row]] = []
    for position, group in enumerate(sorted(by_source.values(), key=len)):
        share = (count - len(pairs)) // (len(by_source) - position)
        pairs += chooser.sample(group, min(len(group), share))
    chooser.shuffle(pairs)
    others: dict[str, list[Row]] = defaultdict(list)
    for first, _ in pairs:
        others[first.question_language].append(first)
    return [_joined(first, second, others[first.question_language], chooser) for first, second in pairs]


def _pairs(rows: Sequence[Row], chooser: random.Random) -> Iterator[tuple[Row, Row]]:
    """Two questions over each passage that has as many."""
    by_passage: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.answers:
            by_passage[row.context, row.question_language].append(row)
    for group in by_passage.values():
        if len(group) > 1:
            first, second = chooser.sample(group, 2)
            yield first, second


def _parallel_pairs(questions: Sequence[ParallelQuestion], chooser: random.Random) -> Iterator[tuple[Row, Row]]:
    """Two questions over each parallel passage, in one language over the passage in another, several times."""
    by_passage: dict[tuple[int, int], list[ParallelQuestion]] = defaultdict(list)
    for question in questions:
        by_passage[question.article, question.paragraph].append(question)
    for group in by_passage.values():
        languages = sorted(group[0].rows)
        for _ in range(len(group) * 4 if len(group) > 1 else 0):
            first, second = chooser.sample(group, 2)
            asked, read = chooser.choices(languages, k=2)
            yield first.across(asked, read), second.across(asked, read)


def _joined(first: Row, second: Row, others: Sequence[Row], chooser: random.Random) -> Row:
    question = second.question
    if chooser.random() < OTHER_SUBJECT:
        first = chooser.choice(others)
    elif chooser.random() < SHORTENED:
        question = shortened(first.question, question, chooser.choice(PRONOUNS.get(second.question_language, ("",))))
    start, end = first.answers[0]
    answer = first.context[start:end]
    said = (answer,) if chooser.random() < WITH_ANSWER and len(answer) <= LONGEST_ANSWER else ()
    joined = join(first.question, said, question)
    return Row(second.source, second.question_language, second.passage_language, joined, second.context, second.answers)


def shortened(first: str, second: str, pronoun: str) -> str:
    """The second question with the longest run of words that both share replaced, if that may be a name.

    It may if it is long enough and, in scripts with capitals, one of its words has one.
    """
    before = [word.casefold() for word in _WORD.findall(first)]
    words = list(_WORD.finditer(second))
    best: tuple[int, int] | None = None
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            run = [word[0].casefold() for word in words[start:end]]
            shared = any(before[at : at + len(run)] == run for at in range(len(before) - len(run) + 1))
            if not shared:
                break
            if best is None or end - start > best[1] - best[0]:
                best = start, end
    run = [word[0] for word in words[slice(*best)]] if best else []
    cased = second.lower() != second.upper()
    if (
        best is None
        or sum(map(len, run)) < SHORTEST_NAME
        or (cased and not any(word[0].isupper() for word in run[not best[0] :]))
    ):
        return second
    left, right = second[: words[best[0]].start()].rstrip(), second[words[best[1] - 1].end() :]
    middle = f" {pronoun}" if pronoun else ""
    return (left + middle + right).strip()
