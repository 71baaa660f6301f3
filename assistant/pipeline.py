"""Question -> Answer: the steps, one after the other."""

import time
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from index.datatypes import Document
from index.encode import Encoder
from index.loaders.language import detect_language
from index.search import Searcher
from index.store import DocumentInfo, Store

from .cite import cite, stands
from .compose import closest, compose
from .datatypes import Answer, Item
from .errors import QuestionError
from .messages import message
from .read import Asked, read, whole
from .reader import Reader
from .settings import Settings

if TYPE_CHECKING:
    from llama_index.core.query_engine import CustomQueryEngine

LONGEST_QUESTION = 2000
"""Characters. A longer text is no question, and the encoder would not read its end."""


class Assistant:
    """Answers questions from one index. Safe to use from several threads at once."""

    def __init__(self, store: Store, searcher: Searcher, encoder: Encoder, reader: Reader, settings: Settings) -> None:
        self.store = store
        self.searcher = searcher
        self.encoder = encoder
        self.reader = reader
        self.settings = settings

    def ask(self, question: str) -> Answer:
        """The answer in exact quotes, or a plain refusal with the closest passages. Raises QuestionError, StoreError."""
        started = time.perf_counter()
        question = _checked(question)
        language = detect_language(question)
        query = self.encoder.encode_questions([question])[0]
        hits = self.searcher.search(question, query, self.settings.candidates)
        kind = self.reader.kind(question)
        asked = Asked(question, language, kind, query)
        spans = read(asked, hits, self.reader, self.encoder)
        drafts = compose(asked, spans, self.settings.threshold, self.settings.maximum_items)
        read_text = cache(self._text)  # several citations stand in one document
        items, citations = cite(drafts, read_text)
        nearest = [] if items else [citation for citation in closest(spans or whole(hits)) if stands(citation, read_text)]
        return Answer(
            question=question,
            answered=bool(items),
            text=_as_text(question, items),
            items=items,
            citations=citations,
            disagreement=False,
            closest=tuple(citation.numbered(number) for number, citation in enumerate(nearest, 1)),
            seconds=time.perf_counter() - started,
        )

    def document(self, name: str) -> Document | None:
        """A document with its whole text, None where the index does not hold it."""
        return self.store.document(name)

    def documents(self) -> list[DocumentInfo]:
        """What the index holds, without the texts."""
        return self.store.documents()

    def as_query_engine(self) -> "CustomQueryEngine":
        """The same answers through LlamaIndex's query-engine interface."""
        from .query_engine import make_query_engine

        return make_query_engine(self)

    def _text(self, name: str) -> str | None:
        document = self.store.document(name)
        return document.text if document else None


def _checked(question: str) -> str:
    question = " ".join(question.split())
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise QuestionError("The question holds bytes that are no text. Type it anew.") from error
    if not question:
        raise QuestionError("The question is empty. Write what you want to know.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question)} characters; at most {LONGEST_QUESTION} are read. Ask for one thing at a time."
        )
    return question


def _as_text(question: str, items: Sequence[Item]) -> str:
    if not items:
        return message("refusal", question)
    return "\n".join(item.text + " " + "".join(f"[{number}]" for number in item.citations) for item in items)
