"""Files made in memory and read as documents, for the tests of loading."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.datatypes import Document
from index.load import load_document

FOLDER = Path("nowhere")


def load(name: str, data: bytes | str) -> Document:
    return load_document(FOLDER, name, data.encode() if isinstance(data, str) else data)


def saved(save: Callable[[Any], object]) -> bytes:
    """What a library's `save` writes into a file."""
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()
