"""Document -> Chunks, by spans: whole sentences packed to the encoder's token budget, ending at paragraphs where they can."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .abbreviations import goes_on, segment
from .datatypes import Chunk, Document
from .lines import INTRODUCTION_MARKS, is_heading
from .paragraphs import BLANK_LINES, paragraphs

CountTokens = Callable[[Sequence[str]], list[int]]

SIZE = 192
OVERLAP = 0
"""Tokens of a chunk at most, and tokens that it may repeat of the one before. Both chosen by benchmarks/chunking.py."""

_MANAGEABLE = 10_000

_INTRODUCES, _WITHIN, _AT_LINE, _AT_BLANK_LINE = range(4)
"""Where a sentence ends, by how good a place it is for a chunk to end: right before what it introduces, as a heading does; within
a paragraph; at the end of a line, as an item of a list; before a blank line."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    tokens: int
    ends: int


def chunk_document(document: Document, count_tokens: CountTokens, size: int = SIZE, overlap: int = OVERLAP) -> list[Chunk]:
    """The document's chunks in reading order: `document.text[c.start:c.end] == c.text`, at most `size` tokens each.

    Every character but white space is in some chunk. A chunk ends where a sentence ends, and in its second half where a
    paragraph or list does, if any does there, or else a line; it begins with whole sentences of the chunk before, of at most
    `overlap` tokens together, unless a paragraph begins there.
    """
    sentences = _measure(document, count_tokens, size)
    chunks = []
    for first, last in _pack(sentences, size, overlap):
        start, end = sentences[first].start, sentences[last].end
        chunks.append(Chunk(document.name, start, end, document.text[start:end], document.language))
    return chunks


def sentence_spans(text: str, language: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, without the white space around it, in reading order. Titles and list items count."""
    spans: list[tuple[int, int]] = []
    for start, end in paragraphs(text):
        spans.extend(_sentences_of_block(text, start, end, language))
    return spans


def _sentences_of_block(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    block = text[start:end]
    pieces: list[tuple[int, int]] = []
    position = 0
    for piece in segment(block, language):
        if pieces and goes_on(block[pieces[-1][0] : position], piece):
            pieces[-1] = (pieces[-1][0], position + len(piece))
        else:
            pieces.append((position, position + len(piece)))
        position += len(piece)
    if position != len(block):  # sentencex gives its text back whole; should a release ever not, the block is one sentence
        pieces = [(0, len(block))]
    for first, last in pieces:
        offset, stripped = _stripped(start + first, block[first:last])
        if stripped:
            yield offset, offset + len(stripped)


def _stripped(start: int, piece: str) -> tuple[int, str]:
    """A piece that stands at a place, and the place, without the white space at its ends."""
    return start + len(piece) - len(piece.lstrip()), piece.strip()


def _measure(document: Document, count_tokens: CountTokens, size: int) -> list[_Sentence]:
    """The sentences with their token counts; one longer than a chunk comes in several pieces."""
    text = document.text
    blocks = list(paragraphs(text))
    spans = [
        (first, last, index)
        for index, (start, end) in enumerate(blocks)
        for first, last in _sentences_of_block(text, start, end, document.language)
    ]
    counts = count_tokens([text[start:end] for start, end, _ in spans])
    sentences: list[_Sentence] = []
    for position, ((start, end, block), tokens) in enumerate(zip(spans, counts, strict=True)):
        is_last = position + 1 == len(spans) or spans[position + 1][2] != block
        ends = _end_of(text, start, end) if is_last else _WITHIN
        if tokens <= size:
            sentences.append(_Sentence(start, end, tokens, ends))
            continue
        pieces = list(_split_long(text[start:end], tokens, count_tokens, size))
        for number, (first, last, piece_tokens) in enumerate(pieces):
            sentences.append(_Sentence(start + first, start + last, piece_tokens, ends if number + 1 == len(pieces) else _WITHIN))
    return sentences


def _end_of(text: str, start: int, end: int) -> int:
    """How good a place for a chunk to end the end of a paragraph or line is, whose last sentence is `text[start:end]`."""
    following = BLANK_LINES.match(text, end)
    if text[start:end].endswith(INTRODUCTION_MARKS) or is_heading(text, (start, end)):
        return _INTRODUCES
    return _AT_BLANK_LINE if following or end == len(text) else _AT_LINE


def _split_long(sentence: str, tokens: int, count_tokens: CountTokens, size: int) -> Iterator[tuple[int, int, int]]:
    """Cuts a sentence longer than a chunk between words, or else between characters as a reader sees them.

    Pieces are cut by characters first, at the sentence's own rate of characters a token, and those that still have too many
    tokens are cut again: to count tokens at every possible cut would take minutes for a text without sentences.
    """
    from semantic_text_splitter import TextSplitter

    splitter = TextSplitter(max(1, min(len(sentence) * size * 9 // (tokens * 10), len(sentence) // 2)))
    found = (
        (offset + start, piece) for offset, part in _manageable_parts(sentence) for start, piece in splitter.chunk_indices(part)
    )
    # The splitter leaves some of what Python takes for white space, such as U+001F.
    pieces = [_stripped(start, piece) for start, piece in found if piece.strip()]
    for (start, piece), count in zip(pieces, count_tokens([piece for _, piece in pieces]), strict=True):
        if count > size and len(piece) > 1:
            for first, last, piece_tokens in _split_long(piece, count, count_tokens, size):
                yield start + first, start + last, piece_tokens
        else:
            yield start, start + len(piece), count


def _manageable_parts(text: str) -> Iterator[tuple[int, str]]:
    """Parts of some 10,000 characters, cut at white space where there is any: the splitter's time grows with the square."""
    start = 0
    while len(text) - start > _MANAGEABLE:
        space = max(text.rfind(character, start, start + _MANAGEABLE) for character in " \t\n")
        stop = space + 1 if space > start else start + _MANAGEABLE
        while stop < len(text) and unicodedata.category(text[stop])[0] in "MC":  # marks, joiners: not without their base
            stop += 1
        yield start, text[start:stop]
        start = stop
    yield start, text[start:]


def _pack(sentences: Sequence[_Sentence], size: int, overlap: int) -> Iterator[tuple[int, int]]:
    """First and last sentence of each chunk."""
    first = 0
    while first < len(sentences):
        last, tokens = first, sentences[first].tokens
        best = None  # the last of the best places to end in the second half
        while last + 1 < len(sentences) and tokens + sentences[last + 1].tokens <= size:
            if tokens * 2 >= size and (best is None or sentences[last].ends >= sentences[best].ends):
                best = last
            last += 1
            tokens += sentences[last].tokens
        if last + 1 < len(sentences) and best is not None and sentences[best].ends > sentences[last].ends:
            last = best
        while last + 1 < len(sentences) and last > first and sentences[last].ends == _INTRODUCES:
            last -= 1
        yield first, last
        following = last + 1
        if following < len(sentences) and sentences[last].ends <= _WITHIN:
            following = _step_back(sentences, first, last, size, overlap)
        first = following


def _step_back(sentences: Sequence[_Sentence], first: int, last: int, size: int, overlap: int) -> int:
    """The sentence that the next chunk begins with: up to `overlap` tokens of this chunk, if there is room for what follows."""
    following = last + 1
    repeated = 0
    while following - 1 > first:
        tokens = repeated + sentences[following - 1].tokens
        if tokens > overlap or tokens + sentences[last + 1].tokens > size:
            break
        repeated = tokens
        following -= 1
    return following
