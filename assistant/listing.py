"""Lists in the documents: a span that is one, "Mali, Chad and Togo", and spans that stand beside each other in one.

How a language joins the last parts of a list is told by Unicode's tables (CLDR, through Babel).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from babel import Locale, UnknownLocaleError

from index.lines import COMMAS, ITEM_MARK

from .appositions import appositions, begins_with_a_common_noun
from .datatypes import Span
from .demonyms import government_of
from .gazetteer import ARTICLES, CONNECTORS, capital_of, cities, country
from .spelling import words_of
from .values import read_values

BESIDE_SHARE = 0.9
"""How likely what stands in a list beside an answer is one too, as a share of that one's probability."""
LONGEST_PART = 60
MOST_WORDS = 5
"""Characters, and words without a capital. What is longer is a clause, and a list of clauses is left whole."""
_NEXT_LINE = re.compile(rf"[\s\u202f]*[,;،؛.]?\s*\n\s*{ITEM_MARK}\s*")
_OF = CONNECTORS - ARTICLES
_AND_THE = re.compile(r"وال(?!د)\w{3,}")
"""An Arabic word with "and" and "the" before it, "and the border". Those for parents begin alike with letters of their own."""
_THE = re.compile(r"\bو?ال\w{3,}")
ARABIC_COMMA = "،"
JAPANESE_COMMA = "、"
"""In Chinese it parts nothing but members of lists."""
_COMMA = r"(?:[،、;؛，；]|,(?!\d))"
_SEMICOLON = r"[;؛；]"
LONGEST_JOINED = 8
"""Characters, in a script without spaces, of what an "and" joins to the members of a list before it."""
LONGEST_DAY = 2
"""Words before the comma of a date: "Monday", "3 March"."""


