"""Two texts name the same thing, across spellings, languages and scripts."""

import pytest

from assistant.names import names_in, same_name, same_party

# Written before the module they test. Single words of some of them were tried while it was written, so they are no blind test.
HELD_BACK_SAME = [
    ("Deutschland", "Germany"),
    ("ألمانيا", "Alemania"),
    ("Algérie", "الجزائر"),
    ("日本", "Japan"),
    ("भारत", "India"),
    ("Китай", "China"),
    ("le Sénégal", "السنغال"),
    ("der Tschad", "تشاد"),
    ("UK", "Royaume-Uni"),
    ("EE. UU.", "United States"),
    ("U.S.", "les États-Unis"),
    ("Russian Federation", "Rusia"),
    ("People's Republic of China", "中国"),
    ("Republic of Korea", "South Korea"),
    ("DR Congo", "République démocratique du Congo"),
    ("Türkiye", "Turkey"),
    ("Burma", "Myanmar"),
    ("Czech Republic", "Tschechien"),
    ("النمسا", "Áustria"),
    ("Le Caire", "القاهرة"),
    ("Londres", "London"),
    ("München", "Munich"),
    ("北京", "Pékin"),
    ("Varsovia", "Warschau"),
    ("Bamako", "باماكو"),
    ("Vladimir Poutine", "Vladimir Putin"),
    ("فلاديمير بوتين", "Putin"),
    ("Emmanuel Macron", "إيمانويل ماكرون"),
    ("معمر القذافي", "Muammar Gaddafi"),
    ("Mohamed Bazoum", "Muhammad Bazoum"),
    ("محمد بازوم", "Bazoum"),
    ("President Bola Tinubu", "Tinubu"),
    ("Volodymyr Zelensky", "Володимир Зеленський"),
    ("Xi Jinping", "习近平"),
    ("Narendra Modi", "नरेन्द्र मोदी"),
    ("Captain Ibrahim Traoré", "Ibrahim Traore"),
    ("Assimi Goïta", "العقيد أسيمي غويتا"),
    ("“Boko Haram”", "بوكو حرام"),
    ("Reuters", "رويترز"),
    ("F-16", "F16"),
    ("L’Équipe", "Equipe"),
    ("١٥", "15"),
]
# A blind test: written before the module was tried on any of these.
SECOND_HELD_BACK_SAME = [
    ("Olaf Scholz", "أولاف شولتس"),
    ("Charles Michel", "شارل ميشيل"),
    ("Sergei Lavrov", "سيرغي لافروف"),
    ("Sergueï Lavrov", "Сергей Лавров"),
    ("Antony Blinken", "أنتوني بلينكن"),
    ("Ismail Haniyeh", "إسماعيل هنية"),
    ("Khalifa Haftar", "المشير خليفة حفتر"),
    ("Abdelmadjid Tebboune", "عبد المجيد تبون"),
    ("Kaïs Saïed", "قيس سعيد"),
    ("Mahamat Idriss Déby", "محمد إدريس ديبي"),
    ("Macky Sall", "ماكي سال"),
    ("Bashar al-Assad", "بشار الأسد"),
    ("Bachar el-Assad", "Bashar al-Assad"),
    ("Yevgeny Prigozhin", "Evgueni Prigojine"),
    ("Hassan Nasrallah", "Nasrallah"),
    ("Ouagadougou", "واغادوغو"),
    ("Tripoli", "طرابلس"),
    ("Damasco", "دمشق"),
    ("Genève", "Geneva"),
    ("東京", "Tokio"),
    ("Nueva Delhi", "New Delhi"),
    ("Marruecos", "المغرب"),
    ("Grecia", "Griechenland"),
    ("Ägypten", "مصر"),
    ("कोलंबिया", "Colombia"),
    ("Südafrika", "جنوب أفريقيا"),
    ("L'Union européenne", "الاتحاد الأوروبي"),
    ("the Kingdom of Morocco", "Maroc"),
    ("Federal Republic of Germany", "Allemagne"),
    ("Jamhuriyar Nijar", "Niger"),
    ("Sahel", "le Sahel"),
    ("Tuareg", "Touareg"),
    ("Hezbollah", "حزب الله"),
    ("Gazprom", "غازبروم"),
]
# What the module was written with.
SAME = [
    ("Nigeria", "نيجيريا"),
    ("Nigeria", "Nigéria"),
    ("Tiani", "Tchiani"),
    ("Tiani", "تياني"),
    ("Tchiani", "تياني"),
    ("Abdourahamane Tchiani", "General Tchiani"),
    ("Abdourahamane Tchiani", "الجنرال عبد الرحمن تياني"),
    ("Abdourahamane Tchiani", "Tchiani"),
    ("General Tchiani", "الجنرال عبد الرحمن تياني"),
    ("Abdurahman Tiani", "Abdourahamane Tchiani"),
    ("the United States", "Estados Unidos"),
    ("the United States", "الولايات المتحدة"),
    ("US", "USA"),
    ("US", "الولايات المتحدة"),
    ("Côte d'Ivoire", "Ivory Coast"),
    ("Côte d’Ivoire", "ساحل العاج"),
    ("Iran", "Islamic Republic of Iran"),
    ("إيران", "Iran"),
    ("جمهورية إيران الإسلامية", "Iran"),
    ("جمهورية إيران الإسلامية", "Islamic Republic of Iran"),
    ("Burkina Faso", "بوركينا فاسو"),
    ("Russia", "Russie"),
    ("Russia", "روسيا"),
    ("Moscow", "موسكو"),
    ("و إيران", "Iran"),
    ("وإيران", "Iran"),
    ("للنيجر", "Niger"),
    ("the Niger", "le Niger"),
    ('"Niger"', "niger"),
    ("٢٦", "26"),
    ("२६", "26"),
    ("Mohammed bin Salman", "محمد بن سلمان"),
    ("Abdel Fattah al-Sisi", "عبد الفتاح السيسي"),
    ("Sisi", "عبد الفتاح السيسي"),
    ("Recep Tayyip Erdoğan", "رجب طيب أردوغان"),
    ("Erdogan", "Cumhurbaşkanı Recep Tayyip Erdoğan"),
    ("Владимир Путин", "فلاديمير بوتين"),
    ("Bola Ahmed Tinubu", "بولا تينوبو"),
    ("Alassane Ouattara", "الحسن واتارا"),
    ("Salifou Mody", "ساليفو مودي"),
    ("Benjamin Netanyahu", "بنيامين نتنياهو"),
    ("António Guterres", "أنطونيو غوتيريش"),
    ("Ursula von der Leyen", "von der Leyen"),
    ("Luiz Inácio Lula da Silva", "Lula da Silva"),
    ("Agadez", "أغاديز"),
    ("Zinder", "زيندر"),
    ("Giorgia Meloni", "جورجيا ميلوني"),
    ("Pedro Sánchez", "بيدرو سانشيز"),
    ("Felix Tshisekedi", "فيليكس تشيسيكيدي"),
    ("Paul Kagame", "بول كاغامي"),
    ("Cyril Ramaphosa", "سيريل رامافوزا"),
    ("Mahamadou Issoufou", "محمدو إيسوفو"),
    ("Jeddah", "جدة"),
    ("Kiev", "Київ"),
    ("Moussa Tchangari", "موسى تشنغاري"),
    ("Malam Issoufou", "Issoufou"),
    ("नरेंद्र मोदी", "Narendra Modi"),
    ("Tamanrasset", "تمنراست"),
    ("Maradi", "مارادي"),
    ("Diffa", "ديفا"),
    ("Tahoua", "Tawa"),
    ("Orano", "أورانو"),
    ("Gen. Salifou Modi", "Salifou Mody"),
    ("Washington", "واشنطن"),
    ("नई दिल्ली", "New Delhi"),
    ("هاروني", "Harouni"),
]
# Names that are one, and that the rules are too strict for: a last name of two letters, one of two given names that is spelt
# as if it were another.
MISSED = [
    ("Xi", "Xi Jinping"),
    ("Joe Biden", "جو بايدن"),
    ("Ali Lamine Zeine", "علي الأمين زين"),
    ("Muhammadu Buhari", "محمد بخاري"),
]


@pytest.mark.parametrize(("first", "second"), HELD_BACK_SAME + SECOND_HELD_BACK_SAME + SAME)
def test_spellings_languages_and_scripts_of_one_name(first: str, second: str) -> None:
    assert same_name(first, second)
    assert same_name(second, first)
    assert same_party(first, second)


@pytest.mark.parametrize("name", ["Niger", "نيامي", "Abdourahamane Tchiani", "习近平", "F-16", "the", "١٢"])
def test_a_name_is_the_same_as_itself(name: str) -> None:
    assert same_name(name, name)
    assert same_name(name, f" «{name}» ")


@pytest.mark.parametrize("nothing", ["", " ", "!", "\u200f"])
def test_nothing_names_nothing(nothing: str) -> None:
    assert not same_name(nothing, nothing)
    assert not same_party(nothing, "Niger")
    assert not names_in("Who rules Niger?", nothing)


@pytest.mark.xfail(strict=True, reason="known to be missed")
@pytest.mark.parametrize(("first", "second"), MISSED)
def test_names_that_are_missed(first: str, second: str) -> None:
    assert same_name(first, second)
