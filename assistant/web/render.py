"""Questions and answers as chat messages. Both are data: every character of theirs is escaped here.

Chat messages pass through Gradio's Markdown, so each is one HTML block on a single line, and punctuation that Markdown or LaTeX
could act on is written as a character reference. A mark such as [1] links to `#cite-MESSAGE-1`, the first citation of that
message; `#near-MESSAGE-1` is the first of the closest passages under a refusal; `#retry-MESSAGE` and the like are what can be
done with an answer. page.js turns clicks on them into events.
"""

import re
import string
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from ..datatypes import Answer, Citation, Item
from ..messages import message as words
from .conversations import Conversation, Exchange
from .copying import answer_as_markdown

Kind = Literal["cite", "near"]

WORKING = '<div class="working" role="status">Searching the documents…</div>'
SHOWN_ITEMS = 6
"""Of a longer answer, the rest is folded away."""
_LONGEST_QUESTION_SHOWN = 2000
_BEGINNING = 90
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
    def parse(cls, text: object) -> "Reference | None":
        """The reference written as `cite-MESSAGE-NUMBER`, or None where `text` is no such thing."""
        match = _REFERENCE.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            return None
        return cls("cite" if match[1] == "cite" else "near", match[2], int(match[3]))

    def __str__(self) -> str:
        return f"{self.kind}-{self.message}-{self.number}"


def escape(text: str) -> str:
    """`text` as HTML that shows it and does nothing else, inside Markdown too. Line ends become `<br>`."""
    return text.translate(_CHARACTER_REFERENCES)


def messages(conversation: Conversation, *, thumbs: bool = False) -> list[dict[str, str]]:
    """The conversation as Gradio's Chatbot takes it. Only the last question can be asked again or changed.

    `thumbs`: answers can be judged.
    """
    return [
        {"role": role, "content": content}
        for place, exchange in enumerate(conversation, start=1)
        for role, content in (
            ("user", question_message(exchange.question)),
            ("assistant", reply_message(exchange, last=place == len(conversation), thumbs=thumbs)),
        )
    ]


def question_message(question: str) -> str:
    """The user's own words, as the chat shows them."""
    shown = question if len(question) <= _LONGEST_QUESTION_SHOWN else question[:_LONGEST_QUESTION_SHOWN] + "…"
    return f'<div class="question">{escape(shown)}</div>'


def reply_message(exchange: Exchange, *, last: bool, thumbs: bool) -> str:
    """What stands below a question: that Quoth works, the answer and what can be done with it, or why there is none."""
    actions = _actions(exchange, last=last, thumbs=thumbs)
    if exchange.notice:
        return f'<div class="notice" role="alert">{escape(exchange.notice)}</div>{actions}'
    if exchange.answer is None:
        return WORKING
    quotes = answer_message(exchange.answer, exchange.message)
    return _phrased(exchange, exchange.answer) + quotes + actions + _copyable(exchange.answer)


def answer_message(answer: Answer, message: str) -> str:
    """The answer as the chat shows it: each item with its marks, or the refusal with the closest passages.

    `message` is the id that the marks carry. Items beyond SHOWN_ITEMS are folded away; those that disagree stand side by side.
    """
    if answer.read_as:
        told = (
            f'<div class="note" dir="auto">{escape(words("read_as", answer.language))} <bdi>{escape(answer.read_as)}</bdi></div>'
        )
        return told + answer_message(replace(answer, read_as=""), message)
    if not answer.answered:
        return f'<div class="refusal"><div class="said">{escape(answer.text)}</div>{_closest(answer, message)}</div>'
    citations = {citation.number: citation for citation in answer.citations}
    items = [f'<li dir="auto">{_item(item, message, citations, named=answer.disagreement)}</li>' for item in answer.items]
    if answer.disagreement:
        said = escape(words("disagreement", answer.language))
        note = f'<div class="note disagreement" dir="auto">{said}</div>'
        return f'<div class="answer disagreeing">{note}<ul dir="{_direction(answer.question)}">{"".join(items)}</ul></div>'
    shown, rest = items[:SHOWN_ITEMS], items[SHOWN_ITEMS:]
    more = escape(words("more", answer.language).format(len(rest)))
    folded = f"<details><summary>{more}</summary><ul>{''.join(rest)}</ul></details>" if rest else ""
    return f'<div class="answer"><ul>{"".join(shown)}</ul>{folded}</div>'


