"""Lists of pages and books: a step is read with the number that the page shows before it."""

import pytest

from tests.loading import load

AROUND = "<p>The saw is kept in the workshop behind the boat house, and whoever takes it writes it down in the red book.</p>" * 3


def text_of(part: str) -> str:
    """What is read of a part of an article, with paragraphs around it."""
    text = load("saw.html", f"<html><body><main><h1>The saw</h1>{AROUND}{part}{AROUND}</main></body></html>").text
    return "\n\n".join(block for block in text.split("\n\n") if not block.startswith("The saw"))


def test_steps_are_read_with_their_numbers() -> None:
    steps = "<ol><li>Unplug it.</li>\n<li><b>Loosen</b> the guard.</li><li><p>Tighten the screw.</p></li></ol>"
    assert text_of(steps) == "1. Unplug it.\n2. Loosen the guard.\n3. Tighten the screw."
    assert text_of(steps.replace("ol>", "ul>")) == "- Unplug it.\n- Loosen the guard.\n- Tighten the screw."


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ("start='9'", "9. Oil\n10. Wipe"),
        ("start='0'", "0. Oil\n1. Wipe"),
        ("start='x'", "1. Oil\n2. Wipe"),
        ("reversed", "2. Oil\n1. Wipe"),
        ("type='a'", "a) Oil\nb) Wipe"),
        ("type='A' start='26'", "Z) Oil\nAA) Wipe"),
        ("type='i' start='3'", "iii) Oil\niv) Wipe"),
        ("style='list-style-type: upper-roman'", "I) Oil\nII) Wipe"),
        ("style='list-style: none'", "- Oil\n- Wipe"),
    ],
)
def test_numbers_are_those_that_the_page_shows(attributes: str, text: str) -> None:
    assert text_of(f"<ol {attributes}><li>Oil</li><li>Wipe</li></ol>") == text


def test_a_step_may_give_its_own_number() -> None:
    assert text_of("<ol><li>Oil</li><li value=7>Wipe</li><li>Shut</li></ol>") == "1. Oil\n7. Wipe\n8. Shut"
    assert text_of("<ol><li>1. Oil</li><li><span>2.</span> Wipe</li></ol>") == "1. Oil\n2. Wipe"


def test_lists_within_lists_count_for_themselves() -> None:
    page = "<ol><li>Oil<ol type=a><li>the chain</li><li>the hinge<ul><li>both sides</li></ul></li></ol></li><li>Wipe</li></ol>"
    assert text_of(page) == "1. Oil\n  a) the chain\n  b) the hinge\n    - both sides\n2. Wipe"


def test_a_steps_heading_has_its_number() -> None:
    page = "<ol start=4><li><h3>Clean it</h3><p>With a dry brush.</p></li><li><h3>Oil it</h3><p>Two drops.</p></li></ol>"
    assert text_of(page) == "4. Clean it\n\nWith a dry brush.\n\n5. Oil it\n\nTwo drops."


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<ol><li>Oil</li><li>Wipe</li></ol>", "1. Oil 2. Wipe"),
        ("<p>Oil</p><p>W<b>ip</b>e</p>", "Oil Wipe"),
        ("Oil<br>Wipe", "Oil Wipe"),
    ],
)
def test_what_a_cell_holds_on_lines_of_its_own_is_parted(cell: str, text: str) -> None:
    assert text_of(f"<table><tr><th>Job</th><th>How</th></tr><tr><td>Chain</td><td>{cell}</td></tr></table>") == (
        f"Job: Chain; How: {text}"
    )


@pytest.mark.parametrize("character", ["\x01", "\x0b", "&#12;", "\uffff"])
def test_control_characters_do_not_stop_a_list_from_being_read(character: str) -> None:
    assert "1. Oil" in text_of(f"<ol><li>Oil{character} it</li><li>Wipe</li></ol>")


def test_a_paragraph_with_a_vertical_tab_is_not_lost() -> None:
    assert "Oil it twice a year." in text_of("<p>Oil it\x0btwice a year.</p>")


@pytest.mark.parametrize("page", ["<ol><li><ol><li>Oil</li></ol></li></ol>", "<ol>" + "<li><ol>" * 100 + "<li>Oil"])
def test_a_list_with_no_text_but_another_list_is_read(page: str) -> None:
    assert load("a.html", page).text.strip() == "1. Oil"


ROWS = "<tr><th>Chain</th><th>Oil</th></tr><tr><td>12 in</td><td>4 ml</td></tr><tr><td>16 in</td><td>6 ml</td></tr>"
READ = "Chain: 12 in; Oil: 4 ml\nChain: 16 in; Oil: 6 ml"


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (f"<table>{ROWS}</table>", f"1. {READ}\n2. Wipe"),
        (f"Oil it:<table>{ROWS}</table>", f"1. Oil it:\n\n{READ}\n\n2. Wipe"),
        (f"<p>Oil it:</p><div><table>{ROWS}</table></div><p>Wait.</p>", f"1. Oil it:\n\n{READ}\n\nWait.\n\n2. Wipe"),
        ("<table><tr><td>Oil it.</td></tr></table>", "1. Oil it.\n2. Wipe"),
    ],
)
def test_a_table_in_an_item_is_read_as_others_are(item: str, text: str) -> None:
    assert text_of(f"<ol><li>{item}</li><li>Wipe</li></ol>") == text
    bulleted = text.replace("1. ", "- ").replace("2. ", "- ")
    assert text_of(f"<ul><li>{item}</li><li>Wipe</li></ul>") == bulleted


def test_a_table_in_a_definition_is_read_as_others_are() -> None:
    assert text_of(f"<dl><dt>Oil</dt><dd><table>{ROWS}</table></dd></dl>") == f"Oil\n\n{READ}"


def test_a_long_list_is_numbered_to_its_end() -> None:
    assert text_of("<ol>" + "<li>Oil</li>" * 1001 + "</ol>").endswith("\n999. Oil\n1000. Oil\n1001. Oil")
