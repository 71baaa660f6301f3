"""What can go wrong in answering. Every message says what happened and names the remedy.

QuothError (index.errors)
├── SettingsError        quoth.toml or a QUOTH_* variable holds what Quoth does not know
├── DocumentExistsError  a document of that name is there already (a DocumentError)
├── QuestionError        the question is empty or far too long
├── BusyError            too many questions, of one client or of all
├── ReaderError          the reader's weights are missing or altered
├── EvaluationSetError   a file of questions and answers has mistakes
├── EvaluationUsageError an evaluation is asked for in a way that cannot be
└── EndpointError        a server that is to be evaluated does not answer
"""

from index.errors import DocumentError, QuothError


class SettingsError(QuothError):
    """A setting is unknown or has a value that it cannot have."""


class DocumentExistsError(DocumentError):
    """A document would take the place of another one, and that was not asked for."""


class QuestionError(QuothError):
    """The question cannot be asked as it stands."""


class BusyError(QuothError):
    """More is asked than the server takes. `seconds` is how long to wait, at least 1."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class ReaderError(QuothError):
    """The reader cannot be loaded."""


class EvaluationSetError(QuothError):
    """An evaluation set cannot be used as it stands."""


class EvaluationUsageError(QuothError):
    """An evaluation cannot be run as it is asked for: an unknown measure, a baseline that is none, a folder not writable."""


class EndpointError(QuothError):
    """A server that is to be evaluated cannot be reached, fails, or replies with something else than an answer."""
