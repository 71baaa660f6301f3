"""Files in, Documents out: which files a folder holds, their bytes, and their text with title, language and date."""

import hashlib
import logging
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from index.datatypes import Document
from index.errors import DocumentError
from index.loaders.language import detect_language, is_right_to_left
from index.loaders.markdown import read_markdown
from index.loaders.office import read_docx, read_pptx
from index.loaders.pdf import read_pdf
from index.loaders.sniff import check_kind
from index.loaders.structured import read_json, read_jsonl
from index.loaders.tables import read_csv, read_xlsx
from index.loaders.text import Extract, normalise, read_text
from index.loaders.web import read_epub, read_html

__all__ = ["SUFFIXES", "detect_language", "is_right_to_left", "list_files", "load_document", "normalise", "read_bytes"]

_READERS: dict[str, Callable[[str, bytes], Extract]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".pptx": read_pptx,
    ".xlsx": read_xlsx,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".epub": read_epub,
    ".json": read_json,
    ".jsonl": read_jsonl,
}
SUFFIXES: frozenset[str] = frozenset(_READERS)
"""The endings of the files that are read, in lower case."""

_READ = f"Quoth reads {', '.join(sorted(SUFFIXES))}."
_REMEDIES = {
    **dict.fromkeys([".doc", ".odt", ".rtf", ".pages", ".wpd"], "Save it as .docx or .pdf."),
    **dict.fromkeys([".xls", ".ods", ".numbers", ".xlsb"], "Save it as .xlsx or .csv."),
    **dict.fromkeys([".ppt", ".odp", ".key"], "Save it as .pptx or .pdf."),
    **dict.fromkeys([".png", ".jpg", ".jpeg", ".tif", ".tiff"], "Run text recognition (OCR) on it and save the result as .pdf."),
}
_PASSED_OVER = frozenset({"thumbs.db", "desktop.ini"})
_LINK_OUTSIDE = "The link leads outside the folder, where Quoth does not read."
_COPY = "Copy the file itself into the folder."


def list_files(folder: Path) -> tuple[list[str], list[DocumentError]]:
    """Name all files to read under a folder, sorted, and say why others are not read.

    Names are relative to the folder, with forward slashes. Hidden files and folders, lock files of office programs, and
    links to folders within the folder (their files are found in place) are passed over in silence. Raises DocumentError
    where the folder itself cannot be read.
    """
    root = _resolved(folder, ".", folder)
    if not root.is_dir():
        raise DocumentError(_printable(str(folder)), "This is not a folder.", "Name the folder that holds the documents.")
    names: list[str] = []
    errors: list[DocumentError] = []
    pending = [""]
    while pending:
        inside = pending.pop()
        try:
            with os.scandir(root / inside) as scan:
                entries = list(scan)
        except OSError as error:
            if not inside:
                raise _unreadable(str(folder), error) from error
            errors.append(_unreadable(inside, error))
            continue
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.name.lower() in _PASSED_OVER:
                continue
            name = f"{inside}/{entry.name}" if inside else entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(name)
                elif _is_document(root, name, entry):
                    names.append(name)
            except DocumentError as error:
                errors.append(error)
    return sorted(names), sorted(errors, key=lambda error: error.name)


def _is_document(root: Path, name: str, entry: os.DirEntry[str]) -> bool:
    """Whether to read what is not a folder; False for links to folders. Raises DocumentError with the reason against it."""
    _check_name(name)
    if entry.is_symlink():
        target = _resolved(root / name, name, root)
        if target.is_dir():
            return False
    try:
        regular = entry.is_file()
    except OSError as error:
        raise _unreadable(name, error) from error
    if not regular:
        raise DocumentError(name, "This is a device, pipe or socket, not a file.", "Remove it from the folder.")
    _suffix(name)
    return True


def read_bytes(folder: Path, name: str, *, limit: int = 100_000_000) -> bytes:
    """Read a file of a folder. `limit` is in bytes.

    Raises DocumentError for a file that is missing, unreadable, larger than `limit`, no regular file, or outside the folder.
    """
    _check_name(name)
    root = _resolved(folder, ".", folder)
    path = _resolved(root / name, name, root)
    try:
        # Without O_NONBLOCK, opening a pipe would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 (a descriptor, not a path)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise DocumentError(name, "This is not a file.", "Name a file in the folder.")
            data = file.read(limit + 1)
    except OSError as error:
        raise _unreadable(name, error) from error
    if len(data) > limit:
        reason = f"The file is larger than {limit / 1e6:,.0f} MB."
        raise DocumentError(name, reason, "Split it into smaller files, or leave it out of the folder.")
    return data


