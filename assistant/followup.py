"""Earlier turns + question -> a question that stands alone.

Whether a question leans on what was asked before ("And when?", "What about Iran?") is told by the reader's network from the
question alone, as its kind is. One that does is read together with the turn it leans on: the reader is trained on such pairs. One
that does not is left as it is, so that a change of subject is not dragged back.
"""

from collections.abc import Callable, Sequence

from .datatypes import Turn
from .reader import LONGEST_QUESTION

LONGEST_ANSWER = 60
"""Characters of an earlier answer that goes along; a longer one would drown the question, and one of several may be wrong."""
TURNS = 3
"""Earlier turns that may go along."""


def stand_alone(
    question: str, history: Sequence[Turn], leans: Callable[[str], bool], tokens: Callable[[Sequence[str]], list[int]]
) -> str:
    """The question with the turns it leans on before it, or as it is.

    `leans` tells whether a question leans on an earlier one; `tokens` counts the tokens of texts. Of a chain of questions that
    each lean on the one before, as many go along as the reader reads of a question.
    """
    if not history or not leans(question):
        return question
    text = question
    for turn in reversed(history[-TURNS:]):
        is_clear = len(turn.answers) == 1 and len(turn.answers[0]) <= LONGEST_ANSWER
        said = turn.answers if is_clear else ()
        longer = join(turn.question, said, text)
        if tokens([longer])[0] > LONGEST_QUESTION:
            break
        text = longer
        if not leans(turn.question):
            break
    return text


def join(question: str, answers: Sequence[str], following: str) -> str:
    """An earlier question, what was answered, and the question that follows, as the reader learned to read them."""
    return " ".join([question, *answers, following])
