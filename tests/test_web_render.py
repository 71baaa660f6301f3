"""What the chat shows of questions, answers and sources, as HTML."""

from dataclasses import replace

from assistant.web.conversations import Exchange
from assistant.web.panel import Chosen, sources_panel
from assistant.web.render import SHOWN_ITEMS, Reference, answer_message, escape, question_message, reply_message

from .browser import ENGLISH, HOSTILE_QUOTE, ScriptedAssistant


def test_references_read_back() -> None:
    reference = Reference("near", "0a1b", 12)
    assert Reference.parse(str(reference)) == reference


def test_text_is_escaped() -> None:
    assert escape("<b>*&\n[1](x)") == "&#60;b&#62;&#42;&#38;<br>&#91;1&#93;&#40;x&#41;"
    answer = ScriptedAssistant().ask("hostile")
    exchange = Exchange("ab", HOSTILE_QUOTE, answer)
    chosen = Chosen(Reference("cite", "ab", 1), ScriptedAssistant().document(answer.citations[0].document), whole=True)
    panel = sources_panel(answer, "ab", chosen)
    for html in (reply_message(exchange, last=True, thumbs=True), panel, question_message(HOSTILE_QUOTE)):
        for made in ("<img", "<script", "<b>", "http:", "\n", "**", "$", "`", "# "):
            assert made not in html
    assert '<blockquote dir="auto">' in panel, "an odd language is left out"


def test_long_questions_are_shown_in_part() -> None:
    assert len(question_message("a" * 100_000)) < 3000


def test_long_answers_fold() -> None:
    answer = ScriptedAssistant().ask("How long is the border?")
    assert "<details" not in answer_message(answer, "ab")
    longer = replace(answer, items=answer.items[:1] * (SHOWN_ITEMS + 2))
    shown, _, folded = answer_message(longer, "ab").partition("<details><summary>2 more</summary>")
    assert shown.count("<li") == SHOWN_ITEMS
    assert folded.count("<li") == 2


def test_a_document_that_has_changed_is_not_shown_as_the_source() -> None:
    answer = ScriptedAssistant().ask("How long is the border?")
    document = ScriptedAssistant().document(ENGLISH.document)
    assert document is not None
    reference = Reference("cite", "ab", 1)
    now = sources_panel(answer, "ab", Chosen(reference, document, whole=True))
    assert "paragraph" in now
    assert "Only in the whole document" in now
    changed = replace(document, text="Anew. " + document.text)
    for whole in (True, False):
        panel = sources_panel(answer, "ab", Chosen(reference, changed, whole=whole))
        assert f"<mark>{escape(ENGLISH.quote)}</mark>" in panel
        assert "paragraph" not in panel
        assert "Anew" not in panel
        assert "#whole-" not in panel


def test_a_greeting_is_said_nothing_of_passages() -> None:
    greeted = replace(ScriptedAssistant().ask("How long is the border?"), answered=False, items=(), citations=(), closest=())
    panel = sources_panel(greeted, "ab")
    assert 'data-message="ab"' in panel
    assert escape(greeted.question) in panel
    assert 'class="source' not in panel
    assert "<ul" not in answer_message(greeted, "ab")


def test_a_greetings_reply_can_be_called_wrong_but_not_a_right_answer() -> None:
    for question in ("Thanks", "How long is the border?", "What did China sign?"):
        shown = reply_message(Exchange("ab", question, ScriptedAssistant().ask(question)), last=True, thumbs=True)
        assert ">Not helpful<" in shown
        assert (">Helpful<" in shown) == (question != "Thanks")
