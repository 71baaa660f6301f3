"""The `quoth convert` command: a public benchmark becomes a folder of documents with an evaluation set over them."""

import argparse
import json
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from .errors import EvaluationSetError, EvaluationUsageError
from .evaluation.converters.beir import convert_beir
from .evaluation.converters.multihop_rag import convert_multihop_rag
from .evaluation.converters.source import Converted
from .evaluation.converters.squad import convert_squad, convert_xquad
from .evaluation.converters.tydiqa import convert_tydiqa
from .evaluation.examples import read_examples

DOCUMENTS, QUESTIONS = "documents", "questions.jsonl"
SEED = 0

_CONVERTERS: Mapping[str, Callable[[argparse.Namespace], Converted]] = {
    "squad": lambda given: convert_squad(given.source, given.language or ""),
    "xquad": lambda given: convert_xquad(given.source, given.language or "", given.document_language or ""),
    "tydiqa": lambda given: convert_tydiqa(given.source),
    "multihop-rag": lambda given: convert_multihop_rag(given.source),
    "beir": lambda given: convert_beir(given.source, given.split or ""),
}
_OPTIONS = {"language": ("squad", "xquad"), "document_language": ("xquad",), "split": ("beir",)}


def convert(options: argparse.Namespace, console: Console) -> int:
    """Returns the exit status. Raises EvaluationSetError with every mistake, EvaluationUsageError; then nothing is left."""
    for name, formats in _OPTIONS.items():
        if getattr(options, name) is not None and options.format not in formats:
            raise EvaluationUsageError(f"--{name.replace('_', '-')} is for {' and '.join(formats)}. Leave it out.")
    if not options.source.exists():
        raise EvaluationUsageError(f"There is no {options.source}. Name the file or folder that was downloaded.")
    if options.out.exists() and (not options.out.is_dir() or any(options.out.iterdir())):
        raise EvaluationUsageError(f"{options.out} is there already. Name a new folder.")
    converted = _CONVERTERS[options.format](options)
    count = write_benchmark(converted, options.out, options.questions)
    left_out = "".join(f" Left out: {number} {reason}." for reason, number in converted.left_out.items())
    console.print(Text(f"{options.out}: documents: {count[0]}; questions: {count[1]}.{left_out}"))
    console.print(Text(f"quoth evaluate {options.out / QUESTIONS} --documents {options.out / DOCUMENTS}"))
    return 0


def write_benchmark(converted: Converted, out: Path, most: int | None = None) -> tuple[int, int]:
    """Writes the documents and the set, of `most` questions drawn by chance, and gives how many of both. All or nothing."""
    rows = converted.rows
    if not rows:
        raise EvaluationSetError("There is no question in it that can be taken. Check that it is the right file.")
    if most is not None and most < len(rows):
        chosen = sorted(random.Random(SEED).sample(range(len(rows)), most))  # noqa: S311
        rows = [rows[i] for i in chosen]
    unfinished = out.with_name(out.name + ".part")
    documents = 0
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        folder = unfinished / DOCUMENTS
        folder.mkdir(parents=True)
        for name, text in converted.documents:
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
            documents += 1
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (unfinished / QUESTIONS).write_text("".join(lines), encoding="utf-8", errors="replace", newline="\n")
        _check(unfinished / QUESTIONS)
        if out.exists():
            out.rmdir()
        unfinished.rename(out)
    except OSError as error:
        raise EvaluationUsageError(f"{out} cannot be written ({error.strerror}). Name another folder.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return documents, len(rows)


def _check(path: Path) -> None:
    """Tells now what `quoth evaluate` would refuse later, such as an id that comes twice."""
    try:
        read_examples(path)
    except EvaluationSetError as error:
        told = str(error).partition("\n")[2]
        raise EvaluationSetError(f"Nothing was written, as the questions, counted as lines, are no set:\n{told}") from error
