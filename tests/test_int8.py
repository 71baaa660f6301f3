"""Matrices in int8 give nearly what those in float32 give, and the reader reads the same with them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from transformers import BertConfig, BertModel

from assistant.reader import load_reader
from index.encode import load_encoder, number_format
from index.int8 import Int8Linear, Int8SelfAttention, to_int8

SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 64), st.integers(1, 48))


@given(SHAPES, st.booleans(), st.integers(0, 10_000))
def test_a_layer_in_int8_gives_nearly_the_same(shape: tuple[int, int, int], bias: bool, seed: int) -> None:
    rows, inputs, outputs = shape
    torch.manual_seed(seed)
    linear = nn.Linear(inputs, outputs, bias=bias)
    values = torch.randn(2, rows, inputs)
    with torch.inference_mode():
        expected, found = linear(values), Int8Linear(linear)(values)
    assert found.shape == expected.shape
    assert found.dtype == torch.float32
    size = values.norm(dim=-1, keepdim=True) * linear.weight.norm(dim=1)
    assert bool(((found - expected).abs() <= 0.02 * size + 1e-6).all())


def test_a_token_with_huge_values_does_not_blur_the_others() -> None:
    torch.manual_seed(1)
    linear = nn.Linear(32, 8)
    values = torch.randn(1, 5, 32)
    beside = values.clone()
    beside[0, 0] *= 1000
    with torch.inference_mode():
        layer = Int8Linear(linear)
        assert torch.equal(layer(values)[0, 1:], layer(beside)[0, 1:])


def test_zeros_and_matrices_of_zeros_give_the_bias() -> None:
    linear = nn.Linear(6, 3)
    with torch.inference_mode():
        assert torch.equal(Int8Linear(linear)(torch.zeros(2, 6)), linear.bias.expand(2, 3))
        linear.weight.zero_()
        assert torch.equal(Int8Linear(linear)(torch.ones(2, 6)), linear.bias.expand(2, 3))


def test_all_linear_layers_are_replaced_and_nothing_else() -> None:
    module = nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 2)))
    to_int8(module)
    assert [type(part).__name__ for part in module.modules()] == [
        "Sequential",
        "Int8Linear",
        "Sequential",
        "LayerNorm",
        "Int8Linear",
    ]
    assert module(torch.ones(1, 3)).shape == (1, 2)


def test_attention_in_int8_gives_nearly_the_same_and_does_not_look_at_padding() -> None:
    torch.manual_seed(2)
    config = BertConfig(
        vocab_size=50,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    ids, mask = torch.randint(1, 50, (2, 9)), torch.ones(2, 9, dtype=torch.long)
    mask[1, 6:] = 0
    with torch.inference_mode():
        expected = model(input_ids=ids, attention_mask=mask).last_hidden_state
        to_int8(model.encoder)
        found = model(input_ids=ids, attention_mask=mask).last_hidden_state
        alone = model(input_ids=ids[1:, :6]).last_hidden_state
    assert {type(module) for module in model.modules()} >= {Int8Linear, Int8SelfAttention}
    assert torch.allclose(found, expected, atol=0.1)
    assert torch.allclose(found[1, :6], alone[0], atol=1e-2)


@pytest.mark.skipif(number_format() != "int8", reason="this processor has AMX, or no VNNI")
def test_the_reader_reads_the_same_in_int8(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = load_encoder()
    passage = "The mill of Alder was built in 1801. It was pulled down in 1954, and its stones lie under the road to Birch."
    asked = [("When was the mill of Alder built?", "1801"), ("Where do the stones lie?", "under the road to Birch")]
    fast = load_reader(encoder)
    monkeypatch.setattr("index.int8.processor_has_int8", lambda: False)
    exact = load_reader(encoder)
    kinds = [{type(module) for module in reader.network.modules()} for reader in (fast, exact)]
    assert (Int8Linear in kinds[0], Int8Linear in kinds[1]) == (True, False)
    for question, answer in asked:
        readings = [reader.read(question, "en", [passage], ["en"])[0] for reader in (fast, exact)]
        assert all(passage[reading.places[0].start : reading.places[0].end] == answer for reading in readings)
        assert readings[0].answers == pytest.approx(readings[1].answers, abs=0.05)
