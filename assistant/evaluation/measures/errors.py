"""Of the questions put to a server, the share that got no answer: it failed, was silent for too long, or sent something else.

    errors = |questions without an answer| / |questions|

A mean over questions of what this function gives; our own measure, so that a server is not judged by what it answers alone.
"""


def error_rate(error: str) -> float:
    """`error` is why there is no answer, "" where there is one."""
    return float(bool(error))
