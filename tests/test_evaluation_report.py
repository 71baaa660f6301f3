"""The reports of a run: JSON, Markdown, JUnit XML and the HTML page in a real browser. Documents are data in all of them."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page

from assistant.evaluation.examples import Example
from assistant.evaluation.gate import Gate
from assistant.evaluation.html import page as html_page
from assistant.evaluation.html import write_html
from assistant.evaluation.judge import judge
from assistant.evaluation.junit import junit
from assistant.evaluation.outcome import Outcome
from assistant.evaluation.report import Run, make_report, read_baseline, write_report
from assistant.evaluation.run import answering_settings
from assistant.evaluation.summary import summary
from assistant.settings import Settings

from .evaluating import LANGUAGES, TEXTS, Rote, example

HOSTILE = """</script><script>hacked = 1</script> <img src=x onerror="hacked = 1"> & <b>bold</b> | `tick` \u2028 @all"""
SMILING = "😀😀 The ferry leaves at nine. Nobody waits."
TEXTS_MORE = {**TEXTS, "evil.txt": f"Say {HOSTILE} now. Not that.", "smile.txt": SMILING}
LANGUAGES_MORE = {**LANGUAGES, "evil.txt": "en", "smile.txt": "en"}
KNOWN = {
    "Where is the bridge?": [("bridge.txt", "Kolo", 0.9), ("pont.txt", "Kolo", 0.6)],
    "What does crossing cost?": [("fees.txt", "200 francs", 0.1)],
    "When leaves the ferry?": [("smile.txt", "nine", 0.8)],
    f"What is said? {HOSTILE}": [("evil.txt", HOSTILE, 0.7)],
}
SET = [
    example("Where is the bridge?", "Kolo", id="where", documents=("bridge.txt", "pont.txt"), language="en", tags=("place",)),
    example("What does crossing cost?", "200 francs", id="price", documents=("fees.txt",), language="en", tags=("price",)),
    example("When leaves the ferry?", "nine", id="ferry", language="en"),
    example(f"What is said? {HOSTILE}", "nothing \x07 at all", id="evil", language="fr", tags=(HOSTILE,), history=(HOSTILE,)),
    example("Who paid?", id="none", unanswerable=True, language="fr"),
]


def outcomes(known: dict[str, list[tuple[str, str, float]]] = KNOWN, examples: Sequence[Example] = SET) -> list[Outcome]:
    assistant = Rote(known, TEXTS_MORE, languages=LANGUAGES_MORE)
    return [judge(one, assistant, LANGUAGES_MORE) for one in examples]


def report(some: Sequence[Outcome], baseline: dict[str, Any] | None = None, gates: Sequence[Gate] = ()) -> dict[str, Any]:
    return make_report(Run("set.jsonl", answering_settings(Settings()), len(TEXTS_MORE)), some, gates, baseline)


@pytest.fixture(scope="module")
def worse() -> dict[str, Any]:
    """A run that answers one question less than the run before, and one more."""
    before = report(outcomes({**KNOWN, "Who paid?": [("bridge.txt", "the mayor", 0.9)]}))
    now = outcomes({**KNOWN, "Where is the bridge?": [("bridge.txt", "Kolo", 0.15)]})
    return report(now, json.loads(json.dumps(before)), [Gate("recall", 0.9), Gate("verbatim", 1.0)])


def test_the_report_counts_measures_and_breaks_down() -> None:
    made = report(outcomes())
    assert (made["schema"], made["questions"], made["passed"]) == (2, 5, 3)
    assert made["figures"]["recall"] == {"value": 0.5, "low": 0.0, "high": 1.0, "count": 4}
    assert list(made["parts"]["language"]) == ["en", "fr"]
    assert made["parts"]["way"]["same-language"]["questions"] == 2
    assert made["parts"]["tag"]["price"]["figures"]["recall"]["value"] == 0
    assert made["figures"]["disagreement_found"]["value"] is None
    assert sum(one["cases"] for one in made["calibration"]) == 5
    assert made["risk_coverage"][-1]["coverage"] == 1
    assert [one["lost"] for one in made["outcomes"]] == ["found", "refused", "found", "not retrieved", "found"]
    assert json.loads(json.dumps(made, allow_nan=False)) == made


def test_an_outcome_is_read_back_as_it_was() -> None:
    for one in outcomes():
        assert Outcome.from_json(one.example, json.loads(json.dumps(one.to_json()))) == one


def test_changes_name_what_got_better_and_worse(worse: dict[str, Any]) -> None:
    changes = worse["changes"]
    assert {one["id"]: one["kind"] for one in changes["questions"]} == {"where": "worse", "none": "better"}
    where = next(one for one in changes["questions"] if one["id"] == "where")
    assert where["marks"]["recall"] == {"before": 1.0, "now": 0.0}
    assert "refused" in where["faults"][0]
    assert changes["figures"]["recall"] == {"before": 0.5, "now": 0.25}


def test_questions_added_deleted_and_reworded_are_not_compared() -> None:
    before = report(outcomes())
    reworded = replace(SET[0], question="Where is the new bridge?")
    changes = report(outcomes(KNOWN, [reworded, *SET[2:], replace(SET[1], id="added")]), before)["changes"]
    assert changes["questions"] == []
    assert (sorted(changes["new"]), sorted(changes["gone"])) == (["added", "where"], ["price", "where"])


def test_a_baseline_is_read_from_its_folder(tmp_path: Path) -> None:
    made = report(outcomes())
    write_report(made, tmp_path)
    assert read_baseline(tmp_path) == read_baseline(tmp_path / "report.json") == made


def test_the_summary_is_short_and_holds_no_markup_of_others(worse: dict[str, Any]) -> None:
    text = summary(worse)
    assert "below a threshold" in text
    assert "**fails**: `recall at least 0.9: 0.2500`" in text
    assert "1 better, 1 worse" in text
    assert "| `recall` | 0.250 |" in text
    assert re.search(r"`where` `Where is the bridge\?`: .*recall 1\.000 → 0\.000", text)
    outside = re.sub(r"`[^`]*`", "", text)
    assert "<script" not in outside
    assert "@all" not in outside
    columns = {line.replace("\\|", "").count("|") for line in text.splitlines() if line.startswith("|")}
    assert len(columns) == 1


def test_long_lists_of_failing_questions_are_cut() -> None:
    many = [replace(one, example=replace(one.example, id=f"id-{i}")) for i in range(30) for one in outcomes()[1:2]]
    text = summary(report(many))
    assert "and 10 more" in text
    assert text.count("`id-") == 20


def test_junit_names_failing_questions_and_thresholds(worse: dict[str, Any]) -> None:
    root = ElementTree.fromstring(ElementTree.tostring(junit(worse)))
    failing = {case.get("name", "").split(":")[0] for case in root.iter("testcase") if case.find("failure") is not None}
    assert failing == {"recall", "where", "price", "evil"}
    assert [(suite.get("tests"), suite.get("failures")) for suite in root] == [("2", "1"), ("5", "3")]
    (price,) = (case for case in root.iter("testcase") if case.get("name", "").startswith("price"))
    assert price.get("classname") == "price"
    assert "missing: 200 francs (refused" in price.findtext("failure", "")


def test_the_page_is_one_file_that_asks_for_nothing(worse: dict[str, Any]) -> None:
    text = html_page(worse)
    assert "hacked = 1</script>" not in text
    assert text.count("<script") == 2
    without_namespace = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"""(?:src|href)=["']?http|https?://|@import|url\(""", without_namespace)


