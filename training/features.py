"""Rows -> tokens: question and a stretch of the passage, with the places of the answer's first and last token."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

from assistant.reader import LONGEST_QUESTION
from assistant.reader_network import input_ids

from .mixture import ANOTHER_PART, Drawn
from .rows import Row


@dataclass(frozen=True, slots=True)
class Example:
    """`ids` as the network reads them, the passage's from `offset` on.

    `start` and `end` are positions in `ids`, both 0 where there is no answer.
    """

    ids: list[int]
    offset: int
    start: int
    end: int


def make_examples(drawn: Sequence[Drawn], tokenizer: Tokenizer, longest: int, chooser: random.Random) -> list[Example]:
    """One example a row, with at most `longest` tokens of its passage; rows that cannot be used are left out."""
    questions = tokenizer.encode_batch([item.row.question for item in drawn], add_special_tokens=False)
    contexts = list(dict.fromkeys(item.row.context for item in drawn))
    encodings = dict(zip(contexts, tokenizer.encode_batch(contexts, add_special_tokens=False), strict=True))
    examples = []
    for item, question in zip(drawn, questions, strict=True):
        example = _make_example(item, question.ids[:LONGEST_QUESTION], encodings[item.row.context], longest, chooser)
        if example is not None:
            examples.append(example)
    return examples


def _make_example(item: Drawn, question: list[int], passage: Encoding, longest: int, chooser: random.Random) -> Example | None:
    row = item.row
    length = len(passage.ids)
    if not row.answers:
        first = chooser.randint(0, max(0, length - longest))
        return Example(*input_ids(question, passage.ids[first : first + longest]), 0, 0)
    answer = answer_tokens(passage, *_most_given(row.context, row.answers))
    if answer is None:
        return None
    start, end = answer
    if item.kind == ANOTHER_PART:
        return _another_part(row, question, passage, longest, chooser)
    if end - start + 1 > longest:
        return None
    first = chooser.randint(max(0, end + 1 - longest), min(start, max(0, length - longest)))
    ids, offset = input_ids(question, passage.ids[first : first + longest])
    return Example(ids, offset, offset + start - first, offset + end - first)


def _another_part(row: Row, question: list[int], passage: Encoding, longest: int, chooser: random.Random) -> Example | None:
    """A stretch of the passage before or after its answers, where none of them comes again in any form."""
    places = [place for answer in row.answers if (place := answer_tokens(passage, *answer)) is not None]
    before, after = (0, min(start for start, _ in places)), (max(end for _, end in places) + 1, len(passage.ids))
    first, last = max(before, after, key=lambda part: part[1] - part[0])
    if last - first < longest // 3:
        return None
    first = chooser.randint(first, max(first, last - longest))
    last = min(last, first + longest)
    part = row.context[passage.offsets[first][0] : passage.offsets[last - 1][1]].casefold()
    if any(row.context[start:end].casefold() in part for start, end in row.answers):
        return None
    return Example(*input_ids(question, passage.ids[first:last]), 0, 0)


def _most_given(context: str, answers: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The answer that most annotators gave, the first of them where none stands out."""
    texts = [context[start:end] for start, end in answers]
    return answers[max(range(len(answers)), key=lambda i: (texts.count(texts[i]), -i))]


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
