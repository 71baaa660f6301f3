"""How the reader's weights come to be: `python -m training FOLDER` turns question-passage-answer rows into the shipped file."""

from index.encode import prepare_process

prepare_process()  # before any module here imports torch
