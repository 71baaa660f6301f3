"""Running a set: what is judged of each answer, which step lost what, resuming, and the command with its exit statuses."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from assistant.cli import main
from assistant.confidence import confidence
from assistant.datatypes import Turn
from assistant.evaluation.examples import Example
from assistant.evaluation.figures import measure
from assistant.evaluation.judge import converse, judge
from assistant.evaluation.outcome import Outcome, Step
from assistant.evaluation.run import answering_settings, evaluate, origin
from assistant.pipeline import Work
from assistant.settings import Settings

from .evaluating import LANGUAGES, TEXTS, Rote, example

WHERE, WHEN, PRICE = "Where is the bridge?", "When was it opened?", "What does crossing cost?"
KNOWN = {
    WHERE: [("bridge.txt", "Kolo", 0.9), ("pont.txt", "Kolo", 0.6)],
    WHEN: [("bridge.txt", "1987", 0.8)],
    PRICE: [("fees.txt", "200 francs", 0.1)],
}


def outcome(one: Example, assistant: Rote | None = None) -> Outcome:
    return judge(one, assistant or Rote(KNOWN), LANGUAGES)


def test_a_right_answer_has_no_faults_and_its_quotes_stand() -> None:
    one = outcome(example(WHERE, "Kolo", documents=("bridge.txt", "pont.txt"), language="en"))
    assert (one.faults, one.lost, one.answered, one.way) == ([], Step.FOUND, True, "same-language")
    figures = measure([one])
    for name in ("recall", "precision", "exact_match", "f1", "citation_precision", "citation_recall", "verbatim", "right_first"):
        assert figures[name].value == 1, name
    assert figures["refusal_recall"].value is None
    assert (one.confidence, one.likeliest_is_right) == (confidence(0.9), True)


@pytest.mark.parametrize(
    ("one", "known", "step", "reason"),
    [
        (example(WHERE, "Kolo", documents=("gone.txt",)), {}, Step.NOT_INDEXED, "gone.txt"),
        (example(WHERE, "Kolo", documents=("fees.txt",)), KNOWN, Step.FOUND, ""),  # it is said, from wherever
        (example(WHERE, "Dori", documents=("bridge.txt",)), KNOWN, Step.NOT_INDEXED, "accepted form"),
        (example(WHERE, "Dori"), KNOWN, Step.NOT_RETRIEVED, "passages"),
        (example(WHERE, "mayor", documents=("bridge.txt",)), KNOWN, Step.NOT_READ, "other words"),
        (example(PRICE, "200 francs"), KNOWN, Step.REFUSED, f"{confidence(0.1):.3f}, below"),
        (example(WHERE, "1987"), {WHERE: [("bridge.txt", "Kolo", 0.9), ("pont.txt", "1987", 0.1)]}, Step.NOT_SHOWN, "threshold"),
    ],
)
def test_the_step_that_lost_an_answer_is_named(
    one: Example, known: dict[str, list[tuple[str, str, float]]], step: Step, reason: str
) -> None:
    judged = outcome(one, Rote(known))
    assert judged.verdicts[0].step is step
    assert reason in judged.verdicts[0].reason
    assert judged.lost is step
    assert bool(judged.faults) == (step is not Step.FOUND)


def test_of_a_question_with_documents_only_finding_and_citing_are_measured() -> None:
    found = outcome(example(WHERE, documents=("bridge.txt", "fees.txt"), language="en"))
    lost = outcome(example("Odd?", documents=("gone.txt", "went.txt"), language="en"))
    assert found.faults == []
    assert lost.faults == ["none of the documents expected (not indexed): gone.txt, went.txt"]
    assert lost.lost is Step.NOT_INDEXED
    figures = measure([found, lost])
    assert (figures["retrieval_recall@5"].value, figures["citation_recall"].value) == (0.5, 0.25)
    assert figures["citation_precision"].value == 1
    for name in ("recall", "right_first", "precision", "f1", "refusal_precision", "risk_coverage", "disagreement_false"):
        assert figures[name].count == 0, name


def test_a_document_expected_that_search_did_not_find_is_named() -> None:
    class Forgetful(Rote):
        def work(self, question: str, history: Sequence[Turn | str] = ()) -> Work:
            return replace(super().work(question, history), hits=())

    lost = outcome(example("Odd?", documents=("fees.txt",)), Forgetful(KNOWN))
    assert lost.faults == ["none of the documents expected (not retrieved): fees.txt"]
    assert lost.lost is Step.NOT_RETRIEVED


def test_a_passage_that_search_did_not_hand_on_was_not_retrieved() -> None:
    class Forgetful(Rote):
        def work(self, question: str, history: Sequence[Turn | str] = ()) -> Work:
            return replace(super().work(question, history), hits=())

    assert outcome(example(PRICE, "free", documents=("fees.txt",)), Forgetful(KNOWN)).lost is Step.NOT_RETRIEVED


def test_unanswerable_questions_should_be_refused() -> None:
    asked = outcome(example(WHERE, unanswerable=True))
    refused = outcome(example(PRICE, unanswerable=True))
    assert asked.faults == ["answered, though the documents don't tell"]
    assert refused.faults == []
    figures = measure([asked, refused, outcome(example(PRICE, "200 francs", id="x"))])
    assert (figures["refusal_recall"].value, figures["refusal_precision"].value) == (0.5, 0.5)
    assert not asked.likeliest_is_right
    assert figures["recall"].count == 1


def test_disagreement_that_is_missed_or_made_up_is_a_fault() -> None:
    assert outcome(example(WHEN, "1987", disagreement=True)).faults == ["does not say that the documents disagree"]
    known = {WHEN: [("bridge.txt", "1987", 0.8), ("other.txt", "1988", 0.7)]}
    texts = {**TEXTS, "other.txt": "It was opened in 1988."}
    assistant = Rote(known, texts, languages={**LANGUAGES, "other.txt": "en"})
    assert outcome(example(WHEN, "1987", "1988", disagreement=True), assistant).faults == []
    assert outcome(example(WHEN, "1987"), assistant).faults == ["says that the documents disagree, and they do not"]


def test_a_quote_that_does_not_stand_in_its_document_is_a_fault() -> None:
    class Altered(Rote):
        def work(self, question: str, history: Sequence[Turn | str] = ()) -> Work:
            work = super().work(question, history)
            self.texts = {**self.texts, "bridge.txt": "Something else."}
            return work

    one = outcome(example(WHEN, "1987"), Altered(KNOWN))
    assert any(fault.startswith("not verbatim") for fault in one.faults)
    assert measure([one])["citation_precision"].value == measure([one])["verbatim"].value == 0


def test_a_citation_bears_out_its_item_in_another_accepted_form_too() -> None:
    texts = {"bridge.txt": "It was opened on 12 May 1987.", "pont.txt": "Il a été ouvert le 12 mai 1987."}
    assistant = Rote({WHEN: [("bridge.txt", "12 May 1987", 0.9), ("pont.txt", "12 mai 1987", 0.8)]}, texts)
    one = judge(Example(1, WHEN, (("12 May 1987", "12 mai 1987"),), unanswerable=False, id="a"), assistant, LANGUAGES)
    assert [item.supported for item in one.items] == [(True, True)]


def test_the_way_is_that_of_the_documents_unless_the_set_says() -> None:
    assert outcome(example(WHERE, "Kolo", language="ar", documents=("pont.txt",))).way == "cross-language"
    assert outcome(example(WHERE, "Kolo", language="fr", documents=("pont.txt",))).way == "same-language"
    tagged = example(WHERE, "Kolo", language="fr", tags=("cross-language",), documents=("pont.txt",))
    assert outcome(tagged).way == "cross-language"
    assert outcome(example(WHERE, "Kolo", documents=("gone.txt",))).way == ""
    assert outcome(example(WHERE, "Kolo")).way == ""


def test_earlier_questions_are_asked_first_and_their_answers_known() -> None:
    assistant = Rote(KNOWN)
    assert converse(assistant, WHEN, [WHERE, PRICE]).answer.answered
    assert [question for question, _ in assistant.asked] == [WHERE, PRICE, WHEN]
    assert assistant.asked[-1][1] == (Turn(WHERE, ("Kolo",)), Turn(PRICE))


SET = [example(WHERE, "Kolo"), example(WHEN, "1987"), example(PRICE, unanswerable=True)]


def judged_by(assistant: Rote) -> Callable[[Example], Outcome]:
    return partial(judge, assistant=assistant, languages=LANGUAGES)


def asked_by(folder: Path, examples: list[Example] = SET, came_from: str = "one", *, fresh: bool = False) -> list[str]:
    assistant = Rote(KNOWN)
    outcomes = list(evaluate(examples, judged_by(assistant), folder, came_from, fresh=fresh))
    assert [one.example for one in outcomes] == examples
    return [question for question, _ in assistant.asked]


def test_what_was_asked_is_not_asked_again(tmp_path: Path) -> None:
    running = evaluate(SET, judged_by(Rote(KNOWN)), tmp_path / "out", "one")
    first = [next(running), next(running)]
    running.close()  # stopped
    assert asked_by(tmp_path / "out") == [PRICE]
    assert asked_by(tmp_path / "out") == []
    assert list(evaluate(SET, judged_by(Rote({})), tmp_path / "out", "one"))[:2] == first
    assert asked_by(tmp_path / "out", fresh=True) == [WHERE, WHEN, PRICE]


def test_outcomes_of_other_settings_indexes_or_questions_are_asked_anew(tmp_path: Path) -> None:
    asked_by(tmp_path)
    assert asked_by(tmp_path, came_from="two") == [WHERE, WHEN, PRICE]
    changed = [SET[0], replace(SET[1], expected=(("1988",),)), replace(SET[2], line=77)]
    assert asked_by(tmp_path, changed, came_from="two") == [WHEN]
    state = Rote({}).store.state()
    origins = {
        origin(Settings(), state),
        origin(Settings(threshold=0.3), state),
        origin(Settings(candidates=3), state),
        origin(Settings(), replace(state, token="other")),
    }
    assert len(origins) == 4
    assert origin(Settings(port=1, documents=tmp_path), state) == origin(Settings(), state)


def test_a_language_model_counts_as_it_writes_follow_ups_in_full(tmp_path: Path) -> None:
    state = Rote({}).store.state()
    with_one = Settings(llm_url="http://127.0.0.1:1/v1", llm_model="small")
    (tmp_path / "followup.txt").write_text("{fence} {turns} {question}")
    variants = [
        Settings(),
        with_one,
        replace(with_one, llm_model="large"),
        replace(with_one, llm_url="http://127.0.0.1:2/v1"),
        replace(with_one, llm_arguments={"additional_kwargs": {"password": "hunter2"}}),
        replace(with_one, prompts=tmp_path),
        Settings(llm="llama_index.core.llms.MockLLM"),
    ]
    assert len({origin(one, state) for one in variants}) == len(variants)
    assert origin(replace(with_one, llm_strike="leave out"), state) == origin(with_one, state)
    assert origin(Settings(llm_timeout=5.0), state) == origin(Settings(), state)  # of a model that there is not
    assert "hunter2" not in str(answering_settings(variants[4]))


def test_several_asked_at_once_give_the_same_in_the_same_order(tmp_path: Path) -> None:
    examples = [example(f"{WHERE} {i}", "Kolo") for i in range(20)]
    meeting = Barrier(4)  # nobody gets on until four ask at once

    def judged(one: Example) -> Outcome:
        meeting.wait(timeout=30)
        return judge(one, Rote({one.question: KNOWN[WHERE]}), LANGUAGES)

    outcomes = list(evaluate(examples, judged, tmp_path, "one", jobs=4))
    assert [one.example for one in outcomes] == examples
    assert list(evaluate(examples, judged, tmp_path, "one", jobs=4)) == outcomes  # kept: nobody else would come to the meeting


def test_stopping_several_keeps_those_under_way(tmp_path: Path) -> None:
    examples = [example(f"{WHERE} {i}", "Kolo") for i in range(20)]
    asked: list[str] = []

    def judged(one: Example) -> Outcome:
        asked.append(one.id)
        return outcome(one)

    running = evaluate(examples, judged, tmp_path, "one", jobs=3)
    next(running)
    running.close()
    before = list(asked)
    list(evaluate(examples, judged, tmp_path, "one", jobs=3))
    assert sorted(asked) == sorted(one.id for one in examples)  # none twice
    assert len(before) >= 1


def test_a_line_half_written_is_asked_anew(tmp_path: Path) -> None:
    asked_by(tmp_path)
    file = tmp_path / "outcomes.jsonl"
    file.write_text(file.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    assert asked_by(tmp_path) == [PRICE]
    assert asked_by(tmp_path) == []


@pytest.fixture
def set_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A set, and an index that the tests' own assistant answers for."""
    rows = [
        {"id": "where", "question": WHERE, "answers": ["Kolo"], "documents": ["bridge.txt"], "language": "en", "tags": ["place"]},
        {"id": "when", "question": WHEN, "answers": ["1987"], "history": [WHERE], "language": "en"},
        {"id": "price", "question": PRICE, "answers": ["200 francs"], "documents": ["fees.txt", "prices.txt"], "language": "en"},
        {"id": "none", "question": "Who paid?", "unanswerable": True, "language": "en"},
    ]
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "quoth.toml").write_text(f'documents = "{tmp_path}"\n')
    monkeypatch.chdir(tmp_path)
    answer_with(monkeypatch, Rote(KNOWN))
    return path


