"""What can go wrong in the index. Every message says what happened and names the remedy.

QuothError
├── DocumentError            one file cannot be read; the others are indexed all the same
├── EncoderError             the model cannot be had or loaded
└── StoreError
    ├── StoreMissingError    there is no index at that place yet
    ├── StoreMismatchError   the index was made by another model, schema or folder
    ├── StoreBusyError       another process is writing
    └── StoreWriteError      full disk, read-only folder, no permission: nothing was changed
"""


class QuothError(Exception):
    """Root of every error that Quoth raises on purpose. `str(error)` is fit to show to a user."""


class DocumentError(QuothError):
    """One file cannot be read. `name` is its path relative to the folder."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"{name}: {reason} {remedy}")
        self.name = name
        self.reason = reason
        self.remedy = remedy


class EncoderError(QuothError):
    """The encoder cannot be found, is damaged, or does not load."""


class StoreError(QuothError):
    """The index cannot be used as asked."""


class StoreMissingError(StoreError):
    """There is no index at the place named."""


class StoreMismatchError(StoreError):
    """The index belongs to another encoder, another schema or another folder."""


class StoreBusyError(StoreError):
    """Another process holds the write lock for longer than we wait."""


class StoreWriteError(StoreError):
    """The index cannot be written: full disk, read-only place, missing permission. Nothing was changed."""
