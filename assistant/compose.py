"""Spans -> what the answer says: short answers or sentences, each once with all its sources, or nothing.

A question that wants a name, a number, or several of them is answered with those, and each citation quotes the sentence around
it. One that wants more (how, why, what happened, is it true that) is answered with sentences, in the order of their documents.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from .choice import offered
from .cite import make_citation
from .datatypes import Citation, Draft, Span
from .disagreement import contradicting, count_the_same, is_list_of_values, value_of, values_of, with_unit
from .gazetteer import cities, country, country_name
from .listing import beside_each_other, parts_of
from .names import countries_named, names_in, party, same_name, same_party
from .question_kind import SENTENCE_KINDS, Kind
from .read import Asked
from .sentences import without_bullet
from .values import compare, read_values

LEAST_SHARE = {Kind.ONE: 0.6, Kind.SEVERAL: 0.2, Kind.EXPLAIN: 0.15, Kind.CONFIRM: 0.6}
"""How likely an item must be at least, all its documents together, as a share of the likeliest one's probability."""
MOST = {Kind.ONE: 3, Kind.SEVERAL: 99, Kind.EXPLAIN: 5, Kind.CONFIRM: 2}
"""Items shown at most, where the settings allow as many."""
CLOSEST = 3
"""Passages shown where the documents don't tell."""
CITED_SHARE = 0.15
"""How likely a place must be an answer to be cited for it, as a share of the likeliest place's probability."""
ALIKE = 85
"""Likeness (0 to 100) from which two sentences of one language say the same."""
SPELT_ALIKE = 82
"""Likeness from which two names are one, spelt in two ways; Tuesday and Thursday have less."""
OTHER_SORT_SHARE = 0.8
"""How likely what is no country must be to stand among countries, as a share of the likeliest one's probability."""
UNLIKELY_SHARE = 0.1
"""Spans less likely than this share of the threshold are not looked at: they could not be shown."""
_AROUND = " .,;:!?…،؛。«»“”()[]\"'"


@dataclass(frozen=True, slots=True)
class Group:
    """The spans of one answer, the likeliest first. `kept` tells whether it is shown, `reason` why or why not."""

    spans: tuple[Span, ...]
    kept: bool
    reason: str

    @property
    def probability(self) -> float:
        """How likely at least one of the documents that give this answer is right."""
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
    """At most `maximum_items` drafts; none where no span reaches `threshold`. The same answer comes once.

    Of several forms of one answer, one in the question's language is shown. What the question itself names is no answer to it,
    unless nothing else is or it offers that for a choice.
    """
    wants_sentences = asked.kind in SENTENCE_KINDS
    spans = [span for span in spans if span.text.strip()]
    if asked.kind is Kind.SEVERAL:
        alone = {_without_form(span.text) for span in spans}
        spans = [part for span in beside_each_other(spans) for part in parts_of(span, lambda part: _without_form(part) in alone)]
    spans = [span for span in spans if span.probability >= UNLIKELY_SHARE * threshold]
    left_out: list[Group] = []
    if not wants_sentences:
        spans = [with_unit(span) for span in spans]
        spans, named = _without_named(spans, asked)
        left_out = [Group((span,), kept=False, reason="the question names it") for span in named]
    groups = _grouped(sorted(spans, key=lambda span: -span.probability), wants_sentences)
    if asked.kind is Kind.SEVERAL:
        groups, others = _by_party(groups, asked)
        left_out += [Group(tuple(group), kept=False, reason=reason) for group, reason in others]
    groups.sort(key=support, reverse=True)
    contradictions = [] if wants_sentences else _contradictions(groups, asked.kind, threshold)
    chosen = _choose(groups, contradictions, asked.kind, threshold, min(maximum_items, MOST[asked.kind]))
    kept: list[Sequence[Span]] = [group.spans for group in chosen if group.kept]
    if wants_sentences:
        kept = _in_order(kept)
    drafts = [_draft(group, asked.language) for group in kept]
    if not wants_sentences and _answered_by_countries(asked.subject, drafts):
        drafts = [replace(draft, translation=_called(draft, asked.language)) for draft in drafts]
    return Composition(tuple(drafts), bool(contradictions), tuple(chosen), tuple(left_out))


def support(group: Sequence[Span]) -> float:
    """How likely at least one of the documents that give an answer is right: 1 - product of (1 - p), the best p of each."""
    best: dict[str, float] = {}
    for span in group:
        document = span.hit.chunk.document
        best[document] = max(best.get(document, 0.0), span.probability)
    return 1 - math.prod(1 - probability for probability in best.values())


