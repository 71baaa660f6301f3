"""SQuAD's format and those that follow it: SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018), XQuAD (Artetxe et al. 2020), gold
passages of TyDi QA (Clark et al. 2020).

    {"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers": [{"text"}], "is_impossible"}]}]}]}

or one question a line, {"id", "title", "context", "question", "answers": {"text": [...]}}, as collections of data sets give them.
An article becomes a document, its paragraphs parted by blank lines. The answers' texts are the accepted forms of one answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import EvaluationUsageError
from .source import Converted, Mistakes, Names, Row, read_json, read_json_lines, text_of

_SHAPE = 'It must look like {"data": [{"title": "...", "paragraphs": [{"context": "...", "qas": [...]}]}]}.'


@dataclass(frozen=True, slots=True)
class Asked:
    """A question over a paragraph; `place` is where it stands in its file. No `answers`: the paragraph does not tell.

    A paragraph without any question comes with "" as its question.
    """

    place: str
    id: str
    title: str
    context: str
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    place: str
    mistakes: Mistakes

    def wrong(self, told: str) -> None:
        self.mistakes.add(self.path, self.place, told)


def convert_squad(path: Path, language: str = "") -> Converted:
    """A file in SQuAD's format. Raises EvaluationSetError with every mistake."""
    mistakes = Mistakes()
    asked = list(read_squad(path, mistakes))
    mistakes.tell()
    return collect([(one, {"language": language} if language else {}, "") for one in asked])


def convert_xquad(path: Path, language: str = "", document_language: str = "") -> Converted:
    """A file `xquad.LANGUAGE.json`, or two in a folder: questions in one language over the articles in another.

    Raises EvaluationSetError with every mistake, EvaluationUsageError where a language is missing.
    """
    language = language or _language_of(path)
    if not language:
        raise EvaluationUsageError("XQuAD comes in several languages. Choose the questions' with --language, such as ar.")
    document_language = document_language or (_language_of(path) or language)
    folder = path if path.is_dir() else path.parent
    asked_in, read_in = folder / f"xquad.{language}.json", folder / f"xquad.{document_language}.json"
    if path.is_file() and not _language_of(path):
        asked_in = read_in = path
    mistakes = Mistakes()
    read = list(read_squad(read_in, mistakes))
    asked = {one.id: one for one in (read if asked_in == read_in else read_squad(asked_in, mistakes)) if one.question}
    there = {one.id for one in read if one.question}
    for path_with, missing, path_without in ((read_in, there - set(asked), asked_in), (asked_in, set(asked) - there, read_in)):
        for name in sorted(missing):
            mistakes.add(path_without, f"id {name}", f"it is missing, and stands in {path_with}. Take both from one release.")
    mistakes.tell()
    way = "same-language" if language == document_language else "cross-language"
    pair = {"language": language, "tags": [f"{language}>{document_language}", way]}
    return collect([(_across(asked[one.id], one) if one.question else one, pair, "") for one in read])


def read_squad(path: Path, mistakes: Mistakes) -> Iterator[Asked]:
    """All questions of a file, JSON or JSON Lines (.jsonl, .jsonl.gz)."""
    if ".jsonl" in path.suffixes:
        for place, entry in read_json_lines(path, mistakes):
            answers = entry.get("answers")
            texts = answers.get("text") if isinstance(answers, dict) else answers
            title = text_of(entry, "title") or ""
            yield from _question(_Place(path, place, mistakes), entry, texts, title, text_of(entry, "context"))
        return
    data = read_json(path, mistakes)
    articles = data.get("data") if isinstance(data, dict) else None
    if not isinstance(articles, list):
        if data is not None:
            mistakes.add(path, "the whole", f"`data` is missing. {_SHAPE}")
        return
    for i, article in enumerate(articles):
        paragraphs = article.get("paragraphs") if isinstance(article, dict) else None
        if not isinstance(paragraphs, list):
            mistakes.add(path, f"data[{i}]", f"`paragraphs` is missing. {_SHAPE}")
            continue
        for j, paragraph in enumerate(paragraphs):
            place = f"data[{i}].paragraphs[{j}]"
            questions = paragraph.get("qas") if isinstance(paragraph, dict) else None
            if not isinstance(questions, list):
                mistakes.add(path, place, f"`qas` is missing. {_SHAPE}")
                continue
            title, context = text_of(article, "title") or f"article {i + 1}", text_of(paragraph, "context")
            if context and not questions:
                yield Asked(place, "", title, context, "", ())
            for k, entry in enumerate(questions):
                answers = entry.get("answers") if isinstance(entry, dict) else None
                at = _Place(path, f"{place}.qas[{k}]", mistakes)
                yield from _question(at, entry, answers, title, context)


def collect(asked: Sequence[tuple[Asked, Row, str]]) -> Converted:
    """The articles and questions. With each question come more fields of its row, and a subfolder for its article."""
    names = Names()
    texts: dict[str, dict[str, None]] = {}
    articles: dict[tuple[str, str], str] = {}
    rows = []
    for one, fields, folder in asked:
        key = folder, one.title
        if key not in articles:
            articles[key] = names.give(one.title, folder)
        name = articles[key]
        texts.setdefault(name, {})[one.context.strip()] = None  # each paragraph once, in order
        if not one.question:
            continue
        row: Row = {"id": one.id, "question": one.question, **fields, "documents": [name]}
        rows.append({**row, "answers": [list(one.answers)]} if one.answers else {**row, "documents": [], "unanswerable": True})
    return Converted([(name, "\n\n".join(paragraphs) + "\n") for name, paragraphs in texts.items()], rows)


def _question(at: _Place, entry: Any, answers: Any, title: str, context: str | None) -> Iterator[Asked]:
    question = text_of(entry, "question")
    answers = [] if answers is None or (isinstance(entry, dict) and entry.get("is_impossible") is True) else answers
    forms = [one if isinstance(one, str) else text_of(one, "text") for one in answers] if isinstance(answers, list) else [None]
    for missing, value in (("question", question), ("context", context)):
        if value is None:
            at.wrong(f"`{missing}` is no text. Fetch the file anew, or take the question out.")
    if None in forms:
        at.wrong('`answers` is no list of {"text": "..."}. Fetch the file anew, or take the question out.')
    if question and context and None not in forms:
        texts = tuple(dict.fromkeys(form.strip() for form in forms if form and form.strip()))
        name = str(entry.get("id") or at.place)
        yield Asked(at.place, name, title or name, context, question.strip(), texts)


def _across(asked: Asked, read: Asked) -> Asked:
    """The question in one language over the article in another; right is the answer in either."""
    answers = tuple(dict.fromkeys((*read.answers, *asked.answers)))
    return Asked(asked.place, asked.id, read.title, read.context, asked.question, answers)


def _language_of(path: Path) -> str:
    parts = path.name.split(".")
    return parts[1] if path.is_file() and len(parts) == 3 and parts[0] == "xquad" else ""
