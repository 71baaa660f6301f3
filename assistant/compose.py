"""Spans -> what the answer says: short answers or sentences, each once with all its sources, or nothing.

A question that wants a name, a number, or several of them is answered with those, and each citation quotes the sentence around
it. One that wants more (how, why, what happened, is it true that) is answered with sentences, in the order of their documents.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.lines import is_heading, is_stopped

from .choice import offered
from .cite import make_citation
from .confidence import confidence
from .datatypes import Citation, Draft, Span
from .denied import without_denied
from .disagreement import contradicting, is_list_of_values, with_unit
from .gazetteer import capital_of, cities, country, country_name
from .grouping import grouped, support, without_form, without_fragments
from .list_items import beginning, with_fellow_items, without_announcements
from .listing import beside_each_other, parts_of
from .names import countries_named, names_in
from .parties import by_party
from .question_kind import SENTENCE_KINDS, Kind
from .read import Asked

LEAST_SHARE = {Kind.ONE: 0.6, Kind.SEVERAL: 0.2, Kind.EXPLAIN: 0.35, Kind.CONFIRM: 0.6}
"""How likely an item must be at least, all its documents together, as a share of the likeliest one's probability."""
ENUMERATED, SURELY = 3, 0.3
"""Items that one sentence, or a list on lines of its own, must give at least, and how likely each must be, to be a whole list;"""
BESIDE_ENUMERATION = 0.7
"""and how likely what stands elsewhere must then be, as a share of the least likely of them."""
MOST = {Kind.ONE: 3, Kind.SEVERAL: 99, Kind.EXPLAIN: 5, Kind.CONFIRM: 2}
"""Items shown at most, where the settings allow as many."""
CLOSEST = 3
"""Passages shown where the documents don't tell."""
CITED_SHARE = 0.15
"""How likely a place must be an answer to be cited for it, as a share of the likeliest place's probability."""
CITED_BESIDE = 0.5
"""What is enough to be cited for an answer that other places give, as a share of what would be enough to be an answer alone."""
UNLIKELY_SHARE = 0.1
"""Spans less likely than this share of the threshold are not looked at: they could not be shown."""
MOST_SPANS = 240
"""Spans looked at, the likeliest: each is held against each, and of long lists there may be many hundreds."""


@dataclass(frozen=True, slots=True)
class Group:
    """The spans of one answer, the likeliest first. `kept` tells whether it is shown, `reason` why or why not."""

    spans: tuple[Span, ...]
    kept: bool
    reason: str

    @property
    def confidence(self) -> float:
        """How sure it is, by its likeliest span, which decides whether the documents tell at all."""
        return confidence(self.spans[0].probability)

    @property
    def together(self) -> float:
        """How likely at least one of the documents that give this answer is right: what makes it one answer among others."""
        return support(self.spans)


