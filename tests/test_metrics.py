"""What the server counts, and whether it says that it is ready."""

import re

import pytest
from fastapi.testclient import TestClient

from assistant.web.application import create_app
from index.errors import StoreError
from index.store import DocumentInfo

from .browser import ScriptedAssistant
from .signing_in import ADDRESS


class SmallIndex(ScriptedAssistant):
    """Has two documents, or a store that cannot be read."""

    def __init__(self) -> None:
        self.broken = False

    def documents(self) -> list[DocumentInfo]:
        if self.broken:
            raise StoreError("The index is gone. Index the folder again.")
        return [DocumentInfo(name, name, "en", "", 100, chunks, "") for name, chunks in (("a.txt", 2), ("b.txt", 3))]


@pytest.fixture
def index() -> SmallIndex:
    return SmallIndex()


@pytest.fixture
def client(index: SmallIndex) -> TestClient:
    return TestClient(create_app(index), base_url=ADDRESS, raise_server_exceptions=False)


def figure(client: TestClient, name: str) -> float:
    response = client.get("/metrics")
    assert response.status_code == 200
    found = re.search(rf"^{re.escape(name)} (\S+)$", response.text, re.MULTILINE)
    assert found, name
    return float(found[1])


def test_questions_are_counted_by_how_they_end(client: TestClient) -> None:
    outcomes = {"answered": 2, "refused": 1, "small_talk": 1, "invalid": 1, "failed": 0}
    assert [figure(client, f'quoth_questions_total{{outcome="{outcome}"}}') for outcome in outcomes] == [0] * len(outcomes)
    for question in ("How long is it?", "What did China sign?", "Thanks", "How long?", "Is this too long?"):
        client.post("/api/ask", json={"question": question})
    assert {outcome: figure(client, f'quoth_questions_total{{outcome="{outcome}"}}') for outcome in outcomes} == outcomes
    assert figure(client, "quoth_answer_seconds_count") == 4
    assert figure(client, 'quoth_step_seconds_sum{step="reading"}') == pytest.approx(1.2)


def test_a_chat_completion_counts_as_a_question(client: TestClient) -> None:
    body = {"model": "quoth", "messages": [{"role": "user", "content": "How long is it?"}]}
    assert client.post("/api/v1/chat/completions", json=body).status_code == 200
    assert figure(client, 'quoth_questions_total{outcome="answered"}') == 1


def test_nothing_that_was_asked_is_in_the_figures(client: TestClient) -> None:
    client.post("/api/ask", json={"question": "How long is the zebra crossing?"})
    assert "zebra" not in client.get("/metrics").text


def test_the_size_of_the_index_is_told_as_it_is_now(client: TestClient, index: SmallIndex) -> None:
    assert figure(client, "quoth_index_documents") == 2
    assert figure(client, "quoth_index_chunks") == 5
    index.broken = True
    response = client.get("/metrics")
    assert response.status_code == 200
    assert "quoth_index" not in response.text


def test_it_is_ready_as_long_as_the_index_can_be_read(
    client: TestClient, index: SmallIndex, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}
    index.broken = True
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "not ready"}
    assert "The index is gone. Index the folder again." in caplog.text
    assert client.get("/healthz").status_code == 200
