"""Whether a sentence denies something, in the languages that are known."""

import pytest

from assistant.negation import denies


@pytest.mark.parametrize(
    ("language", "denying", "saying"),
    [
        ("en", "They didn't sign.", "They signed a notice."),
        ("en", "No boats sank.", "No more than 30 boats sank."),
        ("en", "Never more than 30 boats sank.", "More than 30 boats sank."),
        ("de", "Es sanken nicht 30 Boote.", "Es sanken nicht mehr als 30 Boote."),
        ("fr", "Il n’a rien signé.", "Il a signé."),
        ("es", "Nunca firmaron.", "Firmaron la nota."),
        ("de", "Sie haben keinen Vertrag.", "Sie haben einen Vertrag."),
        ("pt", "Não assinaram.", "Assinaram a nota."),
        ("it", "Non hanno firmato.", "Hanno firmato la nota."),
        ("ru", "Они не подписали.", "Они подписали."),
        ("ar", "لم يوقعوا الاتفاق.", "وقعوا الاتفاق."),
        ("ar", "لا سلاح هنا.", "أسلحة، ولا سيما الخفيفة منها."),
        ("fa", "قرارداد امضا نشد.", "قرارداد امضا شد."),
        ("zh", "双方没有签署协议。", "双方签署了协议。"),
        ("hi", "उन्होंने हस्ताक्षर नहीं किए।", "उन्होंने हस्ताक्षर किए।"),
        ("tr", "Anlaşma imzalanmadı, hayır.", "Anlaşma imzalandı."),
        ("en", "It would be wrong to say that they signed.", "They never refused to sign."),
        ("en", "It isn’t true that they signed.", "It is not true that they did not sign."),
        ("fr", "Il est faux qu’ils ont signé.", "Il n’est pas vrai qu’ils n’ont pas signé."),
        ("es", "Es falso que firmaran.", "No es cierto que no firmaran."),
        ("de", "Es ist nicht wahr, dass sie unterschrieben.", "Sie weigerten sich nicht, zu unterschreiben."),
        ("ar", "ليس صحيحًا أنهم وقعوا.", "ليس صحيحًا أن الطرفين لم يوقعا."),
    ],
)
def test_denials_are_told_in_many_languages(language: str, denying: str, saying: str) -> None:
    assert denies(denying, language) is True
    assert denies(saying, language) is False


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "They did not pay but refused talks."),
        ("en", "They did not attend or refuse talks."),
        ("en", "They did not pay, refused talks."),
        ("fr", "Ils ne paient pas, refusent les pourparlers."),
        ("es", "No pagaron y rehusaron hablar."),
        ("es", "No pagaron, rehusaron hablar."),
        ("pt", "Não pagaram e recusaram falar."),
        ("de", "Sie zahlten nicht und verweigerten Gespräche."),
        ("de", "Sie weigerten sich und kamen nicht."),
        # Beside words that deny nothing.
        ("fr", "Il ne dit pas que l’accord est signé."),
        ("en", "It does not open only on Mondays."),
        ("en", "Not only fees fall, and the border does not open."),
        ("zh", "未来边境不开放。"),
        ("ar", "لا يخفض الرسوم."),
    ],
)
def test_a_denial_is_told_beside_a_second_one_and_beside_words_that_deny_nothing(language: str, sentence: str) -> None:
    assert denies(sentence, language) is True


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "They did not ever refuse."),
        ("fr", "Il n’a pas refusé."),
        ("es", "No lo rehusaron."),
        ("pt", "Não se recusaram a pagar."),
        ("de", "Sie weigerten sich am Ende nicht."),
        # That something is not all is no denial.
        ("en", "The agreement not only lowers fees but also opens the border."),
        ("en", "It isn’t just the fees that fall."),
        ("fr", "L’accord ne concerne que le Niger."),
        ("fr", "L’accord n’est pas seulement un texte."),
        ("fr", "Non seulement il baisse les taxes."),
        ("de", "Das Abkommen senkt nicht nur die Gebühren."),
        ("es", "El acuerdo no solo baja las tasas."),
        ("pt", "O acordo não apenas baixa as taxas."),
        ("it", "L’accordo non solo abbassa le tasse."),
        ("ar", "لا يخفض الاتفاق الرسوم فحسب بل يفتح الحدود."),
        ("ru", "Соглашение не только снижает сборы."),
        ("zh", "未来边境将开放。"),
        ("zh", "贸易不断增长。"),
    ],
)
def test_who_does_not_refuse_and_what_is_not_all_denies_nothing(language: str, sentence: str) -> None:
    assert denies(sentence, language) is False


def test_of_a_language_that_is_not_known_nothing_is_claimed() -> None:
    assert denies("Anything", "xx") is None
