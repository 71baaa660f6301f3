"""The reader: where in a passage the answer stands, and how likely the passage answers at all.

The network gives logits for each token; here texts become tokens in windows, and logits become readings. Whatever the language
of question or passage, the way is the same.
"""

import copy
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.bundled import bundled_model_folder
from index.encode import BUNDLED_FINGERPRINT, TOKENS_A_BATCH, Encoder, batches_by_length, number_format
from index.lines import BULLET

from .calibration import Calibration, Features
from .errors import ReaderError
from .evidence import NO_EVIDENCE, READER_ALONE, Evidence
from .question_kind import HEADS, Kind, leaning, question_kind, small_talk
from .reader_weights import ReaderWeights, read_weights
from .span_edges import trim, whole_words

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from .reader_network import ReaderNetwork

Floats = NDArray[np.float32]

WINDOW = 384
"""Tokens read at once, the question's and special ones included. In training they are at most 324."""
STRIDE = 128
"""Tokens that two windows of a longer passage share."""
LONGEST_QUESTION = 64
"""Tokens; of a longer question the beginning is read."""
LONGEST_TITLE = 24
"""Tokens; of a longer title the beginning is read."""
LONGEST_ANSWER = 40
"""Tokens."""
LEAST_LEANING = 0.75
"""How likely a question must lean on an earlier one for that to be read with it."""
LEAST_SMALL_TALK = 0.7
"""How likely what was written must be small talk to be taken for it."""
CANDIDATES = 12
"""Starts and ends that are paired: the likeliest ones."""
PASSING = 0.5
"""The weight of how likely it is that no other answer ends or begins within a span."""
SPANS = 8
"""Spans of a passage that are handed on, the best first. No two overlap."""
LIST_SHARE = 0.9
"""Of the belief of a passage, what its best place counts as having where several answers are wanted."""
_BREAK = re.compile(rf"\n[^\S\n]*(?:\n|{BULLET})")
"""A blank line, or the beginning of another item of a list; a number may be a day: "3. Juni"."""


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a text, `text[start:end]`, and how likely it is the answer (0 to 1).

    `log_share` is the natural logarithm of its share among all spans of the text, less what it loses for passing others
    (PASSING).
    """

    start: int
    end: int
    probability: float
    log_share: float


@dataclass(frozen=True, slots=True)
class Logits:
    """What the network says of one window.

    `start` and `end` have shape (1 + passage tokens,), the first standing for "no answer".
    """

    start: Floats
    end: Floats
    answerable: float


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text as it was read. `answers` is how likely it answers at all.

    `begins[i]` is how likely, if there is an answer, it begins with the token at `tokens[i]` (start and end characters), and
    `ends[i]` that it ends there; both sum to 1.
    """

    answers: float
    tokens: NDArray[np.int64]
    begins: Floats
    ends: Floats

    def within(self, start: int, end: int) -> float:
        """How likely it is that the window answers, and between these characters."""
        inside = (self.tokens[:, 0] < end) & (self.tokens[:, 1] > start)
        return self.answers * min(1.0, float(self.begins[inside].sum() + self.ends[inside].sum()) / 2)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one text. `answers` is how likely the text answers at all; `places` come best first.

    `features` are what `answers` was made from: those of the likeliest window.
    """

    answers: float
    places: tuple[Place, ...]
    windows: tuple[Window, ...]
    features: Features

    def of_a_list(self, calibration: Calibration) -> "Reading":
        """The reading where several answers are wanted: the best place counts as if it had nearly all there is to share out.

        The others keep their distance from it. The network shares out its belief among all answers of a passage.
        """
        if not self.places:
            return self
        lift = math.log(LIST_SHARE) - max(place.log_share for place in self.places)
        places = []
        for place in self.places:
            share = max(place.log_share, min(0.0, place.log_share + lift))
            probability = calibration.place(self.answers, share, foreign=self.features.foreign)
            places.append(replace(place, probability=probability, log_share=share))
        return replace(self, places=tuple(places))

    def within(self, start: int, end: int) -> float:
        """How likely it is that the text answers, and between these characters."""
        return max((window.within(start, end) for window in self.windows), default=0.0)


class Reader:
    """Reads passages with the fine-tuned network. Safe to use from several threads at once."""

    def __init__(
        self,
        network: "ReaderNetwork",
        tokenizer: "Tokenizer",
        calibration: Calibration,
        kinds: Floats,
        evidence: Evidence = NO_EVIDENCE,
    ) -> None:
        self.network = network
        self.calibration = calibration
        self.kinds = kinds
        self.evidence = evidence
        self._tokenizer = tokenizer
        self.question_vector = lru_cache(maxsize=64)(self._question_vector)  # asked for again: what it wants, whether it leans

    def read(
        self, question: str, language: str, texts: Sequence[str], languages: Sequence[str], titles: Sequence[str] | None = None
    ) -> list[Reading]:
        """One reading a text, in the order given. `language` is the question's, `languages` are the texts'.

        `titles` are read before the texts, an empty one not: they may say what a text is about, and hold no answer.
        """
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:LONGEST_QUESTION]
        passages = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        headings = [
            encoding.ids[:LONGEST_TITLE]
            for encoding in self._tokenizer.encode_batch(list(titles or [""] * len(texts)), add_special_tokens=False)
        ]
        windows = [
            (number, first, last)
            for number, passage in enumerate(passages)
            for first, last in windows_of(len(passage.ids), WINDOW - len(asked) - len(headings[number]) - 4)
        ]
        logits = self._logits([(asked, passages[number].ids[first:last], headings[number]) for number, first, last in windows])
        readings: list[Reading | None] = [None] * len(texts)
        for (number, first, last), found in zip(windows, logits, strict=True):
            tokens = np.array(passages[number].offsets[first:last], np.int64).reshape(-1, 2)
            reading = make_reading(texts[number], tokens, found, self.calibration, foreign=languages[number] != language)
            readings[number] = _merged(readings[number], reading)
        return [reading for reading in readings if reading is not None]

    def kind(self, question: str) -> Kind:
        """What kind of answer the question wants."""
        return question_kind(self.question_vector(question), self.kinds)

    def leans(self, question: str) -> bool:
        """Whether the question cannot be understood without the one before it."""
        return leaning(self.question_vector(question), self.kinds) > LEAST_LEANING

    def is_small_talk(self, question: str) -> bool:
        """Whether what was written asks nothing of the documents: a greeting, thanks, what Quoth can do."""
        return small_talk(self.question_vector(question), self.kinds) > LEAST_SMALL_TALK

    def _question_vector(self, question: str) -> Floats:
        """What the network makes of the question alone: the mean of its tokens' last states, shape (dimensions,)."""
        import torch

        from .reader_network import BEGIN, END

        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:LONGEST_QUESTION]
        with torch.inference_mode():
            states = self.network.encoder(input_ids=torch.tensor([[BEGIN, *asked, END]])).last_hidden_state
        return np.asarray(states[0, 1 : len(asked) + 1].float().mean(0).numpy() if asked else states[0, 0].float().numpy())

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text."""
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def _logits(self, windows: Sequence[tuple[list[int], list[int], list[int]]]) -> list[Logits]:
        """The network's logits of each window (question, passage, title), in the order given."""
        import torch

        from .reader_network import input_ids, pad

        inputs = [input_ids(*window) for window in windows]
        results: dict[int, Logits] = {}
        with torch.inference_mode():
            for batch in batches_by_length([len(ids) for ids, _ in inputs], TOKENS_A_BATCH, WINDOW):
                start, end, answerable = (tensor.numpy() for tensor in self.network(*pad([inputs[i] for i in batch])))
                for row, position in enumerate(batch):
                    ids, offset = inputs[position]
                    kept = [0, *range(offset, len(ids) - 1)]
                    results[position] = Logits(start[row, kept], end[row, kept], float(answerable[row]))
        return [results[position] for position in range(len(inputs))]


