"""Where walks of this source stand, as the checkpoint holds it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from harvester.times import moment_of, to_text
from spiders.netherlands.openoverheid.answers import Hit

MOST_KNOWN = 2_000
"""Hits that a checkpoint remembers; more are asked for again."""


@dataclass(frozen=True, slots=True)
class Place:
    """The position of the walk over one kind of documents.

    A first walk goes by day of publication; every later one reads the list of changes, the newest
    first, down to what it knows.
    """

    next_day: date | None
    """The first day of publication that is not done; None once a first walk has ended."""
    begun_at: str
    """When the first walk began: what changed meanwhile is on the list of changes."""
    newest: str | None = None
    """The latest change that was seen."""
    known: Mapping[str, str] = field(default_factory=dict)
    """Hits that the next walk will meet again, by name, with their time of change."""

    @classmethod
    def from_json(cls, cursor: Mapping[str, Any]) -> "Place":
        """Read what `to_json` wrote."""
        day = cursor.get("next_day")
        next_day = date.fromisoformat(day) if day else None
        return cls(next_day, cursor["begun_at"], cursor.get("newest"), cursor.get("known", {}))

    def to_json(self) -> dict[str, Any]:
        """Return the position as JSON."""
        return {
            "next_day": self.next_day.isoformat() if self.next_day else None,
            "begun_at": self.begun_at,
            "newest": self.newest,
            "known": dict(sorted(self.known.items())),
        }

    def limit(self, overlap: timedelta) -> datetime | None:
        """Return the time before which every change is known; None if none is."""
        seen = moment_of(self.newest or self.begun_at)
        return None if seen is None else seen - overlap

    def is_known(self, hit: Hit, overlap: timedelta) -> bool:
        """Tell whether this state of a document was taken before."""
        if hit.changed_at is None:
            return False
        limit = self.limit(overlap)
        is_old = limit is not None and hit.changed_at < limit
        return is_old or self.known.get(hit.name) == hit.changed

    def after(self, hits: Sequence[Hit], overlap: timedelta) -> "Place":
        """Return the position after a walk over the list of changes that met these hits."""
        seen = [hit.changed_at for hit in hits if hit.changed_at is not None]
        before = moment_of(self.newest)
        newest = max([*seen, *([before] if before else [])], default=None)
        if newest is None:
            return self
        moved = replace(self, newest=to_text(newest))
        limit = moved.limit(overlap)
        recent = [
            hit
            for hit in hits
            if hit.changed_at is not None and (limit is None or hit.changed_at >= limit)
        ]
        return replace(moved, known={hit.name: hit.changed or "" for hit in recent[:MOST_KNOWN]})


@dataclass(frozen=True, slots=True)
class Round:
    """The position of the rotation that asks for held documents again."""

    category: str
    after: str = ""
    """The last id of the category that was asked for."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """By record, since when it is not served."""

    @classmethod
    def from_json(cls, cursor: Mapping[str, Any]) -> "Round":
        """Read what `to_json` wrote."""
        return cls(cursor["category"], cursor["after"], cursor["missing"])

    def to_json(self) -> dict[str, Any]:
        """Return the position as JSON."""
        missing = dict(sorted(self.missing.items()))
        return {"category": self.category, "after": self.after, "missing": missing}
