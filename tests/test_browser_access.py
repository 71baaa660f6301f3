"""Coming, going and being held back in the chat, in a real browser: signing out, the way to the documents, the limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.credentials import Credentials
from assistant.manage import DocumentManager
from assistant.settings import Settings
from assistant.web.application import Door, create_app
from benchmarks.load import submit_function

from .accessibility import assert_accessible
from .browser import BORDER, EXAMPLE, NewPage, ScriptedAssistant, WordyAssistant, ask, serving

PASSWORD, ADMIN = "open sesame", "a" * 20


@pytest.fixture
def manager(tmp_path: Path, tiny_model: Path) -> Iterator[DocumentManager]:
    (tmp_path / "documents").mkdir()
    manager = DocumentManager(Settings(documents=tmp_path / "documents", index=tmp_path / "index.sqlite", model=str(tiny_model)))
    yield manager
    manager.close()


@contextmanager
def visiting(browser: Browser, app: Any, secret: str) -> Iterator[Page]:
    """A page of a browser of its own that signs in with `secret`."""
    with serving(app) as address, browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(address)
        sign_in(page, secret)
        yield page


def sign_in(page: Page, secret: str) -> None:
    page.locator("#secret").fill(secret)
    page.keyboard.press("Enter")
    expect(page.locator("#question textarea")).to_be_visible()


def test_signing_out_ends_what_was_said_for_whoever_comes_next(browser: Browser) -> None:
    with visiting(browser, create_app(ScriptedAssistant(), door=Door(credentials=Credentials(PASSWORD))), PASSWORD) as page:
        ask(page, EXAMPLE)
        page.reload()
        expect(page.locator("#chat")).to_contain_text(BORDER)
        assert_accessible(page)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        page.go_back()
        expect(page.get_by_label("Password")).to_be_visible()
        expect(page.get_by_text(BORDER)).to_have_count(0)
        sign_in(page, PASSWORD)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.locator("#chat [data-testid=bot]")).to_have_count(0)


def test_the_documents_are_a_click_away_for_an_admin_alone(browser: Browser, manager: DocumentManager) -> None:
    app = create_app(ScriptedAssistant(), door=Door(credentials=Credentials(PASSWORD, admin_token=ADMIN)), manager=manager)
    with visiting(browser, app, PASSWORD) as page:
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        expect(page.get_by_role("link", name="Documents")).to_have_count(0)
    with visiting(browser, app, ADMIN) as page:
        page.set_viewport_size({"width": 360, "height": 640})
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("link", name="Documents").click()
        expect(page.get_by_role("heading", name="Documents")).to_be_visible()


def test_without_a_password_nobody_is_offered_to_sign_out(page: Page) -> None:
    ask(page, EXAMPLE)
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    expect(page.get_by_role("link", name="Documents")).to_have_count(0)


def test_whoever_is_no_longer_signed_in_is_told_and_loses_no_question(browser: Browser) -> None:
    with visiting(browser, create_app(ScriptedAssistant(), door=Door(credentials=Credentials(PASSWORD))), PASSWORD) as page:
        ask(page, EXAMPLE)
        page.context.clear_cookies()
        page.get_by_role("textbox").fill("And in Arabic?")
        page.keyboard.press("Enter")
        told = page.get_by_role("alert")
        expect(told).to_contain_text("no longer signed in")
        expect(page.get_by_role("textbox")).to_have_value("And in Arabic?")
        told.get_by_role("link", name="Sign in").click()
        expect(page.get_by_label("Password")).to_be_visible()


# Limits


def test_one_question_too_many_is_told_in_the_conversation_and_can_be_asked_again(new_page: NewPage) -> None:
    with serving(create_app(ScriptedAssistant(), door=Door(questions_a_minute=2, clock=lambda: 0.0))) as address:
        page = new_page(address)
        ask(page, EXAMPLE)
        ask(page, EXAMPLE)
        refused = ask(page, "And in Arabic?")
        expect(refused.locator(".notice")).to_contain_text("More than 2 questions a minute. Ask again in")
        assert_accessible(page)
        refused.get_by_role("button", name="Edit question").click()
        expect(page.get_by_role("textbox")).to_have_value("And in Arabic?")
        answered = page.request.post(f"{address}/api/ask", data={"question": EXAMPLE})
        assert answered.status == 429, "the API counts the same questions"
        page.close()


def test_where_too_many_wait_a_question_is_refused_and_answered_when_asked_again(new_page: NewPage) -> None:
    assistant = WordyAssistant()
    with serving(create_app(assistant, door=Door(questions_waiting=0))) as address:
        waiting = [new_page(address), new_page(address)]
        for page in waiting:
            page.get_by_role("textbox").fill("How slow is the border?")
            page.keyboard.press("Enter")
            expect(page.locator("#chat .working")).to_be_visible()
        page = new_page(address)
        refused = ask(page, "And in Arabic?")
        expect(refused.locator(".notice")).to_have_text("Too many questions are waiting. Ask again in some seconds.")
        assistant.go_on.set()
        for one in waiting:
            expect(one.locator("#chat .answer li")).to_have_count(2)
        refused.get_by_role("button", name="Ask again").click()
        expect(page.locator("#chat .answer li")).to_have_count(1)
        expect(page.locator("#chat [data-testid=user]")).to_have_text("And in Arabic?")


def test_beyond_that_the_question_stays_in_its_box_with_the_reason(browser: Browser) -> None:
    door = Door(questions_a_minute=1, clock=lambda: 0.0)
    with serving(create_app(ScriptedAssistant(), door=door)) as address, browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(address)
        ask(page, EXAMPLE)
        ask(page, EXAMPLE)
        page.get_by_role("textbox").fill("And in Arabic?")
        page.keyboard.press("Enter")
        expect(page.locator("#refused")).to_contain_text("Ask again in")
        expect(page.get_by_role("textbox")).to_have_value("And in Arabic?")
        assert_accessible(page)


def test_a_question_that_finds_gradios_queue_full_stays_in_its_box(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.chat_page._PHRASINGS", 0)
    monkeypatch.setattr("assistant.web.chat_page._SPARE", 0)
    assistant = WordyAssistant()
    app = create_app(assistant, door=Door(questions_a_minute=10_000, questions_waiting=0))
    with serving(app) as address, httpx.Client(base_url=address, timeout=60) as client, browser.new_context() as context:
        body = {"fn_index": submit_function(client), "data": ["How slow is the border?", None, None]}
        taken = 0
        while taken < 4:  # two are worked on, two stand in the queue
            session = {"session_hash": f"session{taken}"}
            taken += client.post("/gradio_api/queue/join", json=body | session).status_code == 200
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(address)
        page.get_by_role("textbox").fill("And in Arabic?")
        page.keyboard.press("Enter")
        expect(page.locator("#refused")).to_contain_text("Too many questions are waiting. Ask again")
        expect(page.get_by_role("textbox")).to_have_value("And in Arabic?")
        assistant.go_on.set()


def test_enter_twice_asks_once(page: Page, scripted: WordyAssistant) -> None:
    before = len(scripted.asked)
    page.get_by_role("textbox").fill("And in Arabic, please?")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .answer li")).to_have_count(1)
    ask(page, EXAMPLE)
    assert scripted.asked[before:] == ["And in Arabic, please?", EXAMPLE]
