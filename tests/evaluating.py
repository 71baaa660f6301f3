"""What the tests of evaluation share: an assistant that knows its answers by heart, and a set over its documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.cite import cite
from assistant.compose import closest, compose
from assistant.datatypes import Answer, Span, Turn
from assistant.evaluation.examples import Example
from assistant.pipeline import Work
from assistant.question_kind import Kind
from assistant.read import Asked
from index.datatypes import Chunk, Document, Hit
from index.schema import StoreState
from index.store import DocumentInfo

THRESHOLD = 0.2
TEXTS = {
    "bridge.txt": "The new bridge stands in Kolo. It was opened in 1987 by the mayor.",
    "pont.txt": "Le pont se trouve à Kolo. Il a été ouvert en 1987.",
    "fees.txt": "Crossing costs 200 francs. Children cross for free.",
}
LANGUAGES = {"bridge.txt": "en", "pont.txt": "fr", "fees.txt": "en"}


@dataclass
class FakeStore:
    """The state of an index that does not change by itself."""

    revision: int = 1

    def state(self) -> StoreState:
        return StoreState("one", self.revision, "token")


@dataclass
class Rote:
    """Answers as told: question -> (document, words of it, probability) of each span; passages are whole documents."""

    known: Mapping[str, Sequence[tuple[str, str, float]]]
    texts: Mapping[str, str] = field(default_factory=lambda: dict(TEXTS))
    asked: list[tuple[str, tuple[Turn | str, ...]]] = field(default_factory=list)
    store: FakeStore = field(default_factory=FakeStore)
    languages: Mapping[str, str] = field(default_factory=lambda: dict(LANGUAGES))
    kind: Kind = Kind.SEVERAL

    def work(self, question: str, history: Sequence[Turn | str] = ()) -> Work:
        self.asked.append((question, tuple(history)))
        told = self.known.get(question, ())
        names = list(dict.fromkeys([*(name for name, _, _ in told), *self.texts]))
        hits = {name: self._hit(i, name) for i, name in enumerate(names) if name in self.texts}
        spans = [self._span(hits[name], words, probability) for name, words, probability in told if name in hits]
        asked = Asked(question, "en", self.kind, np.zeros(2, np.float32))
        composition = compose(asked, spans, THRESHOLD, 6)
        items, citations = cite(composition.drafts, self.texts.get)
        near = () if items else tuple(one.numbered(i) for i, one in enumerate(closest(spans), 1))
        text = ", ".join(item.text for item in items) or "The documents don't tell."
        disagreement = composition.disagreement and len(items) > 1
        answer = Answer(question, bool(items), text, items, citations, disagreement, near, 0.5)
        return Work(asked, tuple(hits.values()), tuple(spans), tuple(spans), composition, answer, {"search": 0.1, "reading": 0.3})

    def document(self, name: str) -> Document | None:
        text = self.texts.get(name)
        return None if text is None else Document(name, name, self.languages[name], "", text, "")

    def documents(self) -> list[DocumentInfo]:
        return [DocumentInfo(name, name, self.languages[name], "", len(text), 1, "") for name, text in self.texts.items()]

    def _hit(self, number: int, name: str) -> Hit:
        text = self.texts[name]
        return Hit(number, Chunk(name, 0, len(text), text, self.languages[name]), name, "", 1 / (number + 1), 0.9, 1, 1)

    def _span(self, hit: Hit, words: str, probability: float) -> Span:
        text = hit.chunk.text
        start = text.index(words)
        first = text.rfind(". ", 0, start) + 2 if ". " in text[:start] else 0
        return Span(hit, start, start + len(words), words, first, text.index(".", start) + 1, probability, probability)


def example(question: str, *answers: str, id: str = "", unanswerable: bool = False, **fields: object) -> Example:  # noqa: A002
    """An example with one accepted form of each answer."""
    return Example(1, question, tuple((one,) for one in answers), unanswerable, id=id or question, **fields)  # type: ignore[arg-type]