def closest(spans: Sequence[Span], count: int = CLOSEST) -> list[Citation]:
    """The sentence of the likeliest span of each of the nearest passages, for showing that they are not an answer."""
    nearest: dict[tuple[str, int], Citation] = {}
    for span in sorted(spans, key=lambda span: -span.probability):
        nearest.setdefault((span.hit.chunk.document, span.hit.chunk.start), make_citation(span))
    return list(nearest.values())[:count]


def same_answer(first: Span, second: Span) -> bool:
    """Whether two spans say the same: the same words but for their form, one value, or names of one thing."""
    if _without_form(first.text) == _without_form(second.text):
        return True
    first_values, second_values = values_of(first), values_of(second)
    if len(first_values) != len(second_values):
        return False
    if any(compare(value, another) != "same" for value, another in zip(first_values, second_values, strict=True)):
        return False
    one, other = value_of(first), value_of(second)
    if one and other:
        return count_the_same(first, one, second, other)
    return same_name(first.text, second.text)


def same_sentence(first: Span, second: Span) -> bool:
    """Whether two sentences of one language say the same in the same words, but for how a few of them are spelt.

    A word more, a "not" for instance, another number or another country makes another sentence of it.
    """
    if _without_form(first.text) == _without_form(second.text):
        return True
    if first.hit.chunk.language != second.hit.chunk.language or fuzz.token_sort_ratio(first.text, second.text) < ALIKE:
        return False
    if countries_named(first.text, freely=True) != countries_named(second.text, freely=True):
        return False
    told, other_told = (
        [(value.kind, value.low, value.high) for value in read_values(span.text, span.hit.chunk.language)]
        for span in (first, second)
    )
    if told != other_told:
        return False
    one, other = (Counter(word.strip(_AROUND) for word in span.text.split()) for span in (first, second))
    missing, more = list((one - other).elements()), list((other - one).elements())
    for word in missing:
        alike = [candidate for candidate in more if _is_respelt(word, candidate)]
        if not alike:
            return False
        more.remove(alike[0])
    return not more


def _is_respelt(word: str, other: str) -> bool:
    """Whether two words are one but for its capitals, or one name spelt in two ways: Tiani and Tchiani."""
    if word.casefold() == other.casefold():
        return True
    return word[:1].isupper() and other[:1].isupper() and word.isalpha() and fuzz.ratio(word, other) >= SPELT_ALIKE


def _contradictions(groups: Sequence[Sequence[Span]], kind: Kind, threshold: float) -> list[int]:
    """Positions of the groups that contradict the first. Several values of one document are a list, where a list is wanted."""
    likely = [group for group in groups if support(group) >= threshold]
    if not likely or (kind is Kind.SEVERAL and is_list_of_values(likely)):
        return []
    return contradicting(groups)


def _grouped(spans: Sequence[Span], wants_sentences: bool) -> list[list[Span]]:
    same = same_sentence if wants_sentences else same_answer
    groups: list[list[Span]] = []
    for span in spans:
        for group in groups:
            if all(same(member, span) for member in _distinct(group)):
                group.append(span)
                break
        else:
            groups.append([span])
    return groups


def _distinct(group: Sequence[Span]) -> list[Span]:
    """One span of each wording: "July 2023" may be the same as "25 July" and "26 July", which are not the same as each other."""
    return list({(span.text, span.hit.chunk.language): span for span in reversed(group)}.values())


def _without_named(spans: list[Span], asked: Asked) -> tuple[list[Span], list[Span]]:
    """The spans that the question does not name, and those that it does; all of them where it names all.

    What it offers for a choice may be the answer, and so may places that only earlier questions name.
    """
    choice = offered(asked.subject, asked.language)
    named = [
        span
        for span in spans
        if names_in(asked.places if _is_place(span.text) else asked.subject, span.text) and not names_in(choice, span.text)
    ]
    return ([span for span in spans if span not in named], named) if len(named) < len(spans) else (spans, [])


def _is_place(text: str) -> bool:
    return bool(country(text) or cities(text))


