"""What got better and what got worse since an earlier run, figure by figure and question by question."""

from collections.abc import Mapping
from typing import Any

from .measures.citation_precision import citation_precision
from .measures.citation_recall import citation_recall
from .measures.item_precision import item_precision
from .measures.item_recall import item_recall
from .measures.retrieval_recall import recall_at
from .outcome import Fact, Outcome, Step

BETTER, WORSE, MIXED = "better", "worse", "mixed"


def marks(outcome: Outcome) -> dict[str, float]:
    """What is compared of a question, each the better the higher, 0 to 1."""
    example = outcome.example
    supported = [one for item in outcome.items for one in item.supported]
    given: dict[str, tuple[float, tuple[Fact, ...]]] = {}  # with what must be known for it
    if example.knows_answers:
        claim = "disagreement found" if example.disagreement else "no false disagreement"
        given[claim] = float(outcome.disagreement == example.disagreement), (Fact.DISAGREEMENT,)
    verbatim = all(quote.verbatim for quote in (*outcome.citations, *outcome.closest))
    given["quotes verbatim"] = float(verbatim), (Fact.TEXTS,)
    if example.unanswerable:
        given["refused"] = float(not outcome.answered), (Fact.REFUSAL,)
    elif example.expected:
        given["right first"] = float(any(item.right_with_quotes for item in outcome.items[:1])), (Fact.ITEMS,)
        given["recall"] = item_recall([one.step is Step.FOUND for one in outcome.verdicts]), ()
        given["precision"] = item_precision([item.right for item in outcome.items]) or 0.0, (Fact.ITEMS,)
        given["citation precision"] = citation_precision(supported) or 0.0, (Fact.CITATIONS, Fact.TEXTS)
    else:
        given["retrieval recall@10"] = recall_at(outcome.ranking, example.documents, 10), (Fact.RANKING,)
    if example.documents and not example.unanswerable:
        cited = [quote.document for quote in outcome.citations]
        given["citation recall"] = citation_recall(cited, example.documents), (Fact.CITATIONS,)
    return {name: round(value, 4) for name, (value, facts) in given.items() if not set(facts) & set(outcome.unknown)}


def compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Of two reports: the figures' values side by side, the questions that changed, and those that only one has.

    A question is the same where id, question and history are. One is `mixed` where some marks rose and others fell.
    """
    earlier = {_key(one): one for one in before["outcomes"]}
    later = {_key(one): one for one in now["outcomes"]}
    questions = [change for key, one in later.items() if key in earlier and (change := _change(earlier[key], one))]
    return {
        "figures": {
            name: {"before": before["figures"].get(name, {}).get("value"), "now": figure["value"]}
            for name, figure in now["figures"].items()
        },
        "questions": questions,
        **{kind: sum(one["kind"] == kind for one in questions) for kind in (BETTER, WORSE, MIXED)},
        "new": [one["id"] for key, one in later.items() if key not in earlier],
        "gone": [one["id"] for key, one in earlier.items() if key not in later],
    }


def _key(outcome: Mapping[str, Any]) -> tuple[object, ...]:
    return outcome["id"], outcome["question"], tuple(outcome["history"])


def _change(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any] | None:
    shared = [name for name in now["marks"] if name in before["marks"] and now["marks"][name] != before["marks"][name]]
    if not shared:
        return None
    rises = {now["marks"][name] > before["marks"][name] for name in shared}
    return {
        "id": now["id"],
        "question": now["question"],
        "kind": MIXED if len(rises) == 2 else BETTER if True in rises else WORSE,
        "marks": {name: {"before": before["marks"][name], "now": now["marks"][name]} for name in shared},
        "before": before["text"],
        "now": now["text"],
        "faults": now["faults"],
    }
