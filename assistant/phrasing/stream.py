"""Words out of a language model as they come: bounded waiting, bounded retries, and an end that reaches the server.

All requests run as tasks of one event loop in a thread of its own. A task that is cancelled closes its connection, which is how a
server learns that nobody reads on.
"""

import asyncio
import queue
import re
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from .evidence import estimate_tokens, visible

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

ATTEMPTS = 2
"""Requests for one text, at most, whatever the second is for: only before the first word, and only where it may help."""
LONGEST_WAIT = 3.0
"""Seconds between two attempts. A server that asks for more is not asked again."""
MOST_CHARACTERS = 8000
"""What a model may write, at most; it is cut off there."""
_POLL = 0.05
_RETRIED = frozenset({"busy", "server", "unreachable"})


class LlmFailure(Exception):  # noqa: N818
    """Why no words, or no more words, came. `code` names a message of messages.py; no text of the server's is kept.

    `for_counting`: the server refuses to be asked for the number of tokens.
    """

    def __init__(self, code: str, wait: float = 0.0, *, for_counting: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait
        self.for_counting = for_counting


class Cancelled(Exception):  # noqa: N818
    """Nobody wants the words any more."""


class Patience:
    """How long and how often a server is asked for one text: `seconds` for each word, `whole` seconds and ATTEMPTS for all."""

    def __init__(self, seconds: float, whole: float | None = None) -> None:
        self.seconds = seconds
        self.until = time.monotonic() + (4 * seconds if whole is None else whole)
        self.attempts = ATTEMPTS

    def deadline(self) -> float:
        """When the next word must be there."""
        return min(self.until, time.monotonic() + self.seconds)


class Stream:
    """The words of one text. Several streams may share one patience, which then is that for all."""

    def __init__(self, llm: "LLM", messages: Sequence["ChatMessage"], patience: Patience, cancelled: threading.Event) -> None:
        self._llm, self._messages, self._patience, self._cancelled = llm, list(messages), patience, cancelled
        self._prompt_tokens = self._tokens = 0
        self._written = ""
        self._open = self._asks_for_counts = False

    def __iter__(self) -> Iterator[str]:
        """Pieces of text, as long as the patience lasts. Raises LlmFailure, Cancelled."""
        while True:
            begun = False
            self._patience.attempts -= 1
            try:
                for piece in self._attempt():
                    begun = True
                    self._written += piece
                    yield piece
                return
            except LlmFailure as failure:
                if begun or not self._patience.attempts:
                    raise
                if failure.for_counting and self._asks_for_counts:
                    _ask_no_counts(self._llm)
                else:
                    self._wait(failure)

    def _wait(self, failure: LlmFailure) -> None:
        """Waits as long as the server asks for; raises the failure where another request would not help, or come too late."""
        wait = failure.wait or 0.5
        if failure.code not in _RETRIED or wait > LONGEST_WAIT or time.monotonic() + wait > self._patience.until:
            raise failure
        if self._cancelled.wait(wait):
            raise Cancelled from None

    def _attempt(self) -> Iterator[str]:
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        request: Future[None] | None = None
        try:
            request = asyncio.run_coroutine_threadsafe(self._request(pieces), _loop())
            while (piece := self._next(pieces, self._patience.deadline())) is not None:
                yield piece
        finally:
            if request:
                request.cancel()

    def _next(self, pieces: "queue.SimpleQueue[str | Exception | None]", deadline: float) -> str | None:
        while True:
            if self._cancelled.is_set():
                raise Cancelled
            if time.monotonic() > deadline:
                raise LlmFailure("slow")
            try:
                piece = pieces.get(timeout=_POLL)
            except queue.Empty:
                continue
            if isinstance(piece, LlmFailure):
                raise piece
            if isinstance(piece, Exception):
                raise failure_of(piece) from None
            return piece

    async def _request(self, pieces: "queue.SimpleQueue[str | Exception | None]") -> None:
        written = 0
        self._asks_for_counts = "stream_options" in _options(self._llm)
        try:
            async for response in await self._llm.astream_chat(self._messages):
                piece = visible(response.delta or "")
                if written <= MOST_CHARACTERS < written + len(piece):
                    pieces.put(LlmFailure("broken"))
                written += len(piece)
                if written > MOST_CHARACTERS:
                    # Leaving would keep the connection open until garbage is collected; being cancelled while reading closes it.
                    if written > 100 * MOST_CHARACTERS:
                        break
                    continue
                self._look_at(response.raw)
                if piece:
                    pieces.put(piece)
        except Exception as error:
            pieces.put(error)
        else:
            pieces.put(LlmFailure("broken") if self._open else None)

    def _look_at(self, raw: Any) -> None:
        """Takes the counts from an OpenAI-like chunk, and whether it was cut: no reason to end is given, or the length."""
        if choices := getattr(raw, "choices", None):
            self._open = getattr(choices[0], "finish_reason", None) in {None, "length"}
        usage = raw.get("usage") if isinstance(raw, dict) else getattr(raw, "usage", None)
        if usage is not None:
            told = (getattr(usage, name, 0) for name in ("prompt_tokens", "completion_tokens"))
            self._prompt_tokens, self._tokens = (count if isinstance(count, int) else 0 for count in told)

    @property
    def is_counted(self) -> bool:
        """Whether the server told both counts."""
        return bool(self._prompt_tokens and self._tokens)

    def count_prompt(self) -> int:
        """Tokens that were sent, as the server counts them, or as estimated where it does not."""
        return self._prompt_tokens or sum(estimate_tokens(str(message.content)) for message in self._messages)

    def count_written(self) -> int:
        """Tokens that were written, as the server counts them, or as estimated where it does not."""
        return self._tokens or estimate_tokens(self._written)


def _options(llm: "LLM") -> dict[str, Any]:
    """What goes along with each request, as far as the class lets it be known."""
    given: Any = getattr(llm, "additional_kwargs", None)
    return given if isinstance(given, dict) else {}


def _ask_no_counts(llm: "LLM") -> None:
    """Leaves out of all further requests what some servers do not know and refuse; another request may have done so already."""
    _options(llm).pop("stream_options", None)


_TOO_LONG = re.compile("context|too long", re.IGNORECASE)
_CODES = {400: "refused", 401: "key", 403: "key", 404: "model", 413: "context", 422: "refused", 429: "busy"}


def failure_of(error: Exception) -> LlmFailure:
    """What went wrong, told from the error's status and kind, whichever client library raised it."""
    response = getattr(error, "response", None)
    status: Any = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(status, int):
        is_too_long = status in {400, 422} and _TOO_LONG.search(str(error))
        code = "context" if is_too_long else _CODES.get(status, "server")
        for_counting = code == "refused" and "stream_options" in str(error)
        return LlmFailure(code, _retry_after(response) if code in {"busy", "server"} else 0.0, for_counting=for_counting)
    if any("Timeout" in kind for kind in kinds):
        return LlmFailure("slow")
    unreachable = kinds & {"ConnectError", "APIConnectionError", "ConnectionError"}
    return LlmFailure("unreachable" if unreachable else "broken")


def _retry_after(response: Any) -> float:
    """The seconds that the server asks to wait for; 0 where it says nothing, and a day where it cannot be understood."""
    written = (getattr(response, "headers", None) or {}).get("retry-after", "")
    try:
        return max(0.0, float(written)) if written else 0.0
    except ValueError:
        return 86400.0


_lock = threading.Lock()
_running: list[asyncio.AbstractEventLoop] = []


def _loop() -> asyncio.AbstractEventLoop:
    with _lock:
        if not _running:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="quoth-llm", daemon=True).start()
            _running.append(loop)
        return _running[0]
