"""Whether two texts name the same thing, across spellings, languages and scripts."""

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
HELD_BACK_DIFFERENT = [
    ("Slovakia", "Slovenia"),
    ("سلوفاكيا", "Slovénie"),
    ("Iran", "Iraq"),
    ("إيران", "العراق"),
    ("India", "Indonesia"),
    ("Mauritanie", "موريشيوس"),
    ("زامبيا", "Gambie"),
    ("ليبيا", "لبنان"),
    ("Papua New Guinea", "Guinea"),
    ("السويد", "Suisse"),
    ("Latvia", "Lithuania"),
    ("Paraguay", "Uruguay"),
    ("الكونغو الديمقراطية", "République du Congo"),
    ("Kim Jong Un", "Kim Jong Il"),
    ("George Bush", "Kate Bush"),
    ("Vladimir Putin", "Vladimir Zelensky"),
    ("محمد مرسي", "محمد بازوم"),
    ("Ali Khamenei", "علي لاريجاني"),
    ("Hassan Rouhani", "Hassan Nasrallah"),
    ("New York Times", "New York"),
    ("Bank of England", "England"),
    ("Radio France", "Francia"),
    ("Mexico City", "Mexico"),
    ("South Africa", "Africa"),
    ("جنوب أفريقيا", "أفريقيا"),
    ("American Samoa", "Samoa"),
    ("Washington Post", "Washington"),
    ("أستراليا", "Austria"),
    ("中国", "中国银行"),
    ("Budapest", "Bucharest"),
    ("Delhi", "Dili"),
    ("Pierre Curie", "Marie Curie"),
    ("Tehran", "Iran"),
    ("Moskau", "Russland"),
    ("July", "June"),
    ("2022", "2023"),
    ("١٩٩٠", "1991"),
    ("F-16", "F-15"),
    ("Hausa", "Haoussa Radio"),
    ("Sahel", "Saleh"),
    ("UN", "UNESCO"),
    ("Kano", "Cano Limón"),
]
HELD_BACK_SAME_PARTY = [
    ("Washington", "the United States"),
    ("واشنطن", "الولايات المتحدة"),
    ("Paris", "la France"),
    ("Pékin", "China"),
    ("Riyadh", "السعودية"),
    ("the French government", "France"),
    ("el gobierno español", "Spain"),
    ("die deutsche Regierung", "Germany"),
    ("الحكومة السودانية", "Sudan"),
    ("a Saudi delegation", "Saudi Arabia"),
    ("Algerian officials", "Algeria"),
    ("les autorités maliennes", "Mali"),
    ("الوفد الروسي", "Russia"),
    ("o governo brasileiro", "Brazil"),
    ("Nigerien authorities", "Niger"),
    ("Ankara", "تركيا"),
    ("Government of Mali", "Mali"),
    ("le gouvernement du Tchad", "Chad"),
    ("حكومة النيجر", "Niger"),
    ("Bamako", "the Malian government"),
]
HELD_BACK_DIFFERENT_PARTY = [
    ("the Nigerian government", "Niger"),
    ("le gouvernement nigérien", "Nigeria"),
    ("le gouvernement nigérian", "Niger"),
    ("Paris", "Germany"),
    ("Lagos", "Nigeria"),
    ("St. Petersburg", "Russia"),
    ("الحكومة الإيرانية", "العراق"),
    ("الحكومة الإيرلندية", "إيران"),
    ("the South Sudanese government", "Sudan"),
    ("the Iranian opposition", "Iran"),
    ("French journalists", "France"),
    ("Air Algérie", "Algeria"),
    ("the Austrian government", "Australia"),
    ("the Malawian government", "Mali"),
    ("the Indian delegation", "Indonesia"),
    ("الحكومة النيجيرية", "Niger"),
    ("Kinshasa", "Republic of the Congo"),
    ("Brazzaville", "DR Congo"),
]
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
# A blind test: written before the module was tried on either of these.
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
SECOND_HELD_BACK_DIFFERENT = [
    ("Olaf Scholz", "Martin Schulz"),
    ("Sergei Lavrov", "Sergei Shoigu"),
    ("سيرغي لافروف", "Sergei Shoigu"),
    ("إسماعيل هنية", "إسماعيل قاآني"),
    ("Khalifa Haftar", "Saddam Haftar"),
    ("Macky Sall", "Malick Sall"),
    ("محمد مرسي", "Mohamed Toumba"),
    ("Donald Trump", "Melania Trump"),
    ("عبد المجيد تبون", "عبد الحميد الدبيبة"),
    ("Abdul Rahman", "Abdul Karim"),
    ("عبد الرحمن", "عبد الرحيم"),
    ("Ahmed", "محمود"),
    ("Salem", "سليم"),
    ("Hamid", "حماد"),
    ("Nasser", "نصير الدين"),
    ("Iceland", "Ireland"),
    ("Norvegia", "Nigeria"),
    ("Tunisia", "Tanzania"),
    ("تونس", "تنزانيا"),
    ("Kenya", "Guyana"),
    ("Togo", "Tonga"),
    ("Oman", "Amman"),
    ("عمان", "Iran"),
    ("Tripoli", "Tbilisi"),
    ("Sydney", "Sidon"),
    ("Lake Chad", "Chad"),
    ("Gulf of Guinea", "Guinea"),
    ("Banco de España", "España"),
    ("Bayern München", "München"),
    ("Hamas", "Hams"),
    ("Fatah", "الفتح الجديد"),
    ("Barkhane", "Sangaris"),
    ("G7", "G20"),
    ("A320", "A330"),
    ("Resolution 2254", "Resolution 2245"),
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
    ("Geneva", "Genève"),
    ("नई दिल्ली", "New Delhi"),
    ("هاروني", "Harouni"),
]
DIFFERENT = [
    ("the Vice President", "the President"),
    ("the former president", "the president"),
    ("the Prime Minister", "the Defence Minister"),
    ("نائب الرئيس", "الرئيس"),
    ("potatoes", "sweet potatoes"),
    ("arms trafficking", "trafficking"),
    ("Niger", "Nigeria"),
    ("النيجر", "نيجيريا"),
    ("Niger", "نيجيريا"),
    ("Guinea", "Guinea-Bissau"),
    ("Guinea", "Equatorial Guinea"),
    ("Congo-Kinshasa", "Congo-Brazzaville"),
    ("Congo", "DR Congo"),
    ("Mali", "Malawi"),
    ("North Korea", "South Korea"),
    ("Sudan", "South Sudan"),
    ("السودان", "جنوب السودان"),
    ("Mohamed Bazoum", "Mohamed Toumba"),
    ("Niger River", "Niger"),
    ("Niger State", "Niger"),
    ("Dominica", "Dominican Republic"),
    ("Air France", "France"),
    ("Austria", "Australia"),
    ("26", "27"),
    ("1,500", "1,400"),
    ("Hassan Rohani", "Hassan Nasrallah"),
    ("Ali Bongo", "Omar Bongo"),
    ("Salou Djibo", "Salifou Mody"),
    ("Agadez", "Zinder"),
    ("President", "President Putin"),
    ("General", "General Tchiani"),
    ("محمود عباس", "محمد عباس"),
    ("Mahmoud Abbas", "محمد عباس"),
    ("Iran Air", "Iran"),
    ("University of Niamey", "Niamey"),
    ("European Union", "African Union"),
    ("Islamic State", "State"),
    ("Saddam Hussein", "Hussein Saddam"),
    ("Niamey", "Niger"),
    ("John Smith", "John"),
    ("Omar al-Bashir", "Omar"),
    ("Joe Biden", "Hunter Biden"),
    ("Paul Kagame", "Paul Biya"),
    ("جو بايدن", "جون بولتون"),
    ("Maradi", "Mardin"),
    ("Hamid Karzai", "حامد كرزاي أحمد"),
    ("Issoufou", "Yusufu"),
    ("Omar", "عمرو"),
    ("Karim", "كرم"),
    ("Jamal", "جميل"),
    ("Said", "سعد"),
    ("Nour", "نار"),
    ("Amin", "إيمان"),
    ("Tarik", "طريقة"),
    ("Salim", "سلم"),
    ("Kamal", "كامل"),
    ("Hakim", "حكم"),
    ("Khalid", "خليل"),
    ("Fouad", "فهد"),
    ("Daniel", "Danielle"),
    ("Maria", "Marie"),
    ("سلمان", "سليمان"),
    ("النظام المالي", "Mali"),
]
SAME_PARTY = [
    ("Tehran", "Iran"),
    ("طهران", "Iran"),
    ("Niamey", "Niger"),
    ("Moscow", "Russia"),
    ("the Iranian government", "إيران"),
    ("Iranian delegation", "طهران"),
    ("الحكومة الإيرانية", "Iran"),
    ("le gouvernement iranien", "Iran"),
    ("الحكومة النيجرية", "Niger"),
    ("the Russians", "Russia"),
    ("Turkish officials", "Turkey"),
    ("伊朗政府", "Tehran"),
    ("российское правительство", "Moscow"),
    ("Washington DC", "US"),
    ("Cairo", "الحكومة المصرية"),
    ("gobierno nigeriano", "Nigeria"),
    ("US administration", "الإدارة الأمريكية"),
    ("European Union", "EU"),
    ("Brussels", "Belgium"),
]
DIFFERENT_PARTY = [
    ("Kremlin", "Russia"),
    ("الحكومة النيجرية", "Nigeria"),
    ("Abuja", "Niger"),
    ("Niamey", "Nigeria"),
    ("Iran", "Iraq"),
    ("Turkish company Sadat", "Turkey"),
    ("Wagner", "Russia"),
    ("French army", "France"),
    ("gobierno nigeriano", "Niger"),
    ("the two sides", "Iran"),
    ("government", "Iran"),
    ("the government", "the authorities"),
    ("Congolese government", "DR Congo"),
    ("Seoul", "North Korea"),
    ("the Kingdom", "Saudi Arabia"),
]
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