def _by_party(groups: list[list[Span]], asked: Asked) -> tuple[list[list[Span]], list[tuple[list[Span], str]]]:
    """The groups, and those left out with the reason.

    Where the answers are countries, a capital or government stands for its own: Tehran for Iran. The country that the question
    names is then none of the answers under such a name either, nor is what is no country at all, unless it is nearly as likely as
    the likeliest.
    """
    likely = [group[0].text for group in groups[:6]]
    known = countries_named(asked.places) - countries_named(offered(asked.subject, asked.language))
    parties = sum(map(_may_be_party, likely))
    if parties + bool(known) < 2 or 2 * parties <= len(likely):
        return groups, []
    left_out: list[tuple[list[Span], str]] = []
    least = OTHER_SORT_SHARE * groups[0][0].probability
    merged: list[list[Span]] = []
    shown: frozenset[str] = frozenset()
    for group in groups:
        named = countries_named(group[0].text, freely=True)
        if named and named <= known:
            left_out.append((group, "the question names its country"))
            continue
        if not named and group[0].probability < least:
            left_out.append((group, "no country, as the other answers are"))
            continue
        if len(named) > 1 and named <= shown:  # "Ghanaian and Togolese soldiers" beside Ghana and Togo
            left_out.append((group, "its countries stand there already"))
            for other in merged:
                if countries_named(other[0].text, freely=True) & named:
                    other.extend(group)  # as a source of them
            continue
        shown |= named
        for other in merged:
            if same_party(other[0].text, group[0].text):
                other.extend(group)
                break
        else:
            merged.append(group)
    return (merged, left_out) if merged else (groups, [])


def _may_be_party(text: str) -> bool:
    """Whether a text is a country by one of its names, or several; what only has one in its name, Turkish drones, is none."""
    countries = countries_named(text, freely=True)
    return bool(party(text)) or len(countries) > 1 or (bool(countries) and len(text.split()) == 1)


def _choose(
    groups: Sequence[Sequence[Span]], contradictions: Sequence[int], kind: Kind, threshold: float, most: int
) -> list[Group]:
    """Which groups are shown: the likely ones, and all that contradict the likeliest."""
    least = max(threshold, LEAST_SHARE[kind] * max(map(support, groups), default=0.0))
    chosen: list[Group] = []
    count = 0
    for position, spans in enumerate(groups):
        probability = support(spans)
        if count >= most:
            kept, reason = False, "enough is shown"
        elif position in contradictions:
            kept, reason = True, "another value than the likeliest"
        elif contradictions and position:
            kept, reason = False, "beside values that contradict each other nothing else is shown"
        elif probability < threshold:
            kept, reason = False, f"less likely than the threshold {threshold:g}"
        elif probability < least:
            kept, reason = False, f"less likely than {LEAST_SHARE[kind]:g} of the likeliest"
        else:
            kept, reason = True, "likely"
        count += kept
        chosen.append(Group(tuple(spans), kept, reason))
    return chosen


def _in_order(groups: Sequence[Sequence[Span]]) -> list[Sequence[Span]]:
    """As the documents have them; the document of the likeliest span first."""
    documents = list(dict.fromkeys(group[0].hit.chunk.document for group in groups))
    return sorted(groups, key=lambda group: (documents.index(group[0].hit.chunk.document), group[0].start))


def _draft(group: Sequence[Span], language: str) -> Draft:
    """The item under one of its forms, citing the likely places: not every passage that names the thing is a source of it."""
    likely = [span for span in group if span.probability >= CITED_SHARE * group[0].probability]
    shown = _shown(likely, language)
    return Draft(shown.text, support(group), tuple(make_citation(span) for span in (shown, *likely)))


def _answered_by_countries(question: str, drafts: Sequence[Draft]) -> bool:
    """Whether most answers are countries, and the question names one or there are several: "Jordan" alone may be a person."""
    countries = sum(_is_country(draft.text) for draft in drafts)
    return 2 * countries > len(drafts) and countries + bool(countries_named(question)) >= 2


def _is_country(text: str) -> bool:
    """Whether a text is a country's name, and no word like "turkey"."""
    return bool(country(text)) and not text[0].islower()


def _called(draft: Draft, language: str) -> str:
    """What the language calls the country that a draft is, where its document, being in another language, calls it otherwise."""
    if draft.citations[0].language == language or not _is_country(draft.text):
        return ""
    name = country_name(country(draft.text), language)
    return "" if _without_form(name) == _without_form(draft.text) else name


def _shown(group: Sequence[Span], language: str) -> Span:
    countries = [span for span in group if country(span.text)]  # "Mali" sooner than "Malian" or "Bamako"
    return next((span for span in countries or group if span.hit.chunk.language == language), (countries or group)[0])


def _without_form(text: str) -> str:
    """A text without case, spacing, bullet and outer punctuation, to tell that two are the same.

    What stands inside stays: 1.5 is not 15, and marks make words in many scripts.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return without_bullet(folded).strip(" .!…،。।\"'“”«»")
