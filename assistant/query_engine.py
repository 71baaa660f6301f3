"""The assistant as a LlamaIndex query engine. Apart from pipeline.py because importing LlamaIndex takes a second."""

from typing import TYPE_CHECKING, Any

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.schema import NodeWithScore, TextNode

if TYPE_CHECKING:
    from .pipeline import Assistant


class QuothQueryEngine(CustomQueryEngine):
    """Answers with the assistant; each citation is a source node whose offsets are the quote's place in its document."""

    assistant: Any

    def custom_query(self, query_str: str) -> Response:
        """Asks the assistant; the whole answer, as printed by `quoth ask --json`, is the response's metadata."""
        answer = self.assistant.ask(query_str)
        nodes = [
            NodeWithScore(
                node=TextNode(
                    text=citation.quote,
                    start_char_idx=citation.start,
                    end_char_idx=citation.end,
                    metadata={key: value for key, value in citation.to_json().items() if key != "quote"},
                )
            )
            for citation in answer.citations
        ]
        return Response(response=answer.text, source_nodes=nodes, metadata=answer.to_json())


def make_query_engine(assistant: "Assistant") -> QuothQueryEngine:
    """See `Assistant.as_query_engine`."""
    return QuothQueryEngine(assistant=assistant)
