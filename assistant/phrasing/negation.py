"""Whether a sentence denies something, told by the words that deny, in the languages that are read most."""

import re

from ..spelling import folded

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
_CHINESE = re.compile("不|没|沒|未|无(?!人机)|無|勿|莫")


def denies(sentence: str, language: str) -> bool | None:
    """Whether a sentence denies something; None in a language whose words for it are not known here."""
    if language[:2] == "zh":
        return bool(_CHINESE.search(sentence))
    if language[:2] not in _WORDS:
        return None
    return bool(_pattern(language[:2]).search(folded(sentence)))


def _pattern(language: str) -> "re.Pattern[str]":
    return re.compile(rf"(?<!\w)(?:{folded(_WORDS[language])})(?!\w)")
