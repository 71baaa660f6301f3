"""BEIR's format (Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models").

A folder with `corpus.jsonl`, {"_id", "title", "text"} a line, `queries.jsonl`, {"_id", "text"} a line, and `qrels/SPLIT.tsv`,
lines of query-id, corpus-id and score below a head line. A document is relevant where its score is above 0; how far above is not
taken over. There are no answers: the rows have `documents` only, and it is measured what is found and cited.
"""

from collections.abc import Iterator
from pathlib import Path

from ...errors import EvaluationUsageError
from .source import Converted, Mistakes, Names, read_json_lines, read_lines, text_of

SPLIT = "test"
_EMPTY, _UNJUDGED = "documents without text", "queries to which no document is relevant"


def convert_beir(folder: Path, split: str = "") -> Converted:
    """The queries of a split: `test`, or the only one there is. Raises EvaluationSetError with every mistake."""
    judgements = _judgements(folder, split)
    corpus, queries = _file(folder / "corpus.jsonl"), _file(folder / "queries.jsonl")
    mistakes = Mistakes()
    left_out = dict.fromkeys((_EMPTY, _UNJUDGED), 0)
    names, by_id = Names(), {}
    for place, entry in read_json_lines(corpus, mistakes):
        name = str(entry.get("_id", ""))
        if not name:
            mistakes.add(corpus, place, "`_id` is missing. Fetch the file anew, or take the line out.")
        elif name in by_id:
            mistakes.add(corpus, place, f"the id {name} stands in a line before. Take one of the two out.")
        else:
            by_id[name] = names.give(name)
            left_out[_EMPTY] += not _text(entry)
    questions: dict[str, str] = {}
    for place, entry in read_json_lines(queries, mistakes):
        text = text_of(entry, "text")
        if text is None or "_id" not in entry:
            mistakes.add(queries, place, "`_id` or `text` is missing. Fetch the file anew, or take the line out.")
        else:
            questions[str(entry["_id"])] = " ".join(text.split())
    relevant = _relevant(judgements, questions, by_id, mistakes)
    mistakes.tell()
    left_out[_UNJUDGED] = sum(not found for found in relevant.values())
    rows = [{"id": one, "question": questions[one], "documents": found} for one, found in relevant.items() if found]
    return Converted(_documents(corpus, by_id), rows, {reason: count for reason, count in left_out.items() if count})


def _relevant(path: Path, questions: dict[str, str], by_id: dict[str, str], mistakes: Mistakes) -> dict[str, list[str]]:
    """The names of the documents that are relevant to each query that is judged."""
    relevant: dict[str, list[str]] = {}
    for place, line in read_lines(path):
        cells = line.split("\t")
        if not line.strip() or (place == "line 1" and not _is_number(cells[-1])):
            continue  # the head line
        if len(cells) != 3 or not _is_number(cells[2]):
            mistakes.add(path, place, "there must be a query's id, a document's id and a score, parted by tabs.")
        elif cells[0] not in questions:
            mistakes.add(path, place, f"there is no query {cells[0]} in queries.jsonl. Take both from one release.")
        elif cells[1] not in by_id:
            mistakes.add(path, place, f"there is no document {cells[1]} in corpus.jsonl. Take both from one release.")
        else:
            found = relevant.setdefault(cells[0], [])
            if float(cells[2]) > 0 and by_id[cells[1]] not in found:
                found.append(by_id[cells[1]])
    return relevant


def _documents(corpus: Path, by_id: dict[str, str]) -> Iterator[tuple[str, str]]:
    """One at a time: a corpus may be larger than memory."""
    for _, entry in read_json_lines(corpus, Mistakes()):
        if text := _text(entry):
            yield by_id[str(entry["_id"])], text + "\n"


def _text(entry: dict[str, object]) -> str:
    return "\n\n".join(filter(None, (text_of(entry, "title"), text_of(entry, "text"))))


def _judgements(folder: Path, split: str) -> Path:
    found = sorted((folder / "qrels").glob("*.tsv"))
    names = [path.stem for path in found]
    wanted = split or (names[0] if len(names) == 1 else SPLIT)
    if wanted not in names:
        there = f"Choose of {', '.join(names)} with --split." if names else "Name a folder in BEIR's format."
        raise EvaluationUsageError(f"There is no {folder / 'qrels' / wanted}.tsv. {there}")
    return found[names.index(wanted)]


def _file(path: Path) -> Path:
    """The file, or the same compressed."""
    compressed = path.with_name(path.name + ".gz")
    return compressed if compressed.is_file() and not path.is_file() else path


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
