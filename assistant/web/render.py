"""Answers and sources as HTML. Questions and documents are data: every character of theirs is escaped here.

Chat messages pass through Gradio's Markdown, so each is one HTML block on a single line, and punctuation that Markdown or LaTeX
could act on is written as a character reference. A mark such as [1] links to `#cite-MESSAGE-1`, the first citation of that
message; `#near-MESSAGE-1` is the first of the closest passages under a refusal. page.js turns clicks on them into events.
"""

import re
import string
from dataclasses import dataclass
from typing import Literal

from ..datatypes import Answer, Citation, Item
from ..messages import message as words

Kind = Literal["cite", "near"]

WORKING = '<div class="working" role="status">Searching the documents…</div>'
_LONGEST_QUESTION_SHOWN = 2000
_BEGINNING = 90
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_REFERENCE = re.compile(r"(cite|near)-([0-9a-f]{1,32})-([0-9]{1,4})")
_CHARACTER_REFERENCES = str.maketrans(
    {character: f"&#{ord(character)};" for character in string.punctuation + "\t"} | {"\n": "<br>"}
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a mark points to: a citation (`cite`) or a closest passage (`near`) of one message, counted from 1."""

    kind: Kind
    message: str
    number: int

    @classmethod
    def parse(cls, text: str) -> "Reference | None":
        """The reference written as `cite-MESSAGE-NUMBER`, or None where `text` is no such thing."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            return None
        return cls("cite" if match[1] == "cite" else "near", match[2], int(match[3]))

    def __str__(self) -> str:
        return f"{self.kind}-{self.message}-{self.number}"


def escape(text: str) -> str:
    """`text` as HTML that shows it and does nothing else, inside Markdown too. Line ends become `<br>`."""
    return text.translate(_CHARACTER_REFERENCES)


def question_message(question: str) -> str:
    """The user's own words, as the chat shows them."""
    shown = question if len(question) <= _LONGEST_QUESTION_SHOWN else question[:_LONGEST_QUESTION_SHOWN] + "…"
    return f'<div class="question">{escape(shown)}</div>'


def notice_message(text: str) -> str:
    """A message from Quoth itself, such as an error."""
    return f'<div class="notice" role="alert">{escape(text)}</div>'


def answer_message(answer: Answer, message: str, shown_items: int | None = None) -> str:
    """The answer as the chat shows it: each item with its marks, or the refusal with the closest passages.

    `message` is the id that the marks carry. `shown_items` limits the items while the answer streams in.
    """
    if not answer.answered:
        return f'<div class="refusal"><div class="said">{escape(answer.text)}</div>{_closest(answer, message)}</div>'
    citations = {citation.number: citation for citation in answer.citations}
    items = "".join(f'<li dir="auto">{_item(item, message, citations)}</li>' for item in answer.items[:shown_items])
    said = escape(words("disagreement", answer.question))
    note = f'<div class="note disagreement" dir="auto">{said}</div>' if answer.disagreement else ""
    return f'<div class="answer">{note}<ul>{items}</ul></div>'


def sources_panel(answer: Answer, message: str, chosen: Reference | None = None) -> str:
    """The side panel for one answer: its sources one below the other, the chosen one with its passage and the quote marked."""
    kind: Kind = "cite" if answer.answered else "near"
    citations = answer.citations if answer.answered else answer.closest
    if not citations:
        return empty_panel("The documents hold nothing close to this question.")
    numbered = [
        (Reference(kind, message, citation.number if kind == "cite" else place), citation)
        for place, citation in enumerate(citations, start=1)
    ]
    heading = "Sources" if answer.answered else "Closest passages, not an answer"
    sources = "".join(_source(reference, citation, reference == chosen) for reference, citation in numbered)
    return _panel(heading, f'<p class="asked" dir="auto">{escape(answer.question)}</p>{sources}')


def empty_panel(text: str = "Ask a question, then choose a mark such as [1] to read the passage it comes from.") -> str:
    """The side panel with nothing to show but `text`."""
    return _panel("Sources", f'<p class="hint">{escape(text)}</p>')


def _panel(heading: str, body: str) -> str:
    close = '<button type="button" class="close" aria-label="Close the sources">×</button>'
    return f'<div class="panel"><div class="top"><h2 tabindex="-1">{escape(heading)}</h2>{close}</div>{body}</div>'


def _item(item: Item, message: str, citations: dict[int, Citation]) -> str:
    """The item with its marks, and below it the first sentence that holds it, where the item is not that sentence itself."""
    cited = [(number, citations.get(number)) for number in item.citations]
    marks = " ".join(_mark(Reference("cite", message, number), one.title if one else "") for number, one in cited)
    first = cited[0][1] if cited else None
    sentence = f'<div class="holds" dir="auto">{escape(first.quote)}</div>' if first and first.quote != item.text else ""
    return f'<span class="quote">{escape(item.text)}</span>&nbsp;{marks}{sentence}'


def _mark(reference: Reference, title: str) -> str:
    return f'<a class="mark" href="#{reference}" title="{escape(title)}">[{reference.number}]</a>'


def _closest(answer: Answer, message: str) -> str:
    if not answer.closest:
        return ""
    links = "".join(
        f'<li><a href="#{Reference("near", message, place)}"><bdi>{escape(citation.title)}</bdi></a>'
        f'<bdi class="begins">{escape(_beginning(citation.quote))}</bdi></li>'
        for place, citation in enumerate(answer.closest, start=1)
    )
    return f'<div class="note" dir="auto">{escape(words("closest", answer.question))}</div><ul>{links}</ul>'


def _beginning(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= _BEGINNING else line[:_BEGINNING].rstrip() + "…"


def _source(reference: Reference, citation: Citation, chosen: bool) -> str:
    label = f'<span class="number">{reference.number}</span>' if reference.kind == "cite" else ""
    title = f'<a href="#{reference}">{label}<bdi>{escape(citation.title)}</bdi></a>'
    if chosen:
        return (
            f'<section class="source chosen" aria-current="true"><h3>{title}</h3>{_about(citation)}{_passage(citation)}</section>'
        )
    quote = f'<p class="excerpt" dir="auto"{_lang(citation)}>{escape(citation.quote)}</p>'
    return f'<section class="source"><h3>{title}</h3>{quote}</section>'


def _about(citation: Citation) -> str:
    language = "" if citation.language in {"", "und"} else f'<span class="language">{escape(citation.language)}</span>'
    date = f"<time>{escape(citation.date)}</time>" if citation.date else ""
    name = f'<bdi class="name">{escape(citation.document)}</bdi>'
    return f'<p class="about">{" · ".join(part for part in (name, date, language) if part)}</p>'


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
