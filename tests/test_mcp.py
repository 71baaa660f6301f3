"""The MCP server, with the official client."""

import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

from assistant.mcp_server import create_mcp_server
from assistant.pipeline import Assistant
from assistant.settings import Settings
from tests.apart import run_apart
from tests.llm_server import BORDER


def call(server: Any, tool: str, **arguments: Any) -> Any:
    async def run() -> Any:
        async with Client(server) as client:
            return await client.call_tool(tool, arguments)

    return run_apart(run())


def test_its_tools_are_listed_and_described(example_assistant: Assistant) -> None:
    async def run() -> dict[str, str | None]:
        async with Client(create_mcp_server(example_assistant)) as client:
            return {tool.name: tool.description for tool in (await client.list_tools()).tools}

    described = run_apart(run())
    assert set(described) == {"ask", "search", "list_documents"}
    assert all(described.values())


def test_a_question_is_answered_with_quotes(example_assistant: Assistant) -> None:
    answer = call(create_mcp_server(example_assistant), "ask", question=BORDER).structured_content
    assert answer["answered"] is True
    assert any("1,500 km" in citation["quote"] for citation in answer["citations"])
    earlier = ["When did Niger and Nigeria sign their joint communiqué?"]
    followed = call(
        create_mcp_server(example_assistant), "ask", question="And the documents with Russia?", earlier_questions=earlier
    )
    assert any("4 December 2023" in citation["quote"] for citation in followed.structured_content["citations"])


def test_what_cannot_be_asked_is_an_error_with_the_reason(example_assistant: Assistant) -> None:
    result = call(create_mcp_server(example_assistant), "ask", question=" ")
    assert result.is_error
    assert "The question is empty" in result.content[0].text


def test_passages_and_documents(example_assistant: Assistant) -> None:
    found = call(create_mcp_server(example_assistant), "search", question=BORDER, limit=3).structured_content["result"]
    assert len(found) == 3
    for passage in found:
        document = example_assistant.document(passage["document"])
        assert document is not None
        assert document.text[passage["start"] : passage["end"]] == passage["text"]
    listed = call(create_mcp_server(example_assistant), "list_documents").structured_content["result"]
    assert [one["name"] for one in listed] == [one.name for one in example_assistant.documents()]


def test_the_command_serves_on_standard_input_and_output(example_settings: Settings) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "assistant", "mcp", "--index", str(example_settings.index)],
        cwd=Path(__file__).parent.parent,
    )
    documents = call(command, "list_documents").structured_content["result"]
    assert "niger-nigeria-communique.md" in {one["name"] for one in documents}
