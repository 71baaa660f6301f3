"""How a question of a set was answered: the facts that every measure is taken from, and that are kept in outcomes.jsonl."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from .examples import Example

SAME, CROSS = "same-language", "cross-language"
"""Whether some document expected is in the question's language."""


class Step(StrEnum):
    """Where a thing expected was lost, in the order of the steps; FOUND where it was not.

    NOT_SAID is all that can be told of a server that answers without telling of its steps.
    """

    FOUND = "found"
    NOT_INDEXED = "not indexed"
    NOT_RETRIEVED = "not retrieved"
    NOT_READ = "not read"
    REFUSED = "refused"
    NOT_SHOWN = "merged away or not shown"
    NOT_SAID = "not said"


class Fact(StrEnum):
    """What a server may not tell of an answer, so that measures which need it are left out."""

    ITEMS = "items"
    CITATIONS = "citations"
    TEXTS = "texts"
    REFUSAL = "refusal"
    DISAGREEMENT = "disagreement"
    RANKING = "ranking"
    SURENESS = "sureness"
    STEPS = "steps"
    SECONDS = "seconds"

    @property
    def told(self) -> str:
        """In words."""
        return _TOLD[self]


_TOLD = {
    Fact.ITEMS: "the single things that an answer says",
    Fact.CITATIONS: "what it cites",
    Fact.TEXTS: "the documents' text, to check quotes in",
    Fact.REFUSAL: "whether it refuses",
    Fact.DISAGREEMENT: "whether the documents disagree",
    Fact.RANKING: "which documents search found",
    Fact.SURENESS: "how sure it is of what it says and of what it refuses",
    Fact.STEPS: "the time of each step",
    Fact.SECONDS: "the time of an answer",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a thing expected, and why, in words."""

    step: Step
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item of the answer. `right`: a thing expected stands in its own words, `right_with_quotes`: or in a quote under it.

    `supported` tells of each of its citations whether it stands verbatim and bears the item out.
    """

    text: str
    language: str
    confidence: float
    citations: tuple[int, ...]
    right: bool
    right_with_quotes: bool
    supported: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A citation with the passage around it; `passage[start:end]` is the quote. `verbatim`: it stands so in its document."""

    number: int
    document: str
    title: str
    language: str
    quote: str
    passage: str
    start: int
    end: int
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question was answered.

    `verdicts` has one for each thing expected. `ranking` are the documents of the passages found, each once, the best first.
    `confidence` is that of the surest answer, whether it was given or refused, and `likeliest_is_right` whether
    that one is right. `language` is the question's; `way` is same-language, cross-language, or "" where neither can be said.
    `step_seconds` has the steps of assistant/pipeline.py by their names. `documents_step` tells where all documents expected were
    lost, of a question of which only these are known. `unknown` are the facts that the server asked does not tell, whose fields
    here mean nothing; `error` is why it gave no answer.
    """

    example: Example
    language: str
    way: str
    answered: bool
    text: str
    disagreement: bool
    items: tuple[ShownItem, ...]
    citations: tuple[ShownQuote, ...]
    closest: tuple[ShownQuote, ...]
    verdicts: tuple[Verdict, ...]
    ranking: tuple[str, ...]
    confidence: float
    likeliest_is_right: bool
    seconds: float
    step_seconds: dict[str, float]
    documents_step: Step = Step.FOUND
    unknown: tuple[Fact, ...] = ()
    error: str = ""

    @property
    def faults(self) -> list[str]:
        """What a reader would call wrong, one line each; a question without any passes."""
        if self.error:
            return [f"no answer: {self.error}"]
        faults = []
        if self.example.unanswerable and self.answered and Fact.REFUSAL not in self.unknown:
            faults.append("answered, though the documents don't tell")
        if self.documents_step is not Step.FOUND:
            faults.append(f"none of the documents expected ({self.documents_step}): {', '.join(self.example.documents)}")
        for forms, verdict in zip(self.example.expected, self.verdicts, strict=True):
            if verdict.step is not Step.FOUND:
                faults.append(f"missing: {forms[0]} ({verdict.step}{f': {verdict.reason}' if verdict.reason else ''})")
        if self.example.knows_answers and Fact.DISAGREEMENT not in self.unknown:
            if self.example.disagreement and not self.disagreement:
                faults.append("does not say that the documents disagree")
            if self.disagreement and not self.example.disagreement:
                faults.append("says that the documents disagree, and they do not")
        if Fact.TEXTS not in self.unknown:
            faults += [f"not verbatim: {quote.quote}" for quote in (*self.citations, *self.closest) if not quote.verbatim]
        return faults

    @property
    def lost(self) -> Step:
        """The first step that lost something expected; FOUND where nothing was lost."""
        order = list(Step)[1:]
        steps = [self.documents_step, *(one.step for one in self.verdicts)]
        return min((step for step in steps if step is not Step.FOUND), key=order.index, default=Step.FOUND)

    def to_json(self) -> dict[str, Any]:
        """All but the example, whose `id` it has."""
        return {"id": self.example.id, **{name: value for name, value in asdict(self).items() if name != "example"}}

    @classmethod
    def from_json(cls, example: Example, entry: dict[str, Any]) -> "Outcome":
        """What `to_json` gave. Raises KeyError, TypeError, ValueError where it is something else."""
        return cls(
            example=example,
            items=tuple(ShownItem(**_with_tuples(one)) for one in entry["items"]),
            citations=_quotes(entry["citations"]),
            closest=_quotes(entry["closest"]),
            verdicts=tuple(Verdict(Step(one["step"]), one["reason"]) for one in entry["verdicts"]),
            ranking=tuple(entry["ranking"]),
            documents_step=Step(entry["documents_step"]),
            unknown=tuple(map(Fact, entry["unknown"])),
            **{name: entry[name] for name in _PLAIN},
        )


_PLAIN = (
    "language",
    "way",
    "answered",
    "text",
    "disagreement",
    "confidence",
    "likeliest_is_right",
    "seconds",
    "step_seconds",
    "error",
)


def _quotes(entries: Sequence[dict[str, Any]]) -> tuple[ShownQuote, ...]:
    return tuple(ShownQuote(**entry) for entry in entries)


def _with_tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
