"""A text is read alike in any company, by any thread and beside any encoder."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.reader import Reader, load_reader
from index.encode import Encoder, load_encoder
from tests.reading import BREAD, BRIDGE, BRIDGE_ARABIC, BRIDGE_CHINESE, QUESTION, assert_alike, check, filler, tokens_of
from tests.texts import SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS)
def test_tokens_are_those_of_the_encoder(reader: Reader, encoder: Encoder, script: str) -> None:
    text = SCRIPTS[script]
    expected = encoder.model.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    got = reader._tokenizer.encode(text, add_special_tokens=False)
    assert got.ids == expected["input_ids"]
    assert got.offsets == expected["offset_mapping"]
    assert reader.count_tokens([text]) == encoder.count_tokens([text])


def test_tokens_stay_whole_while_the_encoder_pads_and_cuts(reader: Reader, encoder: Encoder) -> None:
    found = [*SCRIPTS.values(), filler(700)]
    expected = [tokens_of(text) for text in found]
    done = threading.Event()
    encoded = 0

    def encode() -> None:
        nonlocal encoded
        while not done.is_set():
            encoder.model.tokenizer([*found, "short"], padding=True, truncation=True, max_length=16)
            encoded += 1

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(encode)
        read = 0
        try:
            while (read < 40 or encoded < 40) and not running.done():
                assert [one.ids for one in reader._tokenizer.encode_batch(found, add_special_tokens=False)] == expected
                assert reader.count_tokens(found) == list(map(len, expected))
                read += 1
        finally:
            done.set()
        running.result()


def test_the_company_of_other_texts_changes_nothing(reader: Reader) -> None:
    found = [BREAD, BRIDGE, "", BRIDGE_ARABIC, filler(420) + " " + BRIDGE, "x", BRIDGE_CHINESE]
    languages = ["en", "en", "en", "ar", "en", "en", "zh"]
    together = reader.read(QUESTION, "en", found, languages)
    backwards = reader.read(QUESTION, "en", found[::-1], languages[::-1])[::-1]
    for number, reading in enumerate(together):
        check(reading, found[number])
        assert_alike(reading, backwards[number])
        assert_alike(reading, reader.read(QUESTION, "en", [found[number]], [languages[number]])[0])


def test_several_threads_read_as_one_does(reader: Reader, encoder: Encoder) -> None:
    jobs = [
        (question, [*(BRIDGE, BREAD, BRIDGE_ARABIC)[i % 3 :], SCRIPTS["Hangul"]])
        for i, question in enumerate([QUESTION, "Who designed the bridge?", "How long is the bread baked?", "متى افتُتح الجسر؟"])
    ]
    expected = [reader.read(question, "en", found, ["en"] * len(found)) for question, found in jobs]
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(reader.read, question, "en", found, ["en"] * len(found)) for question, found in jobs]
        vectors = pool.submit(encoder.encode_passages, [BRIDGE, BREAD])
        for before, now in zip(expected, running, strict=True):
            for first, second in zip(before, now.result(), strict=True):
                assert_alike(first, second)
        assert np.allclose(vectors.result(), encoder.encode_passages([BRIDGE, BREAD]), atol=1e-2)


def test_the_reader_is_the_same_beside_another_encoder(reader: Reader, tiny_model: Path) -> None:
    other = load_reader(load_encoder(str(tiny_model)))
    for first, second in zip(
        reader.read(QUESTION, "en", [BRIDGE, SCRIPTS["Arabic"]], ["en", "ar"]),
        other.read(QUESTION, "en", [BRIDGE, SCRIPTS["Arabic"]], ["en", "ar"]),
        strict=True,
    ):
        assert_alike(first, second)
