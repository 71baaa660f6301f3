"""Rows -> tokens: question and a stretch of the passage, with the places of the answer's first and last token."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tokenizers import Encoding, Tokenizer

from assistant.reader import LONGEST_QUESTION
from assistant.reader_network import input_ids

from .corpora import CORPORA
from .explanations import EXPLANATIONS
from .lists import LISTS
from .mixture import ANOTHER_PART, Drawn
from .records import RECORDS
from .rows import Row, agreed, holds_an_answer
from .several_answers import SEVERAL_ANSWERS


@dataclass(frozen=True, slots=True)
class Example:
    """`ids` as the network reads them, the passage's from `offset` on.

    `answers` are the first and last positions in `ids` of each answer, none where there is no answer: one, or for a question
    that wants a list all that stand in the passage. Examples of one `group` are one question's, if it is not 0.
    """

    ids: list[int]
    offset: int
    answers: tuple[tuple[int, int], ...]
    group: int = 0


def make_examples(drawn: Sequence[Drawn], tokenizer: Tokenizer, longest: int, chooser: random.Random) -> list[Example]:
    """One example a row, with at most `longest` tokens of its passage; rows that cannot be used are left out."""
    questions = tokenizer.encode_batch([item.row.question for item in drawn], add_special_tokens=False)
    contexts = list(dict.fromkeys(item.row.context for item in drawn))
    encodings = dict(zip(contexts, tokenizer.encode_batch(contexts, add_special_tokens=False), strict=True))
    examples = []
    for item, question in zip(drawn, questions, strict=True):
        example = _make_example(item, question.ids[:LONGEST_QUESTION], encodings[item.row.context], longest, chooser)
        if example is not None:
            examples.append(replace(example, group=item.group))
    return examples


def _make_example(item: Drawn, question: list[int], passage: Encoding, longest: int, chooser: random.Random) -> Example | None:
    row = item.row
    length = len(passage.ids)
    if not row.answers:
        first = chooser.randint(0, max(0, length - longest))
        return Example(*input_ids(question, passage.ids[first : first + longest]), ())
    if item.kind == ANOTHER_PART:
        return _another_part(row, question, passage, longest, chooser)
    have_several = row.source in (LISTS, RECORDS, EXPLANATIONS, CORPORA, SEVERAL_ANSWERS)
    wanted = row.answers if have_several else [chosen for chosen in [agreed(row.context, row.answers)] if chosen]
    places = [place for answer in wanted if (place := answer_tokens(passage, *answer)) is not None]
    return _around_an_answer(places, question, passage, longest, chooser) if places else None


def _around_an_answer(
    places: Sequence[tuple[int, int]], question: list[int], passage: Encoding, longest: int, chooser: random.Random
) -> Example | None:
    """A stretch of the passage with one of the answers, and with all others that stand in it."""
    start, end = places[0] if len(places) == 1 else chooser.choice(places)
    length = len(passage.ids)
    if end - start + 1 > longest:
        return None
    first = chooser.randint(max(0, end + 1 - longest), min(start, max(0, length - longest)))
    ids, offset = input_ids(question, passage.ids[first : first + longest])
    inside = [(start - first, end - first) for start, end in places if first <= start and end < first + longest]
    return Example(ids, offset, tuple((offset + start, offset + end) for start, end in inside))


def _another_part(row: Row, question: list[int], passage: Encoding, longest: int, chooser: random.Random) -> Example | None:
    """A stretch of the passage before or after its answers, where none of them comes again in any form."""
    places = [place for answer in row.answers if (place := answer_tokens(passage, *answer)) is not None]
    before, after = (0, min(start for start, _ in places)), (max(end for _, end in places) + 1, len(passage.ids))
    first, last = max(before, after, key=lambda part: part[1] - part[0])
    if last - first < longest // 3:
        return None
    first = chooser.randint(first, max(first, last - longest))
    last = min(last, first + longest)
    if holds_an_answer(row.context[passage.offsets[first][0] : passage.offsets[last - 1][1]], row):
        return None
    return Example(*input_ids(question, passage.ids[first:last]), ())


def answer_tokens(passage: Encoding, start: int, end: int) -> tuple[int, int] | None:
    """First and last token of a range of characters; None where no token stands there."""
    first = last = None
    for position, (token_start, token_end) in enumerate(passage.offsets):
        if token_end > start and token_start < end and token_end > token_start:
            first = position if first is None else first
            last = position
        elif token_start >= end:
            break
    return None if first is None or last is None else (first, last)
