"""What the server counts, for Prometheus at /metrics: questions and how they ended, how long each step took, the index's size.

Numbers only: no question, answer or client is in them.
"""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

from index.errors import QuothError

from ..datatypes import Answer, Turn
from ..errors import QuestionError

BUCKETS = (0.05, 0.1, 0.2, 0.4, 0.6, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds."""


class CountedAssistant:
    """An assistant whose answers are counted; everything else is the assistant's own."""

    def __init__(self, assistant: Any) -> None:
        self._assistant = assistant
        self.registry = CollectorRegistry()
        self._questions = Counter("quoth_questions", "Questions by how they ended", ["outcome"], registry=self.registry)
        self._seconds = Histogram("quoth_answer_seconds", "Time of an answer", buckets=BUCKETS, registry=self.registry)
        self._steps = Histogram("quoth_step_seconds", "Time of a step", ["step"], buckets=BUCKETS, registry=self.registry)
        for outcome in ("answered", "refused", "small_talk", "invalid", "failed"):
            self._questions.labels(outcome)
        self.registry.register(_IndexSize(assistant))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(self, question: str, history: Sequence[Turn | str] = (), cancelled: threading.Event | None = None) -> Answer:
        """As `assistant.pipeline.Assistant.ask`."""
        try:
            work = self._assistant.work(question, history, cancelled)
        except Exception as error:
            self._questions.labels("invalid" if isinstance(error, QuestionError) else "failed").inc()
            raise
        answer: Answer = work.answer
        outcome = "answered" if answer.answered else "small_talk" if answer.small_talk else "refused"
        self._questions.labels(outcome).inc()
        self._seconds.observe(answer.seconds)
        for step, seconds in work.seconds.items():
            self._steps.labels(step).observe(seconds)
        return answer

    def exposition(self) -> str:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry).decode()


class _IndexSize:
    """Counts the index when it is asked; it may change while the server runs."""

    def __init__(self, assistant: Any) -> None:
        self._assistant = assistant

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            documents = self._assistant.documents()
        except QuothError:
            return
        yield GaugeMetricFamily("quoth_index_documents", "Documents in the index", len(documents))
        yield GaugeMetricFamily("quoth_index_chunks", "Passages in the index", sum(one.chunks for one in documents))
