"""Whether two short texts name the same thing, across spellings, languages and scripts.

Countries and cities are known by their names in many languages; people and other things by the sound of their names. A wrong
merge is worse than a missed one: what merely shares a word, a given name or a sound here and there is not the same.
"""

import re
from functools import lru_cache

from assistant.demonyms import government_of
from assistant.gazetteer import ARTICLES, CONNECTORS, capital_of, cities, country, may_begin_country
from assistant.sounds import same_word
from assistant.spelling import is_arabic, without_clitics, words_of

# Words before a name that are no part of it.
TITLES = frozenset([
    "mr", "mrs", "ms", "miss", "dr", "doctor", "prof", "professor", "sir", "lord", "lady", "king", "queen", "prince",
    "princess", "president", "vice", "prime", "minister", "general", "gen", "colonel", "col", "captain", "capt", "major",
    "lieutenant", "lt", "admiral", "marshal", "sheikh", "shaykh", "imam", "ayatollah", "senator", "governor",
    "chancellor", "ambassador", "secretary", "judge", "chief", "commander", "leader", "emir", "sultan", "pope", "bishop",
    "reverend", "rev", "former", "ex", "late", "monsieur", "madame", "mme", "m", "docteur", "professeur", "roi", "reine",
    "presidente", "premier", "premiere", "ministre", "ministro", "ministra", "colonel", "capitaine", "commandant",
    "marechal", "amiral", "senateur", "gouverneur", "chancelier", "ambassadeur", "cheikh", "maitre", "senor", "senora",
    "don", "dona", "doctor", "rey", "reina", "coronel", "capitan", "comandante", "gobernador", "herr", "frau",
    "prasident", "prasidentin", "kanzler", "kanzlerin", "konig", "konigin", "minister", "ministerin", "oberst",
    "kapitan", "kapitanin",
    "hauptmann", "senhor", "senhora", "rei", "rainha", "capitao", "shugaban", "malam", "alhaji", "janar", "господин",
    "президент", "генерал", "премьер", "министр", "полковник", "king", "канцлер", "राष्ट्रपति", "प्रधानमंत्री", "श्री",
    "जनरल", "الرييس", "رييس", "الجنرال", "جنرال", "اللواء", "العميد", "العقيد", "الملازم", "النقيب", "الرايد", "المشير",
    "الفريق", "السيد", "السيده", "الدكتور", "دكتور", "الاستاذ", "الشيخ", "شيخ", "الامير", "الملك", "الملكه", "الوزير",
    "وزير", "الوزراء", "السفير", "القايد", "الحاج", "الامام", "ايه", "الله", "رییس", "ژنرال", "سرهنگ", "دكتر", "آقاي",
])  # fmt: skip
# "Servant of" begins many names and is written apart or together, with an article or without.
_SERVANT = re.compile(r"^abd(?:e|u|ou|a|o)?[lr]?$|^عبد$")
_SERVANT_JOINED = re.compile(r"^(?:abd(?:e|u|ou|a|o)l(?=[^aeiou])|عبدال)")
_FATHERS = frozenset(["al", "el", "ul", "ben", "bin", "ibn", "ould", "بن", "ابن", "ولد"])
# Kinds of things, which many names end with and none is known by.
_KINDS = frozenset([
    "state", "group", "party", "army", "bank", "company", "university", "river", "city", "council", "union", "front",
    "director", "manager", "officer", "engineer", "department", "office", "room", "hall", "school", "hospital", "library",
    "station", "bridge", "road", "team", "club", "resources", "direktor", "direktorin", "leiter", "leiterin", "raum",
    "schule", "directeur", "directrice", "salle", "movement", "ministry", "airport", "agency", "times", "post", "news",
    "street", "house", "court", "island", "islands", "war", "agreement", "deal", "conference", "forces", "force",
    "province", "region", "etat", "groupe", "banque", "parti", "armee", "fleuve", "estado", "grupo", "banco", "partido",
    "gruppe", "staat", "partei", "fluss", "دوله", "حزب", "بنك", "نهر", "مدينه",
])  # fmt: skip
# Before a post, what makes another one of it.
_DEGREES = frozenset([
    "deputy", "vice", "assistant", "associate", "senior", "junior", "acting", "interim", "head", "adjoint", "adjointe", "adjunto",
    "adjunta", "stellvertretender", "stellvertretende", "stellvertretenden", "نايب", "مساعد",
])  # fmt: skip
_DIGITS = re.compile(r"\d+")
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_BETWEEN = re.compile(r"[\s'’ʼ\-–—/]+")
_LONGEST_NAME = 6
_LONGEST_CITY = 3
_UNIONS = frozenset({"EU", "UN"})
NOUNS_HAVE_CAPITALS = frozenset({"de"})
_ENDS_QUESTION = "?!؟؛;"
_WHERE = frozenset(["in", "nach", "aus", "bei", "von", "ab", "bis"])
"""What stands right before a city in these languages: before a noun stands its article, or one that the preposition holds."""


