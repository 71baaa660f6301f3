"""The widget on another site's page, in a real browser with two origins: the listed one works, any other is refused."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, FrameLocator, Page, expect

from assistant.web.server import create_app

from .browser import BORDER, ScriptedAssistant, serving

PAGE = """<!doctype html><html lang="en"><title>Intranet</title>
<style>* {{ color: rgb(255, 0, 0); font: 40px cursive; }} div, section, quoth-widget {{ display: none; }}
button {{ background: yellow; }}</style>
<body><p id="own">Our pages</p>
<script src="{server}/widget.js" data-title="Ask the handbook" data-greeting="Ask away." {attributes} defer></script>
<script>window.answers = []; addEventListener("quoth:answer", (event) => answers.push(event.detail));</script></body></html>"""


def host_site() -> FastAPI:
    """Another site. `state.server` is where its pages take the widget from."""
    app = FastAPI()
    app.state.chat = SimpleNamespace(stop_event=threading.Event())

    @app.get("/")
    def page(attributes: str = "") -> HTMLResponse:
        return HTMLResponse(PAGE.format(server=app.state.server, attributes=attributes))

    return app


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[str, str, str]]:
    """The addresses of Quoth, of a site that it lists, and of one that it does not."""
    listed, unlisted = host_site(), host_site()
    with ExitStack() as stack:
        listed_address, unlisted_address = (stack.enter_context(serving(site)) for site in (listed, unlisted))
        quoth = stack.enter_context(serving(create_app(ScriptedAssistant(), origins=[listed_address])))
        listed.state.server = unlisted.state.server = quoth
        yield quoth, listed_address, unlisted_address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(15_000)
    yield page
    page.close()


expect.set_options(timeout=15_000)


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


def test_any_other_site_is_refused(page: Page, sites: tuple[str, str, str]) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(sites[2])
    page.get_by_role("button", name="Open: Ask the handbook").click()
    expect(page.get_by_role("dialog")).to_be_visible()
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
