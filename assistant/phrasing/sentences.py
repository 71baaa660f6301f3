"""Sentences, with the evidence that each cites, out of words as they come."""

import re
from dataclasses import dataclass

from index.chunk import sentence_spans
from index.lines import ITEM_MARK, UNSTOPPED

_MARK = re.compile(r"\s*[\[【](\d{1,4}(?:\s*[,;،、]\s*\d{1,4})*)[\]】]")
_MARKS_AFTER = re.compile(rf"([.!?…؟。！？।])((?:{_MARK.pattern})+)")
"""Marks behind the full stop, which would otherwise begin the next sentence."""
_MARK_LAST = re.compile(rf"{_MARK.pattern}\s*[.!?…؟。！？।]?\s*\Z")
_BETWEEN_UNSTOPPED = re.compile(rf"({UNSTOPPED.pattern})((?:{_MARK.pattern})+)[ \t]*(?=\w)")
"""Marks between two sentences of scripts that end them with nothing: Thai, Lao, Burmese, Khmer."""
_THOUGHT_BEGIN, _THOUGHT_END = "<think>", "</think>"
_THOUGHT = re.compile(rf"{_THOUGHT_BEGIN}.*?{_THOUGHT_END}", re.DOTALL)
_MARKUP = re.compile(rf"\*\*|__|^[#>\s]+|^\s*{ITEM_MARK}\s*")
_LIST_NUMBER = re.compile(r"\A\d+[.)]?\Z")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence without its marks, and the numbers that they cite."""

    text: str
    numbers: tuple[int, ...]


class SentenceReader:
    """Takes pieces of text and gives each sentence once it is whole: once the next one has begun."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._text = ""
        self.thoughts = 0
        """How many times all that came before turned out to have been thoughts, and no answer."""

    def feed(self, piece: str) -> list[Said]:
        """The sentences that the piece completes."""
        self._text += piece
        if _THOUGHT_END in self._text:
            self._text = _THOUGHT.sub(" ", self._text)
        if _THOUGHT_END in self._text:  # the beginning may stand in the model's own template, and not come
            self._text = self._text.rpartition(_THOUGHT_END)[2]
            self.thoughts += 1
        return [] if _THOUGHT_BEGIN in self._text else self._take(keep_last=True)

    def broken_off(self) -> list[Said]:
        """The last sentence, after a stream that was cut: only where its marks show that it is whole."""
        return self.finish() if _MARK_LAST.search(self._text) else []

    def finish(self) -> list[Said]:
        """What is left, after the last piece; a thought that does not end is left out."""
        self._text = self._text.partition(_THOUGHT_BEGIN)[0]
        return self._take(keep_last=False)

    def _take(self, *, keep_last: bool) -> list[Said]:
        text = _BETWEEN_UNSTOPPED.sub(r"\1\2\n", _MARKS_AFTER.sub(r"\2\1", self._text))
        spans = sentence_spans(text, self._language)
        if keep_last:
            # A mark may still come behind what looks like the end.
            while spans and not _MARK.sub("", text[spans[-1][0] :].rstrip("[【0123456789, ")).strip(" .[【"):
                spans.pop()
            if len(spans) < 2:
                return []
            self._text = text[spans[-1][0] :]
            spans.pop()
        else:
            self._text = ""
        return [said for start, end in spans if (said := read_sentence(text[start:end])).text]


def read_sentence(text: str) -> Said:
    """A sentence as it was written, marks and all."""
    numbers = [int(number) for marks in _MARK.findall(text) for number in re.findall(r"\d+", marks)]
    plain = _MARKUP.sub("", _MARK.sub("", text)).strip()
    return Said("" if _LIST_NUMBER.match(plain) or not any(map(str.isalnum, plain)) else plain, tuple(dict.fromkeys(numbers)))
