"""Held-out questions put to small indexes of held-out passages: what is found there, and which of it is right.

A question over a single passage does not tell how likely the best of many passages is right. Here each question is asked of
the passages of its own language, of the one that holds the answer, and mostly of another one; for a part of the questions the
passage with the answer is taken out, so that nothing found is right.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.datatypes import Span
from assistant.evaluation.span_match import f1
from assistant.question_kind import Kind
from assistant.read import Asked, answers_in, for_sentences, read_hits, sentences_in
from assistant.reader import Reader
from index.chunk import chunk_document
from index.datatypes import Chunk, Document, Hit
from index.encode import Encoder, Vectors
from index.search import balance

from .rows import PARALLEL, Row, Rows

A_LANGUAGE = 6
"""Passages found in each language."""
POOL = 120
"""Passages of a language that are searched, at most."""
TAKEN_OUT = 0.3
"""Share of the questions whose own passage is not there."""
RIGHT = 0.5
"""F1 from which a span counts as right."""


Places = dict[str, tuple[tuple[int, int], ...]]
"""For each document that holds an answer, its ranges there."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question with what was found for it, and where the answers are, if the passage was not taken out."""

    row: Row
    asked: Asked
    hits: list[Hit]
    answers: Places

    def is_right(self, hit: Hit, start: int, end: int) -> bool:
        """Whether a span of the hit, in characters of the document, is the answer or nearly so."""
        chunk, ranges = hit.chunk, self._ranges(hit)

        def text(first: int, last: int) -> str:
            return chunk.text[first - chunk.start : last - chunk.start]

        expected = [text(first, last) for first, last in ranges if first >= chunk.start and last <= chunk.end]
        if not any(start < last and end > first for first, last in ranges) or not expected:
            return False
        return f1(text(start, end), expected, chunk.language) > RIGHT

    def holds(self, hit: Hit, start: int, end: int) -> bool:
        """Whether a sentence of the hit, in characters of the document, holds the answer or more than half of it."""
        return any(2 * (min(last, end) - max(first, start)) > last - first for first, last in self._ranges(hit))

    def read(self, reader: Reader, encoder: Encoder) -> tuple[list[Span], list[Span]]:
        """The spans and the sentences of what was found, as likely as the reader alone finds them; the hits are read once."""
        readings, of_sentences = read_hits(self.asked, self.hits, reader), for_sentences(self.hits)
        return answers_in(self.hits, readings), sentences_in(of_sentences, readings[: len(of_sentences)], encoder)

    def _ranges(self, hit: Hit) -> tuple[tuple[int, int], ...]:
        return self.answers.get(hit.chunk.document, ())


class _Pool:
    """All held-out passages as chunks, by language, with their vectors."""

    def __init__(self, texts: dict[str, dict[str, str]], encoder: Encoder) -> None:
        self.chunks: dict[str, list[Chunk]] = {}
        self.vectors: dict[str, Vectors] = {}
        for language, documents in texts.items():
            self.chunks[language] = [
                chunk
                for name, text in documents.items()
                for chunk in chunk_document(Document(name, "", language, "", text, ""), encoder.count_tokens)
            ]
            self.vectors[language] = encoder.encode_passages([chunk.text for chunk in self.chunks[language]])

    def search(self, query: Vectors, language: str, without: set[str]) -> list[Hit]:
        similarities = self.vectors[language] @ query
        best = [i for i in (-similarities).argsort() if self.chunks[language][i].document not in without][:A_LANGUAGE]
        return [
            Hit(int(i), self.chunks[language][i], "", "", 0.0, float(similarities[i]), rank, None)
            for rank, i in enumerate(best, 1)
        ]


def open_questions(rows: Rows, encoder: Encoder, a_group: int, seed: int = 11) -> list[OpenQuestion]:
    """Twice each parallel question, in some languages, and `a_group` of each language of every other source."""
    chooser = random.Random(seed)
    asked: list[tuple[Row, Places]] = []
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for question in rows.parallel:
        places = {language: f"{PARALLEL} {question.article}-{question.paragraph} {language}" for language in question.rows}
        for language, row in question.rows.items():
            texts[language][places[language]] = row.context
        for _ in range(2):
            own, read = (chooser.choice(sorted(question.rows)) for _ in range(2))
            answers = {places[language]: question.rows[language].answers for language in {own, read}}
            asked.append((question.across(own, read), answers))
    for source, found in sorted(rows.sources.items()):
        groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in found:
            if row.answers:
                groups[row.question_language, row.passage_language].append(row)
        for _, group in sorted(groups.items()):
            for row in chooser.sample(group, len(group))[:POOL]:
                texts[row.passage_language].setdefault(f"{source} {row.context}", row.context)
            for row in chooser.sample(group, min(a_group, len(group))):
                name = f"{source} {row.context}"
                texts[row.passage_language][name] = row.context
                asked.append((row, {name: row.answers}))
    pool = _Pool({language: _thinned(documents, asked, chooser) for language, documents in sorted(texts.items())}, encoder)
    queries = encoder.encode_questions([row.question for row, _ in asked])
    return [_put(pool, *one, query, chooser) for one, query in zip(asked, queries, strict=True)]


def _thinned(documents: dict[str, str], asked: Sequence[tuple[Row, Places]], chooser: random.Random) -> dict[str, str]:
    """At most POOL of the documents and those that hold answers."""
    wanted = {name for _, answers in asked for name in answers}
    others = [name for name in documents if name not in wanted]
    kept = wanted.union(chooser.sample(others, min(POOL, len(others))))
    return {name: text for name, text in documents.items() if name in kept}


def _put(
    pool: _Pool,
    row: Row,
    answers: Places,
    query: Vectors,
    chooser: random.Random,
) -> OpenQuestion:
    own = row.question_language
    languages = {
        language for language in (own, row.passage_language, chooser.choice(sorted(pool.chunks))) if language in pool.chunks
    }
    without = set(answers) if chooser.random() < TAKEN_OUT else set()
    found = {language: pool.search(query, language, without) for language in sorted(languages)}
    order = balance({language: len(hits) for language, hits in found.items()}, A_LANGUAGE * len(found))
    hits = [found[language][position] for language, position in order]
    return OpenQuestion(row, Asked(row.question, own, Kind.ONE, query), hits, {} if without else answers)
