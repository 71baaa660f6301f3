"""TyDi QA (Clark et al. 2020, "TyDi QA: A Benchmark for Information-Seeking Question Answering in Typologically Diverse
Languages").

The gold passages of the secondary task are in SQuAD's format, JSON or JSON Lines, with the language as the first word of each id.
The primary task's JSON Lines hold whole articles, with answers as places in bytes; taken are questions to which most annotators
gave a short answer, and those to which most gave none at all, which are unanswerable.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import EvaluationSetError
from .source import Converted, Mistakes, Row, read_json_lines, text_of
from .squad import Asked, collect, read_squad

LANGUAGES = {
    "arabic": "ar",
    "bengali": "bn",
    "english": "en",
    "finnish": "fi",
    "indonesian": "id",
    "japanese": "ja",
    "korean": "ko",
    "russian": "ru",
    "swahili": "sw",
    "telugu": "te",
    "thai": "th",
}
_LONGER, _YES_NO = "answered by a passage only", "answered by yes or no"


def convert_tydiqa(path: Path) -> Converted:
    """A file of either task, or a folder of them. Raises EvaluationSetError with every mistake."""
    paths = sorted(one for one in path.iterdir() if {".json", ".jsonl"} & set(one.suffixes)) if path.is_dir() else [path]
    if not paths:
        raise EvaluationSetError(f"{path} holds no .json or .jsonl file. Name the folder of TyDi QA's files, or one of them.")
    mistakes = Mistakes()
    left_out: dict[str, int] = {}
    asked = [one for file in paths for one in _read(file, mistakes, left_out)]
    mistakes.tell()
    return Converted((found := collect(asked)).documents, found.rows, left_out)


def _read(path: Path, mistakes: Mistakes, left_out: dict[str, int]) -> Iterator[tuple[Asked, Row, str]]:
    if ".jsonl" in path.suffixes and _is_primary(path):
        for place, entry in read_json_lines(path, mistakes):
            for one, language in _primary(path, place, entry, mistakes, left_out):
                yield one, {"language": language}, language
        return
    for one in read_squad(path, mistakes):
        language = LANGUAGES.get(one.id.partition("-")[0], "")
        if not language:
            mistakes.add(path, one.place, f"the id {one.id} begins with no language. It should be such as arabic-123-1.")
        yield one, {"language": language}, language


def _is_primary(path: Path) -> bool:
    """Told by the first line; a broken one is told by who reads them all."""
    first = next(read_json_lines(path, Mistakes()), None)
    return first is not None and "document_plaintext" in first[1]


def _primary(
    path: Path, place: str, entry: dict[str, Any], mistakes: Mistakes, left_out: dict[str, int]
) -> Iterator[tuple[Asked, str]]:
    text, question = text_of(entry, "document_plaintext"), text_of(entry, "question_text")
    language = LANGUAGES.get(str(entry.get("language")), "")
    annotations = entry.get("annotations")
    try:
        given = [_annotated(one, (text or "").encode()) for one in annotations] if isinstance(annotations, list) else []
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError):
        given = []
    if not (text and question and language and given):
        mistakes.add(path, place, "a field is missing or is not as in TyDi QA's primary task. Fetch the file anew.")
        return
    short = [answer for answer, _, _ in given if answer]
    if 2 * len(short) <= len(given):
        if 2 * sum(yes_no for _, _, yes_no in given) > len(given):
            left_out[_YES_NO] = left_out.get(_YES_NO, 0) + 1
            return
        if 2 * sum(passage for _, passage, _ in given) >= len(given):
            left_out[_LONGER] = left_out.get(_LONGER, 0) + 1
            return
        short = []
    title = text_of(entry, "document_title") or place
    name = f"{entry.get('language')}-{entry.get('example_id', place)}"
    yield Asked(place, name, title, text, question, tuple(dict.fromkeys(short))), language


def _annotated(annotation: dict[str, Any], text: bytes) -> tuple[str, bool, bool]:
    """What one annotator gave: a short answer, "" for none; whether a passage; whether yes or no."""
    start, end = (annotation["minimal_answer"][f"plaintext_{edge}_byte"] for edge in ("start", "end"))
    short = text[start:end].decode().strip() if 0 <= start < end else ""
    return short, annotation["passage_answer"]["candidate_index"] >= 0, annotation.get("yes_no_answer", "NONE") != "NONE"
