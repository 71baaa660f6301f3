"""Numbers in a text, with their units or currencies, as ranges as wide as they are rounded or vague."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from assistant.measures import Reading, Words, in_base, words_for
from assistant.spelling import folded

# How far a rounded or vague number may be from the exact one: never more than this part of it.
_VAGUE = 0.05
# What stands before a number, by whether the exact one is below, above or about it.
_BEFORE = {
    "nearly": (
        "nearly|almost|close to|just under|presque|pres de|casi|quase|perto de|fast|knapp|beinahe|ما يقارب|قرابه|"
        "نزديك به|लगभग|करीब|近|将近|接近|kusan"
    ),
    "below": (
        "less than|fewer than|no more than|not more than|no greater than|under|below|up to|at most|moins de|pas plus de|jusqu'a|"
        "menos de|no mas de|hasta|nao mais de|nao mais do que|ate|weniger als|nicht mehr als|hochstens|maximal|"
        "unter|bis zu|اقل من|ما يصل الي|حتي|لا يزيد عن|لا يزيد علي|لا يتجاوز|لا تتجاوز|كمتر از|से कम|不到|不超过|最多|"
        "kasa da"
    ),
    "above": (
        "more than|no less than|not less than|no fewer than|not fewer than|over|above|at least|upwards of|"
        "in excess of|plus de|pas moins de|au moins|mas de|no menos de|al menos|por lo menos|mais de|"
        "nao menos de|pelo menos|mehr als|nicht weniger als|uber|mindestens|اكثر من|ما يزيد علي|ما يزيد عن|"
        "علي الاقل|لا يقل عن|لا تقل عن|بيش از|超过|逾|至少|fiye da|sama da"
    ),
    "about": (
        "about|around|approximately|roughly|some|circa|an estimated|environ|autour de|a peu pres|quelque|unos|unas|"
        "alrededor de|aproximadamente|cerca de|por volta de|etwa|rund|ungefahr|ca.|نحو|حوالي|زهاء|تقريبا|حدود|大约|约|約|wajen"
    ),
}
SIDED = frozenset({"en", "fr", "es", "pt", "de", "ar", "fa", "hi", "zh", "ha"})
"""The languages that these words are of."""
_DENIALS = frozenset({"no", "not", "pas", "nao", "nicht"})
_OTHERWISE_TOO = frozenset(
    {"over", "above", "under", "below", "up to", "hasta", "jusqu'a", "ate", "uber", "unter", "bis zu", "حتي"}
)
"""Words that say much else before a number: in German one has at one's disposal "über 2 Millionen"."""
_BOUNDS = {
    "nearly": (1 - _VAGUE, 1.0),
    "below": (1 - _VAGUE, 1.0),
    "above": (1.0, 1 + 2 * _VAGUE),
    "about": (1 - _VAGUE, 1 + _VAGUE),
}
# Groups of three with spaces between them, digits with any other signs between them, or decimals without a number before them.
_DIGITS = r"(?:\d{1,3}(?:\s\d{3})+(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,'٬٫]\d+)*|\.\d+)"
# Languages that say "million 26".
_MULTIPLIER_FIRST = frozenset({"ha", "sw"})
# Words for small numbers are other words too in these languages, unless what is counted follows.
_ONLY_COUNTED = frozenset({"fa", "hi", "zh"})
_YEARS = range(1000, 2101)
# The years of the Persian calendar begin in March, and these are of the last hundred and of the coming ones.
_PERSIAN_YEARS = range(1300, 1451)
_BASES = {
    "length": "metre", "mass": "kilogram", "duration": "second", "area": "square metre", "volume": "litre", "power": "watt",
    "speed": "metre per second", "temperature": "celsius", "energy": "kilowatt hour", "percent": "percent",
}  # fmt: skip


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(names, key=len, reverse=True)) or "(?!)"


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """A number of the language's, in digits or words, with what may stand around it."""
    words = words_for(language)
    unspaced = language[:2] in {"zh", "ja"}
    end = "" if unspaced else r"(?!\w)"
    tokens = _any({token for name in words.numbers for token in name.split()})
    # No number below a thousand takes more words.
    spelt = f"(?:{tokens}){{1,9}}" if unspaced else rf"(?:{tokens})(?!\w)(?:[\s-]+(?:{tokens})(?!\w)){{0,7}}"
    signs = [name for name in words.currencies if not name.isalpha() or len(name) == 3]
    before = "|".join(f"(?P<{side}>{_any(map(folded, names.split('|')))})" for side, names in _BEFORE.items())
    # Arabic writes "and", "in" and the like onto a word.
    prefix = "[وبلف]?" if language[:2] in {"ar", "fa"} else ""
    digits = rf"(?<![a-z_]-)(?<![a-z_\d.])(?<!\d[,:/])-?{_DIGITS}"
    number = rf"(?:{digits}|(?<!\w){prefix}(?:{spelt}))"
    lead = f"(?:{_any(words.multipliers)})" if language[:2] in _MULTIPLIER_FIRST else "(?!)"
    return re.compile(
        rf"(?:(?<!\w)(?:{before})\s*)?(?P<lead>(?<!\w){lead}\s+)?(?P<sign>(?<![^\W\d])(?:{_any(signs)})\s?)?(?P<number>{number})"
        rf"(?:\s*-\s*(?P<to>{_DIGITS})(?![\d:]))?"
        rf"(?P<times>(?:[\s-]*(?:{_any(words.multipliers)}){end})*)"
        rf"(?:[\s-]*(?:d'|de\s+|of\s+)?(?:(?P<money>{_any(words.currencies)})|(?P<unit>{_any(words.units)})){end})?"
    )


