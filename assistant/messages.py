"""The few words that Quoth says itself, in the language of the question: the whole catalogue stands here."""

from collections.abc import Sequence

from index.loaders.language import detect_language

from .datatypes import Citation, Item

_MESSAGES = {
    "refusal": {
        "en": "The documents don't tell.",
        "ar": "الوثائق لا تذكر ذلك.",
        "fr": "Les documents ne le disent pas.",
        "es": "Los documentos no lo dicen.",
        "de": "Die Dokumente sagen das nicht.",
        "pt": "Os documentos não o dizem.",
        "ha": "Takardun ba su faɗi haka ba.",
        "fa": "اسناد این را نمی‌گویند.",
        "it": "I documenti non lo dicono.",
        "ru": "В документах об этом не сказано.",
        "sw": "Nyaraka hazisemi hivyo.",
        "tr": "Belgeler bunu söylemiyor.",
        "zh": "文档中没有说明。",
    },
    "closest": {
        "en": "The closest passages, which are not an answer:",
        "ar": "أقرب المقاطع، وهي ليست جوابًا:",
        "fr": "Les passages les plus proches, qui ne sont pas une réponse :",
        "es": "Los pasajes más cercanos, que no son una respuesta:",
        "de": "Die nächstliegenden Stellen, die keine Antwort sind:",
        "pt": "As passagens mais próximas, que não são uma resposta:",
        "ha": "Wuraren da suka fi kusa, amma ba amsa ba ne:",
        "fa": "نزدیک‌ترین بخش‌ها، که پاسخ نیستند:",
        "it": "I passaggi più vicini, che non sono una risposta:",
        "ru": "Ближайшие места, которые не являются ответом:",
        "sw": "Sehemu za karibu zaidi, ambazo si jibu:",
        "tr": "En yakın bölümler; bunlar yanıt değildir:",
        "zh": "最接近的段落（并非答案）：",
    },
    "disagreement": {
        "en": "The sources disagree:",
        "ar": "المصادر غير متفقة:",
        "fr": "Les sources ne concordent pas :",
        "es": "Las fuentes no coinciden:",
        "de": "Die Quellen widersprechen sich:",
        "pt": "As fontes não coincidem:",
        "ha": "Majiyoyin sun saɓa wa juna:",
        "fa": "منابع هم‌نظر نیستند:",
        "it": "Le fonti non concordano:",
        "ru": "Источники расходятся:",
        "sw": "Vyanzo havikubaliani:",
        "tr": "Kaynaklar uyuşmuyor:",
        "zh": "来源说法不一：",
    },
}


def message(name: str, question: str) -> str:
    """The message `name` in the question's language, in English where there is none."""
    forms = _MESSAGES[name]
    return forms.get(detect_language(question, "en"), forms["en"])


def as_text(question: str, items: Sequence[Item], citations: Sequence[Citation], *, disagreement: bool) -> str:
    """An answer as plain text: an item a line with its marks, or the refusal.

    Where the sources disagree, it says so first, and each item names its sources with their dates.
    """
    if not items:
        return message("refusal", question)
    lines = [message("disagreement", question)] if disagreement else []
    by_number = {citation.number: citation for citation in citations}
    for item in items:
        marks = "".join(f"[{number}]" for number in item.citations)
        sources = [by_number[number] for number in item.citations] if disagreement else []
        named = dict.fromkeys(f"{source.title}, {source.date}" if source.date else source.title for source in sources)
        lines.append(f"{item.text} {marks}" + (f" ({'; '.join(named)})" if any(named) else ""))
    return "\n".join(lines)
