"""The command lines of `quoth evaluate` and `quoth convert`, apart from what they run: help is printed without loading that."""

import argparse
from pathlib import Path

from .target import KINDS

STARTER = Path("questions.jsonl")
"""Where `--init` writes by itself."""
MOST_JOBS = 64
FORMATS = ("squad", "xquad", "tydiqa", "multihop-rag", "beir")

DESCRIPTION = """\
Asks every question of an evaluation set and tells how good the answers are: whether the right documents are found, the right
things said and cited, the unanswerable refused, and how long it takes.

  quoth evaluate --init                                         write questions.jsonl to start from
  quoth evaluate questions.jsonl --documents ~/reports          ask them; the report is questions-report/report.html
  quoth evaluate questions.jsonl --fail-under recall=0.85,citation_precision=0.95
  quoth evaluate questions.jsonl --out after --baseline before  what got better and worse
  quoth evaluate questions.jsonl --endpoint http://127.0.0.1:7860   ask a server instead
  quoth evaluate --from-feedback questions.jsonl                users' thumbs become questions of a set

A set is JSON Lines or CSV. Ctrl-C is safe: the same command goes on where it stopped. What was asked before under the same
settings, of the same index, is not asked again.

Exit status: 0 done, 1 below a threshold, a question without any answer, or a failure, 2 wrong usage or a broken set."""

CONVERT = """\
Makes a folder of documents, and an evaluation set over them, of a public benchmark that you downloaded.

  quoth convert squad dev-v2.0.json squad2                      SQuAD 1.1, 2.0, and files in that format
  quoth convert xquad xquad-master ar-en --language ar --document-language en
  quoth convert tydiqa tydiqa-goldp-v1.1-dev tydiqa             gold passages, or the primary task's .jsonl.gz
  quoth convert multihop-rag dataset multihop                   a folder with corpus.json and MultiHopRAG.json
  quoth convert beir scifact scifact-set                        a folder with corpus.jsonl, queries.jsonl and qrels

Then: quoth evaluate OUT/questions.jsonl --documents OUT/documents. Exit status: 0 done, 2 wrong usage or a broken file."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("set", type=Path, metavar="SET", nargs="?", help="the evaluation set: .jsonl (JSON Lines) or .csv")
    parser.add_argument("--init", type=Path, metavar="FILE", nargs="?", const=STARTER, help="write a commented set to start from")
    parser.add_argument(
        "--from-feedback", type=Path, metavar="FILE", help="write users' thumbs as questions into a set, new or there already"
    )
    parser.add_argument("--documents", type=Path, metavar="FOLDER", help="the folder to ask (default: the one indexed last)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where reports are written (default: SET's name and -report)")
    parser.add_argument("--fail-under", metavar="NAME=VALUE,...", help="exit with 1 where a measure is worse than this")
    parser.add_argument("--baseline", type=Path, metavar="FOLDER", help="the report of an earlier run to compare with")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML for CI systems, too")
    parser.add_argument("--fresh", action="store_true", help="ask everything anew")
    parser.add_argument(
        "--jobs", type=_jobs, default=1, metavar="N", help="questions asked at once (default 1); more make each wait longer"
    )
    server = parser.add_argument_group("asking a server")
    server.add_argument("--endpoint", metavar="URL", help="a server that speaks Quoth's /api/ask or OpenAI's chat completions")
    server.add_argument("--endpoint-kind", choices=KINDS, help="which of the two (default: told by the URL's path)")
    server.add_argument("--endpoint-model", metavar="NAME", help="the model that a chat shall use (default: the only one it has)")
    server.add_argument("--endpoint-key", metavar="VARIABLE", help="the environment variable that holds the server's key")
    server.add_argument("--refusal", metavar="REGEX", help="what a chat's texts hold that refuse, such as \"don't (know|tell)\"")
    server.add_argument("--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="for each question (default 60)")


def add_convert_options(parser: argparse.ArgumentParser) -> None:
    """The options of `quoth convert`."""
    parser.add_argument("format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("source", type=Path, metavar="SOURCE", help="the file or folder that was downloaded")
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder to make")
    parser.add_argument("--questions", type=_count, metavar="N", help="take so many questions, drawn by chance (always the same)")
    parser.add_argument("--language", metavar="CODE", help="squad, xquad: the language of the questions, such as ar")
    parser.add_argument("--document-language", metavar="CODE", help="xquad: that of the documents (default: the same)")
    parser.add_argument("--split", metavar="NAME", help="beir: which of the files in qrels (default: test)")


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("write a whole number above 0.")
    return int(text)


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"write a whole number from 1 to {MOST_JOBS}.")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("write a number of seconds above 0.")
    return seconds
