"""The rows for training: what is held out stays out, and a file that cannot be read is told."""

import gzip
import json
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training_rows import WORDS, entry, write_rows
from training.rows import FIRST_HELD_OUT_ARTICLE, DataError, Rows, data_hashes, is_held_out, read_rows


def test_nothing_that_is_held_out_is_trained_on(rows_folder: Path) -> None:
    training_part, held_out = read_rows(rows_folder, held_out=False), read_rows(rows_folder, held_out=True)

    def contexts(rows: Rows) -> set[str]:
        found = {one.context for source in rows.sources.values() for one in source}
        return found | {one.context for question in rows.parallel for one in question.rows.values()}

    assert contexts(training_part)
    assert any(held_out.sources.values())
    assert not contexts(training_part) & contexts(held_out)
    for name, kept in training_part.sources.items():
        assert not any(is_held_out(one.context) for one in kept)
        assert all(is_held_out(one.context) for one in held_out.sources[name])
    both = {name: len(kept) + len(held_out.sources[name]) for name, kept in training_part.sources.items()}
    assert both == {"qamr": 90, "squad2-half-dev": 160, "tydiqa-goldp": 120, "afriqa-crosslingual": 60}


def test_a_passage_of_several_sources_is_in_one_part_only(tmp_path: Path) -> None:
    passages = [f"The {word} of village {number} was mended." for number in range(60) for word in WORDS[:5]]
    files = {name: [entry(text, "mended", f"{name}?") for text in passages] for name in ("qamr", "policyqa", "jaquad")}
    folder = write_rows(tmp_path, files)
    parts = [read_rows(folder, held_out=held_out) for held_out in (False, True)]
    for passage in passages:
        found = [{name for name, kept in part.sources.items() if any(r.context == passage for r in kept)} for part in parts]
        assert sorted(map(len, found)) == [0, 3]
    assert 0 < sum(map(len, parts[1].sources.values())) < len(passages) * 3 / 5


def test_parallel_rows_are_parted_by_article(rows_folder: Path) -> None:
    training_part, held_out = read_rows(rows_folder, held_out=False).parallel, read_rows(rows_folder, held_out=True).parallel
    assert {question.article for question in training_part} == set(range(FIRST_HELD_OUT_ARTICLE))
    assert {question.article for question in held_out} == set(range(FIRST_HELD_OUT_ARTICLE, 36))
    assert len(training_part) + len(held_out) == 108


def test_rows_of_squad2_that_tell_of_held_out_articles_are_in_neither_part(
    rows_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [read_rows(rows_folder, held_out=held_out).sources["squad2-half-dev"] for held_out in (False, True)]
    monkeypatch.setattr("training.rows.SQUAD2_ROWS", 50)
    cut = [read_rows(rows_folder, held_out=held_out).sources["squad2-half-dev"] for held_out in (False, True)]
    assert sum(map(len, cut)) == 50
    assert all(kept == before[: len(kept)] for kept, before in zip(cut, whole, strict=True))


def test_rows_say_where_their_answers_stand(rows_folder: Path) -> None:
    rows = read_rows(rows_folder, held_out=False)
    for one in rows.sources["qamr"]:
        assert [one.context[start:end].isdecimal() for start, end in one.answers] == [True]
    assert {(one.question_language, one.passage_language) for one in rows.sources["afriqa-crosslingual"]} == {("hau", "fr")}
    across = rows.parallel[0].across("ar", "zh")
    assert (across.question_language, across.passage_language) == ("ar", "zh")
    assert across.question.startswith("ar: ")
    assert across.context.startswith("zh ")
    assert across.context[slice(*across.answers[0])] == rows.parallel[0].rows["en"].context[-5:-1]


def compressed(text: str) -> bytes:
    return gzip.compress(text.encode())


def flipped(data: bytes) -> bytes:
    """The same with one byte of the compressed stream changed so that it cannot be unpacked."""
    for position in range(12, len(data)):
        changed = data[:position] + bytes([data[position] ^ 255]) + data[position + 1 :]
        try:
            gzip.decompress(changed)
        except zlib.error:
            return changed
        except (OSError, EOFError):
            continue
    raise AssertionError("no byte breaks it")


LINE = json.dumps(entry("The lamp is by the well.", "the well")) + "\n"
DAMAGES: dict[str, Callable[[], bytes]] = {
    "not compressed": LINE.encode,
    "cut off": lambda: compressed(LINE * 50)[:-12],
    "a byte changed": lambda: flipped(compressed(LINE * 50)),
    "not JSON": lambda: compressed("lang,question,context\n"),
    "cut off inside": lambda: compressed(LINE * 3 + LINE[:20]),
    "not UTF-8": lambda: gzip.compress(b'{"lang": "\xff"}\n'),
    "no context": lambda: compressed(json.dumps({"lang": "en", "question": "?", "answers": []}) + "\n"),
    "a list": lambda: compressed("[1, 2]\n"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["qamr", "xquad-parallel"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, damage: str, name: str) -> None:
    path = tmp_path / f"{name}.jsonl.gz"
    path.write_bytes(DAMAGES[damage]())
    with pytest.raises(DataError) as caught:
        read_rows(tmp_path, held_out=False)
    assert str(path) in str(caught.value)
    assert "Copy it anew" in str(caught.value)


def test_a_folder_without_rows_is_told(tmp_path: Path) -> None:
    (tmp_path / "qamr.jsonl").write_text(LINE, encoding="utf-8")
    for folder in (tmp_path, tmp_path / "missing", tmp_path / "qamr.jsonl"):
        with pytest.raises(DataError, match=r"Give the folder of question-passage-answer rows"):
            read_rows(folder, held_out=False)


def test_the_command_tells_of_a_bad_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.__main__ import main

    monkeypatch.setattr(sys, "argv", ["training", str(tmp_path / "missing"), "--out", str(tmp_path / "run")])
    assert main() == 2
    assert "Give the folder" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("rank", ["-1", "8.5", "low"])
def test_the_command_tells_which_ranks_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rank: str
) -> None:
    from training.__main__ import main

    monkeypatch.setattr(sys, "argv", ["training", str(tmp_path), "--out", str(tmp_path / "run"), f"--rank={rank}"])
    with pytest.raises(SystemExit):
        main()
    assert "give 0 for any rank, or a whole number such as 64" in capsys.readouterr().err


def test_the_data_are_named_by_their_hashes(rows_folder: Path, tmp_path: Path) -> None:
    hashes = data_hashes(rows_folder)
    assert set(hashes) == {path.name for path in rows_folder.iterdir()}
    other = write_rows(tmp_path, {"qamr": [entry("A lamp.", "lamp")]})
    assert data_hashes(other)["qamr.jsonl.gz"] != hashes["qamr.jsonl.gz"]
