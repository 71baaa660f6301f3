"""Question -> Hits: dense and keyword rankings fused within each language, then the best of every language together.

Similarities of one question with passages in different languages cannot be compared: passages in the question's own language
crowd out the others (see benchmarks/retrieval.py). So each language of the index is ranked by itself, and the best of each
are handed on, for the next step to judge between them.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .datatypes import Hit
from .encode import Encoder, Vectors
from .loaders.language import detect_language
from .store import Store
from .vectors import VectorIndex

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever

DEPTH = 50
"""How far down each ranking is looked at."""
RANK_OFFSET = 5
"""The constant k of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): 1 / (k + rank), summed over the rankings.

It and the weights are chosen by benchmarks/retrieval.py: k = 60 with equal weights, the custom, finds less than dense alone.
"""
KEYWORD_WEIGHT = 0.4
"""Weight of the keyword ranking, where that of the dense one is 1."""
FOREIGN_KEYWORD_WEIGHT = 0.2
"""Weight of the keyword ranking in a language other than the question's, where only names and numbers can agree."""
LANGUAGES = 12
"""Languages handed on at most: the question's own and those whose best passage is most similar to it."""

FEWEST_A_LANGUAGE, MOST_A_LANGUAGE = 4, 8
"""Hits of each language where `enough` of them will do: the right passage is among the first (recall@5 is 0.99)."""

Ranking = Sequence[tuple[int, float]]
"""Chunk ids with a score, best first."""


class Searcher:
    """Searches one store. Safe to use from several threads at once."""

    def __init__(self, store: Store, vectors: VectorIndex, encoder: Encoder) -> None:
        self.store = store
        self.vectors = vectors
        self.encoder = encoder

    def search(self, question: str, query: Vectors | None = None, limit: int = 24, enough: int | None = None) -> list[Hit]:
        """At most `limit` hits; about `enough`, if it is given, shared out among the languages, 4 to 8 of each.

        `query` is the question's unit vector of shape (dimensions,), if it is already known.

        Each language gets an equal number of places, and those left over go to the languages with more to offer; the
        first hit of every language comes before the second of any, the question's own language first.
        """
        if query is None:
            query = self.encoder.encode_questions([question])[0]
        by_language = self.rank(question, query)
        if enough is not None and by_language:
            each = min(max(enough // len(by_language), FEWEST_A_LANGUAGE), MOST_A_LANGUAGE)
            limit = min(limit, each * len(by_language))
        order = balance({language: len(hits) for language, hits in by_language.items()}, limit)
        return [by_language[language][position] for language, position in order]

    def rank(self, question: str, query: Vectors, depth: int = DEPTH) -> dict[str, list[Hit]]:
        """The fused ranking of each language, the question's own language first, then by similarity; at most `LANGUAGES`."""
        self.vectors.refresh()
        dense = self.vectors.search(query, depth)
        own = detect_language(question)
        languages = sorted(dense, key=lambda language: (language != own, -dense[language][0][1]))[:LANGUAGES]
        ranked: dict[str, list[Hit]] = {}
        for language in languages:
            keyword = self.store.search_words(question, language, depth)
            weight = KEYWORD_WEIGHT if language == own else FOREIGN_KEYWORD_WEIGHT
            hits = self._hits(dense[language], keyword, fuse(dense[language], keyword, weight))
            if hits:
                ranked[language] = hits
        return ranked

    def as_retriever(self, limit: int = 24) -> "BaseRetriever":
        """The same search as a LlamaIndex retriever."""
        from .retriever import make_retriever

        return make_retriever(self, limit)

    def _hits(self, dense: Ranking, keyword: Ranking, fused: Ranking) -> list[Hit]:
        similarity = dict(dense)
        least = dense[-1][1]  # no chunk that only the keywords found is more similar than that
        dense_rank = {chunk_id: rank for rank, (chunk_id, _) in enumerate(dense, 1)}
        keyword_rank = {chunk_id: rank for rank, (chunk_id, _) in enumerate(keyword, 1)}
        stored = self.store.chunks([chunk_id for chunk_id, _ in fused])
        return [
            Hit(
                chunk_id=chunk_id,
                chunk=stored[chunk_id].chunk,
                title=stored[chunk_id].title,
                date=stored[chunk_id].date,
                score=score,
                similarity=similarity.get(chunk_id, least),
                dense_rank=dense_rank.get(chunk_id),
                keyword_rank=keyword_rank.get(chunk_id),
            )
            for chunk_id, score in fused
            if chunk_id in stored  # else removed since the rankings were made
        ]


def fuse(dense: Ranking, keyword: Ranking, keyword_weight: float, offset: int = RANK_OFFSET) -> list[tuple[int, float]]:
    """Weighted reciprocal rank fusion of two rankings, best first; ties go to the lower id."""
    scores: dict[int, float] = {}
    for ranking, weight in ((dense, 1.0), (keyword, keyword_weight)):
        for rank, (chunk_id, _) in enumerate(ranking, 1):
            scores[chunk_id] = scores.get(chunk_id, 0.0) + weight / (offset + rank)
    return sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))


def balance(available: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
    """(language, position in its ranking) of the places handed on: turn by turn, one of each language that has more."""
    order = [
        (language, position)
        for position in range(max(available.values(), default=0))
        for language, count in available.items()
        if position < count
    ]
    return order[:limit]
