"""The bundled model's tokenizer gives exactly the tokens of the original multilingual-e5-small."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.bundled import bundled_model_folder
from tests.texts import SCRIPTS


@cache
def original() -> Tokenizer:
    """The tokenizer that the model was published with."""
    spec = find_spec("semantra_multilingual")
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).parent / "assets" / "multilingual-e5-small" / "tokenizer.json"
    description = json.loads(file.read_text(encoding="utf-8"))
    for part in ("pre_tokenizer", "decoder"):  # the option has another name in newer releases of the library
        description[part]["prepend_scheme"] = "always" if description[part].pop("add_prefix_space") else "never"
    return Tokenizer.from_str(json.dumps(description))


@cache
def ours() -> Tokenizer:
    """The tokenizer built from the bundled package's file."""
    return Tokenizer.from_file(str(bundled_model_folder() / "tokenizer.json"))


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("prompt", ["", "query: ", "passage: "])
def test_tokens_equal_the_originals(script: str, prompt: str) -> None:
    text = prompt + SCRIPTS[script]
    expected, got = original().encode(text), ours().encode(text)
    assert got.ids == expected.ids
    assert got.offsets == expected.offsets


def test_tokens_equal_the_originals_on_each_character() -> None:
    characters = [chr(code) for code in range(1, 0x30000) if not 0xD800 <= code < 0xE000]
    for first in range(0, len(characters), 64):
        text = " a".join(characters[first : first + 64])
        assert ours().encode(text).ids == original().encode(text).ids, text


@given(st.text(max_size=80))
def test_tokens_equal_the_originals_on_anything(text: str) -> None:
    assert ours().encode(text).ids == original().encode(text).ids


@given(st.text(alphabet=st.characters(categories=["Mn", "Mc", "Lo", "Ll"]), max_size=40))
def test_tokens_equal_the_originals_on_piled_up_marks(text: str) -> None:
    assert ours().encode(text).ids == original().encode(text).ids
