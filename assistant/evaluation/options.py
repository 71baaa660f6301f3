"""The command line of `quoth evaluate`, apart from what it runs: help is printed without loading that."""

import argparse
from pathlib import Path

STARTER = Path("questions.jsonl")
"""Where `--init` writes by itself."""

DESCRIPTION = """\
Asks every question of an evaluation set and tells how good the answers are: whether the right documents are found, the right
things said and cited, the unanswerable refused, and how long it takes.

  quoth evaluate --init                                         write questions.jsonl to start from
  quoth evaluate questions.jsonl --documents ~/reports          ask them; the report is questions-report/report.html
  quoth evaluate questions.jsonl --fail-under recall=0.85,citation_precision=1
  quoth evaluate questions.jsonl --out after --baseline before  what got better and worse

A set is JSON Lines or CSV. Ctrl-C is safe: the same command goes on where it stopped. What was asked before under the same
settings, of the same index, is not asked again.

Exit status: 0 done, 1 below a threshold (or a failure), 2 wrong usage or a broken set."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("set", type=Path, metavar="SET", nargs="?", help="the evaluation set: .jsonl (JSON Lines) or .csv")
    parser.add_argument("--init", type=Path, metavar="FILE", nargs="?", const=STARTER, help="write a commented set to start from")
    parser.add_argument("--documents", type=Path, metavar="FOLDER", help="the folder to ask (default: the one indexed last)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where reports are written (default: SET's name and -report)")
    parser.add_argument("--fail-under", metavar="NAME=VALUE,...", help="exit with 1 where a measure is worse than this")
    parser.add_argument("--baseline", type=Path, metavar="FOLDER", help="the report of an earlier run to compare with")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML for CI systems, too")
    parser.add_argument("--fresh", action="store_true", help="ask everything anew")
