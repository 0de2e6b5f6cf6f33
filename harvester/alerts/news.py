"""Tell what happened to papers since the last look, from the index's change feed.

Each paper's state as of the last look is kept. A state only grows: an index that was lost and is
made again passes through older states, and tells nothing anew. What a held harvest says is not in
the index, so it is no news until it is released.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from harvester.alerts.store import Store
from harvester.index.feed import generation
from harvester.times import to_text

Kind: TypeAlias = Literal["new", "changed", "withdrawn", "restored", "outcome", "advice"]
TEXT_WAIT = timedelta(days=14)
"""For so long a paper's text may come after it, and the paper still be new to a search of words."""
HOUR = timedelta(hours=1)
_STEP = 500

_STATE = """
SELECT p.id, p.key, p.is_withdrawn OR p.is_taken_down, p.outcome, p.advice,
       p.sha256 IS NOT NULL AND p.searched_sha256 IS p.sha256,
       (SELECT json_group_array(json_array(source, version, reason)) FROM
               (SELECT source, version, reason FROM paper_version WHERE paper = p.id
                 ORDER BY source, version))
  FROM paper AS p
"""


class Event(NamedTuple):
    """Something that happened to a paper.

    Attributes:
        name: tells it from every other event of the paper, for ever.
        detail: the reason of a version, an outcome, or an advice.
    """

    paper: str
    key: int
    kind: Kind
    name: str
    detail: str = ""


@dataclass(slots=True)
class State:
    """What a paper was at the last look."""

    versions: dict[str, int] = field(default_factory=dict)
    outcome: str | None = None
    advice: str | None = None
    has_text: bool = False

    def written(self) -> str:
        """Return this as text."""
        return json.dumps([self.versions, self.outcome, self.advice, self.has_text])

    @classmethod
    def read(cls, text: str) -> "State":
        """Read what `written` returned."""
        return cls(*json.loads(text))


class Found(NamedTuple):
    """A paper as the index has it now."""

    paper: str
    key: int
    is_gone: bool
    outcome: str | None
    advice: str | None
    has_text: bool
    versions: list[tuple[str, int, str]]


def take(index: sqlite3.Connection, store: Store, now: datetime, mass: int) -> list[Event]:
    """Return what happened since the last look, and note that it was taken.

    The first look takes nothing. Call it inside a transaction of `store` that keeps what is made of
    the events, and a read transaction of `index`.

    Args:
        mass: of more events of one kind in an hour none is returned: whole volumes that appear or
            change at once are the work of a source, not news.
    """
    series, last, is_first, papers = _changed(index, store, now)
    events: list[Event] = []
    for found in _read(index, papers):
        before, since = _known(store, found.paper)
        state, happened = compare(before, found, is_new=not is_first)
        if before is not None and found.has_text and not before.has_text and _is_young(since, now):
            happened.append(Event(found.paper, found.key, "new", "new"))
        _keep(store, found, state, since if before else None if is_first else to_text(now), now)
        events += happened
    store.connection.execute("DELETE FROM position")
    store.connection.execute("INSERT INTO position VALUES (?, ?)", (series, last))
    return _without_masses(store, events, now, mass)


def _changed(
    index: sqlite3.Connection, store: Store, now: datetime
) -> tuple[str, int, bool, list[str] | None]:
    """Return series and end of the feed, whether nothing was read yet, and the papers to look at.

    None are all papers: the feed is not the one that was read.
    """
    series = generation(index) or ""
    [(last,)] = index.execute("SELECT coalesce(max(sequence), 0) FROM feed")
    position = store.connection.execute("SELECT series, sequence FROM position").fetchone()
    store.connection.execute("DELETE FROM awaiting_text WHERE until < ?", (to_text(now),))
    if position is None or position[0] != series:
        return series, last, position is None, None
    changed = index.execute("SELECT paper FROM feed WHERE sequence > ?", position[1:])
    waiting = store.connection.execute("SELECT paper FROM awaiting_text")
    return series, last, False, list(dict.fromkeys(p for (p,) in [*changed, *waiting]))


