"""One frozen record of settings, read from quoth.toml, then QUOTH_* variables, then what the caller gives."""

import contextlib
import difflib
import hashlib
import ipaddress
import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from .errors import SettingsError
from .files import write_whole

SECRET_VARIABLES = frozenset({"QUOTH_PASSWORD", "QUOTH_TOKEN", "QUOTH_ADMIN_TOKEN", "QUOTH_WIDGET_SECRET"})
"""Read by `assistant.credentials`: a secret is no setting, so that it stands in no file, report or message that settings do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set.

    `index` is the SQLite file; empty paths mean the default place, and a path that is set is absolute. `model` is a
    sentence-transformers folder or name, "" for the bundled one. `candidates` is the number of passages that retrieval hands to
    reading. `threshold` is the confidence below which Quoth says that the documents don't tell; `maximum_items` bounds the
    items of a list. `threads` is the number of processor threads, 0 for all. `origins` are the sites, such as
    "https://intranet.example", that may embed the chat and call its API. `address` is the server's own origin for the world,
    where a proxy stands before it or people type a name of its own, and `proxies` are the addresses or networks of such
    proxies, whose X-Forwarded-For and X-Forwarded-Proto are believed. `questions_a_minute` limits one client and
    `questions_waiting` all together; of those that wait or are answered, `questions_of_one_client` may be one client's.
    `uploads` lets documents be changed over the web; `largest_upload` is in MB. The files hold the secrets of
    `assistant.credentials`.

    The others are for answers phrased by a language model (docs/phrasing.md). `llm_url` is the base URL of an OpenAI-compatible
    server and `llm_model` the model's name there; or `llm` is the import path of a LlamaIndex LLM class and `llm_arguments` what
    it is made with. `llm_key_variable` names the environment variable that holds the key: no setting holds a key itself.
    `llm_context` is the model's context in tokens, `llm_timeout` how many seconds to wait for the next word. `llm_strike` is
    what becomes of a sentence that its sources do not hold: "show" it struck out, or "leave out". `prompts` is a folder
    whose files stand for the prompts of the same name.
    """

    documents: Path = Path()
    index: Path = Path()
    model: str = ""
    candidates: int = 24
    threshold: float = 0.34
    maximum_items: int = 12
    threads: int = 0
    host: str = "127.0.0.1"
    port: int = 7860
    origins: tuple[str, ...] = ()
    llm_url: str = ""
    llm_model: str = ""
    llm: str = ""
    llm_arguments: dict[str, Any] = field(default_factory=dict, repr=False, hash=False)
    llm_key_variable: str = ""
    llm_context: int = 4096
    llm_timeout: float = 30.0
    llm_strike: str = "show"
    prompts: Path = Path()
    address: str = ""
    proxies: tuple[str, ...] = ()
    questions_a_minute: int = 60
    questions_waiting: int = 32
    questions_of_one_client: int = 8
    uploads: bool = False
    largest_upload: int = 50
    password_file: Path = Path()
    token_file: Path = Path()
    admin_token_file: Path = Path()
    widget_secret_file: Path = Path()

    def index_path(self) -> Path:
        """The SQLite file: the one set, or one in the user's data folder named after the folder of documents."""
        return self.index if self.index != Path() else default_index_path(self.documents)


def default_index_path(documents: Path) -> Path:
    """A place outside the documents' folder, so that a read-only folder can be indexed and none is littered."""
    folder = documents.resolve()
    name = re.sub(r"[^\w-]+", "-", folder.name) or "documents"
    digest = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return platformdirs.user_data_path("quoth") / "indexes" / f"{name}-{digest}.sqlite"


