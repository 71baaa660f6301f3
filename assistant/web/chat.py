"""What the chat page's events do: asking, stopping, reading sources, judging answers.

The conversation lives on the server, never in a global variable and never in what the browser sends back. The Chatbot is only
ever an output: as an input, Gradio builds whatever components a crafted message names, with whatever arguments it names, which
lets a stranger copy files from the working folder.
"""

import logging
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from index.errors import QuothError

from ..datatypes import Answer, Turn
from ..feedback import Feedback, FeedbackStore
from .asking import Answerer, Asking, Work
from .conversations import Conversation, Conversations, Exchange, as_kept, key_of, turns
from .limits import Limits
from .panel import Chosen, empty_panel, sources_panel
from .phrasing import phrases
from .render import Reference, messages
from .visitor import Visitor, account_links

LONGEST_COMMENT = 2000
"""Characters of what a user says of an answer; the rest is dropped."""
_GONE = "The server no longer holds this answer: it was restarted, or the page lay idle for long. Ask the question again."
_STOPPED = "Stopped."
_RELOADED = "The page was loaded anew before the answer was there. Ask the question again."
_NOT_KEPT = "Your opinion could not be kept. The server's log says more."
_log = logging.getLogger(__name__)


Update = tuple[Any, Any, Any, Any]
"""For the Chatbot, the conversation, the panel and the box for the question."""
_READY: dict[str, Any] = {"submit_btn": True, "stop_btn": False}
_AT_WORK: dict[str, Any] = {"submit_btn": False, "stop_btn": True}


