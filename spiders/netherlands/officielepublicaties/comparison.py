"""Which records the source has taken back: it says nothing, so dossiers are compared in turn.

Pure. A record counts as gone when its dossier's listing lacks it and its identifier finds nothing,
in two harvests well apart: search misses papers for a while that are there (guide 2.1).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from harvester.index import Held
from harvester.source.spider import Memory
from harvester.times import from_text, to_text

MOST_MISSING = 1000
"""When more is missing at once, it is the search that is ill: nothing is concluded from it."""


class Missed(NamedTuple):
    """Since when a record is missing, and from which dossier."""

    dossier: str
    since: str
    """UTC time text: when the harvest began that missed it first."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many dossiers a harvest compares, and how long until they are compared again."""

    dossiers: int
    round_days: int
    confirm_after_h: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far the comparison came; what the checkpoint holds of it.

    A round goes through all dossiers in the order of their labels, so the one compared longest
    ago is always the next.
    """

    begun_at: str
    """When the round under way, or the last one, began: UTC time text."""
    after: str | None = None
    """The last dossier compared in the round; None when it is complete."""
    replaced_at: str | None = None
    """When dossiers with papers typeset lately were last compared out of turn."""
    missing: Mapping[str, Missed] = field(default_factory=dict)
    """By record, what was missed and not yet confirmed."""

    @classmethod
    def from_json(cls, cursor: Mapping[str, Any]) -> "Comparison":
        """Read what `to_json` wrote."""
        missing = {record: Missed(*missed) for record, missed in cursor["missing"].items()}
        return cls(cursor["begun_at"], cursor["after"], cursor["replaced_at"], missing)

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON."""
        return {
            "begun_at": self.begun_at,
            "after": self.after,
            "replaced_at": self.replaced_at,
            "missing": {record: list(missed) for record, missed in sorted(self.missing.items())},
        }

    def turned(self, now: datetime, pace: Pace) -> "Comparison":
        """Begin a new round if the last one is complete and long enough ago."""
        is_due = from_text(self.begun_at) + timedelta(days=pace.round_days) < now
        if self.after is None and is_due:
            return replace(self, begun_at=to_text(now), after="")
        return self

    def is_confirmed(self, record: str, now: datetime, pace: Pace) -> bool:
        """Say whether a record that is missing now was missed well before."""
        missed = self.missing.get(record)
        if missed is None:
            return False
        since = from_text(missed.since)
        return since < now and since + timedelta(hours=pace.confirm_after_h) <= now

    def settled(
        self, label: str, gone: Collection[str], confirmed: Collection[str], now: datetime
    ) -> "Comparison":
        """Take in what a dossier lacks (`gone`) and what of it is confirmed and told."""
        missing = {r: m for r, m in self.missing.items() if m.dossier != label or r in gone}
        for record in gone:
            missing.setdefault(record, Missed(label, to_text(now)))
        for record in confirmed:
            missing.pop(record, None)
        return replace(self, missing=missing)


class Agenda(NamedTuple):
    """The dossiers that a harvest compares: first those out of turn, then the round's next."""

    out_of_turn: tuple[str, ...]
    in_turn: tuple[str, ...]
    is_last: bool
    """Whether the round is complete with these."""
    has_replaced: bool
    """Whether dossiers with papers typeset lately are among those out of turn."""


def agenda(state: Comparison, memory: Memory, now: datetime, pace: Pace) -> Agenda:
    """Choose what to compare; `state` has been `turned`."""
    suspected = [
        missed.dossier
        for record, missed in state.missing.items()
        if state.is_confirmed(record, now, pace)
    ]
    wait = timedelta(hours=pace.confirm_after_h)
    has_replaced = state.replaced_at is None or from_text(state.replaced_at) + wait <= now
    replaced = memory.replaced()[: pace.dossiers] if has_replaced else []
    in_turn: Sequence[str] = ()
    if state.after is not None:
        in_turn = memory.dossiers(state.after, pace.dossiers)
    out_of_turn = dict.fromkeys(chain(suspected, replaced))
    return Agenda(
        tuple(label for label in out_of_turn if label not in in_turn),
        tuple(in_turn),
        state.after is not None and len(in_turn) < pace.dossiers,
        has_replaced,
    )


def why_withdrawn(held: Held, missed: Missed) -> str:
    """Say in words why a record counts as withdrawn."""
    lacking = f"missed since {missed.since}: neither dossier {missed.dossier} nor its id finds it"
    return lacking if held.replaced_by is None else f"typeset as {held.replaced_by}; {lacking}"
