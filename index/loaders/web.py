"""Web pages and EPUB books: the text of the article or the chapters, without the furniture of the site."""

import codecs
import posixpath
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote
from zipfile import ZipFile

from index.errors import DocumentError
from index.loaders.lists import in_xml, marked, write_numbers
from index.loaders.sniff import open_archive
from index.loaders.tables import render_table
from index.loaders.text import Extract, decode, iso_date, join_blocks

_DECLARED = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_KNOWN = re.compile(r"utf|iso|windows|cp\d|koi8|shift|sjis|x-sjis|euc|gb|big5|ks_c|tis|latin|mac|us-ascii", re.IGNORECASE)
# Names that browsers read as a larger encoding.
_WIDER = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "iso-8859-9": "cp1254", "gb2312": "gb18030",
    "gbk": "gb18030", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Elements by what they do to the text. Those of the XML that trafilatura makes of a page (head, item, lb, ...) stand along.
_UNSEEN = _words("script style noscript template iframe object embed svg canvas select button input textarea datalist title")
_INLINE = _words(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font hi i img ins kbd label lb mark math mi mn mo mrow msub msup "
    "q ref rp rt ruby s samp small span strike strong sub sup time tt u var wbr"
)
_HEADINGS = _words("h1 h2 h3 h4 h5 h6 head summary")
_LISTED = _words("li item")
_TERMS = _words("dt dd")
_ITEMS = _LISTED | _TERMS
_FURNITURE = _words("nav header footer aside dialog")
_FURNITURE_NAMES = re.compile(
    r"(^|[\s_-])(cookies?|gdpr|breadcrumbs?|navbar|navigation|skip-link|pagination)($|[\s_-])", re.IGNORECASE
)
_DOUBTFUL_NAMES = re.compile(
    r"(^|[\s_-])(consent|newsletters?|subscri(be|ption)|sign-?up|sidebar|shar(e|ing)|advert(isement)?s?|ads|popup|modal)($|[\s_-])",
    re.IGNORECASE,
)
"""What articles are about too: with such a name only what looks like a box to click in is left out."""
_CONTROLS = ("form", "input", "button", "select", "textarea", "iframe")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ANCHORS = frozenset({"#", "¶", "§", "🔗", "\uf0c1"})  # Links to the heading they stand beside.
_BREAK = "\x1e"


class Block(NamedTuple):
    """A paragraph, heading, item of a list, table or listing of a page; `tag` is that of the element it comes from."""

    text: str
    tag: str


def read_html(name: str, data: bytes) -> Extract:
    """The main article of a page with its title and date; all visible text where no article is found."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document as Article

    tree = _parse(decode(name, data, _declared_encoding(data)))
    if tree is None:
        return Extract("")
    for anchor in [link for link in tree.iter("a") if _text(link) in _ANCHORS]:
        anchor.drop_tree()
    _keep_notes(tree)
    _write_lists(tree)
    visible = list(_blocks(tree, prune=True)) or list(_blocks(tree, prune=False))
    # Without the extensive search: it takes any year on the page, as in a copyright notice, for the date.
    dates = {"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"}
    article = bare_extraction(
        tree,
        favor_recall=True,
        include_comments=False,
        include_formatting=True,
        date_extraction_params=dates,
        with_metadata=True,
    )
    if not isinstance(article, Article):
        return Extract(_joined(visible), title=_title(tree))
    found = list(_blocks(article.body, prune=False))
    # A single block is what trafilatura gives for a page too short for its rules: all text, menus included, without structure.
    text = _joined(_with_headings(found, visible) if len(found) > 1 else visible)
    # The page's own title says in full what the article's leaves out: "Prices – Museum of the Sea".
    whole_title = _title(tree)
    title = article.title if article.title and article.title not in whole_title else whole_title
    return Extract(text, title=title, date=iso_date(article.date))


def _with_headings(found: list[Block], visible: list[Block]) -> list[Block]:
    """Put back the headings of the article's sections, some of which trafilatura takes for menus."""
    known = {block.text for block in found}
    missing: dict[str, list[Block]] = {}
    pending: list[Block] = []
    for block in visible:
        if block.tag in _HEADINGS:
            pending.append(block)
        else:
            missing.setdefault(block.text, [heading for heading in pending if heading.text not in known])
            pending = []
    return [part for block in found for part in (*missing.pop(block.text, []), block)]


