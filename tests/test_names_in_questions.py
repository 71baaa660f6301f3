"""Whether a question names a thing, in whatever language and script."""

import pytest

from assistant.names import names_in

# Written before the module they test. Single words of some of them were tried while it was written, so they are no blind test.
HELD_BACK_NAMED = [
    ("With whom did Mali sign a treaty?", "Mali"),
    ("مع من وقعت مالي الاتفاق؟", "Mali"),
    ("من هو رئيس نيجيريا؟", "Nigeria"),
    ("Quel est le rôle de Macron au Sahel ?", "Emmanuel Macron"),
    ("¿Qué firmó Estados Unidos con Irán?", "the United States"),
    ("وما علاقة باريس بإيران؟", "Iran"),
    ("Welche Abkommen hat Russland geschlossen?", "روسيا"),
    ("尼日尔与谁签署了协议？", "Niger"),
    ("What happened in Tehran’s bazaar?", "طهران"),
]
HELD_BACK_NOT_NAMED = [
    ("Who rules Nigeria?", "Niger"),
    ("من يحكم نيجيريا؟", "النيجر"),
    ("What did South Sudan's army say?", "Sudan"),
    ("When were Guinea-Bissau's elections?", "Guinea"),
    ("尼日利亚总统是谁？", "Niger"),
    ("印度尼西亚的首都是哪里？", "India"),
    ("Can you tell us about it?", "US"),
    ("What did Maliki say?", "Mali"),
    ("Où se trouve le siège d'Air France ?", "Germany"),
]
# What the module was written with.
NAMED = [
    ("Who did Niger sign security deals with?", "Niger"),
    ("who did niger sign with", "النيجر"),
    ("مع من وقّعت النيجر اتفاقات أمنية؟", "Niger"),
    ("Avec qui le Niger a-t-il signé ?", "Niger"),
    ("Que dit l'Iran ?", "Iran"),
    ("Quelle est la politique d’Iran ?", "إيران"),
    ("What did Bazoum say?", "Mohamed Bazoum"),
    ("ماذا قال بازوم؟", "Mohamed Bazoum"),
    ("ماذا فعل الجنرال تياني؟", "Abdourahamane Tchiani"),
    ("What did the US say?", "United States"),
    ("नाइजर ने किसके साथ समझौता किया?", "Niger"),
    ("Was sagte Moskau?", "Moscow"),
    ("¿Qué dijo la República Islámica de Irán?", "Iran"),
    ("俄罗斯总统是谁？", "Russia"),
    ("What did Macron say to Putin?", "Vladimir Putin"),
]
NOT_NAMED = [
    ("Who did Niger sign security deals with?", "Nigeria"),
    ("النظام المالي في النيجر", "Mali"),
    ("What is the state of the union?", "Islamic State"),
    ("What did he tell us?", "United States"),
    ("नाइजीरिया ने?", "Niger"),
    ("Who leads Equatorial Guinea?", "Guinea"),
    ("Did the Democratic Republic of the Congo vote?", "Republic of the Congo"),
    ("¿Quién gobierna Corea del Norte?", "South Korea"),
    ("白俄罗斯总统是谁？", "Russia"),
    ("Wer ist der Präsident?", "Iran"),
    ("", "Iran"),
    ("Iran?", ""),
]


@pytest.mark.parametrize(("text", "name"), HELD_BACK_NAMED + NAMED)
def test_a_question_names_a_thing(text: str, name: str) -> None:
    assert names_in(text, name)


@pytest.mark.parametrize(("text", "name"), HELD_BACK_NOT_NAMED + NOT_NAMED)
def test_a_question_names_another_thing(text: str, name: str) -> None:
    assert not names_in(text, name)


def test_a_name_in_a_list_of_names_is_whole() -> None:
    assert names_in("What did Tiani, Bazoum and Issoufou sign?", "Mohamed Bazoum")
    assert not names_in("Who is the wife of Mohamed Bazoum?", "Hadiza Bazoum")
