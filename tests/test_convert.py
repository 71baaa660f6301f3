"""Public benchmarks as evaluation sets. The small files here are written by hand in the formats in which the real ones come."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.evaluation.examples import Example, read_examples

SQUAD: dict[str, Any] = {
    "version": "v2.0",
    "data": [
        {
            "title": "Old_Bridge_(Kolo)",
            "paragraphs": [
                {
                    "context": "The bridge of Kolo was opened in 1987.",
                    "qas": [
                        {"id": "5a1", "question": " When was it opened?", "is_impossible": False,
                         "answers": [{"text": "1987", "answer_start": 33}, {"text": "in 1987", "answer_start": 30},
                                     {"text": "1987", "answer_start": 33}]},
                        {"id": "5a2", "question": "When was it closed?", "is_impossible": True, "answers": [],
                         "plausible_answers": [{"text": "1987", "answer_start": 33}]},
                    ],
                },
                {"context": "Crossing costs 200 francs.", "qas": []},
            ],
        },
        {"title": "old bridge (kolo)", "paragraphs": [{"context": "Another.", "qas": [
            {"id": "5a3", "question": "Which?", "answers": [{"text": "Another", "answer_start": 0}]}]}]},
    ],
}  # fmt: skip


def xquad(context: str, question: str, answer: str, name: str = "56be") -> dict[str, Any]:
    """A file of XQuAD."""
    asked = {"id": name, "question": question, "answers": [{"answer_start": context.index(answer), "text": answer}]}
    return {"data": [{"title": "Bridge", "paragraphs": [{"context": context, "qas": [asked]}]}], "version": "1.1"}


ENGLISH = xquad("It was opened in May.", "When was it opened?", "May")
ARABIC = xquad("افتتح في مايو.", "متى افتتح؟", "مايو")
GOLD = {
    "version": "TyDiQA-GoldP-1.1-for-SQuAD-1.1",
    "data": [
        {"title": "جسر", "paragraphs": [{"context": "افتتح في مايو.", "qas": [
            {"id": "arabic-238733-1", "question": "متى افتتح؟", "answers": [{"text": "مايو", "answer_start": 9}]}]}]},
        {"title": "Daraja", "paragraphs": [{"context": "Lilifunguliwa Mei.", "qas": [
            {"id": "swahili-77-0", "question": "Lini?", "answers": [{"text": "Mei", "answer_start": 14}]}]}]},
    ],
}  # fmt: skip
GOLD_LINE = {
    "id": "thai-9-2", "title": "สะพาน", "context": "เปิดในเดือนพฤษภาคม", "question": "เปิดเมื่อไร",
    "answers": {"text": ["พฤษภาคม"], "answer_start": [11]},
}  # fmt: skip
PLAIN = "Мост открыли в мае. Он длинный."


def primary(name: int, *annotations: tuple[str, int, str]) -> dict[str, Any]:
    """A line of TyDi QA's primary task; of each annotator the short answer, the passage and yes or no."""

    def place(answer: str) -> dict[str, int]:
        start = PLAIN.encode().index(answer.encode()) if answer else -1
        return {"plaintext_start_byte": start, "plaintext_end_byte": start + len(answer.encode()) if answer else -1}

    return {
        "annotations": [
            {"annotation_id": i, "minimal_answer": place(short), "passage_answer": {"candidate_index": passage},
             "yes_no_answer": yes}
            for i, (short, passage, yes) in enumerate(annotations)
        ],
        "document_plaintext": PLAIN, "document_title": "Мост", "document_url": "https://ru.wikipedia.org/wiki/x",
        "example_id": name, "language": "russian",
        "passage_answer_candidates": [{"plaintext_start_byte": 0, "plaintext_end_byte": 50}],
        "question_text": f"Вопрос {name}?",
    }  # fmt: skip


CORPUS = [
    {"title": "Bridge opens", "author": "A. Writer", "source": "The Paper", "published_at": "2023-10-07T10:00:00+00:00",
     "category": "news", "url": "https://paper.example/1", "body": "The bridge opened.\n\nAll came."},
    {"title": "Bridge closes", "author": None, "source": "The Sheet", "published_at": "2023-11-07", "category": "news",
     "url": "https://sheet.example/2", "body": "It closed."},
]  # fmt: skip
QUERIES: list[dict[str, Any]] = [
    {"query": "Which bridge did both write of?", "answer": "Kolo", "question_type": "inference_query",
     "evidence_list": [{"title": "Bridge opens", "url": "https://paper.example/1", "fact": "The bridge opened."},
                       {"title": "Bridge closes", "url": "https://moved.example", "fact": "It closed."}]},
    {"query": "Who paid?", "answer": "Insufficient information.", "question_type": "null_query", "evidence_list": []},
]  # fmt: skip


