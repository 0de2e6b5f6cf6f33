"""Find withdrawn records by comparing dossiers in turn, since the source does not announce them.

Pure. A record counts as gone when its dossier's listing lacks it and its identifier finds nothing,
in two harvests well apart: search misses existing papers for a while (guide 2.1).
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
"""If more records are missing at once, the search is broken: nothing is concluded."""


class Missed(NamedTuple):
    """The time since when a record is missing, and its dossier."""

    dossier: str
    since: str
    """UTC time text: the start of the first harvest that missed it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many dossiers a harvest compares, and how often."""

    dossiers: int
    round_days: int
    confirm_after_h: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The position of the comparison, as the checkpoint holds it.

    A round goes through all dossiers in the order of their labels, so the next one was compared
    longest ago.
    """

    begun_at: str
    """UTC time text: when the current or last round began."""
    after: str | None = None
    """The last dossier compared in the round; None when it is complete."""
    replaced_at: str | None = None
    """When dossiers with recently typeset papers were last compared out of turn."""
    missing: Mapping[str, Missed] = field(default_factory=dict)
    """By record, unconfirmed misses."""

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
        """Tell whether a missing record was missing long enough ago too."""
        missed = self.missing.get(record)
        if missed is None:
            return False
        since = from_text(missed.since)
        return since < now and since + timedelta(hours=pace.confirm_after_h) <= now

    def settled(
        self, label: str, gone: Collection[str], confirmed: Collection[str], now: datetime
    ) -> "Comparison":
        """Record what a dossier lacks (`gone`), and which of it is confirmed."""
        missing = {r: m for r, m in self.missing.items() if m.dossier != label or r in gone}
        for record in gone:
            missing.setdefault(record, Missed(label, to_text(now)))
        for record in confirmed:
            missing.pop(record, None)
        return replace(self, missing=missing)


class Agenda(NamedTuple):
    """The dossiers of a harvest: first those out of turn, then the next ones of the round."""

    out_of_turn: tuple[str, ...]
    in_turn: tuple[str, ...]
    is_last: bool
    """Whether these complete the round."""
    has_replaced: bool
    """Whether those out of turn include dossiers with recently typeset papers."""


def agenda(state: Comparison, memory: Memory, now: datetime, pace: Pace) -> Agenda:
    """Choose the dossiers to compare; `state` comes from `turned`."""
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
    """Return the reason why a record counts as withdrawn."""
    lacking = f"missed since {missed.since}: neither dossier {missed.dossier} nor its id finds it"
    if held.replaced_by is None:
        return lacking
    final = held.replaced_by.partition("/")[2]
    return f"typeset as {final}; {lacking}"
