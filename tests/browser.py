"""What the tests of the web chat share: a server in a thread, a real browser, an assistant that knows its answers by heart."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from assistant.datatypes import Answer, Citation, Item, Phrasing, Statement, Turn
from assistant.errors import QuestionError
from assistant.messages import message
from assistant.web.server import listen
from index.datatypes import Document
from index.store import DocumentInfo

COMMUNIQUE = (
    "The two chiefs of staff spoke for a day in Niamey.\n\nGuards from Niger and Nigeria will walk the whole frontier, 1,500 km "
    "from end to end, the ministry announced. Neither side will shelter raiders from the other."
)
BORDER = "the whole frontier, 1,500 km from end to end"
RECONCILIATION = "التقى القائدان في نيامي. وقالت الوكالة إن طول الحدود المشتركة بين البلدين يبلغ 1400 كيلومتر، وتمتد عبر الصحراء."
ARABIC_BORDER = "طول الحدود المشتركة بين البلدين يبلغ 1400 كيلومتر"
HOSTILE_QUOTE = """<img src=x onerror="window.hacked = 1"> <script>window.hacked = 1</script> ![x](http://evil.example/x.png)
[click](javascript:alert(1)) <a href="http://evil.example/">a</a> http://evil.example/ www.evil.example
# heading

* one $x$ $$y^2$$ \\(z\\) `code` **bold** | a | ~~b~~ ${1+1} {{this}} &lt;b&gt; </mark></blockquote></div> [1](#cite-00-1)"""
HOSTILE = f"Before it. {HOSTILE_QUOTE} After it."

EXAMPLE = "How long is the border?"
"""What the chat suggests to ask."""
NewPage = Callable[..., Page]
"""Opens the chat as a new visitor; see the fixture `new_page`."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=15_000)


def cited(
    number: int, quote: str, passage: str, title: str, *, language: str = "en", name: str = "news/communique.md"
) -> Citation:
    """A citation of `quote`, with `passage` standing at character 100 of its document."""
    start = 100 + passage.index(quote)
    return Citation(number, name, title, "2024-08-29", language, start, start + len(quote), quote, passage, 100)


ENGLISH = cited(1, BORDER, COMMUNIQUE, "Niger and Nigeria agree")
ARABIC = cited(2, ARABIC_BORDER, RECONCILIATION, "مصالحة نيامي وأبوجا", language="ar", name="musalaha.txt")
EVIL = cited(1, HOSTILE_QUOTE, HOSTILE, '<img src=x onerror="window.hacked = 1"># title', name="<b>evil</b>.md", language='"><b>')


class ScriptedAssistant:
    """Answers by words in the question."""

    def work(self, question: str, history: Sequence[Turn] = (), cancelled: threading.Event | None = None) -> SimpleNamespace:
        answer = self.ask(question, history, cancelled)
        return SimpleNamespace(answer=answer, seconds={"search": 0.01, "reading": 0.3})

    def documents(self) -> list[DocumentInfo]:
        return []

    def document(self, name: str) -> Document | None:
        for citation in (ENGLISH, ARABIC, EVIL):
            if citation.document == name:
                text = "Only in the whole document.".ljust(98) + "\n\n" + citation.passage + "\n\nThe end of it."
                return Document(name, citation.title, citation.language, citation.date, text, "")
        return None

    def ask(self, question: str, history: Sequence[Turn] = (), cancelled: threading.Event | None = None) -> Answer:
        if "too long" in question:
            raise QuestionError("The question is <b>too</b> long. Ask for one thing at a time.")
        if "broken" in question:
            raise RuntimeError("secret detail")
        if "before" in question:
            raise QuestionError("Before: " + "; ".join(f"{turn.question} {', '.join(turn.answers)}" for turn in history))
        if "sources" in question:
            return replace(_answer(question, ENGLISH, ARABIC), disagreement=True)
        if "China" in question:
            return _answer(question, closest=(ENGLISH.numbered(1), ARABIC.numbered(2)))
        if "Thanks" in question:
            return replace(_answer(question), text=message("introduction", "en"), small_talk=True)
        if "hostile" in question:
            return _answer(question, EVIL)
        if "Arabic" in question:
            return _answer(question, ARABIC.numbered(1))
        return _answer(question, ENGLISH, ARABIC)


class WordyAssistant(ScriptedAssistant):
    """One with a language model, which is as scripted. What is slow is answered once `go_on` is set."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.cut_off = threading.Event()
        self.asked: list[str] = []

    @property
    def phrases(self) -> bool:
        return True

    def phrase(
        self, question: str, answer: Answer, history: Sequence[Turn], cancelled: threading.Event
    ) -> Iterator[Statement | Phrasing]:
        """Where the question asks for words: one that is sure, one that is not; endlessly, where it asks for that."""
        if "words" in question:
            yield Statement("It is 1,500 km <b>long</b>.", (1,), sure=True)
            if "endless" in question:
                cancelled.wait(30)
                self.cut_off.set()
                return
            yield Statement("It is 99 km.", (2,), sure=False, reason="The quotes do not hold the number 99.")
            yield Phrasing("It is 1,500 km <b>long</b>. [1]", "", 1, 1, 10, 10, 0.1)
        elif "failing" in question:
            yield Phrasing("", "The language model did not answer in time.", 0, 0, 10, 0, 0.1)
        else:
            yield Phrasing("", "", 0, 0, 0, 0, 0.0)

    def ask(self, question: str, history: Sequence[Turn] = (), cancelled: threading.Event | None = None) -> Answer:
        self.asked.append(question)
        if "slow" in question:
            self.go_on.wait(30)
        return super().ask(question, history, cancelled)


def _answer(question: str, *citations: Citation, closest: tuple[Citation, ...] = ()) -> Answer:
    items = tuple(Item(citation.quote, 0.9, (citation.number,)) for citation in citations)
    text = "\n".join(f"{item.text} [{item.citations[0]}]" for item in items) or "The documents don't tell."
    return Answer(question, bool(items), text, items, citations, False, closest, 0.1)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serves `app` on a free port in a thread; gives its address."""
    with listen("127.0.0.1", 0) as listener:
        listener.listen()  # so that whoever comes before the server has started waits for it
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            app.state.chat.stop_event.set()
            server.should_exit = True
            thread.join(timeout=10)


def launch(playwright: Playwright) -> Browser:
    """The browser named in CHROMIUM, or one that is installed, or Playwright's own."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if named is None and not Path(playwright.chromium.executable_path).exists():
        raise RuntimeError(
            "These tests need Chromium, and there is none. Install it (Debian: apt-get install chromium; anywhere: "
            "python -m playwright install chromium), or name one in CHROMIUM."
        )
    return playwright.chromium.launch(executable_path=named, args=list(ARGUMENTS))


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
