"""Which step lost a thing that the answer should have named."""

from collections.abc import Sequence

from ..cite import ReadText
from ..compose import Group
from ..confidence import confidence
from ..datatypes import Span
from ..pipeline import Work
from .answer_match import holds_any
from .examples import Example
from .outcome import Step, Verdict


def verdict(forms: Sequence[str], example: Example, work: Work, read_text: ReadText) -> Verdict:
    """The first step after which none of the accepted forms is left, with what is known of the reason.

    Where the set names documents, only what they say counts on the way; where it names none, that a thing is not indexed cannot
    be told from its not being retrieved.
    """
    answer = work.answer
    if holds_any([*(item.text for item in answer.items), *(citation.quote for citation in answer.citations)], forms):
        return Verdict(Step.FOUND)
    missing = [name for name in example.documents if read_text(name) is None]
    if example.documents and not holds_any([read_text(name) or "" for name in example.documents], forms):
        told = f"not in the index: {', '.join(missing)}" if missing else "no document expected holds it in an accepted form"
        return Verdict(Step.NOT_INDEXED, told)
    hits = [hit for hit in work.hits if not example.documents or hit.chunk.document in example.documents]
    if not holds_any([hit.chunk.text for hit in hits], forms):
        return Verdict(Step.NOT_RETRIEVED, f"it stands in none of the {len(work.hits)} passages found")
    read = next((span for span in work.spans if _counts(span, example) and holds_any([span.text], forms)), None)
    if read is None:
        return Verdict(Step.NOT_READ, "a passage with it was found, but other words were taken for the answer")
    if not answer.answered:
        return Verdict(Step.REFUSED, f"its confidence is {confidence(_held(read, work)):.3f}, below the threshold")
    return Verdict(Step.NOT_SHOWN, _reason(forms, example, work.composition.groups))


def _counts(span: Span, example: Example) -> bool:
    return not example.documents or span.hit.chunk.document in example.documents


def _held(span: Span, work: Work) -> float:
    """The probability of a span after it was held to the subject of the question."""
    place = (span.hit.chunk_id, span.start, span.end)
    return next((one.probability for one in work.held if (one.hit.chunk_id, one.start, one.end) == place), 0.0)


def _reason(forms: Sequence[str], example: Example, groups: Sequence[Group]) -> str:
    """Why an answer that is given is without it: the reason of the group that has it."""
    for group in groups:
        if any(_counts(span, example) and holds_any([span.text], forms) for span in group.spans):
            if group.kept:
                return f"merged with “{group.spans[0].text}”"
            return f"{group.reason} (its confidence is {confidence(group.together):.3f})"
    return "taken for no answer to the question"
