"""Which language model is asked, and with what; mistakes are told of at start, and a key is never shown."""

from pathlib import Path
from typing import Any

import pytest

from assistant.build import build_assistant
from assistant.errors import SettingsError
from assistant.phrasing.llm import build_llm
from assistant.settings import Settings, load_settings

KEY = "abcdef0123456789"
SERVER = {"llm_url": "http://127.0.0.1:8080/v1", "llm_model": "some:model"}


def test_nothing_configured_is_no_model() -> None:
    assert build_llm(load_settings(environment={}), {}) is None


def test_an_openai_compatible_server_is_named_by_url_model_and_key(tmp_path: Path) -> None:
    file = tmp_path / "quoth.toml"
    file.write_text('llm_url = "http://127.0.0.1:8080/v1"\nllm_model = "m"\nllm_key_variable = "MY_KEY"\nllm_context = 8192\n')
    llm = build_llm(load_settings(file, {}), {"MY_KEY": f" {KEY}\n"})
    assert llm is not None
    assert llm.metadata.context_window == 8192
    assert llm.metadata.is_chat_model
    assert (llm.api_base, llm.model, llm.api_key, llm.max_retries) == ("http://127.0.0.1:8080/v1", "m", KEY, 0)  # type: ignore[attr-defined]


def test_any_other_llm_is_named_by_its_import_path() -> None:
    settings = load_settings(
        environment={"QUOTH_LLM": "llama_index.core.llms.MockLLM", "QUOTH_LLM_ARGUMENTS": '{"max_tokens": 7}'}
    )
    llm = build_llm(settings, {})
    assert llm is not None
    assert (type(llm).__name__, llm.max_tokens) == ("MockLLM", 7)  # type: ignore[attr-defined]


def test_the_key_may_stand_in_a_header_by_its_place_alone(tmp_path: Path) -> None:
    file = tmp_path / "quoth.toml"
    file.write_text(
        'llm_url = "http://127.0.0.1:8080/v1"\nllm_model = "m"\nllm_key_variable = "MY_KEY"\n'
        'llm_arguments = {default_headers = {X-Api-Key = "{key}", X-Title = "Quoth"}, max_tokens = 7}\n'
    )
    llm = build_llm(load_settings(file, {}), {"MY_KEY": KEY})
    assert llm.default_headers == {"X-Api-Key": KEY, "X-Title": "Quoth"}  # type: ignore[union-attr]
    with pytest.raises(SettingsError, match="llm_key_variable"):
        build_llm(Settings(**SERVER, llm_arguments={"default_headers": {"X-Api-Key": "{key}"}}), {})  # type: ignore[arg-type]


def test_no_librarys_own_retries_multiply_ours_unless_they_are_asked_for() -> None:
    given: list[dict[str, Any]] = [{}, {"max_retries": 1}]
    made = [
        build_llm(Settings(llm="llama_index.llms.openai.OpenAI", llm_arguments={"api_key": KEY, **arguments}), {})
        for arguments in given
    ]
    assert [llm.max_retries for llm in made] == [0, 1]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"llm_url": "127.0.0.1:8080"}, "write the server's base URL"),
        ({"llm_url": "http://user:pass@host/v1"}, "without a key"),
        ({"llm": "MockLLM"}, "import path of a class"),
        ({"llm_key_variable": "sk-123-456"}, "not the key itself"),
        ({"llm_strike": "hide"}, 'write "show" or "leave out"'),
        ({"llm_context": 100}, "between 512"),
        ({"llm_timeout": 0}, "between 0.1"),
        ({"llm_timeout": float("nan")}, "between 0.1"),
        ({"llm_arguments": "model=x"}, "write a table, or JSON"),
        ({"llm_arguments": {"api_key": KEY}}, "must not stand in the settings"),
        ({"llm_arguments": {"default_headers": {"Authorization": f"Bearer {KEY}"}}}, "Authorization .*llm_key_variable"),
        ({"llm_arguments": {"default_headers": {"X-Api-Key": KEY}}}, "X-Api-Key .*environment variable"),
        ({"llm_arguments": {"default_headers": {"X-Auth": f"bearer {KEY}"}}}, "X-Auth must not stand"),
        ({"llm_arguments": {"additional_kwargs": {"extra": [{"apiKey": KEY}]}}}, "apiKey must not stand"),
        ({"llm_arguments": f'{{"options": {{"password": "{KEY}"}}}}'}, "password must not stand"),
        ({"llm_arguments": {"not a name": 1}}, "write a table of arguments"),
    ],
)
def test_a_wrong_setting_is_named_with_the_remedy_and_without_its_value(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as error:
        load_settings(environment={}, **given)
    assert KEY not in str(error.value)
    assert "sk-123" not in str(error.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**SERVER, "llm": "llama_index.core.llms.MockLLM"}, "Both llm_url and llm are set"),
        ({"llm_url": SERVER["llm_url"]}, "not llm_model"),
        ({**SERVER, "llm_key_variable": KEY}, "is not set"),
        ({"llm": "no.such.Llm", "llm_key_variable": "PATH", "llm_arguments": {"extra_query": {"k": "{key}"}}}, "into an address"),
        ({"llm": "no.such.Llm", "llm_key_variable": "PATH", "llm_arguments": {"at": "http://x/{key}"}}, "into an address"),
        ({"llm": "no.such.module.Llm"}, "is not installed"),
        ({"llm": "pathlib.Path"}, "names no LlamaIndex LLM"),
        ({"llm": "llama_index.core.llms.NoSuch"}, "names no LlamaIndex LLM"),
        ({"llm": "llama_index.core.llms.MockLLM", "llm_arguments": {"max_tokens": "secret?"}}, "cannot be made with"),
    ],
)
def test_what_cannot_be_had_is_told_of_at_start(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as error:
        build_assistant(load_settings(environment={}, **given))
    assert KEY not in str(error.value)
    assert "secret?" not in str(error.value)


def test_arguments_do_not_show_in_the_settings() -> None:
    settings = Settings(llm_arguments={"default_headers": {"X-Key": KEY}}, llm_key_variable="MY_KEY")
    assert KEY not in repr(settings)
    assert hash(settings) == hash(Settings(llm_key_variable="MY_KEY"))