def _joined(blocks: list[Block]) -> str:
    """Blocks as text, a term and its definition on one line."""
    merged: list[Block] = []
    for block in blocks:
        if block.tag == "dd" and merged and merged[-1].tag == "dt":
            merged[-1] = Block(f"{merged[-1].text}: {block.text}", "dd")
        else:
            merged.append(block)
    return join_blocks((block.text, block.tag in _ITEMS) for block in merged)


def _blocks(root: Any, *, prune: bool) -> Iterator[Block]:
    """The blocks under an element; with `prune`, without menus, banners, boxes and what is hidden."""
    from lxml import etree  # type: ignore[import-untyped]

    buffer: list[str] = []
    unmarked: list[bool] = []  # of the items that are open: whether the mark is still to be written
    walk = etree.iterwalk(root, events=("start", "end"))
    skipped: Any = None
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else "script"
        rend = str(element.get("rend") or "")[:2] if tag == "item" else ""
        if event == "end":
            if tag not in _INLINE and tag not in _UNSEEN and element is not skipped:
                yield from _flush(buffer, rend if rend in _ITEMS else tag, unmarked)
            if tag in _LISTED and element is not skipped and unmarked:
                unmarked.pop()
            buffer.append(element.tail or "" if element is not root else "")
            continue
        whole = _whole(element, tag)
        if whole is not None or tag in _UNSEEN or (prune and _is_furniture(element, tag)):
            skipped = element
            walk.skip_subtree()
            if whole:
                yield from _flush(buffer, "p", unmarked)
                yield Block(whole, tag)
            continue
        if tag in {"br", "lb"}:
            buffer.append(_BREAK)
        if tag not in _INLINE:
            # Text before a block within an item is the item's own.
            parent = element.getparent().tag if element is not root and element.getparent() is not None else "p"
            yield from _flush(buffer, parent if isinstance(parent, str) else "p", unmarked)
        if tag in _LISTED:
            unmarked.append(rend not in _TERMS)
        buffer.append(element.text or "")
    yield from _flush(buffer, "p", unmarked)


def _flush(buffer: list[str], tag: str, unmarked: list[bool]) -> Iterator[Block]:
    """Empty the buffer into paragraphs: white space counts as one space, two line breaks part paragraphs.

    The first of an item gets its mark, unless it is a heading or a term.
    """
    text = "".join(buffer).replace("\xad", "")
    buffer.clear()
    for part in re.split(rf"{_BREAK}\s*{_BREAK}[\s{_BREAK}]*", text):
        lines = (" ".join(line.split()) for line in part.split(_BREAK))
        if paragraph := "\n".join(filter(None, lines)):
            if unmarked and unmarked[-1]:
                unmarked[-1] = False
                if tag not in _HEADINGS and tag not in _TERMS:
                    paragraph, tag = marked(paragraph, len(unmarked) - 1), "item"
            yield Block(paragraph, tag)


def _whole(element: Any, tag: str) -> str | None:
    """The text of a listing or a table of data; None for all elements to be walked through."""
    # Listings are "quote" in trafilatura's XML, where line breaks are kept for nothing else.
    if tag == "pre" or (tag in {"code", "quote"} and "\n" in (element.text or "")):
        return "".join(element.itertext()).strip("\n")
    if tag != "table" or element.find(".//table") is not None:
        return None
    rows = [[_text(cell) for cell in row.iter("td", "th", "cell")] for row in element.iter("tr", "row")]
    if len(rows) < 2 or max(map(len, rows)) < 2 or any(len(cell) > 400 for row in rows for cell in row):
        return None  # Laid out as a table only.
    first = next(element.iter("tr", "row"))
    marked = all(cell.tag == "th" or cell.get("role") == "head" for cell in first if cell.tag in {"td", "th", "cell"})
    caption = " ".join(_text(part) for part in element.iter("caption"))
    table = render_table(rows, header=True if marked else None)
    return f"{caption}\n{table}" if caption else table


def _is_furniture(element: Any, tag: str) -> bool:
    if tag in {"html", "body", "main", "article"}:
        return False
    if tag in _FURNITURE and (tag != "header" or element.find(".//h1") is None):
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true" or _HIDDEN.search(element.get("style") or ""):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.get("role") in {"navigation", "dialog", "banner", "search"} or _FURNITURE_NAMES.search(names):
        return True
    return bool(_DOUBTFUL_NAMES.search(names)) and _is_to_click(element)


