"""Question -> Answer: the steps, one after the other."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from index.datatypes import Document, Hit
from index.encode import Encoder
from index.search import Searcher
from index.store import DocumentInfo, Store

from .asked_dates import hold_to_date
from .cite import ReadText, cite, stands
from .compose import Composition, closest, compose
from .confidence import probability_at
from .datatypes import NOT_PHRASED, Answer, Phrasing, Span, Statement, Turn
from .errors import QuestionError
from .followup import UNKNOWN, StandAlone, language_of, stand_alone
from .messages import as_text, message
from .question_kind import SENTENCE_KINDS, Kind
from .read import Asked, read, whole
from .reader import Reader
from .settings import Settings
from .subjects import hold_to_subject, subject_of
from .two_questions import alone, two_questions

if TYPE_CHECKING:
    from llama_index.core.query_engine import CustomQueryEngine

    from .phrasing.phrase import Phraser

STEPS = ("question", "search", "reading", "composing")
"""What takes the time of an answer; see Work.seconds."""
LONGEST_QUESTION = 2000
"""Characters. A longer text is no question, and the encoder would not read its end."""
SURE = 0.7
"""How sure an answer to what looks like small talk must be: a few words ("visiting hours") may look so and ask for something."""
ENOUGH_HITS = {Kind.ONE: 16, Kind.CONFIRM: 16}
"""About so many passages are read where one answer will do. What wants several answers is looked for in all candidates, and so is
a question joined with earlier ones, which ranks passages less well."""


@dataclass(frozen=True, slots=True)
class Work:
    """What each step of an answer gave: the question as it was read, hits, spans as read and as held to the subject, groups.

    `seconds` tells how long each step took, by its name, in their order. `like_small_talk` is whether the question
    looks like some, however it was answered.
    """

    asked: Asked
    hits: tuple[Hit, ...]
    spans: tuple[Span, ...]
    held: tuple[Span, ...]
    composition: Composition
    answer: Answer
    seconds: dict[str, float]
    like_small_talk: bool = False


class _Stopwatch:
    """Tells how long each step took since the one before."""

    def __init__(self) -> None:
        self.started = self._last = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def step(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._last
        self._last = now


class Assistant:
    """Answers questions from one index. Safe to use from several threads at once."""

    phraser: "Phraser | None" = None
    """Puts answers into words, where a language model is configured."""

    def __init__(self, store: Store, searcher: Searcher, encoder: Encoder, reader: Reader, settings: Settings) -> None:
        self.store = store
        self.searcher = searcher
        self.encoder = encoder
        self.reader = reader
        self.settings = settings

    def ask(self, question: str, history: Sequence[Turn | str] = (), cancelled: threading.Event | None = None) -> Answer:
        """The answer in exact quotes, or a plain refusal with the closest passages. Raises QuestionError, StoreError.

        To what asks nothing of the documents, such as a greeting, it says what can be asked; no passages come with that.

        `history` holds the earlier turns of the conversation, or just their questions, the oldest first. Setting `cancelled` ends
        what a language model may be writing to put the question in full.
        """
        return self.work(question, history, cancelled).answer

    def work(self, question: str, history: Sequence[Turn | str] = (), cancelled: threading.Event | None = None) -> Work:
        """The answer with what each step on the way to it saw and gave. Raises QuestionError, StoreError."""
        watch = _Stopwatch()
        question = _checked(question)
        turns = self._turns(question, history)
        joined = self._joined(question, turns)
        rewritten = self._rewritten(question, turns, cancelled) if len(joined.asked) > 1 else None
        if rewritten:
            work = self._work(question, StandAlone(rewritten, (rewritten,)), turns, watch)
            if work.answer.answered:
                return replace(work, answer=replace(work.answer, read_as=rewritten))
        return self._work(question, joined, turns, watch)

    def _work(self, question: str, standalone: StandAlone, turns: Sequence[Turn], watch: _Stopwatch) -> Work:
        """The steps, with the question as it is read: as asked, joined with earlier ones, or rewritten."""
        read_text = cache(self.text)  # several passages stand in one document

        leans = standalone.asked != (question,)
        asked = self._asked(question, standalone, turns, leans=leans)
        watch.step("question")
        enough = None if leans else ENOUGH_HITS.get(asked.kind)
        hits = self.searcher.search(standalone.text, asked.query, self.settings.candidates, enough)
        watch.step("search")
        spans = read(asked, hits, self.reader, self.encoder)
        watch.step("reading")
        in_language, sentences = language_of(asked.latest, standalone.questions), asked.kind in SENTENCE_KINDS
        held = hold_to_subject(asked.latest, in_language, spans, read_text, sentences=sentences)
        held = hold_to_date(standalone.asked, held, read_text)
        composition = compose(asked, held, probability_at(self.settings.threshold), self.settings.maximum_items)
        answer = said(question, asked.language, composition, held or whole(hits), read_text)
        like_small_talk = not leans and self.reader.is_small_talk(question)
        if like_small_talk and max((item.confidence for item in answer.items), default=0.0) < SURE:
            answer = _introduction(question, language_of(question, " ".join([*(turn.question for turn in turns), question])))
        watch.step("composing")
        answer = replace(answer, seconds=time.perf_counter() - watch.started)
        return Work(asked, tuple(hits), tuple(spans), tuple(held), composition, answer, watch.seconds, like_small_talk)

    @property
    def phrases(self) -> bool:
        """Whether there is a language model to put answers into words."""
        return self.phraser is not None

    def phrase(
        self, question: str, answer: Answer, history: Sequence[Turn | str] = (), cancelled: threading.Event | None = None
    ) -> Iterator[Statement | Phrasing]:
        """What `ask` answered in a language model's words: each sentence as it is written and checked, then one Phrasing.

        Every citation of a statement is one of the answer's. A statement is sure, or struck with the reason; a model or server
        that fails is told of in the Phrasing's note, and nothing is raised. Setting `cancelled`, or closing the iterator, ends
        the request at the server; no Phrasing comes then. Where there is no model, or nothing was answered, the one Phrasing
        that comes is empty.
        """
        if self.phraser is None:
            yield NOT_PHRASED
            return
        # What earlier turns were answered with is text of documents: it has no place beside the question.
        standalone = answer.read_as or self._joined(question, self._turns(question, history)).questions
        yield from self.phraser.phrase(question, standalone, answer, self.store.document, cancelled or threading.Event())

    def document(self, name: str) -> Document | None:
        """A document with its whole text, None where the index does not hold it."""
        return self.store.document(name)

    def text(self, name: str) -> str | None:
        """The whole text of a document, None where the index does not hold it."""
        document = self.store.document(name)
        return document.text if document else None

    def documents(self) -> list[DocumentInfo]:
        """What the index holds, without the texts."""
        return self.store.documents()

    def as_query_engine(self) -> "CustomQueryEngine":
        """The same answers through LlamaIndex's query-engine interface."""
        from .query_engine import make_query_engine

        return make_query_engine(self)

    def _turns(self, question: str, history: Sequence[Turn | str]) -> list[Turn]:
        """The earlier turns; for a question that leans on one, without those that none can lean on, such as "Thanks"."""
        turns = [Turn(turn) if isinstance(turn, str) else turn for turn in history]
        if not turns or not self.reader.leans(question):
            return turns
        return [turn for turn in turns if turn.answers or not self.reader.is_small_talk(turn.question)] or turns

    def _joined(self, question: str, turns: Sequence[Turn]) -> StandAlone:
        return stand_alone(question, turns, self.reader.leans, self.reader.count_tokens)

    def _rewritten(self, question: str, turns: Sequence[Turn], cancelled: threading.Event | None) -> str | None:
        """A question that leans on earlier ones, in full by the language model; None where there is none or it does badly."""
        return self.phraser.rewrite(question, turns, self.reader.leans, cancelled) if self.phraser else None

    def _asked(self, question: str, standalone: StandAlone, turns: Sequence[Turn], *, leans: bool) -> Asked:
        """The question as reading needs it. To two at once sentences are the answer, since no one name or number answers both."""
        query = self.encoder.encode_questions([standalone.text])[0]
        language = language_of(question, standalone.questions)
        kind = self._kind(question, turns, leans=leans)
        halves = two_questions(question, language) if kind not in SENTENCE_KINDS else None
        if halves and kind is Kind.SEVERAL and not alone(halves[0]):  # "who and what is on the list": one list
            halves = None
        apart = self._apart(halves) if halves and not leans else ()
        wanted = Kind.EXPLAIN if halves else kind
        return Asked(standalone.text, language, wanted, query, standalone.questions, subject_of(standalone.asked), apart)

    def _kind(self, question: str, turns: Sequence[Turn], *, leans: bool) -> Kind:
        """What the question wants. One cut short ("And on Sundays?") looks like yes or no, but wants what those before it did."""
        kind = self.reader.kind(question)
        for turn in reversed(turns):
            if not leans or kind is not Kind.CONFIRM:
                break
            kind, leans = self.reader.kind(turn.question), self.reader.leans(turn.question)
        return kind

    def _apart(self, halves: tuple[str, str]) -> tuple[str, ...]:
        """The halves of two questions that can be read alone: the second only if it does not lean on the first."""
        first, second = halves
        return tuple(half for half in halves if alone(half) and (half is first or not self.reader.leans(second)))


def said(question: str, language: str, composition: Composition, near: Sequence[Span], read_text: ReadText) -> Answer:
    """What was composed as an answer in quotes that stand, or a refusal with the closest of the spans that are `near`.

    `language` is the question's. `seconds` is 0.
    """
    items, citations = cite(composition.drafts, read_text)
    nearest = [] if items else [citation for citation in closest(near) if stands(citation, read_text)]
    disagreement = composition.disagreement and len(items) > 1
    return Answer(
        question=question,
        answered=bool(items),
        text=as_text(language, items, citations, disagreement=disagreement),
        items=items,
        citations=citations,
        disagreement=disagreement,
        closest=tuple(citation.numbered(number) for number, citation in enumerate(nearest, 1)),
        seconds=0.0,
        language=_known(language),
    )


def _introduction(question: str, language: str) -> Answer:
    """What is said to a greeting or the like: what can be asked."""
    text = message("introduction", language)
    return Answer(question, False, text, (), (), False, (), 0.0, language=_known(language), small_talk=True)


def _known(language: str) -> str:
    """The language that what is said around quotes is in: English where the question's cannot be told."""
    return "en" if language == UNKNOWN else language


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
