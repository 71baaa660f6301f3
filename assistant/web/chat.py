"""The chat page: conversation left, sources right.

The conversation lives in the visitor's session on the server, never in a global and never in what the browser sends back. The
Chatbot is only ever an output: as an input, Gradio builds whatever components a crafted message names, with whatever arguments
it names, which lets a stranger copy files from the working folder.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from index.errors import QuothError

from ..datatypes import Answer, Turn
from .render import WORKING, Reference, answer_message, empty_panel, notice_message, question_message, sources_panel

QUESTIONS_AT_A_TIME = 4
QUESTIONS_WAITING = 64
_WELCOME = "# What would you like to know?\nAnswers are exact quotes from the documents, with their sources."
_UNEXPECTED = "Something went wrong on the server, and the question was not answered. Its log says more. You can ask again."
_GONE = "The server no longer holds this answer: it was restarted, or the page lay idle for long. Ask the question again."
_log = logging.getLogger(__name__)


class Answerer(Protocol):
    """What the chat needs of an assistant."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer `question`, asked after the turns of `history`; raises QuothError with a message fit for the user."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it. `reply` is the message that the page shows; `answer` is None after an error."""

    message: str
    question: str
    reply: str = WORKING
    answer: Answer | None = None


Conversation = tuple[Exchange, ...]
Update = tuple[Any, Any, Any, Any]


def build_chat(assistant: Answerer, examples: Sequence[str] = ()) -> gr.Blocks:
    """The page as Gradio blocks, not yet mounted. `examples` are questions offered before the first one is asked."""
    page: gr.Blocks = gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        conversation = gr.State(())
        with gr.Row(elem_id="workspace", equal_height=True):
            with gr.Column(elem_id="conversation", scale=3, min_width=280):
                with gr.Row(elem_id="top"):
                    gr.HTML("<h1>Quoth</h1>", js_on_load=None, elem_id="name")
                    new = gr.Button("New conversation", size="sm", scale=0, elem_id="new")
                chatbot, question = _chatbot(examples), _question()
            with gr.Column(elem_id="sources", scale=2, min_width=280):
                script = "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("page.js", "embed.js"))
                panel: Any = gr.HTML(empty_panel(), js_on_load=script, elem_id="panel")
        outputs = [chatbot, conversation, panel, question]
        hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking = hidden | {"concurrency_limit": QUESTIONS_AT_A_TIME, "concurrency_id": "ask", "trigger_mode": "once"}
        ask, ask_example = _asking(assistant)
        question.submit(ask, [question, conversation], outputs, **asking)
        chatbot.example_select(ask_example, [conversation], outputs, **asking)
        new.click(lambda: ([], (), empty_panel(), ""), None, outputs, queue=False, **hidden)
        panel.cite(show_source, [conversation], [panel], queue=False, **hidden)
    page.queue(api_open=False, max_size=QUESTIONS_WAITING)
    return page


def theme() -> gr.Theme:
    """Gradio's plain theme in the system's own fonts: nothing is fetched."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans Arabic", "sans-serif"]
    mono = ["ui-monospace", "Consolas", "monospace"]
    return gr.themes.Base(primary_hue="teal", secondary_hue="teal", neutral_hue="stone", font=sans, font_mono=mono)


def show_source(conversation: Conversation, event: gr.EventData) -> Any:
    """The panel for the mark that was chosen. The event comes from the browser: nothing in it is trusted."""
    sent = getattr(event, "reference", "")
    reference = Reference.parse(sent) if isinstance(sent, str) else None
    if reference is None:
        return gr.skip()
    for exchange in conversation:
        if exchange.message == reference.message and exchange.answer is not None:
            return sources_panel(exchange.answer, exchange.message, reference)
    return empty_panel(_GONE)


def _chatbot(examples: Sequence[str]) -> gr.Chatbot:
    return gr.Chatbot(
        label="Conversation",
        show_label=False,
        container=False,
        height="100%",
        scale=1,
        layout="bubble",
        buttons=[],
        placeholder=_WELCOME,
        examples=[{"text": example} for example in examples],
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
        autofocus=True,
        max_lines=6,
        elem_id="question",
    )


def _asking(assistant: Answerer) -> tuple[Callable[..., Iterator[Update]], Callable[..., Iterator[Update]]]:
    """The two ways to ask: by typing, and by choosing an example."""

    def ask(question: str, conversation: Conversation) -> Iterator[Update]:
        if not question or not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        pending = Exchange(secrets.token_hex(8), question)
        yield _messages(*conversation, pending), gr.skip(), gr.skip(), ""
        done = _answer(assistant, pending, conversation)
        panel = gr.skip()
        if done.answer is not None:
            for items in range(1, len(done.answer.items)):
                unfinished = replace(done, reply=answer_message(done.answer, done.message, items))
                yield _messages(*conversation, unfinished), gr.skip(), gr.skip(), gr.skip()
            panel = sources_panel(done.answer, done.message)
        yield _messages(*conversation, done), (*conversation, done), panel, gr.skip()

    def ask_example(conversation: Conversation, event: gr.SelectData) -> Iterator[Update]:
        example = event.value.get("text") if isinstance(event.value, dict) else event.value
        yield from ask(example if isinstance(example, str) else "", conversation)

    return ask, ask_example


def _answer(assistant: Answerer, pending: Exchange, conversation: Conversation) -> Exchange:
    try:
        answer = assistant.ask(pending.question, _turns(conversation))
    except QuothError as error:
        return replace(pending, reply=notice_message(str(error)))
    except Exception:
        _log.exception("A question could not be answered")
        return replace(pending, reply=notice_message(_UNEXPECTED))
    return replace(pending, reply=answer_message(answer, pending.message), answer=answer)


def _turns(conversation: Conversation) -> list[Turn]:
    """What was asked and answered before."""
    return [
        Turn(exchange.question, tuple(item.text for item in exchange.answer.items))
        for exchange in conversation
        if exchange.answer is not None
    ]


def _messages(*conversation: Exchange) -> list[dict[str, str]]:
    """The conversation as the Chatbot takes it."""
    return [
        {"role": role, "content": content}
        for exchange in conversation
        for role, content in (("user", question_message(exchange.question)), ("assistant", exchange.reply))
    ]
