"""Keeps only what stands verbatim in its document, and numbers it. Whoever wrote the answer, this step has the last word."""

from collections.abc import Callable, Sequence

from .datatypes import Citation, Draft, Item, Span

ReadText = Callable[[str], str | None]
"""A document's name -> its whole text, or None where it is no longer in the index."""


def make_citation(span: Span) -> Citation:
    """The sentence around the span as a citation that has no number yet; its passage is the chunk that retrieval found."""
    chunk = span.hit.chunk
    return Citation(
        number=0,
        document=chunk.document,
        title=span.hit.title,
        date=span.hit.date,
        language=chunk.language,
        start=span.sentence_start,
        end=span.sentence_end,
        quote=span.sentence,
        passage=chunk.text,
        passage_start=chunk.start,
    )


def stands(citation: Citation, read_text: ReadText) -> bool:
    """Whether quote and passage are exactly the slices of the document that they claim to be, the one inside the other."""
    text = read_text(citation.document)
    if text is None or not citation.quote.strip():
        return False
    passage_end = citation.passage_start + len(citation.passage)
    return (
        0 <= citation.passage_start <= citation.start < citation.end <= passage_end <= len(text)
        and text[citation.start : citation.end] == citation.quote
        and text[citation.passage_start : passage_end] == citation.passage
    )


def cite(drafts: Sequence[Draft], read_text: ReadText) -> tuple[tuple[Item, ...], tuple[Citation, ...]]:
    """Items and citations from drafts.

    A citation that does not stand is dropped, and so is an item whose own words none of those left holds. Citations are numbered
    from 1 in order of first use; the same place cited twice has one number.
    """
    items: list[Item] = []
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    for draft in drafts:
        standing = [citation for citation in draft.citations if stands(citation, read_text)]
        if not any(draft.text in citation.quote for citation in standing):
            continue
        used: dict[int, None] = {}
        for citation in standing:
            place = (citation.document, citation.start, citation.end)
            if place not in numbers:
                numbers[place] = len(numbers) + 1
                citations.append(citation.numbered(numbers[place]))
            used[numbers[place]] = None
        items.append(Item(draft.text, draft.confidence, tuple(used), draft.translation))
    return tuple(items), tuple(citations)
