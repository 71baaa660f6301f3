"""Small corpora of our own writing: a question over what a folder of documents about one thing says, in several languages.

The passages of the public rows tell of something each, so that what does not answer is mostly about something else. Here eight
passages (training/corpora.jsonl) tell of one invented town, company or dispute, in one language to five, with the same names
and with numbers, dates and people of the same sorts; each of the questions, asked in one language to three, has its answers
marked in every passage that tells them, or has none anywhere. Some are asked again as people do after another of them, leaning
on it (training/corpora_followups.jsonl). `python -m training.corpora OUT` writes those kept for choosing as documents, and two
evaluation sets for benchmarks/answers.py, one of single questions and one of conversations.
"""

import argparse
import json
import random
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.followup import join
from assistant.question_kind import Kind
from index.encode import Encoder, Vectors

from .followups import LONGEST_ANSWER, WITH_ANSWER
from .rows import Row

FILE = Path(__file__).parent / "corpora.jsonl"
FOLLOW_UPS = Path(__file__).parent / "corpora_followups.jsonl"
CONVERSATIONS = Path(__file__).parent / "conversations.jsonl"
"""An evaluation set of questions that lean on earlier ones, and of some that do not, over the corpora kept for choosing."""
CORPORA = "corpora"
CORPUS_NEAR_MISSES = "negatives, near misses in corpora"
CORPUS_GROUPS = "groups, corpora"
FOR_FITTING = frozenset(
    {
        *("lumen-vitra-tiles", "oskerby-theatre-renovation", "maund-vaccine-trial"),
        *("marlow-court-tenants", "merrow-lane-language-school", "veldara-earthquake-relief"),
        *("falcon-drone-inquiry", "ostreva-junta-sanctions", "kestrel-dam-inspection", "lowmere-measles-campaign"),
        *("marenfield-libraries", "stavely-snow-dispute", "calder-thorne-bank-run", "tarsava-ministers-trial"),
        *("green-basket-cooperative", "linden-court-class-action", "skerra-lights", "siege-of-belvarre"),
        *("tallow-street-housing", "central-bank-affair", "clinique-des-tilleuls", "ar-telecom"),
        *("es-bodega-cooperativa", "de-ruderverein-wiekensee", "airline-hudhud", "wexcombe-hasselbrunn-twinning"),
    }
)
"""Corpora that training does not see: how reader and encoder are weighed together is fitted on them too."""
FOR_CHOOSING = frozenset(
    {
        *("paperlark-books", "brennick-tram-line-6", "hollin-trench-expedition"),
        *("orchard-vale-cooperative-bank", "tarnock-mountain-railway"),
        *("nimbara-outages", "lindhall-treaty", "beekeepers-of-marlow-dene", "tolvany-foreign-bases"),
    }
)
"""Corpora that nothing is fitted on: thresholds are chosen on them."""
BESIDE = 3
"""Passages of a group that do not answer, at most. The last is one of another corpus."""
ANSWERING = 3
"""Passages of a group that do, at most."""
NEAREST, NEAREST_BESIDE = 3, 1
"""Near misses of a question that nothing answers, and of one that something does, in its own corpus. One more is in another."""
NEAREST_OWN = 2
"""Of the near misses of a question that nothing answers, those in its own language, if other languages have enough."""
AGAIN = 0.5
"""Of the questions that a passage in their own language answers, those that come twice: more than half of all have none."""
ELSEWHERE = 5
"""Passages of other corpora, the nearest of a language, of which one is drawn."""
ELSEWHERE_OWN = 0.5
"""Of the passages of other corpora, those in the question's language where it is told in that, beside those that happen to be."""
TITLED = 0.5
"""Of the passages, those read with their title as a heading."""
TAGS = {Kind.ONE: "fact", Kind.SEVERAL: "list", Kind.EXPLAIN: "explain", None: "unanswerable"}
KINDS = {"one": Kind.ONE, "several": Kind.SEVERAL, "explanation": Kind.EXPLAIN}


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document."""

    language: str
    title: str
    text: str

    def context(self, *, titled: bool) -> str:
        """The text, under its title if it is `titled`."""
        return f"{self.title}\n\n{self.text}" if titled else self.text


@dataclass(frozen=True, slots=True)
class Question:
    """A question in one language to three.

    `answers` are half-open ranges of characters by the passage's position, none if none tells.
    """

    ask: dict[str, str]
    answers: dict[int, tuple[tuple[int, int], ...]]
    kind: Kind | None
    """None where nothing answers."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Passages about one thing and questions over them.

    `follow_ups` lean on one of these each, and are joined with it as assistant/followup.py does.
    """

    name: str
    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]
    follow_ups: tuple[Question, ...] = ()

    def silent(self, question: Question) -> list[int]:
        """The positions of the passages that do not answer."""
        return [position for position in range(len(self.passages)) if position not in question.answers]

    def row(self, question: Question, asked: str, position: int, *, titled: bool = False) -> Row:
        """A question in the language `asked` over one passage, under its title if it is `titled`."""
        passage = self.passages[position]
        context = passage.context(titled=titled)
        before = len(context) - len(passage.text)
        answers = tuple((start + before, end + before) for start, end in question.answers.get(position, ()))
        return Row(CORPORA, asked, passage.language, question.ask[asked], context, answers)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question in one of its languages, with the passages that do not answer it, the nearest by the encoder first.

    `beside` are positions in its own corpus; `elsewhere` are a few passages of other corpora, by language.
    """

    corpus: Corpus
    question: Question
    asked: str
    beside: tuple[int, ...]
    elsewhere: dict[str, tuple[Passage, ...]]

    @property
    def in_its_language(self) -> frozenset[int]:
        """The positions of the passages in the question's language."""
        return frozenset(at for at, passage in enumerate(self.corpus.passages) if passage.language == self.asked)

    @property
    def is_told_in_its_language(self) -> bool:
        """Whether a passage in the question's language answers it."""
        return bool(self.in_its_language & self.question.answers.keys())

    def evenly(self, positions: Sequence[int]) -> list[int]:
        """Passages that do not answer, in an order by which those that come first do not show it by their language.

        Where a passage in the question's language answers it, others in that language come first, else last. Of a question
        that nothing answers, NEAREST_OWN of them come first, and the others last.
        """
        own, others = self._by_language(positions)
        if not self.question.answers:
            return own[:NEAREST_OWN] + others + own[NEAREST_OWN:]
        return own + others if self.is_told_in_its_language else others + own

    def by_turns(self, positions: Sequence[int]) -> list[int]:
        """Passages that do not answer: one in the question's language, one in another, and so on; then those that are left."""
        own, others = self._by_language(positions)
        return [position for turn in zip_longest(own, others) for position in turn if position is not None]

    def _by_language(self, positions: Sequence[int]) -> tuple[list[int], list[int]]:
        """Those of passages in the question's language, and the others."""
        own = self.in_its_language
        return [position for position in positions if position in own], [
            position for position in positions if position not in own
        ]

    def row_elsewhere(self, chooser: random.Random) -> Row:
        """The question over a passage of another corpus, often in its own language where it is told in that."""
        own = self.is_told_in_its_language and self.asked in self.elsewhere and chooser.random() < ELSEWHERE_OWN
        passage = chooser.choice(self.elsewhere[self.asked if own else chooser.choice(sorted(self.elsewhere))])
        context = passage.context(titled=chooser.random() < TITLED)
        return Row(CORPORA, self.asked, passage.language, self.question.ask[self.asked], context, ())