def save(path: Path, *lines: Any) -> Path:
    """As JSON, an object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def beir(folder: Path, *judgements: str) -> Path:
    """A folder in BEIR's format."""
    save(folder / "corpus.jsonl", {"_id": "4983", "title": "Bridges", "text": "They are long.", "metadata": {}},
         {"_id": "a/b", "title": "", "text": "Short."}, {"_id": "void", "title": "", "text": ""})  # fmt: skip
    save(
        folder / "queries.jsonl",
        {"_id": "1", "text": "What is\nlong?"},
        {"_id": "2", "text": "What is not?"},
        {"_id": "3", "text": "?"},
    )
    save(folder / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore", *judgements)
    save(folder / "qrels" / "train.tsv", "query-id\tcorpus-id\tscore", "3\t4983\t1")
    return folder


def converted(tmp_path: Path, *arguments: str) -> tuple[list[Example], dict[str, str]]:
    """The questions, and the text of each document by its name, both read back from what the command wrote."""
    out = tmp_path / "out"
    assert main(["convert", *arguments[:2], str(out), *arguments[2:]]) == 0
    files = (path for path in (out / "documents").rglob("*") if path.is_file())
    texts = {path.relative_to(out / "documents").as_posix(): path.read_text(encoding="utf-8") for path in files}
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("out")) == ["out"]
    return read_examples(out / "questions.jsonl"), texts


def test_squad_becomes_a_document_an_article_and_a_question_each(tmp_path: Path) -> None:
    rows, texts = converted(tmp_path, "squad", str(save(tmp_path / "dev-v2.0.json", SQUAD)), "--language", "en")
    name, other = "Old_Bridge_-Kolo.txt", "old-bridge-kolo.txt"
    assert texts == {name: "The bridge of Kolo was opened in 1987.\n\nCrossing costs 200 francs.\n", other: "Another.\n"}
    assert [row.id for row in rows] == ["5a1", "5a2", "5a3"]
    assert (rows[0].question, rows[0].expected, rows[0].documents) == ("When was it opened?", (("1987", "in 1987"),), (name,))
    assert rows[1].unanswerable
    assert {row.language for row in rows} == {"en"}


def test_one_question_a_line_is_read_too(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "title": "T", "context": "Kolo.", "question": "Where?", "answers": {"text": ["Kolo"], "answer_start": [0]}},
        {"id": "2", "title": "T", "context": "Kolo.", "question": "When?", "answers": {"text": [], "answer_start": []}},
    ]
    rows, texts = converted(tmp_path, "squad", str(save(tmp_path / "validation.jsonl.gz", *lines)))
    assert texts == {"T.txt": "Kolo.\n"}
    assert [(row.expected, row.unanswerable) for row in rows] == [((("Kolo",),), False), ((), True)]


def test_xquad_asks_in_one_language_about_documents_in_another(tmp_path: Path) -> None:
    save(tmp_path / "xquad" / "xquad.en.json", ENGLISH)
    save(tmp_path / "xquad" / "xquad.ar.json", ARABIC)
    (row,), texts = converted(tmp_path, "xquad", str(tmp_path / "xquad"), "--language", "ar", "--document-language", "en")
    assert texts == {"Bridge.txt": "It was opened in May.\n"}
    assert (row.question, row.language, row.expected) == ("متى افتتح؟", "ar", (("May", "مايو"),))
    assert row.tags == ("ar>en", "cross-language")


def test_one_file_of_xquad_is_in_its_own_language(tmp_path: Path) -> None:
    (row,), texts = converted(tmp_path, "xquad", str(save(tmp_path / "xquad.ar.json", ARABIC)))
    assert texts == {"Bridge.txt": "افتتح في مايو.\n"}
    assert (row.language, row.tags, row.expected) == ("ar", ("ar>ar", "same-language"), (("مايو",),))


def test_tydiqa_gold_passages_know_their_languages(tmp_path: Path) -> None:
    save(tmp_path / "gold" / "dev.json", GOLD)
    save(tmp_path / "gold" / "thai.jsonl", GOLD_LINE)
    rows, texts = converted(tmp_path, "tydiqa", str(tmp_path / "gold"))
    assert sorted(texts) == ["ar/جسر.txt", "sw/Daraja.txt", "th/สะพาน.txt"]
    assert [(row.language, row.documents[0], row.expected[0][0]) for row in rows] == [
        ("ar", "ar/جسر.txt", "مايو"), ("sw", "sw/Daraja.txt", "Mei"), ("th", "th/สะพาน.txt", "พฤษภาคม"),
    ]  # fmt: skip


