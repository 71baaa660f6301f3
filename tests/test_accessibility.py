"""The helper that runs axe-core finds what is wrong, in frames of other origins too."""

import pytest
from playwright.sync_api import Browser

from .accessibility import assert_accessible, violations

GOOD = """<!doctype html><html lang="en"><head><title>Good</title></head><body><main><h1>Good</h1>
<label for="name">Name</label><input id="name"><p>Words to read.</p><button>Send</button></main></body></html>"""


def test_what_is_wrong_is_found_in_frames_too_and_what_is_well_made_passes(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(GOOD)
    assert_accessible(page)
    bad = GOOD.replace('<label for="name">Name</label>', "").replace("<button>Send</button>", "<button></button>")
    page.set_content(bad)
    assert {line.split("(")[0] for line in violations(page)} == {"critical: label ", "critical: button-name "}
    assert [line.split("(")[0] for line in violations(page, skip=("label",))] == ["critical: button-name "]
    page.set_content(GOOD.replace("</main>", '<iframe title="inner" sandbox="allow-scripts"></iframe></main>'))
    page.evaluate("(inner) => { document.querySelector('iframe').srcdoc = inner; }", bad)
    page.frame_locator("iframe").get_by_role("heading").wait_for()
    with pytest.raises(AssertionError, match="button-name"):
        assert_accessible(page)
    page.close()


def test_an_empty_page_does_not_pass(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<!doctype html><html lang='en'><title>Not there yet</title><main></main></html>")
    with pytest.raises(ValueError, match="wait for the page"):
        violations(page)
    page.close()
