"""Segment entries of decisions: takedown, hold, and the release or discard of a hold.

See README.md, "Takedown entry" to "Decision entry"; `archive.entries` has what was observed.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from archive import fields
from archive.canonical import JSON
from archive.errors import EntryInvalid
from archive.fields import Fields


@dataclass(frozen=True, slots=True)
class TakedownEntry:
    """The decision that payloads may no longer be published; they are removed, this entry stays."""

    taken_down_at: str
    reason: str
    by: str
    """Who decided, in words."""
    payloads: tuple[str, ...]
    """Their digests; may be empty when a record has no files yet."""
    record: str | None = None
    """The record whose files are no longer fetched; None if only these bytes are concerned."""

    def to_json(self) -> dict[str, JSON]:
        """Return the line as JSON."""
        return fields.present(
            type="takedown",
            taken_down_at=self.taken_down_at,
            reason=self.reason,
            by=self.by,
            payloads=list(self.payloads),
            record=self.record,
        )

    @classmethod
    def from_json(cls, line: Fields) -> "TakedownEntry":
        """Read and check the fields; raises `EntryInvalid`."""
        return cls(
            fields.time(line, "taken_down_at"),
            fields.text(line, "reason"),
            fields.text(line, "by"),
            fields.sha256s(line, "payloads"),
            fields.optional_text(line, "record"),
        )


@dataclass(frozen=True, slots=True)
class HoldEntry:
    """The start of a hold: later segments are logged but not applied until a decision."""

    held_at: str
    reasons: tuple[str, ...]
    """Why a person must decide; empty until the harvest that wrote it has been judged."""

    def to_json(self) -> dict[str, JSON]:
        """Return the line as JSON."""
        return {"type": "hold", "held_at": self.held_at, "reasons": list(self.reasons)}

    @classmethod
    def from_json(cls, line: Fields) -> "HoldEntry":
        """Read and check the fields; raises `EntryInvalid`."""
        return cls(fields.time(line, "held_at"), fields.texts(line, "reasons"))


Verdict: TypeAlias = Literal["released", "discarded"]


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """The end of a hold: its segments are applied, or never will be."""

    decided_at: str
    verdict: Verdict
    reason: str
    by: str
    """Who decided, in words."""
    hold: int | None = None
    """Sequence number of the first held segment; None means whatever is held."""

    def to_json(self) -> dict[str, JSON]:
        """Return the line as JSON."""
        return fields.present(
            type="decision",
            decided_at=self.decided_at,
            verdict=self.verdict,
            reason=self.reason,
            by=self.by,
            hold=self.hold,
        )

    @classmethod
    def from_json(cls, line: Fields) -> "DecisionEntry":
        """Read and check the fields; raises `EntryInvalid`."""
        verdict = line.get("verdict")
        if verdict not in ("released", "discarded"):
            raise EntryInvalid(f"verdict {verdict!r} is neither released nor discarded")
        return cls(
            fields.time(line, "decided_at"),
            cast(Verdict, verdict),
            fields.text(line, "reason"),
            fields.text(line, "by"),
            fields.optional_size(line, "hold"),
        )
