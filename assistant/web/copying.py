"""An answer as Markdown, to be copied or exported with its sources."""

import re

from ..datatypes import Answer, Citation
from ..messages import message as words

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LIST_MARK = re.compile(r"^(\d{0,9})([-+.)])(?=\s|$)")
"""What makes a list of a line that begins with it."""


def answer_as_markdown(answer: Answer) -> str:
    """The items with their marks and, below them, each source with its quote; a refusal alone where nothing was answered.

    Every character of a document stands as it is when the Markdown is shown: none of it acts as markup.
    """
    if not answer.answered:
        return _plain(answer.text)
    said = [f"_{words('disagreement', answer.language)}_", ""] if answer.disagreement else []
    items = [f"- {_plain(item.shown)} {''.join(f'[{number}]' for number in item.citations)}" for item in answer.items]
    return "\n".join([*said, *items, "", *map(_source, answer.citations)])


def _source(citation: Citation) -> str:
    named = ", ".join(_plain(part) for part in (citation.title, citation.date, citation.document) if part)
    return f"{citation.number}. “{_plain(citation.quote)}” ({named})"


def _plain(text: str) -> str:
    """`text` on one line, its Markdown characters escaped."""
    return _LIST_MARK.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", " ".join(text.split())))
