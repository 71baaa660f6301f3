"""Questions that ask two things at once."""

import pytest

from assistant.two_questions import alone, two_questions


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who founded the observatory and what was it first used for?", "en"),
        ("When is the rent due, and what happens if it is late?", "en"),
        ("how much is the fine and where do i pay it", "en"),
        ("Where and when was the dam opened?", "en"),
        ("By what date must I reply, and to whom?", "en"),
        ("Où se trouve le refuge et comment y accéder ?", "fr"),
        ("Combien coûte l'abonnement et pour combien de temps ?", "fr"),
        ("متى افتُتح المتحف ومن افتتحه؟", "ar"),
        ("كم تبلغ الغرامة، ولمن تُدفع؟", "ar"),
        ("Wer leitet die Werkstatt und seit wann?", "de"),
        ("¿Cuándo se firmó el contrato y cuánto dura?", "es"),
        ("Onde fica o arquivo e quando abre?", "pt"),
        ("Кто открыл музей и в каком году?", "ru"),
        ("博物馆是谁建的，什么时候开放？", "zh"),
        ("Müzeyi kim açtı ve bilet ne kadar?", "tr"),
        ("मेला कब लगता है और कहाँ लगता है?", "hi"),
        ("Wa ya gina gadar kuma yaushe aka buɗe ta?", "ha"),
    ],
)
def test_two_things_asked_at_once_are_told(question: str, language: str) -> None:
    assert two_questions(question, language)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("When were the bridge and the dam opened?", "en"),
        ("Which roads and bridges were closed?", "en"),
        ("Did the mayor say when and by whom?", "xx"),
        ("The mayor and who else spoke?", "en"),
        ("Quand le pont et le barrage ont-ils ouvert ?", "fr"),
        ("Quels sont les villages et les hameaux touchés ?", "fr"),
        ("ماذا استوردت الشركة من مالي ومن تشاد؟", "ar"),
        ("متى افتُتح الجسر والسد؟", "ar"),
        ("Wann wurden die Brücke und der Damm eröffnet?", "de"),
        ("大桥和水坝是什么时候开放的？", "zh"),
        ("", "en"),
    ],
)
def test_one_question_about_two_things_is_one_question(question: str, language: str) -> None:
    assert two_questions(question, language) is None


def test_a_half_that_is_long_enough_can_be_read_alone() -> None:
    assert two_questions("Who built the dam, and when?", "en") == ("Who built the dam,", "when?")
    assert two_questions("متى افتُتح المتحف ومن افتتحه؟", "ar") == ("متى افتُتح المتحف", "من افتتحه؟")
    assert alone("Who built the dam,")
    assert alone("博物馆是谁建的")
    assert not alone("Where")
    assert not alone("何时")
