"""Where the server of the chat listens, and that it asks nobody for anything."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.addresses import is_loopback
from assistant.settings import Settings
from assistant.web.server import ServerError, listen, serve

from .browser import ScriptedAssistant


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((own, True) for own in ("localhost", "127.0.0.1", "127.1.2.3", "::1")),
        *((other, False) for other in ("127.0.0.1.evil.example", "localhost.evil.example", "128.0.0.1", "::2", "10.0.0.1")),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_other_computers_are_kept_out_unless_opened(host: str) -> None:
    with pytest.raises(ServerError, match="--open"):
        serve(ScriptedAssistant(), Settings(host=host, port=0))


def test_port_in_use_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServerError, match=rf"Port {port} is already in use.*--port"):
            listen("127.0.0.1", port)


def test_nothing_heavy_is_imported_by_the_start_script() -> None:
    code = "import sys, app; sys.exit(any(name in sys.modules for name in ('gradio', 'torch', 'fastapi')))"
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


QUIET = """
import os, socket, sys, threading
os.environ.pop("GRADIO_ANALYTICS_ENABLED", None)
asked = []
def refuse(host, *_rest, **_options):
    asked.append(host)
    raise socket.gaierror(f"nobody looks up {host}")
socket.getaddrinfo = refuse
from assistant.web.application import create_app
from tests.browser import ScriptedAssistant
create_app(ScriptedAssistant())
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join(10)
sys.exit(f"looked up: {asked}" if asked else 0)
"""


def test_the_server_asks_nobody_for_anything_when_it_is_made() -> None:
    """Gradio looks for a newer version of itself and reports that it was started, unless it is told not to before its import."""
    root = Path(__file__).parent.parent
    environment = {name: value for name, value in os.environ.items() if name != "GRADIO_ANALYTICS_ENABLED"}
    made = subprocess.run([sys.executable, "-c", QUIET], cwd=root, check=False, env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
