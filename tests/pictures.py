"""The pictures of the documentation: `python -m tests.pictures` takes them anew of the example documents, into docs/.

A real server answers over the examples, in the browser of the tests. A picture has 256 colours at most, so that it is small.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app import EXAMPLES, QUESTIONS
from assistant.build import build_assistant, index_documents
from assistant.feedback import FeedbackStore
from assistant.settings import Settings
from assistant.web.application import Door, create_app

from .browser import ask, launch, serving
from .llm_server import BORDER
from .sites import example_site

DOCS = Path(__file__).parent.parent / "docs"
DEALS = "Who did Niger sign security deals with?"
CENTRE = "من يدير مركز تدريب حرس الحدود في عين السدرة؟"
ARABIC_BORDER = "كم يبلغ طول الحدود بين النيجر ونيجيريا؟"
UNKNOWN = "Who won the 2022 World Cup?"


def main() -> None:
    """Indexes the examples, serves them, and takes each picture."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(documents=EXAMPLES, index=Path(folder) / "index.sqlite")
        index_documents(settings)
        assistant = build_assistant(settings)
        feedback = FeedbackStore(Path(folder) / "feedback.sqlite")
        browser = launch(playwright)
        with example_site() as (site, origin):
            app = create_app(assistant, examples=QUESTIONS, feedback=feedback, door=Door(origins=(origin,)))
            with serving(app) as address:
                site.state.server = address
                take_chat(browser, address)
                take_widget(browser, origin)
        browser.close()
        assistant.store.close()


def take_chat(browser: Browser, address: str) -> None:
    """Those of the chat itself."""
    for name, dark in (("chat", False), ("chat-dark", True)):
        with visiting(browser, address, name, dark=dark) as page:
            ask(page, DEALS).locator("a.mark").first.click()
    with visiting(browser, address, "chat-arabic") as page:
        ask(page, CENTRE)
        ask(page, ARABIC_BORDER).locator("a.mark").last.click()
    with visiting(browser, address, "disagreement", size=(1280, 580)) as page:
        ask(page, BORDER)
    with visiting(browser, address, "refusal", size=(1280, 560)) as page:
        ask(page, UNKNOWN).locator(".refusal a").first.click()
    with visiting(browser, address, "phone", size=(390, 780)) as page:
        ask(page, CENTRE)


def take_widget(browser: Browser, origin: str) -> None:
    """The one of the widget on its page."""
    with visiting(browser, f"{origin}/widget.html", "widget", size=(1540, 760)) as page:
        page.get_by_role("link", name="ask how much").click()
        expect(page.frame_locator("iframe").locator(".answer").first).to_be_visible()
        expect(page.locator("#answer")).not_to_have_text("none yet")


@contextmanager
def visiting(
    browser: Browser, address: str, name: str, *, size: tuple[int, int] = (1280, 800), dark: bool = False
) -> Iterator[Page]:
    """A page of a new visitor, of which a picture is taken once what is done with it is done."""
    scheme: Any = "dark" if dark else "light"
    viewport: Any = dict(zip(("width", "height"), size, strict=True))
    with browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce") as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(address)
        page.locator("#question textarea, #ask").wait_for()
        yield page
        page.evaluate("document.activeElement?.blur()")
        page.mouse.move(size[0] / 2, size[1] - 4)
        page.wait_for_timeout(800)  # until what scrolls has come to rest
        file = DOCS / f"{name}.png"
        page.screenshot(path=file)
        with Image.open(file) as picture:
            picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
        print(f"{file.relative_to(DOCS.parent)}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
