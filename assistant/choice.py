"""Questions that offer a choice, "Russia or Iran?": what they name there may be the answer.

How a language says "or" is told by Unicode's tables (CLDR, through Babel).
"""

import re
from functools import lru_cache

from .listing import list_patterns

BESIDE = 3
"""Words on either side of an "or", and before each comma that comes before it, that may name what is offered."""
_IN_QUESTIONS = {"ar": "أم", "zh": "还是", "fi": "vai"}
"""The "or" of a question, where a language has one of its own."""
_COMMA = re.compile(r"[,،、;؛，；:：]")


@lru_cache(maxsize=1024)
def offered(question: str, language: str) -> str:
    """The words of a question among which the things stand that it offers for a choice; "" where it offers none."""
    split = _or(language)
    before, *after = split.split(question) if split else (question,)
    if not after:
        return ""
    pieces = [*(part.split()[-BESIDE:] for part in _COMMA.split(before)), *(part.split()[:BESIDE] for part in after)]
    return ", ".join(" ".join(piece) for piece in pieces)


@lru_cache(maxsize=64)
def _or(language: str) -> re.Pattern[str] | None:
    """What parts the last two things that are offered."""
    pattern = list_patterns(language, "or").get("2", "")
    if not pattern:
        return None
    between = pattern.replace("{0}", "").replace("{1}", "")
    words = [word.strip() for word in (between, _IN_QUESTIONS.get(language, "")) if word.strip()]
    said = "|".join(re.escape(word) for word in words)
    return re.compile(rf"\s(?:{said})\s" if between != between.strip() else said, re.IGNORECASE) if words else None
