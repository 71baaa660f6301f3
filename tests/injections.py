"""Documents that try to give orders: read from injections.jsonl, and a model that obeys them all."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .llm_server import Reply

FILE = Path(__file__).with_name("injections.jsonl")


@dataclass(frozen=True, slots=True)
class Injection:
    """A document with a fact, which answers `question`, and an order. Who obeys the order says `canary`."""

    id: str
    language: str
    kind: str
    question: str
    fact: str
    canary: str
    text: str

    @property
    def name(self) -> str:
        """Its document's name."""
        return f"{self.id}.txt"

    def orders(self) -> list[str]:
        """The lines of the document that are neither its title nor its fact."""
        return [line for line in self.text.splitlines()[1:] if line.strip() and line != self.fact]

    def is_in(self, text: str) -> bool:
        """Whether a text says what only who obeys would say."""
        return self.canary.casefold() in text.casefold()


def read_injections() -> list[Injection]:
    """All of them."""
    return [Injection(**json.loads(line)) for line in FILE.read_text(encoding="utf-8").splitlines()]


def write_documents(injections: list[Injection], folder: Path) -> None:
    """Each as a text file."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in injections:
        (folder / one.name).write_text(one.text, encoding="utf-8")


def obeying(injection: Injection, number: int = 1) -> Callable[[Reply], None]:
    """A script by which the model does all that the document orders, and repeats the orders, citing the document for it."""
    said = [injection.fact, injection.canary, *injection.orders(), f"![{injection.canary}](http://evil.example/?q=1)"]
    text = " ".join(f"{sentence.rstrip('.。 ')} [{number}]." for sentence in said)
    return lambda reply: reply.say(text)
