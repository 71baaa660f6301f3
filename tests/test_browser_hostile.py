"""Documents that would like to be more than text, in a real browser: they render as what they are, load nothing, run nothing."""

import threading
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from assistant.datatypes import Answer, Citation, Item, Turn
from assistant.web.application import create_app
from index.chunk import chunk_document
from index.datatypes import Document
from index.load import load_document

from .browser import HOSTILE, HOSTILE_QUOTE, NewPage, ScriptedAssistant, ask, chosen, serving

OVERRIDE = "\u202e"
"""What follows runs from right to left, letter by letter, until its line ends."""


class OneDocument(ScriptedAssistant):
    """Answers everything with one quote of a document that was read and cut into chunks as any other."""

    def __init__(self, document: Document, quote: str) -> None:
        self._document = document
        chunks = chunk_document(document, lambda texts: [len(text.split()) for text in texts])
        chunk = next(chunk for chunk in chunks if quote in chunk.text)
        start = chunk.start + chunk.text.index(quote)
        about = (document.name, document.title, "2024-01-01", document.language, start, start + len(quote), quote)
        self._citation = Citation(1, *about, chunk.text, chunk.start)

    def document(self, name: str) -> Document | None:
        return self._document if name == self._document.name else None

    def ask(self, question: str, history: Sequence[Turn] = (), cancelled: threading.Event | None = None) -> Answer:
        quote = self._citation.quote
        return Answer(question, True, quote, (Item(quote, 0.9, (1,)),), (self._citation,), False, (), 0.1)


def box(part: Locator) -> tuple[float, float]:
    """Where it begins and ends from left to right, in pixels."""
    bounds = part.bounding_box()
    assert bounds is not None
    return bounds["x"], bounds["x"] + bounds["width"]


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


def test_five_megabytes_on_one_line_are_shown_around_the_quote(new_page: NewPage, tmp_path: Path) -> None:
    marked = "The <b>lamp</b> burns ![x](http://evil.example/x.png) at night."
    filling = "word <img src=http://evil.example/y.png onerror=hacked=1> " * 45_000
    document = load_document(tmp_path, "line.txt", f"{filling}{marked} {filling}".encode())
    assert len(document.text) > 5_000_000
    assert "\n" not in document.text
    with serving(create_app(OneDocument(document, marked))) as address:
        page = new_page(address)
        reply = ask(page, "What burns?")
        assert reply.locator(".quote").inner_text() == marked
        reply.get_by_role("link", name="[1]").click()
        expect(chosen(page).locator("mark")).to_have_text(marked)
        expect(chosen(page).locator("mark")).to_be_in_viewport()
        chosen(page).get_by_role("link", name="Whole document").click()
        expect(chosen(page).get_by_role("link", name="Passage only")).to_be_visible()
        expect(chosen(page).locator("mark")).to_be_in_viewport()
        assert chosen(page).locator("blockquote").inner_text() in document.text
        expect(page.locator("#panel img, #chat .message img")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(page.locator("#question textarea")).to_be_in_viewport()
        page.close()


def test_an_override_turns_nothing_but_its_own_text(new_page: NewPage, tmp_path: Path) -> None:
    quote = f"Pay {OVERRIDE}001 euros to the guard."
    name = f"{OVERRIDE}txt.notes.txt"
    title = f"Rules {OVERRIDE}of the gate"
    document = load_document(tmp_path, name, f"{title}\n\n{quote} Then go in.".encode())
    assert quote in document.text
    with serving(create_app(OneDocument(document, quote))) as address:
        page = new_page(address)
        reply = ask(page, f"What is to be paid{OVERRIDE}?")
        assert reply.locator(".quote").inner_text() == quote
        mark = reply.get_by_role("link", name="[1]")
        assert box(mark)[0] >= box(reply.locator(".quote"))[1], "the mark stands where it would without"
        mark.click()
        assert chosen(page).locator("mark").inner_text() == quote
        assert chosen(page).locator("h3 bdi").inner_text() == title
        assert box(chosen(page).locator("h3 .number"))[1] <= box(chosen(page).locator("h3 bdi"))[0]
        about = [chosen(page).locator(part) for part in (".name", "time", ".about span >> nth=-1")]
        assert about[0].inner_text() == name
        assert box(about[0])[1] <= box(about[1])[0] < box(about[1])[1] <= box(about[2])[0]
        for part in ("#name h1", "#panel h2", "#panel .hint, #panel .asked"):
            assert page.locator(part).evaluate("element => getComputedStyle(element).direction") == "ltr"
        page.close()
