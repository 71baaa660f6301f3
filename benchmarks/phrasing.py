"""What does a language model add, and what does the leash hold back? `python -m benchmarks.phrasing examples/evaluation.jsonl`.

Answers of the questions are put into words twice: by SmolLM2-135M-Instruct behind llama.cpp's server (tests/run.sh installs
both), or the server of --url, and by a scripted server that repeats a quote and then lies about it in chosen ways: another
number, another name, a citation that there is none of, the right sentence citing another quote, a denial. Without the leash, all
that is said would be shown; with it, what is sure. What the lies are is known; what the model says is written to --out, to be
judged by reading. Prints the time to the quotes and to the first checked sentence, and the tokens, too.
"""

import argparse
import json
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import prepare_process

prepare_process()  # before torch is imported

from assistant.build import build_assistant, index_documents  # noqa: E402
from assistant.datatypes import Answer, Citation, Phrasing, Statement  # noqa: E402
from assistant.evaluation.examples import read_examples  # noqa: E402
from assistant.evaluation.judge import converse  # noqa: E402
from assistant.pipeline import Assistant  # noqa: E402
from assistant.settings import load_settings  # noqa: E402
from tests.llm_server import MODEL, serve_script, serve_smollm2, with_model  # noqa: E402

DOCUMENTS = Path(__file__).parent.parent / "examples" / "documents"
NAMES = {"en": "Gordon Tiverton", "fr": "Gaspard Lemercier", "ar": "نزار الطرابيشي"}
DENIALS = {"en": "It is not true that ", "fr": "Il n’est pas vrai que ", "ar": "ليس صحيحًا أن "}

_LIST_NUMBER = re.compile(r"^\d{1,2}[.)]\s+(?=[^\W\d_])")
"""That of an entry: another number there would be no lie."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement to a question, and what it cites. `kind` is "model", "truth" or the kind of lie."""

    question: str
    kind: str
    text: str
    sure: bool
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds to the quotes and from them to the first sentence that is sure or struck (None where none came), and tokens."""

    quotes: float
    first: float | None
    whole: float
    prompt_tokens: int
    tokens: int
    counted: bool
    """Whether the server told both counts, or they are estimated."""


def main() -> None:
    """Asks, phrases, and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="evaluation set, JSON Lines")
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("--every", type=int, default=1, help="ask the model only every so many questions (it is slow)")
    parser.add_argument("--url", help="base URL of another OpenAI-compatible server")
    parser.add_argument("--model", default=MODEL, help="the model's name there")
    parser.add_argument("--out", type=Path, help="write every statement here, JSON Lines")
    arguments = parser.parse_args()
    console = Console(width=130)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = load_settings(environment={}, documents=arguments.documents, index=folder / "index.sqlite")
        index_documents(settings)
        assistant = build_assistant(settings)
        rows = read_examples(arguments.rows)
        answers = [converse(assistant, row.question, row.history).answer for row in track(rows, "Asking")]
        answered = [answer for answer in answers if answer.answered]
        lies = list(lied_about(assistant, answered))
        url = arguments.url or stack.enter_context(serve_smollm2())
        said, times = phrased(
            with_model(assistant, url, llm_model=arguments.model, llm_timeout=120.0), answered[:: arguments.every]
        )
    console.print(f"{len(answered)} of {len(rows)} questions answered; the model put {len(times)} of them into words.")
    print_statements([*lies, *said], console)
    print_times(times, console)
    if arguments.out:
        lines = (json.dumps(asdict(one), ensure_ascii=False) for one in [*lies, *said])
        arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def lied_about(assistant: Assistant, answers: Sequence[Answer]) -> Iterator[Said]:
    """What is made of the scripted server's truths and lies about each answer."""
    with serve_script() as server:
        lying = with_model(assistant, server.url)
        for answer in track(answers, "Lying"):
            for kind, sentence, number in lies_about(answer):
                stop = "" if sentence[-1] in ".!?؟" else "."
                server.script = lambda reply, said=f"{sentence}{stop} [{number}]": reply.say(said)  # type: ignore[misc]
                for event in lying.phrase(answer.question, answer):
                    if isinstance(event, Statement):
                        yield _said(answer, kind, event)


