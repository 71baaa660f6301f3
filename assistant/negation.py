"""Whether a sentence denies something, told by the words that deny, in the languages that are read most.

What denies a denial says it: "it is not true that they do not pay", "they never refuse to pay".
"""

import re
from functools import cache

from .quantities import denied_bounds
from .spelling import folded

_WORDS = {
    "en": r"not|cannot|never|nobody|nothing|none|neither|nor|without|no|nowhere|\w+n't|refus\w+|den(?:y|ies|ied)|failed to",
    "fr": r"ne|n'\w+|pas|jamais|aucun|aucune|sans|rien|personne ne|ni|refus\w+|ni[ae]nt?",
    "es": r"no|nunca|jamas|ningun|ninguna|ninguno|nada|nadie|sin|tampoco|ni|rehus\w+|neg(?:o|aron)",
    "pt": r"nao|nunca|jamais|nenhum|nenhuma|nada|ninguem|sem|nem|recus\w+",
    "it": r"non|mai|nessun[oa]?|niente|nulla|senza|ne|rifiut\w+",
    "de": r"nicht|kein\w*|nie|niemals|niemand|nichts|ohne|weder|verweiger\w+|weiger\w+",
    "ar": r"[وف]?لا|[وف]?لم|[وف]?لن|[وف]?ليس\w*|[وف]?لست|بدون|دون|[وف]?رفض\w*|[وف]?نف(?:ي|ت|وا)",
    "fa": r"نه|ن?مي?ست|نيست\w*|نبود\w*|نمي\w*|نخواهد|نشد\w*|نكرد\w*|بدون|هيچ",
    "ru": r"не|нет|ни|никогда|никто|ничего|без|нельзя",
    "tr": r"degil\w*|yok|yoktur|hayir|asla|hic|hicbir|\w+(?:madi|medi|mayan|meyen|maz|mez|miyor\w*|muyor\w*)",
    "ha": r"babu|ba|bai|bata|basu",
    "sw": r"si|sio|hapana|hakuna|bila|kamwe|ha(?:wa|ku|i|tu|u)\w+",
    "hi": r"नहीं|नही|मत|बिना",
}
_FRAMES = {
    "en": r"(?:not|\w*n't)\W+(?:\w+\W+)?(?:true|right|correct|accurate|case|fact)\W+(?:to \w+\W+)?that|"
    r"it\W+(?:is|was|s|would be)\W+(?:false|untrue|wrong|incorrect)\W+(?:to \w+\W+)?that",
    "fr": r"n\W*\w+ pas (?:vrai|exact|juste|correct) (?:de dire )?qu\w*|"
    r"il (?:est|serait) (?:faux|inexact|incorrect) (?:de dire )?qu\w*",
    "es": r"no es (?:cierto|verdad|correcto|exacto) que|es (?:falso|incorrecto|mentira) que",
    "pt": r"nao e (?:verdade|certo|correto|exato) que|e (?:falso|incorreto|mentira) que",
    "it": r"non e (?:vero|esatto|corretto) che|e (?:falso|sbagliato|inesatto) che",
    "de": r"nicht (?:wahr|richtig|korrekt|der fall)\W+dass|stimmt nicht\W+dass|"
    r"(?:falsch|unwahr|unrichtig)\W+(?:zu sagen\W+)?dass",
    "ar": r"ليس(?:ت)? (?:من )?(?:ال)?(?:صحيح\w*|حقيق\w*) ان|(?:غير|لا) (?:ال)?صحيح ان|"
    r"من (?:الخطا|الكذب|غير الصحيح) (?:القول )?ب?ان",
    "ru": r"(?:неправда|неверно|не верно|не правда)\W+что",
    "sw": r"si kweli kwamba",
    "ha": r"ba gaskiya ba ne cewa",
}
"""What denies all that comes after it, as folded() writes it."""
_AND = {
    "en": "and|or|but|nor|yet|while|because|as|so|then|than|since|though|although|when|if|unless|until",
    "es": "y|e|o|u|ni|pero|sino|mas|porque|pues|aunque|mientras|cuando|si|que",
    "pt": "e|ou|nem|mas|porque|pois|embora|enquanto|quando|que",
    "de": "und|oder|aber|sondern|weil|denn|doch|da|als|wenn|wahrend|obwohl|dass|noch",
}
"""What begins a clause that denies something of its own: "they did not pay but refused talks"."""
_GAP = {language: rf"\s+(?:(?!(?:{words})\s)\w+\s+)" for language, words in _AND.items()}
_TWICE = {
    "en": rf"(?:not|never|cannot|nobody|none|\w+n't){_GAP['en']}{{0,2}}?(?:refus\w+|den(?:y|ies|ied)|fail\w* to)",
    "fr": r"(?:n'\w+|ne\s+\w+)\s+(?:pas|jamais)\s+(?:refus\w+|nie\w*)",
    "es": rf"(?:no|nunca){_GAP['es']}{{0,2}}?(?:rehus\w+|neg(?:o|aron))",
    "pt": rf"(?:nao|nunca){_GAP['pt']}{{0,2}}?recus\w+",
    "de": rf"(?:nicht|nie){_GAP['de']}{{0,3}}?(?:ver)?weiger\w+|(?:ver)?weiger\w+{_GAP['de']}{{0,3}}?(?:nicht|nie)",
    "ar": r"(?:لم|لا|لن|ما) [يترن]?رفض\w*|(?:لم|لا|لن) [يتن]نف\w*",
}
"""What denies a refusal, within one clause: neither a comma nor a conjunction stands between."""
_ONLY = {
    "en": r"(?:not|\w+n't)\W+(?:only|just|merely|solely)",
    "fr": r"non seulement|n(?:e\s+|')\w+\s+(?:(?:\w+\s+)?pas\s+(?:seulement|uniquement)|que|qu'\w+)",
    "es": r"no\W+(?:solo|solamente|unicamente)",
    "pt": r"nao\W+(?:so|somente|apenas)",
    "it": r"non\W+(?:solo|soltanto|solamente)",
    "de": r"nicht\W+(?:nur|allein|bloss)",
    "ar": r"(?:[وف]?لا|[وف]?لم|[وف]?لن|[وف]?ليس\w*)\W+(?:\w+\W+){0,6}?(?:فحسب|فقط)|[وف]?لا سيما",
    "ru": r"не\W+только",
    "sw": r"si\W+tu",
}
"""What denies that something is all there is, and so says it; and "above all" in Arabic, which denies its like."""
_CHINESE_OTHERS = re.compile("未来|未來|不断|不斷|不仅|不僅|不但|不只|不同|不过|不過|不久|不少|无论|無論")
"""Words with a sign of denial in them that deny nothing."""
_CHINESE = re.compile("不|没|沒|未|无(?!人机)|無|勿|莫")


def denies(sentence: str, language: str) -> bool | None:
    """Whether a sentence denies something; None in a language whose words for it are not known here."""
    if language[:2] == "zh":
        return bool(_CHINESE.search(_CHINESE_OTHERS.sub(" ", sentence)))
    if language[:2] not in _WORDS:
        return None
    text = denied_bounds().sub(" ", folded(sentence))
    text = _pattern(language[:2], "only").sub(" ", text)
    text = _pattern(language[:2], "twice").sub(" ", text)
    parts = _pattern(language[:2], "frame").split(text)
    return bool(_pattern(language[:2], "word").search(" ".join(parts))) != (len(parts) % 2 == 0)


@cache
def _pattern(language: str, kind: str) -> "re.Pattern[str]":
    kinds = {"frame": _FRAMES, "twice": _TWICE, "only": _ONLY}
    words = folded(_WORDS[language]) if kind == "word" else kinds[kind].get(language, r"(?!)")
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")
