"""Chunks are exact slices that end where a reader would stop, and fit the encoder."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.abbreviations import ends_in_abbreviation
from index.chunk import SIZE, chunk_document, sentence_spans
from index.datatypes import Document
from index.encode import Encoder
from index.load import normalise
from tests.texts import SCRIPTS


def document(text: str, language: str = "en") -> Document:
    return Document("a.txt", "", language, "", text, "")


def count_words(texts: Sequence[str]) -> list[int]:
    """A stand-in for a tokenizer that is quick and never counts too little: one token a character that is no letter, or four."""
    return [sum(1 for character in text if not character.isalpha()) + len(text) // 4 + 1 for text in texts]


any_text = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from([*SCRIPTS.values(), "\n\n", "\n", "\r\n", "  ", "a", "word " * 30, "字" * 90]), max_size=14).map(
        "".join
    ),
)


@example("00000\x1f0", 8, 0, "en")
@given(any_text, st.integers(8, 80), st.sampled_from([0, 5, 20]), st.sampled_from(["en", "ar", "zh", "th", "und", "xx"]))
def test_chunks_are_slices_and_lose_nothing(text: str, size: int, overlap: int, language: str) -> None:
    chunks = chunk_document(document(text, language), count_words, size, overlap)
    covered = bytearray(len(text))
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert chunk.text == chunk.text.strip() != ""
        covered[chunk.start : chunk.end] = b"\1" * (chunk.end - chunk.start)
    assert all(seen or character.isspace() for character, seen in zip(text, covered, strict=True))
    assert [chunk.start for chunk in chunks] == sorted({chunk.start for chunk in chunks})


@given(any_text, st.sampled_from(["en", "ar", "zh", "th", "und"]))
def test_sentences_are_in_order_and_lose_nothing(text: str, language: str) -> None:
    end = 0
    for start, stop in sentence_spans(text, language):
        assert not text[end:start].strip()
        assert start < stop
        end = stop
    assert not text[end:].strip()


@pytest.mark.parametrize("script", SCRIPTS)
def test_chunks_fit_the_encoder(script: str, encoder: Encoder) -> None:
    text = normalise(" ".join([SCRIPTS[script]] * 12) + "\n\n" + SCRIPTS[script])
    for chunk in chunk_document(document(text, "und"), encoder.count_tokens):
        assert encoder.count_tokens([chunk.text])[0] <= SIZE + 2  # the joints of sentences may cost a token
        assert encoder.count_tokens([chunk.text])[0] <= encoder.passage_budget


def test_a_sentence_longer_than_a_chunk_is_cut_between_words(encoder: Encoder) -> None:
    text = "This sentence goes on about the river " * 80
    chunks = chunk_document(document(text), encoder.count_tokens, size=64)
    assert len(chunks) > 5
    assert all(chunk.text.split()[-1] in text.split() for chunk in chunks)


def test_chunks_end_with_sentences() -> None:
    text = "Dr. Sow met Ms. Ba at 3.30 p.m. in Gao. They agreed on 1,500 patrols. " * 20
    for chunk in chunk_document(document(text), count_words, 60):
        assert chunk.text.endswith("patrols.") or chunk.text.endswith("Gao.")


def test_chunks_end_with_paragraphs_where_they_can() -> None:
    paragraph = "The patrol left at dawn. It came back at night. Nobody was hurt."
    text = "\n\n".join([paragraph] * 8)
    sizes = count_words([paragraph])[0]
    chunks = chunk_document(document(text), count_words, sizes * 2 + sizes // 2)
    assert [chunk.text for chunk in chunks] == ["\n\n".join([paragraph] * 2)] * 4


@pytest.mark.parametrize(
    ("text", "size", "chunks"),
    [
        # A list stays whole, though its first item would still fit.
        ("It left at dawn. It came back.\n\n- two lamps\n- nine ropes\n- a mast", 12, [(0, 30), (32, None)]),
        # A heading, or what ends with a colon, stays with what it introduces.
        ("It left at dawn. It came back.\n\nThe way home\n\nIt was late and the crew was tired.", 14, [(0, 30), (32, None)]),
        ("It left at dawn. It came back.\n\nThey took:\n\n- two lamps\n- nine ropes and more", 13, [(0, 30), (32, None)]),
        # So does a heading right above a list, and a question, with what answers it.
        ("It left at dawn. It came back.\n\nThe way home\n- two lamps\n- nine ropes and more", 13, [(0, 30), (32, None)]),
        ("It left at dawn. It came back.\n\nWho was there?\n\nIt was late and the crew was tired.", 14, [(0, 30), (32, None)]),
        # Also where what comes before ends in the first half.
        ("It left.\n\nThe way home\n\nIt was late and the crew was tired.", 8, [(0, 8), (10, 22), (24, None)]),
        ("It left.\n\nThe way home\n\nIt was late and the crew was tired.", 11, [(0, 8), (10, None)]),
        # Where nothing better ends in the second half, a line does.
        ("- two lamps\n- nine ropes\n- a mast\n- wool and salt and oil", 9, [(0, 33), (34, None)]),
    ],
)
def test_chunks_end_where_the_text_parts(text: str, size: int, chunks: list[tuple[int, int | None]]) -> None:
    found = [chunk.text for chunk in chunk_document(document(text), lambda texts: [len(part.split()) for part in texts], size)]
    assert found == [text[start:end] for start, end in chunks]


def test_one_enormous_line_is_chunked() -> None:
    text = "word " * 40_000
    chunks = chunk_document(document(text), lambda texts: [len(text) // 5 + 1 for text in texts])
    assert sum(len(chunk.text) for chunk in chunks) > 190_000


def test_initials_stay_with_their_sentence() -> None:
    text = "M. Dupont est parti. Il revient."
    assert [text[start:end] for start, end in sentence_spans(text, "fr")] == ["M. Dupont est parti.", "Il revient."]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("es", ["Los socios son Duna Ltda., Sol Cía. y Mar S.A. de Madrid.", "Cada uno tiene un voto."]),
        ("fr", ["Les membres sont Dune S.A.R.L. et Vent Cie. de Lyon.", "Ils votent."]),
        ("it", ["Acme S.p.A., Duna S.n.c. di Roma e Bianchi S.r.l. votano.", "Poi escono."]),
        ("en", ["They are in Washington D.C., St. Gallen and U.S. Steel.", "It began at 9 a.m.", "The mayor came."]),
        ("ar", ["الأعضاء هم د. سمير وبلدية كولو.", "صوّتوا أمس."]),
        ("ar", ["هم من بين 30 متقدمًا.", "لا يُشترط الحجز مسبقًا."]),
    ],
)
def test_an_abbreviation_within_a_sentence_does_not_end_it(language: str, sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in sentence_spans(text, language)] == sentences


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Acme Inc.", "en", True),
        ("Washington D.C.", "und", True),
        ("Dune S.A.R.L.", "fr", True),
        ("Müller u. Co.", "de", True),
        ("the mill.", "en", False),
        ("la maison.", "fr", False),
        ("das Haus.", "de", False),
        ("Acme Inc", "en", False),
        ("房子。", "zh", False),
    ],
)
def test_the_full_stop_of_an_abbreviation_is_told_from_that_of_a_sentence(text: str, language: str, expected: bool) -> None:
    assert ends_in_abbreviation(text, language) is expected
