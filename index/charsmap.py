"""Rebuilds SentencePiece's `nmt_nfkc` character map in the binary form that `tokenizers.normalizers.Precompiled` reads.

The form is that of SentencePiece's `precompiled_charsmap`: the size of a double-array trie in bytes (uint32), the trie
(uint32 units in the layout of darts-clone), then the replacements, each ended by a NUL. Keys and replacements are UTF-8.
"""

import struct
import unicodedata
from collections.abc import Mapping

_LEAF = 1 << 8
_VALUE = 1 << 31
_GRAPHEME_BYTES = 6
"""`Precompiled` looks up a whole grapheme only where it is shorter than this; else it goes character by character."""


def compose_pairs(singles: Mapping[str, str]) -> dict[str, str]:
    """A base letter and one mark that Unicode composes into one letter, for every pair that `Precompiled` can reach.

    Longer sequences need no entry: the lookup stops at the shortest match. A base that `singles` itself replaces is
    matched before its pair and needs none either.
    """
    pairs: dict[str, str] = {}
    marks: dict[str, set[str]] = {}
    for mark, replacement in singles.items():
        if len(replacement) == 1 and unicodedata.combining(replacement):
            marks.setdefault(replacement, {replacement}).add(mark)
    for codepoint in range(0x80, 0x30000):
        decomposed = unicodedata.normalize("NFD", chr(codepoint))
        if len(decomposed) != 2 or decomposed[0] in singles:
            continue
        for mark in marks.get(decomposed[1], {decomposed[1]}):
            pair = decomposed[0] + mark
            composed = unicodedata.normalize("NFKC", pair)
            if len(composed) == 1 and len(pair.encode()) < _GRAPHEME_BYTES:
                pairs[pair] = composed
    return pairs


def build_charsmap(replacements: Mapping[str, str]) -> bytes:
    """The binary map that replaces each key (no key may be empty or hold a NUL) by its value."""
    texts = bytearray()
    offsets: dict[str, int] = {}
    values: dict[bytes, int] = {}
    for key, replacement in sorted(replacements.items()):
        if replacement not in offsets:
            offsets[replacement] = len(texts)
            texts += replacement.encode() + b"\0"
        values[key.encode()] = offsets[replacement]
    units = _build_double_array(values)
    return struct.pack("<I", 4 * len(units)) + struct.pack(f"<{len(units)}I", *units) + bytes(texts)


def _build_double_array(values: Mapping[bytes, int]) -> list[int]:
    """A double-array trie (Aoe 1989) in darts-clone's units: a child by byte `b` of a node with base `x` stands at `x ^ b`."""
    root: dict[int, dict[int, object]] = {}
    leaves: dict[int, int] = {}
    for key, value in values.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})  # type: ignore[assignment]
        leaves[id(node)] = value
    units = [0] * 256
    taken = {0}
    bases: set[int] = set()
    first_try: dict[tuple[int, ...], int] = {}
    queue: list[tuple[dict[int, dict[int, object]], int]] = [(root, 0)]
    while queue:
        node, position = queue.pop()
        labels = [0] * (id(node) in leaves) + sorted(node)
        base = first_try.get(tuple(labels), 1)  # what did not fit these labels before will not fit them later
        while base in bases or any(base ^ label in taken for label in labels):
            base += 1
        first_try[tuple(labels)] = base + 1
        bases.add(base)
        taken.update(base ^ label for label in labels)
        units.extend([0] * ((base | 255) + 1 - len(units)))
        units[position] |= (position ^ base) << 10
        if id(node) in leaves:
            units[position] |= _LEAF
            units[base] = _VALUE | leaves[id(node)]
        for label, child in node.items():
            units[base ^ label] = label
            queue.append((child, base ^ label))  # type: ignore[arg-type]
    if len(units) >= 1 << 21:
        raise ValueError("the character map is too large for one-level offsets")
    return units