@dataclass(frozen=True, slots=True)
class Composition:
    """What is to be said: `drafts` of items, whether their sources disagree, the groups there were to choose from.

    `left_out` are those that were not among these, for what they are and not for how likely.
    """

    drafts: tuple[Draft, ...]
    disagreement: bool
    considered: tuple[Group, ...]
    left_out: tuple[Group, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """All groups."""
        return (*self.considered, *self.left_out)


def compose(asked: Asked, spans: Sequence[Span], threshold: float, maximum_items: int) -> Composition:
    """At most `maximum_items` drafts; none where no span is as likely as `threshold` by itself. The same answer comes once.

    `threshold` is on the scale of the spans' probabilities (confidence.probability_at of the setting). Of several forms of one
    answer, one in the question's language is shown. What the question itself names is no answer to it, unless nothing else is or
    it offers that for a choice.
    """
    wants_sentences = asked.kind in SENTENCE_KINDS
    left_out: list[Group] = []
    spans = [span for span in spans if span.text.strip()]
    if asked.kind is Kind.SEVERAL:
        spans, announcing = without_announcements(with_fellow_items(spans))
        left_out += _each_left_out(announcing, "it announces what follows it")
        alone = {without_form(span.text) for span in spans}
        spans = [part for span in beside_each_other(spans) for part in parts_of(span, lambda part: without_form(part) in alone)]
    spans = [span for span in spans if span.probability >= UNLIKELY_SHARE * threshold]
    spans = sorted(spans, key=lambda span: -span.probability)[:MOST_SPANS]
    if not wants_sentences:
        spans = [with_unit(span) for span in spans]
        spans, named = _without_named(spans, asked)
        left_out += _each_left_out(named, "the question names it")
        spans, denied = without_denied(spans, asked.subject, asked.language)
        left_out += _each_left_out(denied, "its sentence denies it")
        spans, touching = without_fragments(spans)
        left_out += _each_left_out(touching, "it touches a likelier one")
    groups = grouped(spans, are_sentences=wants_sentences)
    if asked.kind is Kind.SEVERAL:
        groups, others = by_party(groups, asked)
        left_out += [Group(tuple(group), kept=False, reason=reason) for group, reason in others]
    groups.sort(key=support, reverse=True)
    contradictions = [] if wants_sentences else _contradictions(groups, asked.kind, threshold)
    chosen = _choose(groups, contradictions, asked.kind, threshold, min(maximum_items, MOST[asked.kind]))
    kept: list[Sequence[Span]] = [group.spans for group in chosen if group.kept]
    if wants_sentences:
        kept = _in_order(kept)
    drafts = [_draft(group, asked.language, threshold) for group in kept]
    if not wants_sentences and _answered_by_countries(asked.subject, drafts):
        drafts = [replace(draft, translation=_called(draft, asked)) for draft in drafts]
    return Composition(tuple(drafts), bool(contradictions), tuple(chosen), tuple(left_out))


def _each_left_out(spans: Sequence[Span], reason: str) -> list[Group]:
    """The spans by themselves, none of them shown, for one reason."""
    return [Group((span,), kept=False, reason=reason) for span in spans]


def closest(spans: Sequence[Span], count: int = CLOSEST) -> list[Citation]:
    """The sentence of the likeliest span of each of the nearest passages, for showing that they are not an answer.

    No heading, where there is anything else.
    """
    nearest: dict[tuple[str, int], Span] = {}
    for span in sorted(spans, key=lambda span: -span.probability):
        passage = span.hit.chunk.document, span.hit.chunk.start
        shown = nearest.setdefault(passage, span)
        if is_stopped(span.sentence) and not is_stopped(shown.sentence):
            nearest[passage] = span
    return [make_citation(span) for span in list(nearest.values())[:count]]


def _contradictions(groups: Sequence[Sequence[Span]], kind: Kind, threshold: float) -> list[int]:
    """Positions of the groups that contradict the first. Several values of one document are a list, where a list is wanted."""
    likely = [group for group in groups if support(group) >= threshold]
    if not _tell(groups, threshold) or (kind is Kind.SEVERAL and is_list_of_values(likely)):
        return []
    return contradicting(groups, kind)


def _without_named(spans: list[Span], asked: Asked) -> tuple[list[Span], list[Span]]:
    """The spans that the question does not name, and those that it does; all of them where it names all.

    What it offers for a choice may be the answer, and so may places that only earlier questions name.
    """
    choice = offered(asked.subject, asked.language)
    named = [
        span
        for span in spans
        if names_in(asked.places if _is_place(span.text) else asked.subject, span.text, asked.language)
        and not names_in(choice, span.text, asked.language)
    ]
    return ([span for span in spans if span not in named], named) if len(named) < len(spans) else (spans, [])


def _is_place(text: str) -> bool:
    return bool(country(text) or cities(text))


def _tell(groups: Sequence[Sequence[Span]], threshold: float) -> bool:
    """Whether the documents tell at all: several unlikely spans do not make a likely one."""
    return any(span.probability >= threshold for spans in groups for span in spans)


def _choose(
    groups: Sequence[Sequence[Span]], contradictions: Sequence[int], kind: Kind, threshold: float, most: int
) -> list[Group]:
    """Which groups are shown: the likely ones, and all that contradict the likeliest."""
    chances = [support(spans) for spans in groups]
    least = max(threshold, LEAST_SHARE[kind] * max(chances, default=0.0))
    beside = _least_beside_enumeration(groups, chances) if kind is Kind.SEVERAL else 0.0
    told = _tell(groups, threshold)
    chosen: list[Group] = []
    count = 0
    for position, (spans, probability) in enumerate(zip(groups, chances, strict=True)):
        if not told:
            kept, reason = False, "no document by itself reaches the threshold"
        elif count >= most:
            kept, reason = False, "enough is shown"
        elif position in contradictions:
            kept, reason = True, "another value than the likeliest"
        elif contradictions and position:
            kept, reason = False, "beside values that contradict each other nothing else is shown"
        elif probability < threshold:
            kept, reason = False, "below the threshold"
        elif probability < least:
            kept, reason = False, f"less likely than {LEAST_SHARE[kind]:g} of the likeliest"
        elif probability < beside:
            kept, reason = False, f"less likely than {BESIDE_ENUMERATION:g} of what one sentence or list enumerates"
        else:
            kept, reason = True, "likely"
        count += kept
        chosen.append(Group(tuple(spans), kept, reason))
    return chosen


def _least_beside_enumeration(groups: Sequence[Sequence[Span]], chances: Sequence[float]) -> float:
    """How likely an item must be beside what one sentence or list enumerates, that with most items; 0 where none does."""
    given: dict[tuple[str, int], set[int]] = defaultdict(set)
    for position, spans in enumerate(groups):
        if chances[position] >= SURELY:
            for span in spans:
                if span.probability >= spans[0].probability / 2:
                    given[span.hit.chunk.document, beginning(span)].add(position)
    most = max(given.values(), key=len, default=())
    return BESIDE_ENUMERATION * min(chances[position] for position in most) if len(most) >= ENUMERATED else 0.0


def _in_order(groups: Sequence[Sequence[Span]]) -> list[Sequence[Span]]:
    """As the documents have them; the document of the likeliest span first."""
    documents = list(dict.fromkeys(group[0].hit.chunk.document for group in groups))
    return sorted(groups, key=lambda group: (documents.index(group[0].hit.chunk.document), group[0].start))


def _draft(group: Sequence[Span], language: str, threshold: float) -> Draft:
    """The item under one of its forms, citing the likely places: not every passage that names the thing is a source of it.

    What is half as likely as an answer must be is a source however much likelier another place is, but the form is one of those
    that are likelier. A heading says nothing of it, and is no source where a sentence of its document is.
    """
    enough = min(threshold, CITED_SHARE * group[0].probability)
    likely = [span for span in group if span.probability >= min(enough, CITED_BESIDE * threshold)]
    headings = [span for span in likely if _is_all_a_heading(span)]
    telling = {span.hit.chunk.document for span in likely if span not in headings}
    sources = [span for span in likely if span not in headings or span.hit.chunk.document not in telling]
    shown = _shown([span for span in likely if span.probability >= enough], language)
    if shown not in sources:
        shown = next((span for span in sources if without_form(span.text) == without_form(shown.text)), shown)
    return Draft(shown.text, confidence(group[0].probability), tuple(make_citation(span) for span in (shown, *sources)))


def _is_all_a_heading(span: Span) -> bool:
    """Whether a span is a heading, or most of one: what tells of a thing stands under it."""
    chunk = span.hit.chunk
    start, end = span.sentence_start - chunk.start, span.sentence_end - chunk.start
    return 2 * len(span.text) > len(span.sentence) and is_heading(chunk.text, (start, end))


def _answered_by_countries(question: str, drafts: Sequence[Draft]) -> bool:
    """Whether most answers are countries, and the question names one or there are several: "Jordan" alone may be a person."""
    countries = sum(_is_country(draft.text) for draft in drafts)
    return 2 * countries > len(drafts) and countries + bool(countries_named(question)) >= 2


def _is_country(text: str) -> bool:
    """Whether a text is a country's name, and no word like "turkey"."""
    return bool(country(text)) and not text[0].islower()


def _called(draft: Draft, asked: Asked) -> str:
    """What the question's language calls the country that a draft is or, in a list (parties.py), being its capital stands for.

    Empty where that is what the document calls it, or where the document is in that language and names it itself.
    """
    code = country(draft.text) if _is_country(draft.text) else ""
    if code and draft.citations[0].language == asked.language:
        return ""
    if not code and asked.kind is Kind.SEVERAL:
        code = capital_of(draft.text)
    name = country_name(code, asked.language)
    return "" if without_form(name) == without_form(draft.text) else name


def _shown(group: Sequence[Span], language: str) -> Span:
    countries = [span for span in group if country(span.text)]  # "Mali" sooner than "Malian" or "Bamako"
    return next((span for span in countries or group if span.hit.chunk.language == language), (countries or group)[0])
