"""Word documents, presentations and electronic books: what of them is read, and in which order."""

import io
import zipfile

from tests.loading import book_file, load, slides_file, with_member, word_file


def test_word() -> None:
    document = load("handbook.docx", word_file())
    assert document.title == "Harbour handbook"
    assert (document.language, document.date) == ("en", "")
    assert document.text == (
        "Harbour handbook\n\nThe harbour opens at six. Boats longer than twelve metres need a pilot.\n\n"
        "Length: up to 8 m; Fee: 12 crowns; Valid: one night\nLength: 8 to 12 m; Fee: 18 crowns; Valid: one night\n"
        "Prices include water\n\n- Fuel\n- Ice\n\nBoth are sold at the north quay."
    )


def test_word_parts_that_python_docx_skips() -> None:
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a content control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>Kept </w:t></w:r><w:ins><w:r><w:t>and inserted</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>and deleted</w:delText></w:r></w:del><w:r><w:br/><w:t>text.</w:t></w:r>"
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
        "</w:body></w:document>"
    )
    data = with_member(word_file(), "word/document.xml", body)
    assert load("parts.docx", data).text == "In a content control.\n\nKept and inserted\ntext.\n\nIn a box."


def test_word_notes_follow_the_text() -> None:
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:type="separator"><w:p><w:r><w:t>line</w:t></w:r></w:p></w:footnote>'
        "<w:footnote><w:p><w:r><w:t>A note at the foot.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    relation = (
        '<Relationship Id="rId99" Target="footnotes.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    with zipfile.ZipFile(io.BytesIO(word_file())) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode().replace("</Relationships>", relation)
    data = with_member(with_member(word_file(), "word/footnotes.xml", notes), "word/_rels/document.xml.rels", relations)
    assert load("notes.docx", data).text.endswith("Both are sold at the north quay.\n\nA note at the foot.")


def test_presentation() -> None:
    document = load("plan.pptx", slides_file())
    assert document.title == "Plan for the season"
    assert document.text.split("\n\n") == [
        "Plan for the season", "Paint the pier\nOrder new ropes", "Thank the crew here.",
        "Traffic", "Month: June; Boats: 260", "Northerners; Guests: 44.5", "Counted at the lighthouse.",
    ]  # fmt: skip


def test_book() -> None:
    document = load("keeper.epub", book_file())
    assert (document.title, document.date, document.language) == ("The lighthouse keeper", "2019-04-02", "en")
    assert document.text == ("Arrival\n\nThe keeper came by boat in March 1901.\n\nStorm\n\nThe lamp went out at midnight.")