@cache
def denied_bounds() -> re.Pattern[str]:
    """What bounds a number by a denial, "no more than", and denies nothing itself; in folded text, with the number behind it."""
    names = (name for side in ("below", "above") for name in _BEFORE[side].split("|") if name.split()[0] in _DENIALS)
    return re.compile(rf"(?<!\w)(?:{_any(names)})(?=\s+\d)")


@cache
def _sides() -> re.Pattern[str]:
    names = "|".join(f"(?P<{side}>{_any(map(folded, written.split('|')))})" for side, written in _BEFORE.items())
    return re.compile(rf"(?<!\w)(?:{names})\s*$")


def bound_before(text: str) -> str | None:
    """Whether what stands right before a number bounds it: "below" or "above" the number that is written, or "nearly" that.

    "" where it is neither, or about it; None where that cannot be told.
    """
    found = _sides().search(folded(text))
    if found is None or found.lastgroup == "about":
        return ""
    return None if found[0].strip() in _OTHERWISE_TOO else found.lastgroup


def without_bound(text: str) -> str:
    """What stands before a number, folded, without the words right before it that bound it."""
    return _sides().sub("", folded(text))


def side_before(text: str) -> str | None:
    """As `bound_before`, with what is nearly a number "below" it."""
    bound = bound_before(text)
    return "below" if bound == "nearly" else bound


@cache
def _duals(language: str) -> dict[str, re.Pattern[str]]:
    """The words that say two of a unit, as Arabic has them, by unit."""
    duals = words_for(language).duals
    return {
        unit: re.compile(rf"(?<!\w)[وبلف]?({_any(name for name, each in duals.items() if each == unit)})(?!\w)")
        for unit in set(duals.values())
    }


def _amount(written: str, decimal: str) -> tuple[float, float] | None:
    """The number that digits write, and the worth of its last one; none where they are no number, as in 1.2.3."""
    # These are never decimal signs, and leave the one that stands beside them to be it.
    if len(groups := re.split(r"[\s'٬]", written)) > 1:
        written, decimal = "".join(groups), re.sub(r"[^.,٫]", "", groups[-1])
    if "٫" in written:
        written, decimal = re.sub("[.,]", "", written).replace("٫", "."), "."
    signs = [sign for sign in written if sign in ".,"]
    whole, fraction = written, ""
    if len(set(signs)) == 2:
        if signs.count(signs[-1]) > 1:
            return None
        whole, fraction = written.rsplit(signs[-1], 1)
    elif len(signs) == 1:
        before, after = written.split(signs[0])
        # Three digits after a sign are thousands, unless the language writes its decimals with it.
        if len(after) != 3 or signs[0] == decimal or before.lstrip("-") in {"", "0"}:
            whole, fraction = before, after
    groups = re.split("[.,]", whole)
    # Indian thousands are counted by twos before the last three.
    if len(groups) > 1 and (len(groups[-1]) != 3 or not all(len(group) in {2, 3} for group in groups[1:])):
        return None
    return float("".join(groups) + "." + (fraction or "0")), 10.0 ** -len(fraction)


def _spelt(written: str, numbers: dict[str, int], prefixed: bool) -> tuple[int, int] | None:
    """The number that the first of the words make, and how many characters they take."""
    joined = re.sub(r"[\s-]", " ", written)
    for start in (0, 1) if prefixed else (0,):
        for end in sorted({len(joined), *(found.start() for found in re.finditer(" ", joined))}, reverse=True):
            name = re.sub(" +", " ", joined[start:end])
            if name in numbers:
                return numbers[name], end
    return None


