"""What of a passage belongs together: lists with what introduces them, sentences with their heading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import LONGEST_LIST, pieces_of
from index.chunk import sentence_spans
from index.lines import is_heading, is_stopped
from tests.texts import SCRIPTS

HANDBOOK = """Rules of the boathouse

Anyone may row. There are four conditions:

- You can swim.
- You wear a vest.
- You are back by dusk. The gate is locked then.

Keep the oars dry.

How do I borrow a boat?

1. Sign the book.
2. Take a key.
3. Leave your card.

Closed in winter? Yes, from November to March. The key is with Ms. Brand.

Fees

Per hour: €4
Per day: €20

Paid at the desk."""


def pieces(text: str, *, whole_lists: bool = True) -> list[tuple[str, str]]:
    found = pieces_of(text, sentence_spans(text, "en"), whole_lists=whole_lists)
    return [(piece.heading, text[piece.start : piece.end]) for piece in found]


def test_a_list_comes_with_what_introduces_it() -> None:
    conditions = (
        "There are four conditions:\n\n- You can swim.\n- You wear a vest.\n- You are back by dusk. The gate is locked then."
    )
    assert ("Rules of the boathouse", conditions) in pieces(HANDBOOK)
    assert ("", "How do I borrow a boat?\n\n1. Sign the book.\n2. Take a key.\n3. Leave your card.") in pieces(HANDBOOK)
    assert ("", "Fees\n\nPer hour: €4\nPer day: €20") in pieces(HANDBOOK)


def test_what_is_no_list_comes_sentence_by_sentence_under_its_heading() -> None:
    found = {text: heading for heading, text in pieces(HANDBOOK)}
    assert found["Anyone may row."] == "Rules of the boathouse"
    assert found["Yes, from November to March."] == "Closed in winter?"
    assert found["The key is with Ms. Brand."] == "Closed in winter?"
    assert found["Paid at the desk."] == "Fees"


def test_a_heading_is_no_piece_of_its_own() -> None:
    assert {"Rules of the boathouse", "Fees", "Closed in winter?"}.isdisjoint(text for _, text in pieces(HANDBOOK))
    assert {"Rules of the boathouse", "Fees"}.isdisjoint(text for _, text in pieces(HANDBOOK, whole_lists=False))


def test_items_stand_alone_where_lists_are_not_wanted_whole_or_are_long() -> None:
    assert ("How do I borrow a boat?", "Take a key.") in pieces(HANDBOOK, whole_lists=False)
    long = "We sell:\n\n" + "\n".join(f"- {'apple ' * 12}{number}." for number in range(20))
    assert len(long) > LONGEST_LIST
    assert sum(text.startswith("- apple") for _, text in pieces(long)) == 20


@pytest.mark.parametrize("text", ["One line without a full stop", "Roses are red\n\nViolets are blue", "Only a question?"])
def test_where_nothing_ends_like_a_sentence_nothing_is_taken_for_a_heading(text: str) -> None:
    assert "".join(part for _, part in pieces(text)) == text.replace("\n\n", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The fees are:\n- Adults: 4 euros\n- Children: 2 euros\n\nMr. Brand collects them. He is strict.\n\nNote: no cards.",
            "The fees are:\n- Adults: 4 euros\n- Children: 2 euros",
        ),
        ("Is it open?\n\nYes. From nine.\n\nNote: bring a card.\n\nMr. Brand reads on Fridays.", "Yes."),
        ("The mayor said:\n\nMr. Kolo will pay for the bridge.", "The mayor said:"),
        ("We need:\n\n- salt.\n\n- rope.\n\nThen we go.", "We need:\n\n- salt.\n\n- rope."),
        ("Steps:\n1. Row.\n2. Rest.\n- By night, do not row.", "Steps:\n1. Row.\n2. Rest."),
    ],
)
def test_a_list_ends_where_its_items_do(text: str, expected: str) -> None:
    assert expected in [piece for _, piece in pieces(text)]


def test_a_question_that_begins_a_paragraph_is_no_heading_of_the_next() -> None:
    text = "Water\n\nWho will pay? Nobody knows yet.\n\nThe dam at Kolo was built in 1960. It leaks."
    found = {piece: heading for heading, piece in pieces(text)}
    assert found["Nobody knows yet."] == "Who will pay?"
    assert found["The dam at Kolo was built in 1960."] == "Water"


@pytest.mark.parametrize(
    "sentence",
    [
        "„Das Hochwasser hat die Pfeiler beschädigt.“",
        "「洪水で橋脚が壊れたためです。」",
        "（原因是洪水损坏了桥墩。）",
        "‹Les piles ont cédé.›",
        "The flood had damaged two of its pillars.[3][12]",
    ],
)
def test_a_quoted_sentence_that_is_a_paragraph_is_no_heading(sentence: str) -> None:
    text = f"It was closed.\n\n{sentence}\n\nIt was opened again."
    start = text.index(sentence)
    assert is_stopped(sentence)
    assert not is_heading(text, (start, start + len(sentence)))


def test_a_script_without_full_stops_has_no_headings() -> None:
    text = "ห้องสมุดเปิดทุกวัน\n\nเด็กอ่านหนังสือที่นี่\n\nค่าบริการ:\n\n- ผู้ใหญ่ 20 บาท\n- เด็ก 10 บาท"
    assert "ห้องสมุดเปิดทุกวัน" in [piece for _, piece in pieces(text)]


@given(
    st.lists(
        st.sampled_from([*SCRIPTS.values(), "Costs:", "- a", "2. b", "Why?", "Title", "Key: value", "The end."]), min_size=1
    ),
    st.lists(st.sampled_from(["\n", "\n\n", " ", "\n\n\n"]), min_size=1),
    st.booleans(),
)
def test_pieces_are_in_order_and_do_not_overlap(lines: list[str], gaps: list[str], whole_lists: bool) -> None:
    text = "".join(line + gaps[number % len(gaps)] for number, line in enumerate(lines))
    sentences = sentence_spans(text, "en")
    found = pieces_of(text, sentences, whole_lists=whole_lists)
    assert found
    position = 0
    for piece in found:
        assert position <= piece.start < piece.end <= len(text)
        assert piece.start in {start for start, _ in sentences}
        assert piece.end in {end for _, end in sentences}
        position = piece.end


@pytest.mark.parametrize(
    "entries",
    [
        ("- 3 May 2019 – The mill burns.", "- 9 June 2019 – It is built anew."),
        ("- Late May 2019 – The mill burns.", "- June 2019 – It is built anew."),
        ("- 2019-05-03: The mill burns.", "- 2019-06-09: It is built anew."),
        ("- ٣ مايو ٢٠١٩ – احترقت الطاحونة.", "- ٩ يونيو ٢٠١٩ – بُنيت من جديد."),
    ],
)
def test_of_what_happened_when_each_entry_stands_for_itself(entries: tuple[str, str]) -> None:
    text = "The mill\n\n" + "\n".join(entries) + "\n\nIt still turns."
    assert [piece for _, piece in pieces(text)] == [*entries, "It still turns."]


def test_a_list_that_only_holds_dates_comes_whole() -> None:
    text = "Why it closed:\n\n- The flood of 3 May 2019 broke the wheel.\n- 2019 was a dry year.\n\nIt still stands."
    assert [piece for _, piece in pieces(text)] == [text[: text.index("\n\nIt")], "It still stands."]
