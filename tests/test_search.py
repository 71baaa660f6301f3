"""Search finds what is meant and what is written, in every language of the index, and hands on a bounded number of hits."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline import Assistant
from index.search import balance, fuse

QUESTION = "Who did Niger sign security deals with?"


def documents(assistant: Assistant, question: str, limit: int = 24) -> list[str]:
    return [hit.chunk.document for hit in assistant.searcher.search(question, limit=limit)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How long is the border between Niger and Nigeria?", "niger-nigeria-communique.md"),
        ("Who runs the border guard training centre?", "markaz-tadrib-haras-al-hudud.md"),
        ("ما ميزانية برنامج دوريات النهر؟", "programme-pirogue-veille.md"),
        ("Quelle est l'indemnité de repas en voyage ?", "travel-expenses-handbook.md"),
        ("When does the library close on Thursdays?", "mawaid-al-maktaba-al-amma.txt"),
        ("Radan Toumba", "niger-iran-memorandum.html"),
    ],
)
def test_the_right_document_is_among_the_first(question: str, expected: str, example_assistant: Assistant) -> None:
    assert expected in documents(example_assistant, question, limit=6)


def test_every_language_has_a_place_before_any_has_two(example_assistant: Assistant) -> None:
    languages = [hit.chunk.language for hit in example_assistant.searcher.search(QUESTION)]
    assert set(languages[:3]) == {"en", "ar", "fr"}
    assert languages[0] == "en"


@pytest.mark.parametrize("limit", [1, 2, 5, 24, 100])
def test_the_number_of_hits_is_bounded_and_none_comes_twice(limit: int, example_assistant: Assistant) -> None:
    hits = example_assistant.searcher.search(QUESTION, limit=limit)
    assert 0 < len(hits) <= limit
    assert len({hit.chunk_id for hit in hits}) == len(hits)


def test_where_so_many_hits_are_enough_each_language_has_its_share(example_assistant: Assistant) -> None:
    everything = example_assistant.searcher.search(QUESTION, limit=100)
    languages = len({hit.chunk.language for hit in everything})
    assert languages > 2
    assert example_assistant.searcher.search(QUESTION, limit=100, enough=5 * languages) == everything[: 5 * languages]
    assert len(example_assistant.searcher.search(QUESTION, limit=100, enough=1)) == 4 * languages
    assert len(example_assistant.searcher.search(QUESTION, limit=100, enough=1000)) == 8 * languages
    assert len(example_assistant.searcher.search(QUESTION, limit=3, enough=16)) == 3


def test_hits_are_slices_of_their_documents(example_assistant: Assistant) -> None:
    for hit in example_assistant.searcher.search(QUESTION):
        document = example_assistant.document(hit.chunk.document)
        assert document is not None
        assert document.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
        assert hit.title == document.title


def test_the_retriever_gives_the_same_hits_with_right_offsets(example_assistant: Assistant) -> None:
    nodes = example_assistant.searcher.as_retriever(limit=8).retrieve(QUESTION)
    hits = example_assistant.searcher.search(QUESTION, limit=8)
    assert [scored.node.node_id for scored in nodes] == [str(hit.chunk_id) for hit in hits]
    for scored in nodes:
        document = example_assistant.document(scored.node.metadata["document"])
        assert document is not None
        start, end = scored.node.metadata["start"], scored.node.metadata["end"]
        assert document.text[start:end] == scored.node.get_content()


rankings = st.lists(st.integers(1, 40), unique=True, max_size=15).map(lambda ids: [(i, 1.0) for i in ids])


@given(rankings, rankings, st.floats(0.01, 2))
def test_fusion_holds_both_rankings_and_prefers_what_both_found(
    dense: Sequence[tuple[int, float]], keyword: Sequence[tuple[int, float]], weight: float
) -> None:
    fused = [chunk_id for chunk_id, _ in fuse(dense, keyword, weight)]
    assert sorted(fused) == sorted({i for i, _ in [*dense, *keyword]})
    if dense and keyword and dense[0][0] == keyword[0][0]:
        assert fused[0] == dense[0][0]


@given(st.dictionaries(st.sampled_from(["en", "ar", "fr", "de", "zh"]), st.integers(0, 30)), st.integers(0, 40))
def test_places_are_shared_out_evenly(available: dict[str, int], limit: int) -> None:
    order = balance(available, limit)
    assert len(order) == min(limit, sum(available.values()))
    assert len(set(order)) == len(order)
    given_to = {language: sum(1 for name, _ in order if name == language) for language in available}
    for language, count in given_to.items():
        if count < available[language]:
            assert count >= max(given_to.values()) - 1
