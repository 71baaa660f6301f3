"""Lines of plain text that were wrapped are one sentence; those of lists, tables and verse are not."""

import pytest

from index.chunk import sentence_spans
from index.paragraphs import paragraphs

WRAPPED = (
    "The harbour was built in the year eighteen hundred and twelve by the\n"
    "Kolo family, who needed a place for their boats in the storms of the\n"
    "Novembers, and it was made longer twice since then."
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, "und")]


def test_wrapped_lines_are_one_sentence_and_list_items_are_not() -> None:
    wrapped = (
        "The two delegations met in the old governor's house on the river bank\n"
        "and spoke for three hours about fishing rights and the new radio masts.\n"
        "- boats for the eastern shore\n"
        "- masts for the western shore"
    )
    sentences = [wrapped[start:end] for start, end in sentence_spans(wrapped, "en")]
    assert sentences[0] == wrapped[: wrapped.index("\n- boats")]
    assert sentences[1:] == ["- boats for the eastern shore", "- masts for the western shore"]


@pytest.mark.parametrize("begins", ["ten. Then they", "Mr. Sow and he", "-5 °C at night", "10:30 at night"])
def test_a_wrapped_line_may_begin_like_much(begins: str) -> None:
    wrapped = (
        f"The two delegations met in the old governor's house on the river bank before\n{begins} spoke for hours about fishing."
    )
    assert len(list(sentence_spans(wrapped, "en"))) == 1 + begins.startswith("ten")
    assert not any(wrapped[end:].startswith("\n") for _, end in sentence_spans(wrapped, "en"))


def test_lines_that_are_paragraphs_are_parted() -> None:
    text = (
        "Against the odds\nThe agreement calls for three boats and a common radio channel, said the mayor of the town last week."
    )
    assert [text[start:end] for start, end in sentence_spans(text, "en")] == text.split("\n")


@pytest.mark.parametrize(
    "expected",
    [
        # A small letter goes on, whatever the lines around it are like, and so does one behind a comma.
        [
            "They met.",
            "The contract was signed on the sixth of March and holds until\nmay.",
            "Nobody was against it there at all.",
        ],
        ["The board agreed to lengthen the northern pier,\nwhich the storms of last winter had damaged.", "That is all."],
        ["Nobody has seen so many boats in the old\nbasin: there were more than two hundred.", "They left."],
        # Wrapped by hand, and not filled to the last word.
        ["The hall costs six million, of which the town gives\n2 million and the old savings bank in Kolo lends\n3 million."],
        ["يقام الاجتماع القادم في القاعة الكبرى عند ضفة النهر وقد خصص له المجلس\nساعتين كاملتين.", "انتهى."],
    ],
)
def test_lines_wrapped_by_hand_are_one_sentence(expected: list[str]) -> None:
    assert sentences("\n".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        [
            "港务局昨天宣布新的防波堤将在明年春天完工。",
            "工程费用共三千二百万元，其中一半由\n国家负担。",
            "渔民协会表示欢迎，但要求在施工期间保留北侧的泊位。",
            "局长说已经作出安排，\n各方将在下周签字。",
            "届时将公布详细的日程，",
        ],
        ["Նավահանգիստը կբացվի հաջորդ գարնանը։ ", "Աշխատանքները արժեն երեք միլիոն և\nվճարում է պետությունը"],
    ],
)
def test_a_sentence_ends_within_a_wrapped_line_in_other_scripts_too(expected: list[str]) -> None:
    assert sentences("".join(expected)) == [sentence.rstrip() for sentence in expected]


def test_a_paragraph_of_few_lines_is_wrapped_as_the_whole_text_is() -> None:
    first = "The works were paid for by the eldest daughters of the old"
    paragraph = f"{first}\nKolo and by the bank of the town, which still holds most of it."
    assert sentences(paragraph) == paragraph.split("\n")
    assert sentences(f"{WRAPPED}\n\n{paragraph}")[1:] == [paragraph]
    wide = "| a row of a table " * 10
    assert sentences(f"{WRAPPED}\n\n{wide}\n{wide}\n\n{paragraph}")[-1] == paragraph


def test_an_agenda_in_a_wrapped_text_is_no_sentence() -> None:
    agenda = (
        "8 May: ceremony at the memorial, at eleven in the morning\n15 May: council\n25 May: market of the firemen\n6 June: races"
    )
    assert sentences(f"{WRAPPED}\n\n{agenda}")[1:] == agenda.split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "Ana Kolo,accounts payable,Porto,2019-03-01,41000\nBo Dune,purchasing office,Lisbon,2020-07-15,39500\nCy Marsh,harbour",
        "berth - place where a ship lies at a quay or pier\nbollard - short post to which ropes are fastened\nfender - cushion",
        "2024-03-04 09:15:00 INFO server started on port 8080\n2024-03-04 09:15:02 INFO loaded 1204 documents\n2024-03-04 ERROR",
        "700 g rice of the long grained sort, washed twice\n300 g lentils, soaked for a night in cold water\nsalt and pepper",
        "the sea that laps the old stone harbour wall at night\nand breaks the moon in pieces on the grey stones\nhas gone",
        "- coat and boots\n\nwarm clothes for at least three cold days\na sleeping bag and a mat\none torch with two batteries",
        "საზღვაო პორტის ადმინისტრაცია ანა კოლო\nსალარო მუშაობს ყოველდღე დილის რვა საათიდან საღამოს ექვს საათამდე.",
        "Harbour board approves plan for a longer northern pier\nThe board of the harbour approved the plan on Monday evening.",
    ],
)
def test_lines_of_lists_tables_and_verse_are_no_wrapped_sentence(text: str) -> None:
    assert [text[start:end] for start, end in paragraphs(text)] == [line for line in text.split("\n") if line]
