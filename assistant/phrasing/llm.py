"""Settings -> a LlamaIndex LLM; what is wrong with them is told at once, without ever showing a key."""

import importlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prompts import Prompt, PromptError, read_prompts

from ..errors import SettingsError
from ..settings import KEY_PLACE, Settings

if TYPE_CHECKING:
    from httpx import AsyncClient
    from llama_index.core.llms import LLM

MOST_TOKENS = 512
"""Tokens that the model may write for an answer, where a quarter of its context is more."""
COUNT = {"stream_options": {"include_usage": True}}
"""Asks an OpenAI-compatible server to say how many tokens it read and wrote."""
_ADDRESS = re.compile(r"query|params|url|base|host|path", re.IGNORECASE)
"""In the name of an argument: what is put there becomes a part of an address."""
_OWN_SERVER = "llama_index.llms.openai_like.OpenAILike"


def answer_tokens(context: int) -> int:
    """Tokens kept free for what the model writes."""
    return min(MOST_TOKENS, context // 4)


def build_llm(settings: Settings, environment: Mapping[str, str] | None = None) -> "LLM | None":
    """The language model of the settings, None where none is set. It is not asked anything. Raises SettingsError."""
    if not settings.llm_url and not settings.llm:
        return None
    if settings.llm_url and settings.llm:
        raise SettingsError("Both llm_url and llm are set. Leave out llm for an OpenAI-compatible server, llm_url for any other.")
    key = _key(settings, os.environ if environment is None else environment)
    arguments = _with_key(settings.llm_arguments, key)
    if settings.llm:
        return _make(settings.llm, {**arguments, "api_key": key} if key else arguments)
    if not settings.llm_model:
        raise SettingsError("llm_url is set, but not llm_model. Name the model as the server does; GET .../models lists them.")
    own: dict[str, Any] = {
        "model": settings.llm_model,
        "api_base": settings.llm_url,
        "api_key": key or "none",  # else the library would send OPENAI_API_KEY to whatever server this is
        "is_chat_model": True,
        "context_window": settings.llm_context,
        "max_tokens": answer_tokens(settings.llm_context),
        "temperature": 0.0,
        "timeout": settings.llm_timeout,
    }
    given = {"additional_kwargs": {}, **arguments}
    if isinstance(given["additional_kwargs"], dict):
        given["additional_kwargs"] = {**COUNT, **given["additional_kwargs"]}
    return _make(_OWN_SERVER, {"async_http_client": _client(settings.llm_timeout), **own, **given})


def _client(seconds: float) -> "AsyncClient":
    """A client that stays with the server it was given: the library's own would take question, quotes and headers to another."""
    from httpx import AsyncClient

    return AsyncClient(follow_redirects=False, timeout=seconds)


def load_prompts(settings: Settings) -> dict[str, Prompt]:
    """The prompts, those of the settings' folder before our own. Raises SettingsError that names the file and what is wrong."""
    try:
        return read_prompts(settings.prompts if settings.prompts != Path() else None)
    except PromptError as error:
        raise SettingsError(str(error)) from error


def _key(settings: Settings, environment: Mapping[str, str]) -> str:
    if not settings.llm_key_variable:
        return ""
    key = environment.get(settings.llm_key_variable, "").strip()
    if not key:  # its name is not shown: it may be the key itself, put there by mistake
        raise SettingsError(
            "The environment variable that llm_key_variable names is not set. Set it to the key, or leave the setting out."
        )
    return key


def _with_key(value: Any, key: str, *, in_address: bool = False) -> Any:
    """The arguments with the key wherever they ask for it."""
    if isinstance(value, dict):
        return {
            name: _with_key(part, key, in_address=in_address or bool(_ADDRESS.search(str(name)))) for name, part in value.items()
        }
    if isinstance(value, list):
        return [_with_key(part, key, in_address=in_address) for part in value]
    if not isinstance(value, str) or KEY_PLACE not in value:
        return value
    if in_address or "://" in value:
        raise SettingsError(
            f"llm_arguments puts {KEY_PLACE} into an address, and addresses are logged. Put it into a header of default_headers."
        )
    if not key:
        raise SettingsError(f"llm_arguments asks for {KEY_PLACE}, but llm_key_variable names no variable that holds it. Set it.")
    return value.replace(KEY_PLACE, key)


def _make(path: str, arguments: Mapping[str, Any]) -> "LLM":
    from llama_index.core.llms import LLM

    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ImportError as error:
        package = "quoth[llm]" if path == _OWN_SERVER else "-".join(module.replace("_", "-").split(".")[:4])
        raise SettingsError(f"{module} is not installed ({error.name} is missing). Try: pip install '{package}'.") from error
    if not (isinstance(found, type) and issubclass(found, LLM)):
        raise SettingsError(f"llm = {path!r} names no LlamaIndex LLM class. Give one, such as llama_index.llms.ollama.Ollama.")
    if "max_retries" in found.model_fields:  # stream.py retries; each attempt of ours would be multiplied
        arguments = {"max_retries": 0, **arguments}
    try:
        return found(**arguments)
    except Exception as error:  # the library's own message may repeat what it was given, the key too
        raise SettingsError(
            f"{path} cannot be made with the arguments {', '.join(sorted(arguments))} ({type(error).__name__}). "
            "Check llm_arguments against its documentation."
        ) from None
