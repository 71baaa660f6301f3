"""Markdown, JSON and plain text: what of them is read, and which title a document has."""

import hashlib

import pytest

from tests.loading import failure, load

MARKDOWN = """---
title: "Keeping a logbook"
date: 2023-11-05
---
# Logbook

Write **every** entry the *same* day, see [the rules](https://rules.example/all)
and ![a lamp](lamp.png).

- wind and `sea`
- fuel
  1. nested

| Field | Meaning | Unit |
|-------|---------|------|
| Wind | its **force** | Beaufort |

```
speed = 4 * knots
```

Line one\\
line two &amp; three.<!-- not this -->
"""


def test_markdown() -> None:
    document = load("logbook.md", MARKDOWN)
    assert (document.title, document.date) == ("Keeping a logbook", "2023-11-05")
    assert document.text == (
        "Logbook\n\nWrite every entry the same day, see the rules and a lamp.\n\n- wind and sea\n- fuel\n  1. nested\n\n"
        "Field: Wind; Meaning: its force; Unit: Beaufort\n\nspeed = 4 * knots\n\nLine one\nline two & three."
    )


def test_json() -> None:
    boats = '[{"name": "Linnea", "length": 11.50, "tags": ["red", "old"]}, {"name": 1}]'
    text = f'{{"title": "Fleet", "date": "2024-02-03", "boats": {boats}}}'
    document = load("fleet.json", text)
    assert (document.title, document.date) == ("Fleet", "2024-02-03")
    assert document.text == (
        "title: Fleet\ndate: 2024-02-03\n\n"
        "boats[1].name: Linnea\nboats[1].length: 11.50\nboats[1].tags: red, old\n\nboats[2].name: 1"
    )


@pytest.mark.parametrize("name", ["log.jsonl", "log.json"])
def test_json_lines(name: str) -> None:
    assert load(name, '{"q": "why", "ok": true}\n\n{"q": "how", "note": null}\n').text == "q: why\nok: true\n\nq: how"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1,\n "b": }', "line 2, column 7"),
        ("[" * 500 + "]" * 500, "nested more than 100 levels"),
        ("[" * 100_000, "nested more than 100 levels"),
    ],
)
def test_broken_json(text: str, reason: str) -> None:
    assert reason in failure("broken.json", text).reason


def test_broken_json_lines() -> None:
    assert "line 3, column 6" in failure("broken.jsonl", '{"a": 1}\n\n{"a" 2}').reason


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.txt", "Rules of the dock\n\nNobody swims here.", "Rules of the dock"),
        ("dock-rules_v2.txt", "Nobody swims here, and nobody fishes.\n\nMore.", "dock rules v2"),
        ("wrapped.txt", "Nobody may swim in the dock at any time of the day or\nthe night, and nobody may fish.", "wrapped"),
        ("a.md", "Intro.\n\n## The *second* level\n\nText.", "The second level"),
        ("a.html", "<title>Untitled</title><p>Swimming</p><p>Nobody swims here.</p>", "Swimming"),
    ],
)
def test_title(name: str, text: str, title: str) -> None:
    assert load(name, text).title == title


def test_document_fields() -> None:
    data = b"\xef\xbb\xbf\r\nCafe\xcc\x81 by the quay\r\n"
    document = load("notes/a.txt", data)
    assert document.name == "notes/a.txt"
    assert document.text == "Café by the quay"
    assert document.content_hash == hashlib.sha256(data).hexdigest()
