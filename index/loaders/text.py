"""What all formats share: the extracted text, its normal form, and bytes of unknown encoding decoded."""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from index.errors import DocumentError
from index.loaders.language import detect_language


@dataclass(frozen=True, slots=True)
class Extract:
    """What a format gives: its text, and its title and ISO date where the document itself states them.

    `headline` is False where the first line cannot serve as a title, as with the rows of a table.
    """

    text: str
    title: str = ""
    date: str = ""
    headline: bool = True


_REMOVED = re.compile(r"[\x00-\x08\x0e-\x1f\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")
_ISO_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?=$|[T ])")
# Scripts written without spaces between words, and their punctuation: a line break inside them is no space.
_SPACELESS = r"\u3000-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_SPACELESS_JOINT = re.compile(rf"(?<=[{_SPACELESS}])\n(?=[{_SPACELESS}])")


def normalise(text: str) -> str:
    """Bring text to the form all of Quoth works on; applying it twice changes nothing.

    NFC; every line break is one line feed (form feeds and vertical tabs count), never more than two in a row; no other
    C0 controls but tabs, no byte order marks, no lone surrogates (they become U+FFFD), no white space at the ends of lines.
    """
    text = re.sub(r"\r\n?|[\f\v]", "\n", text)
    text = _REMOVED.sub("", text)
    text = unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text)


def join_lines(text: str) -> str:
    """Make one line of a paragraph that layout broke into several."""
    lines = "\n".join(line.strip() for line in text.split("\n") if line.strip())
    return _SPACELESS_JOINT.sub("", lines).replace("\n", " ")


def join_blocks(blocks: Iterable[tuple[str, bool]]) -> str:
    """Put paragraphs together with blank lines between them, and items of a list (True) on lines of their own."""
    parts: list[str] = []
    previous = False
    for text, is_item in blocks:
        if parts:
            parts.append("\n" if previous and is_item else "\n\n")
        parts.append(text)
        previous = is_item
    return "".join(parts)


def iso_date(value: object) -> str:
    """The `YYYY-MM-DD` that a date begins with, or "" where there is none."""
    found = _ISO_DATE.match(str(value).strip()) if value else None
    return found.group() if found else ""


# The legacy encodings in use on the web; leaving the dozens of others out makes the guess on short texts far better.
_LEGACY = ["cp1252", "cp1256", "cp1251", "koi8_r", "cp932", "euc_jp", "gb18030", "big5", "cp949"]
_LEGACY += ["cp1250", "cp1253", "cp1254", "cp1255", "tis_620", "cp1257", "cp1258"]
_LATIN = {
    **dict.fromkeys(["cs", "sk", "pl", "hu", "ro", "sl", "hr", "bs", "sq"], "cp1250"),
    **dict.fromkeys(["tr", "az"], "cp1254"),
    **dict.fromkeys(["et", "lv", "lt"], "cp1257"),
    "vi": "cp1258",
}
_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_SAMPLE = 65_536
_BEFORE_SAMPLE = 500
"""Bytes of ASCII in front of the first others from which an encoding is guessed; too many would drown them."""
_NOT_ASCII = re.compile(rb"[\x80-\xff\x1b]")
_LAST_SPACE = re.compile(rb"[ \n](?=[^ \n]{0,1000}\Z)")
_LAST_ASCII = re.compile(rb"[\x00-\x7f](?=[\x80-\xff]{0,1000}\Z)")


def decode(name: str, data: bytes, declared: str = "") -> str:
    """Decode a text file: byte order mark, strict UTF-8, then the `declared` encoding, then a guess.

    Raises DocumentError where the outcome does not look like text in any language.
    """
    text = _decode(data, declared)
    if _looks_binary(text):
        reason = "The file holds binary data, not text."
        raise DocumentError(name, reason, "Give it the ending of its real format, or leave it out of the folder.")
    return text


def read_text(name: str, data: bytes) -> Extract:
    """A plain text file, as it is. Raises DocumentError as `decode`."""
    return Extract(decode(name, data))


def _decode(data: bytes, declared: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if encoding := _unmarked_utf16(data):
        return data.decode(encoding, errors="replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
        wide = len(text) - len(text.encode("ascii", errors="ignore"))
        # A character cut off or damaged here and there: better one mark of damage than another encoding's letters throughout.
        if text.count("\ufffd") <= wide // 20 + (wide > 3):
            return text
    else:
        # Pure ASCII may still be one of the seven-bit encodings of East Asia, which use the escape character.
        if not text.isascii() or "\x1b" not in text[:_SAMPLE]:
            return text
    return data.decode(declared or _guess_encoding(_telling_part(data)), errors="replace")


def _telling_part(data: bytes) -> bytes:
    """The part from which an encoding can be guessed: around the first bytes that are not ASCII, or the escape character.

    It ends at white space, or else at another ASCII byte if one is near: half a character would rule the right encoding out.
    """
    found = _NOT_ASCII.search(data)
    start = max(found.start() - _BEFORE_SAMPLE, 0) if found else 0
    sample = data[start : start + _SAMPLE]
    if start + _SAMPLE >= len(data):
        return sample
    end = _LAST_SPACE.search(sample) or _LAST_ASCII.search(sample)
    return sample[: end.start() + 1] if end else sample


def _unmarked_utf16(data: bytes) -> str:
    """Name the byte order of UTF-16 without a mark, which shows by a zero in nearly every second byte; else ""."""
    sample = data[:4096]
    half = len(sample) // 2
    if half < 8 or b"\0" not in sample:
        return ""
    even, odd = sample[: 2 * half : 2].count(0) / half, sample[1 : 2 * half : 2].count(0) / half
    if odd > 0.6 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 and odd < 0.05 else ""


def _guess_encoding(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_LEGACY).best()
    encoding = best.encoding if best else "cp1252"
    if encoding not in {"cp1252", *_LATIN.values()}:
        return encoding
    letters = [byte for byte in sample if byte > 0x7F or chr(byte).isalpha()]
    if best is None and sum(byte > 0x7F for byte in letters) > len(letters) / 2:
        return "cp1256"  # Not Latin, and unlike Cyrillic, Greek and the rest, Arabic is what the guess gives up on.
    # The Latin code pages agree on most letters, so the language, which shows in any of them, tells which one it is.
    return _LATIN.get(detect_language(sample.decode("cp1252", errors="replace")), "cp1252")


def _looks_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    strange = sum(unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs"} for character in sample)
    strange += sample.count("\ufffd") - sum(sample.count(white) for white in "\t\n\r\f\v\x1b")
    return strange > len(sample) / 50