def _read(index: sqlite3.Connection, papers: list[str] | None) -> Iterator[Found]:
    if papers is None:
        yield from map(_found, index.execute(f"{_STATE} ORDER BY p.key"))
        return
    for start in range(0, len(papers), _STEP):
        names = json.dumps(papers[start : start + _STEP])
        yield from map(
            _found,
            index.execute(
                f"{_STATE} WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.key", (names,)
            ),
        )


def _found(row: tuple[str, int, int, str | None, str | None, int, str]) -> Found:
    paper, key, is_gone, outcome, advice, has_text, versions = row
    return Found(
        paper, key, bool(is_gone), outcome, advice, bool(has_text),
        [tuple(version) for version in json.loads(versions)],
    )  # fmt: skip


def compare(before: State | None, found: Found, *, is_new: bool) -> tuple[State, list[Event]]:
    """Return the state of a paper after a look, and what happened since the one before.

    Args:
        is_new: whether a paper that was not known is news.
    """
    known = before or State()
    state = State(dict(known.versions), known.outcome, known.advice, known.has_text)
    events: list[Event] = []

    def happened(kind: Kind, name: str, detail: str = "") -> None:
        events.append(Event(found.paper, found.key, kind, name, detail))

    if before is None and not found.is_gone:
        happened("new", "new")
    for source, version, reason in found.versions:
        if version <= state.versions.get(source, 0):
            continue
        # The same paper at another source is no change of it.
        if before is not None and source in before.versions:
            kind: Kind = (
                "withdrawn" if reason == "withdrawn"
                else "restored" if reason == "restored"
                else "changed"
            )  # fmt: skip
            happened(kind, f"version/{source}/{version}", reason)
        state.versions[source] = version
    if found.outcome and found.outcome != known.outcome:
        state.outcome = found.outcome
        if before is not None:
            happened("outcome", f"outcome/{found.outcome}", found.outcome)
    if found.advice and found.advice != known.advice:
        state.advice = found.advice
        if before is not None:
            happened("advice", f"advice/{found.advice}", found.advice)
    state.has_text = known.has_text or found.has_text
    return state, events if is_new or before is not None else []


def _known(store: Store, paper: str) -> tuple[State | None, str | None]:
    row = store.connection.execute(
        "SELECT state, since FROM known WHERE paper = ?", (paper,)
    ).fetchone()
    return (State.read(row[0]), row[1]) if row else (None, None)


def _is_young(since: str | None, now: datetime) -> bool:
    """Tell whether a paper became known lately; one of the first look never is."""
    return since is not None and since > to_text(now - TEXT_WAIT)


def _keep(store: Store, found: Found, state: State, since: str | None, now: datetime) -> None:
    store.connection.execute(
        "INSERT OR REPLACE INTO known VALUES (?, ?, ?)", (found.paper, state.written(), since)
    )
    if found.has_text or not _is_young(since, now):
        store.connection.execute("DELETE FROM awaiting_text WHERE paper = ?", (found.paper,))
    else:
        store.connection.execute(
            "INSERT OR IGNORE INTO awaiting_text VALUES (?, ?)",
            (found.paper, to_text(now + TEXT_WAIT)),
        )


def _without_masses(store: Store, events: Iterable[Event], now: datetime, mass: int) -> list[Event]:
    """Leave out the kinds of which there are too many; they are counted, for `griffie alerts`."""
    events, at = list(events), to_text(now)
    store.connection.execute("DELETE FROM lately WHERE at <= ?", (to_text(now - 24 * HOUR),))
    quiet = set()
    for kind, number in Counter(event.kind for event in events).items():
        store.note(f"event {kind}", at, number)
        if store.lately(f"event {kind}", to_text(now - HOUR)) > mass:
            quiet.add(kind)
            store.count(f"passed over: {kind}", number)
    return [event for event in events if event.kind not in quiet]


def by_paper(events: Iterable[Event]) -> Mapping[int, list[Event]]:
    """Return events by the key of their paper."""
    found: dict[int, list[Event]] = {}
    for event in events:
        found.setdefault(event.key, []).append(event)
    return found
