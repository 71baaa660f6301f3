"""Rows, tokenizers and a small network, as the tests of training use them."""

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from assistant.reader_network import PAD, ReaderNetwork
from index.bundled import bundled_model_folder
from training.rows import ParallelQuestion, Row

WORDS = ["mill", "bridge", "river", "stone", "garden", "school", "baker", "ridge", "sheep", "winter", "flood", "harbour", "lamp"]
NAMES = ["Alder", "Birch", "Cedar", "Dahlia", "Elm Court", "Fern", "Gorse Hill", "Hazel", "Ivy", "Juniper"]
QUESTION = "where is the lamp ?"


@cache
def word_tokenizer() -> Tokenizer:
    """One token a word."""
    words = ["<s>", "<pad>", "</s>", "<unk>", *WORDS, *QUESTION.split(), ".", ","]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(dict.fromkeys(words))}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


@cache
def bundled_tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(bundled_model_folder() / "tokenizer.json"))


def row(context: str, *answers: str, question: str = QUESTION, source: str = "own", language: str = "en") -> Row:
    places = tuple((context.index(answer), context.index(answer) + len(answer)) for answer in answers)
    return Row(source, language, language, question, context, places)


def entry(context: str, answer: str | None, question: str = QUESTION, language: str = "en") -> dict[str, Any]:
    answers = [] if answer is None else [{"text": answer, "start": context.index(answer)}]
    return {"lang": language, "question": question, "context": context, "answers": answers}


def parallel_entry(
    article: int, number: int, languages: Sequence[str] = ("ar", "de", "en", "es", "hi", "ru", "zh")
) -> dict[str, Any]:
    """One question of the parallel rows over a passage of its own, in made-up words of each language."""
    parts = {}
    for language in languages:
        context = f"{language} house {article}-{number} stands by the {WORDS[number % len(WORDS)]} since 19{number % 90 + 10}."
        parts[language] = entry(context, f"19{number % 90 + 10}", f"{language}: since when does house {article}-{number} stand?")
    return {"id": f"{article}-0-{number}", "languages": parts}


def write_rows(folder: Path, files: Mapping[str, Sequence[dict[str, Any]]]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, entries in files.items():
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries)
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return folder


def parallel_questions(number: int) -> list[ParallelQuestion]:
    from training.rows import _parallel

    return [_parallel(parallel_entry(i % 30, i)) for i in range(number)]


def tiny_network(seed: int = 1) -> ReaderNetwork:
    """A transformer of two small layers; the same each time."""
    config = BertConfig(
        vocab_size=word_tokenizer().get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=96,
        pad_token_id=PAD,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return ReaderNetwork(BertModel(config, add_pooling_layer=False))
