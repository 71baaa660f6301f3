"""Which server is evaluated, in which of the two shapes it speaks, and with which key.

The key, where there is one, comes from an environment variable, goes to this server only, and is kept nowhere.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..addresses import is_loopback
from ..errors import EvaluationUsageError

ASK, CHAT = "ask", "openai"
KINDS = (ASK, CHAT)


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked: the whole URL and its kind. `model` is sent to a chat; "" for the only one that the server has.

    `refusal` is found in a chat's texts that refuse. `timeout` is in seconds, for each question.
    """

    url: str
    kind: str
    model: str = ""
    refusal: re.Pattern[str] | None = None
    timeout: float = 60.0

    def to_json(self) -> dict[str, Any]:
        """What makes its answers what they are."""
        refusal = self.refusal.pattern if self.refusal else ""
        named = {"endpoint": self.url, "kind": self.kind, "model": self.model, "refusal": refusal}
        return {name: value for name, value in named.items() if value}


def target_of(url: str, kind: str | None, model: str = "", refusal: str | None = None, timeout: float = 60.0) -> Target:
    """The target of a URL, whose path tells the kind where none is given. Raises EvaluationUsageError."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise EvaluationUsageError(f"--endpoint {url}: give an address such as http://127.0.0.1:7860.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise EvaluationUsageError("--endpoint: leave name, password, ? and # out of the address; name a key's variable instead.")
    base = url.rstrip("/")
    kind = kind or (CHAT if base.endswith(("/v1", "/chat/completions")) else ASK)
    if kind == CHAT:
        base = base if base.endswith("/chat/completions") else f"{base.removesuffix('/v1')}/v1/chat/completions"
    elif not base.endswith("/ask"):
        base = f"{base.removesuffix('/api')}/api/ask"
    try:
        pattern = re.compile(refusal, re.IGNORECASE) if refusal else None
    except re.error as error:
        raise EvaluationUsageError(
            f'--refusal is no regular expression ({error}). Write words, such as "don\'t know".'
        ) from error
    return Target(base, kind, model, pattern, timeout)


def read_key(variable: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """The key in an environment variable, "" where none is named. Raises EvaluationUsageError where it is not set."""
    if variable is None:
        return ""
    key = environment.get(variable, "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise EvaluationUsageError(f"The environment variable {variable} holds no key. Set it, or leave out --endpoint-key.")
    return key


def is_exposed(target: Target) -> bool:
    """Whether what is sent can be read on the way: no encryption, and another computer."""
    return target.url.startswith("http://") and not is_here(target.url)


def is_here(url: str) -> bool:
    """Whether an address is this computer's own."""
    return is_loopback(urlsplit(url).hostname or "")
