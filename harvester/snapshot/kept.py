"""A cache of indexes as of earlier times, beside the one in use.

Each is named by its heads and the takedowns until now: days with the same heads share one, and a
takedown invalidates all.
"""

import json
import os
import shutil
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from archive.archive import Archive
from harvester.errors import HarvesterError
from harvester.index.connection import open_readonly
from harvester.lock import MAKING, is_locked, making_lock
from harvester.progress import Progress
from harvester.settings import Settings
from harvester.snapshot.heads_then import HeadsThen, heads_then, takedowns_key
from harvester.snapshot.moments import make_index
from harvester.source.spider import SourceSpider
from harvester.times import Clock, from_text, now, to_text

ROOM = 2
"""Minimum free disk space, as a multiple of the index size; making an index needs extra space."""
USUAL_ENTRIES_PER_S = 3_000.0
"""Assumed speed until one was measured here, including texts and search."""
START_S = 3.0
RETRY_S = 600.0
"""Time before a failed index is tried again."""
NICENESS = 10
_SUFFIX = ".sqlite"
_HALF = ".half"


class NoRoom(HarvesterError):
    """The disk has no room for another index."""


class Making(NamedTuple):
    """An index that is being made."""

    key: str
    begun_at: str
    duration_s: float
    """Estimated total duration."""

    def left_s(self, clock: Clock = now) -> float:
        """Return the estimated remaining time, at least two seconds."""
        return max(2.0, self.duration_s - (clock() - from_text(self.begun_at)).total_seconds())


@dataclass(frozen=True, slots=True)
class KeptIndexes:
    """The folder of cached indexes.

    Attributes:
        index: the one in use.
        most: capacity; the least recently used one is removed first.
    """

    index: Path
    most: int

    @property
    def folder(self) -> Path:
        """Beside the index in use."""
        return self.index.with_name(f"{self.index.stem}-as-of")

    def find(self, then: HeadsThen, takedowns: str) -> Path | None:
        """Return the cached index of these heads, if there is one, and mark it as used.

        Those from before the last takedown are removed, since they hold what was taken down.
        """
        for path in self._all():
            if not path.stem.endswith(takedowns):
                path.unlink(missing_ok=True)
        path = self._path(then, takedowns)
        try:
            os.utime(path)
        except FileNotFoundError:
            return None
        return path

    def _path(self, then: HeadsThen, takedowns: str) -> Path:
        return self.folder / f"{then.key}-{takedowns}{_SUFFIX}"

    def _all(self) -> list[Path]:
        """Return the complete ones, most recently used first."""
        found = []
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(FileNotFoundError):  # another process may remove it at the same moment
                found.append((path.stat().st_mtime, path))
        return [path for _, path in sorted(found, reverse=True)]

    def clear(self) -> None:
        """Remove all."""
        for path in self._all():
            path.unlink(missing_ok=True)

    # How it goes -----------------------------------------------------------------------------

    def making(self) -> Making | None:
        """Return the index that some process of this machine is making."""
        if not self.folder.exists() or not is_locked(self.folder, MAKING):
            return None
        with suppress(OSError, ValueError, TypeError):
            return Making(**json.loads((self.folder / "making.json").read_text("utf-8")))
        return None

    def estimate_s(self, then: HeadsThen) -> float:
        """Estimate how long an index takes, from the last one."""
        speed = USUAL_ENTRIES_PER_S
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads((self.folder / "speed.json").read_text("utf-8"))
            speed = max(1.0, float(told["entries_per_s"]))
        return START_S + then.effort / speed

    def has_room(self) -> bool:
        """Tell whether the disk has room for one more, after removing the oldest."""
        place = self.folder if self.folder.exists() else self.folder.parent
        going = sum(path.stat().st_size for path in self._all()[self.most - 1 :])
        free = shutil.disk_usage(place).free + going
        return free >= ROOM * self.index.stat().st_size

    def note_failure(self, key: str) -> None:
        """Record that an index could not be made."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / f"{key}.failed").touch()

    def has_failed(self, key: str) -> bool:
        """Tell whether making it failed recently."""
        with suppress(FileNotFoundError):
            failed_at = (self.folder / f"{key}.failed").stat().st_mtime
            return time.time() - failed_at < RETRY_S
        return False

    # Making ----------------------------------------------------------------------------------

    def make(
        self,
        archive: Archive,
        settings: Settings,
        sources: dict[str, type[SourceSpider]],
        moment: str,
        progress: Progress,
    ) -> Path:
        """Return the index as of a time, making it if needed.

        An unfinished one has another name, and the next call removes it.

        Raises:
            HarvestRunning: another process makes one.
            NoRoom: the disk is too full.
            Damage: the log, or a file whose text is wanted, is damaged.
        """
        with making_lock(self.folder):
            with closing(open_readonly(self.index)) as connection:
                then, takedowns = heads_then(connection, moment), takedowns_key(connection)
            if found := self.find(then, takedowns):
                return found
            self._sweep()
            if not self.has_room():
                raise NoRoom(f"{self.folder} has less free than {ROOM} times the index; make room")
            begun = time.monotonic()
            self._note("making", Making(then.key, to_text(now()), self.estimate_s(then))._asdict())
            half = self.folder / f"{then.key}{_HALF}"
            make_index(archive, half, settings, sources, progress, as_of=moment, workers=1)
            path = self._path(then, takedowns)
            half.replace(path)
            speed = then.effort / max(0.001, time.monotonic() - begun)
            self._note("speed", {"entries_per_s": round(speed)})
        return path

    def _sweep(self) -> None:
        """Remove unfinished indexes, old records of failures, and indexes beyond capacity."""
        for path in (*self.folder.glob(f"*{_HALF}*"), *self.folder.glob("*.failed")):
            path.unlink(missing_ok=True)
        for path in self._all()[self.most - 1 :]:
            path.unlink(missing_ok=True)

    def _note(self, name: str, told: dict[str, object]) -> None:
        beside = self.folder / f"{name}.new"
        beside.write_text(json.dumps(told), encoding="utf-8")
        beside.replace(self.folder / f"{name}.json")
