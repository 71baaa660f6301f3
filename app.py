"""The web chat: `python app.py` serves the example documents, `python app.py --documents FOLDER` your own."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

EXAMPLES = Path(__file__).parent / "examples" / "documents"
QUESTIONS = (
    "Who did Niger sign security deals with?",
    "How long is the border between Niger and Nigeria?",
    "من يدير مركز تدريب حرس الحدود في عين السدرة؟",
    "Quel est le budget du programme Pirogue-Veille ?",
)


def main() -> int:
    """Settings -> index -> assistant -> server. Returns the exit status."""
    from assistant.cli import add_server_options, run_reporting_errors, start_server
    from assistant.settings import load_settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, metavar="FOLDER", help="the folder to serve (default: the examples)")
    parser.add_argument("--index", type=Path, metavar="FILE", help="the index file (default: one a folder, in your data folder)")
    add_server_options(parser)
    options = parser.parse_args()

    def serve() -> int:
        settings = load_settings(documents=options.documents, index=options.index, host=options.host, port=options.port)
        shows_examples = settings.documents == Path()
        if shows_examples:
            settings = replace(settings, documents=EXAMPLES)
        return start_server(settings, open_to_network=options.open, examples=QUESTIONS if shows_examples else None)

    return run_reporting_errors(serve)


if __name__ == "__main__":
    sys.exit(main())
