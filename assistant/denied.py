"""Answers that a sentence denies beside those that it gives: "with Mali and Chad, but not with Togo"."""

import re
from collections import defaultdict
from collections.abc import Sequence

from index.lines import ENDS, INTRODUCTION_MARKS, QUESTION_MARKS

from .datatypes import Span
from .listing import is_or_between, list_joint
from .negation import denies
from .spelling import folded

LONGEST_BETWEEN = 4
"""Characters of a word between a denial and what it denies: "not with the"."""
MOST_BETWEEN = 2
"""Such words."""
LETTERS_BETWEEN = 2
"""Chinese letters between a denial and what it denies."""
_BREAK = re.compile(f"[{re.escape(''.join((*ENDS, *QUESTION_MARKS, *INTRODUCTION_MARKS)))}()\n–—]")
"""What ends a clause: what stands before it denies nothing behind it."""


def without_denied(spans: Sequence[Span], question: str, language: str) -> tuple[list[Span], list[Span]]:
    """The spans without those that their sentence denies, and these. Nothing is denied to who asks what is not so.

    The denial must stand right before the span, or before one that it stands beside in a list; and the sentence must give
    a likelier answer. The likeliest one is what is asked about, whatever the sentence denies: "all but pensioners pay" names whom
    the fee is waived for.
    """
    if denies(question, language) is not False:
        return list(spans), []
    by_chunk: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        by_chunk[span.hit.chunk_id].append(span)
    found: list[Span] = []
    for beside in by_chunk.values():
        found += _denied(beside)
    return [span for span in spans if span not in found], found


def _denied(spans: Sequence[Span]) -> list[Span]:
    """Those of one passage that a denial stands before, and that a likelier one without any stands with in a sentence."""
    denied: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if _is_denied(span) or any(_is_beside(other, span) for other in denied if other.end <= span.start):
            denied.append(span)
    given = [span for span in spans if span not in denied]
    return [
        span
        for span in denied
        if any(one.sentence_start == span.sentence_start and one.probability > span.probability for one in given)
    ]


def _is_beside(first: Span, second: Span) -> bool:
    """Whether two spans stand beside each other in a list."""
    return list_joint(first, second) is not None or is_or_between(first, second)


def _is_denied(span: Span) -> bool:
    """Whether a word that denies stands before a span, but for short words such as "with the"."""
    chunk = span.hit.chunk
    before = chunk.text[span.sentence_start - chunk.start : span.start - chunk.start]
    clause = _BREAK.split(before)[-1]
    if chunk.language.startswith("zh"):  # no spaces: the letters right before
        return bool(denies(clause[-LETTERS_BETWEEN - 1 :], chunk.language))
    words = folded(clause).split()[-MOST_BETWEEN - 1 :]
    number = "0" if span.text[:1].isdigit() else ""  # "no more than 30" denies nothing
    if not denies(" ".join([*words, number]), chunk.language):  # nor does "never refused"
        return False
    last = max(at for at in range(len(words)) if denies(" ".join([*words[at:], number]), chunk.language))
    return all(len(word) <= LONGEST_BETWEEN for word in words[last + 1 :])
