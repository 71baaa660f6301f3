"""Whatever spans are read in whatever documents: citations are verbatim, hold their items, and are numbered without gaps."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cite import cite
from assistant.compose import compose
from assistant.datatypes import Span
from assistant.messages import as_text
from assistant.question_kind import Kind
from assistant.read import Asked, around
from index.chunk import chunk_document, sentence_spans
from index.datatypes import Chunk, Document, Hit
from tests.texts import SCRIPTS

WORDS = [
    "Ghana",
    "Togo",
    "Accra",
    "1,500 km",
    "1400 km",
    "8 May 2025",
    "the mill",
    "والسودان",
    "غانا",
    "加纳、多哥",
    "and",
    ",",
    ".",
]
QUESTIONS = ["Which countries signed?", "How long is the border of Ghana?", "من وقّع؟", "Pourquoi ?", ""]


def count_tokens(texts: Sequence[str]) -> list[int]:
    return [len(text) // 4 + 1 for text in texts]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    parts = draw(st.lists(st.sampled_from([*SCRIPTS.values(), *WORDS]) | st.text(max_size=30), min_size=1, max_size=12))
    text = draw(st.sampled_from([" ", "\n\n", ", ", ". "])).join(parts)
    name = draw(st.sampled_from(["a.txt", "b.md", "ج.html"]))
    return Document(name, "Title", draw(st.sampled_from(["en", "ar", "zh", "und"])), "2024-08-30", text, "hash")


@st.composite
def spans_of(draw: st.DrawFn, chunk: Chunk) -> Span:
    start = draw(st.integers(0, len(chunk.text) - 1))
    end = draw(st.integers(start + 1, len(chunk.text)))
    sentence = around(start, end, sentence_spans(chunk.text, chunk.language))
    hit = Hit(1, chunk, "Title", "2024-08-30", 0.0, 0.9, 1, None)
    offset = chunk.start
    places = offset + start, offset + end, chunk.text[start:end], offset + sentence[0], offset + sentence[1]
    probability = draw(st.floats(0, 1))
    return Span(hit, *places, probability, probability)


@given(st.lists(documents(), min_size=1, max_size=3, unique_by=lambda document: document.name), st.data())
@settings(max_examples=150)
def test_citations_hold_over_any_documents(found: list[Document], data: st.DataObject) -> None:
    chunks = [chunk for document in found for chunk in chunk_document(document, count_tokens, size=40)]
    spans = [data.draw(spans_of(chunk)) for chunk in chunks for _ in range(2)]
    question, kind = data.draw(st.sampled_from(QUESTIONS)), data.draw(st.sampled_from(list(Kind)))
    most = data.draw(st.integers(1, 12))
    composition = compose(Asked(question, "en", kind, np.zeros(2, np.float32)), spans, 0.2, most)
    texts = {document.name: document.text for document in found}
    items, citations = cite(composition.drafts, texts.get)

    assert len(items) <= most
    assert [citation.number for citation in citations] == list(range(1, len(citations) + 1))
    for citation in citations:
        assert texts[citation.document][citation.start : citation.end] == citation.quote
        assert citation.quote in citation.passage
    quotes = {citation.number: citation.quote for citation in citations}
    for item in items:
        assert item.citations
        assert any(item.text in quotes[number] for number in item.citations)
    used = [number for item in items for number in item.citations]
    assert list(dict.fromkeys(used)) == sorted(quotes)
    assert bool(items) == any(span.probability >= 0.2 for span in spans if span.text.strip())
    lines = as_text("en", items, citations, disagreement=composition.disagreement)
    assert all(f"[{number}]" in lines for number in used)
