"""The records from question to answer. Offsets are half-open ranges of characters of a document's text."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from index.datatypes import Hit


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the same conversation, and the texts of the items it was answered with, if any are known."""

    question: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a hit's chunk that may answer the question, in document offsets, and how likely it is to do so (0 to 1).

    `sentence_start` and `sentence_end` delimit the sentence, or sentences, that it stands in. `passage_probability` is how
    likely the chunk answers the question at all. `heading` is what the sentence stands under, where that is looked at.
    """

    hit: Hit
    start: int
    end: int
    text: str
    sentence_start: int
    sentence_end: int
    probability: float
    passage_probability: float
    heading: str = ""

    @property
    def sentence(self) -> str:
        """The text of the sentence, or sentences, that it stands in."""
        offset = self.hit.chunk.start
        return self.hit.chunk.text[self.sentence_start - offset : self.sentence_end - offset]


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote: `document.text[start:end] == quote`.

    `passage` is the text around the quote, itself a slice of the document starting at `passage_start`. `number` counts
    from 1 in order of first use; 0 before numbering.
    """

    number: int
    document: str
    title: str
    date: str
    language: str
    start: int
    end: int
    quote: str
    passage: str
    passage_start: int

    def to_json(self) -> dict[str, Any]:
        """The citation as `quoth ask --json` and the API print it."""
        fields = ("number", "document", "title", "date", "language", "start", "end", "quote", "passage")
        return {field: getattr(self, field) for field in fields}

    def numbered(self, number: int) -> "Citation":
        """The same citation under another number."""
        return replace(self, number=number)


@dataclass(frozen=True, slots=True)
class Draft:
    """An item before its citations are checked and numbered. `translation` as in Item."""

    text: str
    confidence: float
    citations: tuple[Citation, ...]
    translation: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the answer says, in the words of its first citation.

    `citations` are the numbers of the citations that hold it; `confidence` is 0 to 1. `translation` is its name in the question's
    language, where it is a country that the documents name in another language, or by its capital, only; else empty.
    """

    text: str
    confidence: float
    citations: tuple[int, ...]
    translation: str = ""

    @property
    def shown(self) -> str:
        """The item as people read it: with what it is called in the question's language, where the documents don't say that."""
        return f"{self.translation} ({self.text})" if self.translation else self.text


@dataclass(frozen=True, slots=True)
class Answer:
    """What Quoth says to a question.

    Where `answered` is False, `items` and `citations` are empty and `closest` shows the nearest passages, which are no
    answer; where `small_talk` is True, nothing was asked of the documents, as in a greeting, and there are none. `text` is
    the whole answer as plain text with its [n] marks. Where `disagreement` is True, the items are what different sources give
    for one thing. `seconds` is the time from question to answer. `read_as` is the question in full, where it leans on earlier
    ones and a language model's way to put it found the answer; else empty. `language` (ISO 639-1) is that of the question, in
    which what is said around the quotes is.
    """

    question: str
    answered: bool
    text: str
    items: tuple[Item, ...]
    citations: tuple[Citation, ...]
    disagreement: bool
    closest: tuple[Citation, ...]
    seconds: float
    read_as: str = ""
    language: str = "en"
    small_talk: bool = False

    def to_json(self) -> dict[str, Any]:
        """The answer as `quoth ask --json` and the API print it."""
        return {
            "question": self.question,
            "read_as": self.read_as,
            "answered": self.answered,
            "small_talk": self.small_talk,
            "text": self.text,
            "items": [
                {
                    "text": item.text,
                    "translation": item.translation,
                    "confidence": round(item.confidence, 4),
                    "citations": list(item.citations),
                }
                for item in self.items
            ],
            "citations": [citation.to_json() for citation in self.citations],
            "disagreement": self.disagreement,
            "closest": [citation.to_json() for citation in self.closest],
            "seconds": round(self.seconds, 4),
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence in which a language model puts quotes of the answer into words, checked against the sources that it cites.

    `citations` are numbers of the answer's citations; `text` has no marks. Where `sure` is False, they do not hold it, and
    `reason` says why, in the question's language: it is to be shown struck out, or not at all.
    """

    text: str
    citations: tuple[int, ...]
    sure: bool
    reason: str = ""

    @property
    def marked(self) -> str:
        """The text with its [n] marks."""
        return f"{self.text} {''.join(f'[{number}]' for number in self.citations)}".rstrip()

    def to_json(self) -> dict[str, Any]:
        """The statement as `quoth ask --json` and the API print it."""
        return {"text": self.text, "citations": list(self.citations), "sure": self.sure, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Phrasing:
    """How putting an answer into words ended, after its last statement.

    `text` is what is sure, as plain text with its [n] marks. Where it is empty, the quotes are the answer, and statements that
    came before count for nothing: the model may have found in the end that the quotes don't tell. `note` says in the question's
    language what went wrong, empty where all went well. `sure` and `struck` count the statements that their sources hold and do
    not hold. So many of the first statements as `thoughts` tells turned out to be the model's thoughts, and count for nothing
    either: they are left out of all these. `prompt_tokens` and `tokens` are what was sent and written: where `counted`, by the
    server's count, else estimated. `prompts` are the versions of the prompts that the model was given, also that by which the
    question was put in full.
    """

    text: str
    note: str
    sure: int
    struck: int
    prompt_tokens: int
    tokens: int
    seconds: float
    counted: bool = False
    prompts: tuple[str, ...] = ()
    thoughts: int = 0

    def to_json(self) -> dict[str, Any]:
        """The end as `quoth ask --json` and the API print it."""
        fields = ("text", "note", "sure", "struck", "thoughts", "prompt_tokens", "tokens", "counted")
        given = {field: getattr(self, field) for field in fields}
        return {**given, "prompts": list(self.prompts), "seconds": round(self.seconds, 4)}


NOT_PHRASED = Phrasing("", "", 0, 0, 0, 0, 0.0)
"""Of an answer that is not put into words."""


def phrased_to_json(events: Iterable[Statement | Phrasing]) -> dict[str, Any]:
    """A whole phrasing as `quoth ask --json` and the API print it. Where nothing stands in the end, no statement is sure.

    Statements that turned out to be thoughts are left out.
    """
    statements: list[Statement] = []
    end = NOT_PHRASED
    for event in events:
        if isinstance(event, Statement):
            statements.append(event)
        else:
            end = event
    said = statements[end.thoughts :]
    standing = said if end.text else [replace(one, sure=False, reason=one.reason or end.note) for one in said]
    return {**end.to_json(), "statements": [statement.to_json() for statement in standing]}