def load_document(folder: Path, name: str, data: bytes | None = None) -> Document:
    """Read one file, or its bytes where `data` has them already, as a Document.

    Raises DocumentError, with the reason and the remedy, for every file that cannot be read or holds no text.
    """
    _check_name(name)
    suffix = _suffix(name)
    if data is None:
        data = read_bytes(folder, name)
    if not data:
        raise DocumentError(name, "The file is empty (0 bytes).", "Fetch it anew, or remove it.")
    check_kind(name, suffix, data)
    _quiet_libraries()
    try:
        extract = _READERS[suffix](name, data)
    except DocumentError:
        raise
    except ImportError:
        raise  # not the file's fault: the installation lacks a part
    except Exception as error:
        # Libraries raise nearly anything on damaged files, and one file must not stop the others.
        reason = f"The file is damaged and cannot be read ({type(error).__name__})."
        raise DocumentError(name, reason, "Open it in the program it came from and save it again, or fetch it anew.") from error
    text = normalise(extract.text).strip("\n")
    if not text.strip():
        raise DocumentError(name, "The file holds no text.", "Check that it is the right file, or remove it.")
    title = _choose_title(extract, text, name)
    return Document(name, title, detect_language(text), extract.date, text, hashlib.sha256(data).hexdigest())


def _quiet_libraries() -> None:
    """Keep warnings about every flaw of a file off the terminal, unless someone has asked for them by setting a level."""
    for library in ("pypdf", "trafilatura", "htmldate", "charset_normalizer"):
        logger = logging.getLogger(library)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.CRITICAL)


_JUNK_TITLE = re.compile(
    r"untitled.*|title|document ?\d*|microsoft word.*|powerpoint.presentation|présentation powerpoint|slide \d+|sans titre.*|"
    r"unknown|.*\.(docx?|odt|rtf|pptx?|xlsx?|pdf|indd|qxd|tex|dvi|html?|pages|cdr|ai|psd)|https?:.*|\W*",
    re.IGNORECASE,
)


def _choose_title(extract: Extract, text: str, name: str) -> str:
    """The title the document gives, else its first line if that looks like a heading, else the file's name without its ending."""
    given = " ".join(normalise(extract.title).split())
    if given and len(given) <= 300 and not _JUNK_TITLE.fullmatch(given):
        return given
    first, _, rest = text.strip().partition("\n")
    # In text broken into lines of equal length the first one is just the beginning of a paragraph.
    broken = rest[:1] not in {"", "\n"} and len(first) > 50 and len(rest.partition("\n")[0]) < 90
    if extract.headline and len(first) <= 120 and any(map(str.isalnum, first)) and first[-1] not in ".,;:،؛。" and not broken:
        return first.strip()
    stem = PurePosixPath(name).stem
    return " ".join(re.sub(r"[-_]+", " ", stem).split()) or stem


def _suffix(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in SUFFIXES:
        return suffix
    reason = f"Files ending in {suffix} are not read." if suffix else "The file has no ending that tells what it is."
    raise DocumentError(name, reason, f"{_REMEDIES[suffix]} {_READ}" if suffix in _REMEDIES else _READ)


def _check_name(name: str) -> None:
    """Raise DocumentError for names that cannot be stored or shown, as they are no valid UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        reason = "The file's name is not valid UTF-8, so it cannot be stored or shown."
        raise DocumentError(_printable(name), reason, "Rename the file.") from error


def _printable(name: str) -> str:
    return name.encode("utf-8", errors="backslashreplace").decode()


def _resolved(path: Path, name: str, root: Path) -> Path:
    """Follow all links of a path. Raises DocumentError where it leads nowhere, round in a circle, or out of the `root`."""
    try:
        target = path.resolve(strict=True)
        inside = target.is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise _unreadable(name if name != "." else str(path), error) from error
    if not inside:
        raise DocumentError(name, _LINK_OUTSIDE, _COPY)
    return target


def _unreadable(name: str, error: Exception) -> DocumentError:
    detail = getattr(error, "strerror", None) or str(error).split(":")[0] or type(error).__name__
    return DocumentError(_printable(name), f"It cannot be read: {detail}.", "Check that it exists and that you may read it.")
