"""The search as a LlamaIndex retriever. Apart from search.py because importing LlamaIndex takes a second."""

from typing import TYPE_CHECKING

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

if TYPE_CHECKING:
    from .datatypes import Hit
    from .search import Searcher


class QuothRetriever(BaseRetriever):
    """Hits as nodes: `start_char_idx` and `end_char_idx` are the chunk's place in its document, and right."""

    def __init__(self, searcher: "Searcher", limit: int) -> None:
        super().__init__()
        self._searcher = searcher
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [make_node(hit) for hit in self._searcher.search(query_bundle.query_str, limit=self._limit)]


def make_node(hit: "Hit") -> NodeWithScore:
    """One hit as a scored node, with its document, title and language as metadata."""
    node = TextNode(
        id_=str(hit.chunk_id),
        text=hit.chunk.text,
        start_char_idx=hit.chunk.start,
        end_char_idx=hit.chunk.end,
        metadata={
            "document": hit.chunk.document,
            "title": hit.title,
            "language": hit.chunk.language,
            "date": hit.date,
            "start": hit.chunk.start,
            "end": hit.chunk.end,
        },
    )
    return NodeWithScore(node=node, score=hit.score)


def make_retriever(searcher: "Searcher", limit: int) -> QuothRetriever:
    """See `Searcher.as_retriever`."""
    return QuothRetriever(searcher, limit)
