"""Which secrets the server must have to be started, where it takes them from, and that they show nowhere."""

from pathlib import Path

import pytest

from assistant.credentials import Credentials, load_credentials
from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings
from assistant.web.server import ServerError, check_protection, widget_note

from .signing_in import ADMIN, INTRANET, PASSWORD, TOKEN


@pytest.mark.parametrize(
    "settings",
    [
        Settings(host="0.0.0.0"),
        Settings(address="https://quoth.example"),
        Settings(proxies=("127.0.0.1",)),
    ],
)
def test_it_does_not_start_beyond_loopback_without_a_secret_unless_told_to(settings: Settings) -> None:
    with pytest.raises(ServerError, match=r"QUOTH_PASSWORD.*--open"):
        check_protection(settings, Credentials(), open_to_network=False)
    check_protection(settings, Credentials(), open_to_network=True)
    check_protection(settings, Credentials(password=PASSWORD), open_to_network=False)
    check_protection(settings, Credentials(token=TOKEN), open_to_network=False)
    check_protection(Settings(), Credentials(), open_to_network=False)


def test_it_does_not_start_with_uploads_and_no_admin_token() -> None:
    for told in (False, True):
        with pytest.raises(ServerError, match="QUOTH_ADMIN_TOKEN"):
            check_protection(Settings(uploads=True), Credentials(password=PASSWORD), open_to_network=told)
    check_protection(Settings(uploads=True), Credentials(admin_token=ADMIN), open_to_network=False)


def test_secrets_come_from_variables_or_files_and_show_nowhere(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    variables = {"QUOTH_PASSWORD": PASSWORD, "QUOTH_TOKEN_FILE": str(tmp_path / "token")}
    settings = load_settings(environment=variables)
    credentials = load_credentials(settings, variables)
    assert (credentials.password, credentials.token, credentials.admin_token) == (PASSWORD, TOKEN, "")
    assert PASSWORD not in repr(credentials) + repr(settings)
    assert TOKEN not in repr(credentials) + repr(settings)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"QUOTH_PASSWORD": "short"}, "QUOTH_PASSWORD has fewer than 8"),
        ({"QUOTH_WIDGET_SECRET": "s" * 31}, "fewer than 32.*token_urlsafe"),
        ({"QUOTH_TOKEN": TOKEN, "QUOTH_ADMIN_TOKEN": TOKEN}, "the same"),
        ({"QUOTH_TOKEN_FILE": "missing"}, "token_file.*cannot be read"),
        ({"QUOTH_TOKEN_FILE": "empty"}, "token_file.*is empty"),
        ({"QUOTH_TOKEN_FILE": "bytes"}, "token_file.*not UTF-8"),
        ({"QUOTH_TOKEN_FILE": "empty", "QUOTH_TOKEN": TOKEN}, "both"),
    ],
)
def test_secrets_that_cannot_be_are_explained(variables: dict[str, str], told: str) -> None:
    Path("empty").write_text("\n")
    Path("bytes").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(SettingsError, match=told):
        load_credentials(load_settings(environment=variables), variables)


def test_a_password_is_no_setting(tmp_path: Path) -> None:
    file = tmp_path / "quoth.toml"
    file.write_text('password = "open sesame"')
    with pytest.raises(SettingsError, match="password_file") as raised:
        load_settings(file, environment={})
    assert PASSWORD not in str(raised.value)


def test_sites_that_could_not_show_the_chat_are_told_of() -> None:
    settings = Settings(origins=(INTRANET,))
    assert "QUOTH_WIDGET_SECRET" in widget_note(settings, Credentials(password=PASSWORD))
    assert not widget_note(settings, Credentials(password=PASSWORD, widget_secret="w" * 32))
    assert not widget_note(settings, Credentials())
    assert not widget_note(Settings(), Credentials(password=PASSWORD))
