"""Answers that are countries: a capital or government stands for its own, and what is no country is none of them."""

from .choice import offered
from .datatypes import Span
from .gazetteer import country
from .names import countries_named, party, same_party
from .read import Asked

OTHER_SORT_SHARE = 0.8
"""How likely what is no country must be to stand among countries, as a share of the likeliest one's probability."""


def by_party(groups: list[list[Span]], asked: Asked) -> tuple[list[list[Span]], list[tuple[list[Span], str]]]:
    """The groups, and those left out with the reason.

    Where the answers are countries, one at least by its own name, a capital or government stands for its own: Tehran for
    Iran. The country that the question names is then none of the answers under such a name either, nor is what is no country
    at all or only has one in its name ("the Ghanaian general"), unless it is nearly as likely as the likeliest. Capitals
    alone are cities, and adjectives alone may be languages.
    """
    likely = [group[0].text for group in groups[:6]]
    if not any(map(country, likely)):
        return groups, []
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
        if group[0].probability < least and not _may_be_party(group[0].text):
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
