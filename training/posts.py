"""Who holds which post of what: questions over passages that, like news reports, name several officials of several places.

A reader takes the president of one country for that of another whose name is alike, or another official of the right country,
where the right one is not named. Places, posts, people and what they do (training/posts.json) are of our own writing in several
languages, drawn at random; the countries of the example documents are left out.

Of posts.json, a list of forms or patterns may hold a pair in place of one, for a man and for a woman. `tidy` of a language are
replacements, in order, of what stands wrong once a pattern is filled. `without` of a place are posts that it does not have;
`no_adjective` of a post are languages in which no place's adjective goes with it.
"""

import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_skeleton

from .names import LANGUAGES, WEIGHTS
from .rows import Row
from .telling import Sentence, told

FILE = Path(__file__).parent / "posts.json"
POSTS = "posts"
POST_NEGATIVES = "negatives, posts"
POST_GROUPS = "groups, posts"
HELD_OUT = frozenset(
    {
        *("austria", "australia", "gambia", "zambia", "iraq", "sweden"),
        *("northern_rivers_union", "southern_rivers_union", "highlands_conference"),
    }
)
"""The places that training does not see."""
OWN_LANGUAGE = 0.5
"""Of the passages, those in the question's language, beside those that happen to be."""
HOLDERS = 0.5
"""Of the questions, those that ask who holds a post; the others ask about something that an official did."""
ALIKE = 0.5
"""Of the rivals that hold the same post elsewhere, those of a place with a name alike, where there is one."""
FORMER = 0.3
"""Of the questions who holds a post, those whose passages may also name who held it before."""
SAME_DEED = 0.5
"""Of the passages for questions about something done, those in which others do the same.

In the others somebody who takes part in it does something else.
"""
SEX_KNOWN = 0.5
"""Of the questions who holds a post, those that use the form for that one's sex; the others use a man's."""
FILLERS = 3
"""Sentences that name nobody, at most."""
BETWEEN = (" ", " ", " ", "\n\n")
"""What parts the sentences of a passage, as often as it stands here."""
_SLOT = re.compile(r"\{(\w+)\}")
_FIRST_DAY, _DAYS = date(2023, 1, 1), 365

Ranges = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who holds a post of a place, or held it before. Each is an entry of posts.json."""

    post: Any
    place: Any
    person: Any
    former: bool = False


@dataclass(frozen=True, slots=True)
class _Text:
    """A text, and where its slots' values stand in it."""

    text: str
    ranges: Ranges


@dataclass(frozen=True, slots=True)
class _Deed:
    """Which frame is told, by its number, of whom by their parts, where and when."""

    frame: int
    acting: Mapping[str, Official]
    town: Any
    day: date


def post_rows(count: int, seed: int, *, answered: bool, held_out: bool = False) -> list[Row]:
    """Rows with their answer, or without. Of the places HELD_OUT, or of all others."""
    chooser = random.Random(f"{seed} posts {answered}")
    return [_rows((answered,), chooser, held_out=held_out)[0] for _ in range(count)]


def post_groups(count: int, seed: int) -> list[list[Row]]:
    """Groups of a question over a passage that answers and two that name others only."""
    chooser = random.Random(f"{seed} groups of posts")
    return [_rows((True, False, False), chooser, held_out=False) for _ in range(count)]


def _rows(answered: Sequence[bool], chooser: random.Random, *, held_out: bool) -> list[Row]:
    """Rows of one question, each over a passage of its own."""
    (asked,) = chooser.choices(LANGUAGES, WEIGHTS)
    wanted, rivals = _officials(chooser, held_out=held_out)
    towns = iter(chooser.sample(_data()["towns"], len(_data()["towns"])))
    deed, part = _deed(wanted, rivals, towns, chooser)
    absent = [rival for rival in rivals if rival not in deed.acting.values()]
    if of_holder := chooser.random() < HOLDERS:
        question, slot = _who_holds(wanted, asked, chooser), f"{part} name"
    else:
        question, slot = _who_did(deed, asked, chooser)
        absent = [rival for rival in absent if not rival.former]
    rows = []
    for answers in answered:
        read = asked if chooser.random() < OWN_LANGUAGE else chooser.choices(LANGUAGES, WEIGHTS)[0]
        near = rivals if of_holder and not answers else absent
        count = chooser.randint(2, 4) if answers else chooser.randint(2, 4) + len(deed.acting)
        named = chooser.sample(near, min(len(near), count))
        sentences = _beside(named, None if of_holder else deed, read, towns, chooser)
        if answers:
            answering = _told(read, deed, chooser)
            sentences.insert(chooser.randint(0, len(sentences)), Sentence(answering.text, answering.ranges[slot]))
        for filler in chooser.sample(_data()[read]["fillers"], chooser.randint(0, FILLERS)):
            sentences.insert(chooser.randint(0, len(sentences)), Sentence(filler))
        text, places = told(sentences, "", chooser, BETWEEN)
        rows.append(Row(POSTS, asked, read, question, text, places))
    return rows


