"""Numbers, quantities, dates and times in a text, in a form that can be compared."""

from datetime import date
from itertools import pairwise

import pytest
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st

from assistant.values import Value, compare, read_values

# A blind test: written before the module they test.
# The text, its language, the value's kind, the value in its base unit, and the words it stands in.
HELD_BACK_READ = [
    ("The pipeline runs for 1,950 km.", "en", "length", "1950000", "1,950 km"),
    ("Some 3.2 million people fled.", "en", "number", "3200000", "3.2 million"),
    ("He was shot at 4:45 p.m. outside.", "en", "time", "16:45", "4:45 p.m."),
    ("They met on March 3, 2021 in Doha.", "en", "date", "2021-03-03/2021-03-03", "March 3, 2021"),
    ("It weighs twelve tonnes.", "en", "mass", "12000", "twelve tonnes"),
    ("Inflation reached 31.7 percent.", "en", "percent", "31.7", "31.7 percent"),
    ("A loan of $400 million was agreed.", "en", "money", "USD 400000000", "$400 million"),
    ("It opened in September 1998.", "en", "date", "1998-09-01/1998-09-30", "September 1998"),
    ("The wall is 20 feet high.", "en", "length", "6.096", "20 feet"),
    ("بلغ طول الطريق ١٬٢٠٠ كيلومتر.", "ar", "length", "1200000", "١٬٢٠٠ كيلومتر"),
    ("وقع الهجوم في ١٤ آذار ٢٠١٩.", "ar", "date", "2019-03-14/2019-03-14", "١٤ آذار ٢٠١٩"),
    ("زاره في الثاني من آذار 2022.", "ar", "date", "2022-03-02/2022-03-02", "الثاني من آذار 2022"),
    (
        "عاد في الحادي والعشرين من شهر تشرين الثاني 2020.",
        "ar",
        "date",
        "2020-11-21/2020-11-21",
        "الحادي والعشرين من شهر تشرين الثاني 2020",
    ),
    ("وقع الزلزال في 8 سبتمبر 2023.", "ar", "date", "2023-09-08/2023-09-08", "8 سبتمبر 2023"),
    ("نزح نحو 2,5 مليون شخص.", "ar", "number", "2500000", "2,5 مليون"),
    ("استمر الاجتماع ثلاث ساعات.", "ar", "duration", "10800", "ثلاث ساعات"),
    ("ارتفعت الأسعار بنسبة 12٪.", "ar", "percent", "12", "12٪"),
    ("Le barrage coûte 2,3 milliards d'euros.", "fr", "money", "EUR 2300000000", "2,3 milliards d'euros"),
    ("Il a été élu le 1er avril 2012.", "fr", "date", "2012-04-01/2012-04-01", "1er avril 2012"),
    ("La ville compte 1 026 848 habitants.", "fr", "number", "1026848", "1 026 848"),
    ("La séance commence à 14h30.", "fr", "time", "14:30", "14h30"),
    ("Elle a duré vingt-deux jours.", "fr", "duration", "1900800", "vingt-deux jours"),
    ("La presa mide 185,5 metros.", "es", "length", "185.5", "185,5 metros"),
    ("Nació el 5 de mayo de 1990.", "es", "date", "1990-05-05/1990-05-05", "5 de mayo de 1990"),
    ("Murieron 12.500 soldados.", "es", "number", "12500", "12.500"),
    ("Der Turm ist 368 Meter hoch.", "de", "length", "368", "368 Meter"),
    ("Am 3. Oktober 1990 war es so weit.", "de", "date", "1990-10-03/1990-10-03", "3. Oktober 1990"),
    ("Das kostet 1,2 Milliarden Euro.", "de", "money", "EUR 1200000000", "1,2 Milliarden Euro"),
    ("O rio tem 2.800 quilômetros.", "pt", "length", "2800000", "2.800 quilômetros"),
    ("A reunião foi em 9 de junho de 2015.", "pt", "date", "2015-06-09/2015-06-09", "9 de junho de 2015"),
    ("این پل ۱۲۰ متر طول دارد.", "fa", "length", "120", "۱۲۰ متر"),
    ("حدود ۳ میلیون نفر آمدند.", "fa", "number", "3000000", "۳ میلیون"),
    ("यह सड़क ४५० किलोमीटर लंबी है।", "hi", "length", "450000", "४५० किलोमीटर"),
    ("कंपनी ने 5 करोड़ रुपये दिए।", "hi", "money", "INR 50000000", "5 करोड़ रुपये"),
    ("该市有350万人口。", "zh", "number", "3500000", "350万"),
    ("会议于2019年3月14日举行。", "zh", "date", "2019-03-14/2019-03-14", "2019年3月14日"),
    ("Ya faru ne a ranar 12 ga Yuni 2014.", "ha", "date", "2014-06-12/2014-06-12", "12 ga Yuni 2014"),
]
# Two texts of one value each, with their languages.
HELD_BACK_SAME = [
    (("2,400 km", "en"), ("2 400 kilomètres", "fr")),
    (("2.4 million", "en"), ("2,380,000", "en")),
    (("5 May 1990", "en"), ("5 de mayo de 1990", "es")),
    (("5 May 1990", "en"), ("1990", "en")),
    (("nearly 700", "en"), ("690", "en")),
    (("more than 700", "en"), ("712", "en")),
    (("environ 4 000", "fr"), ("3 950", "fr")),
    (("90 minutes", "en"), ("1.5 hours", "en")),
    ((".5 mg", "en"), ("0.5 mg", "en")),
    (("62 miles", "en"), ("100 km", "en")),
    (("12.500", "es"), ("12,500", "en")),
    (("٣٫٥ كم", "ar"), ("3500 m", "en")),
    (("15%", "en"), ("15 por ciento", "es")),
    (("€3 billion", "en"), ("3 milliards d'euros", "fr")),
    (("350万", "zh"), ("3.5 million", "en")),
    (("2 crore", "hi"), ("20 million", "en")),
    (("14:30", "en"), ("2:30 pm", "en")),
    (("مئة كيلومتر", "ar"), ("100 km", "en")),
]
HELD_BACK_DIFFERENT = [
    (("2,400 km", "en"), ("2,500 km", "en")),
    (("2.4 million", "en"), ("2.5 million", "en")),
    (("5 May 1990", "en"), ("6 May 1990", "en")),
    (("5 mai", "fr"), ("5 June 1990", "en")),
    (("1990", "en"), ("1991", "en")),
    (("nearly 700", "en"), ("600", "en")),
    (("3 days", "en"), ("4 days", "en")),
    (("15%", "en"), ("16 %", "fr")),
    (("$3 billion", "en"), ("$3 million", "en")),
    (("14:30", "en"), ("2:30 am", "en")),
    (("twelve", "en"), ("eleven", "en")),
    (("١٢", "ar"), ("١٣", "ar")),
]
HELD_BACK_UNLIKE = [
    (("3 days", "en"), ("3 km", "en")),
    (("3 days", "en"), ("3", "en")),
    (("15%", "en"), ("15", "en")),
    (("$5", "en"), ("€5", "en")),
    (("5 May 1990", "en"), ("5 km", "en")),
    (("14:30", "en"), ("1990", "en")),
]
# What the module was written with.
READ = [
    ("The convoy covered 1,500 kilometres in May.", "en", "length", "1500000", "1,500 kilometres"),
    ("It was signed on 26 July 2023.", "en", "date", "2023-07-26/2023-07-26", "26 July 2023"),
    ("It was signed on July 26, 2023.", "en", "date", "2023-07-26/2023-07-26", "July 26, 2023"),
    ("It was signed on the 26th of July 2023.", "en", "date", "2023-07-26/2023-07-26", "26th of July 2023"),
    ("Filed 2023-07-26 at noon.", "en", "date", "2023-07-26/2023-07-26", "2023-07-26"),
    ("Filed 26/07/2023 at noon.", "en", "date", "2023-07-26/2023-07-26", "26/07/2023"),
    ("Talks ran 26-28 July 2023.", "en", "date", "2023-07-26/2023-07-28", "26-28 July 2023"),
    ("It began on 26 July.", "en", "date", "--07-26/--07-26", "26 July"),
    ("Rain fell in September.", "en", "date", "--09-01/--09-30", "September"),
    ("In 1960 it became independent.", "en", "date", "1960-01-01/1960-12-31", "1960"),
    ("The 1990s were hard.", "en", "date", "1990-01-01/1999-12-31", "1990s"),
    ("About 1,500 people came.", "en", "number", "1500", "1,500"),
    ("Some 1.5 million came.", "en", "number", "1500000", "1.5 million"),
    ("It cost $5bn.", "en", "money", "USD 5000000000", "$5bn"),
    ("It cost 300 US dollars.", "en", "money", "USD 300", "300 US dollars"),
    ("They walked for twenty-one days.", "en", "duration", "1814400", "twenty-one days"),
    ("One hundred and fifty soldiers left.", "en", "number", "150", "One hundred and fifty"),
    ("It lies 10-15 km away.", "en", "length", "12500", "10-15 km"),
    ("It was -5 °C at night.", "en", "temperature", "-5", "-5 °C"),
    ("The park covers 35 km².", "en", "area", "35000000", "35 km²"),
    ("The plant makes 130 megawatts.", "en", "power", "130000000", "130 megawatts"),
    ("It takes 2½ hours.", "en", "duration", "9000", "2½ hours"),
    ("Ends at 2 p.m. sharp.", "en", "time", "14:00", "2 p.m."),
    ("Le ２６ juillet.", "fr", "date", "--07-26/--07-26", "２６ juillet"),
    ("Plus de 1 500 personnes.", "fr", "number", "1575", "1 500"),
    ("Environ quatre-vingt-dix-sept personnes.", "fr", "number", "97", "quatre-vingt-dix-sept"),
    ("Il pèse 3,5 kg.", "fr", "mass", "3.5", "3,5 kg"),
    ("Le prix a monté de 12,5 %.", "fr", "percent", "12.5", "12,5 %"),
    ("En août 2020, il partit.", "fr", "date", "2020-08-01/2020-08-31", "août 2020"),
    ("Il a versé 10 milliards de francs CFA.", "fr", "money", "XOF 10000000000", "10 milliards de francs CFA"),
    ("وقع الاتفاق في ٢٦ يوليو/تموز ٢٠٢٣.", "ar", "date", "2023-07-26/2023-07-26", "٢٦ يوليو/تموز ٢٠٢٣"),
    ("وقع الاتفاق في 26 تموز 2023.", "ar", "date", "2023-07-26/2023-07-26", "26 تموز 2023"),
    ("استمرت الحرب خمسة وعشرين يوما.", "ar", "duration", "2160000", "خمسة وعشرين يوما"),
    ("قتل اثنا عشر جنديا.", "ar", "number", "12", "اثنا عشر"),
    ("بلغت القيمة ٣ مليارات دولار.", "ar", "money", "USD 3000000000", "٣ مليارات دولار"),
    ("يبعد 300 كم.", "ar", "length", "300000", "300 كم"),
    ("بنسبة 20 في المئة.", "ar", "percent", "20", "20 في المئة"),
    ("الساعة 3:15 مساءً.", "ar", "time", "15:15", "3:15 مساءً"),
    ("عام 1960", "ar", "date", "1960-01-01/1960-12-31", "1960"),
    ("Viven allí 2,3 millones.", "es", "number", "2300000", "2,3 millones"),
    ("Pagó 20 dólares.", "es", "money", "USD 20", "20 dólares"),
    ("Tardó cuarenta y cinco minutos.", "es", "duration", "2700", "cuarenta y cinco minutos"),
    ("Am 3.10.1990 fiel sie.", "de", "date", "1990-10-03/1990-10-03", "3.10.1990"),
    ("Es waren 1.500 Menschen.", "de", "number", "1500", "1.500"),
    ("Das dauert zweiunddreißig Tage.", "de", "duration", "2764800", "zweiunddreißig Tage"),
    ("Beginn um 14.30 Uhr.", "de", "time", "14:30", "14.30 Uhr"),
    ("Custou R$ 2,5 bilhões.", "pt", "money", "BRL 2500000000", "R$ 2,5 bilhões"),
    ("Em março de 2011 choveu.", "pt", "date", "2011-03-01/2011-03-31", "março de 2011"),
    ("جمعیت آن ۸۵ میلیون است.", "fa", "number", "85000000", "۸۵ میلیون"),
    ("در ۱۴ ژوئیه ۲۰۱۵ امضا شد.", "fa", "date", "2015-07-14/2015-07-14", "۱۴ ژوئیه ۲۰۱۵"),
    ("१५ अगस्त १९४७ को", "hi", "date", "1947-08-15/1947-08-15", "१५ अगस्त १९४७"),
    ("भारत ने 3 लाख लोग भेजे।", "hi", "number", "300000", "3 लाख"),
    ("1,00,000 लोग आए।", "hi", "number", "100000", "1,00,000"),
    ("全长1500公里。", "zh", "length", "1500000", "1500公里"),
    ("投资100亿美元。", "zh", "money", "USD 10000000000", "100亿美元"),
    ("增长了6.5%。", "zh", "percent", "6.5", "6.5%"),
    ("A ranar 26 ga watan Yuli 2023.", "ha", "date", "2023-07-26/2023-07-26", "26 ga watan Yuli 2023"),
    ("بعد يومين من المعارك.", "ar", "duration", "172800", "يومين"),
    ("会议下午3点半开始。", "zh", "time", "15:30", "下午3点半"),
    ("در سال ۱۴۰۲ آغاز شد.", "fa", "date", "2023-03-21/2024-03-20", "۱۴۰۲"),
    ("It cost $1.5m to build.", "en", "money", "USD 1500000", "$1.5m"),
    ("A hundred trucks left.", "en", "number", "100", "A hundred"),
    ("It lost one million dollars.", "en", "money", "USD 1000000", "one million dollars"),
    ("Mutane miliyan 26.", "ha", "number", "26000000", "miliyan 26"),
]
SAME = [
    (("1,500 km", "en"), ("1500 kilometres", "en")),
    (("1.5 thousand km", "en"), ("1,500 km", "en")),
    (("26 July 2023", "en"), ("July 2023", "en")),
    (("26 July 2023", "en"), ("26 July", "en")),
    (("26 juillet", "fr"), ("July 2023", "en")),
    (("٢٦ يوليو ٢٠٢٣", "ar"), ("2023-07-26", "en")),
    (("nearly 1,500", "en"), ("1,480", "en")),
    (("1500", "en"), ("1,500", "en")),
    (("1,500 km", "en"), ("930 miles", "en")),
    (("24 months", "en"), ("two years", "en")),
    (("72 hours", "en"), ("three days", "en")),
    (("١٢", "ar"), ("twelve", "en")),
    (("اثني عشر", "ar"), ("12", "en")),
    (("12", "en"), ("douze", "fr")),
    (("0.5 km", "en"), ("500 m", "en")),
    (("12.5%", "en"), ("12,5 %", "fr")),
    (("at least 100", "en"), ("105", "en")),
    (("32 °F", "en"), ("0 °C", "en")),
    (("1.5 million", "en"), ("1,483,000", "en")),
    (("300,000", "en"), ("3 लाख", "hi")),
    (("29 February", "en"), ("29 February 2024", "en")),
]
DIFFERENT = [
    (("1,500", "en"), ("1,400", "en")),
    (("1,500 km", "en"), ("1,500 m", "en")),
    (("26 July 2023", "en"), ("27 July 2023", "en")),
    (("26 July 2023", "en"), ("26 July 2022", "en")),
    (("26 July", "en"), ("August 2023", "en")),
    (("26", "en"), ("27", "en")),
    (("about 1,500", "en"), ("1,700", "en")),
    (("2 million", "en"), ("2.4 million", "en")),
    (("3.7%", "en"), ("4%", "en")),
    (("two years", "en"), ("30 months", "en")),
    (("2 pm", "en"), ("2:30 pm", "en")),
    (("1,500 km", "en"), ("900 miles", "en")),
    (("26 July", "en"), ("26 juin", "fr")),
    (("more than 100", "en"), ("90", "en")),
]
UNLIKE = [
    (("1,500 km", "en"), ("1,500", "en")),
    (("26 July 2023", "en"), ("26", "en")),
    (("$3", "en"), ("3%", "en")),
    (("2023", "en"), ("1,500", "en")),
    (("3 kg", "en"), ("3 m", "en")),
]
NOTHING = [
    ("The F-16, the A320 and COVID-19 of version 1.2.3 at 10.0.0.1.", "en"),
    ("One of us may march on.", "en"),
    ("Un homme et une femme.", "fr"),
    ("أحد الرجال", "ar"),
    ("", "en"),
    ("不一样", "zh"),
]


