"""The conversation in a real browser: asking, stopping, changing, keeping, copying and judging."""

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, expect

from assistant.feedback import FeedbackStore
from assistant.web.application import create_app

from .accessibility import assert_accessible
from .browser import ARABIC_BORDER, BORDER, EXAMPLE, NewPage, WordyAssistant, ask, chosen, serving


def test_conversation_survives_a_reload_until_a_new_one(page: Page, new_page: NewPage) -> None:
    ask(page, "How long is the border?")
    page.reload()
    expect(page.locator("#chat [data-testid=user]")).to_have_text("How long is the border?")
    expect(page.locator("#panel .source")).to_have_count(2)
    expect(ask(page, "What was asked before?").locator(".notice")).to_contain_text("Before: How long is the border?")
    page.locator("#chat").get_by_role("link", name="[1]").click()
    expect(chosen(page).locator("mark")).to_have_text(BORDER)
    expect(new_page().locator("#chat [data-testid=bot]")).to_have_count(0)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#chat [data-testid=bot]")).to_have_count(0)
    expect(page.locator("#panel .source")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name=EXAMPLE)).to_be_visible()
    expect(page.locator("#chat [data-testid=bot]")).to_have_count(0)
    ask(page, "And in Arabic?")
    expect(page.locator("#chat [data-testid=bot]")).to_have_count(1)


def test_a_question_can_be_stopped_and_asked_again(page: Page, scripted: WordyAssistant) -> None:
    scripted.go_on.clear()
    page.get_by_role("textbox").fill("How slow is the border?")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .working")).to_be_visible()
    page.locator("#question .stop-button").click()
    reply = page.locator("#chat [data-testid=bot]")
    expect(reply).to_contain_text("Stopped.")
    scripted.go_on.set()
    asked = scripted.asked.count("How slow is the border?")
    reply.get_by_role("button", name="Ask again").click()
    expect(reply.locator(".answer li")).to_have_count(2)
    assert scripted.asked.count("How slow is the border?") == asked + 1
    expect(page.locator("#chat [data-testid=user]")).to_have_count(1)
    expect(page.locator("#question .submit-button")).to_be_visible()


def test_what_is_clicked_twice_is_asked_once(page: Page, scripted: WordyAssistant) -> None:
    scripted.go_on.set()
    before = len(scripted.asked)
    page.get_by_role("button", name=EXAMPLE).dblclick()
    reply = page.locator("#chat [data-testid=bot]")
    expect(reply.locator(".answer li")).to_have_count(2)
    expect(page.locator("#question .submit-button")).to_be_visible()
    ask(page, "How slow is it?")
    assert scripted.asked[before:] == [EXAMPLE, "How slow is it?"]
    scripted.go_on.clear()
    reply.last.get_by_role("button", name="Ask again").dblclick()
    expect(page.locator("#chat .working")).to_be_visible()
    scripted.go_on.set()
    expect(reply.last.locator(".answer li")).to_have_count(2)
    expect(page.locator("#question .submit-button")).to_be_visible()
    ask(page, "And in Arabic?")
    assert scripted.asked[before:] == [EXAMPLE, "How slow is it?", "How slow is it?", "And in Arabic?"]
    expect(page.locator("#chat [data-testid=user]")).to_have_text([EXAMPLE, "How slow is it?", "And in Arabic?"])


