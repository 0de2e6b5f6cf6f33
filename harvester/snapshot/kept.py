"""Indexes as of a time that are kept beside the one in use, so that a site can show them at once.

Each is named by the heads that it stands for and by what was taken down until now: days between
which nothing was written share one, and a decision to take something down lets go of all.
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
"""So many times the index in use must be free: while it is made an index needs more than later."""
USUAL_ENTRIES_PER_S = 3_000.0
"""Until one was measured here; texts and search included, on one slow processor."""
START_S = 3.0
RETRY_S = 600.0
"""For so long what could not be made is not tried again."""
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
    """How long it will take in all."""

    def left_s(self, clock: Clock = now) -> float:
        """Return how long it will still take; a guess is never less than two seconds."""
        return max(2.0, self.duration_s - (clock() - from_text(self.begun_at)).total_seconds())


@dataclass(frozen=True, slots=True)
class KeptIndexes:
    """The folder that they are in.

    Attributes:
        index: the one in use.
        most: so many are kept; the one that was not used for longest goes first.
    """

    index: Path
    most: int

    @property
    def folder(self) -> Path:
        """Beside the index in use."""
        return self.index.with_name(f"{self.index.stem}-as-of")

    def find(self, then: HeadsThen, takedowns: str) -> Path | None:
        """Return the index of these heads, if it is here; it counts as used now.

        Those from before the last takedown are removed: they tell what was taken down.
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
        """Return all that are whole, the one that was used last first."""
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
        """Return what is being made, by whatever process of this machine."""
        if not self.folder.exists() or not is_locked(self.folder, MAKING):
            return None
        with suppress(OSError, ValueError, TypeError):
            return Making(**json.loads((self.folder / "making.json").read_text("utf-8")))
        return None

    def estimate_s(self, then: HeadsThen) -> float:
        """Return how long it takes to make an index, by how long the last one took."""
        speed = USUAL_ENTRIES_PER_S
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads((self.folder / "speed.json").read_text("utf-8"))
            speed = max(1.0, float(told["entries_per_s"]))
        return START_S + then.effort / speed

    def has_room(self) -> bool:
        """Tell whether the disk has room for one more, once the oldest have gone."""
        place = self.folder if self.folder.exists() else self.folder.parent
        going = sum(path.stat().st_size for path in self._all()[self.most - 1 :])
        free = shutil.disk_usage(place).free + going
        return free >= ROOM * self.index.stat().st_size

    def note_failure(self, key: str) -> None:
        """Remember that an index could not be made."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / f"{key}.failed").touch()

    def has_failed(self, key: str) -> bool:
        """Tell whether it could not be made a while ago."""
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
        """Return the index as of a time, made if it is not here.

        What is half made is under another name, and goes with the next call.

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
        """Remove what killed makers left, failures of before, and what there is no place for."""
        for path in (*self.folder.glob(f"*{_HALF}*"), *self.folder.glob("*.failed")):
            path.unlink(missing_ok=True)
        for path in self._all()[self.most - 1 :]:
            path.unlink(missing_ok=True)

    def _note(self, name: str, told: dict[str, object]) -> None:
        beside = self.folder / f"{name}.new"
        beside.write_text(json.dumps(told), encoding="utf-8")
        beside.replace(self.folder / f"{name}.json")
