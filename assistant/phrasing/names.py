"""Names in a sentence that its sources do not hold, in any spelling, language or script that is known."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

from index.encode import Encoder

from ..demonyms import government_of
from ..gazetteer import ARTICLES, cities, country
from ..names import NOUNS_HAVE_CAPITALS, cities_named, countries_named, is_title, unions_named
from ..sounds import same_word
from ..spelling import is_arabic, without_clitics, words_of
from ..values import read_values
from .days import weekdays
from .unparted import UNPARTED, strange_stretch

ALIKE = 75
"""Likeness (0 to 100) from which a common word of a sentence is a form of a word of its source."""
ALIKE_ABROAD = 85
"""The same for names in another language, which begin alike: Pentagon, Pentagone."""
ALIKE_BEHIND_A_RANK = 88
"""The same for names of scripts without capitals."""
_OFTENER = (1.6, 2.0)
"""How many times as often a word is written with a capital as without one where it is a name, in the source's language and in
another, whose common nouns may be translations of the source's."""
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
_UNINFLECTED = frozenset(
    ["en", "fr", "es", "pt", "it", "nl", "de", "sv", "da", "no", "nb", "ca", "gl", "id", "ms", "sw", "ha", "af", "vi"]
)
"""Languages that put nothing but an ending of these behind a name."""
_ENDINGS = ("s", "er", "ers", "es")
_ENDING = 3
"""Letters of the endings of other languages, at most: Putin, Putina, Putinom."""
KINDS = frozenset(words_of("""
    town city village state region county province port island museum school university company firm bank club council
    river road street bridge church union
    ville pays etat ile musee ecole entreprise commune departement universite banque conseil
    stadt staat land dorf insel verein firma gemeinde
    aldea ciudad pueblo isla museo escuela empresa vila cidade aldeia ilha consejo
    بلدة مدينة قرية دولة جزيرة ولاية شركة
"""))  # fmt: skip
"""What names are of: "the town of"."""


@dataclass(frozen=True, slots=True)
class Known:
    """What names may be taken from: a text in these languages, what stands `around` it for countries and cities, the question.

    A country or weekday that only the question names is not known: whether the text tells of that one is just what is asked.
    Where the sentence is in none of the languages, a word of it may be a translation, unless it is a rare one, which must be
    spelt as it sounds. With `surely`, a word of a script without capitals is a name only behind a title, and not for being rare.
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
    if unions := unions_named(sentence) - unions_named(f"{known.text}\n{known.around}"):
        return min(unions)
    if weekdays(sentence, language) - {day for each in known.languages for day in weekdays(known.text, each)}:
        return "weekday"
    if language in known.languages and (stretch := strange_stretch(_without_values(sentence, language), known.text, encoder)):
        return stretch
    return next(_strangers(sentence, language, known, encoder), "")


def without_strangers(text: str, language: str, known: Known, encoder: Encoder) -> str:
    """A text of the language without the names in it that are not known."""
    strangers = set(_strangers(text, language, known, encoder))
    return _WORD.sub(lambda word: "" if word[0] in strangers else word[0], text)


def _strangers(sentence: str, language: str, known: Known, encoder: Encoder) -> Iterator[str]:
    foreign = language not in known.languages
    inflected = not _UNINFLECTED.issuperset({language, *known.languages})
    words = _Words.of(f"{known.text}\n{known.question}", inflected=inflected, foreign=foreign)
    places = cities_named(f"{known.text}\n{known.question}\n{known.around}")
    for word, likeness in _names_in(sentence, language, encoder, foreign=foreign, surely=known.surely):
        if not (words.hold(word, likeness) or bool(cities(word) & places) or country(word) or government_of(word)):
            yield word


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that a name may be taken from: all of them, those that may be no names, and those with a capital."""

    every: frozenset[str]
    plain: frozenset[str]
    proper: frozenset[str]
    inflected: bool
    foreign: bool

    @classmethod
    def of(cls, text: str, *, inflected: bool, foreign: bool) -> "_Words":
        plain, proper = set(), set()
        for match in words_in(text):
            forms = {form for word in words_of(match[0]) for form in without_clitics(word)}
            if match[0][0].isupper():
                proper |= forms
            if not match[0][0].isupper() or _SENTENCE_INITIAL.search(text[: match.start()]):
                plain |= forms
        every = {form for word in words_of(text) for form in without_clitics(word)}
        return cls(frozenset(every), frozenset(plain), frozenset(proper), inflected, foreign)

    def hold(self, name: str, likeness: int | None) -> bool:
        """Whether all parts of a name are words here: by spelling, sound, ending, or likeness to what may be no name."""
        return all(self._hold(part, likeness) for part in words_of(name))

    def _hold(self, part: str, likeness: int | None) -> bool:
        forms = without_clitics(part)
        if any(form in self.every for form in forms):
            return True
        if any(same_word(part, other) for other in self.every if is_arabic(part) != is_arabic(other) or not is_arabic(part)):
            return True
        if any(self._differ_by_an_ending(part, other) for other in self.every):
            return True
        return (
            likeness is not None
            and len(part) > 3
            and any(process.extractOne(form, self.plain, scorer=fuzz.ratio, score_cutoff=likeness) for form in forms)
        )

    def _differ_by_an_ending(self, part: str, other: str) -> bool:
        stem = next(
            (at for at, (one, two) in enumerate(zip(part, other, strict=False)) if one != two), min(len(part), len(other))
        )
        if self.foreign and other in self.proper and stem > 2 and fuzz.ratio(part, other) >= ALIKE_ABROAD:
            return True
        ends = part[stem:], other[stem:]
        if self.inflected and not is_arabic(part):
            return stem > 2 and max(map(len, ends)) <= _ENDING and (other in self.proper or not min(ends))
        return stem > 2 and not min(ends) and max(ends) in _ENDINGS


