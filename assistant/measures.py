"""What a language calls units, currencies, large numbers and small ones: out of Babel's CLDR data and ICU's spelling rules."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import log10
from typing import Final, Literal

from babel import Locale, UnknownLocaleError
from babel.core import Locale as Language
from babel.numbers import format_compact_decimal, get_currency_name, get_decimal_symbol
from babel.units import format_unit
from unicode_rbnf import RbnfEngine

from assistant.spelling import folded

# CLDR's units by kind, each with what it is in the kind's first unit.
UNITS: Mapping[str, Mapping[str, float]] = {
    "length": {"meter": 1, "kilometer": 1000, "centimeter": 0.01, "millimeter": 0.001, "mile": 1609.344, "foot": 0.3048,
               "inch": 0.0254, "yard": 0.9144, "nautical-mile": 1852},
    "mass": {"kilogram": 1, "gram": 0.001, "milligram": 1e-6, "tonne": 1000, "pound": 0.45359237, "ounce": 0.028349523125},
    "duration": {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2629746, "year": 31556952,
                 "century": 3155695200},
    "area": {"square-meter": 1, "square-kilometer": 1e6, "hectare": 1e4, "acre": 4046.8564224, "square-mile": 2589988.110336},
    "volume": {"liter": 1, "milliliter": 0.001, "cubic-meter": 1000, "barrel": 158.987294928, "gallon": 3.785411784},
    "speed": {"meter-per-second": 1, "kilometer-per-hour": 1 / 3.6, "mile-per-hour": 0.44704},
    "temperature": {"celsius": 1, "fahrenheit": 5 / 9},
    "power": {"watt": 1, "kilowatt": 1e3, "megawatt": 1e6, "gigawatt": 1e9},
    "energy": {"kilowatt-hour": 1},
    "percent": {"percent": 1},
}  # fmt: skip
_KIND_OF = {unit: kind for kind, units in UNITS.items() for unit in units}
# What the library's lists lack.
_MORE_UNITS: Mapping[str, tuple[str, ...]] = {
    "percent": ("%", "per cent", "percent", "في المئة", "بالمئة", "في المائة", "بالمائة", "فیصد", "kashi"),
    "kilometer": ("km", "kms", "کیلومتر", "كيلو متر", "किमी", "公里", "kilomita"), "meter": ("m", "mita"),
    "year": ("shekara", "shekaru"), "day": ("kwana", "rana"), "tonne": ("tonnes", "tons", "t", "أطنان", "طن"),
    "kilogram": ("kg", "公斤"),
    "square-kilometer": ("km2", "sq km", "kilomètres carrés", "كيلومتر مربع"), "hour": ("h", "小时"), "minute": ("min",),
    "month": ("个月",), "megawatt": ("mw",), "celsius": ("°c",), "fahrenheit": ("°f",),
}  # fmt: skip
_CURRENCIES = {
    "USD": ("$", "us$", "usd", "$us"), "EUR": ("€",), "GBP": ("£",), "JPY": ("円",), "CNY": ("元", "人民币"),
    "INR": ("₹", "rs", "रुपये", "रुपए"), "RUB": ("₽",), "NGN": ("₦", "naira"), "TRY": ("₺",), "ILS": ("₪",), "KRW": ("₩",),
    "CHF": (), "CAD": (), "AUD": (), "SAR": (), "AED": (), "EGP": (), "DZD": (), "MAD": (), "TND": (), "IRR": (), "PKR": (),
    "BRL": ("r$",), "MXN": (), "ZAR": (), "XAF": (),
    "XOF": ("fcfa", "f cfa", "francs cfa", "franc cfa", "cfa francs", "فرنك أفريقي", "فرنك غرب أفريقي"),
    "GHS": (), "KES": (),
}  # fmt: skip
# Currencies that are meant by the word that they share with others.
_PLAIN = {"USD": ("CAD", "AUD"), "INR": ("PKR", "PKR")}
_MORE_MULTIPLIERS = {
    "en": {"hundred": 100, "bn": 1e9, "mn": 1e6, "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "crores": 1e7},
    "hi": {"crore": 1e7, "lakh": 1e5, "million": 1e6, "मिलियन": 1e6, "बिलियन": 1e9},
    "ar": {"الاف": 1e3, "ملايين": 1e6, "مليارات": 1e9, "مليونا": 1e6, "مليارا": 1e9, "الفا": 1e3, "بليون": 1e9},
    "zh": {"千": 1e3, "百万": 1e6, "万": 1e4, "亿": 1e8, "億": 1e8, "萬": 1e4},
    "ha": {"dubu": 1e3, "miliyan": 1e6, "biliyan": 1e9, "miliyoyin": 1e6},
    "pt": {"bilhao": 1e9, "bilhoes": 1e9},
}  # fmt: skip
_COUNTS = (1, 2, 3, 11, 100)
_LENGTHS: Final[tuple[Literal["long", "short"], ...]] = ("long", "short")


@cache
def locales(language: str) -> tuple[Language, ...]:
    """A language's own locale and those of its other spellings; English's where there is none."""
    others = {"en": ("en_GB",), "ar": ("ar_SY", "ar_DZ", "ar_MA"), "pt": ("pt_PT",), "es": ("es_MX",), "zh": ("zh_Hant",)}
    try:
        return tuple(map(Locale.parse, (language.replace("-", "_"), *others.get(language[:2], ()))))
    except (UnknownLocaleError, ValueError):
        return (Locale.parse("en"),)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value at a place in a folded text, between two bounds."""

    start: int
    end: int
    kind: str
    low: float
    high: float
    unit: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a language calls units, two of a unit, currencies and numbers, folded."""

    units: dict[str, str]
    duals: dict[str, str]
    currencies: dict[str, str]
    multipliers: dict[str, float]
    numbers: dict[str, int]
    decimal: str


def _unit_names(language: str) -> Iterator[tuple[bool, str, str]]:
    """Whether a name says two of its unit, the name, and the unit."""
    for locale in locales(language)[:2]:
        for unit, count, length in product(_KIND_OF, _COUNTS, _LENGTHS):
            name = folded(format_unit(count, unit, length, locale=locale, numbering_system="latn"))
            # The 2 of km² stays.
            rest = re.sub(rf"^[^\d\w]*{count}(?!\d)|(?<!\d){count}$", "", name)
            if rest != name:
                yield False, rest.strip(), unit
            elif count == 2 and language[:2] == "ar":
                yield from ((True, form, unit) for form in (name, re.sub("ان$", "ين", name)))
    yield from ((False, folded(name), unit) for unit, names in _MORE_UNITS.items() for name in names)


def _currency_names(language: str) -> Iterator[tuple[str, str]]:
    locale = locales(language)[0]
    names = {code: {folded(get_currency_name(code, count, locale)) for count in (*_COUNTS, None)} for code in _CURRENCIES}
    for code, signs in _CURRENCIES.items():
        yield from ((folded(name), code) for name in (*names[code], *signs, code))
    for code, others in _PLAIN.items():
        shared = _words(names[code]).intersection(*(_words(names[other]) for other in others))
        yield from ((word, code) for word in shared if len(word) > 2)


def _words(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in name.split()}


def _multipliers(language: str) -> Iterator[tuple[str, float]]:
    for zeros, count, length in product(range(3, 13), _COUNTS[:4], _LENGTHS):
        if length not in locales(language)[0].compact_decimal_formats:
            continue
        value = count * 10**zeros
        written = folded(format_compact_decimal(value, format_type=length, locale=locales(language)[0], numbering_system="latn"))
        found = re.fullmatch(r"(\d+)\s*(\D+)", written)
        # A single letter is a unit more often than a thousand or a million.
        if found and (len(name := found[2].strip()) > 1 or not name.isascii()):
            yield name, 10 ** round(log10(value / int(found[1])))
    yield from _MORE_MULTIPLIERS.get(language[:2], {}).items()


def _arabic_forms(words: str) -> Iterator[str]:
    """An Arabic number with the forms that its words take by gender and case."""
    choices = []
    for word in words.split():
        forms = {word, re.sub("ون$", "ين", word), word.replace("مايه", "ميه"), word.replace("مايتان", "ميتين")}
        if word not in {"مايه", "ميه"}:
            forms.add(re.sub("ه$", "", word))
        forms |= {"عشره"} if word == "عشر" else set()
        forms |= {re.sub("اثن(?:ت)?ا", each, word) for each in ("اثنا", "اثني", "اثنتا", "اثنتي")} if "اثن" in word else set()
        choices.append(forms)
    yield from map(" ".join, product(*choices))


_RULES_OF = {"nb": "no"}
"""A language whose spelling rules stand under another name: Norwegian's."""


