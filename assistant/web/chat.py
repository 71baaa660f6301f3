"""The chat page: conversation left, sources right.

The conversation lives on the server, never in a global variable and never in what the browser sends back. The Chatbot is only
ever an output: as an input, Gradio builds whatever components a crafted message names, with whatever arguments it names, which
lets a stranger copy files from the working folder.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from index.datatypes import Document
from index.errors import QuothError

from ..datatypes import Answer, Statement, Turn
from ..feedback import Feedback, FeedbackStore
from .conversations import Conversation, Conversations, Exchange, is_key, turns
from .panel import Chosen, empty_panel, sources_panel
from .phrasing import phrases
from .render import Reference, messages

QUESTIONS_AT_A_TIME = 4
QUESTIONS_WAITING = 64
LONGEST_COMMENT = 2000
"""Characters of what a user says of an answer; the rest is dropped."""
_WELCOME = "# What would you like to know?\nAnswers are exact quotes from the documents, with their sources."
_UNEXPECTED = "Something went wrong on the server, and the question was not answered. Its log says more. You can ask again."
_GONE = "The server no longer holds this answer: it was restarted, or the page lay idle for long. Ask the question again."
_STOPPED = "Stopped."
_NOT_KEPT = "Your opinion could not be kept. The server's log says more."
_POLL = 0.05
"""Seconds between two looks whether a question under way was stopped."""
_log = logging.getLogger(__name__)


class Answerer(Protocol):
    """What the chat needs of an assistant."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer `question`, asked after the turns of `history`; raises QuothError with a message fit for the user."""

    def document(self, name: str) -> Document | None:
        """A document with its whole text, None where the index does not hold it."""


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
    ) -> None:
        self._assistant = assistant
        self._feedback = feedback
        self._suggestions = suggestions
        self._conversations = Conversations()
        self._under_way: dict[str, threading.Event] = {}
        """What ends the work on each message that is being answered or phrased."""
        self._answering = ThreadPoolExecutor(QUESTIONS_AT_A_TIME, thread_name_prefix="chat")

    def restore(self, conversation: Conversation, event: gr.EventData) -> tuple[Any, Any, Any, str]:
        """A page was loaded: show what its tab's key stands for. Gives the Chatbot, conversation, panel and key."""
        sent = getattr(event, "key", "")
        key = sent if is_key(sent) else ""
        found = conversation or self._conversations.find(key)
        latest = next((exchange for exchange in reversed(found) if exchange.answer is not None), None)
        panel = empty_panel(restored=True)
        if latest is not None and latest.answer is not None:
            panel = sources_panel(latest.answer, latest.message, restored=True)
        return gr.update(value=self._messages(found), examples=self.examples()), found, panel, key

    def examples(self) -> list[dict[str, str]]:
        """Questions to start from, as Gradio's Chatbot takes them."""
        return [{"text": text} for text in self._suggestions()]

    def ask(self, question: str, conversation: Conversation, key: str) -> Iterator[Update]:
        """A question was typed: that Quoth works on it, then its answer."""
        if not question or not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        earlier = tuple(exchange for exchange in conversation if exchange.answer or exchange.notice)
        pending = Exchange(secrets.token_hex(8), question)
        stopped = self._under_way[pending.message] = threading.Event()
        try:
            yield self._messages((*earlier, pending)), (*earlier, pending), gr.skip(), gr.update(value="", **_AT_WORK)
            done = self._answered(pending, earlier, stopped)
            if not stopped.is_set():
                is_phrased = done.answer is not None and done.answer.answered and phrases(self._assistant)
                panel = sources_panel(done.answer, done.message) if done.answer else gr.skip()
                box = gr.skip() if is_phrased else gr.update(**_READY)
                yield self._messages((*earlier, done)), (*earlier, done), panel, box
                self._keep(key, (*earlier, done), stopped)
                for phrased in self._phrased(done, earlier, stopped) if is_phrased else ():
                    box = gr.skip() if phrased.phrasing is None else gr.update(**_READY)
                    yield self._messages((*earlier, phrased)), (*earlier, phrased), gr.skip(), box
                    self._keep(key, (*earlier, phrased), stopped)
            if stopped.is_set():  # Gradio sends the last update once more at the end: it must not bring back what is gone
                yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        finally:
            self._end_work((pending,))  # also where the page has gone

    def ask_example(self, conversation: Conversation, key: str, event: gr.SelectData) -> Iterator[Update]:
        """A suggestion was chosen."""
        example = event.value.get("text") if isinstance(event.value, dict) else event.value
        yield from self.ask(example if isinstance(example, str) else "", conversation, key)

    def retry(self, conversation: Conversation, key: str) -> Iterator[Update]:
        """The last question is asked again, in place of its answer."""
        self._end_work(conversation)
        yield from self.ask(conversation[-1].question if conversation else "", conversation[:-1], key)

    def edit(self, conversation: Conversation, key: str) -> Update:
        """The last question goes back into the box, and its answer goes."""
        if not conversation:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        self._end_work(conversation)
        self._conversations.keep(key, conversation[:-1])
        box = gr.update(value=conversation[-1].question, **_READY)
        return self._messages(conversation[:-1]), conversation[:-1], empty_panel(), box

    def stop(self, conversation: Conversation, key: str) -> Update:
        """The question under way is given up. Quotes that are there stay; what a language model makes of them is cut off."""
        self._end_work(conversation)
        if conversation and conversation[-1].answer is None and not conversation[-1].notice:
            conversation = (*conversation[:-1], replace(conversation[-1], notice=_STOPPED))
        elif conversation and conversation[-1].statements and conversation[-1].phrasing is None:
            conversation = (*conversation[:-1], replace(conversation[-1], statements=()))
        self._conversations.keep(key, conversation)
        return self._messages(conversation), conversation, gr.skip(), gr.update(**_READY)

    def begin_anew(self, conversation: Conversation, key: str) -> Update:
        """The conversation is forgotten."""
        self._end_work(conversation)
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
        judged = tuple(replace(one, good=good) if one is exchange else one for one in conversation)
        self._conversations.keep(key, judged)
        return self._messages(judged), judged

    def _answered(self, pending: Exchange, earlier: Conversation, stopped: threading.Event) -> Exchange:
        """The exchange with its answer, or why there is none; as it was where it is stopped first."""
        answering = self._answering.submit(self._answer, pending, earlier)
        while not stopped.is_set():
            with suppress(TimeoutError):
                return answering.result(timeout=_POLL)
        answering.cancel()
        return pending

    def _answer(self, pending: Exchange, earlier: Conversation) -> Exchange:
        try:
            return replace(pending, answer=self._assistant.ask(pending.question, turns(earlier)))
        except QuothError as error:
            return replace(pending, notice=str(error))
        except Exception:
            _log.exception("A question could not be answered")
            return replace(pending, notice=_UNEXPECTED)

    def _phrased(self, exchange: Exchange, earlier: Conversation, stopped: threading.Event) -> Iterator[Exchange]:
        """The exchange with each statement that a language model adds to it, and how that ended."""
        assistant: Any = self._assistant
        for event in assistant.phrase(exchange.question, exchange.answer, turns(earlier), stopped):
            if isinstance(event, Statement):
                exchange = replace(exchange, statements=(*exchange.statements, event))
            else:
                exchange = replace(exchange, phrasing=event, statements=exchange.statements if event.text else ())
            yield exchange

    def _end_work(self, conversation: Conversation) -> None:
        """The last question of a conversation need not be worked on any more; a language model's server is told at once."""
        for exchange in conversation[-1:]:
            if stopped := self._under_way.pop(exchange.message, None):
                stopped.set()

    def _keep(self, key: str, conversation: Conversation, stopped: threading.Event) -> None:
        """Keeps what has come of a question, unless it was stopped: then that is kept."""
        if not stopped.is_set():
            self._conversations.keep(key, conversation)

    def _messages(self, conversation: Conversation) -> list[dict[str, str]]:
        return messages(conversation, thumbs=self._feedback is not None)


