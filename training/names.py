"""Names that training's own texts are filled with, each in five languages.

Countries come from Unicode's own tables through Babel; those of the example documents are left out. Persons, organisations and
towns (training/names.json) are invented.
"""

import json
import random
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

NAMES = Path(__file__).parent / "names.json"
LANGUAGES = ("en", "ar", "fr", "es", "de")
WEIGHTS = (4, 3, 2, 1, 1)
"""Of the languages, for question and passage each."""
SAME_LANGUAGE = 0.4
"""Of the rows, beside those whose languages happen to be the same."""
COUNTRIES = (
    "AE AL AO AR AU BD BG BO BR BW CH CL CO CU DE DK EC EG ES ET FI GH GR HU IE IN IS IT JO JP KE KH KW "
    "LB LK MA MG MX MY MZ NO NP OM PE PK PL PT PY QA RO RS SD SE SK SN SO TH TN TR TZ UG UY VN YE ZM ZW"
)
Name = tuple[str, ...]
"""In each of the languages."""


@cache
def names(kind: str) -> list[Name]:
    """All names of a kind: "country", "person", "organisation", "town" or "product"."""
    if kind == "country":
        territories = [Locale.parse(language).territories for language in LANGUAGES]
        return [tuple(names[code] for names in territories) for code in COUNTRIES.split()]
    return [in_each_language(*forms) for forms in _loaded()[kind]]


def in_each_language(*forms: str) -> Name:
    """A name from its forms in all languages, or from its one in Latin and its one in Arabic letters."""
    if len(forms) != 2:
        return forms
    latin, arabic = forms
    return tuple(arabic if language == "ar" else latin for language in LANGUAGES)


def in_language(name: Name, language: str) -> str:
    """A name as a language has it."""
    return name[LANGUAGES.index(language)]


def two_languages(chooser: random.Random) -> tuple[str, str]:
    """The languages of a question and of its passage, often the same."""
    asked, read = chooser.choices(LANGUAGES, WEIGHTS, k=2)
    return (read if chooser.random() < SAME_LANGUAGE else asked), read


@cache
def _loaded() -> Any:
    return json.loads(NAMES.read_text(encoding="utf-8"))
