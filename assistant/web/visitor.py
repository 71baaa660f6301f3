"""Who sends a request to the chat, as `gate` found, and the links that are for them alone."""

from dataclasses import dataclass

from fastapi import Request

from .access import Role
from .gate import DOCUMENTS, ROLE, SESSION


@dataclass(frozen=True, slots=True)
class Visitor:
    """The address that a request comes from, the role it comes in, and the id of the session, "" where nobody has signed in.

    Of a framed chat, it is the visitor's, where the site tells its visitors apart.
    """

    client: str = ""
    role: Role | None = None
    session: str = ""

    @classmethod
    def of(cls, request: Request | None) -> "Visitor":
        """Whoever sends `request`."""
        if request is None:
            return cls()
        client = request.client.host if request.client else ""
        return cls(client, request.scope.get(ROLE), request.scope.get(SESSION, ""))


def account_links(visitor: Visitor, *, changes: bool) -> str:
    """HTML: the way to the documents page, for an admin where documents may be changed, and out, for whoever has signed in."""
    documents = f'<a href="{DOCUMENTS}">Documents</a>' if changes and visitor.role == "admin" else ""
    signed_in = visitor.session and visitor.role != "widget"
    out = '<form method="post" action="/logout"><button>Sign out</button></form>' if signed_in else ""
    return documents + out