def build_chat(chat: Chat) -> gr.Blocks:
    """The page as Gradio blocks, not yet mounted."""
    page: gr.Blocks = gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        conversation, key = gr.State(()), gr.State("")
        with gr.Row(elem_id="workspace", equal_height=True):
            with gr.Column(elem_id="conversation", scale=3, min_width=280):
                with gr.Row(elem_id="top"):
                    gr.HTML("<h1>Quoth</h1>", js_on_load=None, elem_id="name")
                    gr.Button("Export", size="sm", scale=0, elem_id="export")
                    new = gr.Button("New conversation", size="sm", scale=0, elem_id="new")
                chatbot, question = _chatbot(chat.examples()), _question()
            with gr.Column(elem_id="sources", scale=2, min_width=280):
                panel: Any = gr.HTML(empty_panel(), js_on_load=_script(), elem_id="panel")
        outputs = [chatbot, conversation, panel, question]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        at_once = quiet | {"queue": False}
        asking = quiet | {"concurrency_limit": QUESTIONS_AT_A_TIME, "concurrency_id": "ask", "trigger_mode": "once"}
        question.submit(chat.ask, [question, conversation, key], outputs, **asking)
        chatbot.example_select(chat.ask_example, [conversation, key], outputs, **asking)
        panel.retry(chat.retry, [conversation, key], outputs, **asking)
        # Not with Gradio's `cancels`: its page sends them after the event's own call, when another question may be under way.
        question.stop(chat.stop, [conversation, key], outputs, **at_once)
        new.click(chat.begin_anew, [conversation, key], outputs, **at_once)
        panel.edit(chat.edit, [conversation, key], outputs, **at_once)
        panel.cite(chat.show_source, [conversation], [panel], **at_once)
        panel.judge(chat.judge, [conversation, key], [chatbot, conversation], **at_once)
        panel.restore(chat.restore, [conversation], [chatbot, conversation, panel, key], **at_once)
    page.queue(api_open=False, max_size=QUESTIONS_WAITING)
    return page


def theme() -> gr.Theme:
    """Gradio's plain theme in the system's own fonts: nothing is fetched."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans Arabic", "sans-serif"]
    mono = ["ui-monospace", "Consolas", "monospace"]
    return gr.themes.Base(primary_hue="teal", secondary_hue="teal", neutral_hue="stone", font=sans, font_mono=mono)


def _script() -> str:
    return "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("page.js", "embed.js"))


def _chatbot(examples: Sequence[Any]) -> gr.Chatbot:
    return gr.Chatbot(
        label="Conversation",
        show_label=False,
        container=False,
        height="100%",
        scale=1,
        layout="bubble",
        buttons=[],
        placeholder=_WELCOME,
        examples=list(examples),
        latex_delimiters=[],
        sanitize_html=True,
        allow_tags=False,
        line_breaks=False,
        allow_file_downloads=False,
        feedback_options=None,
        elem_id="chat",
    )


def _question() -> gr.Textbox:
    return gr.Textbox(
        placeholder="Ask the documents",
        label="Question",
        show_label=False,
        submit_btn=True,
        stop_btn=False,
        autofocus=True,
        max_lines=6,
        elem_id="question",
    )


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