def windows_of(length: int, budget: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges of tokens, each at most `budget` long, that overlap by `STRIDE` and cover `length` tokens."""
    first = 0
    while True:
        last = min(first + budget, length)
        yield first, last
        if last == length:
            return
        first = last - STRIDE


def make_reading(text: str, tokens: NDArray[np.int64], logits: Logits, calibration: Calibration, *, foreign: bool) -> Reading:
    """A reading from the logits of one window. `tokens` has shape (tokens, 2): start and end characters."""
    if not len(tokens):
        return Reading(0.0, (), (), Features(-20.0, -20.0, foreign))
    start, end = logits.start[1:], logits.end[1:]
    places = _places(text, tokens, start, end)
    best = places[0][2] if places else float(start.max() + end.max())
    features = Features(logits.answerable, best - float(logits.start[0] + logits.end[0]), foreign)
    answers = calibration.answers(features)
    normaliser = _log_sum(start) + _log_sum(end)
    kept = tuple(
        Place(first, last, calibration.place(answers, score - normaliser, foreign=foreign), score - normaliser)
        for first, last, score in places
    )
    return Reading(answers, kept, (Window(answers, tokens, _softmax(start), _softmax(end)),), features)


def _places(text: str, tokens: NDArray[np.int64], start: Floats, end: Floats) -> list[tuple[int, int, float]]:
    """(start, end, score) in characters of the text, the best first; none overlap.

    None goes on behind a blank line, or into the next item of a list. One that passes the likely end of another, or its likely
    start, scores less: where a passage holds several answers, the first one's start goes as well with the last one's end.
    """
    starts = np.argsort(-start)[:CANDIDATES, np.newaxis]
    ends = np.argsort(-end)[np.newaxis, :CANDIDATES]
    scores = start[starts] + end[ends] + PASSING * (_none_within(start, starts + 1, ends + 1) + _none_within(end, starts, ends))
    likely = np.argwhere((starts <= ends) & (ends < starts + LONGEST_ANSWER))
    pairs = [(float(scores[row, column]), int(starts[row, 0]), int(ends[0, column])) for row, column in likely]
    found: list[tuple[int, int, float]] = []
    for score, i, j in sorted(pairs, reverse=True):
        first, last = trim(text, *whole_words(text, int(tokens[i, 0]), int(tokens[j, 1])))
        if _BREAK.search(text, first, last):
            continue
        if first < last and all(last <= other_start or first >= other_end for other_start, other_end, _ in found):
            found.append((first, last, score))
            if len(found) == SPANS:
                break
    return found


def _none_within(logits: Floats, first: NDArray[np.int64], last: NDArray[np.int64]) -> Floats:
    """Log-likelihood that what the logits tell the place of is at none of the tokens from `first` to before `last`."""
    before = np.concatenate([[0.0], np.cumsum(_softmax(logits), dtype=np.float64)])
    passed = before[last] - before[np.minimum(first, last)]
    return np.asarray(np.log1p(-np.minimum(passed, 1 - 1e-6)), np.float32)


def _merged(first: Reading | None, second: Reading) -> Reading:
    """The readings of two windows of one text: the likelier one, with the places of the other that do not overlap its own."""
    if first is None:
        return second
    if second.answers > first.answers:
        first, second = second, first
    others = [
        place for place in second.places if all(place.end <= kept.start or place.start >= kept.end for kept in first.places)
    ]
    places = sorted([*first.places, *others], key=lambda place: -place.probability)[:SPANS]
    return Reading(first.answers, tuple(places), (*first.windows, *second.windows), first.features)


def _softmax(logits: Floats) -> Floats:
    exponentials = np.exp(logits - logits.max())
    return np.asarray(exponentials / exponentials.sum(), np.float32)


def _log_sum(logits: Floats) -> float:
    highest = float(logits.max())
    return highest + float(np.log(np.exp(logits - highest).sum()))


def load_reader(encoder: Encoder, weights: ReaderWeights | None = None) -> Reader:
    """The reader, its network made from the bundled encoder and the shipped differences.

    What `encoder` has loaded of the bundled encoder, the embeddings and the tokenizer, is shared with it. Raises ReaderError.
    """
    weights = weights or read_weights()
    shared = encoder if encoder.fingerprint == BUNDLED_FINGERPRINT else None
    network = _build_network(weights, shared)
    _speed_up(network)
    try:
        calibration = Calibration.from_json(weights.metadata["calibration"])
        evidence = Evidence.from_json(weights.metadata["evidence"]) if shared else READER_ALONE
        if len(weights.kinds) != HEADS:
            raise ValueError(f"{len(weights.kinds)} heads for kinds of questions")
    except (KeyError, TypeError, ValueError) as error:
        raise ReaderError(f"The reader's weights are of another version of Quoth ({error!r}). Install Quoth anew.") from error
    return Reader(network, _tokenizer(shared), calibration, weights.kinds.numpy(), evidence)


def _speed_up(network: "ReaderNetwork") -> None:
    """Puts the network's matrices in the form that the processor multiplies fastest. What it costs: docs/reader.md."""
    import torch

    from index.int8 import to_int8

    numbers = number_format()
    if numbers == "bfloat16":
        network.encoder.to(torch.bfloat16)
    elif numbers == "int8":
        to_int8(network.encoder.encoder)


def _build_network(weights: ReaderWeights, shared: Encoder | None) -> "ReaderNetwork":
    """The network with the differences put on. Its matrices are its own; the embeddings are those of `shared`, if given."""
    import torch
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel

    from .reader_network import ReaderNetwork

    folder = bundled_model_folder()
    config = BertConfig.from_pretrained(folder, attn_implementation="sdpa")
    with torch.device("meta"):
        network = ReaderNetwork(BertModel(config, add_pooling_layer=False))
    state = load_file(folder / "model.safetensors")
    changed = {name: state[name] + difference for name, difference in weights.differences.items()}
    kept = {name: tensor for name, tensor in state.items() if not name.startswith("pooler.")}
    tensors = {f"encoder.{name}": tensor for name, tensor in {**kept, **changed}.items()}
    network.load_state_dict({**tensors, **weights.heads}, assign=True)
    loaded: Any = shared.model[0] if shared else None
    embeddings: Any = loaded.auto_model.embeddings if shared else network.encoder.embeddings
    network.encoder.embeddings = copy.copy(embeddings)
    for name in ("position_ids", "token_type_ids"):  # not in the file, so they are still nowhere
        length = config.max_position_embeddings
        buffer = torch.arange(length).unsqueeze(0) if name == "position_ids" else torch.zeros(1, length, dtype=torch.long)
        if name in network.encoder.embeddings._buffers:
            network.encoder.embeddings.register_buffer(name, buffer, persistent=False)
    return network.eval().requires_grad_(False)


def _tokenizer(shared: Encoder | None) -> "Tokenizer":
    """The bundled encoder's tokenizer, without its padding and truncation, which the encoder sets anew at each call."""
    from tokenizers import Tokenizer

    if shared is None:
        return Tokenizer.from_file(str(bundled_model_folder() / "tokenizer.json"))
    original = shared.model.tokenizer.backend_tokenizer
    tokenizer = Tokenizer(original.model)
    tokenizer.normalizer = original.normalizer
    tokenizer.pre_tokenizer = original.pre_tokenizer
    return tokenizer
