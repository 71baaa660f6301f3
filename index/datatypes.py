"""The records that flow through the index. Every span is a half-open range of characters of `Document.text`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """One file's text as Quoth reads it: NFC-normalised, with LF line ends and no NUL characters.

    `name` is the file's path relative to its folder, with forward slashes. `language` is an ISO 639-1 code, or "und" where
    it cannot be told. `date` is the ISO date the document gives for itself, or "". `content_hash` is the SHA-256 (hex) of
    the file's bytes.
    """

    name: str
    title: str
    language: str
    date: str
    text: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a document: `document.text[start:end] == text`, always. `language` is that of the passage itself."""

    document: str
    start: int
    end: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a question. `score` orders hits within one search and means nothing between searches.

    `dense_rank` and `keyword_rank` count from 1 within the chunk's language; None where that ranking did not find it.
    `similarity` is the cosine of question and chunk; where only the keywords found it, a number it is not above.
    """

    chunk_id: int
    chunk: Chunk
    title: str
    date: str
    score: float
    similarity: float
    dense_rank: int | None
    keyword_rank: int | None
