"""Who may do what: passwords and tokens, signed sessions that expire, and the tokens of sites that embed the chat.

Three roles. A `reader` asks and reads; an `admin` changes documents too; a `widget` is a reader who came through another site and
can never be more. All signatures are JSON Web Tokens (HS256, PyJWT), and all comparisons take constant time.
"""

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import jwt
import platformdirs
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from ..credentials import Credentials
from .ended import EndedSessions

Role = Literal["reader", "admin", "widget"]

SESSION_SECONDS = 12 * 3600
"""After so long one has to sign in again."""
LONGEST_TOKEN_SECONDS = 3600
"""How far ahead a widget token may expire: it is meant for opening a chat now."""
CLOCKS_DIFFER = 30
"""Seconds that two machines' clocks may be apart."""
WIDGET_AUDIENCE = "quoth"
EMBED = "/embed/"
"""Framed chats with a token live below this path; see `embedded`."""
COOKIE = "quoth_session"
_COOKIE_AUDIENCE, _EMBED_AUDIENCE = "quoth-session", "quoth-embed"
_ALGORITHM = "HS256"


class Access:
    """Tells the role of a request, and signs and reads sessions. `key` signs them; `origins` are the sites that may embed.

    `ended` is the file that keeps which sessions were signed out of, None to forget them with the process.
    """

    def __init__(
        self,
        credentials: Credentials | None = None,
        origins: Sequence[str] = (),
        key: bytes | None = None,
        ended: Path | None = None,
    ) -> None:
        self.credentials = credentials or Credentials()
        self.origins = frozenset(origins)
        # A changed password or token ends the sessions that it opened.
        guarded = "\0".join((self.credentials.password, self.credentials.token, self.credentials.admin_token))
        self._key = hmac.digest(key or secrets.token_bytes(32), guarded.encode(), "sha256")
        self._ended = EndedSessions(ended)

    def sign_in(self, secret: str) -> Role | None:
        """The role that a password or token typed into the page opens, None where it is wrong."""
        # All are compared, so that the time tells nothing.
        is_admin = _same(secret, self.credentials.admin_token)
        is_reader = _same(secret, self.credentials.password) | _same(secret, self.credentials.token)
        return "admin" if is_admin else "reader" if is_reader else None

    def start_session(self, role: Role, seconds: int = SESSION_SECONDS, visitor: str = "") -> str:
        """A signed text that proves the role for so long: the cookie's value, or, for a widget, a part of the path.

        `visitor` tells the visitors of a site apart that embeds the chat, as `visitor_of` does.
        """
        audience = _EMBED_AUDIENCE if role == "widget" else _COOKIE_AUDIENCE
        claims = {
            "role": role,
            "aud": audience,
            "exp": int(time.time()) + seconds,
            "jti": secrets.token_hex(8),
            "visitor": visitor,
        }
        return jwt.encode(claims, self._key, _ALGORITHM)

    def visitor_of(self, token: str) -> str:
        """A digest of the visitor whom a site's token names in `sub`, "" where it names none."""
        claims = self._site_claims(token) or {}
        subject = str(claims.get("sub") or "")
        return hashlib.sha256(f"{claims.get('iss')} {subject}".encode()).hexdigest()[:32] if subject else ""

    def end_session(self, scope: Scope) -> None:
        """Makes the request's session worth nothing, even to one who has copied its cookie."""
        claims = _read(_cookie(scope), self._key, _COOKIE_AUDIENCE)
        if claims is not None:
            self._ended.add(claims["jti"], claims["exp"])

    def opens_widget(self, token: str, origin: str | None = None) -> bool:
        """Whether a token was signed by a listed site, for Quoth, and has not expired; by that of `origin` where it is given."""
        claims = self._site_claims(token)
        if claims is None or int(claims["exp"]) > time.time() + LONGEST_TOKEN_SECONDS + CLOCKS_DIFFER:
            return False
        site = str(claims.get("iss"))
        return site in self.origins and (origin is None or site == origin)

    def role(self, scope: Scope) -> Role | None:
        """The role in which a request comes, None where it proves none and needs one."""
        inside = embedded(scope)
        if inside is not None:  # never more than a widget, whatever cookie comes along
            return "widget" if self._session_role(inside, _EMBED_AUDIENCE) == "widget" else None
        headers = Headers(scope=scope)
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        bearer = bearer.strip() if scheme.lower() == "bearer" else ""
        if bearer and _same(bearer, self.credentials.admin_token):
            return "admin"
        if bearer and _same(bearer, self.credentials.token):
            return "reader"
        origin = headers.get("origin")
        if bearer and self.opens_widget(bearer, origin):
            return "widget"
        if self.credentials.widget_secret and origin in self.origins:
            return None
        return self._session_role(_cookie(scope), _COOKIE_AUDIENCE) or (None if self.credentials.protect else "reader")

    def session(self, scope: Scope) -> str:
        """The id of the session that somebody signed in to, "" where nobody did; of a framed chat, its visitor if he is known."""
        if inside := embedded(scope):
            return str((_read(inside, self._key, _EMBED_AUDIENCE) or {}).get("visitor", ""))
        claims = _read(_cookie(scope), self._key, _COOKIE_AUDIENCE) if inside is None else None
        return "" if claims is None or claims["jti"] in self._ended else str(claims["jti"])

    def _site_claims(self, token: str) -> dict[str, Any] | None:
        secret = self.credentials.widget_secret
        return _read(token, secret.encode(), WIDGET_AUDIENCE, leeway=CLOCKS_DIFFER) if secret else None

    def _session_role(self, text: str, audience: str) -> Role | None:
        claims = _read(text, self._key, audience)
        role: Role | None = None if claims is None or claims["jti"] in self._ended else claims["role"]
        return role


def embedded(scope: Scope) -> str | None:
    """What stands after /embed/ in the path: a widget's token or session; None where the request is no framed chat's."""
    path = str(scope["path"])
    return path.removeprefix(EMBED).partition("/")[0] if path.startswith(EMBED) else None


def session_file(name: str) -> Path:
    """Where something about sessions is kept: in the user's data folder."""
    return platformdirs.user_data_path("quoth") / name


def load_key(file: Path | None = None) -> bytes:
    """The key that signs sessions: 32 random bytes, kept in the user's data folder, so that a restart signs nobody out.

    Where it can be neither read nor kept there, the key lasts as long as the process.
    """
    file = file or session_file("session.key")
    key = secrets.token_bytes(32)
    with suppress(OSError):
        if file.exists():
            kept = file.read_bytes()
            return kept if len(kept) == 32 else key
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.unlink(missing_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as unfinished:  # noqa: PTH123
            unfinished.write(key)
        part.replace(file)
    return key


def _read(text: str, key: bytes, audience: str, leeway: int = 0) -> dict[str, Any] | None:
    """The claims of a token that was signed with `key`, for `audience`, and has not expired; None of any other."""
    options: Any = {"require": ["exp", "aud"]}
    try:
        claims: dict[str, Any] = jwt.decode(text, key, [_ALGORITHM], options=options, audience=audience, leeway=leeway)
    except jwt.InvalidTokenError:
        return None
    return claims


def _cookie(scope: Scope) -> str:
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE, "")


def _same(given: str, secret: str) -> bool:
    """Whether they are the same, in a time that does not tell how much of them is; never where there is no secret."""
    one, other = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in (given, secret))
    return hmac.compare_digest(one, other) and bool(secret)
