"""When to answer and when to refuse: `python -m benchmarks.refusal xquad-parallel.jsonl.gz`.

Many small indexes are made, each of one or two articles of xquad-parallel in one to three of five languages. Questions on these
articles can be answered; questions on another article cannot. Only articles that the reader was not trained on are used: three
for suggesting a threshold, three for reporting what it does, neither part knowing of the other's.
Passages are ranked within each language and handed on as index/search.py does, then read as when answering.

A question is answered right if the likeliest span stands in the right passage and its F1 with the answer is above 0.5, or, where
the question is taken to want a whole sentence, if that sentence holds the answer.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import Encoder, Vectors, load_encoder, prepare_process

prepare_process()  # before torch is imported

from assistant.confidence import confidence  # noqa: E402
from assistant.datatypes import Span  # noqa: E402
from assistant.evaluation.span_match import f1  # noqa: E402
from assistant.question_kind import SENTENCE_KINDS, Kind  # noqa: E402
from assistant.read import Asked, read  # noqa: E402
from assistant.reader import Reader, load_reader  # noqa: E402
from assistant.settings import Settings  # noqa: E402
from benchmarks.parallel import Parallel, Question, read_parallel  # noqa: E402
from index.datatypes import Chunk, Hit  # noqa: E402
from index.search import balance  # noqa: E402
from training.rows import FIRST_HELD_OUT_ARTICLE  # noqa: E402

LANGUAGES = ("en", "ar", "de", "ru", "zh")
CHOOSING = range(FIRST_HELD_OUT_ARTICLE, FIRST_HELD_OUT_ARTICLE + 3)
REPORTING = range(FIRST_HELD_OUT_ARTICLE + 3, FIRST_HELD_OUT_ARTICLE + 6)
MOST_ARTICLES = 2
MOST_LANGUAGES = 3
QUESTIONS = 4
"""To each index, of those that it can answer and of those that it cannot."""
RIGHT = 0.5
"""F1 above which a span counts as right."""
THRESHOLDS = tuple(round(0.01 * step, 2) for step in range(1, 91))
TOKENS_A_SECOND = 2000
"""About what two processor cores read, for telling how long it will take."""
Passage = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """Some articles. `order` names the passages of the rows of `vectors` and `tokens`; `queries` go with the questions.

    `answers[article, paragraph, number, language]` is the answer's place in the passage of that language.
    """

    data: Parallel
    order: list[Passage]
    vectors: Vectors
    tokens: list[int]
    queries: Vectors
    answers: dict[tuple[int, int, int, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Case:
    """A question put to a small index; the chunk ids of the `hits` are positions in the part's `order`."""

    question: Question
    query: Vectors
    kind: Kind
    answerable: bool
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case. `own_language` tells whether the index has passages in the question's language."""

    answerable: bool
    own_language: bool
    confidence: float
    right: bool


def main() -> None:
    """Prints the threshold that suits the part for choosing, and the table of the part for reporting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--indexes", type=int, default=20, help="how many small indexes a part (default 20), 8 questions to each")
    parser.add_argument(
        "--candidates", type=int, default=Settings().candidates, help="passages read a question (default %(default)s)"
    )
    arguments = parser.parse_args()
    data, encoder, console = read_parallel(arguments.data), load_encoder(), Console(width=110)
    reader = load_reader(encoder)
    parts = [encode(data.articles(articles, frozenset(LANGUAGES)), encoder) for articles in (CHOOSING, REPORTING)]
    cases = [list(make_cases(part, reader, arguments.indexes, arguments.candidates, seed)) for seed, part in enumerate(parts, 1)]
    tokens = sum(
        part.tokens[hit.chunk_id] for part, group in zip(parts, cases, strict=True) for case in group for hit in case.hits
    )
    minutes = tokens / TOKENS_A_SECOND / 60
    console.print(f"About {tokens:,} tokens to read: {minutes:.0f} minutes at {TOKENS_A_SECOND:,} tokens a second")
    kinds = Counter(case.kind.value for group in cases for case in group)
    console.print(f"Kinds of questions as told from their vectors: {dict(kinds)}", highlight=False)
    chosen, reported = (
        [answer(part, case, reader, encoder) for case in track(group, title, console=console)]
        for part, group, title in zip(parts, cases, ("Choosing", "Reporting"), strict=True)
    )
    suggested = suggest(chosen, console)
    print_table(reported, suggested, console)


def encode(data: Parallel, encoder: Encoder) -> Part:
    """Everything that the cases need, encoded once."""
    order = list(data.passages)
    texts = [data.passages[key] for key in order]
    queries = encoder.encode_questions([question.text for question in data.questions])
    answers = {(q.article, q.paragraph, q.number, q.language): (q.start, q.end) for q in data.questions}
    return Part(data, order, encoder.encode_passages(texts), encoder.count_tokens(texts), queries, answers)


def make_cases(part: Part, reader: Reader, indexes: int, candidates: int, seed: int) -> Iterator[Case]:
    """Eight questions to each of the small indexes, half of them answerable."""
    random = np.random.default_rng(seed)
    articles = sorted({article for _, article, _ in part.order})
    by_article: dict[int, list[int]] = defaultdict(list)
    for position, question in enumerate(part.data.questions):
        by_article[question.article].append(position)
    for _ in range(indexes):
        held = set(random.choice(articles, random.integers(1, MOST_ARTICLES + 1), replace=False).tolist())
        languages = set(random.choice(LANGUAGES, random.integers(1, MOST_LANGUAGES + 1), replace=False).tolist())
        rows = [i for i, (language, article, _) in enumerate(part.order) if language in languages and article in held]
        for answerable in (True, False):
            pool = [position for article in articles if (article in held) == answerable for position in by_article[article]]
            for position in random.choice(pool, QUESTIONS, replace=False):
                question, query = part.data.questions[position], part.queries[position]
                hits = choose_hits(part, rows, question.language, query, candidates)
                yield Case(question, query, reader.kind(question.text), answerable, hits)


def choose_hits(part: Part, rows: Sequence[int], language: str, query: Vectors, candidates: int) -> list[Hit]:
    """The passages handed on: each language ranked by similarity, the question's own language first, the places shared out."""
    similarities = part.vectors @ query
    ranked: dict[str, list[int]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: -float(similarities[row])):
        ranked[part.order[row][0]].append(row)
    own_first = sorted(ranked, key=lambda one: (one != language, -float(similarities[ranked[one][0]])))
    hits = []
    for one, rank in balance({one: len(ranked[one]) for one in own_first}, candidates):
        row = ranked[one][rank]
        text = part.data.passages[part.order[row]]
        chunk = Chunk("{}/{}-{}".format(*part.order[row]), 0, len(text), text, one)
        hits.append(Hit(row, chunk, "", "", 0.0, float(similarities[row]), rank + 1, None))
    return hits