def answer_with(monkeypatch: pytest.MonkeyPatch, assistant: Rote) -> None:
    monkeypatch.setattr("assistant.build.build_assistant", lambda settings: assistant)


def test_the_command_prints_figures_and_writes_reports(set_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(set_file), "--junit", "ci/junit.xml"]) == 0
    captured = capsys.readouterr()
    assert "3 of 4 questions pass" in captured.out
    assert "set-report/report.html" in captured.out
    assert "Not in the index: prices.txt, expected by price" in captured.err
    for name in ("set-report/report.json", "set-report/summary.md", "set-report/outcomes.jsonl", "ci/junit.xml"):
        assert Path(name).is_file()


def test_the_same_run_gives_the_same_report(set_file: Path) -> None:
    for name in ("a", "b"):
        assert main(["evaluate", str(set_file), "--out", name]) == 0
    assert Path("a/report.json").read_text() == Path("b/report.json").read_text()
    assert Path("a/report.html").read_text() == Path("b/report.html").read_text()


@pytest.mark.parametrize(
    ("limits", "status"),
    [
        ("recall=0.6,verbatim=1", 0),
        ("recall=0.7", 1),
        ("latency_p95=0.6", 0),
        ("latency_p95=0.4", 1),
        ("latency_reading_p50=0.31", 0),
        ("latency_search_p95=0.09", 1),
        ("disagreement_found=0", 1),  # nothing in the set tells
    ],
)
def test_a_figure_beyond_its_limit_is_status_1(
    set_file: Path, limits: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(set_file), "--fail-under", limits]) == status
    assert ("Failed: " in capsys.readouterr().out) == bool(status)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fail-under", "recal=0.8"], "did you mean recall?"),
        (["--fail-under", "recall"], "write a number"),
        (["--fail-under", " , "], "names no measure"),
        (["--baseline", "nowhere"], "--out FOLDER"),
        (["--out", "set.jsonl"], "Choose another with --out"),
    ],
)
def test_wrong_usage_is_status_2_and_names_the_remedy(
    set_file: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(set_file), *arguments]) == 2
    assert told in capsys.readouterr().err


