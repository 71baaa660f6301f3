"""axe-core on a page in the browser: what keeps people with screen readers, keyboards or weak sight out, found by rule."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

GRAVE = frozenset({"serious", "critical"})
"""The impacts, of axe's four, that no page of ours may have. A rule that axe gives no impact counts too."""


def violations(page: Page, *, skip: tuple[str, ...] = ()) -> list[str]:
    """The serious and critical violations on a page and in every frame of it: rule, what it wants, the elements.

    `skip` names rules to leave out, such as "color-contrast"; say why where that is done. The scripts are put in past the page's
    content policy, and each frame is looked at by itself, whatever its origin. Raises ValueError where a frame shows no text yet.
    """
    found = []
    options = {"iframes": False, "rules": {rule: {"enabled": False} for rule in skip}}
    for frame in page.frames:
        if not frame.locator("body").inner_text().strip():
            raise ValueError(f"Nothing is to be read on {frame.url}; wait for the page first.")
        frame.evaluate(AXE_SCRIPT)
        results: dict[str, Any] = frame.evaluate("(options) => axe.run(document, options)", options)
        for violation in results["violations"]:
            if violation["impact"] is None or violation["impact"] in GRAVE:
                elements = "\n".join(f"    {node['target']}: {node['failureSummary']}" for node in violation["nodes"])
                found.append(f"{violation['impact']}: {violation['id']} ({violation['help']}) on {frame.url}\n{elements}")
    return found


def assert_accessible(page: Page, *, skip: tuple[str, ...] = ()) -> None:
    """Fails, with every element named, where `violations` finds any."""
    found = violations(page, skip=skip)
    assert not found, "\n" + "\n".join(found)
