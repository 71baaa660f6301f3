"""Prompts are files; a mistake in one is told of at start, by its name and the file's."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.phrasing.llm import load_prompts
from assistant.settings import load_settings
from prompts import PLACEHOLDERS, read_prompts


def test_our_own_prompts_hold_what_they_must_and_have_versions() -> None:
    prompts = read_prompts()
    assert set(prompts) == set(PLACEHOLDERS)
    for name, prompt in prompts.items():
        assert prompt.version == f"{name} 1"
        filled = prompt.fill(**{placeholder: f"<{{{placeholder}}}>" for placeholder in PLACEHOLDERS[name]})
        assert all(f"<{{{placeholder}}}>" in filled for placeholder in PLACEHOLDERS[name])
        assert "#" not in filled[:1]


def test_a_folder_of_the_settings_stands_before_our_own(tmp_path: Path) -> None:
    (tmp_path / "system.txt").write_text("# mine 7\nSpeak {language}. Braces: {{x}}. Or say {refusal}", encoding="utf-8")
    prompts = load_prompts(load_settings(environment={}, prompts=tmp_path))
    assert prompts["system"].fill(language="French", refusal="NO") == "Speak French. Braces: {x}. Or say NO"
    assert prompts["system"].version == "mine 7"
    assert prompts["phrase"] == read_prompts()["phrase"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("system.txt", "Speak {langauge}, or say {refusal}", r"system\.txt.*\{langauge\}, which is unknown.*\{language\}"),
        ("system.txt", "Speak {language}", r"system\.txt.*\{refusal\} is missing"),
        ("system.txt", "Speak {language} {refusal} {}", r"system\.txt.*\{\}, which is unknown"),
        ("system.txt", "Speak {language} {refusal} {", r"system\.txt.*braces do not match"),
        ("system.txt", "Speak {language!r} {refusal}", r"system\.txt.*has a format"),
        ("phrase.txt", "{question} {evidence} {fence} {refusal}", r"phrase\.txt.*\{refusal\}, which is unknown"),
        ("phrases.txt", "hello", r"phrases\.txt is no prompt.*phrase\.txt"),
    ],
)
def test_a_mistake_is_named(name: str, text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_prompts(load_settings(environment={}, prompts=tmp_path))


def test_files_that_cannot_be_read_and_folders_that_are_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "system.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"system\.txt cannot be read.*UTF-8"):
        load_prompts(load_settings(environment={}, prompts=tmp_path))
    with pytest.raises(SettingsError, match="no folder of prompts"):
        load_prompts(load_settings(environment={}, prompts=tmp_path / "none"))