class Chat:
    """What the page's events do. One for all visitors: whose turn it is stands in what each call is given."""

    def __init__(
        self,
        assistant: Answerer,
        feedback: FeedbackStore | None = None,
        suggestions: Callable[[], Sequence[str]] = lambda: (),
        limits: Limits | None = None,
        *,
        changes: bool = False,
    ) -> None:
        """`limits` are those of all questions, through the API too. `changes`: whether admins have a page to change documents."""
        self._assistant = assistant
        self._feedback = feedback
        self._suggestions = suggestions
        self._asking = Asking(assistant, limits or Limits())
        self._changes = changes
        self._conversations = Conversations()

    def restore(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, Any, Any, str, str]:
        """A page was loaded: show what its tab's key stands for. Gives the Chatbot, conversation, panel, key and account."""
        visitor = Visitor.of(request.request)
        key = key_of(getattr(event, "key", ""), visitor.session)
        found = conversation or tuple(map(_or_told, self._conversations.find(key)))
        latest = next((exchange for exchange in reversed(found) if exchange.answer is not None), None)
        panel = empty_panel(restored=True)
        if latest is not None and latest.answer is not None:
            panel = sources_panel(latest.answer, latest.message, restored=True)
        account = "" if getattr(event, "framed", False) else account_links(visitor, changes=self._changes)
        return gr.update(value=self._messages(found), examples=self.examples()), found, panel, key, account

    def examples(self) -> list[dict[str, str]]:
        """Questions to start from, as Gradio's Chatbot takes them."""
        return [{"text": text} for text in self._suggestions()]

    async def ask(self, question: str, conversation: Conversation, key: str, request: gr.Request) -> AsyncIterator[Update]:
        """A question was typed: that Quoth works on it, then its answer. It waits for one that is worked on already."""
        box: dict[str, Any] = {"value": ""}
        if (question or "").strip() and (work := self._asking.work_on(conversation)):
            yield gr.skip(), gr.skip(), gr.skip(), gr.update(**box)
            box, waited_for = {}, conversation[-1].message
            conversation = await self._asking.over(work)
            kept = self._conversations.find(key)[-1:]
            if not conversation or (kept and kept[0].message != waited_for):  # left, or gone on with after a reload
                yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
                return
        async for update in self._ask(question, conversation, key, request, box):
            yield update

    async def _ask(
        self, question: str, conversation: Conversation, key: str, request: gr.Request, box: dict[str, Any]
    ) -> AsyncIterator[Update]:
        """`box`: what becomes of the box where the work begins."""
        if not (question or "").strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        earlier = tuple(exchange for exchange in conversation if exchange.answer or exchange.notice)
        pending = Exchange(secrets.token_hex(8), as_kept(question))
        work = self._asking.begin(pending)
        shown = self._conversations.keep(key, (*earlier, pending))
        try:
            yield self._messages(shown), shown, gr.skip(), gr.update(**_AT_WORK, **box)
            done = await self._asking.answered(question, pending, earlier, Visitor.of(request.request).client, work.stopped)
            if not work.stopped.is_set():
                phrasable = done.answer if done.answer and done.answer.answered and phrases(self._assistant) else None
                panel = sources_panel(done.answer, done.message) if done.answer else gr.skip()
                ready = gr.skip() if phrasable else gr.update(**_READY)
                shown = self._keep(key, (*earlier, done), work)
                yield self._messages(shown), shown, panel, ready
                if phrasable:
                    async for phrased in self._asking.phrased(done, phrasable, earlier, work.stopped):
                        ready = gr.skip() if phrased.phrasing is None else gr.update(**_READY)
                        shown = self._keep(key, (*shown[:-1], phrased), work)
                        yield self._messages(shown), shown, gr.skip(), ready
            if work.stopped.is_set():  # Gradio sends the last update once more at the end: it must not bring back what is gone
                yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        finally:
            self._asking.finish(pending)  # also where the page has gone

    async def ask_example(
        self, conversation: Conversation, key: str, event: gr.SelectData, request: gr.Request
    ) -> AsyncIterator[Update]:
        """A suggestion was chosen. What is in the box stays there."""
        example = event.value.get("text") if isinstance(event.value, dict) else event.value
        async for update in self._ask(example if isinstance(example, str) else "", conversation, key, request, {}):
            yield update

    async def retry(self, conversation: Conversation, key: str, request: gr.Request) -> AsyncIterator[Update]:
        """The last question is asked again, in place of its answer. What is in the box stays there."""
        self._asking.stop(conversation)
        question = conversation[-1].question if conversation else ""
        async for update in self._ask(question, conversation[:-1], key, request, {}):
            yield update

    def edit(self, conversation: Conversation, key: str) -> Update:
        """The last question goes back into the box, and its answer goes."""
        if not conversation:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        self._asking.stop(conversation)
        self._conversations.keep(key, conversation[:-1])
        box = gr.update(value=conversation[-1].question, **_READY)
        return self._messages(conversation[:-1]), conversation[:-1], empty_panel(), box

    def stop(self, conversation: Conversation, key: str) -> Update:
        """The question under way is given up. Quotes that are there stay; what a language model makes of them is cut off."""
        shown = conversation
        if conversation and conversation[-1].answer is None and not conversation[-1].notice:
            shown = (*conversation[:-1], replace(conversation[-1], notice=_STOPPED))
        elif conversation and conversation[-1].statements and conversation[-1].phrasing is None:
            shown = (*conversation[:-1], replace(conversation[-1], statements=()))
        self._asking.stop(conversation, shown)
        self._conversations.keep(key, shown)
        return self._messages(shown), shown, gr.skip(), gr.update(**_READY)

    def begin_anew(self, conversation: Conversation, key: str) -> Update:
        """The conversation is forgotten."""
        self._asking.stop(conversation)
        self._conversations.keep(key, ())
        return [], (), empty_panel(), gr.update(value="", **_READY)

    def show_source(self, conversation: Conversation, event: gr.EventData) -> Any:
        """The panel for the mark that was chosen. The event comes from the browser: nothing in it is trusted."""
        reference = Reference.parse(getattr(event, "reference", ""))
        if reference is None:
            return gr.skip()
        exchange = _find(conversation, reference.message)
        if exchange is None or exchange.answer is None:
            return empty_panel(_GONE)
        sources = exchange.answer.citations if reference.kind == "cite" else exchange.answer.closest
        name = next((source.document for source in sources if source.number == reference.number), None)
        document = None
        if name is not None:
            try:
                document = self._assistant.document(name)
            except QuothError:
                _log.exception("A document could not be read")
        chosen = Chosen(reference, document, whole=getattr(event, "whole", False) is True)
        return sources_panel(exchange.answer, exchange.message, chosen)

    def judge(self, conversation: Conversation, key: str, event: gr.EventData) -> tuple[Any, Any]:
        """A thumb was given, changed or taken back, perhaps with a comment. Gives the Chatbot and the conversation."""
        exchange = _find(conversation, getattr(event, "message", ""))
        good, comment = getattr(event, "good", None), getattr(event, "comment", "")
        if self._feedback is None or exchange is None or exchange.answer is None or not isinstance(comment, str):
            return gr.skip(), gr.skip()
        good = good if isinstance(good, bool) else None
        earlier = conversation[: conversation.index(exchange)]
        try:
            if good is None:
                self._feedback.remove(exchange.message)
            else:
                self._feedback.add(_as_feedback(exchange, exchange.answer, turns(earlier), good, comment[:LONGEST_COMMENT]))
        except QuothError:
            _log.exception("A user's opinion could not be kept")
            gr.Warning(_NOT_KEPT)
            return gr.skip(), gr.skip()
        judged = self._conversations.judge(key, conversation, exchange.message, good)
        return self._messages(judged), judged

    def _keep(self, key: str, conversation: Conversation, work: Work) -> Conversation:
        """Keeps what has come of a question, and gives it with the thumbs that were given meanwhile.

        It is not kept where it was stopped, or another was asked after a reload: then that is kept.
        """
        if work.stopped.is_set():
            return conversation
        kept = self._conversations.find(key)[-1:]
        if kept and kept[0].message == conversation[-1].message:
            conversation = self._conversations.keep(key, conversation)
        work.shown = conversation
        return conversation

    def _messages(self, conversation: Conversation) -> list[dict[str, str]]:
        return messages(conversation, thumbs=self._feedback is not None)


def _or_told(exchange: Exchange) -> Exchange:
    """As it was, or, where the page went before the answer came, with the notice of that."""
    return exchange if exchange.answer or exchange.notice else replace(exchange, notice=_RELOADED)


def _find(conversation: Conversation, message: object) -> Exchange | None:
    return next((exchange for exchange in conversation if exchange.message == message), None)


def _as_feedback(exchange: Exchange, answer: Answer, history: Sequence[Turn], good: bool, comment: str) -> Feedback:
    return Feedback(
        message=exchange.message,
        question=exchange.question,
        history=tuple(history),
        answered=answer.answered,
        answers=tuple(item.text for item in answer.items),
        documents=tuple(dict.fromkeys(citation.document for citation in answer.citations)),
        good=good,
        comment=comment.strip(),
        disagreement=answer.disagreement,
    )
