"""Names in scripts that part no words (Chinese, Japanese, Thai, ...), told by what a sentence has and its source has not.

Without spaces and capitals a name cannot be told from a word. But a stretch of which no two letters stand together in the
source is new, and where the encoder's vocabulary, which is made of what is written often, has it only letter by letter, it is
likelier a name than another word for the same. Rare words are taken for names, too.
"""

import re

from index.encode import Encoder

UNPARTED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff々]+")
_SYLLABIC = re.compile(r"[\u3040-\u309f]+")
"""Hiragana, which endings and small words are written in."""
_HAN = re.compile(r"[\u3400-\u9fff々]")
_COMMON = 5000
"""Places in the vocabulary, which is ordered by frequency, before which a letter is a small word rather than part of a name."""
_BEFORE = "、"
"""Put before a stretch: the vocabulary has other pieces for the beginning of a text."""


def strange_stretch(sentence: str, source: str, encoder: Encoder) -> str:
    """The first stretch of a sentence that may be a name and that its source, a text in the same language, has not; or ""."""
    for run in UNPARTED.findall(sentence):
        for stretch in _new_in(run, source):
            if not _SYLLABIC.fullmatch(stretch) and _may_be_a_name(stretch, encoder):
                return stretch
    return ""


def _new_in(run: str, source: str) -> list[str]:
    """The stretches of a run that share no two neighbouring letters with the source; of one letter where it has not even that."""
    known = [False] * len(run)
    for at in range(len(run) - 1):
        if run[at : at + 2] in source:
            known[at] = known[at + 1] = True
    stretches = "".join("\n" if each else letter for letter, each in zip(run, known, strict=True)).split("\n")
    return [stretch for stretch in stretches if len(stretch) > 1 or (stretch and stretch not in source)]


def _may_be_a_name(stretch: str, encoder: Encoder) -> bool:
    pieces = encoder.token_ids(_BEFORE + stretch)[len(encoder.token_ids(_BEFORE)) :]
    if not _HAN.search(stretch):
        return len(stretch) > 2 and len(pieces) > 1
    return (len(pieces) > 1 or len(stretch) == 1) and max(pieces, default=0) > _COMMON
