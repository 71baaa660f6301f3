"""Writes xquad-parallel as files in XQuAD's own format, with questions about the articles that no training saw only.

    python -m benchmarks.xquad_files DATA FOLDER
    quoth convert xquad FOLDER ar-en --language ar --document-language en
    quoth evaluate ar-en/questions.jsonl --documents ar-en/documents

The other articles come without questions: they are documents among which the right one must be found.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from training.rows import FIRST_HELD_OUT_ARTICLE

from .parallel import Parallel, read_parallel


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="xquad-parallel.jsonl.gz")
    parser.add_argument("folder", type=Path, help="where xquad.LANGUAGE.json are written")
    options = parser.parse_args()
    parallel = read_parallel(options.data)
    options.folder.mkdir(parents=True, exist_ok=True)
    for language in sorted({language for language, _, _ in parallel.passages}):
        text = json.dumps(in_squad_format(parallel, language), ensure_ascii=False)
        (options.folder / f"xquad.{language}.json").write_text(text, encoding="utf-8")


def in_squad_format(parallel: Parallel, language: str) -> dict[str, Any]:
    """What XQuAD's file of a language holds; articles have no titles here, but numbers."""
    articles: dict[int, dict[int, dict[str, Any]]] = {}
    for (spoken, article, paragraph), text in sorted(parallel.passages.items()):
        if spoken == language:
            articles.setdefault(article, {})[paragraph] = {"context": text, "qas": []}
    for question in parallel.questions:
        if question.language == language and question.article >= FIRST_HELD_OUT_ARTICLE:
            passage = articles[question.article][question.paragraph]
            answer = {"answer_start": question.start, "text": passage["context"][question.start : question.end]}
            name = f"{question.article}-{question.paragraph}-{question.number}"
            passage["qas"].append({"id": name, "question": question.text, "answers": [answer]})
    data = [{"title": f"Article {number}", "paragraphs": list(passages.values())} for number, passages in articles.items()]
    return {"version": "1.1", "data": data}


if __name__ == "__main__":
    main()
