"""People and parties: what they tabled and signed, how that ended, how a party voted."""

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from harvester.site.queries import SHOWN, Row, first, rows
from harvester.site.queries.columns import columns_of

PAGE = 50
_TABLED = ("mover", "co-mover", "signatory", "co-signatory")
_OF_PERSON = """
  SELECT m.paper, min(a.role IN ('co-mover', 'co-signatory')) AS is_second
    FROM actor AS a JOIN paper_document AS m ON m.document_key = a.document_key
   WHERE a.person_key = :person AND a.role IN ('signatory', 'co-signatory')
   GROUP BY m.paper
"""


def parties(connection: sqlite3.Connection) -> list[Row]:
    """Return every party that tabled a motion or voted, with what became of its motions."""
    return rows(
        connection,
        "SELECT f.sender AS label, count(*) AS motions, "
        "sum(f.outcome = 'adopted') AS adopted, sum(f.outcome = 'rejected') AS rejected, "
        "max(f.published_on) AS latest, q.name, q.seats FROM paper_facet AS f "
        "LEFT JOIN (SELECT abbreviation, max(name) AS name, max(seats) AS seats FROM party "
        "WHERE active_until IS NULL GROUP BY abbreviation) AS q ON q.abbreviation = f.sender "
        "WHERE f.kind = 'motion' AND f.sender IS NOT NULL GROUP BY f.sender "
        "ORDER BY coalesce(q.seats, 0) DESC, motions DESC, f.sender",
    )


def ministries(connection: sqlite3.Connection) -> list[Row]:
    """Return every ministry that letters came from, with how many."""
    return rows(
        connection,
        "SELECT sender AS label, count(*) AS letters, max(published_on) AS latest "
        "FROM paper_facet WHERE kind = 'letter' AND sender IS NOT NULL GROUP BY sender "
        "ORDER BY letters DESC, sender",
    )


def members(connection: sqlite3.Connection, page: int) -> list[Row]:
    """Return people by their names, with how many papers they signed; one too many."""
    found = rows(
        connection,
        "SELECT a.person_key, a.name, a.party, a.function, count(DISTINCT a.document_key) "
        "AS papers FROM actor AS a WHERE a.person_key IS NOT NULL AND a.document_key IS NOT NULL "
        "AND a.role IN ('signatory', 'co-signatory') GROUP BY a.person_key "
        "ORDER BY papers DESC, a.name LIMIT :limit OFFSET :offset",
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    addresses = addresses_of(connection, [row["person_key"] for row in found])
    return [{**row, "id": addresses[row.pop("person_key")]} for row in found]


_IS_PERSON = """
(EXISTS (SELECT 1 FROM person AS p WHERE p.key = r.key)
 -- Papers may name somebody by a reference alone: there is a page, but no name.
 OR EXISTS (SELECT 1 FROM actor AS a WHERE a.person_key = r.key))
"""
_OF_ID = f"""
SELECT r.key, r.source FROM category AS c
 CROSS JOIN record AS r ON r.source = c.source AND r.id = c.name || '/' || :id
 WHERE {_IS_PERSON} ORDER BY r.source, r.id
"""
_OF_NAME = f"""
SELECT r.key, r.source FROM record AS r
 WHERE r.source = :source AND r.id = :record AND {_IS_PERSON}
"""


_OF_KEYS = f"""
WITH wanted AS MATERIALIZED (
  SELECT r.key, r.source || '/' || r.id AS name, substr(r.id, instr(r.id, '/') + 1) AS id
    FROM json_each(:keys) AS k CROSS JOIN record AS r ON r.key = k.value
)
SELECT w.key, w.name, w.id, EXISTS (
  SELECT 1 FROM category AS c
   CROSS JOIN record AS r ON r.source = c.source AND r.id = c.name || '/' || w.id
   WHERE r.key <> w.key AND {_IS_PERSON}) AS is_shared FROM wanted AS w
"""


def address_of(connection: sqlite3.Connection, key: int) -> str:
    """Return what a person's address says: the source's id, unless another person has it too."""
    return addresses_of(connection, [key])[key]


def addresses_of(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, str]:
    """Return the addresses of many people by their keys; see `address_of`."""
    found = rows(connection, _OF_KEYS, keys=json.dumps(keys))
    return {row["key"]: row["name"] if row["is_shared"] else row["id"] for row in found}


def people_at(connection: sqlite3.Connection, address: str) -> list[Row]:
    """Return who is meant by an address: one person, several with one id, or nobody.

    Each is who somebody is, as the source knows them, and as papers name them.
    """
    return [_person(connection, **row) for row in _meant(connection, address)]


def keys_at(connection: sqlite3.Connection, address: str) -> list[int]:
    """Return the records of who is meant by an address."""
    return [row["key"] for row in _meant(connection, address)]


def _meant(connection: sqlite3.Connection, address: str) -> list[Row]:
    source, _, record = address.partition("/")
    meant = rows(connection, _OF_ID, id=address)
    if not meant and "/" in record:
        meant = rows(connection, _OF_NAME, source=source, record=record)
    return meant


def _person(connection: sqlite3.Connection, key: int, source: str) -> Row:
    named = first(
        connection,
        "SELECT name, party, function FROM actor WHERE person_key = :key "
        "GROUP BY name, party, function ORDER BY actor.name IS NULL, count(*) DESC LIMIT 1",
        key=key,
    )
    known = first(connection, "SELECT * FROM person WHERE key = :key", key=key)
    id_ = address_of(connection, key)
    own = _named(known or {}, id_)
    told = {**named, "name": named["name"] or own["name"]} if named else own
    return {"residence": None, **(known or {}), **told, "key": key, "id": id_, "source": source}


def _named(known: Row, id_: str) -> Row:
    parts = (known.get("initials"), known.get("prefix"), known.get("surname"))
    name = " ".join(part for part in parts if part)
    return {"name": name or id_, "party": known.get("party_label"),
            "function": known.get("function")}  # fmt: skip


class Signed(NamedTuple):
    """A paper that somebody signed, as far as lists and counts need it."""

    published_on: str
    key: int
    kind: str
    outcome: str
    is_second: bool


def signed(connection: sqlite3.Connection, person: int) -> list[Signed]:
    """Return everything that somebody signed, the newest first."""
    columns = columns_of(connection)
    found = connection.execute(
        f"SELECT p.key, o.is_second FROM ({_OF_PERSON}) AS o JOIN paper AS p ON p.id = o.paper",
        {"person": person},
    )
    is_second = dict(found.fetchall())
    keys = columns.present(np.array(list(is_second), np.int64))
    days, kinds, outcomes = (columns.told(name, keys) for name in ("day", "kind", "outcome"))
    every = zip(days, keys.tolist(), kinds, outcomes, strict=True)
    signed = [Signed(day, key, kind, end, is_second[key]) for day, key, kind, end in every]
    return sorted(signed, reverse=True)


def shown(connection: sqlite3.Connection, papers: Sequence[Signed]) -> list[Row]:
    """Return what lists show of papers, in their order."""
    places = ", ".join(str(paper.key) for paper in papers)
    found = {
        row["key"]: row
        for row in rows(connection, f"SELECT {SHOWN} FROM paper AS p WHERE p.key IN ({places})")
    }
    return [{**found[paper.key], "is_second": paper.is_second} for paper in papers]


def party(connection: sqlite3.Connection, label: str) -> Row | None:
    """Return what a party is; the source keeps one record for each period."""
    periods = rows(
        connection,
        "SELECT * FROM party WHERE abbreviation = :label ORDER BY active_from DESC",
        label=label,
    )
    is_known = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM paper_facet WHERE sender = :label AND kind = 'motion') "
        "OR EXISTS (SELECT 1 FROM vote WHERE actor_party = :label)",
        {"label": label},
    ).fetchone()[0]
    if not periods and not is_known:
        return None
    unknown = dict.fromkeys(("seats", "active_from", "active_until"))
    return {
        "label": label,
        "name": label,
        **unknown,
        **(periods[0] if periods else {}),
        "periods": periods,
    }


