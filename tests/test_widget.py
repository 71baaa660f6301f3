"""The widget on another site's page, in a real browser with two origins: the listed one works, any other is refused."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from assistant.credentials import Credentials
from assistant.manage import DocumentManager
from assistant.settings import Settings
from assistant.web.application import Door, create_app

from .accessibility import assert_accessible
from .browser import BORDER, ScriptedAssistant, serving
from .signing_in import SECRET
from .sites import example_site, host_site

FRAME = """(address) => { const frame = document.createElement("iframe"); frame.src = address; document.body.append(frame); }"""
UPLOAD = """(address) => { const form = new FormData(); form.append("file", new Blob(["text"]), "planted.txt");
return fetch(address + "/api/documents", {method: "POST", body: form, credentials: "include"})
.then((answer) => answer.status, () => "refused"); }"""
WITH_TOKEN = "/?attributes=data-token-url%3D%22/quoth-token%22"


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[str, str, str]]:
    """The addresses of Quoth, of a site that it lists, and of one that it does not."""
    listed, unlisted = host_site(), host_site()
    with ExitStack() as stack:
        listed_address, unlisted_address = (stack.enter_context(serving(site)) for site in (listed, unlisted))
        quoth = stack.enter_context(serving(create_app(ScriptedAssistant(), door=Door(origins=(listed_address,)))))
        listed.state.server = unlisted.state.server = quoth
        yield quoth, listed_address, unlisted_address


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[str, str]]:
    """The addresses of a Quoth that asks for a password, and of a site whose tokens it takes."""
    listed = host_site()
    credentials = Credentials(password="open sesame", widget_secret=SECRET)
    with ExitStack() as stack:
        listed.state.origin = stack.enter_context(serving(listed))
        door = Door(origins=(listed.state.origin,), credentials=credentials)
        listed.state.server = stack.enter_context(serving(create_app(ScriptedAssistant(), door=door)))
        yield listed.state.server, listed.state.origin


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(15_000)
    yield page
    page.close()


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def test_a_listed_site_gets_the_chat(page: Page, sites: tuple[str, str, str]) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(sites[1])
    opener = page.get_by_role("button", name="Open: Ask the handbook")
    opener.press("Enter")
    expect(page.get_by_role("dialog", name="Ask the handbook")).to_contain_text("Ask away.")
    chat(page).get_by_role("textbox").fill("How long is the border?")
    chat(page).get_by_role("textbox").press("Enter")
    expect(chat(page).locator("#chat .answer li").first).to_contain_text(BORDER)
    page.wait_for_function("window.answers.length === 1")
    told = page.evaluate("window.answers[0]")
    assert told["question"] == "How long is the border?"
    assert told["answered"] is True
    assert BORDER in told["text"]
    page.get_by_role("button", name="Close").click()
    expect(opener).to_be_focused()
    assert all(url.startswith((sites[0], sites[1])) for url in requests)


def test_a_page_is_told_of_what_asks_nothing_too(page: Page, sites: tuple[str, str, str]) -> None:
    page.goto(sites[1])
    page.wait_for_function("'Quoth' in window")
    page.evaluate("Quoth.ask('Thanks')")
    page.wait_for_function("window.answers.length === 1")
    told = page.evaluate("window.answers[0]")
    assert (told["question"], told["answered"]) == ("Thanks", False)
    assert "What would you like to know?" in told["text"]


def test_scripts_of_the_page_can_open_ask_and_close(page: Page, sites: tuple[str, str, str]) -> None:
    page.goto(sites[1])
    page.wait_for_function("'Quoth' in window")
    page.evaluate("Quoth.ask('What did Niger and China sign?')")
    expect(chat(page).locator("#chat .refusal")).to_be_visible()
    page.wait_for_function("window.answers.length === 1")
    assert page.evaluate("window.answers[0].answered") is False
    page.evaluate("Quoth.close()")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("Quoth.open()")
    expect(chat(page).locator("#chat .refusal")).to_be_visible()
    page.get_by_role("button", name="Close").press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_questions_of_scripts_are_asked_one_after_the_other_and_blank_ones_not(page: Page, sites: tuple[str, str, str]) -> None:
    page.goto(sites[1])
    page.wait_for_function("'Quoth' in window")
    page.evaluate("Quoth.ask(' '); Quoth.ask('How long is the border?'); Quoth.ask('What did Niger and China sign?')")
    expect(chat(page).locator("#chat .refusal")).to_be_visible()
    expect(chat(page).locator("#chat .question")).to_have_text(["How long is the border?", "What did Niger and China sign?"])
    chat(page).get_by_role("textbox").fill("And then")
    page.evaluate("Quoth.ask('')")
    page.evaluate("Quoth.ask('How long is the border again?')")
    expect(chat(page).locator("#chat .question")).to_have_count(3)


def test_escape_closes_the_sources_before_the_chat(page: Page, sites: tuple[str, str, str]) -> None:
    page.set_viewport_size({"width": 500, "height": 800})
    page.goto(sites[1])
    page.wait_for_function("'Quoth' in window")
    page.evaluate("Quoth.ask('How long is the border?')")
    chat(page).locator("#chat .answer a[href^='#cite']").first.click()
    workspace = chat(page).locator("[data-sources]")
    expect(workspace).to_have_count(1)
    chat(page).locator("body").press("Escape")
    expect(workspace).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(1)
    chat(page).locator("body").press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_any_other_site_is_refused(page: Page, sites: tuple[str, str, str]) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.clock.install()
    page.goto(sites[2])
    page.get_by_role("button", name="Open: Ask the handbook").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(1)
    page.clock.run_for(30_000)
    expect(page.get_by_role("dialog").get_by_text("The chat cannot be opened. Try again later.")).to_be_visible()
    assert any("Its settings must list" in complaint for complaint in complaints)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Open: Ask the handbook").click()
    expect(page.locator("iframe")).to_have_count(1)
    with page.expect_event("console", lambda message: "frame-ancestors" in message.text):
        page.evaluate(
            "(address) => { document.querySelector('iframe')?.remove(); const frame = document.createElement('iframe');"
            "frame.src = address; document.body.append(frame); }",
            sites[0],
        )
    refused = page.evaluate(
        "(address) => fetch(address + '/api/ask', {method: 'POST', headers: {'Content-Type': 'application/json'},"
        " body: '{\"question\": \"How long?\"}'}).then(() => 'answered', () => 'refused')",
        sites[0],
    )
    assert refused == "refused"


def test_a_listed_site_may_call_the_api(page: Page, sites: tuple[str, str, str]) -> None:
    page.goto(sites[1])
    quote = page.evaluate(
        "(address) => fetch(address + '/api/ask', {method: 'POST', headers: {'Content-Type': 'application/json'},"
        ' body: \'{"question": "How long?"}\'}).then((answer) => answer.json()).then((answer) => answer.items[0].text)',
        sites[0],
    )
    assert quote == BORDER


def test_the_pages_styles_and_the_widgets_do_not_meet(page: Page, sites: tuple[str, str, str]) -> None:
    page.goto(sites[1])
    before = page.locator("#own").evaluate("(own) => getComputedStyle(own).font + getComputedStyle(own).color")
    opener = page.get_by_role("button", name="Open: Ask the handbook")
    colour, size = opener.evaluate("(button) => [getComputedStyle(button).backgroundColor, getComputedStyle(button).fontSize]")
    assert (colour, size) == ("rgb(15, 118, 110)", "16px")
    opener.click()
    assert page.locator("#own").evaluate("(own) => getComputedStyle(own).font + getComputedStyle(own).color") == before


def test_attributes_set_language_place_colour_and_opening(page: Page, sites: tuple[str, str, str]) -> None:
    page.goto(f"{sites[1]}/?attributes=data-lang%3D%22ar%22 data-position%3D%22left%22 data-accent%3D%22rgb(1,2,3)%22 data-open")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(page.get_by_role("button", name="أغلق")).to_be_visible()
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] < 50


def test_it_fits_a_phone(page: Page, sites: tuple[str, str, str]) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{sites[1]}/?attributes=data-open")
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["height"] <= 640
    expect(chat(page).get_by_role("textbox")).to_be_visible()


def test_the_script_is_small(sites: tuple[str, str, str], page: Page) -> None:
    response = page.request.get(f"{sites[0]}/widget.js")
    assert len(response.body()) < 10_000
    assert "javascript" in response.headers["content-type"]


def test_it_is_accessible_closed_and_open(page: Page, sites: tuple[str, str, str]) -> None:
    page.goto(sites[1])
    opener = page.get_by_role("button", name="Open: Ask the handbook")
    expect(opener).to_be_visible()
    # The page around the widget has ugly styles on purpose, and no landmarks.
    assert_accessible(page)
    opener.click()
    chat(page).get_by_role("textbox").fill("How long is the border?")
    chat(page).get_by_role("textbox").press("Enter")
    expect(chat(page).locator("#chat .answer li").first).to_contain_text(BORDER)
    assert_accessible(page)


def test_the_example_page_is_accessible_with_the_panel_open(page: Page) -> None:
    with ExitStack() as stack:
        site, origin = stack.enter_context(example_site())
        site.state.server = stack.enter_context(serving(create_app(ScriptedAssistant(), door=Door(origins=(origin,)))))
        page.goto(f"{origin}/widget.html")
        page.get_by_role("link", name="ask how much").click()
        expect(page.get_by_role("dialog", name="Ask the handbook")).to_be_visible()
        expect(chat(page).locator("#chat .answer li").first).to_contain_text(BORDER)
        expect(page.locator("#answer")).to_contain_text(BORDER)
        assert_accessible(page)


def test_a_sites_token_opens_the_chat_where_there_is_a_password(page: Page, guarded: tuple[str, str]) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(guarded[1] + WITH_TOKEN)
    page.get_by_role("button", name="Open: Ask the handbook").click()
    chat(page).get_by_role("textbox").fill("How long is the border?")
    chat(page).get_by_role("textbox").press("Enter")
    expect(chat(page).locator("#chat .answer li").first).to_contain_text(BORDER)
    page.wait_for_function("window.answers.length === 1")
    assert all(url.startswith(guarded) for url in requests)
    assert page.context.cookies() == [], "nothing is kept that another page could use"


@pytest.mark.parametrize("attributes", ["", "data-token=%22stale%22"])
def test_without_a_good_token_there_is_no_chat(page: Page, guarded: tuple[str, str], attributes: str) -> None:
    page.goto(f"{guarded[1]}/?attributes={attributes}")
    page.get_by_role("button", name="Open: Ask the handbook").click()
    with page.expect_event("console", lambda message: "frame-ancestors" in message.text or "403" in message.text):
        page.evaluate("document.querySelector('quoth-widget').shadowRoot.querySelector('iframe').src += '&again'")
    expect(chat(page).get_by_role("textbox")).to_have_count(0)


def test_a_token_that_cannot_be_had_is_told_and_asked_for_again(page: Page, guarded: tuple[str, str]) -> None:
    page.goto(f"{guarded[1]}/?attributes=data-lang=%22fr%22 data-token-url=%22/no-token%22")
    opener = page.get_by_role("button", name="Ouvrir: Ask the handbook")
    for _ in range(2):
        opener.click()
        expect(page.get_by_role("dialog")).to_contain_text("Réessayez plus tard")
        page.get_by_role("button", name="Fermer").click()


def test_a_frame_offers_no_way_out_or_to_the_documents(browser: Browser, tmp_path: Path, tiny_model: Path) -> None:
    """Not even where the browser sends the cookie of an admin along, as it does to a site's other ports."""
    (tmp_path / "documents").mkdir()
    manager = DocumentManager(Settings(documents=tmp_path / "documents", index=tmp_path / "index.sqlite", model=str(tiny_model)))
    site, admin = host_site(), "a" * 20
    with ExitStack() as stack:
        stack.callback(manager.close)
        origin = stack.enter_context(serving(site))
        door = Door(origins=(origin,), credentials=Credentials("open sesame", admin_token=admin))
        site.state.server = stack.enter_context(serving(create_app(ScriptedAssistant(), door=door, manager=manager)))
        page = stack.enter_context(browser.new_context()).new_page()
        page.goto(site.state.server)
        page.get_by_label("Password").fill(admin)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.get_by_role("link", name="Documents")).to_be_visible()
        page.goto(f"{origin}/?attributes=data-open")
        chat(page).get_by_role("textbox").fill("How long is the border?")
        chat(page).get_by_role("textbox").press("Enter")
        expect(chat(page).locator("#chat .answer li").first).to_contain_text(BORDER)
        expect(chat(page).get_by_role("button", name="Sign out")).to_have_count(0)
        expect(chat(page).get_by_role("link", name="Documents")).to_have_count(0)


