"""Which language a text is in: the script decides where it can, py3langid among the languages of the script elsewhere."""

from bisect import bisect_right
from collections import Counter, defaultdict
from functools import lru_cache
from typing import Any

_SAMPLE = 2000
_MIN_CONFIDENCE = 0.2
"""On questions cut to one to five words, guesses below this are right less than a third of the time."""

# Where each script's letters begin, and whose they are: the language itself if the script has only one that
# py3langid knows, else the script's name in capitals; "" for anything that is no letter of a known script.
_BLOCKS = [
    (0x0000, ""), (0x0041, "LATIN"), (0x005B, ""), (0x0061, "LATIN"), (0x007B, ""), (0x00C0, "LATIN"), (0x00D7, ""),
    (0x00D8, "LATIN"), (0x00F7, ""), (0x00F8, "LATIN"), (0x02B0, ""), (0x0370, "el"), (0x0400, "CYRILLIC"),
    (0x0530, "hy"), (0x0590, "he"), (0x0600, "ARABIC"), (0x0700, ""), (0x0750, "ARABIC"), (0x0780, ""),
    (0x08A0, "ARABIC"), (0x0900, "DEVANAGARI"), (0x0980, "BENGALI"), (0x0A00, "pa"), (0x0A80, "gu"), (0x0B00, "or"),
    (0x0B80, "ta"), (0x0C00, "te"), (0x0C80, "kn"), (0x0D00, "ml"), (0x0D80, "si"), (0x0E00, "th"), (0x0E80, "lo"),
    (0x0F00, "dz"), (0x1000, "my"), (0x10A0, "ka"), (0x1100, "HANGUL"), (0x1200, "am"), (0x13A0, ""), (0x1780, "km"),
    (0x1800, ""), (0x1C80, "CYRILLIC"), (0x1C90, "ka"), (0x1CC0, ""), (0x1E00, "LATIN"), (0x1F00, "el"), (0x2000, ""),
    (0x2DE0, "CYRILLIC"), (0x2E00, ""), (0x3005, "HAN"), (0x3008, ""), (0x3041, "KANA"), (0x3100, "HAN"),
    (0x3130, "HANGUL"), (0x3190, ""), (0x31F0, "KANA"), (0x3200, ""), (0x3400, "HAN"), (0xA000, ""), (0xA640, "CYRILLIC"),
    (0xA6A0, ""), (0xAC00, "HANGUL"), (0xD7B0, ""), (0xF900, "HAN"), (0xFB00, ""), (0xFB1D, "he"), (0xFB50, "ARABIC"),
    (0xFE00, ""), (0xFE70, "ARABIC"), (0xFEFF, ""), (0xFF66, "KANA"), (0xFFA0, ""), (0x20000, "HAN"), (0x32000, ""),
]  # fmt: skip
_STARTS = [start for start, _ in _BLOCKS]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHARED = {
    "ARABIC": _words("ar fa ps ug ur ku"),
    "BENGALI": _words("as bn"),
    "CYRILLIC": _words("ba be bg kk ky mk mn ru sr tg tt uk"),
    "DEVANAGARI": _words("hi mr ne sa"),
}
_NOT_LATIN = frozenset[str]().union(*_SHARED.values()) - {"ku", "sr"}
# py3langid also knows varieties that have no ISO 639-1 code of their own; they count for the language they are written as.
_VARIETIES = {
    "arz": "ar", "ary": "ar", "sdh": "ku", "uzs": "uz", "wuu": "zh", "yue": "zh", "pcm": "en", "nn": "no",
    "grc": "el", "hbo": "he", "kik": "ki", "gug": "gn", "fuv": "ff",
}  # fmt: skip
# The languages most read and written; a question of five words is far likelier French than Latin, so they weigh more.
_COMMON = _words("ar bg bn cs da de el en es fa fi fr he hi hu id it ja ko mr nl no pl pt ro ru sv sw ta te th tr uk ur vi zh")
_COMMON_WEIGHT = 3.0
_RIGHT_TO_LEFT = _words("ar dv fa he ku ps sd ug ur yi")


def detect_language(text: str, default: str = "und") -> str:
    """Tell the ISO 639-1 code of the language of a text of any length; `default` where it cannot be told.

    Only a sample is read: the beginning, and the middle of a long text. Thread-safe; the model is loaded at the first call.
    """
    if len(text) > _SAMPLE:
        middle = len(text) // 2
        text = text[: _SAMPLE // 2] + "\n" + text[middle : middle + _SAMPLE // 2]
    scripts = {character: _BLOCKS[bisect_right(_STARTS, ord(character)) - 1][1] for character in set(text)}
    script = _dominant_script(Counter(map(scripts.__getitem__, text)))
    if not script or script.islower():
        return script or default
    # Words in other scripts are names and quotations, and mislead.
    text = "".join(character for character in text if scripts[character] in {script, ""})
    scores: defaultdict[str, float] = defaultdict(float)
    for label, probability in _identifier().rank(text):
        language = _VARIETIES.get(label, label)
        if len(language) == 2 and (language in _SHARED[script] if script in _SHARED else language not in _NOT_LATIN):
            scores[language] += probability * (_COMMON_WEIGHT if language in _COMMON else 1.0)
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] >= _MIN_CONFIDENCE * sum(scores.values()) else default


def is_right_to_left(language: str) -> bool:
    """Whether a language (ISO 639-1) is written from right to left."""
    return language in _RIGHT_TO_LEFT


def _dominant_script(letters: Counter[str]) -> str:
    """The script most letters belong to, as `_BLOCKS` names it, a language where that settles it, or "" without letters.

    A letter outside the Latin script counts for more: names and brands in Latin letters stand in all other scripts, while
    the reverse is rare, and one Han character or syllable says as much as several letters.
    """
    east = {script: letters[script] for script in ("HAN", "KANA", "HANGUL")}
    weights = {script: count * (1.0 if script == "LATIN" else 3.0) for script, count in letters.items()}
    weights = {script: weight for script, weight in weights.items() if script and script not in east}
    weights["east"] = sum(east.values()) * 4.0
    best = max(weights, key=lambda script: weights[script])
    if best != "east":
        return best
    if east["HANGUL"] * 2 > sum(east.values()):
        return "ko"
    return "ja" if east["KANA"] * 6 > sum(east.values()) else "zh" if east["HAN"] else ""


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """A model of our own: the package's shared one can be restricted by anyone in the process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
