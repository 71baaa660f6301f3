"""The `quoth` command: index a folder, ask it, serve it."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from index.encode import prepare_process
from index.errors import QuothError, StoreBusyError, StoreMissingError, StoreWriteError
from index.sync import Report, check_documents

from . import printing
from .credentials import load_credentials
from .datatypes import Turn, phrased_to_json
from .errors import EvaluationSetError, EvaluationUsageError, SettingsError
from .evaluation.options import CONVERT as _CONVERT
from .evaluation.options import DESCRIPTION as _EVALUATE
from .evaluation.options import add_convert_options
from .evaluation.options import add_options as add_evaluation_options
from .progress import IndexingProgress
from .settings import Settings, load_settings, read_latest, write_latest, write_setting

if TYPE_CHECKING:
    from .pipeline import Assistant

ANSWERED, FAILURE, USAGE, NOT_ANSWERED, INTERRUPTED = 0, 1, 2, 3, 130

_DESCRIPTION = """\
Ask your documents. Every answer is made of exact quotes, with their place in the source,
in whatever language they stand, offline and without an LLM.

  quoth index ~/reports                       read a folder and remember what it says
  quoth ask "who did Niger sign deals with?"  ask the folder that was indexed last
  quoth serve                                 the same in a web chat

Each command explains itself: quoth ask --help"""

_INDEX = """\
Reads every document below FOLDER (.txt .md .html .pdf .docx .pptx .xlsx .csv .epub .json and kin)
and keeps their text in an index. Run it again at any time: only what was added, changed or deleted
is touched. Ctrl-C is safe; the next run goes on where this one stopped. Files that cannot be read
are named with the reason and the remedy, and the others are indexed all the same."""

_ASK = """\
Prints the sentences that answer the question, word for word, with numbered citations; or says
that the documents don't tell, and shows the closest passages. Where a language model is configured, the same follows in its
words: each sentence that the quotes hold, and the others struck out with the reason.

  quoth ask "How long is the border?"
  quoth ask "ما طول الحدود؟" --documents ~/reports
  quoth ask "How long is the border?" --json | jq -r '.citations[].quote'
  quoth ask "And when was it closed?" --after "How long is the border?"

Exit status: 0 answered, 3 not answered, 2 wrong usage, 1 failure."""

_CALIBRATE = """\
Asks every question of an evaluation set (see quoth evaluate --help) and fits the threshold below which Quoth says that the
documents don't tell, so that at most a wished share of its answers is wrong.

  quoth calibrate questions.jsonl --documents ~/reports --wrong 0.05

Put the line it prints into quoth.toml, or let --write do it. Exit status: 0 fitted, 2 wrong usage or a broken set, 1 failure or
no threshold that will do."""

_SERVE = """\
Brings the index up to date and serves the web chat on this computer. Open the address it prints.

  quoth serve --documents ~/reports --port 8000"""

_MCP = """\
Serves the index to a model in another program over the Model Context Protocol, on standard input and output: the tools ask,
search and list_documents. That program starts it; in its settings name

  command: quoth   arguments: mcp --documents /path/to/reports"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    options = build_parser().parse_args(arguments)

    def run() -> int:
        settings = load_settings(
            options.settings,
            documents=options.documents,
            index=options.index,
            host=getattr(options, "host", None),
            port=getattr(options, "port", None),
        )
        return int(options.run(settings, options))

    return run_reporting_errors(run)


def run_reporting_errors(run: Callable[[], int]) -> int:
    """What `run` returns; where it raises on purpose, prints the message on standard error and returns the exit status."""
    prepare_process()
    try:
        return run()
    except QuothError as error:
        _errors().print(Text(f"quoth: {error}", style="red"))
        return USAGE if isinstance(error, SettingsError | EvaluationSetError | EvaluationUsageError) else FAILURE
    except KeyboardInterrupt:
        _errors().print("Stopped. What was indexed is kept; `quoth index` goes on from there.")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE


