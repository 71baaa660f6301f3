"""The chat page as Gradio blocks: conversation left, sources right. What its events do stands in `chat`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from .chat import Chat
from .panel import empty_panel

_FOLDER = Path(__file__).parent
_SCRIPTS = ("page.js", "refusals.js", "embed.js")
_PHRASINGS = 24
"""Answers that a language model puts into words at a time, without keeping questions from being told that they wait."""
_SPARE = 8
"""Events at a time beyond these: questions that are refused."""
_WELCOME = "# What would you like to know?\nAnswers are exact quotes from the documents, with their sources."


def mount_chat(app: FastAPI, chat: Chat, places: int) -> None:
    """Puts the page at `/` of an application; whatever else is there must have been added before.

    `places` are those of the questions that are answered or wait.
    """
    page = _build(chat, places)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        app_kwargs={"openapi_url": None},
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        enable_monitoring=False,
        theme=_theme(),
        css_paths=_FOLDER / "page.css",
    )
    page.has_launched = True  # Gradio checks which files may be read only where this is set, and mounting leaves it out.
    app.state.chat = next(route.app for route in app.routes if isinstance(route, Mount))


def _build(chat: Chat, places: int) -> gr.Blocks:
    """The page, not yet mounted. How many questions are worked on at a time is the Chat's own business, not Gradio's.

    So Gradio takes on as many as may wait, which are told so; what its own queue holds beyond is bounded too.
    """
    page: gr.Blocks = gr.Blocks(title="Quoth", analytics_enabled=False, fill_width=True, fill_height=True)
    with page:
        conversation, key = gr.State(()), gr.State("")
        with gr.Row(elem_id="workspace", equal_height=True):
            with gr.Column(elem_id="conversation", scale=3, min_width=280):
                with gr.Row(elem_id="top"):
                    gr.HTML("<h1>Quoth</h1>", js_on_load=None, elem_id="name")
                    gr.Button("Export", size="sm", scale=0, elem_id="export")
                    new = gr.Button("New conversation", size="sm", scale=0, elem_id="new")
                    account = gr.HTML("", js_on_load=None, elem_id="account")
                chatbot, question = _chatbot(chat.examples()), _question()
            with gr.Column(elem_id="sources", scale=2, min_width=280):
                panel: Any = gr.HTML(empty_panel(), js_on_load=_script(), elem_id="panel")
        outputs = [chatbot, conversation, panel, question]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        at_once = quiet | {"queue": False}
        asking = quiet | {"concurrency_limit": None, "concurrency_id": "ask"}
        # A second Enter comes with the box as it is then, empty. The others would come again as they were: one too many.
        question.submit(chat.ask, [question, conversation, key], outputs, trigger_mode="always_last", **asking)
        chatbot.example_select(chat.ask_example, [conversation, key], outputs, trigger_mode="once", **asking)
        panel.retry(chat.retry, [conversation, key], outputs, trigger_mode="once", **asking)
        # Not with Gradio's `cancels`: its page sends them after the event's own call, when another question may be under way.
        question.stop(chat.stop, [conversation, key], outputs, **at_once)
        new.click(chat.begin_anew, [conversation, key], outputs, **at_once)
        panel.edit(chat.edit, [conversation, key], outputs, **at_once)
        panel.cite(chat.show_source, [conversation], [panel], **at_once)
        panel.judge(chat.judge, [conversation, key], [chatbot, conversation], **at_once)
        panel.restore(chat.restore, [conversation], [chatbot, conversation, panel, key, account], **at_once)
    page.max_threads = places + _PHRASINGS + _SPARE  # for `queue`, which takes none; `launch` would, and is not called
    page.queue(api_open=False, max_size=max(places, _SPARE))
    return page


def _theme() -> gr.Theme:
    """Gradio's plain theme in the system's own fonts: nothing is fetched."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans Arabic", "sans-serif"]
    mono = ["ui-monospace", "Consolas", "monospace"]
    return gr.themes.Base(primary_hue="teal", secondary_hue="teal", neutral_hue="stone", font=sans, font_mono=mono)


def _script() -> str:
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS)


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
