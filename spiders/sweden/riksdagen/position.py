"""Where walks of this source stand, as the checkpoint holds it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from harvester.times import from_text

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SESSION_BEGINS = 9
"""The month in which a session begins; it ends when the next one begins."""
AHEAD = timedelta(days=100)
"""Reports of the next session are planned, and listed, that early."""


def year_of(moment: datetime) -> int:
    """Return the year in which the session of a moment began."""
    local = moment.astimezone(STOCKHOLM)
    return local.year if local.month >= SESSION_BEGINS else local.year - 1


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """What is known of the list of one session."""

    walked_at: str
    """When its last complete walk began, as UTC time text."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """By id, since when a held document is not listed."""
    after: str = ""
    """The last document that was asked for again in turn."""

    @classmethod
    def from_json(cls, cursor: Mapping[str, Any]) -> "SessionPlace":
        """Read what `to_json` wrote."""
        return cls(cursor["walked_at"], cursor.get("missing", {}), cursor.get("after", ""))

    def to_json(self) -> dict[str, Any]:
        """Return the position as JSON."""
        missing = dict(sorted(self.missing.items()))
        return {"walked_at": self.walked_at, "missing": missing, "after": self.after}

    def is_known(self, changed: str, overlap: timedelta) -> bool:
        """Tell whether a change was there at the last complete walk.

        Args:
            changed: `systemdatum`, in Swedish time without a zone.
            overlap: how far the clocks may differ, and lists lag.
        """
        try:
            at = datetime.fromisoformat(changed).replace(tzinfo=STOCKHOLM)
            return at < from_text(self.walked_at) - overlap
        except (ValueError, OverflowError):
            return False


@dataclass(frozen=True, slots=True)
class Place:
    """The position of the walk over one type of documents: session by session, newest first."""

    back: int | None
    """The next older session of the first walk, by its year; None once all were walked."""
    turn: int | None = None
    """The older session whose turn comes next."""
    sessions: Mapping[str, SessionPlace] = field(default_factory=dict)

    @classmethod
    def from_json(cls, cursor: Mapping[str, Any]) -> "Place":
        """Read what `to_json` wrote."""
        sessions = {name: SessionPlace.from_json(one) for name, one in cursor["sessions"].items()}
        return cls(cursor["back"], cursor["turn"], sessions)

    def to_json(self) -> dict[str, Any]:
        """Return the position as JSON."""
        sessions = {name: one.to_json() for name, one in sorted(self.sessions.items())}
        return {"back": self.back, "turn": self.turn, "sessions": sessions}

    def with_session(self, name: str, place: SessionPlace) -> "Place":
        """Return the position with another one of a session."""
        return replace(self, sessions={**self.sessions, name: place})

    def after_year(self, year: int, oldest: int, recent: int) -> "Place":
        """Return the position after the walk of a session.

        Args:
            year: of the session.
            oldest: year of the oldest session that is taken.
            recent: year of the oldest session that every harvest walks.
        """
        if year >= recent:
            return self
        if self.back is not None:
            return replace(self, back=year - 1 if year > oldest else None)
        return replace(self, turn=year - 1 if year > oldest else recent - 1)