def _is_to_click(element: Any) -> bool:
    """Whether there is something to click or type into, or links make up at least half of the text, or there is none."""
    if next(element.iter(*_CONTROLS), None) is not None:
        return True
    linked = sum(len(_text(link)) for link in element.iter("a"))
    return 2 * linked >= len(_text(element))


def _keep_notes(tree: Any) -> None:
    """Makes a part of the article of each aside in it that only says something: a caution, a tip."""
    for aside in list(tree.iter("aside")):
        within = any(parent.tag in {"main", "article"} for parent in aside.iterancestors())
        if within and not _is_to_click(aside) and next(aside.iter(*_HEADINGS, "ul"), None) is None:
            aside.tag = "div"


def _write_lists(tree: Any) -> None:
    """Writes what a page shows of its lists: numbers, and tables in items, of which trafilatura would leave but their cells."""
    from lxml import etree

    for table in list(tree.iter("table")):
        if next(table.iterancestors(*_ITEMS), None) is not None and (lines := _whole(table, "table")):
            paragraph = etree.Element("p")
            paragraph.text, *others = in_xml(lines).split("\n")
            for line in others:
                etree.SubElement(paragraph, "br").tail = line
            paragraph.tail = in_xml(table.tail or "")
            table.getparent().replace(table, paragraph)
    write_numbers(tree, _UNSEEN)


def _parse(source: str) -> Any:
    """The tree of a page, or None for one without any element."""
    from lxml import etree, html

    # Without huge_tree, text within more than 256 elements, as unclosed tags pile up, would be dropped in silence.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return html.document_fromstring(in_xml(source).encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None


def _title(tree: Any) -> str:
    found = tree.find(".//title")
    return _text(found) if found is not None else ""


def _text(element: Any) -> str:
    """All text within an element, on one line; what stands on lines of its own is parted by a space."""
    from lxml import etree

    parts: list[str] = []
    for event, part in etree.iterwalk(element, events=("start", "end")):
        text = part.text if event == "start" else part.tail if part is not element else ""
        parts.append(f"{'' if part.tag in _INLINE else ' '}{text or ''}")
    return " ".join("".join(parts).split())


def _declared_encoding(data: bytes) -> str:
    """The encoding a page declares in its first bytes, as browsers understand the name, or ""."""
    found = _DECLARED.search(data[:4096])
    name = found[1].decode("ascii", errors="replace").lower() if found else ""
    try:
        return codecs.lookup(_WIDER.get(name, name)).name if _KNOWN.match(name) else ""
    except LookupError:
        return ""


def read_epub(name: str, data: bytes) -> Extract:
    """The chapters of an EPUB book in reading order, with the book's title and date.

    The package is read here: EbookLib, which LlamaIndex's reader needs, is under the AGPL. Raises DocumentError as
    `open_archive`, and where the parts that list the chapters are missing or the book is protected against copying.
    """
    with open_archive(name, data) as archive:
        container = _xml(archive, "META-INF/container.xml")
        path = container.find(".//{*}rootfile").get("full-path")
        package = _xml(archive, path)
        manifest = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
        members = set(archive.namelist())
        blocks: list[Block] = []
        missing = 0
        for reference in package.iterfind(".//{*}spine/{*}itemref"):
            item = manifest.get(reference.get("idref"))
            if item is None or "html" not in item.get("media-type", "html") or "nav" in item.get("properties", "").split():
                continue
            chapter = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(item.get("href") or "")))
            if chapter not in members:
                missing += 1
                continue
            content = archive.read(chapter)
            if (tree := _parse(decode(name, content, _declared_encoding(content)))) is not None:
                _write_lists(tree)
                blocks += _blocks(tree, prune=False)
        encrypted = "META-INF/rights.xml" in members or "META-INF/encryption.xml" in members
    if missing and not blocks:
        raise DocumentError(name, "The book lists chapters that are not in the file.", "Fetch the file anew.")
    if not blocks and encrypted:
        raise DocumentError(name, "The book is protected against copying.", "Use a copy without protection, or leave it out.")
    title = package.findtext(".//{*}metadata/{http://purl.org/dc/elements/1.1/}title") or ""
    date = package.findtext(".//{*}metadata/{http://purl.org/dc/elements/1.1/}date")
    return Extract(_joined(blocks), title=" ".join(title.split()), date=iso_date(date))


def _xml(archive: ZipFile, member: str) -> Any:
    from lxml import etree

    return etree.fromstring(archive.read(member), etree.XMLParser(resolve_entities=False, no_network=True))
