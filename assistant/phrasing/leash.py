"""Whether a sentence of a language model is held by the sources that it cites: checks that need no language model.

Each check is blind to something the next one sees. Citations must exist. The sentence must be in the question's language.
Numbers, quantities, dates and times must be values that a source gives (figures.py: wordings, units, languages). Names must
occur in a source (names.py, sounds.py: spellings, scripts). The encoder must find the sentence as close to each quote as
sentences are that say what their source says (docs/phrasing.md tells how close that is). A sentence that denies must rest on one
that denies, and the other way round. And names and figures must have the parts that they have there: they stand in the quote or
right before it, in its order and beside its words (roles.py, figures.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.chunk import sentence_spans
from index.encode import Encoder, Vectors
from index.lines import is_list_item, without_bullet
from index.loaders.language import detect_language

from ..datatypes import Citation
from ..negation import denies
from . import figures
from .evidence import tame
from .figures import CLAUSE_ENDS, Told
from .links import holds_link
from .names import Known, strange_name, without_strangers
from .roles import are_exchanged
from .sentences import Said
from .unparted import UNPARTED

CLOSE = (0.89, 0.84)
"""Least cosine of a sentence and the closest one of a quote, in the quote's language and in another; see docs/phrasing.md."""
NEAREST = 0.03
"""How much closer another quote of the same language may be to the sentence than the one that it cites."""
_EMPHASIS = re.compile(r"\*\*|__")
_SPACE = re.compile(r"\s+")
_QUOTATION = "\"'“”«»„‘’ "
_ENDS = ".;。।…۔؛；"
_FEW = 4
"""Words that are too few to tell a language by."""


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
        return self._with_title(f"{self._before}\n{self.citation.quote}")

    @property
    def told(self) -> Told:
        """What a sentence may take its figures from: the sentence or line of the quote; of the sentence before it, only dates."""
        return Told(
            self._with_title(f"{self.line}\n{self.citation.quote}"), self.citation.language, _EMPHASIS.sub("", self._before)
        )

    @property
    def told_around(self) -> Told:
        """All figures of the passage, among which those of others are."""
        return Told(self.text, self.citation.language)

    @property
    def told_itself(self) -> Told:
        """The figures of the quote alone."""
        return Told(_EMPHASIS.sub("", self.citation.quote), self.citation.language)

    @property
    def line(self) -> str:
        """The quote with the rest of its sentences or lines: the day that an entry of a list begins with."""
        cited = self.citation
        start = cited.start - cited.passage_start
        end = start + len(cited.quote)
        spans = [span for span in sentence_spans(cited.passage, cited.language) if span[0] < end and start < span[1]]
        return cited.passage[min([start, *(first for first, _ in spans)]) : max([end, *(last for _, last in spans)])]

    @property
    def _before(self) -> str:
        cited = self.citation
        if is_list_item(self.line):  # the one before tells of something else
            return ""
        start = cited.start - cited.passage_start
        before = [span for span in sentence_spans(cited.passage, cited.language) if span[1] <= start][-1:]
        return "\n".join(cited.passage[first:last] for first, last in before)

    def _with_title(self, text: str) -> str:
        return _EMPHASIS.sub("", f"{self.citation.title}\n{text}")


