"""The quoth command: what it prints where, and its exit status."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.settings import Settings

from .answer_keys import ANSWER_KEYS

ROOT = Path(__file__).parent.parent
CITATION_KEYS = ["number", "document", "title", "date", "language", "start", "end", "quote", "passage"]


@pytest.fixture
def folder(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one document, and the tiny model for indexing it."""
    monkeypatch.setenv("QUOTH_MODEL", str(tiny_model))
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("The green boat has a crew of nine people on board.")
    return folder


def test_json_is_all_that_stands_on_standard_output(example_settings: Settings) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "assistant", "ask", "How long is the border between Niger and Nigeria?",
         "--index", str(example_settings.index), "--json"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert list(answer) == ANSWER_KEYS
    assert answer["answered"] is True
    assert answer["closest"] == []
    assert list(answer["items"][0]) == ["text", "translation", "confidence", "citations"]
    for citation in answer["citations"]:
        assert list(citation) == CITATION_KEYS
        assert len(citation["quote"]) == citation["end"] - citation["start"]


def test_not_answered_is_status_3_and_shows_the_closest(example_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Who won the 2022 World Cup?", "--index", str(example_settings.index), "--json"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert answer["answered"] is False
    assert (answer["items"], answer["citations"]) == ([], [])
    assert list(answer["closest"][0]) == CITATION_KEYS


def test_the_terminal_shows_quotes_and_sources(example_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "How long is the border between Niger and Nigeria?", "--index", str(example_settings.index)]) == 0
    printed = capsys.readouterr().out
    assert "1,500" in printed
    assert "[1]" in printed
    assert "niger-nigeria-communique.md" in printed


def test_sources_that_disagree_are_told_with_their_dates(example_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "How long is the border between Niger and Nigeria?", "--index", str(example_settings.index)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "The sources disagree:"
    assert {"1,500 km", "1400 كيلومتر"} <= {line.partition(" [")[0] for line in lines[1:3]}
    assert all("2024-0" in line for line in lines[1:3])


def test_an_earlier_question_goes_along(example_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["ask", "And the documents with Russia?", "--index", str(example_settings.index), "--json"]
    assert main([*arguments, "--after", "When did Niger and Nigeria sign their joint communiqué?"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["question"] == "And the documents with Russia?"
    assert any("4 December 2023" in citation["quote"] for citation in answer["citations"])


def test_every_step_can_be_explained(example_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    question = "How long is the border between Niger and Nigeria?"
    assert main(["ask", question, "--index", str(example_settings.index), "--explain"]) == 0
    printed = capsys.readouterr().out
    for step in ("The question", "Search", "Reading", "Held to", "Composing", "Citing"):
        assert step in printed
    assert "one short answer" in printed
    assert "threshold" in printed
    assert "1,500 km" in printed
    assert re.search(r"search \d+\.\d\d s, reading \d+\.\d\d s, composing", printed)


def test_the_folder_indexed_last_is_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(folder)]) == 0
    assert "1 added" in capsys.readouterr().out
    assert main(["ask", "Who is on the boat?", "--json"]) in (0, 3)
    answer = json.loads(capsys.readouterr().out)
    assert [one["document"] for one in answer["citations"] + answer["closest"]] == ["a.txt"]
    assert main(["index"]) == 0
    assert "1 unchanged" in capsys.readouterr().out


def test_asking_a_folder_not_yet_indexed_indexes_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Who is on the boat?", "--documents", str(folder), "--json"]) in (0, 3)
    captured = capsys.readouterr()
    assert json.loads(captured.out)["question"] == "Who is on the boat?"
    assert "1 added" in captured.err


def test_files_not_read_are_named_with_the_remedy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    assert main(["index", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "Not read: broken.pdf:" in printed
    assert "1 added, 1 not read" in printed


def test_asking_before_anything_is_indexed_names_the_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Anything?"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "quoth index FOLDER" in captured.err


def test_a_missing_folder_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(tmp_path / "nowhere")]) == 1
    assert "There is no folder" in capsys.readouterr().err


def test_an_empty_question_is_a_failure(example_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", " ", "--index", str(example_settings.index)]) == 1
    assert "The question is empty" in capsys.readouterr().err


def test_a_wrong_setting_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("QUOTH_PROT", "8000")
    assert main(["ask", "Anything?"]) == 2
    assert "did you mean port" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["ask"], ["dance"], ["ask", "a", "--colour"], ["serve", "--port", "many"]])
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: quoth" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["index"], ["ask"], ["evaluate"], ["convert"], ["serve"]])
def test_help_shows_how_to_call_it(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    assert "quoth " in capsys.readouterr().out


def test_help_starts_without_loading_any_model() -> None:
    code = "import sys, assistant.cli as c\ntry:\n    c.main(['--help'])\nexcept SystemExit:\n    pass\n" \
        "assert not {'torch', 'transformers', 'gradio', 'llama_index'} & set(sys.modules), 'heavy imports'"  # fmt: skip
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ)
    assert run.returncode == 0, run.stderr


def test_an_index_is_asked_by_its_file_alone(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "x.sqlite")
    assert main(["ask", "Who is on the boat?", "--index", file]) == 1
    assert "There is no index" in capsys.readouterr().err
    assert main(["index", str(folder), "--index", file]) == 0
    assert main(["index", "--index", file]) == 0
    assert "1 unchanged" in capsys.readouterr().out


def test_asking_a_folder_by_name_sees_what_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(folder)]) == 0
    (folder / "a.txt").rename(folder / "b.txt")
    capsys.readouterr()
    assert main(["ask", "Who is on the boat?", "--documents", str(folder), "--json"]) in (0, 3)
    answer = json.loads(capsys.readouterr().out)
    assert [one["document"] for one in answer["citations"] + answer["closest"]] == ["b.txt"]
