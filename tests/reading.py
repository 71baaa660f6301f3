"""Texts to read, networks that stand in for the reader's, and what holds for every reading."""

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from assistant.calibration import PLAIN, Calibration
from assistant.reader import SPANS, Reader, Reading
from assistant.span_edges import trim
from index.bundled import bundled_model_folder
from index.encode import number_format

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

    from assistant.reader_network import ReaderNetwork


QUESTION = "When was the bridge opened?"
BRIDGE = "The old stone bridge over the river was opened in 1932. It was designed by Clara Hoffmann."
BRIDGE_ARABIC = "افتُتح الجسر الحجري القديم فوق النهر عام 1932. صممته كلارا هوفمان."
BRIDGE_CHINESE = "河上的老石桥于1932年建成通车。它由克拉拉·霍夫曼设计。"
BREAD = "Bake the bread for forty minutes and let it cool on a rack before slicing."
TOLERANCE = 1e-3 if number_format() == "float32" else 0.05
SENTENCES = (
    "The bakery sells rye bread, rolls and cakes.",
    "Wool is washed, combed and spun before it is woven into cloth.",
    "A good soup needs onions, salt and patience.",
    "The choir sings in the hall and the children listen quietly.",
    "Tomatoes like sun, water and a sheltered wall.",
    "The library lends books, maps and films to its members.",
)


@cache
def tokenizer() -> "Tokenizer":
    """The bundled encoder's own, from its file."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(bundled_model_folder() / "tokenizer.json"))


def tokens_of(text: str) -> list[int]:
    return list(tokenizer().encode(text, add_special_tokens=False).ids)


def filler(tokens: int) -> str:
    """A text of at least so many tokens, about nothing that is asked for here."""
    sentences: list[str] = []
    length = 0
    while length < tokens:
        sentences.append(SENTENCES[len(sentences) * 5 % len(SENTENCES)])
        length += len(tokens_of(sentences[-1]))
    return " ".join(sentences)


class Noise:
    """Stands in for the network: logits that depend on the tokens and their places, and on nothing else."""

    def __call__(
        self, ids: "torch.Tensor", mask: "torch.Tensor", places: "torch.Tensor"
    ) -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
        import torch

        wave = ids.double() * 12.9898 + torch.arange(ids.shape[1]) * 78.233
        start, end = (torch.frac(torch.sin(wave + shift) * 43758.5453) * 8 for shift in (0, 1))
        answerable = torch.frac((ids * mask).sum(1).double() * 0.6180339) * 8 - 4
        return start.masked_fill(~places, -1e4).float(), end.masked_fill(~places, -1e4).float(), answerable.float()


class Pointing:
    """Stands in for the network: sure of an answer that begins with one token and ends with another, if both are there."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last

    def __call__(
        self, ids: "torch.Tensor", mask: "torch.Tensor", places: "torch.Tensor"
    ) -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
        start = ((ids == self.first) & places).float() * 20
        end = ((ids == self.last) & places).float() * 20
        both = (start.amax(1) > 0) & (end.amax(1) > 0)
        return start.masked_fill(~places, -1e4), end.masked_fill(~places, -1e4), both.float() * 16 - 8


def reader_with(network: object, calibration: Calibration = PLAIN) -> Reader:
    return Reader(cast("ReaderNetwork", network), tokenizer(), calibration, np.zeros((6, 385), np.float32))


def check(reading: Reading, text: str) -> None:
    """What holds for every reading of every text."""
    assert 0 <= reading.answers <= 1
    assert len(reading.places) <= SPANS
    assert [place.probability for place in reading.places] == sorted((p.probability for p in reading.places), reverse=True)
    for place in reading.places:
        assert 0 <= place.start < place.end <= len(text)
        assert text[place.start : place.end].strip() == text[place.start : place.end]
        assert trim(text, place.start, place.end) == (place.start, place.end)
        assert 0 <= place.probability <= reading.answers
        assert place.log_share <= 1e-4
    in_order = sorted(reading.places, key=lambda place: place.start)
    assert all(first.end <= second.start for first, second in pairwise(in_order))
    for window in reading.windows:
        assert len(window.tokens) == len(window.begins) == len(window.ends) > 0
        assert window.begins.sum() == pytest.approx(1, abs=1e-3)
        assert window.ends.sum() == pytest.approx(1, abs=1e-3)
    assert 0 <= reading.within(0, len(text)) <= reading.answers + 1e-4


def assert_alike(first: Reading, second: Reading) -> None:
    assert first.answers == pytest.approx(second.answers, abs=TOLERANCE)
    windows = [sorted(reading.windows, key=lambda window: int(window.tokens[0, 0])) for reading in (first, second)]
    for one, other in zip(*windows, strict=True):
        assert np.array_equal(one.tokens, other.tokens)
        assert np.allclose(one.begins, other.begins, atol=TOLERANCE)
        assert np.allclose(one.ends, other.ends, atol=TOLERANCE)
    if first.places and first.places[0].probability > 0.6:
        assert first.places[0].probability == pytest.approx(second.places[0].probability, abs=2 * TOLERANCE)
        assert (first.places[0].start, first.places[0].end) == (second.places[0].start, second.places[0].end)
