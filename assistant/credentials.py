"""The secrets of the server: read from variables or files, never from quoth.toml, the command line or a page."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from .errors import SettingsError
from .settings import Settings

SHORTEST = {"password": 8, "token": 20, "admin_token": 20, "widget_secret": 32}
"""Characters that each must have at least: a password is typed, and tries are limited; the others are drawn by a machine."""
_DRAW = 'Draw one with: python -c "import secrets; print(secrets.token_urlsafe(32))".'


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secrets in force, "" for each that is not set; none of them appears in its `repr`.

    `password` opens the chat and `token` the API; `admin_token` allows documents to be changed; with `widget_secret` the sites
    that embed the chat sign their tokens.
    """

    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    admin_token: str = field(default="", repr=False)
    widget_secret: str = field(default="", repr=False)

    @property
    def protect(self) -> bool:
        """Whether anybody is asked for anything before asking questions."""
        return bool(self.password or self.token)


def load_credentials(settings: Settings, environment: Mapping[str, str] | None = None) -> Credentials:
    """The secrets of the variables QUOTH_PASSWORD, QUOTH_TOKEN, ..., or of the files that the settings name.

    Raises SettingsError where a file cannot be read, a secret is too short or given twice, or two are the same.
    """
    variables = os.environ if environment is None else environment
    found = {one.name: _secret(one.name, settings, variables) for one in fields(Credentials)}
    given = [secret for secret in found.values() if secret]
    if len(set(given)) < len(given):
        raise SettingsError("Two of the server's secrets are the same, so that one would open what the other guards. Change one.")
    return Credentials(**found)


def _secret(name: str, settings: Settings, variables: Mapping[str, str]) -> str:
    variable, file = f"QUOTH_{name.upper()}", getattr(settings, f"{name}_file")
    value = variables.get(variable, "")
    if value and file != Path():
        raise SettingsError(f"{variable} and the setting {name}_file are both there. Keep one of them.")
    source = variable
    if file != Path():
        value, source = _read(name, file), str(file)
        if not value:
            raise SettingsError(f"{source} ({name}_file) is empty. {_remedy(name)}")
    if value and len(value) < SHORTEST[name]:
        raise SettingsError(f"The secret in {source} has fewer than {SHORTEST[name]} characters. {_remedy(name)}")
    return value


def _read(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{file} ({name}_file) cannot be read ({error.strerror}). Check its name and permissions.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} ({name}_file) is not UTF-8 text. Write the secret into it as one line.") from error


def _remedy(name: str) -> str:
    return "Choose a longer password." if name == "password" else _DRAW