def _errors() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def _output() -> Console:
    return Console(highlight=False, soft_wrap=True)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--index", type=Path, metavar="FILE", help="the index file (default: one a folder, in your data folder)")
    common.add_argument("--settings", type=Path, metavar="FILE", help="settings file (default: quoth.toml here, if there is one)")
    parser = argparse.ArgumentParser("quoth", description=_DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, help_: str, description: str, *, asks: bool = True) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=help_,
            description=description,
            parents=[common] if asks else [],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    index = command("index", "read a folder of documents into an index, or bring it up to date", _INDEX)
    index.add_argument("documents", type=Path, metavar="FOLDER", nargs="?", help="the folder (default: the one indexed last)")
    index.add_argument("--rebuild", action="store_true", help="forget the index and begin anew, e.g. after changing the model")
    index.add_argument("--allow-empty", action="store_true", help="let an empty folder empty its index")
    index.set_defaults(run=_index)

    ask = command("ask", "answer one question", _ASK)
    ask.add_argument("question", help="in any language, in quotation marks")
    ask.add_argument("--documents", type=Path, metavar="FOLDER", help="the folder to ask (default: the one indexed last)")
    ask.add_argument(
        "--after", action="append", default=[], metavar="QUESTION", help="an earlier question; again for each, the oldest first"
    )
    ask.add_argument("--quotes-only", action="store_true", help="leave out the language model, where one is configured")
    how = ask.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print the answer as JSON and nothing else")
    how.add_argument("--explain", action="store_true", help="print what each step saw and decided, too")
    ask.set_defaults(run=_ask)

    calibrate = command("calibrate", "fit the threshold of refusing to your own questions", _CALIBRATE)
    calibrate.add_argument("set", type=Path, metavar="SET", help="the evaluation set, .jsonl (JSON Lines) or .csv")
    calibrate.add_argument("--documents", type=Path, metavar="FOLDER", help="the folder to ask (default: the one indexed last)")
    calibrate.add_argument("--wrong", type=_share, default=0.1, help="share of answers that may be wrong (default 0.1)")
    calibrate.add_argument("--write", action="store_true", help="put the threshold into the settings file")
    calibrate.set_defaults(run=_calibrate)

    evaluate = command("evaluate", "tell how good the answers to a set of questions are, and keep them so", _EVALUATE)
    add_evaluation_options(evaluate)
    evaluate.set_defaults(run=_evaluate)

    convert = command("convert", "make an evaluation set of a public benchmark", _CONVERT, asks=False)
    add_convert_options(convert)
    convert.set_defaults(run=_convert, documents=None, index=None, settings=None)

    serve = command("serve", "open the web chat on this computer", _SERVE)
    serve.add_argument("--documents", type=Path, metavar="FOLDER", help="the folder to serve (default: the one indexed last)")
    add_server_options(serve)
    serve.set_defaults(run=_serve)

    mcp = command("mcp", "serve a model in another program over the Model Context Protocol", _MCP)
    mcp.add_argument("--documents", type=Path, metavar="FOLDER", help="the folder to serve (default: the one indexed last)")
    mcp.set_defaults(run=_mcp)
    return parser


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """The options of everything that serves."""
    parser.add_argument("--host", help="the address to listen on (default 127.0.0.1: this computer only)")
    parser.add_argument("--port", type=int, help="the port to listen on (default 7860)")
    parser.add_argument(
        "--open", action="store_true", help="start without a password though other computers can reach it: anyone who can may ask"
    )


def _index(settings: Settings, options: argparse.Namespace) -> int:
    settings = _with_folder(settings)
    report = bring_up_to_date(settings, allow_empty=options.allow_empty, rebuild=options.rebuild)
    printing.print_report(report, settings, _output())
    return ANSWERED


def _ask(settings: Settings, options: argparse.Namespace) -> int:
    from .build import build_assistant

    settings = _with_folder(settings)
    if options.documents is not None:
        _freshen(settings)
    assistant = build_assistant(settings)
    history: list[Turn] = []
    for earlier in options.after:  # as in a conversation: what was answered is known to what follows
        history.append(Turn(earlier, tuple(item.text for item in assistant.ask(earlier, history).items)))
    work = assistant.work(options.question, history)
    answer = work.answer
    phrase = assistant.phrases and not options.quotes_only
    if options.json:
        printed = answer.to_json()
        if phrase:
            printed["phrased"] = phrased_to_json(assistant.phrase(options.question, answer, history))
        print(json.dumps(printed, ensure_ascii=False, indent=2))
    else:
        if options.explain:
            from .explain import print_explanation

            print_explanation(work, settings, _output())
        printing.print_answer(answer, _output())
        if phrase:
            printing.print_phrasing(assistant.phrase(options.question, answer, history), answer.language, _output())
    return ANSWERED if answer.answered else NOT_ANSWERED


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("it must lie between 0 and 1.")
    return value