def test_what_is_typed_while_a_question_is_asked_again_is_not_lost(page: Page, scripted: WordyAssistant) -> None:
    scripted.go_on.set()
    reply = ask(page, "How slow is it?")
    scripted.go_on.clear()
    page.get_by_role("textbox").fill("And in")
    reply.get_by_role("button", name="Ask again").click()
    expect(page.locator("#chat .working")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("And in")
    page.get_by_role("textbox").fill("And in Arabic?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(page.locator("#chat [data-testid=user]")).to_have_text(["How slow is it?"])
    scripted.go_on.set()
    expect(page.locator("#chat [data-testid=user]")).to_have_text(["How slow is it?", "And in Arabic?"])
    expect(page.locator("#chat .answer li")).to_have_count(3)


def test_what_waits_for_a_question_goes_with_its_conversation(page: Page, scripted: WordyAssistant) -> None:
    _let_wait(page, scripted, "What waits?")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#chat [data-testid=user]")).to_have_count(0)
    scripted.go_on.set()
    ask(page, "And in Arabic?")
    expect(page.locator("#chat [data-testid=user]")).to_have_text(["And in Arabic?"])
    assert "What waits?" not in scripted.asked


def test_a_stopped_question_stays_and_what_waited_for_it_is_asked(page: Page, scripted: WordyAssistant) -> None:
    _let_wait(page, scripted, "And in Arabic?")
    page.locator("#question .stop-button").click()
    expect(page.locator("#chat [data-testid=user]")).to_have_text(["How slow is it?", "And in Arabic?"])
    expect(page.locator("#chat [data-testid=bot]").first).to_contain_text("Stopped.")
    scripted.go_on.set()
    expect(page.locator("#chat [data-testid=bot]").last.locator(".answer li")).to_have_count(1)


def test_a_reload_while_a_question_is_worked_on_loses_neither_it_nor_what_comes_after(browser: Browser) -> None:
    assistant = WordyAssistant()
    with serving(create_app(assistant)) as address, browser.new_context() as context:
        page = context.new_page()  # not one that must not complain: Gradio does when it is cut off
        page.set_default_timeout(15_000)
        page.goto(address)
        page.get_by_role("textbox").fill("How slow is the border?")
        page.keyboard.press("Enter")
        expect(page.locator("#chat .working")).to_be_visible()
        page.reload()
        expect(page.locator("#chat [data-testid=user]")).to_have_text("How slow is the border?")
        expect(page.locator("#chat .notice")).to_contain_text("before the answer was there. Ask the question again.")
        ask(page, "And in Arabic?")
        assistant.go_on.set()
        page.reload()
        expect(page.locator("#chat [data-testid=user]")).to_have_text(["How slow is the border?", "And in Arabic?"])
        page.get_by_role("button", name="Edit question").click()
        expect(page.locator("#chat [data-testid=user]")).to_have_count(1)
        page.get_by_role("button", name="Ask again").click()
        expect(page.locator("#chat .answer li")).to_have_count(2)


def test_the_last_question_can_be_changed(page: Page) -> None:
    ask(page, "And in Arabic?")
    expect(ask(page, "Do the sources agree?").get_by_role("button", name="Edit question")).to_have_count(1)
    expect(page.get_by_role("button", name="Edit question")).to_have_count(1)
    page.get_by_role("button", name="Edit question").click()
    expect(page.get_by_role("textbox")).to_have_value("Do the sources agree?")
    expect(page.get_by_role("textbox")).to_be_focused()
    expect(page.locator("#chat [data-testid=user]")).to_have_text("And in Arabic?")
    expect(ask(page, "What was asked before?").locator(".notice")).to_contain_text(f"Before: And in Arabic? {ARABIC_BORDER}")


def test_answers_are_copied_and_exported_with_their_sources(page: Page) -> None:
    reply = ask(page, "How long is the border?")
    reply.get_by_role("button", name="Copy").click()
    expect(reply.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == f"- {BORDER} [1]"
    assert f"1. “{BORDER}” (Niger and Nigeria agree, 2024-08-29, news/communique.md)" in copied.splitlines()
    ask(page, "hostile *stars*")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == "conversation.md"
    exported = download.value.path().read_text(encoding="utf-8")
    assert exported.startswith(f"## How long is the border?\n\n{copied}\n\n## hostile \\*stars\\*\n\n")
    html = MarkdownIt().render(exported)
    assert "<img" not in html
    assert "<script" not in html
    assert "<a " not in html


def test_thumbs_and_comments_are_kept(page: Page, opinions: FeedbackStore) -> None:
    first = ask(page, "How long is the border?")
    first.get_by_role("button", name="Helpful", exact=True).click()
    expect(first.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "true")
    second = ask(page, "What did Niger and China sign? Tell me <b>all</b>.")
    second.get_by_role("button", name="Not helpful").press("Space")
    page.get_by_role("dialog").get_by_role("textbox").fill("It was <i>oil</i>.")
    page.get_by_role("button", name="Send").click()
    expect(second.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    good, bad = opinions.all()[-2:]
    assert (good.question, good.good, good.answers, good.comment) == (
        "How long is the border?",
        True,
        (BORDER, ARABIC_BORDER),
        "",
    )
    assert (bad.good, bad.answered, bad.comment) == (False, False, "It was <i>oil</i>.")
    assert [turn.question for turn in bad.history] == ["How long is the border?"]
    first.get_by_role("button", name="Helpful", exact=True).click()
    expect(first.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "false")
    assert good.message not in [opinion.message for opinion in opinions.all()]


def test_a_language_models_words_stand_above_the_quotes(page: Page) -> None:
    reply = ask(page, "How long is the border, in words?")
    said = reply.locator(".phrased")
    expect(said).to_contain_text("It is 1,500 km <b>long</b>. [1]")
    expect(said.locator("del")).to_have_text("It is 99 km.")
    expect(said).to_contain_text("The quotes do not hold the number 99.")
    expect(reply.locator(".answer li")).to_have_count(2)
    expect(page.locator("#question .submit-button")).to_be_visible()
    said.get_by_role("link", name="[1]").click()
    expect(chosen(page).locator("mark")).to_have_text(BORDER)
    assert_accessible(page)
    failing = ask(page, "How long is it, failing?")
    expect(failing.locator(".phrased .note")).to_have_text("The language model did not answer in time.")
    expect(failing.locator(".answer li")).to_have_count(2)


def test_stopping_ends_the_language_model_and_keeps_the_quotes(page: Page, scripted: WordyAssistant) -> None:
    scripted.cut_off.clear()
    reply = ask(page, "How long is the border, in endless words?")
    expect(reply.locator(".phrased")).to_be_visible()
    page.locator("#question .stop-button").click()
    expect(reply.locator(".phrased")).to_have_count(0)
    expect(reply.locator(".answer li")).to_have_count(2)
    assert scripted.cut_off.wait(15), "the model was told"
    expect(page.locator("#question .submit-button")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_keeps_people_out(new_page: NewPage, dark: bool) -> None:
    page = new_page(dark=dark)
    expect(page.get_by_role("button", name=EXAMPLE)).to_be_visible()
    assert_accessible(page)
    ask(page, "Do the sources agree?").get_by_role("link", name="[1]").click()
    expect(chosen(page).locator("mark")).to_be_visible()
    reply = ask(page, "What did Niger and China sign?")
    assert_accessible(page)
    reply.get_by_role("button", name="Not helpful").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)


def test_example_is_asked_with_a_click(page: Page) -> None:
    page.get_by_role("button", name=EXAMPLE).click()
    expect(page.locator("#chat .answer li")).to_have_count(2)
    expect(page.locator("#chat [data-testid=user]")).to_have_text(EXAMPLE)


def test_errors_are_told_in_the_chat(page: Page) -> None:
    expect(ask(page, "This is too long").locator(".notice")).to_have_text(
        "The question is <b>too</b> long. Ask for one thing at a time."
    )
    broken = ask(page, "This is broken")
    expect(broken).to_contain_text("Something went wrong")
    expect(broken).not_to_contain_text("secret detail")
    expect(ask(page, "How long is the border?").get_by_role("link", name="[1]")).to_be_visible()
    expect(page.locator("#chat [data-testid=bot]")).to_have_count(3)


def test_earlier_turns_go_along_until_a_new_conversation(page: Page) -> None:
    ask(page, "And in Arabic?")
    expect(ask(page, "What was asked before?").locator(".notice")).to_have_text(f"Before: And in Arabic? {ARABIC_BORDER}")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#chat [data-testid=bot]")).to_have_count(0)
    expect(ask(page, "What was asked before?").locator(".notice")).to_have_text("Before:")


def test_dark_where_the_system_is_dark(new_page: NewPage) -> None:
    light, dark = new_page(), new_page(dark=True)
    brightness = (
        "getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b)"
    )
    assert light.evaluate(brightness) > 600
    assert dark.evaluate(brightness) < 150


def test_screen_readers_are_not_read_tags(page: Page) -> None:
    ask(page, "How long is the border?")
    expect(page.locator("#chat [aria-label*='<div']")).to_have_count(0)


def _let_wait(page: Page, scripted: WordyAssistant, question: str) -> None:
    """Asks while another question is being asked again, until `scripted.go_on` is set."""
    scripted.go_on.set()
    ask(page, "How slow is it?").get_by_role("button", name="Ask again").wait_for()
    scripted.go_on.clear()
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#chat .working")).to_be_visible()
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_have_value("")
