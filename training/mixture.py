"""The mixture: how many rows of which kind, and the order in which training meets them.

A block is drawn anew from every kind in the shares below, so that the mixture is the same all through. Within a kind, rows come
in a shuffled order and none comes twice before each has come once.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from index.encode import Encoder

from .corpora import (
    CORPORA,
    CORPUS_GROUPS,
    CORPUS_NEAR_MISSES,
    corpus_groups,
    corpus_rows,
    near_misses,
    ranked_askings,
)
from .explanations import (
    EXPLANATION_NEGATIVES,
    EXPLANATIONS,
    FOUND_EXPLANATIONS,
    explanation_groups,
    explanation_rows,
    found_explanations,
)
from .facts import FACT_NEGATIVES, FACTS, fact_groups, fact_rows
from .followups import FOLLOWUPS, follow_ups
from .groups import varied
from .lists import LISTED_NEGATIVES, LISTS, list_rows
from .negatives import grouped_by_keywords, renamed
from .parallel import Parallel
from .posts import POST_GROUPS, POST_NEGATIVES, POSTS, post_groups, post_rows
from .records import RECORD_NEGATIVES, RECORDS, record_rows
from .rows import Row, Rows
from .several_answers import SEVERAL_ANSWERS, several_answers
from .translated_passages import translated_passages
from .translations import TRANSLATED, TRANSLATED_GROUPS, translated, translations_of

BLOCK = 4096
"""Rows."""
ANOTHER_PART = "negatives, another part"
KEYWORD_GROUPS = "groups, by keywords"
PARALLEL = "parallel"
TRANSLATED_PASSAGES = "translated passages"
PARALLEL_GROUPS, PASSAGE_GROUPS = f"groups, {PARALLEL}", f"groups, {TRANSLATED_PASSAGES}"
SEVERAL_GROUPS = f"groups, {SEVERAL_ANSWERS}"

KINDS_IN_GROUPS = (
    *(KEYWORD_GROUPS, PARALLEL_GROUPS, TRANSLATED_GROUPS, CORPUS_GROUPS, POST_GROUPS),
    *(PASSAGE_GROUPS, SEVERAL_GROUPS),
)
"""Drawn a group at a time."""
WANTING_SEVERAL = (CORPUS_GROUPS, SEVERAL_GROUPS)
"""Of these, those whose questions may want several answers: they stay as they are."""

SHARES = {
    "squadshifts-new_wiki": 12.0,
    "squadshifts-reddit": 6.0,
    "squadshifts-amazon_reviews": 5.0,
    "squad2-half-dev": 9.0,
    "qamr": 4.0,
    "policyqa": 0.5,
    "tydiqa-goldp": 12.0,
    "jaquad": 4.0,
    "pquad": 4.5,
    "drcd": 3.0,
    "cmrc2018": 2.5,
    "afriqa": 1.0,
    "afriqa-crosslingual": 2.0,
    "arcd-train": 3.0,
    "parallel, one language": 9.0,
    "parallel, across languages": 24.0,
    "negatives, parallel, one language": 2.0,
    "negatives, parallel, across languages": 6.0,
    "translated passages, one language": 90.0,
    "translated passages, across languages": 80.0,
    "negatives, translated passages, one language": 18.0,
    "negatives, translated passages, across languages": 20.0,
    f"{SEVERAL_ANSWERS}, one language": 40.0,
    f"{SEVERAL_ANSWERS}, across languages": 40.0,
    f"negatives, {SEVERAL_ANSWERS}, one language": 8.0,
    f"negatives, {SEVERAL_ANSWERS}, across languages": 8.0,
    "negatives, by keywords": 4.0,
    ANOTHER_PART: 3.0,
    "negatives, renamed": 4.5,
    LISTS: 8.0,
    LISTED_NEGATIVES: 4.0,
    FOLLOWUPS: 4.0,
    RECORDS: 3.0,
    RECORD_NEGATIVES: 1.5,
    EXPLANATIONS: 5.0,
    EXPLANATION_NEGATIVES: 2.0,
    FOUND_EXPLANATIONS: 3.5,
    FACTS: 4.0,
    FACT_NEGATIVES: 4.0,
    POSTS: 8.0,
    POST_NEGATIVES: 4.0,
    TRANSLATED: 14.0,
    CORPORA: 8.0,
    CORPUS_NEAR_MISSES: 70.0,
    PARALLEL_GROUPS: 16.0,
    KEYWORD_GROUPS: 12.0,
    TRANSLATED_GROUPS: 24.0,
    CORPUS_GROUPS: 220.0,
    POST_GROUPS: 16.0,
    PASSAGE_GROUPS: 64.0,
    SEVERAL_GROUPS: 60.0,
}
"""Percent, more or less: what counts is how they compare. Of groups, all their rows count."""
LATE = frozenset(
    {
        *(LISTS, LISTED_NEGATIVES, FOLLOWUPS, RECORDS, RECORD_NEGATIVES),
        *(EXPLANATIONS, EXPLANATION_NEGATIVES, FOUND_EXPLANATIONS, FACTS, FACT_NEGATIVES, PARALLEL_GROUPS, KEYWORD_GROUPS),
        *(POSTS, POST_NEGATIVES, POST_GROUPS, TRANSLATED_GROUPS, CORPORA, CORPUS_NEAR_MISSES, CORPUS_GROUPS, PASSAGE_GROUPS),
        SEVERAL_GROUPS,
    }
)
"""Kinds that come in late: what is easily learned, or needs longer passages."""
LATE_FROM = 0.3
"""The share of the run that is over then."""
GROUP = 4
"""Rows of a group, more or less."""
UNGROUPED = frozenset({"policyqa", "qamr"})
"""Sources whose passages say the same as each other too often, or are too few, to be held against each other."""
GROUPS_A_SHARE = 60
"""Groups by keywords of a source, for each percent of its share, before any comes twice."""
LIST_ROWS = 6000
"""Drawn of each kind that is made here, before any comes twice."""
FOLLOWUP_ROWS = 8000
SCENE_GROUPS = 1000
"""Of explanations and of facts each, beside those by keywords, before any comes twice."""

_OF_TRANSLATED = {"ar": 3, "en": 2, "fr": 2}
LANGUAGE_WEIGHTS = {PARALLEL: {"ar": 3, "en": 2}, TRANSLATED_PASSAGES: _OF_TRANSLATED, SEVERAL_ANSWERS: _OF_TRANSLATED}
"""Of parallel rows, as question and as passage; other languages weigh 1."""
LARGEST_LANGUAGE_SHARE = 0.25
"""Of a source with several languages: a language with more rows is thinned to this."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A row as drawn. `kind` names the share it came from; of a row of ANOTHER_PART, a part without the answer is read.

    Rows of one `group` belong together, if it is not 0.
    """

    kind: str
    row: Row
    group: int = 0


class Mixture:
    """Draws blocks of rows. The same seed and rows give the same blocks."""

    def __init__(self, rows: Rows, encoder: Encoder, seed: int) -> None:
        self._seed = seed
        chooser = random.Random(seed)
        questions = {
            PARALLEL: rows.parallel,
            TRANSLATED_PASSAGES: translated_passages(rows.sources),
            SEVERAL_ANSWERS: several_answers(rows.sources),
        }
        self._parallel = {
            name: Parallel(found, encoder, f"{seed} {name}", LANGUAGE_WEIGHTS[name]) for name, found in questions.items() if found
        }
        self._kinds: dict[str, list[Row]] = {
            name: _balanced(found, chooser) for name, found in rows.sources.items() if name in SHARES
        }
        answered = [row for found in rows.sources.values() for row in found if row.answers]
        english = [row for row in answered if row.question_language == row.passage_language == "en" and row.source != "qamr"]
        english += [
            question.across("en", language)
            for question in rows.parallel
            for language in ("en", chooser.choice(sorted(question.rows)))
        ]
        by_keywords: list[list[Row]] = []
        of_translated: list[list[Row]] = []
        mined: list[Row] = []
        for name, found in rows.sources.items():
            groups = grouped_by_keywords(found, chooser, wanted=round(GROUPS_A_SHARE * SHARES.get(name, 1.0)))
            mined += [group[1] for group in groups]
            if name not in UNGROUPED:
                by_keywords += groups
            asked = [row for row in found if row.answers and translations_of(row)]
            self._kinds.setdefault(TRANSLATED, []).extend(row for one in asked for (row,) in translated([one]))
            for group in grouped_by_keywords(found, chooser, wanted=len(asked), asks=translations_of):
                of_translated += translated(group)
        if by_keywords:
            by_keywords += explanation_groups(SCENE_GROUPS, seed) + fact_groups(SCENE_GROUPS, seed)
        asked_of_corpora = ranked_askings(encoder)
        self._groups = {
            CORPUS_GROUPS: corpus_groups(asked_of_corpora, seed),
            KEYWORD_GROUPS: by_keywords,
            TRANSLATED_GROUPS: of_translated,
            POST_GROUPS: post_groups(LIST_ROWS, seed),
        }
        for groups in self._groups.values():
            chooser.shuffle(groups)
        self._kinds["negatives, by keywords"] = mined
        self._kinds["negatives, renamed"] = renamed(english, chooser, wanted=6000)
        self._kinds[LISTS] = list_rows(LIST_ROWS, seed, answered=True)
        self._kinds[LISTED_NEGATIVES] = list_rows(LIST_ROWS, seed, answered=False)
        self._kinds[RECORDS] = record_rows(LIST_ROWS, seed, answered=True)
        self._kinds[RECORD_NEGATIVES] = record_rows(LIST_ROWS, seed, answered=False)
        self._kinds[EXPLANATIONS] = explanation_rows(LIST_ROWS, seed, answered=True)
        self._kinds[EXPLANATION_NEGATIVES] = explanation_rows(LIST_ROWS, seed, answered=False)
        self._kinds[FOUND_EXPLANATIONS] = found_explanations(rows, seed)
        self._kinds[FACTS] = fact_rows(LIST_ROWS, seed, answered=True)
        self._kinds[FACT_NEGATIVES] = fact_rows(LIST_ROWS, seed, answered=False)
        self._kinds[POSTS] = post_rows(LIST_ROWS, seed, answered=True)
        self._kinds[POST_NEGATIVES] = post_rows(LIST_ROWS, seed, answered=False)
        self._kinds[CORPORA] = corpus_rows(seed, answered=True)
        self._kinds[CORPUS_NEAR_MISSES] = near_misses(asked_of_corpora, seed)
        self._kinds[FOLLOWUPS] = follow_ups(answered, rows.parallel, FOLLOWUP_ROWS, seed)
        self._kinds[ANOTHER_PART] = [row for row in chooser.sample(answered, len(answered)) if len(row.context) > 400]
        self._kinds = {kind: found for kind, found in self._kinds.items() if found}
        for found in self._kinds.values():
            chooser.shuffle(found)

    def block(self, number: int, progress: float = 1.0) -> list[Drawn]:
        """The rows of one block, shuffled. `progress` is the share of the run that is over when the block begins."""
        chooser = random.Random(f"{self._seed} {number}")
        shares = {kind: share for kind, share in SHARES.items() if kind not in LATE or progress >= LATE_FROM}
        total = sum(shares.values())
        drawn = []
        for kind, share in shares.items():
            count = round(BLOCK * share / total)
            if kind in KINDS_IN_GROUPS:
                groups = count // GROUP
                for position in range(number * groups, (number + 1) * groups):
                    rows = self._draw_group(kind, position, chooser)
                    group_number = len(KINDS_IN_GROUPS) * (position + 1) + KINDS_IN_GROUPS.index(kind)
                    drawn += [Drawn(kind, row, group_number) for row in rows]
            elif name := next((name for name in LANGUAGE_WEIGHTS if name in kind), ""):
                across, answered = "across" in kind, not kind.startswith("negatives")
                if parallel := self._parallel.get(name):
                    positions = range(number * count, (number + 1) * count)
                    drawn += [Drawn(kind, parallel.row(at, chooser, across=across, answered=answered)) for at in positions]
            elif found := self._kinds.get(kind, []):
                drawn += [Drawn(kind, found[(number * count + i) % len(found)]) for i in range(count)]
        chooser.shuffle(drawn)
        return drawn

    def _draw_group(self, kind: str, position: int, chooser: random.Random) -> list[Row]:
        """The rows of one group; none where there are no rows to draw from."""
        if kind in (PARALLEL_GROUPS, PASSAGE_GROUPS, SEVERAL_GROUPS):
            parallel = self._parallel.get(kind.removeprefix("groups, "))
            rows = parallel.group(position, chooser) if parallel else []
        else:
            groups = self._groups[kind]
            rows = groups[position % len(groups)] if groups else []
        return varied(rows, chooser) if rows and kind not in WANTING_SEVERAL else rows


def _balanced(rows: Sequence[Row], chooser: random.Random) -> list[Row]:
    """The rows, those of a language that outweighs the others thinned."""
    by_language: dict[str, list[Row]] = {}
    for row in rows:
        by_language.setdefault(row.question_language, []).append(row)
    if len(by_language) == 1:
        return list(rows)
    most = max(round(LARGEST_LANGUAGE_SHARE * len(rows)), 1)
    return [row for _, found in sorted(by_language.items()) for row in chooser.sample(found, min(len(found), most))]
