"""What was asked and answered in the chat, kept on the server so that it survives a reload of the page.

A browser tab makes itself a key, long enough that nobody guesses another's, and shows it after a reload. Nothing else of a
conversation ever comes back from a browser. Conversations are held in memory alone: a restart of the server forgets them.
"""

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..datatypes import Answer, Phrasing, Statement, Turn

MOST_CONVERSATIONS = 1000
"""The one unused for longest is forgotten first."""
SECONDS_KEPT = 24 * 60 * 60
"""After its last question."""
LONGEST_CONVERSATION = 50
"""Exchanges; the oldest are forgotten first."""
LONGEST_QUESTION_KEPT = 10_000
"""Characters. So long a question has been refused, and its beginning is enough to show it, ask it again or change it."""
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it. `message` is the id that its marks carry.

    `answer` is None while Quoth works, and after an error, which `notice` tells then. `statements` are what a language model has
    made of the answer so far, where there is one, and `phrasing` how that ended. `good` is the user's thumb, if any.
    """

    message: str
    question: str
    answer: Answer | None = None
    notice: str = ""
    statements: tuple[Statement, ...] = ()
    phrasing: Phrasing | None = None
    good: bool | None = None


Conversation = tuple[Exchange, ...]
"""The oldest exchange first."""


def is_key(text: object) -> bool:
    """Whether `text` can be a tab's key: 32 hexadecimal digits."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def key_of(tab: object, session: str) -> str:
    """What a conversation is kept under: the key that a tab shows, "" where that is none.

    Where somebody has signed in, the key is good in that session only: whoever signs in next in the same tab begins anew.
    """
    if not (isinstance(tab, str) and is_key(tab)):
        return ""
    return hashlib.sha256(f"{session} {tab}".encode()).hexdigest()[:32] if session else tab


def as_kept(question: str) -> str:
    """A question as a conversation keeps it: whole, or of one far too long the beginning, in which white space counts once."""
    return question if len(question) <= LONGEST_QUESTION_KEPT else " ".join(question.split())[:LONGEST_QUESTION_KEPT]


def turns(conversation: Conversation) -> list[Turn]:
    """What was asked and answered, as the assistant takes it. Questions that came to nothing are left out."""
    return [
        Turn(exchange.question, tuple(item.text for item in exchange.answer.items))
        for exchange in conversation
        if exchange.answer is not None
    ]


class Conversations:
    """The conversations of all visitors by their tabs' keys. Safe to use from several threads at once."""

    def __init__(self, *, most: int = MOST_CONVERSATIONS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Conversation]] = OrderedDict()

    def keep(self, key: str, conversation: Conversation) -> Conversation:
        """Keeps it in the place of what the key stood for; an empty one is forgotten, and so is one whose key is none.

        A thumb that was given meanwhile stays: gives the conversation with it.
        """
        with self._lock:
            _, before = self._kept.pop(key, (0.0, ()))
            thumbs = {exchange.message: exchange.good for exchange in before}
            conversation = tuple(replace(one, good=thumbs.get(one.message, one.good)) for one in conversation)
            if conversation and is_key(key):
                self._kept[key] = (self._clock(), conversation[-LONGEST_CONVERSATION:])
            self._forget_old()
            return conversation

    def judge(self, key: str, conversation: Conversation, message: str, good: bool | None) -> Conversation:
        """Puts a thumb to an exchange of what the key stands for.

        Gives the conversation, as a page showed it, with the thumb and with what has come of its questions meanwhile.
        """
        with self._lock:
            kept_at, kept = self._kept.get(key, (0.0, ()))
            newest = {exchange.message: exchange for exchange in kept}
            if message in newest:
                newest[message] = replace(newest[message], good=good)
                self._kept[key] = (kept_at, tuple(newest[exchange.message] for exchange in kept))
        shown = (newest.get(exchange.message, exchange) for exchange in conversation)
        return tuple(replace(one, good=good) if one.message == message else one for one in shown)

    def find(self, key: str) -> Conversation:
        """The conversation of a key, empty where there is none (any more)."""
        with self._lock:
            self._forget_old()
            _, conversation = self._kept.get(key, (0.0, ()))
            return conversation

    def _forget_old(self) -> None:
        while self._kept:
            key, (kept_at, _) = next(iter(self._kept.items()))
            if len(self._kept) <= self._most and self._clock() - kept_at <= SECONDS_KEPT:
                return
            del self._kept[key]
