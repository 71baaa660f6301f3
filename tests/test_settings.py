"""Settings come from quoth.toml, then QUOTH_* variables, then the call; mistakes are named with the remedy."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings, default_index_path, load_settings, write_setting


def test_later_sources_win(tmp_path: Path) -> None:
    file = tmp_path / "quoth.toml"
    file.write_text('documents = "papers"\nport = 8001\ncandidates = 12\n')
    settings = load_settings(file, {"QUOTH_PORT": "8002", "QUOTH_CANDIDATES": "13", "HOME": "/x"}, candidates=14, host=None)
    assert settings == Settings(documents=tmp_path / "papers", port=8002, candidates=14)


def test_quoth_toml_in_the_current_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("quoth.toml").write_text("threshold = 0.7")
    assert load_settings(environment={}).threshold == 0.7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("treshold = 0.5", "did you mean threshold"),
        ("colour = 1", "known are documents"),
        ('port = "many"', "whole number"),
        ("port = 99999", "between 0 and 65535"),
        ("threshold = 1.5", "between 0 and 1"),
        ("threshold = true", "write a number"),
        ("documents = 5", "path in quotation marks"),
        ("host = 5", "text in quotation marks"),
        ("port = ", "not valid TOML"),
        ("port = 80.9", "whole number"),
        ("port = inf", "whole number"),
        ('documents = "~nobody-of-that-name/x"', "home directory"),
    ],
)
def test_mistakes_are_named(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "quoth.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=said):
        load_settings(file, {})


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "quoth.toml"
    file.write_text("port = -1\ncolour = 2")
    with pytest.raises(SettingsError, match=r"port.*colour"):
        load_settings(file, {})


def test_a_settings_file_that_is_named_but_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "none.toml", {})


def test_folders_of_the_same_name_have_indexes_of_their_own(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "docs", tmp_path / "b" / "docs"
    assert default_index_path(first) != default_index_path(second)
    assert tmp_path not in default_index_path(first).parents


def test_the_current_folder_is_a_folder_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={}, documents=Path()).documents == tmp_path
    assert load_settings(environment={}).documents == Path()


@pytest.mark.parametrize("written", ["https://a.example, http://b.example:8001", "https://a.example http://b.example:8001"])
def test_origins_are_exact_sites(written: str) -> None:
    assert load_settings(environment={"QUOTH_ORIGINS": written}).origins == ("https://a.example", "http://b.example:8001")
    assert load_settings(environment={}).origins == ()


@pytest.mark.parametrize("wrong", ["*", "https://*.example", "https://a.example/path", "a.example", "https://A.example", "null"])
def test_what_is_no_origin_is_refused_with_the_remedy(wrong: str) -> None:
    with pytest.raises(SettingsError, match="write it as https://intranet"):
        load_settings(environment={"QUOTH_ORIGINS": wrong})
    with pytest.raises(SettingsError, match="write a list of sites"):
        load_settings(environment={}, origins=5)


def test_a_written_setting_leaves_the_rest_of_the_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "quoth.toml"
    write_setting(path, "threshold", 0.25)
    assert load_settings(path).threshold == 0.25
    path.write_text("# ours\nthreshold = 0.1  # careful\nport = 8000\n", encoding="utf-8")
    write_setting(path, "threshold", 0.3)
    assert path.read_text(encoding="utf-8") == "# ours\nthreshold = 0.3  # careful\nport = 8000\n"


def test_a_broken_settings_file_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "quoth.toml"
    path.write_text("threshold = = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="not valid TOML"):
        write_setting(path, "threshold", 0.3)
    assert path.read_text(encoding="utf-8") == "threshold = = 1\n"
    with pytest.raises(SettingsError, match="cannot be written"):
        write_setting(tmp_path / "nowhere" / "quoth.toml", "threshold", 0.3)