@lru_cache(maxsize=16384)
def _name_words(name: str) -> tuple[str, ...]:
    """The words of a name that count: without articles and titles before it, "Abd" joined to the word that it belongs to."""
    words = list(words_of(name))
    named = next((at for at, word in enumerate(words) if not is_title(word) and word not in ARTICLES), None)
    if named is None:  # the Vice President
        named = next((at for at, word in enumerate(words) if word not in ARTICLES), len(words) - 1)
    del words[:named]
    kept: list[str] = []
    for at, word in enumerate(words):
        if kept and _SERVANT.match(kept[-1]):
            article = word in _FATHERS
            kept[-1] = ("عبد" if is_arabic(word) else "abd") + ("" if article else re.sub("^ال", "", word))
        elif word not in _FATHERS or at == len(words) - 1:
            kept.append(_SERVANT_JOINED.sub("عبد" if is_arabic(word) else "abd", word))
    return tuple(kept)


def _same_person_or_thing(first: tuple[str, ...], second: tuple[str, ...], whole: bool) -> bool:
    """Whether the words of two names spell one name, or the shorter is the last name, with or without others, of the longer."""
    if _numbers(first) != _numbers(second):
        return False
    joined, other = "".join(first), "".join(second)
    # Bokoharam, F16 and 习近平 against Boko Haram, F-16 and Xi Jinping.
    if len(joined) > 2 and (joined == other or (len(first) != len(second) and same_word(joined, other))):
        return True
    shorter, longer = sorted((first, second), key=len)
    if len(first) != len(second) and (whole or len(shorter[-1]) < 3 or not _has_last_name(longer, shorter)):
        return False
    # The last names must be the same, and the others of the shorter name come in the longer in their order.
    if not same_word(shorter[-1], longer[-1]):
        return False
    rest = iter(longer[:-1])
    return all(any(same_word(word, candidate) for candidate in rest) for word in shorter[:-1])


