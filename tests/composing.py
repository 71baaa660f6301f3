"""Spans made up for the tests of composing, and what is composed of them."""

import numpy as np

from assistant.compose import Composition, compose
from assistant.datatypes import Span
from assistant.question_kind import Kind
from assistant.read import Asked
from index.datatypes import Chunk, Hit


def span(text: str, probability: float, document: str = "a.txt", language: str = "en", before: str = "They say ") -> Span:
    """A span that stands in the middle of its sentence, which is its whole chunk."""
    sentence = f"{before}{text} there."
    hit = Hit(1, Chunk(document, 0, len(sentence), sentence, language), "", "", 0.0, 0.9, 1, 1)
    start = len(before)
    return Span(hit, start, start + len(text), text, 0, len(sentence), probability, probability)


def texts(
    spans: list[Span], threshold: float = 0.2, maximum: int = 6, kind: Kind = Kind.SEVERAL, question: str = "Which ones?"
) -> list[str]:
    return [draft.text for draft in composed(spans, threshold, maximum, kind, question).drafts]


def composed(
    spans: list[Span], threshold: float = 0.2, maximum: int = 6, kind: Kind = Kind.SEVERAL, question: str = "Which ones?"
) -> Composition:
    return compose(Asked(question, "en", kind, np.zeros(2, np.float32)), spans, threshold, maximum)


def sentence(text: str, document: str) -> Span:
    hit = Hit(1, Chunk(document, 0, len(text), text, "en"), "", "", 0.0, 0.9, 1, 1)
    return Span(hit, 0, len(text), text, 0, len(text), 0.8, 0.8)


def in_text(name: str, text: str, probability: float, document: str = "a.txt", language: str = "en") -> Span:
    """A span in the sentence of a chunk that is in brackets, which are no part of it."""
    first, last = text.index("["), text.index("]") - 1
    plain = text.replace("[", "").replace("]", "")
    start = plain.index(name, first)
    hit = Hit(1, Chunk(document, 0, len(plain), plain, language), "", "", 0.0, 0.9, 1, 1)
    return Span(hit, start, start + len(name), name, first, last, probability, probability)


def quotes(spans: list[Span]) -> list[set[str]]:
    return [{citation.quote for citation in draft.citations} for draft in composed(spans).drafts]