def test_tydiqa_primary_task_takes_what_most_annotators_gave(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        primary(1, ("в мае", 0, "NONE"), ("мае", 0, "NONE"), ("", -1, "NONE")),
        primary(2, ("", -1, "NONE"), ("", -1, "NONE"), ("мае", 0, "NONE")),
        primary(3, ("", 0, "YES"), ("", 0, "YES"), ("", 0, "NO")),
        primary(4, ("", 0, "NONE"), ("", 0, "NONE"), ("мае", 0, "NONE")),
    ]
    rows, texts = converted(tmp_path, "tydiqa", str(save(tmp_path / "tydiqa-v1.0-dev.jsonl.gz", *lines)))
    assert texts == {"ru/Мост.txt": PLAIN + "\n"}
    assert [(row.id, row.expected, row.unanswerable) for row in rows] == [
        ("russian-1", (("в мае", "мае"),), False),
        ("russian-2", (), True),
    ]
    assert "Left out: 1 answered by yes or no. Left out: 1 answered by a passage only." in capsys.readouterr().out


def test_multihop_rag_names_all_articles_that_bear_on_a_question(tmp_path: Path) -> None:
    for name, entries in (("corpus.json", CORPUS), ("MultiHopRAG.json", QUERIES)):
        save(tmp_path / "data" / name, entries)
    (inference, null), texts = converted(tmp_path, "multihop-rag", str(tmp_path / "data"))
    assert texts["Bridge-opens.txt"].startswith(
        "Bridge opens\n\nThe Paper, A. Writer, 2023-10-07T10:00:00+00:00\n\nThe bridge opened."
    )
    assert (inference.expected, inference.documents) == ((("Kolo",),), ("Bridge-opens.txt", "Bridge-closes.txt"))
    assert (inference.tags, null.unanswerable, null.tags) == (("inference_query",), True, ("null_query",))


def test_beir_has_documents_to_find_and_no_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = beir(tmp_path / "scifact", "1\t4983\t2", "1\ta/b\t1", "2\t4983\t0")
    (row,), texts = converted(tmp_path, "beir", str(folder))
    assert texts == {"4983.txt": "Bridges\n\nThey are long.\n", "a-b.txt": "Short.\n"}
    assert (row.id, row.question, row.expected, row.documents) == ("1", "What is long?", (), ("4983.txt", "a-b.txt"))
    printed = capsys.readouterr().out
    assert "Left out: 1 documents without text. Left out: 1 queries to which no document is relevant." in printed
    assert f"quoth evaluate {tmp_path / 'out' / 'questions.jsonl'} --documents" in printed


def test_beir_has_splits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = beir(tmp_path / "scifact", "1\t4983\t1")
    assert main(["convert", "beir", str(folder), str(tmp_path / "out"), "--split", "dev"]) == 2
    assert "Choose of test, train with --split" in capsys.readouterr().err
    (row,), _ = converted(tmp_path, "beir", str(folder), "--split", "train")
    assert row.id == "3"


def test_relevance_judgements_alone_give_retrieval_figures(tmp_path: Path, tiny_model: Path) -> None:
    folder = beir(tmp_path / "scifact", "1\t4983\t1", "2\ta/b\t1")
    converted(tmp_path, "beir", str(folder))
    (tmp_path / "quoth.toml").write_text(f'model = "{tiny_model}"\nindex = "index.sqlite"\n')
    out = tmp_path / "out"
    arguments = [str(out / "questions.jsonl"), "--documents", str(out / "documents"), "--settings", str(tmp_path / "quoth.toml")]
    assert main(["evaluate", *arguments, "--out", str(tmp_path / "report"), "--fail-under", "retrieval_recall@5=1"]) == 0
    figures = json.loads((tmp_path / "report" / "report.json").read_text())["figures"]
    assert figures["retrieval_recall@5"] == {"value": 1.0, "low": 1.0, "high": 1.0, "count": 2}
    assert figures["recall"]["count"] == figures["risk_coverage"]["count"] == 0


def test_a_sample_is_always_the_same_and_keeps_all_documents(tmp_path: Path) -> None:
    asked = [{"id": str(i), "question": f"Question {i}?", "answers": [{"text": "Kolo"}]} for i in range(50)]
    data = {"data": [{"title": "T", "paragraphs": [{"context": f"Kolo {i}.", "qas": [one]} for i, one in enumerate(asked)]}]}
    path = save(tmp_path / "dev.json", data)
    samples = []
    for out in ("a", "b"):
        assert main(["convert", "squad", str(path), str(tmp_path / out), "--questions", "9"]) == 0
        samples.append([row.id for row in read_examples(tmp_path / out / "questions.jsonl")])
    assert samples[0] == samples[1] == sorted(samples[0], key=int)
    assert len(samples[0]) == 9
    assert (tmp_path / "a" / "documents" / "T.txt").read_text().count("Kolo") == 50


