"""Exact match and F1 of an answer against the expected ones, in any language.

As in SQuAD (Rajpurkar et al. 2016), with MLQA's changes for other languages (Lewis et al. 2020): articles and punctuation of the
language do not count, and where words are not parted by spaces each character is a word.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_ARTICLES = {
    "en": re.compile(r"\b(a|an|the)\b"),
    "es": re.compile(r"\b(un|una|unos|unas|el|la|los|las)\b"),
    "fr": re.compile(r"\b(un|une|des|le|la|les)\b"),
    "de": re.compile(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b"),
    "vi": re.compile(r"\b(của|là|cái|chiếc|những)\b"),
    "ar": re.compile(r"(?<!\w)ال"),
}
_ELISIONS = {"fr": re.compile(r"\b[ld]['’]")}
_SYMBOLS = frozenset("$+<=>^`|~")  # with the marks that Unicode calls punctuation, what SQuAD's own script takes away
_UNSPACED = re.compile("([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


def answer_words(text: str, language: str) -> list[str]:
    """The words that count, normalised: compatibility forms, case, digits, punctuation, articles."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = "".join(
        str(unicodedata.digit(character)) if unicodedata.category(character) == "Nd" else character for character in folded
    )
    if language in _ELISIONS:
        folded = _ELISIONS[language].sub(" ", folded)
    kept = "".join(character for character in folded if unicodedata.category(character)[0] != "P" and character not in _SYMBOLS)
    if language in _ARTICLES:
        kept = _ARTICLES[language].sub(" ", kept)
    return _UNSPACED.sub(r" \1 ", kept).split()


def exact_match(answer: str, expected: Sequence[str], language: str) -> float:
    """1 where the answer's words are those of one of the expected answers, else 0; no answer expected: 1 for an empty one."""
    words = answer_words(answer, language)
    return float(any(words == answer_words(one, language) for one in expected or [""]))


def f1(answer: str, expected: Sequence[str], language: str) -> float:
    """The harmonic mean of precision and recall over words, the best over the expected answers."""
    words = answer_words(answer, language)
    return max(_overlap(words, answer_words(one, language)) for one in expected or [""])


def _overlap(words: Sequence[str], expected: Sequence[str]) -> float:
    if not words or not expected:
        return float(words == expected)
    shared = sum((Counter(words) & Counter(expected)).values())
    return 2 * shared / (len(words) + len(expected))