def load_settings(file: Path | None = None, environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """The settings in force. `file` defaults to quoth.toml in the current folder, if there is one; `given` of None is not set.

    Raises SettingsError that names every wrong setting of the first source that has any.
    """
    settings = Settings()
    path = file or Path("quoth.toml")
    if file or path.is_file():
        settings = _apply(settings, _read_toml(path), str(path), path.parent)
    variables = os.environ if environment is None else environment
    from_environment = {
        key.removeprefix("QUOTH_").lower(): value
        for key, value in variables.items()
        if key.startswith("QUOTH_") and key not in SECRET_VARIABLES
    }
    settings = _apply(settings, from_environment, "the environment (QUOTH_*)", Path())
    return _apply(settings, {key: value for key, value in given.items() if value is not None}, "the call", Path())


def write_setting(path: Path, name: str, value: float) -> None:
    """Puts one setting into a settings file, whose comments and order stay; makes the file where there is none.

    Raises SettingsError, and leaves the file as it is, where it cannot be read or written.
    """
    import tomlkit

    old = ""
    if path.exists():
        _read_toml(path)
        old = path.read_text(encoding="utf-8")
    document = tomlkit.parse(old)
    document[name] = value
    try:
        write_whole(path, tomlkit.dumps(document))
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}). Put `{name} = {value}` there yourself.") from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read ({error.strerror}). Check its name.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} is not valid TOML: {error}. Mend that line.") from error


def _apply(settings: Settings, values: Mapping[str, object], source: str, base: Path) -> Settings:
    known = {field.name: getattr(settings, field.name) for field in fields(settings)}
    changes: dict[str, Any] = {}
    mistakes = []
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
            mistakes.append(f"there is no setting {key}: {hint}")
            continue
        try:
            changes[key] = _convert(key, value, type(known[key]), base)
        except (TypeError, ValueError) as error:
            said = key if key.startswith("llm") else f"{key} = {value!r}"  # a key may have been put there by mistake
            mistakes.append(f"{said}: {error}")
    if mistakes:
        raise SettingsError(f"In {source}: " + " Also: ".join(mistakes))
    return replace(settings, **changes)