def test_a_framed_page_cannot_reach_the_document_upload(browser: Browser, tmp_path: Path, tiny_model: Path) -> None:
    """Not even with an admin signed in in the same browser: not framed, not from the site, not through the chat's frame."""
    (tmp_path / "documents").mkdir()
    settings = Settings(documents=tmp_path / "documents", index=tmp_path / "index.sqlite", model=str(tiny_model))
    site, admin = host_site(), "a" * 20
    manager = DocumentManager(settings)
    credentials = Credentials(admin_token=admin, widget_secret=SECRET)
    with ExitStack() as stack:
        stack.callback(manager.close)
        site.state.origin = stack.enter_context(serving(site))
        door = Door(origins=(site.state.origin,), credentials=credentials)
        quoth = stack.enter_context(serving(create_app(ScriptedAssistant(), door=door, manager=manager)))
        site.state.server = quoth
        page = stack.enter_context(browser.new_context()).new_page()
        page.goto(f"{quoth}/documents")
        page.get_by_label("Admin token").fill(admin)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Documents")).to_be_visible()
        page.goto(site.state.origin + WITH_TOKEN)
        for place in ("/documents", "/login"):
            with page.expect_event("console", lambda message: "frame-ancestors" in message.text):
                page.evaluate(FRAME, quoth + place)
        assert page.evaluate(UPLOAD, quoth) != 201
        page.get_by_role("button", name="Open: Ask the handbook").click()
        expect(page.frame_locator("iframe[title]").get_by_role("textbox")).to_be_visible()
        framed = next(frame for frame in page.frames if "/embed/" in frame.url)
        place = framed.url.partition("?")[0].rstrip("/")
        assert framed.evaluate(UPLOAD, place) == 401
        assert framed.evaluate("(address) => fetch(address).then((answer) => answer.status)", f"{place}/documents") == 403
    assert list((tmp_path / "documents").iterdir()) == []
