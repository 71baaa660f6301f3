"""Earlier turns + question -> a question that stands alone.

Whether a question leans on what was asked before ("And when?", "What about Iran?") is told by the reader's network from the
question alone, as its kind is. One that does is read together with the turn it leans on: the reader is trained on such pairs. Of
a chain of them the first, which names the thing, goes along before all others. One that leans on none is left as it is, so that a
change of subject is not dragged back.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from index.loaders.language import detect_language

from .datatypes import Turn
from .reader import LONGEST_QUESTION

LONGEST_ANSWER = 60
"""Characters of an earlier answer that goes along; a longer one would drown the question, and one of several may be wrong."""
TELLING = 30
"""Characters from which a question tells its language."""
UNKNOWN = "und"
"""The language of what tells none."""
TURNS = 3
"""Earlier turns that may go along."""


@dataclass(frozen=True, slots=True)
class StandAlone:
    """A question as it can be read alone: `text`, with the turns that it leans on. `asked` are the questions, it the last."""

    text: str
    asked: tuple[str, ...]

    @property
    def questions(self) -> str:
        """All that was asked, without what was answered."""
        return " ".join(self.asked)


def stand_alone(
    question: str, history: Sequence[Turn], leans: Callable[[str], bool], tokens: Callable[[Sequence[str]], list[int]]
) -> StandAlone:
    """The question with the turns it leans on before it, or as it is.

    `leans` tells whether a question leans on an earlier one; `tokens` counts the tokens of texts. As much goes along as the
    reader reads of a question: first the questions, that at the root of the chain before all others, then what was answered.
    """
    if not history or not leans(question):
        return StandAlone(question, (question,))
    turns = dict(enumerate(chain(history, leans)))
    nearest = sorted(turns, reverse=True)
    asked = [(place, Turn(turns[place].question)) for place in (nearest[-1], *nearest[:-1])]
    answered = [(place, turns[place]) for place in nearest if _is_clear(turns[place])]
    taken: dict[int, Turn] = {}
    for place, turn in (*asked, *answered):
        longer = {**taken, place: turn}
        is_asked = place in taken or not turn.answers
        if is_asked and tokens([_text(longer, question)])[0] <= LONGEST_QUESTION:
            taken = longer
    return StandAlone(_text(taken, question), (*(taken[place].question for place in sorted(taken)), question))


def _is_clear(turn: Turn) -> bool:
    """Whether a turn was answered with one thing that is short."""
    return len(turn.answers) == 1 and len(turn.answers[0]) <= LONGEST_ANSWER


def _text(turns: Mapping[int, Turn], question: str) -> str:
    """Some turns in the order of their numbers, and the question behind them."""
    text = question
    for _, turn in sorted(turns.items(), key=itemgetter(0), reverse=True):
        text = join(turn.question, turn.answers, text)
    return text


def chain(history: Sequence[Turn], leans: Callable[[str], bool]) -> list[Turn]:
    """The turns that a question after them leans on, TURNS at most: the latest that stands alone, and the last behind that.

    Where all lean on one before, the first of them is taken for one that does not.
    """
    root = next((place for place in reversed(range(len(history))) if not leans(history[place].question)), 0)
    later = history[root + 1 :]
    return [*history[root : root + 1], *later[max(0, len(later) - TURNS + 1) :]]


def language_of(asked: str, questions: str) -> str:
    """The language of a question as asked; UNKNOWN where it cannot be told.

    One too short to tell ("Et l'Iran ?") is in that of the questions it is read with.
    """
    if questions != asked and len(asked) < TELLING and _script(asked) == _script(questions):
        return detect_language(questions, UNKNOWN)
    return detect_language(asked, UNKNOWN)


def _script(text: str) -> str:
    """The script that most letters of a text belong to, by the first word of their Unicode names."""
    scripts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
    return max(scripts, key=lambda script: scripts[script], default="")


def join(question: str, answers: Sequence[str], following: str) -> str:
    """An earlier question, what was answered, and the question that follows, as the reader learned to read them."""
    return " ".join([question, *answers, following])
