"""What is shown of the spans: the likely ones, the likeliest first, or nothing; each tells why."""

from dataclasses import replace

import pytest

from assistant.compose import MOST_SPANS
from assistant.datatypes import Span
from assistant.grouping import support
from assistant.question_kind import Kind
from index.datatypes import Chunk, Hit
from tests.composing import composed, in_text, span, texts


def test_nothing_is_shown_below_the_threshold() -> None:
    assert texts([span("Kolo", 0.19), span("Dori", 0.01)]) == []
    assert texts([]) == []


def test_the_likeliest_comes_first_and_the_unlikely_not_at_all() -> None:
    spans = [span("Dori", 0.5), span("Kolo", 0.6), span("Gaya", 0.05)]
    assert texts(spans, threshold=0.04) == ["Kolo", "Dori"]
    assert texts(spans, threshold=0.04, maximum=1) == ["Kolo"]


def test_a_question_with_one_answer_shows_fewer_others_than_one_with_several() -> None:
    spans = [span("Kolo", 0.9), span("Dori", 0.45)]
    assert texts(spans, kind=Kind.ONE) == ["Kolo"]
    assert texts(spans, kind=Kind.SEVERAL) == ["Kolo", "Dori"]


def test_what_several_documents_give_is_likelier_than_each_of_them_makes_it() -> None:
    spans = [
        span("Dori", 0.19),
        span("Kolo", 0.15),
        span("KOLO", 0.12, "b.txt", before="Here "),
        span("Gaya", 0.15),
        span("Gaya", 0.12),
    ]
    assert texts(spans, 0.17, kind=Kind.ONE) == ["Kolo", "Dori"]
    (first, *_) = composed(spans, 0.17, kind=Kind.ONE).groups
    assert first.together == pytest.approx(1 - 0.85 * 0.88)


def test_weak_documents_do_not_make_an_answer_together() -> None:
    spans = [span("Kolo", 0.15), span("Kolo", 0.15, "b.txt"), span("Kolo", 0.15, "c.txt")]
    assert texts(spans, 0.17, kind=Kind.ONE) == []
    lengths = [span(text, 0.15, f"{name}.txt") for text in ("1,500 km", "1,400 km") for name in (f"a{text[2]}", f"b{text[2]}")]
    composition = composed([replace(one, passage_probability=0.9) for one in lengths], 0.17, kind=Kind.ONE)
    assert not composition.drafts
    assert not composition.disagreement


def test_the_words_around_an_answer_are_no_other_answers() -> None:
    text = "Ghana and Chad sign a memorandum on trade."
    hit = Hit(1, Chunk("a.txt", 0, len(text), text, "en"), "", "", 0.0, 0.9, 1, 1)
    found = {(22, 41): 0.8, (20, 21): 0.5, (15, 19): 0.4, (10, 14): 0.3}
    spans = [Span(hit, start, end, text[start:end], 0, len(text), chance, 0.9) for (start, end), chance in found.items()]
    composition = composed(spans)
    assert [draft.text for draft in composition.drafts] == ["memorandum on trade", "Chad"]
    assert {group.spans[0].text for group in composition.left_out} == {"a", "sign"}


def test_beside_what_one_sentence_enumerates_little_else_is_shown() -> None:
    elsewhere = [span("Dori", 0.25, "b.txt"), span("Gaya", 0.42, "c.txt", before="Here ")]
    signing = {"Kolo": 0.5, "Bani": 0.45, "Ouro": 0.4}
    enumerated = [in_text(name, "[Kolo, Bani and Ouro sign.]", chance) for name, chance in signing.items()]
    composition = composed([*enumerated, *elsewhere], kind=Kind.SEVERAL)
    assert [draft.text for draft in composition.drafts] == ["Kolo", "Bani", "Gaya", "Ouro"]
    assert next(group.reason for group in composition.groups if not group.kept).endswith("what one sentence or list enumerates")
    for fewer in (enumerated[:2], [replace(one, probability=one.probability / 2) for one in enumerated]):
        assert "Dori" in texts([*fewer, *elsewhere], kind=Kind.SEVERAL)


def test_beside_a_list_on_lines_of_its_own_little_else_is_shown() -> None:
    text = "Those who sign:\n- Kolo\n- Bani\n- Ouro"
    hit = Hit(1, Chunk("a.txt", 0, len(text), text, "en"), "", "", 0.0, 0.9, 1, 1)
    lines = [(text.index(name), text.index(name) + 4) for name in ("Kolo", "Bani", "Ouro")]
    items = [Span(hit, start, end, text[start:end], start, end, 0.5, 0.9) for start, end in lines]
    assert set(texts([*items, span("Dori", 0.25, "b.txt")], kind=Kind.SEVERAL)) == {"Kolo", "Bani", "Ouro"}


