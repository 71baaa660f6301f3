"""Exact match and F1 as SQuAD and MLQA count them, in every language alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.span_match import answer_words, exact_match, f1
from tests.texts import SCRIPTS

LANGUAGES = ["en", "ar", "de", "es", "fr", "vi", "zh", "th", "ja", "und"]

answers = st.one_of(
    st.sampled_from(
        ["", "the", "The U.S.A.", "1932", "١٩٣٢", "in 1932", "(1932)", "ال", "العام", "年", "1932年", "l’eau", "..."]
    ),
    st.sampled_from(sorted(SCRIPTS.values())),
    st.text(max_size=20),
    st.lists(st.sampled_from(["red", "blue", "the", "河", "١", "ال", "-"]), max_size=5).map(" ".join),
)
languages = st.sampled_from(LANGUAGES)


@pytest.mark.parametrize(
    ("answer", "expected", "language"),
    [
        ("The Eiffel Tower", "eiffel tower", "en"),
        ("eiffel tower!", "Eiffel   Tower", "en"),
        ("an apple, a pear", "apple pear", "en"),
        ("“Peace”", "peace", "en"),
        ("U.S.A.", "USA", "en"),
        ("the U.S.", "US", "en"),
        ("A.D. 79", "AD 79", "en"),
        ("$5 million", "5 million", "en"),
        ("10–12", "1012", "en"),
        ("co-operation", "cooperation", "en"),
        ("STRASSE", "straße", "de"),
        ("die Straße", "Straße", "de"),
        ("El Niño", "niño", "es"),
        ("l’eau", "eau", "fr"),
        ("L'eau", "l’eau", "fr"),
        ("la mer", "mer", "fr"),
        ("những ngôi nhà", "ngôi nhà", "vi"),
        ("البيت", "بيت", "ar"),
        ("البيت الأبيض", "بيت أبيض", "ar"),
        ("١٩٣٢", "1932", "ar"),
        ("۱۹۳۲", "1932", "fa"),
        ("१९३२", "1932", "hi"),
        ("๑๙๓๒", "1932", "th"),
        ("１９３２年", "1932年", "ja"),
        ("、北京。", "北京", "zh"),
        ("「東京」", "東京", "ja"),
        ("ﻻ", "لا", "fa"),
        ("cafe\u0301", "CAFÉ", "en"),
        ("", "the", "en"),
        ("...", "", "en"),
    ],
)
def test_these_answers_are_the_same(answer: str, expected: str, language: str) -> None:
    assert exact_match(answer, [expected], language) == 1
    assert f1(answer, [expected], language) == 1


@pytest.mark.parametrize(
    ("answer", "expected", "language", "score"),
    [
        ("in 1932", "1932", "en", 2 / 3),
        ("red red blue", "red", "en", 1 / 2),
        ("red red", "red red blue", "en", 4 / 5),
        ("the red house", "a blue house", "en", 1 / 2),
        ("red", "blue", "en", 0),
        ("", "red", "en", 0),
        ("red", "", "en", 0),
        ("theatre", "atre", "en", 0),
        ("die Straße", "Straße", "en", 2 / 3),
        ("la mer", "mer", "und", 2 / 3),
        ("والبيت", "بيت", "ar", 0),
        ("مال", "م", "ar", 0),
        ("北京市", "北京", "zh", 4 / 5),
        ("東京都", "京都", "ja", 4 / 5),
        ("1932年5月", "1932年", "zh", 2 / 3),
        ("กข", "กค", "th", 1 / 2),
        ("서울 시", "서울", "ko", 2 / 3),
    ],
)
def test_these_answers_differ(answer: str, expected: str, language: str, score: float) -> None:
    assert exact_match(answer, [expected], language) == 0
    assert f1(answer, [expected], language) == pytest.approx(score)


def test_the_best_of_several_expected_answers_counts() -> None:
    assert exact_match("in May", ["1932", "May", "in May"], "en") == 1
    assert f1("in May", ["1932", "May"], "en") == pytest.approx(2 / 3)


def test_where_no_answer_is_expected_only_none_is_right() -> None:
    assert exact_match("", [], "en") == f1("", [], "en") == 1
    assert exact_match("red", [], "en") == f1("red", [], "en") == 0


@given(answers, answers, languages)
def test_scores_are_symmetric_and_between_0_and_1(first: str, second: str, language: str) -> None:
    assert exact_match(first, [second], language) == exact_match(second, [first], language)
    assert f1(first, [second], language) == f1(second, [first], language)
    assert 0 <= exact_match(first, [second], language) <= f1(first, [second], language) <= 1
    assert exact_match(first, [second], language) in (0, 1)


@given(answers, languages)
def test_an_answer_is_itself(answer: str, language: str) -> None:
    assert exact_match(answer, [answer], language) == f1(answer, [answer], language) == 1
    assert exact_match(f" {answer}\n", [answer], language) == 1


@given(answers, st.lists(answers, min_size=1, max_size=3), answers, languages)
def test_another_expected_answer_never_lowers_the_score(answer: str, expected: list[str], more: str, language: str) -> None:
    assert f1(answer, [*expected, more], language) == max(f1(answer, expected, language), f1(answer, [more], language))


@given(st.permutations(["red", "blue", "green", "河", "7"]), languages)
def test_the_order_of_words_counts_for_exactness_only(words: list[str], language: str) -> None:
    answer, expected = " ".join(words), "red blue green 河 7"
    assert f1(answer, [expected], language) == 1
    assert exact_match(answer, [expected], language) == float(answer == expected)


@given(answers, languages)
def test_words_hold_no_space_and_no_punctuation(text: str, language: str) -> None:
    import unicodedata

    for word in answer_words(text, language):
        assert word
        assert word.split() == [word]
        assert not any(unicodedata.category(character)[0] == "P" for character in word)


@pytest.mark.parametrize(
    ("script", "unspaced"), [("Han", True), ("Thai", True), ("Lao", True), ("Khmer", True), ("Burmese", True)]
)
def test_each_character_is_a_word_where_spaces_do_not_part_them(script: str, unspaced: bool) -> None:
    words = answer_words(SCRIPTS[script], "und")
    assert all(len(word) == 1 for word in words if not word.isascii()) == unspaced


@pytest.mark.parametrize("script", ["Hangul", "Devanagari", "Arabic", "Cyrillic", "Greek", "Tamil", "Ethiopic"])
def test_words_stay_whole_where_spaces_part_them(script: str) -> None:
    words = answer_words(SCRIPTS[script], "und")
    assert len(words) == len(SCRIPTS[script].split())
