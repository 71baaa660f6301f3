"""The encoder: questions and passages to unit vectors, by any sentence-transformers model; the bundled one by default."""

import hashlib
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from . import bundled
from .errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

BUNDLED_FINGERPRINT = f"{bundled.NAME}@{bundled.SHA256[:16]}"

TOKENS_A_BATCH = 1024
"""Tokens encoded at once. Small enough for the activations to stay in the processor's cache."""

SENTENCES_KEPT = 20_000
"""Sentences whose vectors are kept in memory, those asked for last: 30 MB with the bundled model."""


class Encoder:
    """A sentence-transformers model with its prompts.

    `fingerprint` names the weights: vectors of different fingerprints must not be mixed. `dimensions` is the length of a
    vector, `window` the greatest number of tokens the model reads, prompt and special tokens included.
    """

    def __init__(self, model: "SentenceTransformer", fingerprint: str) -> None:
        self.model = model
        self.fingerprint = fingerprint
        self.dimensions = int(model.get_embedding_dimension() or 0)
        self.window = int(min(model.max_seq_length or 512, 1 << 20))  # infinite for models without position embeddings
        self._tokenizer = model.tokenizer
        self._sentences: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def encode_questions(self, questions: Sequence[str]) -> Vectors:
        """Unit vectors of shape (number of questions, dimensions), float32."""
        return self._encode(questions, self.model.encode_query, None)

    def encode_passages(self, passages: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Unit vectors of shape (number of passages, dimensions), float32, in the order given.

        `progress` is called with the number of passages done since its last call.
        """
        return self._encode(passages, self.model.encode_document, progress)

    def encode_sentences(self, sentences: Sequence[str]) -> Vectors:
        """As `encode_passages`, for sentences of documents, which many questions come upon: vectors are kept for the next."""
        with self._lock:
            known = {sentence: self._sentences[sentence] for sentence in sentences if sentence in self._sentences}
        missing = [sentence for sentence in dict.fromkeys(sentences) if sentence not in known]
        # Copies: a row of the batch's array would keep the whole of it in memory.
        known.update((sentence, row.copy()) for sentence, row in zip(missing, self.encode_passages(missing), strict=True))
        with self._lock:
            for sentence, vector in known.items():
                self._sentences[sentence] = vector
                self._sentences.move_to_end(sentence)
            while len(self._sentences) > SENTENCES_KEPT:
                self._sentences.popitem(last=False)
        return np.array([known[sentence] for sentence in sentences], np.float32).reshape(-1, self.dimensions)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text alone, without prompt and special tokens."""
        return self._count(texts, add_special_tokens=False)

    def rank(self, word: str) -> int | None:
        """Where a word stands in the vocabulary, which is ordered by how often words are written; None if it is no word of it."""
        ids = self.token_ids(word)
        return ids[0] if len(ids) == 1 else None

    def token_ids(self, text: str) -> list[int]:
        """The numbers of a text's tokens, without special ones."""
        if isinstance(self._tokenizer, Tokenizer):
            return list(self._tokenizer.encode(text, add_special_tokens=False).ids)
        return list(self._tokenizer([text], add_special_tokens=False, verbose=False)["input_ids"][0])

    @property
    def passage_budget(self) -> int:
        """Tokens that a passage may have for the model to read all of it: the window less prompt and special tokens."""
        prompts = self.model.prompts or {}
        prompt = prompts.get("document") or prompts.get("passage") or ""
        return self.window - self._count([prompt], add_special_tokens=True)[0]

    def _count(self, texts: Sequence[str], *, add_special_tokens: bool) -> list[int]:
        if not texts:
            return []
        if isinstance(self._tokenizer, Tokenizer):
            return [
                len(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=add_special_tokens)
            ]
        encoded = self._tokenizer(list(texts), add_special_tokens=add_special_tokens, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def _encode(self, texts: Sequence[str], encode: Callable[..., Any], progress: Callable[[int], None] | None) -> Vectors:
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for batch in batches_by_length(self.count_tokens(texts), TOKENS_A_BATCH, self.window):
            vectors[batch] = encode(
                [texts[i] for i in batch], batch_size=len(batch), show_progress_bar=False, normalize_embeddings=True
            )
            if progress is not None:
                progress(len(batch))
        return vectors


def batches_by_length(lengths: Sequence[int], budget: int, window: int) -> Iterator[list[int]]:
    """Positions in `lengths`, longest first, in batches whose padded size is at most `budget` tokens (or one text each)."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        longest = min(lengths[batch[0]] if batch else lengths[position], window)
        if batch and longest * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def load_encoder(model: str = "", cache: Path | None = None, threads: int = 0) -> Encoder:
    """The encoder named `model` (a folder, or a name in the local Hugging Face cache); the bundled one where it is "".

    In bfloat16 where the processor multiplies that; else the bundled one, on which alone it was measured, in int8 where it
    multiplies that. Never goes to the network. `threads` is the number of processor threads, 0 for torch's own choice. Raises
    EncoderError.
    """
    prepare_process()
    import torch

    if threads:
        torch.set_num_threads(threads)
    if not model:
        loaded = _load(str(bundled.bundled_model_folder(cache)))
        fingerprint = BUNDLED_FINGERPRINT
    else:
        loaded = _load(model)
        fingerprint = f"{Path(model).name}@{_hash_small_weights(loaded)}"
    numbers = number_format()
    if numbers == "bfloat16" and hasattr(loaded[0], "auto_model"):
        to_bfloat16(loaded)
    elif numbers == "int8" and not model:
        from .int8 import to_int8

        to_int8(loaded[0].get_submodule("auto_model.encoder"))
    return Encoder(loaded, fingerprint)


def prepare_process() -> None:
    """Settings that libraries read once, when they are first imported: call it before torch is. The user's own win."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    # Threads that spin while they wait make a busy machine many times slower. But to put one to sleep and wake it takes longer
    # than many a step of the network: the GNU library's (torch's on Linux) spin for about 150 microseconds before they sleep.
    if not {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"} & os.environ.keys():
        os.environ.update(OMP_WAIT_POLICY="PASSIVE", GOMP_SPINCOUNT="10000")


def _load(name: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    try:
        with _quiet_loading():
            return SentenceTransformer(name, device="cpu", local_files_only=True, trust_remote_code=False)
    except Exception as error:
        raise EncoderError(
            f"The sentence-transformers model {name!r} could not be loaded ({type(error).__name__}: "
            f"{str(error).splitlines()[0][:200]}). Give the path of a folder that holds one; for the bundled model, delete "
            "that folder and it is unpacked anew."
        ) from error


@contextmanager
def _quiet_loading() -> Iterator[None]:
    """Keeps progress bars and load reports off the terminal while a model loads."""
    from transformers.utils import logging as transformers_logging

    level = transformers_logging.get_verbosity()
    bars = transformers_logging.is_progress_bar_enabled()
    library = logging.getLogger("sentence_transformers")
    library_level = library.level
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    library.setLevel(logging.ERROR)
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        library.setLevel(library_level)
        if bars:
            transformers_logging.enable_progress_bar()


def _hash_small_weights(model: "SentenceTransformer") -> str:
    """A hash over the prompts, every tensor's name and shape, and the values of the small ones, which any training moves."""
    digest = hashlib.sha256(repr(sorted((model.prompts or {}).items())).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name}{tuple(tensor.shape)}".encode())
        if tensor.numel() <= 1 << 16:
            digest.update(tensor.detach().float().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def number_format() -> Literal["bfloat16", "int8", "float32"]:
    """What this processor multiplies matrices fastest in."""
    if processor_has_bfloat16():
        return "bfloat16"
    from .int8 import processor_has_int8

    return "int8" if processor_has_int8() else "float32"


def processor_has_bfloat16() -> bool:
    """Whether the processor multiplies matrices of bfloat16 itself (AMX), which is faster than float32.

    AVX-512's instructions for bfloat16 alone are not: with them reading took 1.5 times as long as in float32.
    """
    import torch

    return bool(torch.cpu.get_capabilities().get("amx_bf16"))


def to_bfloat16(model: "SentenceTransformer") -> None:
    """Runs the transformer in bfloat16 and everything after it, pooling first of all, in float32."""
    import torch

    def widen(_module: Any, _inputs: Any, features: dict[str, Any]) -> dict[str, Any]:
        embeddings = features["token_embeddings"]
        return {**features, "token_embeddings": embeddings.float()}

    model[0].to(torch.bfloat16)
    model[0].register_forward_hook(widen)


def encoder_identity(model: str, get_encoder: Callable[[], Encoder]) -> tuple[str, int]:
    """Fingerprint and dimensions of the encoder named `model`. Those of the bundled one are known without loading it."""
    if not model:
        return BUNDLED_FINGERPRINT, bundled.DIMENSIONS
    encoder = get_encoder()
    return encoder.fingerprint, encoder.dimensions
