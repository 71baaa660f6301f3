"""How lines begin and end: marks of lists, rows of labelled values, headings."""

import pytest

from assistant.phrasing.sentences import Said, read_sentence
from index.lines import LONGEST_HEADING, is_heading, is_list_item, marker, without_bullet
from index.loaders.lists import marked


@pytest.mark.parametrize(
    ("sort", "lines"),
    [
        ("bullet", ["- rice", "* rice", "•rice", "· rice", "– rice", "— rice", "▪ rice", "●\trice", "\uf0b7rice", "  ‣ rice"]),
        ("number", ["1. rice", "12) rice", "(3) rice", "٣. أرز", "3a) rice"]),
        ("letter", ["a) rice", "(b) rice", "A. rice", "أ) أرز", "ii) rice", "(iv) rice", "XII) rice"]),
        ("label", ["Fee: 4 €", "Opens at nine: yes", "Prix : 4 €", "费用：四元", "10:30 Lunch", "Fee:\t4 €"]),
        (
            "",
            [
                "-5 °C at night",
                "*Note",
                "—Sí, dijo",
                "Mr. Sow came",
                "day. They left",
                "II. Fees",
                "1998. It rained",
                "https://a.b/c",
            ],
        ),
        ("", ["a:b", "Fee:", "rice", "1.5 km", "xiix) rice", "one two three four five: six", ""]),
    ],
)
def test_the_sort_of_mark_that_a_line_begins_with(sort: str, lines: list[str]) -> None:
    assert {line: marker(line) for line in lines} == dict.fromkeys(lines, sort)
    assert {line: marker(f"Then\n{line}", 5) for line in lines} == dict.fromkeys(lines, sort)


def test_what_is_no_item_where_it_may_be_a_line_of_prose() -> None:
    assert all(map(is_list_item, ["- rice", "a) rice", "Fee: 4 €", "Prix : 4 €", "# Fees", "> quoted", "| a | b |"]))
    assert not any(
        map(is_list_item, ["10:30 in the morning", "他说：我们明天出发", "-5 °C at night", "end. They left", "Mr. Sow came"])
    )


@pytest.mark.parametrize("line", ["- rice", "* rice", "•rice", "▪ rice", "—\u00a0rice", "rice"])
def test_an_entry_of_a_list_comes_without_its_bullet(line: str) -> None:
    assert without_bullet(line) == "rice"


@pytest.mark.parametrize("line", ["3. Juni", "-5 °C", "a) rice"])
def test_what_may_be_more_than_a_bullet_stays(line: str) -> None:
    assert without_bullet(line) == line


@pytest.mark.parametrize(
    "text",
    [
        "Fees\n\nAdults pay 4 euros.",
        "Fees (2024)\n\nAdults pay 4 euros.",
        "II. Fees\n\nAdults pay 4 euros.",
        "Mr. Sow\n\nHe pays 4 euros.",
        "# Fees\n\nAdults pay 4 euros.",
        "  Fees\n  - adults",
        "Fees\nAdults: 4 euros",
        "Who pays?\n\nAdults.",
        "Who pays? Adults.",
    ],
)
@pytest.mark.parametrize("before", ["", "It is open.\n\n"])
def test_a_short_paragraph_that_ends_like_none_is_a_heading(text: str, before: str) -> None:
    end = text.index("?") + 1 if "?" in text else text.index("\n")
    start = len(text) - len(text.lstrip())
    assert is_heading(before + text, (len(before) + start, len(before) + end))


@pytest.mark.parametrize(
    "text",
    [
        "Fees",
        "Fees\n",
        "Fees\nAdults pay 4 euros.",
        "Adults pay.\n\nAll do.",
        "成人四元；\n\n儿童两元。",
        "Fees:\n\n- adults",
        "- Fees\n\n- More",
        "1. Fees\n\nAdults pay.",
        "ค่าบริการ\n\nผู้ใหญ่",
        "“They pay.”\n\nHe said so.",
        "long " * (LONGEST_HEADING // 5 + 1) + "\n\nAdults pay.",
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert not is_heading(text, (0, len(text.split("\n", maxsplit=1)[0].rstrip())))


def test_what_stands_within_a_line_or_a_paragraph_is_no_heading() -> None:
    assert not is_heading("It is open. Who pays? Adults.", (12, 21))
    assert not is_heading("It is open.\nFees\n\nAdults pay.", (12, 16))


def test_an_item_that_has_a_mark_gets_no_other() -> None:
    assert [marked(item) for item in ["•Rice", "▪ Rice", "(a) Rice", "ii) Rice"]] == ["•Rice", "▪ Rice", "(a) Rice", "ii) Rice"]
    assert [marked(item) for item in ["J. Smith", "-5 °C"]] == ["- J. Smith", "- -5 °C"]


@pytest.mark.parametrize("mark", ["- ", "▪ ", "•", "3. ", "(2) ", "b) ", "iv) ", "> "])
def test_what_a_model_lists_is_read_without_its_marks(mark: str) -> None:
    assert read_sentence(f"{mark}The mill burned in May. [1]") == Said("The mill burned in May.", (1,))
