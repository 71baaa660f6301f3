"""Which chunk size and overlap finds the answer best? `python -m benchmarks.chunking xquad-parallel.jsonl.gz`.

Each article of xquad-parallel becomes one document; a chunk is right if it holds the whole answer. Chunks of different
sizes are compared at equal cost: the share of questions whose answer stands in the best chunks that together have at most
1,000 tokens, which is what a reader would have to read; and by recall@5 and MRR. Dense retrieval within one language.
Only the articles for choosing are used.
"""

import argparse
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.parallel import Parallel, read_parallel
from index.chunk import chunk_document
from index.datatypes import Chunk, Document
from index.encode import Encoder, Vectors, load_encoder

READING_BUDGET = 1000
VARIANTS = [(64, 0), (96, 0), (128, 0), (128, 32), (192, 0), (192, 32), (192, 64), (256, 0), (256, 64), (384, 0), (480, 0)]


def main() -> None:
    """Prints one row a variant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--languages", default="en,ar,zh,ru")
    parser.add_argument("--articles", type=int, default=12, help="how many of the articles for choosing (default 12)")
    arguments = parser.parse_args()
    languages = frozenset(arguments.languages.split(","))
    data = read_parallel(arguments.data).chosen(reported=False, languages=languages)
    data = Parallel(
        {key: text for key, text in data.passages.items() if key[1] < arguments.articles},
        [question for question in data.questions if question.article < arguments.articles],
    )
    encoder = load_encoder()
    questions = encoder.encode_questions([question.text for question in data.questions])
    console = Console()
    table = Table("size", "overlap", "chunks", "tokens encoded", "found in 1,000 tokens", "recall@5", "MRR")
    for size, overlap in VARIANTS:
        figures = measure(data, encoder, questions, size, overlap)
        table.add_row(str(size), str(overlap), *figures)
        console.print(size, overlap, *figures)
    console.print(table)


def measure(data: Parallel, encoder: Encoder, questions: Vectors, size: int, overlap: int) -> list[str]:
    """Chunks, tokens encoded, share found within the reading budget, recall@5, MRR; averaged over all questions."""
    documents, offsets = join_articles(data)
    within, at_five, reciprocal = [], [], []
    count, encoded = 0, 0
    for language in sorted({key[0] for key in documents}):
        chunks: list[Chunk] = []
        for key, document in documents.items():
            if key[0] == language:
                chunks.extend(chunk_document(document, encoder.count_tokens, size, overlap))
        tokens = np.array(encoder.count_tokens([chunk.text for chunk in chunks]))
        vectors = encoder.encode_passages([chunk.text for chunk in chunks])
        count, encoded = count + len(chunks), encoded + int(tokens.sum())
        for question, vector in zip(data.questions, questions, strict=True):
            if question.language != language:
                continue
            name = documents[language, question.article].name
            start = offsets[language, question.article, question.paragraph] + question.start
            end = start + question.end - question.start
            order = np.argsort(-(vectors @ vector), kind="stable")
            right = [chunks[i].document == name and chunks[i].start <= start and end <= chunks[i].end for i in order]
            first = right.index(True) if True in right else len(right)
            within.append(first < len(right) and tokens[order[: first + 1]].sum() <= READING_BUDGET)
            at_five.append(first < 5)
            reciprocal.append(1 / (first + 1) if first < len(right) else 0.0)
    return [str(count), str(encoded), *(f"{np.mean(values):.3f}" for values in (within, at_five, reciprocal))]


def join_articles(data: Parallel) -> tuple[dict[tuple[str, int], Document], dict[tuple[str, int, int], int]]:
    """One document for each language and article, and where each paragraph begins in it."""
    texts: dict[tuple[str, int], str] = {}
    offsets: dict[tuple[str, int, int], int] = {}
    for (language, article, paragraph), passage in sorted(data.passages.items()):
        before = texts.get((language, article), "")
        before += "\n\n" if before else ""
        offsets[language, article, paragraph] = len(before)
        texts[language, article] = before + passage
    documents = {key: Document(f"{key[0]}-{key[1]}", "", key[0], "", text, "") for key, text in texts.items()}
    return documents, offsets


if __name__ == "__main__":
    main()
