"""Names in a sentence that its sources do not hold, in any spelling, language or script that is known."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from rapidfuzz import fuzz, process

from index.encode import Encoder

from ..demonyms import government_of
from ..gazetteer import ARTICLES, cities, country
from ..measures import locales
from ..names import TITLES, cities_named, countries_named
from ..sounds import same_word
from ..spelling import folded, is_arabic, without_clitics, words_of
from ..values import read_values

ALIKE = 75
"""Likeness (0 to 100) from which a word of a sentence is a form of a word of its source."""
_MARKS = (
    r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u200c\u200d"
)
"""Vowel signs and the like, which are parts of words."""
_ELISION = r"(?:[cdjlmnst]|qu|un|(?:d|n|s|qu)?ell|[dns]?all|sull)['’](?=[^\W\d_])"
_WORD = re.compile(rf"(?i:\b{_ELISION})|[^\W\d_](?:[^\W\d_]|[{_MARKS}]|['’\-](?=[^\W\d_]))*")
_SENTENCE_INITIAL = re.compile(r"^\W*$|[.!?:;]\W*$")
_NO_NAMES = frozenset(["الذي", "التي", "إلى", "على", "في", "من", "أن", "إن", "كان", "هو", "هي", "عن", "که", "است", "از", "را"])
"""What often follows a title and is no name."""
_OFFICES = frozenset(["رييس", "الرييس", "وزير", "الوزير", "الوزراء", "السفير", "القايد", "رییس"])
"""Titles that a word of what they are over follows sooner than a name: وزير الداخلية."""
_NOUNS_HAVE_CAPITALS = frozenset({"de"})


@dataclass(frozen=True, slots=True)
class Known:
    """What names may be taken from: a text in these languages, what stands `around` it for countries and cities, the question.

    A country that only the question names is not known: whether the text tells of that one is just what is asked. Where the
    sentence is in none of the languages, a word of it may be a translation, unless it is a rare one, which must be spelt as it
    sounds. With `surely`, a word of a script without capitals is a name only behind a title, and not for being rare.
    """

    text: str
    languages: frozenset[str]
    around: str = ""
    question: str = ""
    surely: bool = False


def strange_name(sentence: str, language: str, known: Known, encoder: Encoder) -> str:
    """The first name in a sentence of the language that is not known by any name of the same thing; "" where there is none."""
    if countries := countries_named(sentence, freely=True) - countries_named(f"{known.text}\n{known.around}", freely=True):
        return min(countries)
    if weekdays(sentence, language) - {day for each in known.languages for day in weekdays(known.text, each)}:
        return "weekday"
    text = f"{known.text}\n{known.question}"
    words = {form for word in words_of(text) for form in without_clitics(word)}
    places = cities_named(f"{text}\n{known.around}")
    foreign = language not in known.languages
    for word in _names_in(sentence, language, encoder, foreign=foreign, surely=known.surely):
        if not (_is_known(word, words) or bool(cities(word) & places) or country(word) or government_of(word)):
            return word
    return ""


def words_in(text: str) -> list[re.Match[str]]:
    """The words of a text where they stand, without the articles and the like that are written onto them: l'Aveyron."""
    return [match for match in _WORD.finditer(text) if match[0][-1] not in "'’"]


def _names_in(sentence: str, language: str, encoder: Encoder, *, foreign: bool, surely: bool) -> list[str]:
    """The words that may be names: of scripts with capitals those with one, of others the rare ones and those behind a rank."""
    for value in read_values(sentence, language):
        sentence = sentence[: value.start] + " " * (value.end - value.start) + sentence[value.end :]
    found = words_in(sentence)
    plain = [(title[0], word[0]) for title, word in pairwise(found) if len(word[0]) > 2 and not _has_case(word[0])]
    names = [word for title, word in plain if _is_rank(title) and word not in _NO_NAMES]
    if not foreign and not surely:
        names += [word[0] for word in found if len(word[0]) > 2 and not _has_case(word[0]) and _is_rare(word[0], encoder)]
    nouns = nouns_of(found, sentence, language)
    for place, match in enumerate(found):
        word = match[0]
        if not word[0].isupper() or _is_title(word) or weekdays(word, language) or match.start() in nouns:
            continue
        initial = bool(_SENTENCE_INITIAL.search(sentence[: match.start()]))
        beside = _is_beside_a_capital(found, place, sentence)
        if initial and not beside and foreign:
            continue  # a verb or a noun that only stands first, for all that a text in another language can tell
        if ((initial and not beside) or foreign) and not _is_rare(word.lower(), encoder):
            continue
        names.append(word)
    return names


def nouns_of(words: Sequence[re.Match[str]], text: str, language: str) -> frozenset[int]:
    """Where words of a text begin that may have a capital as nouns, as in German: neither titled nor beside another."""
    if language not in _NOUNS_HAVE_CAPITALS:
        return frozenset()
    nouns = []
    for place, word in enumerate(words):
        titled = place > 0 and _is_title(words[place - 1][0])
        behind_article = place > 0 and bool(ARTICLES.intersection(words_of(words[place - 1][0])))
        if not titled and (behind_article or not _is_beside_a_capital(words, place, text)):
            nouns.append(word.start())
    return frozenset(nouns)


def _is_beside_a_capital(words: Sequence[re.Match[str]], place: int, text: str) -> bool:
    """Whether there is a word beside a place that has a capital of its own: not for standing first, and not for being a title."""
    return any(
        word[0][0].isupper() and not _is_title(word[0]) and not _SENTENCE_INITIAL.search(text[: word.start()])
        for word in (*words[max(0, place - 1) : place], *words[place + 1 : place + 2])
    )


def _has_case(word: str) -> bool:
    return word.lower() != word.upper()


def weekdays(text: str, language: str) -> frozenset[int]:
    """The days of the week that a text of the language names, counted from Monday, 0."""
    return _calendar_names(text, language, "days")


def months(text: str, language: str) -> frozenset[int]:
    """The months that a text of the language names, counted from January, 1."""
    return _calendar_names(text, language, "months")


def _calendar_names(text: str, language: str, kind: str) -> frozenset[int]:
    flat = folded(text)
    return frozenset(number for number, pattern in _calendar(language, kind).items() if pattern.search(flat))


@cache
def _calendar(language: str, kind: str) -> dict[int, re.Pattern[str]]:
    names: dict[int, set[str]] = defaultdict(set)
    for locale in locales(language):
        for number, name in getattr(locale, kind)["format"]["wide"].items():
            names[number].add(re.escape(folded(name)))
    return {number: re.compile(rf"(?<!\w)(?:{'|'.join(sorted(forms))})s?(?!\w)") for number, forms in names.items()}


def _is_rank(word: str) -> bool:
    return _is_title(word) and not _OFFICES.intersection(without_clitics(words_of(word)[0]))


def _is_title(word: str) -> bool:
    return any(TITLES.intersection(without_clitics(part)) for part in words_of(word))


def _is_rare(word: str, encoder: Encoder) -> bool:
    """Whether the encoder's vocabulary, which is made of what is written often in a hundred languages, lacks a word."""
    return encoder.count_tokens([word])[0] > 1


def _is_known(word: str, known: set[str]) -> bool:
    for part in words_of(word):
        forms = without_clitics(part)
        if any(form in known for form in forms):
            continue
        if len(part) > 3 and any(process.extractOne(form, known, scorer=fuzz.ratio, score_cutoff=ALIKE) for form in forms):
            continue
        if not any(same_word(part, other) for other in known if is_arabic(part) != is_arabic(other) or not is_arabic(part)):
            return False
    return True