@pytest.fixture
def page(browser: Browser, worse: dict[str, Any], tmp_path: Path) -> Iterator[Page]:
    """The report of the worse run, opened from its file; anything that goes wrong on it fails the test."""
    write_html(worse, tmp_path)
    context = browser.new_context(offline=True)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.goto((tmp_path / "report.html").as_uri())
    yield opened
    assert complaints == []
    assert opened.evaluate("window.hacked") is None
    context.close()


def test_the_page_shows_figures_changes_and_plots(page: Page) -> None:
    content = page.locator("main").inner_text()
    assert "2 of 5 questions pass" in content
    assert "✗ failed: recall at least 0.9: 0.2500" in content
    assert "1 better, 1 worse" in content
    assert page.locator("figure svg").count() == 4
    assert page.locator("figure svg .dot").count() > 0


def test_questions_are_filtered(page: Page) -> None:
    shown = page.locator("details.question:visible")
    assert shown.count() == 5
    page.get_by_label("result").select_option("fails")
    assert shown.count() == 3
    page.get_by_label("change").select_option("worse")
    assert shown.all_inner_texts()[0].split() == ["✗", "fails", "worse", "where", "Where", "is", "the", "bridge?"]
    page.get_by_label("change").select_option("")
    page.get_by_label("words").fill("CROSSING")
    assert shown.count() == 1
    assert page.get_by_text("1 of 5 questions").is_visible()


def test_a_quote_is_marked_in_its_passage_and_hostile_text_is_text(page: Page) -> None:
    page.locator("details.question", has_text="When leaves the ferry?").locator("summary").click()
    page.locator("details.question", has_text="What is said?").locator("summary").click()
    marks = page.locator("mark")
    assert marks.nth(0).inner_text() == SMILING.split(". ", maxsplit=1)[0] + "."
    assert "<img src=x" in marks.nth(1).inner_text()
    assert page.locator("main img, main b").count() == 0
    assert "not retrieved" in page.locator("details[open]").nth(1).inner_text()