def outcomes_of(connection: sqlite3.Connection, label: str) -> dict[str, int]:
    """Return how a party's motions ended; under an empty name those without an end yet."""
    columns = columns_of(connection)
    papers = np.bincount(columns.traits, minlength=len(columns.facets["kind"]))
    for miss in columns.misses({"party": label, "kind": "motion"}).values():
        papers = papers * ~miss
    found = columns.names_of("outcome", papers)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def motions_of(connection: sqlite3.Connection, label: str) -> list[Row]:
    """Return the motions that a party tabled last."""
    return rows(
        connection,
        f"SELECT {SHOWN} FROM (SELECT key FROM paper_facet WHERE sender = :label "
        "AND kind = 'motion' ORDER BY published_on DESC, key DESC LIMIT 20) AS k "
        "JOIN paper_facet AS f ON f.key = k.key JOIN paper AS p ON p.key = k.key "
        "ORDER BY f.published_on DESC, p.key DESC",
        label=label,
    )


def choices_of(connection: sqlite3.Connection, label: str) -> dict[str, int]:
    """Return how often a party voted what, in every vote that is known."""
    return dict(
        connection.execute(
            "SELECT choice, count(*) FROM vote WHERE actor_party = :label "
            "AND choice IS NOT NULL GROUP BY choice",
            {"label": label},
        )
    )


def voted(connection: sqlite3.Connection, label: str) -> list[Row]:
    """Return the motions voted on last, with what a party chose in each."""
    return rows(
        connection,
        f"SELECT {SHOWN}, p.decided_on, (SELECT group_concat(DISTINCT v.choice) FROM vote AS v "
        "WHERE v.decision_key = p.decision_key AND v.actor_party = :label) AS choices "
        "FROM paper AS p WHERE p.decided_on IS NOT NULL AND p.votes_for IS NOT NULL "
        "ORDER BY p.decided_on DESC, p.key DESC LIMIT 40",
        label=label,
    )