def _phrased(exchange: Exchange, answer: Answer) -> str:
    """What a language model made of the quotes, above them: what they do not hold is struck out, with the reason."""
    titles = {citation.number: citation.title for citation in answer.citations}
    statements = []
    for statement in exchange.statements:
        marks = " ".join(mark(Reference("cite", exchange.message, n), titles.get(n, "")) for n in statement.citations)
        if statement.sure:
            statements.append(f'<span class="sure">{escape(statement.text)}</span>&nbsp;{marks}')
        else:
            reason = f'<span class="reason">{escape(statement.reason)}</span>'
            statements.append(f'<span class="struck"><del>{escape(statement.text)}</del> {reason}</span>')
    said = f'<p dir="auto">{" ".join(statements)}</p>' if statements else ""
    note = exchange.phrasing.note if exchange.phrasing else ""
    told = f'<div class="note" dir="auto">{escape(note)}</div>' if note else ""
    return f'<div class="phrased">{said}{told}</div>' if said or told else ""


def mark(reference: Reference, title: str) -> str:
    """The link that opens a citation's source."""
    return f'<a class="mark" href="#{reference}" title="{escape(title)}">[{reference.number}]</a>'


def _item(item: Item, message: str, citations: dict[int, Citation], *, named: bool) -> str:
    """The item with its marks, and below it the first sentence that holds it, where the item is not that sentence itself.

    `named`: each of its sources is named with its date.
    """
    cited = [(number, citations.get(number)) for number in item.citations]
    marks = " ".join(mark(Reference("cite", message, number), one.title if one else "") for number, one in cited)
    first = cited[0][1] if cited else None
    sentence = f'<div class="holds" dir="auto">{escape(first.quote)}</div>' if first and first.quote != item.text else ""
    says = "".join(_named(one) for _, one in cited if one) if named else ""
    text = f"<bdi>{escape(item.translation)}</bdi> (<bdi>{escape(item.text)}</bdi>)" if item.translation else escape(item.text)
    return f'<span class="quote">{text}</span>&nbsp;{marks}{sentence}{says}'


def _named(citation: Citation) -> str:
    date = f"<time>{escape(citation.date)}</time>" if citation.date else ""
    title = f"<bdi>{escape(citation.title)}</bdi>"
    return f'<div class="says">{" · ".join(part for part in (title, date) if part)}</div>'


def _closest(answer: Answer, message: str) -> str:
    if not answer.closest:
        return ""
    links = "".join(
        f'<li><a href="#{Reference("near", message, citation.number)}"><bdi>{escape(citation.title)}</bdi></a>'
        f'<bdi class="begins">{escape(_beginning(citation.quote))}</bdi></li>'
        for citation in answer.closest
    )
    return f'<div class="note" dir="auto">{escape(words("closest", answer.language))}</div><ul>{links}</ul>'


def _direction(text: str) -> str:
    """That of its first letter: where what stands side by side begins."""
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in {"L", "R", "AL"}), "L")
    return "ltr" if first == "L" else "rtl"


def _beginning(quote: str) -> str:
    line = " ".join(quote.split())
    return line if len(line) <= _BEGINNING else line[:_BEGINNING].rstrip() + "…"


def _actions(exchange: Exchange, *, last: bool, thumbs: bool) -> str:
    """What can be done with an answer, as links that page.js makes buttons of."""
    wanted = [("copy", "Copy")] if exchange.answer else []
    if exchange.answer and thumbs:  # what is said to a greeting is never the right answer to a question
        wanted += [("bad", "Not helpful")] if exchange.answer.small_talk else [("good", "Helpful"), ("bad", "Not helpful")]
    wanted += [("retry", "Ask again"), ("edit", "Edit question")] if last else []
    chosen = {True: "good", False: "bad", None: ""}[exchange.good]
    links = "".join(
        f'<a class="act {name}{" chosen" if name == chosen else ""}" role="button" href="#{name}-{exchange.message}">{label}</a>'
        for name, label in wanted
    )
    return f'<div class="acts">{links}</div>' if links else ""


def _copyable(answer: Answer) -> str:
    """The answer as Markdown, not shown: what Copy and Export take."""
    lines = (escape(line) for line in answer_as_markdown(answer).split("\n"))
    return f'<pre class="copyable">{"&#10;".join(lines)}</pre>'
