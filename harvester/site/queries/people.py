"""People and parties: what they tabled and signed, how that ended, how a party voted."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from harvester.site.queries import SHOWN, Row, first, rows

PAGE = 50
_TABLED = ("mover", "co-mover", "signatory", "co-signatory")
_OF_PERSON = """
  SELECT m.paper, min(a.role IN ('co-mover', 'co-signatory')) AS is_second
    FROM actor AS a JOIN paper_document AS m ON m.document_id = a.document_id
   WHERE a.person_id = :person AND a.role IN ('signatory', 'co-signatory')
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
    return rows(
        connection,
        "SELECT a.person_id AS id, a.name, a.party, a.function, count(DISTINCT a.document_id) "
        "AS papers FROM actor AS a WHERE a.person_id IS NOT NULL AND a.document_id IS NOT NULL "
        "AND a.role IN ('signatory', 'co-signatory') GROUP BY a.person_id "
        "ORDER BY papers DESC, a.name LIMIT :limit OFFSET :offset",
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )


def person(connection: sqlite3.Connection, id_: str) -> Row | None:
    """Return who somebody is, as the source knows them, and as papers name them."""
    named = first(
        connection,
        "SELECT coalesce(name, person_id) AS name, party, function FROM actor "
        "WHERE person_id = :id "
        "GROUP BY name, party, function ORDER BY actor.name IS NULL, count(*) DESC LIMIT 1",
        id=id_,
    )
    known = first(connection, "SELECT * FROM person WHERE id = :id", id=id_)
    if named is None and known is None:
        # Papers may name somebody by a reference alone: there is a page, but no name.
        is_named = "SELECT 1 FROM actor WHERE person_id = :id LIMIT 1"
        if first(connection, is_named, id=id_) is None:
            return None
    shown = {"residence": None, **(known or {}), **(named or _named(known or {})), "id": id_}
    return {**shown, "name": shown["name"] or id_}


def _named(known: Row) -> Row:
    parts = (known.get("initials"), known.get("prefix"), known.get("surname"))
    name = " ".join(part for part in parts if part)
    return {"name": name or known.get("id"), "party": known.get("party_label"),
            "function": known.get("function")}  # fmt: skip


class Signed(NamedTuple):
    """A paper that somebody signed, as far as lists and counts need it."""

    published_on: str
    key: int
    kind: str
    outcome: str
    is_second: bool


def signed(connection: sqlite3.Connection, person_id: str) -> list[Signed]:
    """Return everything that somebody signed, the newest first."""
    found = connection.execute(
        "SELECT coalesce(f.published_on, ''), f.key, f.kind, coalesce(f.outcome, ''), o.is_second "
        f"FROM ({_OF_PERSON}) AS o JOIN paper AS p ON p.id = o.paper "
        "JOIN paper_facet AS f ON f.key = p.key",
        {"person": person_id},
    )
    return sorted((Signed(*row) for row in found), reverse=True)


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
    return dict(
        connection.execute(
            "SELECT coalesce(outcome, ''), count(*) FROM paper_facet "
            "WHERE sender = :label AND kind = 'motion' GROUP BY outcome ORDER BY 2 DESC",
            {"label": label},
        )
    )


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
        "WHERE v.decision_id = p.decision_id AND v.actor_party = :label) AS choices "
        "FROM paper AS p WHERE p.decided_on IS NOT NULL AND p.votes_for IS NOT NULL "
        "ORDER BY p.decided_on DESC, p.key DESC LIMIT 40",
        label=label,
    )