def test_a_broken_set_is_status_2_before_anything_is_asked(
    set_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant = Rote(KNOWN)
    answer_with(monkeypatch, assistant)
    set_file.write_text('{"question": "Half?"}\n{', encoding="utf-8")
    assert main(["evaluate", str(set_file)]) == 2
    told = capsys.readouterr().err
    assert "line 1" in told
    assert "line 2" in told
    assert assistant.asked == []
    assert main(["evaluate"]) == 2
    assert "--init" in capsys.readouterr().err


def test_ctrl_c_keeps_what_is_done(set_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Stopped(Rote):
        def work(self, question: str, history: Sequence[Turn | str] = ()) -> Work:
            if question == PRICE:
                raise KeyboardInterrupt
            return super().work(question, history)

    answer_with(monkeypatch, Stopped(KNOWN))
    assert main(["evaluate", str(set_file)]) == 130
    assert "after 2 of 4 questions" in capsys.readouterr().err
    assistant = Rote(KNOWN)
    answer_with(monkeypatch, assistant)
    assert main(["evaluate", str(set_file)]) == 0
    assert [question for question, _ in assistant.asked] == [PRICE, "Who paid?"]


def test_a_planted_regression_is_caught_and_named(
    set_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(set_file), "--out", "before", "--fail-under", "recall=0.6"]) == 0
    texts = {name: text for name, text in TEXTS.items() if name != "bridge.txt"}
    assistant = Rote({WHERE: [("fees.txt", "francs", 0.7)]}, texts)
    assistant.store.revision = 2
    answer_with(monkeypatch, assistant)
    capsys.readouterr()
    arguments = ["--out", "after", "--baseline", "before", "--fail-under", "recall=0.6", "--junit", "junit.xml"]
    assert main(["evaluate", str(set_file), *arguments]) == 1
    printed = capsys.readouterr().out
    assert "worse: where Where is the bridge? (missing: Kolo (not indexed: not in the index: bridge.txt))" in printed
    assert "Failed: recall at least 0.6" in printed
    changes = json.loads(Path("after/report.json").read_text())["changes"]
    assert {one["id"]: one["kind"] for one in changes["questions"]} == {"where": "worse", "when": "worse"}


def test_a_real_index_is_evaluated(tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXTS["bridge.txt"])
    settings = tmp_path / "quoth.toml"
    settings.write_text(f'model = "{tiny_model}"\nindex = "index.sqlite"\n')
    rows = [{"question": WHERE, "answers": ["Kolo"], "documents": ["a.txt"]}, {"question": "Who?", "unanswerable": True}]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, rows)))
    out = tmp_path / "out"
    arguments = [str(tmp_path / "set.jsonl"), "--settings", str(settings), "--out", str(out)]
    assert main(["evaluate", *arguments, "--documents", str(folder), "--fail-under", "retrieval_recall@5=1,verbatim=1"]) == 0
    kept = (out / "outcomes.jsonl").read_text()
    assert main(["evaluate", *arguments, "--documents", str(folder)]) == 0
    assert (out / "outcomes.jsonl").read_text() == kept  # not asked again: the seconds are the same
    capsys.readouterr()