class Leash:
    """Holds sentences against their sources. `encoder` tells how close they are."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors = lru_cache(maxsize=256)(self._encode)

    def fault(self, said: Said, language: str, sources: Mapping[int, Source], question: str, asked: str = "") -> str:
        """What is wrong with a sentence of the language: a name of messages.py less its "struck_"; "" where nothing is.

        `sources` is all the evidence there was, by number. `asked` is the language to answer in; where it is "", the question's.
        """
        if not all(number in sources for number in said.numbers or (0,)):
            return "unknown_citation" if said.numbers else "uncited"
        cited = [sources[number] for number in said.numbers]
        if holds_link(said.text, "\n".join(source.citation.quote for source in cited)):
            return "link"
        if all(is_repeated(said.text, source.citation) for source in cited):
            return ""
        if is_foreign(said.text, asked or detect_language(question, "en")):
            return "language"
        return (
            self._misfigured(said.text, language, cited)
            or self._misnamed(said.text, language, cited, question)
            or self._distant(said.text, language, cited, sources)
        )

    def _misfigured(self, sentence: str, language: str, cited: Sequence[Source]) -> str:
        """Whether a number or date in it is none of the sources', or one of something else."""
        if not figures.values_stand(sentence, language, [source.told_around for source in cited]):
            return "value"
        if len(cited) > 1 and any(figures.speaks_otherwise(sentence, language, source.told_itself) for source in cited):
            return "value"
        return "" if figures.values_stand(sentence, language, [source.told for source in cited]) else "role"

    def _misnamed(self, sentence: str, language: str, cited: Sequence[Source], question: str) -> str:
        """Whether a name in it is none of the sources', or one of which they say something else."""
        question = self._backed(question, cited)
        if self._stranger(sentence, language, cited, question):
            return "name"
        return "role" if self._is_of_others(sentence, language, cited, question) else ""

    def _distant(self, sentence: str, language: str, cited: Sequence[Source], sources: Mapping[int, Source]) -> str:
        """Whether the sources say something else, or the opposite."""
        closest = [self.closeness(sentence, source) for source in cited]
        if is_fragment(sentence):
            return "apart"
        if any(cosine < CLOSE[language != source.citation.language] for (cosine, _), source in zip(closest, cited, strict=True)):
            return "apart"
        (cosine, best), source = max(zip(closest, cited, strict=True), key=lambda pair: pair[0][0])
        bests = [(best, source) for (_, best), source in zip(closest, cited, strict=True)]
        rivals = [other for other in sources.values() if other.citation.language == source.citation.language]
        if cosine < max(self.closeness(sentence, rival)[0] for rival in rivals) - NEAREST:
            return "apart"
        if any(figures.are_exchanged(sentence, language, each.line, each.citation.language) for each in cited):
            return "role"
        if any(self._is_denied(part, language, bests) for part in clauses_of(sentence)):  # each may deny something of its own
            return "negation"
        return "role" if language == source.citation.language and are_exchanged(sentence, best, language) else ""

    def _is_denied(self, clause: str, language: str, bests: Sequence[tuple[str, Source]]) -> bool:
        """Whether one of the sources denies what a clause says, or says what it denies.

        `bests` are the sources with the sentences that are the closest. Of their clauses the closest of all counts, and each
        that is as close as what says the same: the others tell of something else.
        """
        found = [(*self._closest(clause, clauses_of(best)), source.citation.language) for best, source in bests]
        closest = max(cosine for cosine, *_ in found)
        return any(
            contradicts(clause, language, other, spoken)
            for cosine, other, spoken in found
            if cosine >= min(closest, CLOSE[language != spoken])
        )

    def _stranger(self, sentence: str, language: str, cited: Sequence[Source], question: str) -> str:
        """A name in a sentence that neither its sources hold nor the question, as `_backed` leaves it; "" where there is none."""
        text, around = ("\n".join(texts) for texts in zip(*((source.text, source.around) for source in cited), strict=True))
        return strange_name(sentence, language, Known(text, _languages(cited), around, question), self._encoder)

    def _is_of_others(self, sentence: str, language: str, cited: Sequence[Source], question: str) -> bool:
        """Whether a sentence names what its sources do name, but neither in the quotes nor right before them."""
        text = "\n".join([*(source.close for source in cited), question])
        return bool(strange_name(sentence, language, Known(text, _languages(cited), surely=True), self._encoder))

    def _backed(self, question: str, cited: Sequence[Source]) -> str:
        """The question without names that the sources' documents do not have near: it may ask of somebody they do not know."""
        around = "\n".join(source.around for source in cited)
        language = detect_language(question, "en")
        return without_strangers(question, language, Known(around, _languages(cited)), self._encoder)

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
    """Whether a sentence is the quote, or one of its sentences, word for word and sign for sign."""
    return any(_as_repeated(sentence) == _as_repeated(piece) for piece in pieces_of(citation))


def _as_repeated(text: str) -> str:
    """A text as a model may repeat it: no emphasis, bullet, quotation marks or stop around it, brackets as it was shown them."""
    plain = _SPACE.sub(" ", _EMPHASIS.sub("", tame(text))).casefold().strip(_QUOTATION)
    return without_bullet(plain).strip(_QUOTATION).rstrip(_ENDS).strip(_QUOTATION)


def is_foreign(sentence: str, asked: str) -> bool:
    """Whether a sentence is in another language than `asked`: as a whole and without its names, where words enough are left."""
    if detect_language(sentence, asked) == asked:
        return False
    rest = [word for word in sentence.split() if not word[0].isupper() and not any(map(str.isdigit, word))]
    if len(rest) < _FEW and not UNPARTED.search(sentence):
        return False
    return detect_language(" ".join(rest), asked) != asked


def is_fragment(sentence: str) -> bool:
    """Whether a sentence is too short to say anything: one or two words, in scripts that part them."""
    return len(sentence.split()) < 3 and not UNPARTED.search(sentence)


def clauses_of(sentence: str) -> tuple[str, ...]:
    """The parts of a sentence that may each deny something or not; one or two words go with those before: "..., Mali didn't"."""
    ends = [place.span() for place in CLAUSE_ENDS.finditer(sentence)]
    spans = list(zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(sentence)], strict=True))
    parts: list[tuple[int, int]] = []
    for start, end in spans:
        short = any(len(sentence[slice(*part)].split()) < 3 for part in ((start, end), *parts[-1:]))
        parts.append((parts.pop()[0] if parts and short else start, end))
    return tuple(sentence[start:end] for start, end in parts)


def contradicts(sentence: str, language: str, other: str, other_language: str) -> bool:
    """Whether one of two sentences that are about the same denies something and the other does not."""
    one, two = denies(sentence, language), denies(other, other_language)
    return one is not None and two is not None and one != two
