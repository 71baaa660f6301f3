"""Holds a server's reply against what is expected, as far as the reply tells."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from index.loaders.language import detect_language

from ..datatypes import Turn
from ..errors import EndpointError
from .answer_match import holds_any
from .examples import Example
from .judge import shown_item, way
from .outcome import Fact, Outcome, Step, Verdict
from .reply import Reply

_NOT_TOLD_BY_ERRORS = (Fact.TEXTS, Fact.REFUSAL, Fact.DISAGREEMENT, Fact.RANKING, Fact.SURENESS, Fact.STEPS, Fact.SECONDS)
"""What cannot be known where no answer came. It says and cites nothing, which counts."""


class Replying(Protocol):
    """A server that is evaluated."""

    def ask(self, question: str, turns: Sequence[Turn] = ()) -> tuple[Reply, float]:
        """The reply, and the seconds that it took. Raises EndpointError where there is none."""


def judge_reply(
    example: Example, server: Replying, languages: Mapping[str, str] | None, unknown: tuple[Fact, ...] = ()
) -> Outcome:
    """The outcome of a question; where the server fails, one with an error.

    `languages` are those of the server's documents by their names, None where it does not tell; `unknown` is what it never tells.
    """
    try:
        reply, seconds = _converse(server, example)
    except EndpointError as error:
        missing = tuple(fact for fact in Fact if fact in {*unknown, *_NOT_TOLD_BY_ERRORS})
        nothing = Reply("", answered=False, items=(), citations=(), closest=(), disagreement=False, unknown=missing)
        return _outcome(example, nothing, 0.0, languages, str(error))
    return _outcome(example, reply, seconds, languages)


def _converse(server: Replying, example: Example) -> tuple[Reply, float]:
    """The reply in a conversation in which the questions before were asked, and answered, too."""
    turns: list[Turn] = []
    for earlier in example.history:
        reply, _ = server.ask(earlier, turns)
        turns.append(Turn(earlier, (reply.text,) if Fact.ITEMS in reply.unknown else tuple(item.text for item in reply.items)))
    return server.ask(example.question, turns)


def _outcome(example: Example, reply: Reply, seconds: float, languages: Mapping[str, str] | None, error: str = "") -> Outcome:
    language = example.language or detect_language(example.question)
    return Outcome(
        example=example,
        language=language,
        way=way(example, language, languages or {}),
        answered=reply.answered,
        text=reply.text,
        disagreement=reply.disagreement,
        items=tuple(shown_item(item, reply.citations, example, language) for item in reply.items),
        citations=reply.citations,
        closest=reply.closest,
        verdicts=tuple(_verdict(forms, example, reply, languages) for forms in example.expected),
        ranking=(),
        confidence=0.0,
        likeliest_is_right=False,
        seconds=seconds,
        step_seconds={},
        documents_step=_documents_step(example, reply, languages),
        unknown=reply.unknown,
        error=error,
    )


def _verdict(forms: Sequence[str], example: Example, reply: Reply, languages: Mapping[str, str] | None) -> Verdict:
    if holds_any([*(item.text for item in reply.items), *(quote.quote for quote in reply.citations)], forms):
        return Verdict(Step.FOUND)
    missing = [name for name in example.documents if languages is not None and name not in languages]
    if missing and len(missing) == len(example.documents):
        return Verdict(Step.NOT_INDEXED, f"not in the index: {', '.join(missing)}")
    told = (
        "it refused"
        if not reply.answered and Fact.REFUSAL not in reply.unknown
        else "the server does not tell which step lost it"
    )
    return Verdict(Step.NOT_SAID, told)


def _documents_step(example: Example, reply: Reply, languages: Mapping[str, str] | None) -> Step:
    """As far as what is cited tells whether the documents expected were found, where nothing but these is known."""
    cited = {quote.document for quote in (*reply.citations, *reply.closest)}
    if example.knows_answers or Fact.CITATIONS in reply.unknown or cited.intersection(example.documents):
        return Step.FOUND
    indexed = languages is None or any(name in languages for name in example.documents)
    return Step.NOT_SAID if indexed else Step.NOT_INDEXED
