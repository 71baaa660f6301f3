"""Appositions in lists: what tells of the name before it, as in "Clara Hoffmann, the mayor, and Otto Brandt", and is no item.

Told from capitals, articles and commas, so not in scripts without capitals. An apposition is closed by a comma, as the members of
a list before its "and" are in few languages; where anything speaks for a member ("Mali, the army and Chad"), it is one.
"""

import re
from collections.abc import Sequence
from enum import Enum, auto

from index.lines import COMMAS

from .gazetteer import ARTICLES, cities, country
from .names import NOUNS_HAVE_CAPITALS

_WORD = re.compile(r"[^\W\d_]+")
_INDEFINITE = {"en": "a"}
"""The one of the articles that is another in a language: "Apple Pay, a camera, and Android Auto" are three."""


class _Sort(Enum):
    NAME = auto()
    COMMON = auto()
    OTHER = auto()


def appositions(parts: Sequence[str], joints: Sequence[str], language: str) -> frozenset[int]:
    """Positions of the parts of a list that tell of the part before them; none where any of them might be a member.

    `joints` stand between the parts, one fewer. Each follows a name behind a mere comma and has one behind it. And there are
    several, one of each name, or it has a definite article and the name is none of one word, but for places. Several that are
    each of a name of several words need no comma before the "and": "Clara Hoffmann, mayor, Otto Brandt, clerk and Lena Vogt".
    """
    sorts = [_sort(part, language) for part in parts]
    told = frozenset(at for at, sort in enumerate(sorts) if sort is _Sort.COMMON)
    names = [part for part, sort in zip(parts, sorts, strict=True) if sort is _Sort.NAME]
    if len(names) < 2 or not all(at and sorts[at - 1] is _Sort.NAME and joints[at - 1].strip() in COMMAS for at in told):
        return frozenset()
    alternate = len(told) > 1 and len(names) + len(told) == len(parts) and len(names) - len(told) <= 1
    if alternate and all(len(name.split()) > 1 and not country(name) for name in names):
        return told
    if not all(at == len(joints) or joints[at].strip()[:1] in COMMAS for at in told):
        return frozenset()
    return told if alternate or all(_is_firm(at, parts, joints, language) for at in told) else frozenset()


def begins_with_a_common_noun(part: str, language: str) -> bool:
    """Whether a part of a list is no name, by its first letter behind the article; never in scripts without capitals."""
    return _sort(part, language) is _Sort.COMMON


def _sort(part: str, language: str) -> _Sort:
    """Whether a part is a name ("Clara van Berg", "the European Union") or begins with a common noun ("the mayor of Kolo")."""
    words = _WORD.findall(part)
    has_article = len(words) > 1 and words[0].islower() and words[0] in ARTICLES
    if country(part):
        return _Sort.NAME
    if has_article and language in NOUNS_HAVE_CAPITALS:
        return _Sort.COMMON
    words = words[has_article:]
    if not words or words[0][0].islower():
        return _Sort.COMMON if words else _Sort.OTHER
    return _Sort.NAME if words[0][0].isupper() and words[-1][0].isupper() else _Sort.OTHER


def _is_firm(at: int, parts: Sequence[str], joints: Sequence[str], language: str) -> bool:
    """Whether a part by itself is surely told of the name before it.

    The last part is where the "and" stands before that name. Where all nouns have capitals, names of things look like what is
    told of a name, but no member has a comma before the "and".
    """
    article, name = _WORD.findall(parts[at])[0], parts[at - 1]
    if article not in ARTICLES or article == _INDEFINITE.get(language):
        return False
    if len(name.split()) == 1 and not country(name) and not cities(name):
        return False
    if at == len(joints):
        return at > 1 and joints[at - 2].strip() not in COMMAS
    return language not in NOUNS_HAVE_CAPITALS or joints[at].strip() not in COMMAS
