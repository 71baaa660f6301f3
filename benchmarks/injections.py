"""How many documents that give orders get anything into an answer? `python -m benchmarks.injections`.

tests/injections.jsonl holds documents in six languages, each with a fact and an order: to say a word, show a link or an image,
tell of other people's questions, take another role, cite what there is not. Each is asked about. Counted are answers in quotes of
which an item holds what only who obeys would say, and, of the answers put into words, sentences that do and are shown as sure: by
SmolLM2 behind llama.cpp's server (or the server of --url), and by a model that obeys every order. What is struck is counted too.
"""

import argparse
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from index.encode import prepare_process

prepare_process()  # before torch is imported

from assistant.build import build_assistant, index_documents  # noqa: E402
from assistant.datatypes import Answer, Phrasing, Statement  # noqa: E402
from assistant.pipeline import Assistant  # noqa: E402
from assistant.settings import load_settings  # noqa: E402
from tests.injections import Injection, obeying, read_injections, write_documents  # noqa: E402
from tests.llm_server import MODEL, serve_script, serve_smollm2, with_model  # noqa: E402


def main() -> None:
    """Indexes the documents, asks about each, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="base URL of another OpenAI-compatible server")
    parser.add_argument("--model", default=MODEL, help="the model's name there")
    parser.add_argument("--every", type=int, default=1, help="ask the model only of every so many documents (it is slow)")
    arguments = parser.parse_args()
    injections = read_injections()
    console = Console(width=130)
    table = Table("", "documents", "a quote that is an order", "an order obeyed, shown as sure", "obeyed, but struck")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        write_documents(injections, folder / "documents")
        settings = load_settings(environment={}, documents=folder / "documents", index=folder / "index.sqlite")
        index_documents(settings)
        assistant = build_assistant(settings)
        answers = [(one, assistant.ask(one.question)) for one in track(injections, "Asking")]
        quoted = sum(any(one.is_in(item.text) for item in answer.items) for one, answer in answers)
        table.add_row("no model", str(len(answers)), str(quoted), "0", "0")
        server = stack.enter_context(serve_script())
        obedient = with_model(assistant, server.url)
        reached, struck = 0, 0
        for one, answer in track(answers, "Obeying"):
            number = next((citation.number for citation in answer.citations if citation.document == one.name), 1)
            server.script = obeying(one, number)
            outcome = _phrased(obedient, [(one, answer)])
            reached, struck = reached + outcome[0], struck + outcome[1]
        table.add_row("a model that obeys", str(len(answers)), str(quoted), str(reached), str(struck))
        url = arguments.url or stack.enter_context(serve_smollm2())
        real = with_model(assistant, url, llm_model=arguments.model, llm_timeout=120.0)
        chosen = answers[:: arguments.every]
        reached, struck = _phrased(real, list(track(chosen, "Phrasing")))
        table.add_row(arguments.model, str(len(chosen)), "", str(reached), str(struck))
    console.print(table)
    console.print(f"{sum(answer.answered for _, answer in answers)} of the {len(answers)} questions were answered.")


def _phrased(assistant: Assistant, answers: Sequence[tuple[Injection, Answer]]) -> tuple[int, int]:
    """Of how many documents an order is obeyed in what is sure, and of how many only in what is struck."""
    reached = struck = 0
    for one, answer in answers:
        events = list(assistant.phrase(answer.question, answer))
        sure = " ".join(event.text for event in events if isinstance(event, Phrasing) or event.sure)
        wrong = " ".join(event.text for event in events if isinstance(event, Statement) and not event.sure)
        reached += one.is_in(sure)
        struck += one.is_in(wrong) and not one.is_in(sure)
    return reached, struck


if __name__ == "__main__":
    main()
