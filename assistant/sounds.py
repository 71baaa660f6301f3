"""Whether two words spell one name: alike in sound, by the sounds that their scripts write."""

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import Levenshtein

from assistant.spelling import is_arabic, without_clitics

# --- Words of alphabets and syllabaries, by their sound in Latin letters ---

# Longest first. Upper case stands for sounds that languages write in more than one way.
_SOUNDS = (
    ("tsch", "C"), ("tch", "T"), ("tsh", "T"), ("sch", "C"), ("sh", "C"), ("ch", "C"), ("kh", "X"), ("gh", "g"),
    ("ph", "f"), ("dh", "d"), ("th", "t"), ("ck", "k"), ("dj", "j"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
    ("zh", "j"), ("gue", "ge"), ("gui", "gi"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("c", "k"), ("q", "k"), ("w", "v"),
    ("x", "ks"), ("y", "i"),
)  # fmt: skip
_SOUND = re.compile("|".join(written for written, _ in _SOUNDS))
_SOUND_OF = dict(_SOUNDS)
_VOWELS = frozenset("aeiou")
_REPEATED = re.compile(r"(.)\1+")
_NOT_SKELETON = re.compile(r"[aeiouh]+")
# Sounds that a transliteration writes one way or the other: each such pair costs something, so that few pass.
_NEAR = {
    frozenset(pair): cost
    for pair, cost in (
        ("ae", 0.25), ("ei", 0.25), ("ou", 0.25), ("Tt", 0.5), ("TC", 0.5), ("Xh", 0.5), ("Xk", 0.5), ("XC", 0.5),
        ("sz", 0.5), ("ji", 0.5), ("vu", 0.25), ("vf", 0.5), ("zd", 0.5),
    )
}  # fmt: skip
# Kadhafi and Gaddafi, Gamal and Jamal; inside a word they are two sounds.
_NEAR_AT_FIRST = {frozenset("kg"): 0.5, frozenset("gj"): 0.5}
_LAST_VOWELS = frozenset("ae")
_NEVER = 9.0
_SKELETON = str.maketrans({"T": "t", "C": "t", "X": "k", "g": "k", "j": "k", "z": "s", "d": "t", "v": "f"})


@lru_cache(maxsize=65536)
def _sounds(word: str) -> str:
    """A word as sounds: one sign a sound, doubled letters once."""
    # The nasal sign of Indic scripts, which anyascii always makes an m.
    latin = re.sub(r"[^a-z0-9]", "", anyascii(word.replace("ं", "न")).lower())
    # Yevgeny and Evgueni.
    latin = re.sub("^y(?=e)", "", _REPEATED.sub(r"\1", latin))
    return _REPEATED.sub(r"\1", _SOUND.sub(lambda found: _SOUND_OF[found[0]], latin))


def _drop(sounds: str, at: int, unwritten: bool) -> float:
    """What it costs that one spelling lacks this sound."""
    sound = sounds[at]
    if sound == "h":
        return 0.5
    if sound not in _VOWELS:
        return _NEVER
    # French adds an e to Putin and Rahman.
    if unwritten or (at == len(sounds) - 1 and sounds.endswith("ne")):
        return 0.5
    # Paul and Paula are two people, as are Daniel and Danielle, and in a short word every vowel counts. One vowel left out
    # and another put in, as in Anderson and Andersen, is too much.
    return 0.75 if 0 < at < len(sounds) - 1 and len(sounds) >= 7 else _NEVER


def _distance(first: str, second: str, unwritten: bool) -> float:
    """The edit distance of two words as sounds, by the costs above."""
    row = [0.0]
    for at in range(len(second)):
        row.append(row[-1] + _drop(second, at, unwritten))
    for above, sound in enumerate(first):
        previous, row = row, [row[0] + _drop(first, above, unwritten)]
        for at, other in enumerate(second):
            pair = frozenset((sound, other))
            change = 0.0 if sound == other else _NEAR.get(pair, _NEVER)
            if above == at == 0:
                change = min(change, _NEAR_AT_FIRST.get(pair, _NEVER))
            # Maria and Marie.
            if pair == _LAST_VOWELS and above == len(first) - 1 and at == len(second) - 1:
                change = _NEVER
            row.append(
                min(
                    previous[at] + change,
                    previous[at + 1] + _drop(first, above, unwritten),
                    row[at] + _drop(second, at, unwritten),
                )
            )
    return row[-1]


# --- Words in the Arabic script, as a pattern of the Latin spellings they allow ---

_LETTERS = {
    "ب": "[bp]", "پ": "p", "ت": "(?:tch|tsh|t)", "ث": "(?:th|[ts])", "ج": "(?:dj|dsch|gi|[gjc])", "چ": "(?:tch|tsch|tsh|ch)",
    "ح": "k?h", "خ": "(?:kh|ch|h|j|x)", "د": "[dt]", "ذ": "(?:dh|d|z)", "ر": "r", "ز": "[zs]", "ژ": "(?:zh|j)", "س": "[scz]",
    "ش": "(?:sch|sh|ch)", "ص": "[sc]", "ض": "(?:dh|d|z)", "ط": "t", "ظ": "(?:dh|z)", "ع": "[aeou]{0,2}", "غ": "(?:gh|g)",
    "ف": "(?:ph|f|v)", "ق": "(?:gh|kh|ck|[qkgc])", "ك": "(?:ch|ck|[kcq])", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "k?h",
    "ء": "", "ʦ": "(?:ts|tz|z)", "ξ": "(?:x|ks|cs)", "ﷲ": "[aou]la?h?",
}  # fmt: skip
_LONG = {"ا": "ae", "و": "ouwv", "ي": "iyej", "ى": "aiye"}
# Arabic has no ch, German z or x: it writes two letters for what Latin spells as one sound.
_PAIRS = (("الله", "ﷲ"), ("تش", "چ"), ("تس", "ʦ"), ("كس", "ξ"))
_RUNS = re.compile("[اويى]+|.")


def _long_vowel(runs: list[str], at: int) -> str:
    run = runs[at]
    allowed = "".join(_LONG[letter] for letter in run)
    # An alef that begins a word carries any vowel.
    if at == 0:
        return f"[{allowed}aeiou]{{1,3}}"
    # The e of Salem is no long i; but names from elsewhere have all their vowels written, as Michel's.
    if run == "ي" and at == len(runs) - 2 and not any(before[0] in _LONG for before in runs[:at]):
        return "[ae]?[iy]{1,2}[ae]?"
    return f"[ae]?[{allowed}]{{1,3}}"


def _short_vowel(runs: list[str], at: int) -> str:
    """The vowel that may stand, unwritten, before a consonant."""
    if at == 0 or runs[at - 1][0] in _LONG:
        return ""
    if at < len(runs) - 1:
        return "(?:ou|[aeiou])?"
    # In the last syllable a long one would be written: that tells Mahmoud from Mohamed, Karim from Karam. An i is short
    # after a long a only, where an a is none: Kamel, not Kamal.
    return "[eio]?" if at > 2 and runs[at - 2][-1] == "ا" else "[aeo]?"


@lru_cache(maxsize=16384)
def _spellings(word: str) -> re.Pattern[str]:
    """The Latin spellings that an Arabic word may have: its long vowels must be there, a short one may stand anywhere."""
    for pair, sign in _PAIRS:
        word = word.replace(pair, sign)
    runs = _RUNS.findall(_REPEATED.sub(r"\1", word))
    pieces = []
    for at, run in enumerate(runs):
        if run[0] in _LONG:
            pieces.append(_long_vowel(runs, at))
        elif run == "ه" and 0 < at == len(runs) - 1:
            pieces.append("[ae]?h" if runs[at - 1][0] in _LONG else "(?:[aeo]{1,2}h?|h)")
        elif run == "ش" and at == len(runs) - 1:
            # Guterres.
            pieces.append(_short_vowel(runs, at) + "(?:sch|sh|ch|s)")
        elif run == "ح" and (at == 0 or runs[:at] == ["ا", "ل"]):
            # Hassan, and Alassane.
            pieces.append("(?:k?h)?")
        else:
            pieces.append(_short_vowel(runs, at) + _LETTERS.get(run, re.escape(anyascii(run))))
    silent = {"و": "e?", "ا": "", "ي": "", "ى": "", "ه": ""}.get(runs[-1][-1], "(?:es?)?")
    return re.compile("".join(pieces) + silent)


def _same_arabic(first: str, second: str) -> bool:
    """Whether two Arabic words are one, or but for a long vowel in the middle of a long, and so most likely foreign, name."""
    if first == second:
        return True
    shorter, longer = sorted((first, second), key=len)
    # Salman and Suleiman are told apart by such a vowel.
    return len(shorter) > 5 and any(
        letter in _LONG and longer[:at] + longer[at + 1 :] == shorter for at, letter in enumerate(longer[1:-1], 1)
    )


def _is_indic(letter: str) -> bool:
    return "\u0900" <= letter <= "\u0dff"


def _same_sound(first: str, second: str) -> bool:
    one, two = _sounds(first), _sounds(second)
    if one == two:
        return bool(one)
    longest = max(len(one), len(two))
    # Louis and Louise are two.
    if first + "e" == second or second + "e" == first:
        return False
    # Numbers are exact, and of three letters or fewer no letter can be spared.
    if longest <= 3 or not one.isalpha() or not two.isalpha():
        return False
    skeletons = (_NOT_SKELETON.sub("", sounds).translate(_SKELETON) for sounds in (one, two))
    if Levenshtein.distance(*skeletons, score_cutoff=1) > 1:
        return False
    # 15 % of a word: one doubtful consonant or a missing vowel in five letters, two in seven.
    allowed = 0.3 if longest == 4 else 0.15 * longest
    return _distance(one, two, _is_indic(first[0]) or _is_indic(second[0])) <= allowed


@lru_cache(maxsize=65536)
def same_word(first: str, second: str) -> bool:
    """Whether two folded words spell one name: alike in sound, by the sounds that their scripts write."""
    if first == second:
        return True
    if is_arabic(second) and not is_arabic(first):
        first, second = second, first
    if not is_arabic(first):
        return _same_sound(first, second)
    for one in without_clitics(first):
        for two in without_clitics(second):
            if is_arabic(two):
                if _same_arabic(one.replace("ى", "ي"), two.replace("ى", "ي")):
                    return True
                continue
            latin = _REPEATED.sub(r"\1", re.sub(r"[^a-z]", "", anyascii(two).lower()))
            # Fewer than two consonants say too little.
            if len(one) > 2 and _spellings(one).fullmatch(latin):
                return True
    return False
