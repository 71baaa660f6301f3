"""How an answer came about, for `quoth ask --explain`: what each step saw and decided."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .confidence import confidence
from .datatypes import Span
from .pipeline import SURE, Work
from .settings import Settings

HITS, SPANS, GROUPS = 24, 12, 12
"""Rows shown of each."""
_LONGEST = 70


def print_explanation(work: Work, settings: Settings, console: Console) -> None:
    """The steps in their order, a table each."""
    asked, answer = work.asked, work.answer
    console.rule("1. The question")
    if asked.question != answer.question:
        console.print(Text(f"It leans on an earlier one and is read as: {asked.question}"))
    console.print(Text(f"language {asked.language}; wants: {_WANTS[asked.kind.value]}"))
    if asked.apart:
        console.print(Text(f"It asks two things at once; read alone too: {' | '.join(asked.apart)}"))
    if work.like_small_talk:
        console.print(Text(f"It looks as if it asked nothing of the documents, so an answer must be as sure as {SURE:g}."))
    console.rule(f"2. Search: {len(work.hits)} passages")
    hits = Table("document", "language", "similarity", "dense rank", "keyword rank", "passage")
    for hit in work.hits[:HITS]:
        ranks = [str(rank) if rank else "–" for rank in (hit.dense_rank, hit.keyword_rank)]
        hits.add_row(Text(hit.chunk.document), hit.chunk.language, f"{hit.similarity:.3f}", *ranks, _short(hit.chunk.text))
    console.print(hits)
    console.rule(f"3. Reading: {len(work.spans)} spans")
    _print_spans(work.spans, console)
    moved = [span for span in work.held if _before(span, work) > span.probability]
    console.rule(f"4. Held to the countries, cities and dates that the question names: {len(moved)} spans made less likely")
    _print_spans(moved, console)
    console.rule(f"5. Composing: {len(work.composition.groups)} answers, threshold {settings.threshold:g}")
    groups = Table("answer", "confidence", "by all its documents", "spans", "shown", "why")
    for group in (*work.composition.considered[:GROUPS], *work.composition.left_out[:GROUPS]):
        shown = "yes" if group.kept else "no"
        likely = f"{group.confidence:.3f}", f"{confidence(group.together):.3f}"
        groups.add_row(_short(group.spans[0].text), *likely, str(len(group.spans)), shown, group.reason)
    console.print(groups)
    console.print(Text("The sources disagree." if answer.disagreement else "No disagreement was found."))
    console.rule(f"6. Citing: {len(answer.items)} items with {len(answer.citations)} citations")
    console.print(Text(", ".join(f"{step} {seconds:.2f} s" for step, seconds in work.seconds.items())))


_WANTS = {
    "one": "one short answer",
    "several": "several short answers",
    "explain": "sentences that explain",
    "confirm": "a sentence that confirms or denies",
}


def _print_spans(spans: tuple[Span, ...] | list[Span], console: Console) -> None:
    if not spans:
        return
    table = Table("probability", "the passage answers", "document", "span")
    for span in spans[:SPANS]:
        passage = f"{span.passage_probability:.3f}"
        table.add_row(f"{span.probability:.3f}", passage, Text(span.hit.chunk.document), _short(span.text))
    console.print(table)


def _before(span: Span, work: Work) -> float:
    """The probability of a span before it was held to the subject."""
    place = (span.hit.chunk_id, span.start, span.end)
    return next(one.probability for one in work.spans if (one.hit.chunk_id, one.start, one.end) == place)


def _short(text: str) -> Text:
    line = " ".join(text.split())
    return Text(line if len(line) <= _LONGEST else line[:_LONGEST] + "…")