def words_in(text: str) -> list[re.Match[str]]:
    """The words of a text where they stand, without the articles and the like that are written onto them: l'Aveyron."""
    return [match for match in _WORD.finditer(text) if match[0][-1] not in "'’"]


def _names_in(sentence: str, language: str, encoder: Encoder, *, foreign: bool, surely: bool) -> list[tuple[str, int | None]]:
    """The words that may be names: of scripts with capitals those with one, of others the rare ones and those behind a rank.

    Each with how much alike a word that is no name must be for it to be a form of that; None where that is not enough.
    """
    sentence = _without_values(sentence, language)
    found = [word for word in words_in(sentence) if not UNPARTED.search(word[0])]  # a run of those is no word
    plain = [(title[0], word[0]) for title, word in pairwise(found) if len(word[0]) > 2 and not _has_case(word[0])]
    names: list[tuple[str, int | None]] = [
        (word, ALIKE_BEHIND_A_RANK) for title, word in plain if _is_rank(title) and word not in _NO_NAMES
    ]
    if not foreign and not surely:
        caseless = [word[0] for word in found if len(word[0]) > 2 and not _has_case(word[0])]
        names += [(word, ALIKE) for word in caseless if _is_rare(word, encoder)]
    nouns = nouns_of(found, sentence, language)
    for place, match in enumerate(found):
        word = match[0]
        if not word[0].isupper() or _is_title(word) or weekdays(word, language) or match.start() in nouns:
            continue
        alone = bool(_SENTENCE_INITIAL.search(sentence[: match.start()])) and not _is_beside_a_capital(found, place, sentence)
        oftener = _is_oftener_a_name(word, encoder, _OFTENER[foreign])
        if alone and foreign and not oftener:
            continue  # a verb or a noun that only stands first, for all that a text in another language can tell
        if (alone or foreign) and not oftener and not _is_rare(word.lower(), encoder):
            continue
        common = encoder.rank(word.lower()) is not None and not oftener
        names.append((word, ALIKE if common or (alone and not oftener) else None))
    return names


def _without_values(text: str, language: str) -> str:
    for value in read_values(text, language):
        text = text[: value.start] + " " * (value.end - value.start) + text[value.end :]
    return text


def nouns_of(words: Sequence[re.Match[str]], text: str, language: str) -> frozenset[int]:
    """Where words of a text begin that may have a capital as nouns, as in German: neither titled nor beside another."""
    if language not in NOUNS_HAVE_CAPITALS:
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


def _is_rank(word: str) -> bool:
    return _is_title(word) and not _OFFICES.intersection(without_clitics(words_of(word)[0]))


def _is_title(word: str) -> bool:
    return any(map(is_title, words_of(word)))


def _is_rare(word: str, encoder: Encoder) -> bool:
    """Whether the encoder's vocabulary, which is made of what is written often in a hundred languages, lacks a word."""
    return encoder.count_tokens([word])[0] > 1


def _is_oftener_a_name(word: str, encoder: Encoder, times: float) -> bool:
    """Whether a word is written with a capital so many times as often as without, by the encoder's vocabulary, and is no kind."""
    if KINDS.intersection(words_of(word)):
        return False
    with_capital, without = encoder.rank(word), encoder.rank(word.lower())
    return with_capital is not None and without is not None and without > times * with_capital