def _has_last_name(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    """Whether what the longer name has more can be given names: those of the Bank of England are none."""
    more = list(longer[: -len(shorter)])
    while more and more[-1] in ARTICLES:
        more.pop()
    if not more or CONNECTORS.intersection(more) or _DEGREES.intersection(more):
        return False
    return shorter[-1] not in _KINDS and not is_title(shorter[-1])


def is_title(word: str) -> bool:
    """Whether a folded word is a title or rank."""
    return bool(TITLES.intersection(without_clitics(word)))


def _numbers(words: tuple[str, ...]) -> str:
    return " ".join(_DIGITS.findall(" ".join(words)))


@lru_cache(maxsize=65536)
def same_name(first: str, second: str) -> bool:
    """Whether two short texts name the same thing: the same country or city, or a name that is spelt alike or sounds alike.

    A person's last name stands for the person, a title counts for nothing, unless it is all there is. Names that only share a
    word are two, and so are sweet potatoes and potatoes.
    """
    if words_of(first) == words_of(second):
        return bool(words_of(first))
    codes = country(first), country(second)
    if any(codes):
        return codes[0] == codes[1]
    one, two = _name_words(first), _name_words(second)
    if not one or not two:
        return False
    named = countries_named(first, freely=True), countries_named(second, freely=True)
    if one == two or (all(named) and named[0] != named[1]):  # Nigerien and Nigerian sound alike
        return one == two
    places = cities(first), cities(second)
    if all(places):
        return bool(places[0] & places[1])
    # A city and what is none by its names may be one spelt otherwise, but not the city and something named after it.
    longer = first if len(one) > len(two) else second
    return _same_person_or_thing(one, two, whole=any(places) or longer.split()[-1][0].islower())


@lru_cache(maxsize=65536)
def same_party(first: str, second: str) -> bool:
    """Whether two texts name the same party to a deal: the same name, or a country by its capital, government or people."""
    parties = party(first), party(second)
    if any(parties):
        return parties[0] == parties[1]
    return same_name(first, second)


def party(name: str) -> str:
    """The code of the country that a text names as a party to a deal: by its name, capital, government or people; or ""."""
    return country(name) or government_of(name) or capital_of(name)


def names_in(text: str, name: str, language: str = "") -> bool:
    """Whether a text, a question for instance, names the thing, in any spelling, language or script that is known.

    `language` is the text's. The last name alone stands for a person where a capital tells that it is a name: in German, or in
    lower case throughout, "room" does not name the Oak Room.
    """
    parts = _parts(text)
    if wanted := country(name):
        return wanted in _countries_in(parts)
    lower = text.islower()
    length = len(_name_words(name))
    capitals_tell = not lower and language not in NOUNS_HAVE_CAPITALS
    for start, part in enumerate(parts):
        if not lower and part[0].islower():
            continue
        for end in range(start + 1, min(len(parts), start + _LONGEST_NAME) + 1):
            if end - start < length and (not capitals_tell or _goes_on(parts, start, end)):
                continue  # "Bazoum" of "Mohamed Bazoum" does not stand for Hadiza Bazoum
            if same_name(_joined(parts[start:end]), name):
                return True
    return False


def _goes_on(parts: list[str], start: int, end: int) -> bool:
    """Whether what stands beside some parts has a capital as well, and so may be more of the same name."""
    before = (
        start > 1
        and parts[start - 1][0].isupper()
        and parts[start - 1][-1].isalnum()
        and not TITLES.intersection(words_of(parts[start - 1]))
    )
    return before or (end < len(parts) and parts[end - 1][-1].isalnum() and parts[end][0].isupper())


@lru_cache(maxsize=4096)
def countries_named(text: str, *, freely: bool = False, adjectives: bool = False) -> frozenset[str]:
    """The codes of the countries that a text names, by their adjectives too where these have a capital letter.

    `adjectives` counts those without one, as most languages write them; `freely` does, and names of capitals as well.
    """
    parts = _parts(text)
    found = _countries_in(parts)
    for part in parts:
        word = part.strip('"“”«»()[],.;:!?؟،؛')
        if len(word) > 2 and (freely or adjectives or not word[0].islower()):
            found.add(government_of(word))
            if freely:
                found.add(capital_of(word))
    return frozenset(code for code in found if len(code) == 2 and code not in _UNIONS)


@lru_cache(maxsize=4096)
def unions_named(text: str) -> frozenset[str]:
    """The codes of the unions that a text names, which are no countries: EU and UN."""
    return frozenset(_countries_in(_parts(text)) & _UNIONS)


@lru_cache(maxsize=4096)
def cities_named(text: str, *, surely_in: str = "") -> frozenset[int]:
    """The numbers of the large cities and capitals that a text may name, in scripts with capitals by words that have one.

    `surely_in` is the language of a text of which only those are wanted that can hardly be common words.
    """
    parts = [part for part in _BETWEEN.split(text) if part]
    found: set[int] = set()
    for start, part in enumerate(parts):
        if not part[0].islower():
            for end in range(start + 1, min(len(parts), start + _LONGEST_CITY) + 1):
                if not surely_in or _is_surely_a_name(parts, start, end, surely_in):
                    found |= cities(_joined(parts[start:end]))
    return frozenset(found)


def _is_surely_a_name(parts: list[str], start: int, end: int, language: str) -> bool:
    """Whether what may be a city is surely named: behind the first word, which has a capital letter whatever it is, and no noun.

    The capital of a country may stand anywhere else. Without capital letters it alone is sure: "the city" is one too in Arabic.
    """
    if start == 0 or parts[start - 1][-1] in _ENDS_QUESTION:
        return False
    if capital_of(_joined(parts[start:end])):
        return True
    is_noun = language in NOUNS_HAVE_CAPITALS and end - start == 1 and parts[start - 1].casefold() not in _WHERE
    return parts[start][0].isupper() and not is_noun


def _parts(text: str) -> list[str]:
    """The pieces that names are looked for in: letters in scripts without spaces, words in others."""
    return [piece for token in _BETWEEN.split(text) if token for piece in (token if _NO_SPACES.search(token) else (token,))]


def _joined(parts: list[str]) -> str:
    return ("" if _NO_SPACES.search(parts[0]) else " ").join(parts)


def _countries_in(parts: list[str]) -> set[str]:
    """The countries that the parts name, each by its longest name: South Sudan is not Sudan besides."""
    found: set[str] = set()
    start = 0
    while start < len(parts):
        longest = _LONGEST_NAME + 2 if _NO_SPACES.search(parts[start]) or may_begin_country(parts[start]) else 1
        for end in range(min(len(parts), start + longest), start, -1):
            if code := country(_joined(parts[start:end])):
                found.add(code)
                break
        start = end
    return found
