"""A run as one HTML file that needs no network: the report as data, and the page's own style and script around it.

Texts of sets and documents are data, never markup: they stand in a JSON block in which no tag can end or begin, the script writes
them as text only, and the page's policy runs no other script and loads nothing.
"""

import base64
import hashlib
import json
from importlib import resources
from pathlib import Path
from string import Template

from .report import Report

PAGE = "report.html"


def write_html(report: Report, folder: Path) -> None:
    """Writes report.html."""
    (folder / PAGE).write_text(page(report), encoding="utf-8", newline="\n")


def page(report: Report) -> str:
    """The whole page."""
    style, script = _file("report.css"), _file("report.js")
    data = json.dumps(report, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        data = data.replace(character, f"\\u{ord(character):04x}")
    return Template(_file("report.html")).substitute(
        style=style, style_hash=_hash(style), script=script, script_hash=_hash(script), data=data
    )


def _file(name: str) -> str:
    return resources.files("assistant.evaluation").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """As a content security policy names an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
