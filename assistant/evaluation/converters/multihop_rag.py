"""MultiHop-RAG (Tang and Yang 2024, "MultiHop-RAG: Benchmarking Retrieval-Augmented Generation for Multi-Hop Queries").

A folder with `corpus.json`, a list of {"title", "body", "source", "author", "published_at", "url"}, and `MultiHopRAG.json`, a
list of {"query", "answer", "question_type", "evidence_list": [{"title", "url"}]}. The type becomes a tag; a `null_query` is
unanswerable.
"""

from pathlib import Path
from typing import Any

from .source import Converted, Mistakes, Names, Row, read_json, text_of

CORPUS, QUERIES = "corpus.json", "MultiHopRAG.json"
_UNANSWERABLE = "null_query"


def convert_multihop_rag(folder: Path) -> Converted:
    """Raises EvaluationSetError with every mistake."""
    mistakes = Mistakes()
    names = Names()
    documents: list[tuple[str, str]] = []
    by_source: dict[str, str] = {}  # title or address -> name
    for i, entry in enumerate(_list(folder / CORPUS, mistakes)):
        title, body = text_of(entry, "title"), text_of(entry, "body")
        if title is None or body is None:
            mistakes.add(folder / CORPUS, f"[{i}]", "`title` or `body` is no text. Fetch the file anew, or take the entry out.")
            continue
        name = names.give(title)
        about = ", ".join(filter(None, (text_of(entry, field) for field in ("source", "author", "published_at"))))
        documents.append((name, "\n\n".join(filter(None, (title, about, body))) + "\n"))
        by_source.setdefault(title, name)
        if address := text_of(entry, "url"):
            by_source.setdefault(address, name)
    rows = [
        row
        for i, entry in enumerate(_list(folder / QUERIES, mistakes))
        for row in _row(folder / QUERIES, i, entry, by_source, mistakes)
    ]
    mistakes.tell()
    return Converted(documents, rows)


def _row(path: Path, i: int, entry: Any, by_source: dict[str, str], mistakes: Mistakes) -> list[Row]:
    query, answer, kind = (text_of(entry, name) for name in ("query", "answer", "question_type"))
    evidence = entry.get("evidence_list") if isinstance(entry, dict) else None
    if query is None or answer is None or kind is None or not isinstance(evidence, list):
        told = "`query`, `answer`, `question_type` or `evidence_list` is missing. Fetch the file anew, or take the entry out."
        mistakes.add(path, f"[{i}]", told)
        return []
    cited: dict[str, None] = {}
    for j, one in enumerate(evidence):
        name = by_source.get(text_of(one, "url") or "") or by_source.get(text_of(one, "title") or "")
        if name is None:
            mistakes.add(
                path, f"[{i}].evidence_list[{j}]", f"no article of {CORPUS} has its address or title. Take both from one release."
            )
        else:
            cited[name] = None
    row: Row = {"id": f"multihop-{i + 1}", "question": query.strip(), "language": "en", "tags": [kind]}
    if kind == _UNANSWERABLE:
        return [{**row, "unanswerable": True}]
    return [{**row, "answers": [answer.strip()], "documents": list(cited)}]


def _list(path: Path, mistakes: Mistakes) -> list[Any]:
    data = read_json(path, mistakes)
    if isinstance(data, list):
        return data
    if data is not None:
        mistakes.add(path, "the whole", "it must be a list. Fetch the file anew.")
    return []
