"""The work on the chat's questions: in their turn, until it is done or stopped, and told in a notice where it fails."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from index.datatypes import Document
from index.errors import QuothError

from ..datatypes import Answer, Statement, Turn
from ..errors import BusyError
from .conversations import Conversation, Exchange, turns
from .limits import Limits
from .phrasing import phrase

_UNEXPECTED = "Something went wrong on the server, and the question was not answered. Its log says more. You can ask again."
_POLL = 0.05
"""Seconds between two looks whether a question under way was stopped."""
_log = logging.getLogger(__name__)


class Answerer(Protocol):
    """What the chat needs of an assistant."""

    def ask(self, question: str, history: Sequence[Turn] = (), cancelled: threading.Event | None = None) -> Answer:
        """Answer `question`, asked after the turns of `history`; raises QuothError with a message fit for the user.

        `cancelled` is set where nobody waits for the answer any more.
        """

    def document(self, name: str) -> Document | None:
        """A document with its whole text, None where the index does not hold it."""


@dataclass
class Work:
    """The work on one question. `stopped` is set where it is to end; `shown` is the conversation as the page shows it then.

    `shown` is empty where the page shows it no more.
    """

    stopped: threading.Event = field(default_factory=threading.Event)
    shown: Conversation = ()


class Asking:
    """What is being answered and phrased, by the message that it is for."""

    def __init__(self, assistant: Answerer, limits: Limits) -> None:
        self._assistant, self._limits = assistant, limits
        self._under_way: dict[str, Work] = {}

    def begin(self, pending: Exchange) -> Work:
        """The work on a question, from here until `finish`."""
        work = self._under_way[pending.message] = Work()
        return work

    def finish(self, pending: Exchange) -> None:
        """The work on a question is over, however it ended."""
        if work := self._under_way.pop(pending.message, None):
            work.stopped.set()

    def stop(self, conversation: Conversation, shown: Conversation = ()) -> None:
        """The last question of a conversation need not be worked on any more; a language model's server is told at once.

        `shown` is what the page shows instead of the conversation, if that question stays in it.
        """
        for exchange in conversation[-1:]:
            if work := self._under_way.get(exchange.message):
                work.shown = shown
                self.finish(exchange)

    def work_on(self, conversation: Conversation) -> Work | None:
        """The work on the last question of a conversation, as a page shows it; None where it is not being answered or phrased."""
        return next((self._under_way.get(exchange.message) for exchange in conversation[-1:] if not exchange.notice), None)

    async def over(self, work: Work) -> Conversation:
        """Waits until the work is over; gives what the page shows then."""
        while not work.stopped.is_set():
            await asyncio.sleep(_POLL)
        return work.shown

    async def answered(
        self, question: str, pending: Exchange, earlier: Conversation, client: str, stopped: threading.Event
    ) -> Exchange:
        """The exchange with the answer to its whole question, or why there is none; as it was where it is stopped first."""
        try:
            answering = asyncio.wrap_future(
                self._limits.admit(client, partial(self._answer, question, pending, earlier, stopped))
            )
        except BusyError as error:
            return replace(pending, notice=str(error))
        try:
            while not (answering.done() or stopped.is_set()):
                await asyncio.wait({answering}, timeout=_POLL)
            return answering.result() if answering.done() else pending
        finally:
            answering.cancel()  # where it still waits in line, its place is free

    def _answer(self, question: str, pending: Exchange, earlier: Conversation, stopped: threading.Event) -> Exchange:
        try:
            return replace(pending, answer=self._assistant.ask(question, turns(earlier), stopped))
        except QuothError as error:
            return replace(pending, notice=str(error))
        except Exception:
            _log.exception("A question could not be answered")
            return replace(pending, notice=_UNEXPECTED)

    async def phrased(
        self, exchange: Exchange, answer: Answer, earlier: Conversation, stopped: threading.Event
    ) -> AsyncIterator[Exchange]:
        """The exchange, which was answered, with each statement that a language model adds to it, and how that ended."""
        async with aclosing(phrase(self._assistant, answer, turns(earlier), stopped)) as events:
            async for event in events:
                if isinstance(event, Statement):
                    exchange = replace(exchange, statements=(*exchange.statements, event))
                else:
                    # Where nothing stands in the end, what was sure is gone; what was struck stays to be seen, with its reasons.
                    said = exchange.statements[event.thoughts :]
                    standing = tuple(one for one in said if event.text or not one.sure)
                    exchange = replace(exchange, phrasing=event, statements=standing)
                yield exchange
