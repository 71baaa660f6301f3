"""The few words that Quoth says itself, in the language of the question."""

from index.loaders.language import detect_language

_MESSAGES = {
    "refusal": {
        "en": "The documents don't tell.",
        "ar": "الوثائق لا تذكر ذلك.",
        "fr": "Les documents ne le disent pas.",
    },
    "closest": {
        "en": "The closest passages, which are not an answer:",
        "ar": "أقرب المقاطع، وهي ليست جوابًا:",
        "fr": "Les passages les plus proches, qui ne sont pas une réponse :",
    },
}


def message(name: str, question: str) -> str:
    """The message `name` in the question's language, in English where there is none."""
    forms = _MESSAGES[name]
    return forms.get(detect_language(question, "en"), forms["en"])
