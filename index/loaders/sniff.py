"""What a file really is, told by its first bytes, and archives checked before any library unpacks them."""

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from index.errors import DocumentError

MAX_UNPACKED = 500_000_000
"""Bytes that all members of an archive may hold together."""

MAX_MARKUP = 100_000_000
"""Bytes of XML and HTML, which libraries hold in memory as trees many times as large. What is streamed is not counted."""

_MAX_MEMBERS = 100_000
_CONVERT = "Convert it to a format that Quoth reads, or leave it out of the folder."
_DAMAGED = "Open it in the program it came from and save it again, or fetch it anew."
_NO_PASSWORD = "Save a copy without the password and put that into the folder."  # noqa: S105

_OFFICE = {
    ".docx": "a Word document",
    ".pptx": "a PowerPoint presentation",
    ".xlsx": "an Excel workbook",
    ".epub": "an EPUB book",
}
_PARTS = {".docx": "word/", ".pptx": "ppt/", ".xlsx": "xl/"}
# Signature, what it is, and the ending it should have where Quoth reads it.
_SIGNATURES = [
    (rb"%PDF-", "a PDF", ".pdf"),
    (rb"PK(\x03\x04|\x05\x06)", "a ZIP archive", ""),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Word, Excel or PowerPoint file of the format before 2007", ""),
    (rb"\{\\rtf", "an RTF document", ""),
    (rb"\x89PNG\r\n\x1a\n", "a PNG image", ""),
    (rb"\xff\xd8\xff", "a JPEG image", ""),
    (rb"GIF8[79]a", "a GIF image", ""),
    (rb"II\x2a\0|MM\0\x2a", "a TIFF image", ""),
    (rb"BM.{4}\0\0\0\0", "a BMP image", ""),
    (rb"RIFF.{4}WEBP", "a WebP image", ""),
    (rb"RIFF.{4}(WAVE|AVI )|ID3[\x02-\x04]|OggS|fLaC|.{4}ftyp|\x1aE\xdf\xa3", "audio or video", ""),
    (rb"\x1f\x8b\x08|BZh[1-9]1AY&SY|\xfd7zXZ\0|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x28\xb5\x2f\xfd", "a compressed archive", ""),
    (rb"SQLite format 3\0", "an SQLite database", ""),
    (rb"\x7fELF|MZ.{0,60}\0\0|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe", "a program", ""),
    (rb"%!PS", "a PostScript file", ""),
]
_PATTERNS = [(re.compile(pattern, re.DOTALL), what, ending) for pattern, what, ending in _SIGNATURES]
_ENTITY = "<!ENTITY"
_MARKUP = (".xml", ".rels", ".vml", ".opf", ".ncx", ".xhtml", ".html", ".htm")
_STREAMED = ("xl/worksheets/", "xl/sharedstrings.xml", "xl/pivotcache/", "xl/calcchain.xml")
"""What is read in pieces, or not at all."""
_MARKUP_BEGINS = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")


def check_kind(name: str, suffix: str, data: bytes) -> None:
    """Raise DocumentError where the first bytes belong to another format than the ending says."""
    what, ending = _kind_of(data)
    if suffix == ".pdf":
        if b"%PDF-" in data[:1024]:  # Some programs write a few bytes before the header, and viewers accept it.
            return
        reason = (
            f"The file is not a PDF but looks like {what}." if what else "The file is not a PDF, or its beginning is damaged."
        )
    elif suffix in _OFFICE:
        if ending == suffix:
            return
        if what.startswith("a Word, Excel or PowerPoint") and "EncryptedPackage".encode("utf-16-le") in data:
            raise DocumentError(name, "The file is encrypted with a password.", _NO_PASSWORD)
        if what == "a ZIP archive" or not what:
            what_it_is = _OFFICE[suffix]
            raise DocumentError(name, f"The file is damaged: it cannot be opened as {what_it_is}.", _DAMAGED)
        reason = f"The file is not {_OFFICE[suffix]} but looks like {what}."
    elif not what:
        return
    else:
        reason = f"The file is not text but looks like {what}."
    raise DocumentError(name, reason, f"Give it the ending {ending}." if ending else _DAMAGED if not what else _CONVERT)


def _kind_of(data: bytes) -> tuple[str, str]:
    for pattern, what, ending in _PATTERNS:
        if pattern.match(data):
            return _kind_of_archive(data) if what == "a ZIP archive" else (what, ending)
    return "", ""


def _kind_of_archive(data: bytes) -> tuple[str, str]:
    """Tell documents that are ZIP archives within by the names of their members."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                mimetype = archive.read("mimetype").strip()
                if mimetype.startswith(b"application/vnd.oasis.opendocument"):
                    return "an OpenDocument file", ""
    except Exception:
        return "a ZIP archive", ""
    if "META-INF/container.xml" in names:
        return _OFFICE[".epub"], ".epub"
    if "[Content_Types].xml" in names:
        for ending, folder in _PARTS.items():
            if any(member.startswith(folder) for member in names):
                return _OFFICE[ending], ending
    return "a ZIP archive", ""


def open_archive(name: str, data: bytes) -> ZipFile:
    """Open a document that is a ZIP archive within, once it is known to unpack to a sane size without tricks.

    Raises DocumentError for a damaged, encrypted or absurdly large archive, and for XML that defines entities: they serve
    no purpose in documents but are the stuff of "billion laughs" attacks. zipfile never unpacks more than a member declares.
    """
    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise DocumentError(name, "The file is damaged: it is not a complete archive.", _DAMAGED) from error
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise DocumentError(name, "The file is encrypted with a password.", _NO_PASSWORD)
    if len(members) > _MAX_MEMBERS:
        reason = f"The file holds {len(members):,} parts, which is too much."
        raise DocumentError(name, reason, "Check where it comes from; if it is sound, split it into smaller files.")
    parts = [member for member in members if _is_markup(archive, member)]
    markup = sum(member.file_size for member in parts if not member.filename.lower().startswith(_STREAMED))
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or markup > MAX_MARKUP:
        reason = f"The file would unpack to {unpacked / 1e6:,.0f} MB in {len(members):,} parts, which is too much."
        raise DocumentError(name, reason, "Check where it comes from; if it is sound, split it into smaller files.")
    for member in parts:
        if member.filename.lower().endswith(".svg"):  # a picture, which no reader opens
            continue
        with archive.open(member) as file:
            beginning = file.read(65_536)
        if any(_ENTITY.encode(encoding) in beginning for encoding in ("ascii", "utf-16-le", "utf-16-be")):
            reason = f"The part {member.filename} defines XML entities, as attacks on readers do."
            raise DocumentError(name, reason, "Check where it comes from, open it in its program and save it again.")
    return archive


def _is_markup(archive: ZipFile, member: ZipInfo) -> bool:
    """Whether a member is XML or HTML, by its name or by what it begins with: the name alone may hide it."""
    if member.filename.lower().endswith(_MARKUP):
        return True
    try:
        with archive.open(member) as file:
            return bool(_MARKUP_BEGINS.match(file.read(65_536)))
    except (BadZipFile, NotImplementedError, OSError, ValueError, EOFError, zlib.error):
        return False