def lies_about(answer: Answer) -> Iterator[tuple[str, str, int]]:
    """The kind, the sentence and the number cited: the first quote, or its line with the answer, and what is wrong about it."""
    citation = answer.citations[0]
    lines = citation.quote.strip().splitlines()
    line = next((line for line in lines if answer.items[0].text in line), max(lines, key=len))
    truth = _LIST_NUMBER.sub("", " ".join(line.replace("*", "").strip("-•|# ").split()))
    yield "truth", truth, citation.number
    yield "made-up citation", truth, len(answer.citations) + 5
    if other := next((one for one in answer.citations[1:] if truth not in one.quote and not _says(one, answer)), None):
        yield "wrong passage", truth, other.number
    if digits := re.findall(r"\d+", truth):
        wrong = str(int(digits[-1]) + 7)
        yield "wrong number", re.sub(rf"{digits[-1]}(?!.*{digits[-1]})", wrong, truth, flags=re.DOTALL), citation.number
    item = answer.items[0].text
    if citation.language in NAMES and item[:1].isalpha() and not re.search(r"\d", item) and item in truth and item != truth:
        yield "wrong name", truth.replace(item, NAMES[citation.language]), citation.number
    if citation.language in DENIALS:
        yield "negation", DENIALS[citation.language] + truth, citation.number


def _says(citation: Citation, answer: Answer) -> bool:
    """Whether another quote holds what the first item says, so that it may rightly be cited for it."""
    return citation.number in answer.items[0].citations


def phrased(assistant: Assistant, answers: Sequence[Answer]) -> tuple[list[Said], list[Times]]:
    """What the model says to each answer, and how long it takes."""
    said, times = [], []
    for answer in track(answers, "Phrasing"):
        started, first = time.perf_counter(), None
        for event in assistant.phrase(answer.question, answer):
            if isinstance(event, Phrasing):
                whole = time.perf_counter() - started
                times.append(Times(answer.seconds, first, whole, event.prompt_tokens, event.tokens, event.counted))
            else:
                first = first or time.perf_counter() - started
                said.append(_said(answer, "model", event))
    return said, times


def _said(answer: Answer, kind: str, event: Statement) -> Said:
    quotes = {citation.number: citation.quote for citation in answer.citations}
    sources = tuple(quotes.get(number, "") for number in event.citations)
    return Said(answer.question, kind, event.text, event.sure, event.reason, sources)


def print_statements(said: Sequence[Said], console: Console) -> None:
    """How many statements of each kind are shown as sure."""
    table = Table("statement", "shown as sure without the leash", "with it", "struck, by reason")
    for kind in dict.fromkeys(one.kind for one in said):
        of_kind = [one for one in said if one.kind == kind]
        reasons = Counter(one.reason for one in of_kind if not one.sure)
        told = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
        table.add_row(kind, str(len(of_kind)), str(sum(one.sure for one in of_kind)), told)
    console.print(table)


def print_times(times: Sequence[Times], console: Console) -> None:
    """Medians and, for tokens, means."""
    first = [one.first for one in times if one.first is not None]
    table = Table("", "median", "greatest")
    for name, values in (
        ("seconds to the quotes", [one.quotes for one in times]),
        ("seconds from there to the first sentence", first),
        ("seconds from there to the end", [one.whole for one in times]),
    ):
        table.add_row(name, f"{statistics.median(values):.2f}", f"{max(values):.2f}")
    console.print(table)
    sent, written = (statistics.mean(values) for values in zip(*((one.prompt_tokens, one.tokens) for one in times), strict=True))
    counted = sum(one.counted for one in times)
    console.print(f"Tokens a question: {sent:.0f} sent, {written:.0f} written; told by the server for {counted} of {len(times)}.")


if __name__ == "__main__":
    main()