_BOUNDS = {
    "candidates": (1, 200),
    "threshold": (0, 1),
    "maximum_items": (1, 50),
    "threads": (0, 1024),
    "port": (0, 65535),
    "llm_context": (512, 10_000_000),
    "llm_timeout": (0.1, 3600),
    "questions_a_minute": (1, 100_000),
    "questions_waiting": (0, 10_000),
    "questions_of_one_client": (1, 10_000),
    "largest_upload": (1, 100),
}
_FORMS = {
    "llm_url": (
        r"https?://[^\s/@?#]+(?:/[^\s@?#]*)?",
        "write the server's base URL, such as http://127.0.0.1:8080/v1, without a key.",
    ),
    "llm": (r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+", "write the import path of a class, such as llama_index.llms.ollama.Ollama."),
    "llm_key_variable": (r"[A-Za-z_]\w{0,63}", "write the name of an environment variable, such as LLM_KEY, not the key itself."),
    "llm_strike": (r"show|leave out", 'write "show" or "leave out".'),
}
"""Settings whose texts have a form, if they are set, and the remedy where it is another."""
_SECRET = re.compile(r"(?:^|[_-])(?:api)?(?:key|token|secret|password|authorization|cookie)$", re.IGNORECASE)
KEY_PLACE = "{key}"
"""Stands in `llm_arguments` for the key of `llm_key_variable`."""
_KEY_ALONE = re.compile(rf"(?:\w+\s+)?{re.escape(KEY_PLACE)}")
"""The place of the key, with a scheme such as Bearer before it at most."""
_SECRET_VALUE = re.compile(r"\s*(?:(?:bearer|basic|token|apikey)\s+\S{8,}|(?:sk|pk|hf|gsk|ghp)[-_]\w+)\s*\Z", re.IGNORECASE)
_YES_AND_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?")


def _origins(value: object) -> tuple[str, ...]:
    """Exact origins: a list, or a text with spaces or commas between them."""
    found = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
        raise TypeError('write a list of sites, such as ["https://intranet.example"].')
    for one in found:
        if not _ORIGIN.fullmatch(one):
            raise ValueError(f"{one} is no site's origin: write it as https://intranet.example, without path, * or capitals.")
    return tuple(found)


def _arguments(value: object) -> dict[str, Any]:
    """Keyword arguments: a table, or a text that holds one as JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise ValueError('write a table, or JSON such as {"model": "llama3.2"}.') from None
    if not isinstance(value, dict) or not all(isinstance(name, str) and name.isidentifier() for name in value):
        raise TypeError('write a table of arguments, such as {model = "llama3.2"}.')
    if secret := _find_secret(value):
        raise ValueError(
            f"{secret} must not stand in the settings: name the environment variable that holds it in llm_key_variable. It goes "
            f'along as api_key; write "{KEY_PLACE}" where it must stand elsewhere, such as in a header.'
        )
    return dict(value)


def _find_secret(value: object, name: str = "", *, in_headers: bool = False, named: bool = False) -> str:
    """The name of an argument, or of a part of one, that looks like a secret; "" where none does.

    `named` tells that a part of a table or list stands under a secret's name.
    """
    named = named or bool(_SECRET.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)))
    if isinstance(value, dict):
        inside = in_headers or name.lower().endswith("headers")
        parts = (_find_secret(part, str(key), in_headers=inside, named=named) for key, part in value.items())
        return next(filter(None, parts), "")
    if isinstance(value, list):
        return next(filter(None, (_find_secret(part, name, in_headers=in_headers, named=named) for part in value)), "")
    if isinstance(value, str) and _KEY_ALONE.fullmatch(value):
        return ""
    return name if named or (in_headers and isinstance(value, str) and _SECRET_VALUE.match(value)) else ""


def _proxies(value: object) -> tuple[str, ...]:
    """Addresses and networks: a list, or a text with spaces or commas between them."""
    found = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
        raise TypeError('write a list of addresses, such as ["127.0.0.1", "10.0.0.0/8"].')
    for one in found:
        try:
            ipaddress.ip_network(one)
        except ValueError as error:
            raise ValueError(f"{one} is no address or network: write it as 127.0.0.1 or 10.0.0.0/8.") from error
    return tuple(found)


def _yes_or_no(value: object) -> bool:
    if isinstance(value, str) and value.lower() in _YES_AND_NO:
        return _YES_AND_NO[value.lower()]
    if not isinstance(value, bool):
        raise TypeError("write true or false.")
    return value


def _convert(key: str, value: Any, kind: Callable[..., Any], base: Path) -> object:
    if kind is tuple:
        return _proxies(value) if key == "proxies" else _origins(value)
    if kind is dict:
        return _arguments(value)
    if kind is bool:
        return _yes_or_no(value)
    if key == "address" and value:
        return _origins([value])[0]
    if kind not in (str, int, float):  # type(Path()) is a subclass of Path
        if not isinstance(value, str | Path):
            raise TypeError("write a path in quotation marks.")
        try:
            return (base / Path(value).expanduser()).resolve() if value != "" else Path()
        except RuntimeError as error:
            raise ValueError(f"{error}") from error
    if isinstance(value, bool) or (kind is str and not isinstance(value, str)):
        raise TypeError(f"write a {'text in quotation marks' if kind is str else 'number'}.")
    try:
        converted: Any = kind(value)
        if kind is int and isinstance(value, float):
            raise ValueError(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"write a {'whole number' if kind is int else 'number'}.") from None
    if converted and key in _FORMS and not re.fullmatch(_FORMS[key][0], converted):
        raise ValueError(_FORMS[key][1])
    if key in _BOUNDS and not _BOUNDS[key][0] <= converted <= _BOUNDS[key][1]:
        raise ValueError(f"it must lie between {_BOUNDS[key][0]} and {_BOUNDS[key][1]}.")
    return converted


def read_latest() -> tuple[Path, Path] | None:
    """The folder that was indexed last, and its index; None where there is none yet."""
    try:
        documents, index = json.loads(_latest_file().read_text(encoding="utf-8"))
        return Path(documents), Path(index)
    except (OSError, ValueError, TypeError):
        return None


def write_latest(settings: Settings) -> None:
    """Remembers the folder of the settings as the one indexed last. Not being able to is no error."""
    value = [str(settings.documents.resolve()), str(settings.index_path().resolve())]
    file = _latest_file()
    with contextlib.suppress(OSError, UnicodeEncodeError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(value))


def _latest_file() -> Path:
    return platformdirs.user_data_path("quoth") / "latest.json"
