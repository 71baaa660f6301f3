"""Whether a sentence gives two names of its source each the other's part: that Mali attacked Niger where Niger attacked Mali.

Neither encoder nor reader can tell: to the one a sentence and its reverse are nearly the same, and the other, asked who did it,
names whoever the question does not (docs/phrasing.md). What can be told is the order of the names, and whether a passive turns
it round. Where it is another than in the source, the same words mean the reverse. Other words may tell it from the other side
("received from" for "gave to"), so may a relative clause, and those of another language cannot be compared: of these nothing is
claimed.
"""

import re
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from ..gazetteer import ARTICLES, country
from ..names import TITLES
from ..spelling import folded, without_clitics, words_of
from ..values import read_values
from .days import months, weekdays
from .names import ALIKE, KINDS, nouns_of, words_in

Range = tuple[int, int]
_JOINING = frozenset(words_of("and et und y e com con avec mit with و مع between entre zwischen بين sowie ainsi"))
_LIGHT = frozenset(
    words_of(
        "were been being have from this that which whom with also ete etait cette avec wurde worden hatte este sido التي الذي"
    )
)
_OF = r"of|de|du|des|d|del|do|da|dos|von"
_ATTRIBUTE = re.compile(rf"(?:(\w+)\W+)?(?<!\w)(?:{_OF}|in|at|near|en|im|em|no|na|dans|bei|في)\W+(?:(?:the|la|le|les|el)\W+)?$")
"""What stands before a name that tells whose or where something is, not who did what to whom."""
_POSSESSIVE = re.compile(r"^['’]s?(?!\w)")
_PASSIVE = {
    "en": (r"(?:is|are|was|were|be|been|being|got)", r"by"),
    "fr": (r"(?:est|sont|ete|etait|etaient|fut|furent)", r"par"),
    "de": (r"(?:wird|werden|wurde|wurden|worden)", r"(?:von|vom|durch)"),
    "es": (r"(?:es|son|fue|fueron|sido|era|eran)", r"por"),
    "pt": (r"(?:e|sao|foi|foram|sido|era|eram)", r"(?:por|pelo|pela|pelos|pelas)"),
    "it": (r"(?:e|sono|fu|furono|stat[oaie]|venne|vennero)", r"(?:da|dal|dalla|dall|dai|dalle)"),
    "ar": (r"", r"(?:من قبل|علي يد|من طرف)"),
}
"""Of each language the verb that makes a passive, where it takes one, and what stands before whoever did it."""
_RELATIVE = {
    "en": rf"(?:that|which|who|whom)(?:\W+(?:of|{'|'.join(ARTICLES | TITLES | KINDS)}))*$",
    "fr": r"(?:que|qu|lequel|laquelle)(?:\W|$)",
    "de": r",\W*(?:der|die|das|den|dem|welche[rsnm]?)(?:\W|$)",
    "es": r"(?:que|quien)(?:\W|$)",
    "pt": r"(?:que|quem)(?:\W|$)",
    "it": r"che(?:\W|$)",
    "ar": r"(?:الذي|التي|الذين)\W+\w+(?:ه|ها|هم|هما)(?:\W|$)",
}
"""Of each language what between two names may open a clause in which the second does something to the first."""
_OBJECT_FIRST = re.compile(r"(?<!\w)(?:den|dem|einen|einem)\W+(?:\w+\W+)?$")
"""What tells in German that the name behind it, though it stands first, did nothing itself."""


@dataclass(frozen=True, slots=True)
class _Name:
    """Where a name stands in a sentence, and where in its source."""

    here: Range
    there: Range


def are_exchanged(sentence: str, source: str, language: str) -> bool:
    """Whether two names have changed places in a sentence, so that it says the reverse of its source, both of the language."""
    names = _names(sentence, source, language)
    if len(names) < 2 or not _has_the_same_words(sentence, source, names):
        return False
    for first, second in combinations(names, 2):
        theirs = sorted((first.there, second.there))
        turned = _is_passive(sentence, language, first.here, second.here) != _is_passive(source, language, *theirs)
        if (first.there < second.there) == turned and _have_parts(first, second, sentence, source, language):
            return True
    return False


def _names(sentence: str, source: str, language: str) -> list[_Name]:
    """The names that both have, each of which stands once in both, in the order of the sentence."""
    there = _name_words(source, language)
    runs: list[list[tuple[Range, list[Range]]]] = []
    for word in _name_words(sentence, language):
        found = [other.span() for other in there if _same(word[0], other[0])]
        if not found:
            continue
        last = runs[-1][-1] if runs else None
        if last and not sentence[last[0][1] : word.start()].strip("-'’ ") and _goes_on(last[1], found):
            runs[-1].append((word.span(), found))
        else:
            runs.append([(word.span(), found)])
    names = [
        _Name((run[0][0][0], run[-1][0][1]), place) for run in runs if (place := _place([found for _, found in run])) is not None
    ]
    places = [name.there for name in names]
    return [name for name in names if places.count(name.there) == 1]


