"""Markdown: its plain text, with headings and list items on lines of their own, tables as lines, and code as it is."""

import re
from typing import TYPE_CHECKING

from index.loaders.tables import render_table
from index.loaders.text import Extract, decode, iso_date, join_blocks, join_lines

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?\n)??(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_METADATA = {
    "---": re.compile(r"[ \t]|[#\]}]|-(?:[ \t]|$)|[\"']?\w[\w .-]*[\"']?[ \t]*:(?:[ \t]|$)"),
    "+++": re.compile(r"[ \t]|[#\]}]|\[[\w.\"'\[\] -]+\]\s*$|[\"']?[\w.-]+[\"']?[ \t]*=|[\"']"),
}
"""How the lines of front matter begin, in YAML and in TOML; between two rules there may also be text."""
_FIELD = re.compile(r"^[\"']?(title|date)[\"']?[ \t]*[:=][ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:.*?-->|.*)|<(script|style)\b(?:.*?</\1>|.*)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(
    r"<(?:br|hr|/?(?:p|div|li|tr|td|th|summary|h[1-6]|dt|dd|table|ul|ol|pre|blockquote|section|article))\b[^<>]*>", re.IGNORECASE
)
_HARD_BREAK = "\x1e"


def read_markdown(name: str, data: bytes) -> Extract:
    """Render Markdown (CommonMark with tables) as text; YAML or TOML front matter gives title and date and is left out.

    Raises DocumentError as `decode`.
    """
    from markdown_it import MarkdownIt

    text = decode(name, data).replace("\r\n", "\n")
    title, date = "", ""
    if (found := _FRONT_MATTER.match(text)) and _is_metadata(found[1], found[2] or ""):
        fields = {key.lower(): value.strip().strip("\"'") for key, value in reversed(_FIELD.findall(found[2] or ""))}
        title, date = fields.get("title", ""), iso_date(fields.get("date", ""))
        text = text[found.end() :]
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    first = next((index for index, token in enumerate(tokens) if token.type == "heading_open"), None)
    if not title and first is not None:
        title = join_lines(_inline(tokens[first + 1].children or []))
    return Extract(_render(tokens), title=title, date=date)


def _is_metadata(rule: str, block: str) -> bool:
    """Whether what stands between two rules at the top is front matter: fields from its first line on, and nothing but fields."""
    lines = block.split("\n")
    return not block.strip() or (bool(lines[0].strip()) and all(_METADATA[rule].match(line) for line in lines if line.strip()))


def _render(tokens: list["Token"]) -> str:
    """The text of all blocks, in order."""
    blocks: list[tuple[str, bool]] = []
    rows: list[list[str]] = []
    depth, marker = 0, ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        block = ""
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
        elif token.type == "list_item_open":
            marker = "  " * (depth - 1) + (f"{token.info}{token.markup} " if token.info else "- ")
        elif token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            block = render_table(rows, header=True)
        elif token.type in {"fence", "code_block"}:
            block = token.content.strip("\n")
        elif token.type == "html_block":
            block = _without_tags(token.content)
        elif token.type == "inline" and before is not None:
            block = _inline(token.children or [])
            if before.type in {"th_open", "td_open"}:
                rows[-1].append(block)
                continue
        if block.strip():
            blocks.append((marker + block, depth > 0))
            marker = ""
    return join_blocks(blocks)


def _inline(tokens: list["Token"]) -> str:
    """The text of a paragraph: of links, images and emphasis what is between the marks. Soft line breaks join."""
    parts = []
    for token in tokens:
        if token.type == "softbreak":
            parts.append("\n")
        elif token.type == "hardbreak" or (token.type == "html_inline" and _BREAK.fullmatch(token.content)):
            parts.append(_HARD_BREAK)
        elif token.type != "html_inline":
            parts.append(token.content)
    return "\n".join(join_lines(line) for line in "".join(parts).split(_HARD_BREAK))


def _without_tags(markup: str) -> str:
    from html import unescape

    text = unescape(_TAG.sub("", _BREAK.sub("\n", _COMMENT.sub("", markup))))
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())
