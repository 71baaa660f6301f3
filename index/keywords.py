"""The keyword index: one FTS5 table for every script, fed with words that we cut ourselves.

SQLite's own tokenizers do not fit many languages. `unicode61` breaks words at the vowel signs of Hindi, Tamil or Thai and at
Arabic vowel marks, and sees a Chinese or Japanese sentence as one word; `trigram` cannot find words of two characters, which
most Chinese words are, and its scores cannot be compared with those of a table of words. So `keyword_text` turns a text into
words parted by spaces, where a run in a script without spaces becomes overlapping n-grams of characters (as in Lucene's
CJKAnalyzer), and FTS5's `ascii` tokenizer merely splits at the spaces.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator

MAXIMUM_TERMS = 64  # of one query; of a longer question the longest words are searched for
COMMON = 10_000  # chunks that have a word: with more, scoring them takes most of the time and the word tells little
FEW_TERMS = 2  # searched for where every word is common

# Chinese, Japanese and Korean: most words have one or two characters. Korean has spaces, but particles cling to its words.
_BIGRAM_SCRIPTS = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u312f\u3131-\u318e\u31a0-\u31ff\u3400-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Thai, Lao, Burmese, Khmer, Tai: alphabets, where two letters say little.
_TRIGRAM_SCRIPTS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
_RUNS = re.compile(f"([{_BIGRAM_SCRIPTS}]+)|([{_TRIGRAM_SCRIPTS}]+)|[^\\s{_BIGRAM_SCRIPTS}{_TRIGRAM_SCRIPTS}]+")

# Marks that a reader may leave out: accents of Latin, Greek and Cyrillic, points of Hebrew, vowel marks and hamza of Arabic and
# Syriac, variation selectors. The vowel signs of Indic and South-East Asian scripts are no such marks: they stay.
_OMISSIBLE_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0711\u0730-\u074a\u0897-\u089f"
    "\u08ca-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
_SAME_LETTERS = {
    "\u0640": "",  # tatweel only stretches a word
    "ٱ": "ا",  # alef wasla; alef with madda or hamza loses its mark with the other marks
    "ة": "ه",
    "ى": "ي",
    "ی": "ي",  # Persian keyboards
    "ک": "ك",
    "œ": "oe",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
}


class _Folding(dict[int, str]):
    """A `str.translate` table that works out each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character in _SAME_LETTERS:
            folded = _SAME_LETTERS[character]
        elif category == "Cf" or (category[0] == "M" and _OMISSIBLE_MARKS.match(character)):
            folded = ""  # "Cf": soft hyphens, joiners, direction marks
        elif category == "Nd":
            folded = str(unicodedata.decimal(character))
        else:
            folded = character if category[0] in "LMN" else " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


def _runs(text: str) -> Iterator[tuple[str, int]]:
    """The words of a text, folded, each with the length of the n-grams it is to be cut into; 0 for a word to leave whole."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    folded = unicodedata.normalize("NFC", decomposed.translate(_FOLDING))
    for match in _RUNS.finditer(folded):
        yield match[0], 2 if match[1] else 3 if match[2] else 0


def keyword_text(text: str) -> str:
    """What the keyword index keeps of a text: its words, parted by spaces.

    Case, accents, width and presentation forms, Arabic vowel marks, tatweel and letter variants are folded away, and all digits
    are ASCII. Each character of a run without spaces begins an n-gram, so the last ones are shorter.
    """
    words: list[str] = []
    for run, length in _runs(text):
        words.extend((run[i : i + length] for i in range(len(run))) if length else (run,))
    return " ".join(words)


def _terms(query: str) -> list[str]:
    """The query's distinct words as FTS5 strings, the longest first; none of its characters is read as FTS5 syntax.

    A run shorter than its n-grams (a single Chinese character) is searched for as their beginning.
    """
    terms: dict[str, None] = {}
    for run, length in _runs(query):
        if not length:
            terms[f'"{run}"'] = None
        elif len(run) < length:
            terms[f'"{run}"*'] = None
        else:
            terms.update((f'"{run[i : i + length]}"', None) for i in range(len(run) - length + 1))
    return sorted(terms, key=len, reverse=True)[:MAXIMUM_TERMS]


def _telling(connection: sqlite3.Connection, terms: list[str]) -> list[str]:
    """The terms without those that very many chunks have; where all are such, the longest few."""
    probe = "SELECT 1 FROM keywords WHERE keywords MATCH ? LIMIT 1 OFFSET ?"
    telling = [term for term in terms if connection.execute(probe, (f"body:{term}", COMMON)).fetchone() is None]
    return telling or terms[:FEW_TERMS]


def _language_word(language: str) -> str:
    """The language as one word for the tokenizer, whatever characters the code has."""
    return language.encode().hex()


def add(connection: sqlite3.Connection, chunk_id: int, language: str, text: str) -> None:
    """Put a chunk into the keyword index."""
    statement = "INSERT INTO keywords (rowid, language, body) VALUES (?, ?, ?)"
    connection.execute(statement, (chunk_id, _language_word(language), keyword_text(text)))


def remove(connection: sqlite3.Connection, chunk_id: int, language: str, text: str) -> None:
    """Take a chunk out of the keyword index; language and text must be what was put in."""
    statement = "INSERT INTO keywords (keywords, rowid, language, body) VALUES ('delete', ?, ?, ?)"
    connection.execute(statement, (chunk_id, _language_word(language), keyword_text(text)))


def search(connection: sqlite3.Connection, query: str, language: str | None, limit: int) -> list[tuple[int, float]]:
    """The chunks that have any of the query's words: (chunk id, BM25 score; higher is better), best first.

    The language is a column of the keyword index, of weight 0, so that the chunks of other languages are never scored. The join
    drops a chunk that is no more: a newer Unicode table may cut words otherwise than when they were put in.
    """
    terms = _telling(connection, _terms(query))
    if not terms or limit < 1:
        return []
    expression = f"body:({' OR '.join(terms)})"
    if language is not None:
        expression = f'language:"{_language_word(language)}" AND {expression}'
    statement = """
        SELECT keywords.rowid, -keywords.rank FROM keywords JOIN chunks ON chunks.id = keywords.rowid
        WHERE keywords MATCH ? AND rank MATCH 'bm25(0.0, 1.0)' ORDER BY keywords.rank LIMIT ?
    """
    return sorted(connection.execute(statement, (expression, limit)), key=lambda found: (-found[1], found[0]))
