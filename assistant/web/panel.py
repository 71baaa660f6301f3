"""The panel beside the conversation: an answer's sources, the chosen one with its passage, or its whole document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.datatypes import Document

from ..datatypes import Answer, Citation
from .render import Kind, Reference, escape

SHOWN_AROUND = 30_000
"""Characters of a document before and after a quote that are shown where the whole document is asked for."""
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PARAGRAPHS = re.compile(r"\n\s*\n")
HINT = "Ask a question, then choose a mark such as [1] to read the passage it comes from."


@dataclass(frozen=True, slots=True)
class Chosen:
    """The source that is open: its reference, its document as it is indexed now, if it is, and whether all of that is shown."""

    reference: Reference
    document: Document | None = None
    whole: bool = False


def sources_panel(answer: Answer, message: str, chosen: Chosen | None = None, *, restored: bool = False) -> str:
    """An answer's sources one below the other, the chosen one with its passage, or whole document, and the quote marked.

    `restored`: the page was loaded anew, and the answer is an earlier one.
    """
    kind: Kind = "cite" if answer.answered else "near"
    citations = answer.citations if answer.answered else answer.closest
    if not citations:
        return _panel("Sources", _asked(answer) + f'<p class="hint">{escape(HINT)}</p>', message, restored=restored)
    numbered = [(Reference(kind, message, citation.number), citation) for citation in citations]
    heading = "Sources" if answer.answered else "Closest passages, not an answer"
    references = [reference for reference, _ in numbered]
    sources = "".join(
        _chosen_source(chosen, citation, references) if chosen and reference == chosen.reference else _source(reference, citation)
        for reference, citation in numbered
    )
    return _panel(heading, _asked(answer) + sources, message, restored=restored)


def empty_panel(text: str = HINT, *, restored: bool = False) -> str:
    """The panel with nothing to show but `text`."""
    return _panel("Sources", f'<p class="hint">{escape(text)}</p>', restored=restored)


def _asked(answer: Answer) -> str:
    return f'<p class="asked" dir="auto">{escape(answer.question)}</p>'


def _panel(heading: str, body: str, message: str = "", *, restored: bool) -> str:
    """`message` is the id of the answer that is shown, which a site that embeds the chat is told of (embed.js)."""
    close = '<button type="button" class="close" aria-label="Close the sources">×</button>'
    top = f'<div class="top"><h2 tabindex="-1">{escape(heading)}</h2>{close}</div>'
    return f'<div class="panel{" restored" if restored else ""}" data-message="{escape(message)}">{top}{body}</div>'


def _source(reference: Reference, citation: Citation) -> str:
    quote = f'<p class="excerpt" dir="auto"{_lang(citation)}>{escape(citation.quote)}</p>'
    return f'<section class="source"><h3>{_title(reference, citation)}</h3>{quote}</section>'


def _chosen_source(chosen: Chosen, citation: Citation, references: Sequence[Reference]) -> str:
    reference, document = chosen.reference, chosen.document
    if document and document.text[citation.start : citation.end] != citation.quote:
        document = None  # it has changed since
    place = references.index(reference)
    neighbours = [(references[place - 1], "Previous quote")] if place else []
    neighbours += [(references[place + 1], "Next quote")] if place + 1 < len(references) else []
    steps = "".join(f'<a class="step" href="#{neighbour}">{label}</a>' for neighbour, label in neighbours)
    if document:
        other = (f"#{reference}", "Passage only") if chosen.whole else (f"#whole-{reference}", "Whole document")
        steps += f'<a class="step" href="{other[0]}">{other[1]}</a>'
    shown = _in_document(citation, document) if document and chosen.whole else citation
    shape = "source chosen whole" if chosen.whole else "source chosen"
    return (
        f'<section class="{shape}" aria-current="true"><h3>{_title(reference, citation)}</h3>'
        f'{_about(citation, document)}<p class="steps">{steps}</p>{_passage(shown)}</section>'
    )


def _title(reference: Reference, citation: Citation) -> str:
    label = f'<span class="number">{reference.number}</span>' if reference.kind == "cite" else ""
    return f'<a href="#{reference}">{label}<bdi>{escape(citation.title)}</bdi></a>'


def _in_document(citation: Citation, document: Document) -> Citation:
    """The citation with as much of its document around it as is shown at once."""
    first = max(0, citation.start - SHOWN_AROUND)
    return replace(citation, passage=document.text[first : citation.end + SHOWN_AROUND], passage_start=first)


def _about(citation: Citation, document: Document | None) -> str:
    name = f'<bdi class="name">{escape(citation.document)}</bdi>'
    date = f"<time>{escape(citation.date)}</time>" if citation.date else ""
    language = "" if citation.language in {"", "und"} else f'<span class="language">{escape(citation.language)}</span>'
    place = f"<span>{_place(citation, document.text)}</span>" if document else ""
    return f'<p class="about">{" · ".join(part for part in (name, date, language, place) if part)}</p>'


def _place(citation: Citation, text: str) -> str:
    """Where in its document a quote stands."""
    ends = [match.end() for match in _PARAGRAPHS.finditer(text.rstrip())]
    return f"paragraph {1 + sum(end <= citation.start for end in ends)} of {len(ends) + 1}"


def _passage(citation: Citation) -> str:
    start = citation.start - citation.passage_start
    end = start + len(citation.quote)
    before, after = citation.passage[: max(start, 0)], citation.passage[end:]
    if start < 0 or citation.passage[start:end] != citation.quote:
        before = after = ""
    marked = f"{escape(before)}<mark>{escape(citation.quote)}</mark>{escape(after)}"
    return f'<blockquote dir="auto"{_lang(citation)}>{marked}</blockquote>'


def _lang(citation: Citation) -> str:
    known = citation.language != "und" and _LANGUAGE_CODE.fullmatch(citation.language)
    return f' lang="{citation.language}"' if known else ""
