"""Answer -> statements: a language model puts the quotes into words; each sentence is held to what it cites before it is sure."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

from index.datatypes import Document
from index.encode import Encoder
from index.loaders.language import detect_language
from prompts import Prompt

from ..datatypes import NOT_PHRASED, Answer, Citation, Phrasing, Statement, Turn
from ..messages import message
from ..settings import Settings
from .evidence import estimate_tokens, make_fence, tame, write_evidence
from .leash import Leash, Source
from .llm import answer_tokens
from .rewrite import Rewriter
from .sentences import Said, SentenceReader
from .stream import Cancelled, LlmFailure, Patience, Stream

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

REFUSAL = "NOT_IN_EVIDENCE"
"""What the model is told to write where the evidence does not answer the question."""
AROUND = 1500
"""Characters before and after a passage that may name the country or city that it is about."""
AT_ONCE = 4
"""Answers phrased at a time. One more is told that the model is busy: its quotes are there all the same."""
ReadDocument = Callable[[str], Document | None]
_log = logging.getLogger(__name__)


class Phraser:
    """Puts answers into words with a language model. Safe to use from several threads at once."""

    def __init__(self, llm: "LLM", prompts: Mapping[str, Prompt], encoder: Encoder, settings: Settings) -> None:
        self._llm = llm
        self._prompts = prompts
        self._settings = settings
        self._leash = Leash(encoder)
        self._rewriter = Rewriter(llm, prompts["followup"], encoder, settings.llm_context)
        self._free = threading.BoundedSemaphore(AT_ONCE)

    @property
    def described(self) -> str:
        """Which model puts answers into words, and what it is told, by the versions of the prompts."""
        versions = ", ".join(prompt.version for prompt in self._prompts.values())
        return f"Answers are put into words by {self._settings.llm_model or self._settings.llm} (prompts: {versions})."

    def rewrite(
        self, question: str, turns: Sequence[Turn], leans: Callable[[str], bool], cancelled: threading.Event | None = None
    ) -> str | None:
        """A question that leans on earlier turns in full, by the model; None where it fails or what it writes does not hold.

        Setting `cancelled` ends the request at the server.
        """
        return self._rewriter.rewrite(question, turns, leans, cancelled or threading.Event())

    def phrase(
        self, question: str, standalone: str, answer: Answer, read_document: ReadDocument, cancelled: threading.Event
    ) -> Iterator[Statement | Phrasing]:
        """Statements as the model writes them, then one Phrasing. Raises nothing that the model or its server does wrong.

        `standalone` is the question as the model is to read it. Where the answer is a refusal, the model is not asked: it might
        know better than the documents.
        """
        if not answer.answered:
            yield NOT_PHRASED
            return
        if not self._free.acquire(blocking=False):
            yield replace(NOT_PHRASED, note=message("phrasing_busy", answer.language))
            return
        draft = _Draft(question, answer.language, self._leash, show_struck=self._settings.llm_strike == "show")
        try:
            yield from self._write(draft, standalone, answer, read_document, cancelled)
        except LlmFailure as failure:
            _log.warning("Phrasing an answer failed: %s", failure.code)
            draft.failure = failure.code
        except Cancelled:
            return
        except Exception as error:  # the quotes stand, whatever a model writes; its words are not logged
            _log.warning("Phrasing an answer failed: %s", type(error).__name__)
            draft.failure = "broken"
        finally:
            self._free.release()
        used = ("system", "phrase", "followup") if answer.read_as else ("system", "phrase")
        yield replace(draft.end(), prompts=tuple(self._prompts[name].version for name in used))

    def _write(
        self, draft: "_Draft", standalone: str, answer: Answer, read_document: ReadDocument, cancelled: threading.Event
    ) -> Iterator[Statement]:
        """Asks the model, a second time with half the evidence where its server says that this was too much."""
        tokens = self._budget(standalone)
        patience = Patience(self._settings.llm_timeout)
        while True:
            evidence, kept = write_evidence(answer.citations, tokens)
            if not kept:
                raise LlmFailure("context")
            draft.sources = {citation.number: source_of(citation, read_document) for citation in kept}
            draft.stream = Stream(self._llm, self._messages(draft.language, standalone, evidence), patience, cancelled)
            try:
                yield from draft.statements()
            except LlmFailure as failure:
                if failure.code != "context" or not patience.attempts:
                    raise
                tokens = min(tokens, estimate_tokens(evidence)) // 2
            else:
                return

    def _budget(self, question: str) -> int:
        """Tokens that evidence may have."""
        others = self._prompts["system"].text + self._prompts["phrase"].text + tame(question)
        return self._settings.llm_context - answer_tokens(self._settings.llm_context) - estimate_tokens(others) - 64

    def _messages(self, language: str, standalone: str, evidence: str) -> "list[ChatMessage]":
        from llama_index.core.llms import ChatMessage, MessageRole

        rules = self._prompts["system"].fill(language=language_name(language), refusal=REFUSAL)
        asked = self._prompts["phrase"].fill(question=tame(standalone), evidence=evidence, fence=make_fence())
        return [ChatMessage(role=MessageRole.SYSTEM, content=rules), ChatMessage(role=MessageRole.USER, content=asked)]


class _Draft:
    """What the model has said so far to one question, and what of it is sure."""

    def __init__(self, question: str, language: str, leash: Leash, *, show_struck: bool) -> None:
        self.question = question
        self.sources: Mapping[int, Source] = {}
        self.stream: Stream | None = None
        self.failure = ""
        self.language = language
        self._leash, self._show_struck = leash, show_struck
        self._sure: list[str] = []
        self._said: set[Said] = set()
        self._struck, self._declined = 0, False
        self._given, self._thoughts = 0, 0
        self._started = time.perf_counter()

    def statements(self) -> Iterator[Statement]:
        """The sentences of the stream as they come, each checked. Raises LlmFailure, Cancelled."""
        reader, thoughts = SentenceReader(self.language), 0
        try:
            for piece in self.stream or ():
                sentences = reader.feed(piece)
                if reader.thoughts > thoughts:
                    thoughts = reader.thoughts
                    self._forget()
                yield from self._checked(sentences)
        except LlmFailure:
            yield from self._checked(reader.broken_off())
            raise
        yield from self._checked(reader.finish())

    def end(self) -> Phrasing:
        """How it ended. Where the model finds no answer, nothing that it said stands: the cautious side wins."""
        sure = [] if self._declined else self._sure
        return Phrasing(
            text=" ".join(sure),
            note=self._note(),
            sure=len(sure),
            struck=self._struck,
            thoughts=self._thoughts,
            prompt_tokens=self.stream.count_prompt() if self.stream else 0,
            tokens=self.stream.count_written() if self.stream else 0,
            seconds=time.perf_counter() - self._started,
            counted=self.stream is not None and self.stream.is_counted,
        )

    def _forget(self) -> None:
        """What came before was thoughts: none of it stands, neither what they say nor that they weighed not to answer."""
        self._sure, self._said, self._struck, self._declined = [], set(), 0, False
        self._thoughts = self._given

    def _checked(self, sentences: Sequence[Said]) -> Iterator[Statement]:
        for sentence in sentences:
            self._declined = self._declined or REFUSAL in sentence.text
            if self._declined or sentence in self._said:  # weak models go round in circles
                continue
            self._said.add(sentence)
            language = detect_language(sentence.text, self.language)
            fault = self._leash.fault(sentence, language, self.sources, self.question, self.language)
            if fault:
                self._struck += 1
                if not self._show_struck:
                    continue
                known = tuple(number for number in sentence.numbers if number in self.sources)
                statement = Statement(sentence.text, known, sure=False, reason=message(f"struck_{fault}", self.language))
            else:
                statement = Statement(sentence.text, sentence.numbers, sure=True)
                self._sure.append(statement.marked)
            self._given += 1
            yield statement

    def _note(self) -> str:
        if self.failure:
            name = self.failure
        elif self._declined:
            name = "declined"
        elif not self._sure:
            name = "unsupported" if self._struck else "empty"
        else:
            return ""
        return message(f"phrasing_{name}", self.language)


def source_of(citation: Citation, read_document: ReadDocument) -> Source:
    """A citation with what stands around it in its document."""
    document = read_document(citation.document)
    text = document.text if document else citation.passage
    start = citation.passage_start if document else 0
    return Source(citation, f"{citation.title}\n{text[max(0, start - AROUND) : start + len(citation.passage) + AROUND]}")


def language_name(language: str) -> str:
    """A language's name in English; "the language of the question" where it has none that we know."""
    try:
        return str(Locale.parse(language).get_display_name("en") or "")
    except (UnknownLocaleError, ValueError):
        return "the language of the question"
