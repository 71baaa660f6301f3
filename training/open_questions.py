"""Held-out questions put to small indexes of held-out passages: what is found there, and which of it is right.

A question over a single passage does not tell how likely the best of many passages is right. Here each question is asked of
the passages of its own language, of the one that holds the answer, and mostly of another one; for a part of the questions the
passage with the answer is taken out, so that nothing found is right. Questions over small corpora (training/corpora.py) are asked
of all languages of their corpus.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.datatypes import Span
from assistant.evaluation.span_match import f1
from assistant.question_kind import SENTENCE_KINDS, Kind
from assistant.read import Asked, answers_in, for_sentences, read_hits, sentences_in
from assistant.reader import Reader
from index.chunk import chunk_document
from index.datatypes import Chunk, Document, Hit
from index.encode import Encoder, Vectors
from index.search import balance

from .corpora import CORPORA, Corpus
from .rows import XQUAD_PARALLEL, Row, Rows

SEED = 11
A_LANGUAGE = 6
"""Passages found in each language."""
POOL = 120
"""Passages of a language that are searched, at most."""
TAKEN_OUT = 0.3
"""Share of the questions whose own passage is not there."""
RIGHT = 0.5
"""F1 from which a span counts as right."""
EXPLAINING = 3
"""Times as many questions that want sentences are drawn as others."""


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

    @property
    def wants_sentences(self) -> bool:
        """Whether it is answered with sentences rather than with spans."""
        return self.asked.kind in SENTENCE_KINDS

    def is_answered_by(self, span: Span) -> bool:
        """Whether a span that `read` gave is right."""
        return (self.holds if self.wants_sentences else self.is_right)(span.hit, span.start, span.end)

    def read(self, reader: Reader, encoder: Encoder) -> list[Span]:
        """The spans or sentences of what was found, as likely as the reader alone finds them."""
        if not self.wants_sentences:
            return answers_in(self.hits, read_hits(self.asked, self.hits, reader))
        hits = for_sentences(self.hits)
        return sentences_in(self.asked, hits, [read_hits(self.asked, hits, reader)], encoder)

    def _ranges(self, hit: Hit) -> tuple[tuple[int, int], ...]:
        return self.answers.get(hit.chunk.document, ())


@dataclass(frozen=True, slots=True)
class _Asking:
    """A question to be asked of the passages in its own language and in `languages`, by chance in another if there are none."""

    row: Row
    kind: Kind
    answers: Places
    languages: frozenset[str] = frozenset()


class _Pool:
    """All held-out passages as chunks, by language, with their vectors."""

    def __init__(self, texts: dict[str, dict[str, str]], titles: dict[str, str], encoder: Encoder) -> None:
        self.titles = titles
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
        similarities, chunks = self.vectors[language] @ query, self.chunks[language]
        best = [int(i) for i in (-similarities).argsort() if chunks[i].document not in without][:A_LANGUAGE]
        return [
            Hit(i, chunks[i], self.titles.get(chunks[i].document, ""), "", 0.0, float(similarities[i]), rank, None)
            for rank, i in enumerate(best, 1)
        ]


def open_questions(
    rows: Rows, encoder: Encoder, kind_of: Callable[[str], Kind], a_group: int, over: Sequence[Corpus] = ()
) -> list[OpenQuestion]:
    """Twice each parallel question, in some languages, and `a_group` of each language of every other source.

    Of those that want sentences, as `kind_of` tells, there are up to EXPLAINING times as many. Besides, each question of the
    corpora `over` which it is asked, once, in one of its languages, drawn by chance.
    """
    chooser = random.Random(SEED)
    asked: list[_Asking] = []
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    titles: dict[str, str] = {}
    for question in rows.parallel:
        places = {language: f"{XQUAD_PARALLEL} {question.article}-{question.paragraph} {language}" for language in question.rows}
        for language, row in question.rows.items():
            texts[language][places[language]] = row.context
        languages = sorted(question.rows)
        explains = kind_of(question.rows[languages[0]].question) in SENTENCE_KINDS
        for _ in range(2 * EXPLAINING if explains else 2):
            own, read = chooser.choice(languages), chooser.choice(languages)
            answers = {places[language]: question.rows[language].answers for language in {own, read}}
            row = question.across(own, read)
            asked.append(_Asking(row, kind_of(row.question), answers))
    for source, found in sorted(rows.sources.items()):
        groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in found:
            if row.answers:
                groups[row.question_language, row.passage_language].append(row)
        for _, group in sorted(groups.items()):
            for row in chooser.sample(group, len(group))[:POOL]:
                texts[row.passage_language].setdefault(f"{source} {row.context}", row.context)
            for row, kind in _drawn(group, kind_of, a_group, chooser):
                name = f"{source} {row.context}"
                texts[row.passage_language][name] = row.context
                asked.append(_Asking(row, kind, {name: row.answers}))
    for corpus in over:
        names = [f"{CORPORA} {corpus.name} {position}" for position in range(len(corpus.passages))]
        for name, passage in zip(names, corpus.passages, strict=True):
            texts[passage.language][name] = passage.text
            titles[name] = passage.title
        told_in = frozenset(passage.language for passage in corpus.passages)
        for asks in corpus.questions:
            row = corpus.row(asks, chooser.choice(sorted(asks.ask)), min(asks.answers, default=0))
            answers = {names[position]: ranges for position, ranges in asks.answers.items()}
            asked.append(_Asking(row, asks.kind or kind_of(row.question), answers, told_in))
    wanted = {name for asking in asked for name in asking.answers} | titles.keys()
    kept = {language: _thinned(documents, wanted, chooser) for language, documents in sorted(texts.items())}
    pool = _Pool(kept, titles, encoder)
    queries = encoder.encode_questions([asking.row.question for asking in asked])
    return [_put(pool, asking, query, chooser) for asking, query in zip(asked, queries, strict=True)]


def _drawn(group: list[Row], kind_of: Callable[[str], Kind], a_group: int, chooser: random.Random) -> list[tuple[Row, Kind]]:
    """Of EXPLAINING times as many rows as are wanted, those that want sentences and as many others as are wanted."""
    kinds = [(row, kind_of(row.question)) for row in chooser.sample(group, min(EXPLAINING * a_group, len(group)))]
    others = [one for one in kinds if one[1] not in SENTENCE_KINDS]
    return [one for one in kinds if one[1] in SENTENCE_KINDS] + others[:a_group]


def _thinned(documents: dict[str, str], wanted: set[str], chooser: random.Random) -> dict[str, str]:
    """At most POOL of the documents and the wanted ones."""
    others = [name for name in documents if name not in wanted]
    kept = wanted.union(chooser.sample(others, min(POOL, len(others))))
    return {name: text for name, text in documents.items() if name in kept}


def _put(pool: _Pool, asking: _Asking, query: Vectors, chooser: random.Random) -> OpenQuestion:
    row, asked = asking.row, Asked(asking.row.question, asking.row.question_language, asking.kind, query)
    others = asking.languages or {row.passage_language, chooser.choice(sorted(pool.chunks))}
    languages = {asked.language, *others} & pool.chunks.keys()
    without = set(asking.answers) if chooser.random() < TAKEN_OUT else set()
    found = {language: pool.search(query, language, without) for language in sorted(languages)}
    order = balance({language: len(hits) for language, hits in found.items()}, A_LANGUAGE * len(found))
    hits = [found[language][position] for language, position in order]
    return OpenQuestion(row, asked, hits, {} if without else asking.answers)
