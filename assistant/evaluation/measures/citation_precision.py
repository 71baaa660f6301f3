"""Of the citations of an answer's items, the share that bear out their item.

    precision = |pairs of an item and a citation under it that stands verbatim in its document and holds the item| / |pairs|

Citation precision of ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"), with holding in
the place of entailment. A quote holds an item where the item's own words stand in it, or another accepted form of the same thing.
Whether the item is right is not asked: that is what item precision tells.
"""

from collections.abc import Sequence


def citation_precision(supported: Sequence[bool]) -> float | None:
    """`supported` tells of each pair whether the citation bears the item out; None where there are none."""
    return sum(supported) / len(supported) if supported else None