def _officials(chooser: random.Random, *, held_out: bool) -> tuple[Official, list[Official]]:
    """The one who is asked about, and others: of the same post elsewhere, of other posts there, the one before.

    No two hold the same post of the same place.
    """
    data = _data()
    places = [place for place in data["places"] if (place["key"] in HELD_OUT) == held_out]
    place = chooser.choice(places)
    others = [one for one in places if one is not place and one["sort"] == place["sort"]]
    alike = [one for one in others if any({one["key"], place["key"]} == set(pair) for pair in data["alike"])]
    near = chooser.choice(alike if alike and chooser.random() < ALIKE else others)
    far = chooser.choice([one for one in others if one is not near])
    post, second, third = chooser.sample([post for post in data["posts"] if _has(place, post)], 3)
    held = [(second, place), (third, place), (post, near), (post, far), (second, near), (third, far), (second, far)]
    people = iter(chooser.sample(data["people"], len(held) + 2))
    wanted = Official(post, place, next(people))
    rivals = [Official(one, where, next(people)) for one, where in held if _has(where, one)]
    if chooser.random() < FORMER:
        rivals.append(Official(post, place, next(people), former=True))
    return wanted, rivals


def _has(place: Any, post: Any) -> bool:
    return place["sort"] in post["of"] and post["key"] not in place.get("without", ())


def _deed(wanted: Official, rivals: Sequence[Official], towns: Iterator[Any], chooser: random.Random) -> tuple[_Deed, str]:
    """Something that the wanted one does, with others where it takes several, and the part of the wanted one."""
    number = chooser.randrange(len(_frames(LANGUAGES[0])))
    parts = _parts(number)
    taking = [wanted, *chooser.sample([rival for rival in rivals if not rival.former], len(parts) - 1)]
    chooser.shuffle(taking)
    return _Deed(number, dict(zip(parts, taking, strict=True)), next(towns), _day(chooser)), parts[taking.index(wanted)]


def _who_holds(wanted: Official, language: str, chooser: random.Random) -> str:
    sex = wanted.person["sex"] if chooser.random() < SEX_KNOWN else 0
    values = _values(wanted, language, sex)
    del values["name"]
    return _tidied(_filled(_form(chooser.choice(_data()[language]["holder"]), sex), values), language, capital=False).text


def _who_did(deed: _Deed, language: str, chooser: random.Random) -> tuple[str, str]:
    """A question about a deed that calls the officials by their posts, and the slot whose value answers it."""
    pattern, slot = chooser.choice(_frames(language)[deed.frame]["questions"])
    roles = {}
    for part, official in deed.acting.items():
        sex = official.person["sex"]
        roles[f"p{part}"] = _filled(_form(_data()[language]["role"], sex), _values(official, language, sex)).text
    question = _filled(pattern, {**roles, "town": _in(deed.town, language)})
    return _tidied(question, language, capital=True).text, f"{slot} name" if slot.isdigit() else slot


def _beside(
    officials: Sequence[Official], deed: _Deed | None, language: str, towns: Iterator[Any], chooser: random.Random
) -> list[Sentence]:
    """What officials do who have no part in the deed that is asked about, if one is.

    They do the same, or something else together with one who has a part in it.
    """
    frames = frozenset(range(len(_frames(language))))
    if deed is None:
        return _about(officials, language, towns, chooser, frames)
    if chooser.random() < SAME_DEED and len(officials) >= len(deed.acting):
        same, others = officials[: len(deed.acting)], officials[len(deed.acting) :]
        return [_sentence(deed.frame, same, language, towns, chooser), *_about(others, language, towns, chooser, frames)]
    taking = list(officials)
    taking[chooser.randrange(len(taking))] = chooser.choice(list(deed.acting.values()))
    return _about(taking, language, towns, chooser, frames - _alike(deed.frame))


def _about(
    officials: Sequence[Official], language: str, towns: Iterator[Any], chooser: random.Random, frames: Iterable[int]
) -> list[Sentence]:
    """Sentences in which the officials do something, one to three in each, by some of the frames.

    Those who are left when no frame has so few are left out.
    """
    left = list(officials)
    sentences = []
    while possible := [number for number in frames if len(_parts(number)) <= len(left)]:
        number = chooser.choice(possible)
        taking = [left.pop() for _ in _parts(number)]
        sentences.append(_sentence(number, taking, language, towns, chooser))
    return sentences


