"""Questions that offer a choice, "Russia or Iran?": what they name there may be the answer.

How a language says "or" is told by Unicode's tables (CLDR, through Babel).
"""

import re
from functools import lru_cache

from .listing import list_patterns

BESIDE = 3
"""Words on either side of an "or", and before each comma that comes before it, that may name what is offered."""
LETTERS_BESIDE = 8
"""The same in letters, in scripts that part no words."""
_IN_QUESTIONS = {"ar": "أم", "fi": "vai"}
"""The "or" of a question, where a language has one of its own."""
_UNPARTED = {"zh": r"还是|還是|或者|(?<!抑)或(?![许許])", "ja": "それとも|または|あるいは|もしくは"}
"""All that says "or" in scripts that part no words."""
_COMMA = re.compile(r"[,،、;؛，；:：]")


@lru_cache(maxsize=1024)
def offered(question: str, language: str) -> str:
    """The words of a question among which the things stand that it offers for a choice; "" where it offers none."""
    split = _or(language)
    before, *after = split.split(question) if split else (question,)
    if not after:
        return ""
    unparted = language in _UNPARTED
    pieces = [
        *(_last(part, unparted=unparted) for part in _COMMA.split(before)),
        *(_first(part, unparted=unparted) for part in after),
    ]
    return ", ".join(pieces)


def _last(text: str, *, unparted: bool) -> str:
    return text.rstrip()[-LETTERS_BESIDE:] if unparted else " ".join(text.split()[-BESIDE:])


def _first(text: str, *, unparted: bool) -> str:
    return text.lstrip()[:LETTERS_BESIDE] if unparted else " ".join(text.split()[:BESIDE])


@lru_cache(maxsize=64)
def _or(language: str) -> re.Pattern[str] | None:
    """What parts the last two things that are offered."""
    if language in _UNPARTED:
        return re.compile(_UNPARTED[language])
    pattern = list_patterns(language, "or").get("2", "")
    if not pattern:
        return None
    between = pattern.replace("{0}", "").replace("{1}", "")
    words = [word.strip() for word in (between, _IN_QUESTIONS.get(language, "")) if word.strip()]
    said = "|".join(re.escape(word) for word in words)
    return re.compile(rf"\s(?:{said})\s" if between != between.strip() else said, re.IGNORECASE) if words else None