@pytest.mark.parametrize(("first", "second"), HELD_BACK_DIFFERENT + SECOND_HELD_BACK_DIFFERENT + DIFFERENT)
def test_names_that_only_look_or_sound_alike(first: str, second: str) -> None:
    assert not same_name(first, second)
    assert not same_name(second, first)


@pytest.mark.parametrize(("first", "second"), HELD_BACK_SAME_PARTY + SAME_PARTY)
def test_a_country_by_its_capital_its_government_or_its_people(first: str, second: str) -> None:
    assert same_party(first, second)
    assert same_party(second, first)


@pytest.mark.parametrize(("first", "second"), HELD_BACK_DIFFERENT_PARTY + DIFFERENT_PARTY)
def test_parties_of_two_countries_or_of_none(first: str, second: str) -> None:
    assert not same_party(first, second)
    assert not same_party(second, first)


@pytest.mark.parametrize(("text", "name"), HELD_BACK_NAMED + NAMED)
def test_a_question_names_a_thing(text: str, name: str) -> None:
    assert names_in(text, name)


@pytest.mark.parametrize(("text", "name"), HELD_BACK_NOT_NAMED + NOT_NAMED)
def test_a_question_names_another_thing(text: str, name: str) -> None:
    assert not names_in(text, name)


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


@pytest.mark.parametrize(
    ("first", "second"),
    [("the Director", "the Deputy Director"), ("Project Manager", "the manager"), ("Oak Room", "the room")],
)
def test_posts_and_rooms_are_not_known_by_their_last_word(first: str, second: str) -> None:
    assert not same_name(first, second)
    assert not same_name(second, first)


def test_a_name_in_a_list_of_names_is_whole() -> None:
    assert names_in("What did Tiani, Bazoum and Issoufou sign?", "Mohamed Bazoum")
    assert not names_in("Who is the wife of Mohamed Bazoum?", "Hadiza Bazoum")