def _number_words(language: str) -> Iterator[tuple[str, int]]:
    try:
        engine = RbnfEngine.for_language(_RULES_OF.get(language[:2], language[:2]))
        engine.format_number(0)
    except ValueError:
        return
    for number in range(1000):
        for ruleset, spelt in engine.format_number(number).text_by_ruleset.items():
            if "cardinal" in ruleset or ruleset.endswith("numbering"):
                name = folded(spelt).replace("-", " ").replace("\u00ad", "")
                yield from ((form, number) for form in (_arabic_forms(name) if language[:2] == "ar" else (name,)))
                if language[:2] == "en":
                    yield name.replace("hundred ", "hundred and "), number
                    yield name.replace("one hundred", "a hundred"), number
    if language[:2] == "en":
        yield "a", 1


@cache
def words_for(language: str) -> Words:
    """The language's words; the first meaning given to a word is kept."""
    units: dict[str, str] = {}
    duals: dict[str, str] = {}
    for dual, name, unit in _unit_names(language):
        (duals if dual else units).setdefault(name, unit)
    currencies: dict[str, str] = {}
    for name, code in _currency_names(language):
        currencies.setdefault(name, code)
    multipliers: dict[str, float] = {}
    for name, value in _multipliers(language):
        multipliers.setdefault(name, value)
    numbers: dict[str, int] = {}
    for name, number in _number_words(language):
        numbers.setdefault(name, number)
    decimal = get_decimal_symbol(locales(language)[0], numbering_system="latn")
    return Words(units, duals, currencies, multipliers, numbers, decimal)


def in_base(unit: str, amount: float) -> tuple[str, float]:
    """A unit's kind and an amount of it in the kind's first unit."""
    kind = _KIND_OF[unit]
    return kind, (amount - 32) * 5 / 9 if unit == "fahrenheit" else amount * UNITS[kind][unit]