def _written(value: Value) -> str:
    if value.kind == "date":
        days = date.fromordinal(int(value.low)), date.fromordinal(int(value.high))
        return "/".join(str(day) if value.unit == "day" else f"--{day:%m-%d}" for day in days)
    if value.kind == "time":
        return f"{int(value.low) // 60:02}:{int(value.low) % 60:02}"
    middle = round((value.low + value.high) / 2, 6)
    amount = str(int(middle) if middle == int(middle) else middle)
    return f"{value.unit} {amount}" if value.kind == "money" else amount


def _only(text: str, language: str) -> Value:
    (value,) = read_values(text, language)
    return value


@pytest.mark.parametrize(("text", "language", "kind", "amount", "words"), HELD_BACK_READ + READ)
def test_a_value_is_read_where_it_stands(text: str, language: str, kind: str, amount: str, words: str) -> None:
    value = _only(text, language)
    assert (value.kind, _written(value), value.text) == (kind, amount, words)
    assert text[value.start : value.end] == words


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        *((*pair, "same") for pair in HELD_BACK_SAME + SAME),
        *((*pair, "different") for pair in HELD_BACK_DIFFERENT + DIFFERENT),
        *((*pair, "unlike") for pair in HELD_BACK_UNLIKE + UNLIKE),
    ],
)
def test_two_values_are_compared(first: tuple[str, str], second: tuple[str, str], verdict: str) -> None:
    one, two = _only(*first), _only(*second)
    assert compare(one, two) == compare(two, one) == verdict
    assert compare(one, one) == compare(two, two) == "same"


