"""The progress bar of indexing: files, chunks, rate and time left, on standard error."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class IndexingProgress:
    """Draws what `index.sync` tells it. Use as a context manager. Draws nothing where standard error is no terminal."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("[bold]Indexing"),
            BarColumn(),
            TextColumn("{task.fields[files]}/{task.fields[all_files]} files"),
            TextColumn("{task.fields[chunks]} chunks"),
            TextColumn("{task.fields[rate]:.1f} chunks/s"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None
        self._files = 0
        self._chunks = 0

    def begin(self, files: int, size: int) -> None:
        """See `index.sync.Progress`."""
        if files:
            self._bar.start()
            self._task = self._bar.add_task("", total=max(1, size), files=0, all_files=files, chunks=0, rate=0.0)

    def advance(self, size: float, files: int = 0, chunks: int = 0) -> None:
        """See `index.sync.Progress`."""
        if self._task is None:
            return
        self._files += files
        self._chunks += chunks
        elapsed = self._bar.tasks[0].elapsed or 0.0
        rate = self._chunks / elapsed if elapsed else 0.0
        self._bar.update(self._task, advance=size, files=self._files, chunks=self._chunks, rate=rate)

    def __enter__(self) -> "IndexingProgress":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._bar.stop()