BROKEN = {
    "data": [
        {"title": "a"},
        {"paragraphs": [{"context": "x"}, {"context": " ", "qas": [{"question": "Why?", "answers": [{"text": "x"}]}]}]},
        {"paragraphs": [{"context": "x", "qas": [{"question": 3, "answers": "x"}, "odd"]}]},
    ]
}


@pytest.mark.parametrize(
    ("name", "lines", "told"),
    [
        ("a.json", [BROKEN], ["data[0]: `paragraphs` is missing", "data[1].paragraphs[0]: `qas` is missing",
                              "data[1].paragraphs[1].qas[0]: `context` is no text", "data[2].paragraphs[0].qas[0]: `question`",
                              "data[2].paragraphs[0].qas[0]: `answers`", "data[2].paragraphs[0].qas[1]: `question`"]),
        ("a.json", ["{", '"data": [,', "}"], ["line 2: this is no JSON"]),
        ("a.json", [[1]], ["`data` is missing"]),
        ("a.jsonl", ['{"id": 1}', "[]", "{"], ["line 1: `question`", "line 1: `context`", "line 2: this is no object",
                                             "line 3: this is no"]),
        ("a.json", [{"data": []}], ["no question in it"]),
    ],
)  # fmt: skip
def test_all_mistakes_are_told_and_nothing_is_written(
    tmp_path: Path, name: str, lines: list[Any], told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path / name, *lines)
    assert main(["convert", "squad", str(path), str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    for one in told:
        assert one in error
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_mistakes_of_the_other_formats_are_told_with_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str) -> str:
        assert main(["convert", *arguments[:2], str(tmp_path / "out"), *arguments[2:]]) == 2
        assert not (tmp_path / "out").exists()
        return capsys.readouterr().err

    wrong = beir(tmp_path / "beir", "1\t4983", "9\t4983\t1", "1\tgone\t1", "1\t4983\tmany")
    error = told("beir", str(wrong))
    for line, part in ((2, "parted by tabs"), (3, "no query 9"), (4, "no document gone"), (5, "parted by tabs")):
        assert any(f"line {line}: " in one and part in one for one in error.splitlines())
    save(tmp_path / "hop" / "corpus.json", [*CORPUS, {"title": "no body"}])
    save(tmp_path / "hop" / "MultiHopRAG.json", [{**QUERIES[0], "evidence_list": [{"title": "gone"}]}, {"query": "?"}])
    error = told("multihop-rag", str(tmp_path / "hop"))
    for part in ("corpus.json, [2]: ", "[0].evidence_list[0]: no article", "[1]: `query`, `answer`"):
        assert part in error
    assert "begins with no language" in told("tydiqa", str(save(tmp_path / "gold.json", SQUAD)))
    assert "line 1: a field is missing" in told("tydiqa", str(save(tmp_path / "p.jsonl", {"document_plaintext": "x"})))
    save(tmp_path / "xquad" / "xquad.en.json", ENGLISH)
    save(tmp_path / "xquad" / "xquad.ar.json", xquad("افتتح في مايو.", "متى افتتح؟", "مايو", "57ff"))
    error = told("xquad", str(tmp_path / "xquad"), "--language", "ar", "--document-language", "en")
    assert "xquad.ar.json, id 56be: it is missing" in error
    assert "xquad.en.json, id 57ff: it is missing" in error
    twice = {"data": [*SQUAD["data"], *SQUAD["data"]]}
    assert "the id `5a1` stands in line 1 already" in told("squad", str(save(tmp_path / "twice.json", twice)))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["squad", "gone.json", "out"], "There is no gone.json"),
        (["squad", "a.json", "full"], "is there already"),
        (["squad", "a.json", "a.json"], "is there already"),
        (["squad", "a.json", "out", "--split", "test"], "--split is for beir"),
        (["tydiqa", "a.json", "out", "--language", "en"], "--language is for squad and xquad"),
        (["xquad", "a.json", "out"], "--language, such as ar"),
        (["xquad", "full", "out", "--language", "ar"], "xquad.ar.json cannot be read"),
        (["tydiqa", "full", "out"], "holds no .json"),
        (["beir", "full", "out"], "Name a folder in BEIR's format"),
        (["multihop-rag", "full", "out"], "corpus.json cannot be read"),
        (["squad", "latin.json", "out"], "Name a file in UTF-8"),
    ],
)
def test_wrong_usage_names_the_remedy(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    save(Path("a.json"), SQUAD)
    save(Path("full/file.txt"), "precious")
    Path("latin.json").write_bytes(b'{"data": "\xe9"}')
    assert main(["convert", *arguments]) == 2
    assert told in capsys.readouterr().err
    assert Path("full/file.txt").read_text() == "precious\n"
    assert not Path("out").exists()
