"""A country may be named by its capital, its government or its people."""

import pytest

from assistant.names import same_party

# Written before the module they test. Single words of some of them were tried while it was written, so they are no blind test.
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
# What the module was written with.
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


@pytest.mark.parametrize(("first", "second"), HELD_BACK_SAME_PARTY + SAME_PARTY)
def test_a_country_by_its_capital_its_government_or_its_people(first: str, second: str) -> None:
    assert same_party(first, second)
    assert same_party(second, first)


@pytest.mark.parametrize(("first", "second"), HELD_BACK_DIFFERENT_PARTY + DIFFERENT_PARTY)
def test_parties_of_two_countries_or_of_none(first: str, second: str) -> None:
    assert not same_party(first, second)
    assert not same_party(second, first)
