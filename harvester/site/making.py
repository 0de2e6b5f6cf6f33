"""Make indexes as of earlier times in a separate process, one at a time."""

import logging
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from harvester.site.reader import TtlCache
from harvester.snapshot.kept import KeptIndexes

TOLD_BYTES = 4_000
"""Most bytes of a failed process's output that are logged."""
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Maker:
    """Starts the process that makes an index; a lock ensures one for all server processes.

    Attributes:
        kept: the cache of indexes.
        command: makes an index as of a time and puts it into the cache.
    """

    kept: KeptIndexes
    command: Callable[[str], Sequence[str]]
    _process: "subprocess.Popen[bytes] | None" = None
    _caches: dict[Path, TtlCache] = field(default_factory=dict)

    def start(self, moment: str, key: str) -> None:
        """Start making an index, unless this process is making one.

        Call it in the main thread, since the new process dies with its starting thread.
        """
        if self._process is not None and self._process.poll() is None:
            return
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the thread that reads it
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            self.command(moment), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
        waiting = (self._process, said, moment, key)
        threading.Thread(target=self._wait, args=waiting, name="as-of", daemon=True).start()

    def _wait(
        self, process: "subprocess.Popen[bytes]", said: IO[bytes], moment: str, key: str
    ) -> None:
        code = process.wait()
        with said:
            said.seek(max(0, said.seek(0, 2) - TOLD_BYTES))
            told = said.read().decode(errors="replace")
        if code:
            self.kept.note_failure(key)
            _logger.error("the index as of %s was not made (exit code %d): %s", moment, code, told)
        else:
            _logger.info("the making of the index as of %s ended", moment)

    def cache(self, index: Path) -> TtlCache:
        """Return the cache of an index's results; old caches are dropped."""
        if index not in self._caches:
            while len(self._caches) >= max(1, self.kept.most):
                del self._caches[next(iter(self._caches))]
            self._caches[index] = TtlCache()
        return self._caches[index]
