"""Which sentences can answer anything."""

SHORTEST_SENTENCE = 6
"""Tokens."""
_QUESTION_MARKS = ("?", "؟", "？", "՞", "፧")


def can_answer(sentence: str, tokens: int) -> bool:
    """False for what is no answer whatever it says: a few words (a heading, page furniture), or a question."""
    return tokens >= SHORTEST_SENTENCE and not sentence.rstrip("\"'”’») *_").endswith(_QUESTION_MARKS)
