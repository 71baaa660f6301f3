"""In which language a text is written, and in which direction."""

import pytest

from index.load import detect_language, is_right_to_left

QUESTIONS = {
    "ar": "متى تغادر آخر عبّارة؟",
    "de": "Wann fährt die letzte Fähre?",
    "el": "Πότε φεύγει το τελευταίο πλοίο;",
    "en": "When does the last ferry leave?",
    "es": "¿Cuándo sale el último barco?",
    "fa": "آخرین کشتی چه زمانی حرکت می‌کند؟",
    "fr": "Quand part le dernier ferry ?",
    "he": "מתי יוצאת המעבורת האחרונה?",
    "hi": "आखिरी नाव कब निकलती है?",
    "hu": "Mikor indul az utolsó komp?",
    "it": "Quando parte l’ultimo traghetto?",
    "ja": "最終フェリーは何時ですか",
    "ko": "마지막 배는 언제 떠나나요?",
    "nl": "Wanneer vertrekt de laatste veerboot?",
    "pl": "Kiedy odpływa ostatni prom?",
    "pt": "Quando parte o último barco?",
    "ru": "Когда отходит последний паром?",
    "sw": "Kivuko cha mwisho kinaondoka saa ngapi?",
    "th": "เรือเฟอร์รี่เที่ยวสุดท้ายออกกี่โมง",
    "tr": "Son feribot ne zaman kalkıyor?",
    "uk": "Коли відпливає останній пором?",
    "ur": "آخری کشتی کب روانہ ہوتی ہے؟",
    "vi": "Chuyến phà cuối cùng rời bến lúc mấy giờ?",
    "zh": "最后一班渡轮几点开？",
}


@pytest.mark.parametrize("language", QUESTIONS)
def test_language(language: str) -> None:
    assert detect_language(QUESTIONS[language]) == language
    assert detect_language(QUESTIONS[language] * 500) == language


@pytest.mark.parametrize("text", ["", "12345 67.8", "\n", "?!", "😀 →", "Linnea"])
def test_language_that_cannot_be_told(text: str) -> None:
    assert detect_language(text) == "und"
    assert detect_language(text, default="fr") == "fr"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ποτέ", "el"),
        ("夜", "zh"),
        ("What does the word λόγος mean in this chapter?", "en"),
        ("Что такое Harbour Office?", "ru"),
        ("ما هو الـ Harbour Office؟", "ar"),
    ],
)
def test_language_by_script(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_direction() -> None:
    assert all(map(is_right_to_left, ("ar", "fa", "he", "ur")))
    assert not any(map(is_right_to_left, ("en", "und", "zh", "")))
