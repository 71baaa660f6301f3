"""What kind of answer a question wants is told from its vector, in any language."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies
from numpy.typing import NDArray

from assistant.question_kind import SENTENCE_KINDS, Kind, kind_probabilities, question_kind
from assistant.reader import Reader

CLEAR = {
    "en one": ("In which year was the bridge opened?", Kind.ONE),
    "en one, number": ("How many people live in the village?", Kind.ONE),
    "en several": ("What are the names of the three rivers?", Kind.SEVERAL),
    "en explain": ("Why did the dam collapse?", Kind.EXPLAIN),
    "en explain, how": ("How does a heat pump work?", Kind.EXPLAIN),
    "en confirm": ("Is it true that the minister has resigned?", Kind.CONFIRM),
    "ar one": ("في أي عام افتُتح الجسر؟", Kind.ONE),
    "ar several": ("ما هي الدول التي وقعت المعاهدة؟", Kind.SEVERAL),
    "ar explain": ("لماذا انهار السد؟", Kind.EXPLAIN),
    "ar confirm": ("هل صحيح أن الوزير استقال؟", Kind.CONFIRM),
    "de explain": ("Warum ist der Damm gebrochen?", Kind.EXPLAIN),
    "de explain, how": ("Wie funktioniert eine Wärmepumpe?", Kind.EXPLAIN),
    "en several, a request": ("Please list the members of the jury", Kind.SEVERAL),
    "en explain, a request": ("describe how refunds work", Kind.EXPLAIN),
    "en explain, a term": ("What is a hydrofoil?", Kind.EXPLAIN),
    "en one, polite": ("Could you tell me when the museum opens?", Kind.ONE),
    "en one, a few words": ("height of the tower", Kind.ONE),
    "en confirm, a request": ("Tell me whether the pool is heated", Kind.CONFIRM),
    "de explain, a request": ("Fasse den Bericht zusammen", Kind.EXPLAIN),
    "es several, a request": ("Enumera los miembros del jurado", Kind.SEVERAL),
    "fr one": ("En quelle année le pont a-t-il été inauguré ?", Kind.ONE),
    "fr several": ("Quelles langues parle-t-on dans la région ?", Kind.SEVERAL),
    "fr confirm": ("Est-il vrai que le ministre a démissionné ?", Kind.CONFIRM),
    "ru one": ("В каком году открыли мост?", Kind.ONE),
    "ru explain": ("Почему рухнула плотина?", Kind.EXPLAIN),
    "zh one": ("这座桥是哪一年开通的？", Kind.ONE),
    "zh explain": ("大坝为什么会垮塌？", Kind.EXPLAIN),
    "hi one": ("पुल किस वर्ष खोला गया?", Kind.ONE),
    "sw explain": ("Kwa nini bwawa lilianguka?", Kind.EXPLAIN),
    "long": ("متى افتُتح الجسر؟ " * 60, Kind.ONE),
    "nothing": ("", Kind.ONE),
}


@pytest.mark.parametrize(("question", "kind"), CLEAR.values(), ids=CLEAR)
def test_clear_questions_are_told(reader: Reader, question: str, kind: Kind) -> None:
    assert reader.kind(question) == kind


@pytest.mark.parametrize(
    "message",
    ["Hello", "Thanks!", "What can you do?", "Which documents do you have?", "شكرا لك", "Bonjour", "Wer bist du?", "谢谢"],
)
def test_small_talk_is_told(reader: Reader, message: str) -> None:
    assert reader.is_small_talk(message)


@pytest.mark.parametrize(
    "question",
    ["Price?", "And when?", "Who is the mayor?", "What documents do I need for a visa?", "refund policy", "", "1500", "ومتى؟"]
    + [question for question, _ in CLEAR.values()],
)
def test_no_question_is_taken_for_small_talk(reader: Reader, question: str) -> None:
    assert not reader.is_small_talk(question)


def test_the_weights_fit_the_network(reader: Reader) -> None:
    assert reader.kinds.shape == (6, len(reader.question_vector("Why?")) + 1)
    assert reader.kinds.dtype == np.float32
    assert np.isfinite(reader.kinds).all()


elements = st.floats(-10, 10, width=32)


@given(numpy_strategies.arrays(np.float32, 6, elements=elements), numpy_strategies.arrays(np.float32, (6, 7), elements=elements))
def test_probabilities_sum_to_one_and_the_likeliest_is_told(query: NDArray[np.float32], weights: NDArray[np.float32]) -> None:
    probabilities = kind_probabilities(query, weights)
    assert set(probabilities) == set(Kind)
    assert all(0 <= probability <= 1 for probability in probabilities.values())
    assert sum(probabilities.values()) == pytest.approx(1, abs=1e-5)
    told = question_kind(query, weights)
    short = {kind: probability for kind, probability in probabilities.items() if kind not in SENTENCE_KINDS}
    if told in short:
        assert sum(short.values()) >= max(probabilities[kind] for kind in SENTENCE_KINDS)
        assert probabilities[told] == max(short.values())
    else:
        assert probabilities[told] == max(probabilities[kind] for kind in SENTENCE_KINDS) > sum(short.values())


@pytest.mark.parametrize(
    ("scores", "kind"),
    [
        ((3, 0, 0, -2), Kind.ONE),
        ((3, 0, 0, 2), Kind.SEVERAL),
        ((0, 3, 0, 2), Kind.EXPLAIN),
        ((0, 0, 3, -2), Kind.CONFIRM),
        ((1.2, 1, 0, 0.1), Kind.SEVERAL),
    ],
)
def test_the_rows_of_the_weights_mean_what_they_should(scores: tuple[float, ...], kind: Kind) -> None:
    constants = np.array([[0, 0, score] for score in (*scores, 0)], np.float32)
    slopes = np.array([[score, 0, 0] for score in (*scores, 0)], np.float32)
    for weights in (constants, slopes):
        assert question_kind(np.array([1, 0], np.float32), weights) == kind