def _range(low: float, high: float, step: float, found: re.Match[str] | None) -> tuple[float, float]:
    """The bounds of what a number, or the two ends of a range, may be exactly."""
    side = next((side for side in _BEFORE if found[side]), None) if found else None
    if side and low == high:
        edges = sorted(low * bound for bound in _BOUNDS[side])
        return edges[0], edges[1]
    # A rounded number may be half of its last digit off.
    below, above = (min(step / 2, _VAGUE * abs(value) or step / 2) for value in (low, high))
    return low - below, high + above


def _in_words(found: re.Match[str], words: Words, language: str, bare: bool) -> tuple[float, int] | None:
    """The number that the words found make, and where it ends: further words may be another number."""
    spelt = _spelt(found["number"], words.numbers, language in {"ar", "fa"})
    if spelt is None:
        return None
    number, length = spelt
    cut = length < len(found["number"])
    # "One" and "a" are rarely meant as numbers, and "a day" is none.
    if found["number"] == "a" and not found["times"]:
        return None
    if (bare or cut) and (number < 2 or language in _ONLY_COUNTED):
        return None
    return number, found.start("number") + length if cut else found.end()


def _with_unit(found: re.Match[str], words: Words, low: float, high: float) -> tuple[str, float, float, str, str]:
    """A range with its unit or currency: its kind, its bounds in the base unit, that unit, and the one of the text."""
    if money := found["money"] or (found["sign"] or "").strip():
        code = words.currencies[re.sub(r"\s+", " ", money)]
        return "money", low, high, code, code
    if found["unit"]:
        name = words.units[re.sub(r"\s+", " ", found["unit"])]
        kind, base = in_base(name, low)
        return kind, base, in_base(name, high)[1], _BASES[kind], name
    return "number", low, high, "", ""


def _years(found: re.Match[str], low: float, high: float, language: str) -> Reading | None:
    """A bare number of four digits as the year, or the decade, that it may be."""
    vague = found["nearly"] or found["below"] or found["above"]
    if vague or not re.fullmatch(r"\d{4}", found["number"]) or low not in _YEARS or high not in _YEARS:
        return None
    end = found.end()
    if found.string[end : end + 1] == "s":
        high, end = high + 9, end + 1
    days = date(int(low), 1, 1).toordinal(), date(int(high), 12, 31).toordinal()
    if language == "fa" and low in _PERSIAN_YEARS and high in _PERSIAN_YEARS:
        days = date(int(low) + 621, 3, 21).toordinal(), date(int(high) + 622, 3, 20).toordinal()
    return Reading(found.start("number"), end, "date", *days, "day", "year")


def _reading(found: re.Match[str], language: str) -> Reading | None:
    """What a number that was found says; none if it is no number after all."""
    words = words_for(language)
    times = (found["lead"] or "") + found["times"]
    bare = not (found["money"] or found["sign"] or found["unit"] or times.strip())
    start = next(found.start(part) for part in ("lead", "sign", "number") if found[part])
    end, step = found.end(), 1.0
    if found["number"][-1].isdigit():
        one = _amount(found["number"], words.decimal)
        other = _amount(found["to"], words.decimal) if found["to"] else one
        if one is None or other is None:
            return None
        if other[0] < one[0]:
            # A score, or a telephone number.
            return Reading(start, found.end("number"), "number", one[0] - one[1] / 2, one[0] + one[1] / 2, "")
        low, high, step = one[0], other[0], min(one[1], other[1])
    else:
        spelt = _in_words(found, words, language[:2], bare)
        if spelt is None:
            return None
        low = high = spelt[0]
        if spelt[1] < end:
            return Reading(start, spelt[1], "number", low - 0.5, high + 0.5, "")
    if bare and (years := _years(found, low, high, language[:2])):
        return years
    # $5m are five million.
    factor = 1e6 if found["sign"] and found["unit"] == "m" else 1.0
    for name in re.findall(_any(words.multipliers), times):
        factor *= words.multipliers[re.sub(r"\s+", " ", name)]
    kind, low, high, unit, written = _with_unit(found, words, *_range(low * factor, high * factor, step * factor, found))
    return Reading(start, end, kind, low, high, unit, written)


def numbers(text: str, language: str) -> Iterator[Reading]:
    """The numbers in a folded text, in their order."""
    at = 0
    pattern = _pattern(language)
    while found := pattern.search(text, at):
        reading = _reading(found, language)
        at = reading.end if reading else found.start("number") + 1
        if reading:
            yield reading
    for unit, dual in _duals(language).items():
        for found in dual.finditer(text):
            kind, amount = in_base(unit, 2.0)
            yield Reading(found.start(1), found.end(), kind, *_range(amount, amount, amount / 2, None), _BASES[kind], unit)