@cache
def corpora(*, names: frozenset[str] = frozenset()) -> list[Corpus]:
    """Those of these names; without names, all that training may see."""
    read = [_corpus(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    kept = FOR_FITTING | FOR_CHOOSING
    return [corpus for corpus in read if (corpus.name in names if names else corpus.name not in kept)]


def askings(found: Sequence[Corpus], *, follow_ups: bool = False) -> Iterator[tuple[Corpus, Question, str]]:
    """Every question in each of its languages; with `follow_ups` those too."""
    for corpus in found:
        for question in (*corpus.questions, *(corpus.follow_ups if follow_ups else ())):
            for asked in question.ask:
                yield corpus, question, asked


def corpus_rows(seed: int, *, answered: bool, names: frozenset[str] = frozenset()) -> list[Row]:
    """Every question over each passage that answers, or over one that does not."""
    chooser = random.Random(f"{seed} corpora {answered}")
    rows = []
    for corpus, question, asked in askings(corpora(names=names)):
        silent = corpus.silent(question)
        chosen = sorted(question.answers) if answered else chooser.sample(silent, min(len(silent), 1))
        rows += [corpus.row(question, asked, position, titled=chooser.random() < TITLED) for position in chosen]
    return rows


def ranked_askings(encoder: Encoder) -> list[Asking]:
    """All that training may ask, in each of its languages."""
    found = corpora()
    asked = list(askings(found, follow_ups=True))
    passages = [passage for corpus in found for passage in corpus.passages]
    owner = np.array([corpus.name for corpus in found for _ in corpus.passages])
    of_language = {
        language: np.array([passage.language == language for passage in passages])
        for language in sorted({passage.language for passage in passages})
    }
    vectors = encoder.encode_passages([passage.text for passage in passages])
    queries = encoder.encode_questions([question.ask[language] for _, question, language in asked])
    ranked = []
    for (corpus, question, language), query in zip(asked, queries, strict=True):
        similarities = vectors @ query
        own = owner == corpus.name
        beside = _nearest_first(np.array(corpus.silent(question), np.intp), similarities[own])
        nearest = {other: _nearest_first(np.flatnonzero(spoken & ~own), similarities) for other, spoken in of_language.items()}
        elsewhere = {
            other: tuple(passages[place] for place in places[:ELSEWHERE]) for other, places in nearest.items() if len(places)
        }
        ranked.append(Asking(corpus, question, language, tuple(beside.tolist()), elsewhere))
    return ranked


def _nearest_first(places: NDArray[np.intp], similarities: Vectors) -> NDArray[np.intp]:
    return places[np.argsort(-similarities[places], kind="stable")]


def near_misses(ranked: Sequence[Asking], seed: int) -> list[Row]:
    """Every question over near passages of its corpus that do not answer it, and over one of another corpus.

    The encoder finds those in the question's own language nearest. If all near misses were in it, and most answers in others,
    a reader would learn to mistrust its own.
    """
    chooser = random.Random(f"{seed} near misses in corpora")
    rows = []
    for asking in ranked:
        nearest = asking.evenly(asking.beside)[: NEAREST_BESIDE if asking.question.answers else NEAREST]
        rows += [_row(asking, position, chooser) for position in nearest]
        rows.append(asking.row_elsewhere(chooser))
    return rows


def corpus_groups(ranked: Sequence[Asking], seed: int) -> list[list[Row]]:
    """Every question that has an answer over some passages that tell it and some that do not, the last one of another corpus.

    Passages in the question's language are taken first of those that tell it. Of those that do not, one is in its language and
    one is not, where there are both: what is told in another language is held against what comes near in its own, as it is when
    people ask.
    """
    chooser = random.Random(f"{seed} groups of corpora")
    groups = []
    for asking in ranked:
        answers = sorted(asking.question.answers)
        if not answers:
            continue
        in_its_language = asking.in_its_language
        again = asking.is_told_in_its_language and chooser.random() < AGAIN
        for _ in range(2 if again else 1):
            told = sorted(chooser.sample(answers, len(answers)), key=lambda at: at not in in_its_language)
            silent = asking.by_turns(chooser.sample(asking.beside, len(asking.beside)))
            chosen = told[:ANSWERING] + silent[: BESIDE - 1]
            groups.append([*(_row(asking, position, chooser) for position in chosen), asking.row_elsewhere(chooser)])
    return groups


def _row(asking: Asking, position: int, chooser: random.Random) -> Row:
    return asking.corpus.row(asking.question, asking.asked, position, titled=chooser.random() < TITLED)


def _corpus(line: str) -> Corpus:
    entry = json.loads(line)
    passages = tuple(Passage(**passage) for passage in entry["passages"])
    questions = []
    for question in entry["questions"]:
        answers: dict[int, tuple[tuple[int, int], ...]] = {}
        for position, text in question["answers"]:
            start = passages[position].text.index(text)
            answers[position] = (*answers.get(position, ()), (start, start + len(text)))
        questions.append(Question(question["ask"], answers, KINDS.get(question["wants"])))
    chooser = random.Random(f"follow-ups of {entry['name']}")
    spoken = _follow_ups().get(entry["name"], [])
    follow_ups = tuple(
        _joined(passages, questions[one["after"]], questions[one["question"]], one["ask"], chooser) for one in spoken
    )
    return Corpus(entry["name"], passages, tuple(questions), follow_ups)


@cache
def _follow_ups() -> dict[str, list[dict[str, Any]]]:
    """The lines of FOLLOW_UPS by their corpus."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in FOLLOW_UPS.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        found[entry["corpus"]].append(entry)
    return found


def leaning_questions(found: Sequence[Corpus]) -> list[dict[str, str]]:
    """Follow-ups as they are asked, without the question that they lean on, with their language."""
    return [
        {"language": language, "question": question}
        for corpus in found
        for entry in _follow_ups().get(corpus.name, [])
        for language, question in entry["ask"].items()
    ]


def _joined(
    passages: Sequence[Passage], earlier: Question, later: Question, ask: Mapping[str, str], chooser: random.Random
) -> Question:
    """The later question as `ask` puts it after the earlier one; now and then that one's answer stands between."""
    said = [passages[at].text[start:end] for at, ranges in earlier.answers.items() for start, end in ranges]
    short = [answer for answer in said if earlier.kind is Kind.ONE and len(answer) <= LONGEST_ANSWER]
    between = [chooser.choice(short)] if short and chooser.random() < WITH_ANSWER else []
    joined = {language: join(earlier.ask[language], between, question) for language, question in ask.items()}
    return Question(joined, later.answers, later.kind)


def _example(corpus: Corpus, question: Question, asked: str) -> dict[str, Any]:
    """A question as a line of an evaluation set. Where one thing is wanted, each passage's answer is one of its forms."""
    told_in = {corpus.passages[position].language for position in question.answers}
    way = "same-language" if asked in told_in or not told_in else "cross-language"
    line = {"language": asked, "question": question.ask[asked], "tags": [TAGS[question.kind], way, "choose"]}
    texts = [corpus.passages[at].text[start:end] for at, ranges in question.answers.items() for start, end in ranges]
    if not texts:
        return line | {"unanswerable": True}
    return line | {"answers": [[text] for text in texts] if question.kind is Kind.SEVERAL else [texts]}


def write_evaluation(folder: Path, found: Sequence[Corpus]) -> None:
    """The corpora as a folder of Markdown documents, and beside it `evaluation.jsonl` (docs/evaluation.md)."""
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    for corpus in found:
        for position, passage in enumerate(corpus.passages):
            (documents / f"{corpus.name}-{position}.md").write_text(f"# {passage.title}\n\n{passage.text}\n", encoding="utf-8")
    lines = [
        json.dumps({"id": f"{corpus.name}-{number}"} | _example(corpus, question, asked), ensure_ascii=False)
        for number, (corpus, question, asked) in enumerate(askings(found), 1)
    ]
    (folder / "evaluation.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Reads the argument and writes the folder."""
    parser = argparse.ArgumentParser(prog="python -m training.corpora", description=main.__doc__)
    parser.add_argument("out", type=Path, help="folder for documents/, evaluation.jsonl and conversations.jsonl")
    out = parser.parse_args().out
    write_evaluation(out, corpora(names=FOR_CHOOSING))
    shutil.copyfile(CONVERSATIONS, out / CONVERSATIONS.name)


if __name__ == "__main__":
    main()
