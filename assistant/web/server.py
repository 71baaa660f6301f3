"""The web server: listens, on loopback unless told otherwise, and does not start where more would be open than was meant."""

import errno
import os
import socket
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from index.errors import QuothError

from ..addresses import in_url, is_loopback
from ..credentials import Credentials
from ..settings import Settings
from .access import load_key, session_file
from .application import NO_CREDENTIALS, Door, create_app
from .guard import ANY_NAME, LOOPBACK_NAMES

SECONDS_TO_CLOSE = 3
"""How long stopping waits for answers under way."""


class ServerError(QuothError):
    """The server cannot be started as asked."""


def serve(
    assistant: Any,
    settings: Settings,
    credentials: Credentials | None = None,
    *,
    open_to_network: bool = False,
    **pages: Any,
) -> None:
    """Serve the chat until interrupted (Ctrl-C), as the settings say. Port 0 takes a free one.

    `pages` are create_app's `examples`, `manager` and `feedback`.

    Raises ServerError where other computers could connect and nobody would be asked for a password, without `open_to_network`;
    where documents could be changed by anybody; or where the port cannot be had.
    """
    credentials = credentials or NO_CREDENTIALS
    check_protection(settings, credentials, open_to_network=open_to_network)
    if note := widget_note(settings, credentials):
        print(note, file=sys.stderr)
    door = open_door(settings, credentials)
    app = create_app(assistant, door=door, **pages)
    with listen(settings.host, settings.port) as listener:
        try:
            _Server(app, listener, settings.host, door.proxies).run(sockets=[listener])
        except KeyboardInterrupt:
            print("\nStopped.")


def open_door(settings: Settings, credentials: Credentials) -> Door:
    """How a server with these settings is reached."""
    return Door(
        hosts=_names(settings, credentials),
        by_address=not is_loopback(settings.host),
        address=settings.address,
        origins=settings.origins,
        credentials=credentials,
        exposed=is_exposed(settings),
        proxies=settings.proxies,
        key=load_key() if credentials != NO_CREDENTIALS else b"",
        ended=session_file("session.ended") if credentials != NO_CREDENTIALS else None,
        questions_a_minute=settings.questions_a_minute,
        questions_waiting=settings.questions_waiting,
        questions_of_one_client=settings.questions_of_one_client,
    )


def _names(settings: Settings, credentials: Credentials) -> tuple[str, ...]:
    """The names to be addressed by. Any will do where strangers are kept out: a site that points its own here has no cookie."""
    known = filter(None, (settings.host, urlsplit(settings.address).hostname))
    if is_loopback(settings.host):
        return (*LOOPBACK_NAMES, *known)
    if credentials.protect:
        return (ANY_NAME,)
    return (*LOOPBACK_NAMES, *known, socket.gethostname(), socket.getfqdn())


def is_exposed(settings: Settings) -> bool:
    """Whether other computers can reach the server, by itself or through a proxy."""
    return not is_loopback(settings.host) or bool(settings.address or settings.proxies)


def check_address(settings: Settings, credentials: Credentials, *, open_to_network: bool = False) -> None:
    """Raise the ServerError that `serve` would raise with these, if any."""
    check_protection(settings, credentials, open_to_network=open_to_network)
    listen(settings.host, settings.port).close()


def check_protection(settings: Settings, credentials: Credentials, *, open_to_network: bool) -> None:
    """Raise ServerError where more would be open to more people than they were told to be."""
    if is_exposed(settings) and not (open_to_network or credentials.protect):
        place = settings.address or ("A proxy" if is_loopback(settings.host) else settings.host)
        raise ServerError(
            f"{place} would let other computers in, and nobody would be asked for a password. Set one in the variable "
            "QUOTH_PASSWORD, or name a file that holds it in the setting password_file (for programs: QUOTH_TOKEN). Or leave "
            "--host out to serve this computer only, or add --open to let anyone who can reach it ask."
        )
    if settings.uploads and not credentials.admin_token:
        raise ServerError(
            "The setting uploads lets documents be changed over the web, but there is no admin token to guard that. Set one in "
            "the variable QUOTH_ADMIN_TOKEN or in a file named in admin_token_file, or leave uploads out."
        )


def widget_note(settings: Settings, credentials: Credentials) -> str:
    """What to tell whoever starts a server whose chat no other site can show, though the settings name some; "" for nothing."""
    if not settings.origins or not credentials.protect or credentials.widget_secret:
        return ""
    return (
        "The sites in origins may call the API, but the widget will not work there: the login page cannot be framed. Set a "
        "widget secret in QUOTH_WIDGET_SECRET or in a file named in widget_secret_file; docs/serving.md shows the rest."
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to `host` and `port`; raises ServerError, with the remedy, where that cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, OverflowError) as error:
        raise ServerError(f"{host}:{port} is no address to listen on ({error}). Check --host and --port.") from error
    try:
        if os.name == "posix":  # Elsewhere the option would let two servers share a port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise ServerError(
                f"Port {port} is already in use, perhaps by another Quoth. Stop that one, or choose another with --port."
            ) from error
        raise ServerError(f"Cannot listen on {host}:{port}: {error.strerror}. Choose others with --host and --port.") from error
    return listener


class _Server(uvicorn.Server):
    """Says where it listens once it does, and ends the pages' standing connections when it stops."""

    def __init__(self, app: FastAPI, listener: socket.socket, host: str, proxies: Sequence[str]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
                server_header=False,
                timeout_graceful_shutdown=SECONDS_TO_CLOSE,
            )
        )
        self.url = f"http://{in_url(host)}:{listener.getsockname()[1]}"
        self.app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Quoth is ready: {self.url}  (Ctrl-C to stop)", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.app.state.chat.stop_event.set()
        await super().shutdown(sockets)
