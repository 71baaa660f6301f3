"""The sources in a real browser: from a mark to its passage, by mouse, keyboard and phone, in either direction of writing."""

from playwright.sync_api import Page, expect

from assistant.pipeline import Assistant
from assistant.web.application import create_app

from .browser import ARABIC_BORDER, BORDER, COMMUNIQUE, NewPage, ask, chosen, serving


def test_mark_opens_the_passage_with_the_quote_marked(page: Page) -> None:
    reply = ask(page, "How long is the border?")
    expect(reply.locator("li").first).to_have_text(f"{BORDER} [1]")
    expect(reply.locator("li").nth(1)).to_have_text(f"{ARABIC_BORDER} [2]")
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(page.locator("#panel .source")).to_have_count(2)

    reply.get_by_role("link", name="[1]").click()
    expect(chosen(page).locator("mark")).to_have_text(BORDER)
    expect(chosen(page).locator("mark")).to_be_in_viewport()
    assert chosen(page).locator("blockquote").inner_text() == COMMUNIQUE
    expect(chosen(page).locator("h3")).to_contain_text("Niger and Nigeria agree")
    expect(chosen(page).locator(".about")).to_have_text("news/communique.md · 2024-08-29 · English · paragraph 3 of 4")
    expect(reply.get_by_role("link", name="[1]")).to_have_attribute("aria-current", "true")

    reply.get_by_role("link", name="[2]").click()
    expect(chosen(page).locator("mark")).to_have_text(ARABIC_BORDER)
    expect(reply.locator("[aria-current]")).to_have_count(1)
    assert page.url.endswith("/")