@pytest.mark.parametrize(("text", "language"), NOTHING)
def test_names_versions_and_articles_are_no_values(text: str, language: str) -> None:
    assert read_values(text, language) == ()


def test_the_values_of_a_text_come_in_their_order() -> None:
    text = "From 3 to 9 May 2021 some 1,200 people walked 40 km, at $2 a day, until 5:30 pm."
    assert [value.text for value in read_values(text, "en")] == ["3", "9 May 2021", "1,200", "40 km", "$2", "5:30 pm"]


def test_a_score_is_two_numbers() -> None:
    assert [value.text for value in read_values("They won 3-1.", "en")] == ["3", "1"]


@given(
    st.text(alphabet="09٣५½ %$.,:/-'٬٫\u00a0\u064bkm July twenty خمسةمليون万年月日", max_size=25),
    st.sampled_from(["en", "ar", "fr", "zh"]),
)
def test_any_text_can_be_read(text: str, language: str) -> None:
    values = read_values(text, language)
    assert all(text[value.start : value.end] == value.text and value.low <= value.high for value in values)
    assert all(before.end <= after.start for before, after in pairwise(values))


@pytest.mark.parametrize("language", sorted({code.split("_")[0] for code in locale_identifiers()}))
def test_values_are_read_in_every_language_there_is(language: str) -> None:
    texts = [value.text for value in read_values("1910; 이슬람교; 2020-05-12; abc 1,500 km", language)]
    assert "2020-05-12" in texts
    assert all(texts)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("2001년 12월 4일에 열렸다.", "ko", "2001년 12월 4일"),
        ("축제는 8월 15일에 시작한다.", "ko", "8월 15일"),
        ("Veien er tolv kilometer lang.", "nb", "tolv kilometer"),
    ],
)
def test_korean_dates_and_norwegian_numbers(text: str, language: str, expected: str) -> None:
    assert [value.text for value in read_values(text, language)] == [expected]


def test_a_language_that_is_not_known_is_read_as_english() -> None:
    assert [value.text for value in read_values("It is 1,500 km off.", "xx")] == ["1,500 km"]


@pytest.mark.parametrize("text", ["99/99/2021", "25:61", "2021-13-45"])
def test_no_such_date_or_time(text: str) -> None:
    assert all(value.kind not in {"time"} for value in read_values(text, "en"))
    assert all(value.written == "year" for value in read_values(text, "en") if value.kind == "date")


@pytest.mark.parametrize(
    ("first", "language", "second", "expected"),
    [
        ("١٤٤٥ هـ", "ar", "October 2023", "same"),
        ("1445 هـ", "ar", "March 2024", "same"),
        ("1445 هـ", "ar", "January 2023", "different"),
        ("1445 هـ", "ar", "2019", "different"),
    ],
)
def test_a_year_of_the_hijra(first: str, language: str, second: str, expected: str) -> None:
    (one,), (other,) = read_values(first, language), read_values(second, "en")
    assert compare(one, other) == expected
