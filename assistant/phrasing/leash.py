"""Whether a sentence of a language model is held by the sources that it cites: checks that need no language model.

Each check is blind to something the next one sees. Citations must exist. Numbers, quantities, dates and times must be values
that a source gives (values.py: wordings, units, languages). Names must occur in a source (names.py, sounds.py: spellings,
scripts). The encoder must find the sentence as close to each quote as sentences are that say what their source says
(docs/phrasing.md tells how close that is). A sentence that denies must rest on one that denies, and the other way round. And
names must have the parts that they have there: they stand in the quote or right before it, and in its order (roles.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.chunk import sentence_spans
from index.encode import Encoder, Vectors

from ..datatypes import Citation
from ..spelling import words_of
from ..values import Value, compare, read_values
from .names import Known, strange_name
from .negation import denies
from .roles import are_exchanged
from .sentences import Said

CLOSE = (0.89, 0.84)
"""Least cosine of a sentence and the closest one of a quote, in the quote's language and in another; see docs/phrasing.md."""
NEAREST = 0.03
"""How much closer another quote of the same language may be to the sentence than the one that it cites."""
_LINK = re.compile(
    r"\w+://|https?:|www\.|\b(?:javascript|mailto|data:\w+/)|\]\(|!\[|<[a-z!/]|\w@|"
    r"\b[\w-]+\.(?:com|org|net|io|example|info|ru|cn|fr|de)\b",
    re.IGNORECASE,
)
_UNPARTED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_EMPHASIS = re.compile(r"\*\*|__")
_DIGITS = re.compile(r"\d+")
_CLAUSE_ENDS = re.compile(
    r"[,;:،؛，；：]\s+|\s[–—-]\s|\s(?:and|but|et|mais|y|pero|und|aber|sondern|e|mas|ma|и|но|а|ve|ama|na|da)\s|\s(?=و\w{3})"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A citation as a sentence is held against it. `around` is its document's title and what stands near the passage."""

    citation: Citation
    around: str

    @property
    def text(self) -> str:
        """What a sentence may take its facts from."""
        return self._with_title(self.citation.passage)

    @property
    def close(self) -> str:
        """What a sentence may take its names from: the quote, and the sentence before it, whose names it may mean by "he"."""
        cited = self.citation
        start = cited.start - cited.passage_start
        before = [span for span in sentence_spans(cited.passage, cited.language) if span[1] <= start][-1:]
        return self._with_title("\n".join([*(cited.passage[first:last] for first, last in before), cited.quote]))

    def _with_title(self, text: str) -> str:
        return _EMPHASIS.sub("", f"{self.citation.title}\n{self.citation.date}\n{text}")


class Leash:
    """Holds sentences against their sources. `encoder` tells how close they are."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors = lru_cache(maxsize=256)(self._encode)

    def fault(self, said: Said, language: str, sources: Mapping[int, Source], question: str) -> str:
        """What is wrong with a sentence of the language: a name of messages.py less its "struck_"; "" where nothing is.

        `sources` is all the evidence there was, by number.
        """
        if not all(number in sources for number in said.numbers or (0,)):
            return "unknown_citation" if said.numbers else "uncited"
        if _LINK.search(said.text):
            return "link"
        cited = [sources[number] for number in said.numbers]
        if all(is_repeated(said.text, source.citation) for source in cited):
            return ""
        if not values_stand(said.text, language, cited):
            return "value"
        return self._misnamed(said.text, language, cited, question) or self._distant(said.text, language, cited, sources)

    def _misnamed(self, sentence: str, language: str, cited: Sequence[Source], question: str) -> str:
        """Whether a name in it is none of the sources', or one of which they say something else."""
        if self.stranger(sentence, language, cited, question):
            return "name"
        return "role" if self.is_of_others(sentence, language, cited, question) else ""

    def _distant(self, sentence: str, language: str, cited: Sequence[Source], sources: Mapping[int, Source]) -> str:
        """Whether the sources say something else, or the opposite."""
        closest = [self.closeness(sentence, source) for source in cited]
        if is_fragment(sentence):
            return "apart"
        if any(cosine < CLOSE[language != source.citation.language] for (cosine, _), source in zip(closest, cited, strict=True)):
            return "apart"
        (cosine, best), source = max(zip(closest, cited, strict=True), key=lambda pair: pair[0][0])
        rivals = [other for other in sources.values() if other.citation.language == source.citation.language]
        if cosine < max(self.closeness(sentence, rival)[0] for rival in rivals) - NEAREST:
            return "apart"
        for part in clauses_of(sentence):  # each may deny something of its own
            if contradicts(part, language, self._closest(part, clauses_of(best))[1], source.citation.language):
                return "negation"
        return "role" if language == source.citation.language and are_exchanged(sentence, best, language) else ""

    def stranger(self, sentence: str, language: str, cited: Sequence[Source], question: str) -> str:
        """A name in a sentence that neither its sources nor the question hold; "" where there is none."""
        text, around = ("\n".join(texts) for texts in zip(*((source.text, source.around) for source in cited), strict=True))
        return strange_name(sentence, language, Known(text, _languages(cited), around, question), self._encoder)

    def is_of_others(self, sentence: str, language: str, cited: Sequence[Source], question: str) -> bool:
        """Whether a sentence names what its sources do name, but neither in the quotes nor right before them."""
        text = "\n".join([*(source.close for source in cited), question])
        return bool(strange_name(sentence, language, Known(text, _languages(cited), surely=True), self._encoder))

    def closeness(self, sentence: str, source: Source) -> tuple[float, str]:
        """The cosine of a sentence and the closest sentence of a source's quote, and that sentence."""
        return self._closest(sentence, pieces_of(source.citation))

    def _closest(self, sentence: str, texts: tuple[str, ...]) -> tuple[float, str]:
        cosines = self._vectors(texts) @ self._vectors((sentence,))[0]
        best = int(np.argmax(cosines))
        return float(cosines[best]), texts[best]

    def _encode(self, texts: tuple[str, ...]) -> Vectors:
        return self._encoder.encode_passages(texts)


def _languages(cited: Sequence[Source]) -> frozenset[str]:
    return frozenset(source.citation.language for source in cited)


def pieces_of(citation: Citation) -> tuple[str, ...]:
    """The quote, and its sentences where it has several.

    Not those of the passage around it: what a document says beside the quote is no answer to the question, and may be an order.
    """
    spans = sentence_spans(citation.quote, citation.language)
    return tuple(dict.fromkeys([citation.quote, *(citation.quote[start:end] for start, end in spans)]))


def is_repeated(sentence: str, citation: Citation) -> bool:
    """Whether a sentence is the quote, or one of its sentences, word for word."""
    return any(words_of(sentence) == words_of(piece) for piece in pieces_of(citation))


def is_fragment(sentence: str) -> bool:
    """Whether a sentence is too short to say anything: one or two words, in scripts that part them."""
    return len(sentence.split()) < 3 and not _UNPARTED.search(sentence)


def clauses_of(sentence: str) -> tuple[str, ...]:
    """The parts of a sentence that may each deny something or not; the sentence itself where it has only one."""
    parts = [part for part in _CLAUSE_ENDS.split(sentence) if len(part.split()) > 2]
    return tuple(parts) if len(parts) > 1 else (sentence,)


def values_stand(sentence: str, language: str, cited: Sequence[Source]) -> bool:
    """Whether each number, quantity, date and time of a sentence is one that the sources give."""
    given: list[Value] = []
    digits: set[str] = set()
    for source in cited:
        given += read_values(source.text, source.citation.language)
        digits.update(_numerals(source.text))
    found = read_values(sentence, language)
    if not all(any(_same(value, other, language) for other in _comparable(value, given)) for value in found):
        return False
    rest = list(sentence)
    for value in found:
        rest[value.start : value.end] = " " * (value.end - value.start)
    return all(numeral in digits for numeral in _numerals("".join(rest)))


def _comparable(value: Value, given: Sequence[Value]) -> Sequence[Value]:
    """The values of a value's own kind; all for a bare number, and where there are none, for one may be meant."""
    return given if value.kind == "number" else [other for other in given if other.kind == value.kind] or given


def _same(value: Value, other: Value, language: str) -> bool:
    verdict = compare(value, other)
    if verdict == "same" and value.kind == other.kind == "date":
        return other.high - other.low <= value.high - value.low  # that it was in 2023 is no source for a day of 2023
    if verdict == "unlike" and other.kind == "number" and " " in value.text:
        # What is counted may look like a unit: quatre livres are four books.
        bare = read_values(value.text.rpartition(" ")[0], language)
        return len(bare) == 1 and compare(bare[0], other) == "same"
    if verdict == "unlike" and value.kind == "number":
        return bool(_numerals(value.text)) and _numerals(value.text) == _numerals(other.text)
    return verdict == "same"


def _numerals(text: str) -> list[str]:
    return [str(int(digits)) for digits in _DIGITS.findall(text)]


def contradicts(sentence: str, language: str, other: str, other_language: str) -> bool:
    """Whether one of two sentences that are about the same denies something and the other does not."""
    one, two = denies(sentence, language), denies(other, other_language)
    return one is not None and two is not None and one != two
