"""Earlier turns + question -> a question that stands alone.

Whether a question leans on what was asked before ("And when?", "What about Iran?") is told by the reader's network from the
question alone, as its kind is. One that does is read together with the turn it leans on: the reader is trained on such pairs. One
that does not is left as it is, so that a change of subject is not dragged back.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.loaders.language import detect_language

from .datatypes import Turn
from .reader import LONGEST_QUESTION

LONGEST_ANSWER = 60
"""Characters of an earlier answer that goes along; a longer one would drown the question, and one of several may be wrong."""
TELLING = 30
"""Characters from which a question tells its language."""
TURNS = 3
"""Earlier turns that may go along."""


@dataclass(frozen=True, slots=True)
class StandAlone:
    """A question as it can be read alone: `text`, with the turns that it leans on. `questions` leaves out what they answered.

    `earlier` holds their questions only, and is empty where it leans on none.
    """

    text: str
    questions: str
    earlier: str = ""


def stand_alone(
    question: str, history: Sequence[Turn], leans: Callable[[str], bool], tokens: Callable[[Sequence[str]], list[int]]
) -> StandAlone:
    """The question with the turns it leans on before it, or as it is.

    `leans` tells whether a question leans on an earlier one; `tokens` counts the tokens of texts. Of a chain of questions that
    each lean on the one before, as many go along as the reader reads of a question.
    """
    if not history or not leans(question):
        return StandAlone(question, question)
    text = question
    earlier: list[str] = []
    for turn in reversed(history[-TURNS:]):
        is_clear = len(turn.answers) == 1 and len(turn.answers[0]) <= LONGEST_ANSWER
        said = turn.answers if is_clear else ()
        longer = join(turn.question, said, text)
        if tokens([longer])[0] > LONGEST_QUESTION:
            break
        text = longer
        earlier.insert(0, turn.question)
        if not leans(turn.question):
            break
    return StandAlone(text, " ".join([*earlier, question]), " ".join(earlier))


def language_of(asked: str, questions: str, default: str = "und") -> str:
    """The language of a question as asked; `default` where it cannot be told.

    One too short to tell ("Et l'Iran ?") is in that of the questions it is read with.
    """
    if questions != asked and len(asked) < TELLING and _script(asked) == _script(questions):
        return detect_language(questions, default)
    return detect_language(asked, default)


def _script(text: str) -> str:
    """The script that most letters of a text belong to, by the first word of their Unicode names."""
    scripts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
    return max(scripts, key=lambda script: scripts[script], default="")


def join(question: str, answers: Sequence[str], following: str) -> str:
    """An earlier question, what was answered, and the question that follows, as the reader learned to read them."""
    return " ".join([question, *answers, following])
