"""How often does search find the right passage? `python -m benchmarks.retrieval xquad-parallel.jsonl.gz`.

All passages of all 12 languages stand in one index, made by Quoth's own indexing. A question is asked in each language, and
for each language of passages the right one is the parallel passage: recall@5 and MRR (0 beyond rank 50) within that language's
ranking, which is how search hands passages on. Only questions on the articles for reporting count; `--tune` prints a
grid over the fusion's constants on the articles for choosing instead. `--index` keeps the index for another run.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.parallel import Parallel, Question, read_parallel
from index import search
from index.chunk import chunk_document
from index.datatypes import Document
from index.encode import Encoder, load_encoder
from index.search import Ranking, fuse
from index.store import Store
from index.vectors import VectorIndex

DEPTH = 50
Fuse = Callable[[bool, Ranking, Ranking], Ranking]
Figures = dict[tuple[str, str], tuple[float, float]]
"""(question language, passage language) -> recall@5, MRR."""


def main() -> None:
    """Prints the table, or the grid."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--index", type=Path, help="keep the index here")
    parser.add_argument("--tune", action="store_true")
    arguments = parser.parse_args()
    data = read_parallel(arguments.data)
    with ExitStack() as stack:
        folder = arguments.index or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        encoder = load_encoder()
        store = stack.enter_context(
            Store.create_or_open(
                folder / "parallel.sqlite",
                fingerprint=encoder.fingerprint,
                dimensions=encoder.dimensions,
                folder=arguments.data.parent,
            )
        )
        build_index(store, data, encoder)
        questions = data.chosen(reported=not arguments.tune).questions
        rankings = rank_all(store, questions, encoder)
        (print_grid if arguments.tune else print_table)(questions, rankings)


def build_index(store: Store, data: Parallel, encoder: Encoder) -> None:
    """One document a passage, named language/article-paragraph, unless the store holds them already."""
    if store.documents():
        return
    entries = sorted(data.passages.items())
    for first in track(range(0, len(entries), 128), "Indexing"):
        documents = [
            Document(f"{language}/{article}-{paragraph}", "", language, "", text, "")
            for (language, article, paragraph), text in entries[first : first + 128]
        ]
        chunks = [chunk_document(document, encoder.count_tokens) for document in documents]
        vectors = encoder.encode_passages([chunk.text for group in chunks for chunk in group])
        start = 0
        for document, group in zip(documents, chunks, strict=True):
            store.replace_document(document, group, vectors[start : start + len(group)], size=0, modified_ns=0)
            start += len(group)


Rankings = list[dict[str, tuple[Ranking, Ranking]]]
"""For each question: passage language -> dense and keyword ranking of passages (not chunks), numbered as in `_passages`."""


def rank_all(store: Store, questions: Sequence[Question], encoder: Encoder) -> Rankings:
    """Both rankings of every question in every language; chunks stand for their passage, the best one first."""
    vectors = VectorIndex(store)
    vectors.refresh()
    state, languages = store.vectors_since(None, 0)
    del state
    ids = [int(chunk_id) for content in languages.values() for chunk_id in content.ids]
    passage_of = {chunk_id: _passage_number(stored.chunk.document) for chunk_id, stored in store.chunks(ids).items()}

    def passages(ranking: Ranking) -> Ranking:
        best: dict[int, float] = {}
        for chunk_id, score in ranking:
            best.setdefault(passage_of[chunk_id], score)
        return list(best.items())

    encoded = encoder.encode_questions([question.text for question in questions])
    rankings: Rankings = []
    for question, vector in track(list(zip(questions, encoded, strict=True)), "Searching"):
        dense = vectors.search(vector, DEPTH)
        rankings.append(
            {
                language: (passages(dense[language]), passages(store.search_words(question.text, language, DEPTH)))
                for language in dense
            }
        )
    return rankings


def _passage_number(name: str) -> int:
    article, paragraph = name.split("/")[1].split("-")
    return int(article) * 1000 + int(paragraph)


