"""Sessions that were signed out of before they expired, remembered over a restart as the key that signs them is."""

import json
import logging
import threading
import time
from pathlib import Path

from ..files import write_whole

_REMEMBERED = 10_000
_log = logging.getLogger(__name__)


class EndedSessions:
    """The ids of ended sessions until they expire (seconds since 1970), kept in `file` where there is one.

    Where the file can be neither read nor written, the log says so, and they are remembered as long as the process lasts.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._until = self._read()

    def __contains__(self, session: str) -> bool:
        return session in self._until

    def add(self, session: str, until: float) -> None:
        """Remembers a session that would last `until` then."""
        with self._lock:
            now = time.time()
            known = self._read() | self._until  # another server may share the file
            lasting = {one: end for one, end in known.items() if end > now}
            while len(lasting) >= _REMEMBERED:
                del lasting[next(iter(lasting))]
            self._until = {**lasting, session: until}
            if self._file is not None:
                try:
                    self._file.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(self._file, json.dumps(self._until))
                except OSError as error:
                    _log.warning("Who has signed out is forgotten at a restart: %s cannot be written (%s)", self._file, error)

    def _read(self) -> dict[str, float]:
        if self._file is None:
            return {}
        try:
            return {str(one): float(until) for one, until in json.loads(self._file.read_text(encoding="utf-8")).items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            _log.warning("Who has signed out before the start is not known: %s cannot be read (%s)", self._file, error)
            return {}