def _sentence(
    number: int, officials: Sequence[Official], language: str, towns: Iterator[Any], chooser: random.Random
) -> Sentence:
    """A sentence of a frame that answers nothing, in some town and on some day."""
    deed = _Deed(number, dict(zip(_parts(number), officials, strict=True)), next(towns), _day(chooser))
    return Sentence(_told(language, deed, chooser).text)


def _alike(frame: int) -> frozenset[int]:
    """A frame and those that tell of something like it, by their numbers: who is received is talked to."""
    return frozenset({frame}.union(*(frames for frames in _data()["alike_deeds"] if frame in frames)))


def _told(language: str, deed: _Deed, chooser: random.Random) -> _Text:
    """A frame with its officials: the ranges of their names are under "1 name", "2 name" and so on, of the others by slot."""
    frame = _frames(language)[deed.frame]
    mentions = {
        part: _mention(official, language, chooser, nominative=part in frame.get("nominative", ()))
        for part, official in deed.acting.items()
    }
    values: dict[str, str | _Text] = {"town": _in(deed.town, language), "day": _written(deed.day, language), **mentions}
    return _tidied(_filled(frame["text"], values), language, capital=True)


def _mention(official: Official, language: str, chooser: random.Random, *, nominative: bool) -> _Text:
    spoken = _data()[language]
    patterns = spoken["former"] if official.former else spoken["mentions"]
    if nominative and not official.former:
        patterns = patterns + spoken["mentions_nominative"]
    sex = official.person["sex"]
    values = _values(official, language, sex)
    forms = [_form(pattern, sex) for pattern in patterns]
    return _filled(chooser.choice([form for form in forms if set(_SLOT.findall(form)) <= values.keys()]), values)


def _values(official: Official, language: str, sex: int) -> dict[str, str]:
    """What stands for the slots of a mention or of a question about one."""
    place, post = official.place[language], official.post[language]
    values = {slot: str(place[slot]) for slot in ("of", "whose") if slot in place}
    if "adjective" in place and language not in official.post.get("no_adjective", ()):
        values["adjective"] = place["adjective"][sex]
    if isinstance(post, dict):
        values |= {"post": post["of"][sex], "definite": post["definite"][sex]}
    else:
        values["post"] = post[sex]
    return values | {"name": _in(official.person, language)}


def _form(pattern: str | Sequence[str], sex: int) -> str:
    """A pattern, or of a pair the one for a man, 0, or a woman, 1."""
    return pattern if isinstance(pattern, str) else pattern[sex]


def _filled(pattern: str, values: Mapping[str, str | _Text]) -> _Text:
    """A pattern with its slots filled; what a value's own slots hold goes under the slot's name and theirs."""
    text, ranges, end = "", {}, 0
    for slot in _SLOT.finditer(pattern):
        text += pattern[end : slot.start()]
        value = values[slot[1]]
        inner = value if isinstance(value, _Text) else _Text(value, {})
        ranges[slot[1]] = len(text), len(text) + len(inner.text)
        ranges |= {f"{slot[1]} {name}": (len(text) + a, len(text) + b) for name, (a, b) in inner.ranges.items()}
        text += inner.text
        end = slot.end()
    return _Text(text + pattern[end:], ranges)


def _tidied(filled: _Text, language: str, *, capital: bool) -> _Text:
    """A filled pattern after its language's replacements, with a capital at its beginning if it takes one.

    A replacement starts or ends in the middle of no name.
    """
    text, ranges = filled.text, dict(filled.ranges)
    for old, new in _data()[language]["tidy"]:
        while (at := text.find(old)) >= 0:
            text = text[:at] + new + text[at + len(old) :]
            last, shorter = at + len(old), len(old) - len(new)
            ranges = {
                slot: (start - shorter if start >= last else start, end - shorter if end >= last else min(end, at + len(new)))
                for slot, (start, end) in ranges.items()
            }
    return _Text(text[:1].upper() + text[1:] if capital else text, ranges)


def _frames(language: str) -> Any:
    return _data()[language]["frames"]


@cache
def _parts(number: int) -> tuple[str, ...]:
    """Of a frame, by its number: as many officials take part in every language."""
    return tuple(sorted({slot for slot in _SLOT.findall(_frames(LANGUAGES[0])[number]["text"]) if slot.isdigit()}))


def _in(entry: Any, language: str) -> str:
    return str(entry["ar" if language == "ar" else "latin"])


def _day(chooser: random.Random) -> date:
    return date.fromordinal(_FIRST_DAY.toordinal() + chooser.randrange(_DAYS))


def _written(day: date, language: str) -> str:
    """A day as a report writes it: every other one by the name of the weekday."""
    if day.toordinal() % 2:
        return format_date(day, "EEEE", locale=language)
    written = format_skeleton("MMMMd", day, locale=language)
    return f"1er {written.removeprefix('1 ')}" if language == "fr" and day.day == 1 else written


@cache
def _data() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))
