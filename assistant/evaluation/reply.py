"""What a server replied to a question, read from either of the two shapes that are understood, and checked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from ..datatypes import Item
from ..errors import EndpointError
from .outcome import Fact, ShownQuote

Holds = Callable[[str, int, int, str], bool]
"""Whether a quote stands in a document between two characters."""
ASK_UNKNOWN = (Fact.RANKING, Fact.SURENESS, Fact.STEPS)
"""What an answer of /api/ask does not tell."""
CHAT_UNKNOWN = (*ASK_UNKNOWN, Fact.ITEMS, Fact.CITATIONS, Fact.TEXTS, Fact.DISAGREEMENT)
"""What a chat completion does not tell."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as far as the server tells of it; the fields of what is `unknown` mean nothing.

    A reply that is just a text has it as its only item, or none where it refuses.
    """

    text: str
    answered: bool
    items: tuple[Item, ...]
    citations: tuple[ShownQuote, ...]
    closest: tuple[ShownQuote, ...]
    disagreement: bool
    unknown: tuple[Fact, ...]


Shape = TypeVar("Shape", bound=BaseModel)


class _Item(BaseModel):
    text: str
    confidence: float = 0.0
    citations: list[int] = []


class _Citation(BaseModel):
    number: int
    document: str
    quote: str
    start: int = -1
    end: int = -1
    title: str = ""
    language: str = ""
    passage: str = ""

    def shown(self, holds: Holds | None) -> ShownQuote:
        place = self.passage.find(self.quote)
        passage, start = (self.passage, place) if place >= 0 else (self.quote, 0)
        verbatim = bool(holds and self.quote and holds(self.document, self.start, self.end, self.quote))
        end = start + len(self.quote)
        title = self.title or self.document
        return ShownQuote(self.number, self.document, title, self.language, self.quote, passage, start, end, verbatim)


class _Answer(BaseModel):
    answered: bool
    text: str = ""
    items: list[_Item] = []
    citations: list[_Citation] = []
    closest: list[_Citation] = []
    disagreement: bool = False


class _Part(BaseModel):
    type: str = "text"
    text: str = ""


class _Message(BaseModel):
    content: str | list[_Part] | None = None


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


def read_answer(data: Any, holds: Holds | None) -> Reply:
    """Of what /api/ask answers; `holds` is None where quotes cannot be checked. Raises EndpointError where it is no answer."""
    answer = _checked(_Answer, data, "an answer of /api/ask")
    numbers = {citation.number for citation in answer.citations}
    cited = {number for item in answer.items for number in item.citations}
    if not cited <= numbers:
        raise EndpointError(f"an item cites [{min(cited - numbers)}], which the answer does not have.")
    items = tuple(Item(item.text, item.confidence, tuple(item.citations)) for item in answer.items)
    return Reply(
        text=answer.text or ", ".join(item.text for item in items),
        answered=answer.answered,
        items=items if answer.answered else (),
        citations=tuple(citation.shown(holds) for citation in answer.citations),
        closest=tuple(citation.shown(holds) for citation in answer.closest),
        disagreement=answer.disagreement,
        unknown=ASK_UNKNOWN if holds else (*ASK_UNKNOWN, Fact.TEXTS),
    )


def read_completion(data: Any, refusal: re.Pattern[str] | None) -> Reply:
    """Of a chat completion; `refusal` is found in texts that refuse. Raises EndpointError where it is something else."""
    content = _checked(_Completion, data, "a chat completion").choices[0].message.content
    text = content if isinstance(content, str) else "\n".join(part.text for part in content or [] if part.type == "text")
    text = text.strip()
    answered = bool(text) and not (refusal and refusal.search(text))
    unknown = CHAT_UNKNOWN if refusal else (*CHAT_UNKNOWN, Fact.REFUSAL)
    return Reply(text, answered, (Item(text, 0.0, ()),) if answered else (), (), (), disagreement=False, unknown=unknown)


def _checked(shape: type[Shape], data: Any, what: str) -> Shape:
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise EndpointError(f"the reply is not {what} ({place}: {first['msg']}).") from error