def _name_words(text: str, language: str) -> list[re.Match[str]]:
    """The words that may be of names: those with a capital; in scripts without, what follows a title or a kind, and countries."""
    times = [(value.start, value.end) for value in read_values(text, language)]
    words = [word for word in words_in(text) if len(word[0]) > 2 and not weekdays(word[0], language)]
    words = [word for word in words if not months(word[0], language)]
    words = [word for word in words if not any(start <= word.start() < end for start, end in times)]
    kept, told = [], 0
    for word in words:
        if word[0].lower() != word[0].upper():
            if word[0][0].isupper() and not _forms(word[0]) & (TITLES | ARTICLES):
                kept.append(word)
        elif _forms(word[0]) & (TITLES | KINDS):
            told = 2 if _forms(word[0]) & TITLES else 1
        elif told or country(word[0]):
            kept.append(word)
            told = max(0, told - 1)
    nouns = nouns_of(words_in(text), text, language)
    return [word for word in kept if word.start() not in nouns or country(word[0])]


def _forms(word: str) -> frozenset[str]:
    return frozenset(form for part in words_of(word) for form in without_clitics(part))


def _goes_on(before: list[Range], found: list[Range]) -> bool:
    return any(0 <= start - end < 4 for _, end in before for start, _ in found)


def _place(found: list[list[Range]]) -> Range | None:
    """Where the words of a name stand together; None where each of them stands at several places."""
    sure = [ranges[0] for ranges in found if len(ranges) == 1]
    return (min(start for start, _ in sure), max(end for _, end in sure)) if sure else None


def _same(word: str, other: str) -> bool:
    if code := country(word):
        return country(other) == code
    return any(a == b or (len(a) > 4 and fuzz.ratio(a, b) > 85) for a in _forms(word) for b in _forms(other))


def _have_parts(first: _Name, second: _Name, sentence: str, source: str, language: str) -> bool:
    """Whether each of two names does something or has something done to it: neither tells whose, where or with whom."""
    one_there, two_there = sorted((first.there, second.there))
    for text, one, two in ((sentence, first.here, second.here), (source, one_there, two_there)):
        if any(_is_attribute(text, start, end) for start, end in (one, two)):
            return False
        if set(words_of(text[: two[0]])[-3:]) & _JOINING or set(words_of(text[: one[0]])[-2:]) & _JOINING:
            return False
        if _are_joined(text, language, one, two) or _is_told_backwards(text, language, one, two):
            return False
    return True


def _are_joined(text: str, language: str, first: Range, second: Range) -> bool:
    """Whether nothing but names, commas and joining words stands between two names: in a list, order says nothing."""
    between = text[first[1] : second[0]]
    if between.strip() in {"-", "–"} or text[second[0] : second[1]].startswith("و"):
        return True
    names = [words_of(word[0]) for word in _name_words(text, language) if first[1] <= word.start() < second[0]]
    words = set(words_of(between)).difference(*names)
    return bool(re.search("[,،、&]", between) or words & _JOINING) and not words - _JOINING - ARTICLES - TITLES


def _is_told_backwards(text: str, language: str, first: Range, second: Range) -> bool:
    """Whether the second of two names may be what acts, other than in a passive: "Mali, which Niger attacked"."""
    relative = _RELATIVE.get(language[:2], "(?!)")
    if re.search(rf"(?:^|\W){relative}", folded(text[first[1] : second[0]]).rstrip()):
        return True
    return language[:2] == "de" and bool(_OBJECT_FIRST.search(folded(text[: first[0]])))


def _is_attribute(text: str, start: int, end: int) -> bool:
    before = _ATTRIBUTE.search(folded(text[:start]))
    return bool(_POSSESSIVE.match(text[end:])) or (before is not None and not _forms(before[1] or "") & KINDS)


def _is_passive(text: str, language: str, first: Range, second: Range) -> bool:
    """Whether the second of two names did something to the first, by the words of the language for that."""
    verb, by = _PASSIVE.get(language[:2], ("(?!)", "(?!)"))
    if not re.search(rf"(?:^|\W){by}\W+(?:\w+\W+){{0,4}}$", folded(text[first[1] : second[0]])):
        return False
    return not verb or bool(re.search(rf"(?:^|\W){verb}(?:\W|$)", folded(text)))


def _has_the_same_words(sentence: str, source: str, names: list[_Name]) -> bool:
    """Whether a sentence has no word of weight, besides names, that its source does not have in some form."""
    rest = list(sentence)
    for name in names:
        rest[slice(*name.here)] = " " * (name.here[1] - name.here[0])
    known = words_of(source)
    return all(
        any(word[:4] == other[:4] or fuzz.ratio(word, other) >= ALIKE for other in known)
        for word in words_of("".join(rest))
        if len(word) > 3 and not word.isdigit() and word not in _LIGHT
    )
