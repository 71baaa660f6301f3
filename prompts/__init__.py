"""What a language model is told: text files with named placeholders, one a task.

`{name}` stands for what is put in, `{{` and `}}` for braces. Lines at the top that begin with `#` are for whoever edits the file
and are not sent; the first says the prompt's version, up to a colon.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "system": frozenset({"language", "refusal"}),
    "phrase": frozenset({"question", "evidence", "fence"}),
    "followup": frozenset({"turns", "question", "fence"}),
}
"""The prompts, and what each must hold: neither more nor less."""
_HERE = Path(__file__).parent


class PromptError(ValueError):
    """A prompt's file cannot be used; the message names the file, what is wrong in it and the remedy."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text with placeholders, and the version that its file gives, such as "system 1"."""

    text: str
    version: str

    def fill(self, **values: str) -> str:
        """The text with each placeholder replaced. Braces in the values are left as they are."""
        return self.text.format(**values)


def read_prompts(folder: Path | None = None) -> dict[str, Prompt]:
    """The prompts by name; those of which `folder` has a file NAME.txt are read from there. Raises PromptError."""
    if folder is not None:
        _check_folder(folder)
    prompts = {}
    for name, wanted in PLACEHOLDERS.items():
        own = folder / f"{name}.txt" if folder is not None else None
        prompts[name] = _read(own if own is not None and own.exists() else _HERE / f"{name}.txt", wanted)
    return prompts


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise PromptError(f"There is no folder of prompts {folder}. Make it, or leave the setting `prompts` out.")
    files = sorted(path for path in folder.glob("*.txt") if path.stem not in PLACEHOLDERS)
    if files:
        known = ", ".join(f"{name}.txt" for name in PLACEHOLDERS)
        raise PromptError(f"{files[0]} is no prompt that Quoth uses. Rename it to one of {known}, or move it away.")


def _read(path: Path, wanted: frozenset[str]) -> Prompt:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"The prompt {path} cannot be read ({type(error).__name__}). Save it as UTF-8 text.") from error
    comments = 0
    while comments < len(lines) and lines[comments].startswith("#"):
        comments += 1
    text = "\n".join(lines[comments:]).strip()
    _check_placeholders(text, wanted, path)
    version = lines[0].lstrip("# ").partition(":")[0].strip() if comments else ""
    return Prompt(text, version or f"{path.stem} without a version")


def _check_placeholders(text: str, wanted: frozenset[str], path: Path) -> None:
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        raise PromptError(f"In the prompt {path} the braces do not match ({error}). Write {{{{ and }}}} for braces.") from error
    found = {name or "" for _, name, _, _ in parts}
    known = ", ".join(f"{{{name}}}" for name in sorted(wanted))
    if unknown := sorted(found - wanted):
        raise PromptError(f"In the prompt {path} there is the placeholder {{{unknown[0]}}}, which is unknown. Known are {known}.")
    if missing := sorted(wanted - found):
        raise PromptError(f"In the prompt {path} the placeholder {{{missing[0]}}} is missing. It must hold {known}.")
    if any(form or conversion for _, _, form, conversion in parts):
        raise PromptError(f"In the prompt {path} a placeholder has a format. Write only its name in braces: {known}.")
