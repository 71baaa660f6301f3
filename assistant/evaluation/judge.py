"""Asks a question of a set as a user would, and holds the answer against what is expected."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Protocol

from index.datatypes import Document
from index.loaders.language import detect_language
from index.store import DocumentInfo

from ..cite import ReadText
from ..datatypes import Citation, Item, Turn
from ..pipeline import Work
from .answer_match import holds_any
from .examples import Example
from .lost import verdict
from .outcome import CROSS, SAME, Outcome, ShownItem, ShownQuote, Step

_UNKNOWN = "und"


class Answering(Protocol):
    """What is evaluated: an assistant, or what answers like one."""

    def work(self, question: str, history: Sequence[Turn | str] = ()) -> Work:
        """The answer with what each step on the way to it saw and gave."""

    def document(self, name: str) -> Document | None:
        """A document with its whole text, None where the index does not hold it."""

    def documents(self) -> list[DocumentInfo]:
        """What the index holds, without the texts."""


def converse(assistant: Answering, question: str, history: Iterable[str]) -> Work:
    """The work on a question in a conversation in which the questions before were asked, and answered, too."""
    turns: list[Turn] = []
    for earlier in history:
        turns.append(Turn(earlier, tuple(item.text for item in assistant.work(earlier, turns).answer.items)))
    return assistant.work(question, turns)


def judge(example: Example, assistant: Answering, languages: Mapping[str, str]) -> Outcome:
    """The outcome of a question. `languages` are those of the documents in the index, by their names."""

    @cache
    def read_text(name: str) -> str | None:
        document = assistant.document(name)
        return document.text if document else None

    work = converse(assistant, example.question, example.history)
    answer = work.answer
    language = example.language or detect_language(example.question)
    citations = tuple(_shown_quote(citation, read_text) for citation in answer.citations)
    confidence, right = likeliest(work, example)
    return Outcome(
        example=example,
        language=language,
        way=way(example, language, languages),
        answered=answer.answered,
        text=answer.text,
        disagreement=answer.disagreement,
        items=tuple(shown_item(item, citations, example, language) for item in answer.items),
        citations=citations,
        closest=tuple(_shown_quote(citation, read_text) for citation in answer.closest),
        verdicts=tuple(verdict(forms, example, work, read_text) for forms in example.expected),
        ranking=tuple(dict.fromkeys(hit.chunk.document for hit in work.hits)),
        confidence=confidence,
        likeliest_is_right=right,
        seconds=answer.seconds,
        step_seconds=work.seconds,
        documents_step=_documents_step(example, work, read_text),
    )


def _documents_step(example: Example, work: Work, read_text: ReadText) -> Step:
    """Where the documents expected were lost, where nothing but these is known of the question."""
    found = {hit.chunk.document for hit in work.hits}
    if example.knows_answers or found.intersection(example.documents):
        return Step.FOUND
    return Step.NOT_RETRIEVED if any(read_text(name) is not None for name in example.documents) else Step.NOT_INDEXED


def likeliest(work: Work, example: Example) -> tuple[float, bool]:
    """How sure the surest answer is that was composed, shown or not, and whether it is right."""
    groups = work.composition.considered
    if not groups:
        return 0.0, False
    best = max(groups, key=lambda group: group.confidence)
    texts = [text for span in best.spans for text in (span.text, span.sentence)]
    return best.confidence, not example.unanswerable and example.is_right(texts)


def shown_item(item: Item, citations: Sequence[ShownQuote], example: Example, asked_in: str) -> ShownItem:
    """An item held against what is expected; `citations` are those of the whole answer, `asked_in` is the question's language."""
    quotes = {quote.number: quote for quote in citations}
    under = [quotes[number] for number in item.citations]
    language = next((quote.language for quote in under if quote.language and item.text in quote.quote), asked_in)
    things = [forms for forms in example.expected if holds_any([item.text], forms)]
    accepted = [item.text, *(form for forms in things for form in forms)]
    return ShownItem(
        text=item.text,
        language=language,
        confidence=item.confidence,
        citations=item.citations,
        right=bool(things),
        right_with_quotes=example.is_right([item.text, *(quote.quote for quote in under)]),
        supported=tuple(quote.verbatim and holds_any([quote.quote], accepted) for quote in under),
    )


def _shown_quote(citation: Citation, read_text: ReadText) -> ShownQuote:
    text = read_text(citation.document) or ""
    return ShownQuote(
        number=citation.number,
        document=citation.document,
        title=citation.title,
        language=citation.language,
        quote=citation.quote,
        passage=citation.passage,
        start=citation.start - citation.passage_start,
        end=citation.end - citation.passage_start,
        verbatim=text[citation.start : citation.end] == citation.quote != "",
    )


def way(example: Example, language: str, languages: Mapping[str, str]) -> str:
    """As the set's tags say, or else as the documents expected are, where the index holds any and knows their language."""
    tagged = [one for one in (SAME, CROSS) if one in example.tags]
    if tagged:
        return tagged[0]
    found = {languages.get(name, _UNKNOWN) for name in example.documents} - {_UNKNOWN}
    if not found or language == _UNKNOWN:
        return ""
    return SAME if language.partition("-")[0] in found else CROSS