def parts_of(span: Span, alone: Callable[[str], bool] = lambda _: False) -> list[Span]:
    """The parts of the list that a span is, or the span itself.

    Two parts, or more that an "and" stands between each time, make a list only where all are places or of countries ("Malian and
    Chadian"), or one is known to stand alone elsewhere, as `alone` tells: "trade and industry" and "Rivers and Forests Trust"
    stay whole, and so does "wants more friends and sells drones and other arms". What is told of a name stays with it: "Clara
    Hoffmann, the mayor".
    """
    text = span.text
    places = _with_whole_members(text, _places(text, span.hit.chunk.language), span.hit.chunk.language)
    parts = [text[start:end] for start, end in places]
    if len(parts) == 1 and country(parts[0]):  # without the "and" written together with it
        return [replace(span, start=span.start + places[0][0], end=span.start + places[0][1], text=parts[0])]
    if len(parts) < 2 or any(_is_clause(part) or not re.search(r"[^\W\d_]", part) for part in parts):
        return [span]
    if any(_is_number(part, span.hit.chunk.language) for part in parts[:-1]):  # "two, three or four weeks"
        return [span]
    known = [bool(_is_place(part) or _is_of_a_country(part)) for part in parts]
    joints = [text[before:after] for (_, before), (after, _) in pairwise(places)]
    by_comma = len(parts) == 2 and _is_comma(joints[0], span.hit.chunk.language)  # "Clara Hoffmann, the mayor"
    is_doubtful = len(parts) == 2 or not any(re.match(rf"\s*{_COMMA}", joint) for joint in joints)
    if is_doubtful and not all(known) and (by_comma or not any(map(alone, parts))):
        return [span]
    if _is_one_name(parts) and not any(known[1:]) and not any(map(alone, parts[1:])):
        return [span]
    told = appositions(parts, joints, span.hit.chunk.language)
    starts = [start for at, (start, _) in enumerate(places) if at not in told]
    ends = [end for at, (_, end) in enumerate(places) if at + 1 not in told]
    return [
        replace(span, start=span.start + start, end=span.start + end, text=text[start:end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _is_number(part: str, language: str) -> bool:
    return any(value.kind == "number" and value.text == part for value in read_values(part, language))


def _is_place(part: str) -> bool:
    """Whether a text is a country, a city, or a city with its country."""
    city, _, rest = part.rpartition(", ")
    return bool(country(part) or cities(part) or (country(rest) and (capital_of(city) or cities(city))))


def _is_of_a_country(part: str) -> bool:
    """Whether a text is a country's adjective with a capital, which stands for its people or government: "Malian"."""
    return part[:1].isupper() and bool(government_of(part))


def beside_each_other(spans: Sequence[Span]) -> list[Span]:
    """The spans in their order; those that stand beside a likelier one in a list gain from it, and lose their "and".

    One that is two members with mere commas between, the "some wool, some salt" of "some wool, some salt and leather", falls into
    them, where none is a name: "Acme, Inc." and "Portland, Oregon" look alike.

    The reader shares out its belief among the members of a list, and often leaves most of it to one of them. Commas alone make no
    list ("Clara Hoffmann, the mayor"): there must be an "and", a semicolon or a new line of a list. What is told of a name there
    gains nothing.
    """
    by_chunk: dict[int, list[int]] = defaultdict(list)
    for position in sorted(range(len(spans)), key=lambda position: spans[position].start):
        by_chunk[spans[position].hit.chunk_id].append(position)
    found = list(spans)
    several: dict[int, list[Span]] = {}
    for positions in by_chunk.values():
        for row in _rows(positions, spans):
            highest = max(spans[position].probability for position in row)
            for position in _members(row, spans):
                found[position] = replace(spans[position], probability=max(spans[position].probability, BESIDE_SHARE * highest))
            for position in _begun_with_and(row, spans):
                found[position] = _without_and(found[position])
            members = parts_of(_from_to(spans[row[0]], spans[row[-1]]))
            several |= {position: _members_in(found[position], members) for position in row}
    return [part for position, span in enumerate(found) for part in several.get(position, [span])]


def _from_to(first: Span, last: Span) -> Span:
    """All that stands in a chunk from one span to another."""
    chunk = first.hit.chunk
    return replace(first, end=last.end, text=chunk.text[first.start - chunk.start : last.end - chunk.start])


def _members_in(span: Span, members: Sequence[Span]) -> list[Span]:
    """Those of the members of a list that a span is; the span itself where it is one, or where one may tell of another."""
    language = span.hit.chunk.language
    within = [member for member in members if span.start <= member.start and member.end <= span.end]
    if len(within) < 2 or (within[0].start, within[-1].end) != (span.start, span.end):
        return [span]
    if not all(_is_comma(between(one, other), language) for one, other in pairwise(within)):
        return [span]
    if not all(begins_with_a_common_noun(member.text, language) for member in within):
        return [span]
    return [replace(span, start=member.start, end=member.end, text=member.text) for member in within]


def _rows(positions: Sequence[int], spans: Sequence[Span]) -> Iterator[list[int]]:
    """The positions of spans that stand in one list, for each list. `positions` are in the order of the chunk."""
    row, is_list = [positions[0]], False
    for one, other in pairwise(positions):
        joint = list_joint(spans[one], spans[other])
        if joint is None:
            if is_list:
                yield row
            row, is_list = [], False
        is_list |= joint is not None and not _is_comma(joint, spans[one].hit.chunk.language)
        row.append(other)
    if is_list:
        yield row


def _members(row: Sequence[int], spans: Sequence[Span]) -> list[int]:
    """The positions of those spans of a list that are no appositions."""
    joints = [list_joint(spans[one], spans[other]) or "" for one, other in pairwise(row)]
    told = appositions([spans[position].text for position in row], joints, spans[row[0]].hit.chunk.language)
    return [position for at, position in enumerate(row) if at not in told]


def _begun_with_and(row: Sequence[int], spans: Sequence[Span]) -> list[int]:
    """The positions of those spans of a list that begin with an "and" written together with them.

    Where no "the" follows it, or none is in the member before, it might be a letter of the word.
    """
    if not _joints(spans[row[0]].hit.chunk.language).attached:
        return []
    return [other for one, other in pairwise(row) if _THE.search(spans[one].text) and _AND_THE.match(spans[other].text)]


def _without_and(span: Span) -> Span:
    length = len(_joints(span.hit.chunk.language).attached)
    return replace(span, start=span.start + length, text=span.text[length:])


def _is_clause(part: str) -> bool:
    if country(part):
        return False
    return len(part) > LONGEST_PART or sum(not word[0].isupper() for word in part.split()) > MOST_WORDS


def _is_comma(joint: str, language: str) -> bool:
    return joint.strip() in COMMAS or (joint.strip() == JAPANESE_COMMA and language == "ja")


def list_joint(first: Span, second: Span) -> str | None:
    """What stands between two spans of one chunk, if it is nothing but what parts the members of a list."""
    joint = between(first, second).removeprefix(".")  # that of an abbreviation: "Acme Inc., Dune Ltd. and Rock Co."
    joints = _joints(first.hit.chunk.language)
    begins_with_and = bool(joints.attached) and second.text.startswith(joints.attached)
    if begins_with_and and first.end < second.start and joint.strip() in {"", ARABIC_COMMA}:
        return joints.attached
    if joints.attached and joint.split() in ([joints.attached], [ARABIC_COMMA, joints.attached]):  # the second without it
        return joints.attached
    parts = joints.separator.fullmatch(joint) or _NEXT_LINE.fullmatch(joint) or (joint and joint == joints.unspaced)
    return joint if parts else None


def is_or_between(first: Span, second: Span) -> bool:
    """Whether nothing but the language's "or" stands between two spans of one chunk."""
    either = _joints(first.hit.chunk.language).either
    return bool(either and either.fullmatch(between(first, second)))


def between(first: Span, second: Span) -> str:
    """What stands between two spans of one chunk, of which the second comes later; "" where they overlap."""
    chunk = first.hit.chunk
    return chunk.text[first.end - chunk.start : second.start - chunk.start]


def _is_one_name(parts: Sequence[str]) -> bool:
    """Whether parts are those of "the Ministry of Trade, Industry and Tourism", unlike "mills of Kolo, wells and a bridge"."""
    return bool(_OF.intersection(words_of(parts[0]))) and all(len(part.split()) == 1 and part[0].isupper() for part in parts[1:])


def _with_whole_members(text: str, places: Iterable[tuple[int, int]], language: str) -> list[tuple[int, int]]:
    """The places of the parts, those joined that are one: "Bosnia and Herzegovina", "Niamey, Niger", "Monday, 3 March"."""
    whole: list[tuple[int, int]] = []
    for start, end in places:
        joins = bool(whole) and _are_one(text[slice(*whole[-1])], text[whole[-1][1] : start], text[start:end], language)
        whole.append((whole.pop()[0] if joins else start, end))
    return whole


def _are_one(first: str, joint: str, second: str, language: str) -> bool:
    """Whether two parts and what stands between them name one thing: a country, a city and its country, or a date."""
    if country(first + joint + second):
        return True
    if joint.strip() not in COMMAS:
        return False
    if code := country(second):
        return not country(first) and ((capital_of(first) or code) == code and bool(capital_of(first) or cities(first)))
    values = read_values(first + joint + second, language)
    return len(values) == 1 and values[0].kind == "date" and second[:1].isdigit() and len(first.split()) <= LONGEST_DAY


def _places(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Where the parts between commas and the language's "and" stand; between semicolons, where there are any."""
    joints = _joints(language)
    separator = joints.between_lists if re.search(_SEMICOLON, text) else joints.separator
    edges = [found.span() for found in separator.finditer(text)]
    edges += _last_or(text, edges, language)
    bounds = [0, *(edge for each in edges for edge in each), len(text)]
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        piece = text[start:end]
        if not piece.strip():
            continue
        # An "and" that is written together with the word after it: only where a country follows, or "the" behind a comma, for it
        # may be a letter of it.
        at = int(bool(joints.attached and start and _AND_THE.match(piece)))
        for found in re.finditer(rf"(?:^|\s+){joints.attached}", piece) if joints.attached else ():
            if country(piece[found.end() :]) and (found.start() == 0 or country(piece[at : found.start()])):
                if piece[at : found.start()].strip():
                    yield start + at, start + found.start()
                at = found.end()
        first, _, second = piece.partition(joints.unspaced) if joints.unspaced else ("", "", "")
        if first and second and _are_joined(piece, first, second, behind_another=start > 0):
            yield start, start + len(first)
            at = len(first) + len(joints.unspaced)
        yield start + at, end


def _last_or(text: str, edges: Sequence[tuple[int, int]], language: str) -> list[tuple[int, int]]:
    """Where the "or" before the last member of a list stands, if commas alone part the others; none where another "or" is."""
    either = _joints(language).either
    found = list(either.finditer(text)) if either and edges else []
    if len(found) != 1 or found[0].start() < edges[-1][0] or not all(_is_comma(text[slice(*edge)], language) for edge in edges):
        return []
    return [(max(edges[-1][1], found[0].start()), found[0].end())]


def _are_joined(piece: str, first: str, second: str, *, behind_another: bool) -> bool:
    """Whether an "and" without spaces around it parts two members: both places, or short and the last ones of a list."""
    if country(piece):
        return False
    if all(country(part) or cities(part) for part in (first, second)):
        return True
    return behind_another and max(len(first), len(second)) <= LONGEST_JOINED


def _last_joints(language: str, style: str) -> set[str]:
    """What a language puts between two members of a list and before the last of several, by CLDR."""
    patterns = list_patterns(language, style)
    return {pattern.removeprefix("{0}").removesuffix("{1}") for pattern in (patterns.get("2", ""), patterns.get("end", ""))}


def list_patterns(language: str, style: str) -> Mapping[str, str]:
    """How a language joins the members of a list; empty where that is not known. `style` is CLDR's: "standard", "or"."""
    try:
        return Locale.parse(language).list_patterns.get(style) or {}
    except (UnknownLocaleError, ValueError):
        return {}


@dataclass(frozen=True, slots=True)
class _Joints:
    """What parts the members of a list in a language; `between_lists`, those of a list whose members hold commas.

    `either` is its "or", if it stands between spaces and is no "of" elsewhere (Dutch). `attached` is the "and" that is written
    together with the last member, `unspaced` the one between two without a space, where that is the custom.
    """

    separator: re.Pattern[str]
    between_lists: re.Pattern[str]
    either: re.Pattern[str] | None
    attached: str
    unspaced: str


@lru_cache(maxsize=64)
def _joints(language: str) -> _Joints:
    joints = _last_joints(language, "standard")
    words, alternatives = _spaced(joints), sorted(set(_spaced(_last_joints(language, "or"))) - _OF)
    attached = next((joint.strip() for joint in joints if joint.startswith(" ") and not joint.endswith(" ")), "")
    unspaced = next((joint for joint in joints if joint and joint == joint.strip() and joint.isalpha()), "")
    last = rf"(?:{'|'.join(map(re.escape, words))})\s+" if words else ""
    parted = [rf"\s*{mark}\s*" + (f"(?:{last})?" if last else "") for mark in (_COMMA, _SEMICOLON)]
    separator = rf"{parted[0]}|\s+{last}" if last else parted[0]
    either = re.compile(rf"\s+(?:{'|'.join(map(re.escape, alternatives))})\s+") if alternatives else None
    return _Joints(re.compile(separator), re.compile(parted[1]), either, attached, unspaced)


def _spaced(joints: Iterable[str]) -> list[str]:
    """Those of a language's joints that are words between spaces."""
    return sorted({joint.strip(" ,،、") for joint in joints if joint.endswith(" ")} - {""})