def measure(questions: Sequence[Question], rankings: Rankings, fusion: Fuse) -> Figures:
    """Recall@5 and MRR for each pair of languages."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for question, ranking in zip(questions, rankings, strict=True):
        right = question.article * 1000 + question.paragraph
        for language, (dense, keyword) in ranking.items():
            order = [passage for passage, _ in fusion(language == question.language, dense, keyword)][:DEPTH]
            found[question.language, language].append(order.index(right) + 1 if right in order else 0)
    return {
        pair: (float(np.mean([0 < rank <= 5 for rank in ranks])), float(np.mean([1 / rank if rank else 0 for rank in ranks])))
        for pair, ranks in found.items()
    }


def mean_over(figures: Figures, *, same: bool, language: str = "") -> tuple[float, float]:
    """Mean recall@5 and MRR over same-language or cross-language pairs, for one question language or all."""
    chosen = [values for (asked, found), values in figures.items() if (asked == found) == same and language in ("", asked)]
    return float(np.mean([recall for recall, _ in chosen])), float(np.mean([rank for _, rank in chosen]))


def quoth_fusion(own: bool, dense: Ranking, keyword: Ranking) -> Ranking:
    """As search fuses them."""
    return fuse(dense, keyword, search.KEYWORD_WEIGHT if own else search.FOREIGN_KEYWORD_WEIGHT)


def print_table(questions: Sequence[Question], rankings: Rankings) -> None:
    """Dense, keyword and fused, within the question's language and across, a line a question language."""
    ways: dict[str, Fuse] = {
        "dense": lambda _, dense, keyword: dense,
        "keyword": lambda _, dense, keyword: keyword,
        "fused": quoth_fusion,
    }
    figures = {way: measure(questions, rankings, fusion) for way, fusion in ways.items()}
    for same in (True, False):
        heading = "Passage in the question's language" if same else "Passage in another language (mean of 11)"
        table = Table("question", *(f"{way} R@5 / MRR" for way in ways), title=heading)
        for language in [*sorted({question.language for question in questions}), ""]:
            values = [mean_over(figures[way], same=same, language=language) for way in ways]
            table.add_row(language or "all", *(f"{recall:.3f} / {rank:.3f}" for recall, rank in values))
        Console(width=100).print(table)
    print_pool(questions, rankings)


def print_pool(questions: Sequence[Question], rankings: Rankings) -> None:
    """Why languages are ranked apart: the share found when they are ranked as one pool, against the same places shared out."""
    table = Table("candidates", "one pool", "shared out over the languages", title="Right passage of another language handed on")
    for limit in (12, 24, 48):
        pool, shared = [], []
        for question, ranking in zip(questions, rankings, strict=True):
            right = question.article * 1000 + question.paragraph
            merged = sorted(((score, language, passage) for language, (dense, _) in ranking.items() for passage, score in dense))
            in_pool = {language for _, language, passage in merged[-limit:] if passage == right}
            places = search.balance({language: len(dense) for language, (dense, _) in ranking.items()}, limit)
            handed = {language for language, position in places if ranking[language][0][position][0] == right}
            others = [language for language in ranking if language != question.language]
            pool.append(sum(language in in_pool for language in others) / len(others))
            shared.append(sum(language in handed for language in others) / len(others))
        table.add_row(str(limit), f"{np.mean(pool):.3f}", f"{np.mean(shared):.3f}")
    Console(width=100).print(table)


def print_grid(questions: Sequence[Question], rankings: Rankings) -> None:
    """Weights of the keyword ranking in the question's language and in others, and the offset of reciprocal rank fusion."""
    table = Table("offset", "keyword weight", "same R@5 / MRR", "cross R@5 / MRR")
    for offset in (5, 20, 60):
        for weight in (0.0, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5):

            def fusion(_: bool, dense: Ranking, keyword: Ranking, weight: float = weight, offset: int = offset) -> Ranking:
                return fuse(dense, keyword, weight, offset)

            figures = measure(questions, rankings, fusion)
            same, cross = mean_over(figures, same=True), mean_over(figures, same=False)
            table.add_row(str(offset), str(weight), f"{same[0]:.4f} / {same[1]:.4f}", f"{cross[0]:.4f} / {cross[1]:.4f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