def answer(part: Part, case: Case, reader: Reader, encoder: Encoder) -> Result:
    """Reads the hits; the likeliest span is the answer."""
    spans = read(Asked(case.question.text, case.question.language, case.kind, case.query), case.hits, reader, encoder)
    return Result(
        answerable=case.answerable,
        own_language=any(hit.chunk.language == case.question.language for hit in case.hits),
        confidence=confidence(spans[0].probability) if spans else 0.0,
        right=case.answerable and bool(spans) and is_right(part, case, spans[0]),
    )


def is_right(part: Part, case: Case, span: Span) -> bool:
    """Whether the span answers the question, in the right passage."""
    language, *place = part.order[span.hit.chunk_id]
    if place != [case.question.article, case.question.paragraph]:
        return False
    start, end = part.answers[case.question.article, case.question.paragraph, case.question.number, language]
    if case.kind in SENTENCE_KINDS:
        return span.start <= start and end <= span.end
    return f1(span.text, [span.hit.chunk.text[start:end]], language) > RIGHT


def rates(results: Sequence[Result], threshold: float) -> tuple[float, float, float]:
    """Of the answerable: answered right, and refused; of the others: refused. In the order right, refused, wrongly refused."""
    answerable = [result for result in results if result.answerable]
    right = [result.right and result.confidence >= threshold for result in answerable]
    silent = [result.confidence < threshold for result in answerable]
    refused = [result.confidence < threshold for result in results if not result.answerable]
    return _mean(right), _mean(refused), _mean(silent)


def area_under_risk_coverage(results: Sequence[Result], *, best: bool = False) -> float:
    """The share of wrong answers among the likeliest 1, 2, 3... of all questions, averaged (Geifman and El-Yaniv 2017).

    Any answer to a question that cannot be answered is wrong. With `best`, for the same answers in the best possible order.
    """
    if best:
        ordered = sorted(results, key=lambda result: -result.right)
    else:
        ordered = sorted(results, key=lambda result: (-result.confidence, result.right))
    wrong = np.cumsum([not result.right for result in ordered])
    return float(np.mean(wrong / np.arange(1, len(ordered) + 1))) if ordered else float("nan")


def suggest(chosen: Sequence[Result], console: Console) -> float:
    """The threshold with the best mean of right answers and right refusals, printed with those that are nearly as good."""
    means = {threshold: float(np.mean(rates(chosen, threshold)[:2])) for threshold in THRESHOLDS}
    suggested = max(means, key=lambda threshold: means[threshold])
    near = [threshold for threshold, mean in means.items() if mean > means[suggested] - 0.01]
    console.print(
        f"Suggested threshold {suggested}, mean {means[suggested]:.3f}; within 0.01 of it from {near[0]} to {near[-1]}; "
        f"in force {Settings().threshold}, mean {float(np.mean(rates(chosen, Settings().threshold)[:2])):.3f}"
    )
    return suggested


def print_table(reported: Sequence[Result], suggested: float, console: Console) -> None:
    """Right answers and refusals on the articles for reporting, where the index has the question's language and where not."""
    groups = {
        "the question's language too": [result for result in reported if result.own_language],
        "other languages only": [result for result in reported if not result.own_language],
        "all": list(reported),
    }
    table = Table(
        "threshold", "passages in", "answered right", "wrongly refused", "rightly refused", title="Articles for reporting"
    )
    for threshold in sorted({0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, suggested, Settings().threshold}):
        marks = [" (in force)"] * (threshold == Settings().threshold) + [" (suggested)"] * (threshold == suggested)
        for name, group in groups.items():
            right, refused, silent = rates(group, threshold)
            table.add_row(f"{threshold}{''.join(marks)}", name, f"{right:.3f}", f"{silent:.3f}", f"{refused:.3f}")
    console.print(table)
    table = Table("passages in", "answerable", "not", "right without refusing", "area under risk-coverage", "the least possible")
    for name, group in groups.items():
        answerable = sum(result.answerable for result in group)
        areas = (area_under_risk_coverage(group), area_under_risk_coverage(group, best=True))
        cells = (f"{value:.3f}" for value in (rates(group, 0.0)[0], *areas))
        table.add_row(name, str(answerable), str(len(group) - answerable), *cells)
    console.print(table)


def _mean(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


if __name__ == "__main__":
    main()
