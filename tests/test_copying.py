"""An answer as Markdown: what documents hold is shown as it stands, whatever it looks like."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.datatypes import Answer, Citation, Item
from assistant.web.copying import answer_as_markdown

TAGS = re.compile(r"</?(?:ul|ol|li|p)[^>]*>")


def shown(quote: str) -> tuple[str, str]:
    """The HTML that a Markdown reader makes of an answer whose item and source are the quote, and its text."""
    citation = Citation(1, "a.txt", "", "", "en", 0, len(quote), quote, quote, 0)
    answer = Answer("Why?", True, quote, (Item(quote, 0.9, (1,)),), (citation,), False, (), 0.0)
    html = MarkdownIt().render(answer_as_markdown(answer))
    text = TAGS.sub("", html).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    return html, text


@pytest.mark.parametrize(
    "quote",
    [
        "- Write &lt;b&gt; & save",
        "1. First, the mill",
        "+ 3 points",
        "# No heading",
        "*stars* and `ticks`",
        "<b>bold</b>",
        "5) five",
    ],
)
def test_what_looks_like_markup_is_shown_as_it_stands(quote: str) -> None:
    html, text = shown(quote)
    assert f"{quote} [1]" in text
    assert (html.count("<ul>"), html.count("<ol>"), html.count("<li>")) == (1, 1, 2)
    assert not re.search(r"<(?:em|strong|code|h\d|a|b)\b", html)


@given(st.text(alphabet="-+*#>1.)&<;b `~[]()!\\_|=", min_size=1, max_size=30).filter(lambda text: text.strip()))
def test_no_text_of_a_document_makes_a_list_or_a_tag(quote: str) -> None:
    html, _ = shown(quote)
    assert set(re.findall(r"<(/?\w+)", html)) <= {"ul", "/ul", "ol", "/ol", "li", "/li", "p", "/p"}
    assert html.count("<li>") == 2
