"""An answer's citations as evidence for a language model: numbered, fenced, cut by rank to what its context holds."""

import math
import re
import secrets
import unicodedata
from collections.abc import Sequence

from ..datatypes import Citation

_JOINERS = "\u200c\u200d"
"""Invisible, but part of the spelling in Persian and in Indic scripts."""
_BRACKETS = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "`": "'", "|": "¦", "［": "(", "］": ")", "【": "(", "】": ")"}
)
_SPACE = re.compile(r"\s+")


def make_fence() -> str:
    """A word that no document can know."""
    return f"EVIDENCE-{secrets.token_hex(4)}"


def tame(text: str) -> str:
    """A text that can pose as nothing but text: on one line, nothing hidden in it, no bracket of marks, tags or templates."""
    return _SPACE.sub(" ", visible(text).translate(_BRACKETS)).strip()


def visible(text: str) -> str:
    """A text without what does not show or turns what shows round: control characters, marks of direction, half letters."""
    return "".join(
        character
        for character in text.replace("\r", "\n")
        if unicodedata.category(character)[0] != "C" or character in _JOINERS or character in "\n\t"
    )


def write_evidence(citations: Sequence[Citation], tokens: int) -> tuple[str, tuple[Citation, ...]]:
    """The evidence as text, at most about `tokens` long, and the citations that found room in it, in their order.

    Quotes come whole or not at all, those of the highest rank first; what room is left holds their passages, each once.
    """
    kept: list[Citation] = []
    spent = 0
    for citation in citations:
        cost = estimate_tokens(_head(citation) + tame(citation.quote)) + 4
        if spent + cost > tokens:
            break
        kept.append(citation)
        spent += cost
    lines = {}
    shown: set[tuple[str, int]] = set()
    for citation in kept:
        lines[citation.number] = f"{_head(citation)} {tame(citation.quote)}"
        place = (citation.document, citation.passage_start)
        cost = estimate_tokens(tame(citation.passage)) + 8
        if place not in shown and citation.passage.strip() != citation.quote.strip() and spent + cost <= tokens:
            lines[citation.number] += f"\n    (it stands in: {tame(citation.passage)})"
            spent += cost
            shown.add(place)
    return "\n".join(lines.values()), tuple(kept)


def _head(citation: Citation) -> str:
    source = ", ".join(filter(None, (tame(citation.title), citation.date)))
    return f"[{citation.number}] ({source})"


def estimate_tokens(text: str) -> int:
    """How many tokens a text has for a model whose tokenizer is not known: rather too many than too few."""
    plain = sum(character.isascii() for character in text)
    return math.ceil(
        plain / 3 + sum(len(character.encode("utf-8", "replace")) for character in text if not character.isascii()) / 2
    )
