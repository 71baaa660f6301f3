"""Documents that would like to be more than text, in a real browser: they render as what they are, load nothing, run nothing."""

from playwright.sync_api import Page, expect

from .browser import HOSTILE, HOSTILE_QUOTE, ask, chosen


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