def test_of_many_hundreds_of_spans_the_likeliest_are_shown() -> None:
    spans = [span(f"Dori {number}", 0.3) for number in range(MOST_SPANS)]
    assert texts([*spans, span("Kolo", 0.9)], maximum=1) == ["Kolo"]


def test_an_answer_that_more_documents_give_comes_first() -> None:
    others = [span("Kolo", 0.5, "b.txt", before="Others say "), span("Kolo", 0.5, "c.txt", before="Some say ")]
    assert texts([span("Dori", 0.6), span("Kolo", 0.55), *others]) == ["Kolo", "Dori"]
    assert support([span("Kolo", 0.5), span("Kolo", 0.5, before="They still say ")]) == 0.5
    assert support([span("Kolo", 0.5), others[0]]) == 0.75


def test_copies_of_one_text_count_as_one_document() -> None:
    copies = [span("Kolo", 0.5, name) for name in ("a.txt", "b.txt", "c.txt")]
    assert support(copies) == 0.5
    assert support([*copies, span("Kolo", 0.4, "b.txt", before="We saw ")]) == pytest.approx(0.7)
    assert support([span("Kolo", 0.5, name, before="") for name in ("a.txt", "b.txt")]) == 0.5
    assert texts([span("Dori", 0.6, "d.txt"), *copies]) == ["Dori", "Kolo"]
    (draft,) = composed(copies).drafts
    assert [citation.document for citation in draft.citations] == ["a.txt", "a.txt", "b.txt", "c.txt"]


def test_every_group_tells_why_it_is_shown_or_not() -> None:
    composition = composed([span("Kolo", 0.9), span("Dori", 0.5), span("Gaya", 0.1)], kind=Kind.ONE)
    assert [(group.spans[0].text, group.kept) for group in composition.groups] == [
        ("Kolo", True),
        ("Dori", False),
        ("Gaya", False),
    ]
    assert all(group.reason for group in composition.groups)


def test_what_is_left_out_is_told_with_the_reason() -> None:
    spans = [
        span("Ghana", 0.9),
        span("Togo", 0.8, "b.txt"),
        span("Benin", 0.8),
        span("Cotonou", 0.7),
        span("the river villages", 0.4, "d.txt"),
        span("Ghanaian and Togolese soldiers", 0.75, "c.txt"),
    ]
    composition = composed(spans, question="Whom did Benin sign a treaty with?")
    reasons = {group.spans[0].text: group.reason for group in composition.groups if not group.kept}
    assert reasons["Benin"] == "the question names it"
    assert "country" in reasons["Cotonou"]
    assert "country" in reasons["the river villages"]
    assert "countries" in reasons["Ghanaian and Togolese soldiers"]
    cited = {draft.text: {citation.document for citation in draft.citations} for draft in composition.drafts}
    assert cited == {"Ghana": {"a.txt", "c.txt"}, "Togo": {"b.txt", "c.txt"}}


def test_what_announces_a_list_is_left_out_and_the_reason_told() -> None:
    text = "[It depends on two states: Mali and Chad.]"
    spans = [in_text("two states", text, 0.5), in_text("Mali", text, 0.4), in_text("Chad", text, 0.4)]
    composition = composed(spans)
    assert sorted(draft.text for draft in composition.drafts) == ["Chad", "Mali"]
    assert [(group.spans[0].text, group.reason) for group in composition.left_out] == [
        ("two states", "it announces what follows it")
    ]


def test_what_its_sentence_denies_is_left_out_and_the_reason_told() -> None:
    text = "[They signed with Mali, but not with Chad or Togo.] [Kenya was there too.]"
    spans = [in_text("Mali", text, 0.5), in_text("Chad", text, 0.4), in_text("Togo", text, 0.4)]
    composition = composed(spans, question="Whom did they sign with?")
    assert [draft.text for draft in composition.drafts] == ["Mali"]
    left_out = {(group.spans[0].text, group.reason) for group in composition.left_out}
    assert left_out == {("Chad", "its sentence denies it"), ("Togo", "its sentence denies it")}
    assert len(composed(spans, question="Whom did they not sign with?").drafts) == 3