def test_sources_by_keyboard(page: Page) -> None:
    reply = ask(page, "How long is the border?")
    for _ in range(10):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.innerText") == "[1]":
            break
    mark = reply.get_by_role("link", name="[1]")
    expect(mark).to_be_focused()
    page.keyboard.press("Enter")
    expect(chosen(page).locator("mark")).to_have_text(BORDER)
    expect(chosen(page).locator("h3 a")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(chosen(page).locator("mark")).to_have_text(ARABIC_BORDER)
    page.keyboard.press("Escape")
    expect(reply.get_by_role("link", name="[2]")).to_be_focused()


def test_older_answers_keep_their_sources(page: Page) -> None:
    first = ask(page, "How long is the border?")
    second = ask(page, "And in Arabic?")
    second.get_by_role("link", name="[1]").click()
    expect(chosen(page).locator("mark")).to_have_text(ARABIC_BORDER)
    first.get_by_role("link", name="[1]").click()
    expect(chosen(page).locator("mark")).to_have_text(BORDER)
    expect(page.locator("#panel .asked")).to_have_text("How long is the border?")


def test_refusal_shows_the_closest_passages_as_no_answer(page: Page) -> None:
    reply = ask(page, "What did Niger and China sign?")
    expect(reply.locator(".said")).to_have_text("The documents don't tell.")
    expect(reply.locator(".note")).to_contain_text("not an answer")
    expect(page.locator("#panel h2")).to_contain_text("not an answer")
    reply.get_by_role("link", name="Niger and Nigeria agree").click()
    expect(chosen(page).locator("mark")).to_have_text(BORDER)


def test_arabic_runs_from_the_right(page: Page) -> None:
    reply = ask(page, "And in Arabic?")
    line = reply.locator("li")
    assert line.evaluate("element => getComputedStyle(element).direction") == "rtl"
    box, mark = line.bounding_box(), line.get_by_role("link").bounding_box()
    assert box is not None
    assert mark is not None
    assert mark["x"] < box["x"] + box["width"] / 2, "the mark follows the quote, on its left"
    line.get_by_role("link").click()
    expect(chosen(page).locator("mark")).to_have_text(ARABIC_BORDER)
    assert chosen(page).locator("blockquote").evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_phone(new_page: NewPage) -> None:
    page = new_page(size=(360, 640))
    fits = "document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(fits)
    reply = ask(page, "How long is the border?")
    ask(page, "hostile")
    assert page.evaluate(fits)
    expect(page.locator("#panel h2")).to_be_hidden()
    reply.get_by_role("link", name="[1]").click()
    expect(chosen(page).locator("mark")).to_be_in_viewport()
    assert page.evaluate(fits)
    page.get_by_role("button", name="Close the sources").click()
    expect(page.locator("#panel h2")).to_be_hidden()
    expect(page.get_by_role("textbox")).to_be_in_viewport()
    reply.get_by_role("link", name="[1]").click()
    expect(chosen(page).locator("h3 a")).to_be_focused()


def test_from_quote_to_quote_and_the_whole_document(page: Page) -> None:
    reply = ask(page, "How long is the border?")
    reply.get_by_role("link", name="[1]").click()
    expect(chosen(page).get_by_role("link", name="Previous quote")).to_have_count(0)
    expect(chosen(page)).not_to_contain_text("Only in the whole document")
    chosen(page).get_by_role("link", name="Whole document").click()
    expect(chosen(page)).to_contain_text("Only in the whole document")
    expect(chosen(page).locator("mark")).to_have_text(BORDER)
    expect(chosen(page).locator("mark")).to_be_in_viewport()
    chosen(page).get_by_role("link", name="Passage only").click()
    expect(chosen(page)).not_to_contain_text("Only in the whole document")
    chosen(page).get_by_role("link", name="Next quote").click()
    expect(chosen(page).locator("mark")).to_have_text(ARABIC_BORDER)
    expect(reply.get_by_role("link", name="[2]")).to_have_attribute("aria-current", "true")
    chosen(page).get_by_role("link", name="Previous quote").click()
    expect(chosen(page).locator("mark")).to_have_text(BORDER)


def test_sources_that_disagree_are_told_in_the_questions_language(page: Page) -> None:
    reply = ask(page, "Do the sources agree?")
    expect(reply.locator(".disagreement")).to_have_text("The sources disagree:")
    expect(reply.locator("li")).to_have_count(2)
    one, other = (reply.locator("li").nth(place).bounding_box() for place in (0, 1))
    assert one is not None
    assert other is not None
    assert one["y"] == other["y"], "side by side"
    assert one["x"] < other["x"]
    expect(reply.locator("li").first).to_contain_text("Niger and Nigeria agree · 2024-08-29")


def test_what_disagrees_is_read_from_the_right_after_an_arabic_question(page: Page) -> None:
    reply = ask(page, "هل تتفق المصادر (sources)؟")
    one, other = (reply.locator("li").nth(place).bounding_box() for place in (0, 1))
    assert one is not None
    assert other is not None
    assert one["x"] > other["x"]


def test_visitors_see_only_their_own_conversation(new_page: NewPage) -> None:
    one, two = new_page(), new_page()
    mark = ask(one, "How long is the border?").get_by_role("link", name="[1]")
    expect(two.locator("#chat [data-testid=bot]")).to_have_count(0)
    stolen = mark.get_attribute("href")
    ask(two, "And in Arabic?").get_by_role("link").evaluate("(link, href) => link.setAttribute('href', href)", stolen)
    two.get_by_role("link", name="[1]").click()
    expect(two.locator("#panel .hint")).to_contain_text("no longer holds this answer")
    mark.click()
    expect(chosen(one).locator("mark")).to_have_text(BORDER)


def test_example_documents_from_question_to_passage(new_page: NewPage, example_assistant: Assistant) -> None:
    with serving(create_app(example_assistant)) as address:
        page = new_page(address)
        reply = ask(page, "How long is the border between Niger and Nigeria?")
        reply.get_by_role("link", name="[1]").first.click()
        expect(chosen(page).locator("mark")).to_be_in_viewport()
        document = example_assistant.document(chosen(page).locator(".name").inner_text())
        assert document is not None
        assert chosen(page).locator("mark").inner_text() in document.text
