"""The web chat in a real browser: asking, reading the sources, and that documents are never more than text."""

from collections.abc import Callable, Iterator

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from assistant.feedback import FeedbackStore
from assistant.pipeline import Assistant
from assistant.web.server import create_app

from .accessibility import assert_accessible
from .browser import ARABIC_BORDER, BORDER, COMMUNIQUE, HOSTILE, HOSTILE_QUOTE, WordyAssistant, serving

expect.set_options(timeout=15_000)

NewPage = Callable[..., Page]
EXAMPLE = "How long is the border?"


@pytest.fixture(scope="module")
def scripted() -> WordyAssistant:
    return WordyAssistant()


@pytest.fixture(scope="module")
def opinions(tmp_path_factory: pytest.TempPathFactory) -> FeedbackStore:
    return FeedbackStore(tmp_path_factory.mktemp("feedback") / "feedback.sqlite")


@pytest.fixture(scope="module")
def site(scripted: WordyAssistant, opinions: FeedbackStore) -> Iterator[str]:
    with serving(create_app(scripted, examples=[EXAMPLE], feedback=opinions)) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    """One for all tests, for its cache; each page in it is another visitor all the same."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context


@pytest.fixture
def new_page(context: BrowserContext, site: str) -> Iterator[NewPage]:
    """Opens the chat as a new visitor. Whatever the test does, every request must stay with the server, and nothing may fail."""
    requests: list[str] = []
    complaints: list[str] = []
    pages: list[Page] = []

    def open_page(address: str = site, *, dark: bool = False, size: tuple[int, int] = (1280, 800)) -> Page:
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(15_000)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.goto(address)
        expect(page.get_by_role("textbox")).to_be_visible()
        return page

    yield open_page
    for page in pages:
        page.close()
    assert [url for url in requests if not url.startswith("http://127.0.0.1:")] == []
    assert complaints == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


def ask(page: Page, question: str) -> Locator:
    """Asks, and gives the finished reply."""
    before = page.locator("#chat [data-testid=bot]").count()
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    reply = page.locator("#chat [data-testid=bot]").nth(before)
    expect(reply.locator(".answer, .refusal, .notice")).to_be_visible()
    return reply


def chosen(page: Page) -> Locator:
    return page.locator("#panel .source.chosen")


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


def test_hostile_document_is_only_text(page: Page) -> None:
    reply = ask(page, 'hostile <img src=x onerror="window.hacked = 1"> ![x](http://evil.example/q.png) # *what*')
    assert reply.locator(".quote").inner_text() == HOSTILE_QUOTE
    asked = page.locator("#chat [data-testid=user]")
    expect(asked).to_have_text('hostile <img src=x onerror="window.hacked = 1"> ![x](http://evil.example/q.png) # *what*')
    reply.get_by_role("link", name="[1]").click()
    expect(chosen(page).locator("mark")).to_be_visible()
    assert chosen(page).locator("mark").inner_text() == HOSTILE_QUOTE
    assert chosen(page).locator("blockquote").inner_text() == HOSTILE
    expect(chosen(page).locator("h3")).to_have_text('1<img src=x onerror="window.hacked = 1"># title')
    expect(chosen(page).locator(".name")).to_have_text("<b>evil</b>.md")
    made = ", ".join(
        f"{place} {tag}"
        for place in (".message-content", "#panel")
        for tag in ("img", "script", "h1", "em", "code", "b", ".katex")
    )
    expect(page.locator(made)).to_have_count(0)
    expect(reply.get_by_role("link")).to_have_count(1)
    assert page.evaluate("window.hacked") is None


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


def test_sources_that_disagree_are_told_in_the_questions_language(page: Page) -> None:
    reply = ask(page, "Do the sources agree?")
    expect(reply.locator(".disagreement")).to_have_text("The sources disagree:")
    expect(reply.locator("li")).to_have_count(2)
    one, other = (reply.locator("li").nth(place).bounding_box() for place in (0, 1))
    assert one is not None
    assert other is not None
    assert one["y"] == other["y"], "side by side"
    expect(reply.locator("li").first).to_contain_text("Niger and Nigeria agree · 2024-08-29")


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


def test_example_documents_from_question_to_passage(new_page: NewPage, example_assistant: Assistant) -> None:
    with serving(create_app(example_assistant)) as address:
        page = new_page(address)
        reply = ask(page, "How long is the border between Niger and Nigeria?")
        reply.get_by_role("link", name="[1]").first.click()
        expect(chosen(page).locator("mark")).to_be_in_viewport()
        document = example_assistant.document(chosen(page).locator(".name").inner_text())
        assert document is not None
        assert chosen(page).locator("mark").inner_text() in document.text
