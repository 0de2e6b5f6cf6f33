"""From what happened to what each alert will be told: matched, noted once, in one transaction."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from harvester.alerts.matching import read_search, small_index
from harvester.alerts.news import Event, by_paper, take
from harvester.alerts.store import Store
from harvester.alerts.topics import TOPICS, as_json, topics_of
from harvester.index.connection import open_readonly
from harvester.site.excerpts import MARK_END, MARK_START
from harvester.site.queries.search import shown
from harvester.source.registry import time_zone

_STEP = 500
_LONGEST = 600
"""Characters of a sentence that is told."""
_FACTS = (
    "id", "kind", "title", "subject", "published_on", "people", "dossier", "outcome", "advice",
    "votes_for", "votes_against", "version",
)  # fmt: skip


class Match(NamedTuple):
    """An alert that a paper matches, and the sentence that shows it."""

    alert: int
    about: str
    sentence: str


def collect(index_path: Path, store: Store, now: datetime, mass: int) -> int:
    """Note for each alert what happened since the last look; return how much.

    Either all of it is noted, with the position in the feed, or nothing is.
    """
    index = open_readonly(index_path)
    try:
        index.execute("BEGIN")
        with store.transaction():
            events = take(index, store, now, mass)
            return _note_all(index, index_path, store, events, now)
    finally:
        index.close()


def _note_all(
    index: sqlite3.Connection, path: Path, store: Store, events: Sequence[Event], now: datetime
) -> int:
    [(has_alerts,)] = store.connection.execute(
        "SELECT EXISTS (SELECT 1 FROM alert WHERE confirmed_at IS NOT NULL)"
    )
    if not events or not has_alerts:
        return 0
    happened, count = by_paper(events), 0
    today = now.astimezone(time_zone()).date()
    keys = list(happened)
    for start in range(0, len(keys), _STEP):
        some = keys[start : start + _STEP]
        facts = {paper["key"]: paper for paper in shown(index, some)}
        for key, match in (*_by_topic(index, store, some), *_by_search(path, store, some, today)):
            if key in facts:
                for event in happened[key]:
                    count += _note(store, match, event, facts[key])
    return count


def _by_topic(
    index: sqlite3.Connection, store: Store, keys: Sequence[int]
) -> Iterator[tuple[int, Match]]:
    for key, topics in topics_of(index, keys).items():
        for about in TOPICS:
            sentences = {t.value: t.sentence for t in sorted(topics) if t.about == about}
            rows = store.connection.execute(
                "SELECT id, value FROM alert WHERE about = ? AND confirmed_at IS NOT NULL "
                "AND value IN (SELECT value FROM json_each(?))",
                (about, as_json(sentences)),
            )
            for alert, value in rows.fetchall():
                yield key, Match(alert, about, sentences[value])


def _by_search(
    path: Path, store: Store, keys: Sequence[int], today: date
) -> Iterator[tuple[int, Match]]:
    saved = saved_searches(store)
    if not saved:
        return
    with small_index(path, keys) as small:
        for value, alerts in saved.items():
            for paper in small.find(read_search(value), today):
                sentence = str(paper["snippet"] or paper["title_marked"] or "")
                for alert in alerts:
                    yield paper["key"], Match(alert, "search", sentence)


def saved_searches(store: Store) -> Mapping[str, Sequence[int]]:
    """Return the confirmed alerts of each search; equal searches are run once."""
    found: dict[str, list[int]] = {}
    for alert, value in store.connection.execute(
        "SELECT id, value FROM alert WHERE about = 'search' AND confirmed_at IS NOT NULL"
    ):
        found.setdefault(value, []).append(alert)
    return found


def _note(store: Store, match: Match, event: Event, facts: Mapping[str, Any]) -> int:
    """Note that an alert is to be told of an event, unless it was; return whether it is new."""
    if match.about in ("cites", "answers") and event.kind not in ("new", "changed"):
        return 0
    says = {
        **{name: facts[name] for name in _FACTS},
        "happened": event.kind,
        "detail": event.detail,
        "sentence": _bounded(match.sentence),
    }
    return store.connection.execute(
        "INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?, NULL)",
        (match.alert, event.paper, event.name, json.dumps(says, ensure_ascii=False)),
    ).rowcount


def _bounded(sentence: str) -> str:
    """Return a sentence without marks that its cut would leave open."""
    if len(sentence) <= _LONGEST:
        return sentence
    plain = sentence.replace(MARK_START, "").replace(MARK_END, "")
    return plain[:_LONGEST].rsplit(" ", 1)[0] + " …"
