"""A question that leans on earlier turns, in full, by a language model; and whether what it wrote may stand for the question."""

import logging
import re
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from index.encode import Encoder
from index.lines import QUESTION_MARKS
from index.loaders.language import detect_language
from prompts import Prompt

from ..datatypes import Turn
from ..followup import chain
from ..values import compare, read_values
from .evidence import estimate_tokens, make_fence, tame
from .llm import answer_tokens
from .names import Known, strange_name
from .stream import Cancelled, LlmFailure, Patience, Stream

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

SECONDS = 3.0
"""How long the quotes may wait for the question they answer. After a failure the model is left alone for a while."""
PAUSE = 30.0
LONGEST = 400
"""Characters of a question in full."""
CLOSE = 0.86
"""Least cosine of the question in full and the earlier turns with the question behind them."""
_ANSWERS = 5
"""Of an earlier turn that go along."""
LONGEST_ANSWER = 200
"""Characters of an earlier answer that go along."""


_log = logging.getLogger(__name__)


class Rewriter:
    """Writes questions in full."""

    def __init__(self, llm: "LLM", prompt: Prompt, encoder: Encoder, context: int) -> None:
        """`context` is the model's, in tokens."""
        self._llm, self._prompt, self._encoder, self._context = llm, prompt, encoder, context
        self._not_before = 0.0

    def rewrite(
        self, question: str, turns: Sequence[Turn], leans: Callable[[str], bool], cancelled: threading.Event
    ) -> str | None:
        """The question in full; None where the model fails, is too slow, is cancelled, or writes what the turns do not hold."""
        from llama_index.core.llms import ChatMessage, MessageRole

        if time.monotonic() < self._not_before:
            return None
        turns = self._fitting([_shortened(turn) for turn in chain(turns, leans)], question)
        if not turns:
            return None
        content = self._prompt.fill(turns="\n".join(map(_told, turns)), question=tame(question), fence=make_fence())
        messages = [ChatMessage(role=MessageRole.USER, content=content)]
        written = ""
        try:
            for piece in Stream(self._llm, messages, Patience(SECONDS, whole=SECONDS), cancelled):
                written += piece
                if len(written) > LONGEST or "\n" in written.strip():
                    break
        except LlmFailure:
            self._not_before = time.monotonic() + PAUSE
            return None
        except Cancelled:
            return None
        text = " ".join((written.strip().splitlines() or [""])[0].strip(" \"'“”«»").split())
        try:
            return text if self.holds(text, question, turns) and not leans(text) else None
        except Exception as error:  # the question can be read as it is, whatever a model writes
            _log.warning("Reading a rewritten question failed: %s", type(error).__name__)
            return None

    def _fitting(self, turns: Sequence[Turn], question: str) -> Sequence[Turn]:
        """The last of the turns, as many as the model's context has room for."""
        room = self._context - answer_tokens(self._context) - estimate_tokens(self._prompt.text + tame(question)) - 64
        for first in range(len(turns)):
            if estimate_tokens("\n".join(map(_told, turns[first:]))) <= room:
                return turns[first:]
        return ()

    def holds(self, text: str, question: str, turns: Sequence[Turn]) -> bool:
        """Whether a question in full names all that the question does, and nothing strange to it and the turns."""
        if not text or len(text) > LONGEST or re.search(r"[\[\]<>{}\n]|https?:|EVIDENCE-", text):
            return False
        if question.rstrip().endswith(QUESTION_MARKS) and not text.endswith(QUESTION_MARKS):
            return False
        earlier = " ".join(f"{turn.question} {' '.join(turn.answers)}" for turn in turns)
        known = f"{earlier} {question}"
        asked = detect_language(turns[-1].question if turns else question, "en")
        language = detect_language(text, asked)
        if language not in {asked, detect_language(question, asked)}:
            return False
        if _strange_value(text, known, language) or _strange_value(question, text, language):
            return False
        for written, told in ((text, known), (question, text)):
            if strange_name(written, language, Known(told, frozenset({language})), self._encoder):
                return False
        vectors = self._encoder.encode_questions([text, f"{turns[-1].question} {question}" if turns else question])
        return float(vectors[0] @ vectors[1]) >= CLOSE


def _shortened(turn: Turn) -> Turn:
    return Turn(turn.question, tuple(answer[:LONGEST_ANSWER] for answer in turn.answers[:_ANSWERS]))


def _told(turn: Turn) -> str:
    return tame(f"{turn.question} {'; '.join(turn.answers)}")


def _strange_value(text: str, told: str, language: str) -> bool:
    """Whether a text holds a number, date or the like that another does not."""
    given = read_values(told, language)
    return not all(any(compare(value, other) == "same" for other in given) for value in read_values(text, language))