def _calibrate(settings: Settings, options: argparse.Namespace) -> int:
    from rich.progress import track

    from .build import build_assistant
    from .evaluation.examples import read_examples
    from .evaluation.judge import converse
    from .evaluation.threshold import judge

    examples = [example for example in read_examples(options.set) if example.knows_answers]
    if not examples:
        raise EvaluationSetError(f"{options.set} tells only of documents. Give `answers` to fit the threshold to.")
    settings = _with_folder(settings)
    if options.documents is not None:
        _freshen(settings)
    assistant = build_assistant(replace(settings, threshold=0.0))
    judged = [
        judge(example, converse(assistant, example.question, example.history).answer)
        for example in track(examples, "Asking", console=_errors())
    ]
    fitted = printing.print_calibration(judged, options.wrong, settings.threshold, _output())
    if options.write and fitted is not None:
        path = options.settings or Path("quoth.toml")
        write_setting(path, "threshold", fitted)
        _output().print(f"Written to {path}.", markup=False)
    return ANSWERED if fitted is not None else FAILURE


def _evaluate(settings: Settings, options: argparse.Namespace) -> int:
    from .evaluate import evaluate_set, write_feedback, write_starter

    if options.init is not None:
        return write_starter(options.init, _output())
    if options.from_feedback is not None:
        index = settings.index if settings.index != Path() else _with_folder(settings).index_path()
        return write_feedback(options.from_feedback, index, _output())

    def prepare() -> tuple[Settings, "Assistant"]:
        from .build import build_assistant

        chosen = _with_folder(settings)
        if options.documents is not None:
            _freshen(chosen)
        return chosen, build_assistant(chosen)

    return evaluate_set(options, prepare, _output(), _errors())


def _convert(_settings: Settings, options: argparse.Namespace) -> int:
    from .convert import convert

    return convert(options, _output())


def _serve(settings: Settings, options: argparse.Namespace) -> int:
    return start_server(_with_folder(settings), open_to_network=options.open)


def _mcp(settings: Settings, options: argparse.Namespace) -> int:
    from .build import build_assistant
    from .mcp_server import create_mcp_server

    settings = _with_folder(settings)
    if options.documents is not None:
        _freshen(settings)
    create_mcp_server(build_assistant(settings)).run("stdio")
    return ANSWERED


def start_server(settings: Settings, *, open_to_network: bool = False, examples: Sequence[str] | None = None) -> int:
    """Brings the index up to date and serves the chat until interrupted. `examples` are those of `create_app`."""
    from .build import build_assistant, check_phrasing
    from .feedback import FeedbackStore, feedback_path
    from .manage import DocumentManager
    from .web.server import check_address, serve

    credentials = load_credentials(settings)
    # Before minutes go into indexing.
    check_address(settings, credentials, open_to_network=open_to_network)
    check_phrasing(settings)
    report = bring_up_to_date(settings)
    printing.print_report(report, settings, _errors())
    assistant = build_assistant(settings)
    if assistant.phraser:
        _errors().print(Text(assistant.phraser.described))
    manager = DocumentManager(settings, assistant.encoder, report) if settings.uploads else None
    pages = {"examples": examples, "manager": manager, "feedback": FeedbackStore(feedback_path(settings.index_path()))}
    try:
        serve(assistant, settings, credentials, open_to_network=open_to_network, **pages)
    finally:
        if manager is not None:
            manager.close()
    return ANSWERED


def bring_up_to_date(settings: Settings, *, allow_empty: bool = False, rebuild: bool = False) -> Report:
    """Indexes the folder with a progress bar on standard error, and remembers it as the one indexed last."""
    from .build import index_documents

    check_documents(settings.documents, allow_empty=True)
    write_latest(settings)  # before, so that a run that is stopped can be gone on with, and asked
    with IndexingProgress(_errors()) as progress:
        return index_documents(settings, progress, allow_empty=allow_empty, rebuild=rebuild)


def _freshen(settings: Settings) -> None:
    """Brings the index up to date, or, where it cannot be written now, says so and leaves it as it is."""
    try:
        report = bring_up_to_date(settings)
    except (StoreBusyError, StoreWriteError) as error:
        if not settings.index_path().exists():
            raise
        _errors().print(Text(f"Asking the index as it is: {error}", style="yellow"))
        return
    if report.added or report.changed or report.removed:
        printing.print_report(report, settings, _errors())


def _with_folder(settings: Settings) -> Settings:
    """The settings with their folder: that of the index, where only that is named, or else the one indexed last."""
    if settings.documents != Path():
        return settings
    if settings.index != Path():
        from index.store import Store

        with Store.open(settings.index) as store:
            return replace(settings, documents=store.folder)
    latest = read_latest()
    if latest is None:
        raise StoreMissingError("No folder has been indexed yet. Index one with `quoth index FOLDER`.")
    return replace(settings, documents=latest[0], index=latest[1])
