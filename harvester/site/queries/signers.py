"""Who signed the papers that a search finds, as the sources identify people."""

import sqlite3
from typing import NamedTuple

from harvester.site.queries import first
from harvester.site.queries.columns import Numbers
from harvester.site.queries.people import addresses_of, keys_at

FEW = 500
"""Of more papers than this, signers are not counted: none of them would narrow much."""
MOST = 24

_ROLES = "('signatory', 'co-signatory', 'mover', 'co-mover')"


class Signer(NamedTuple):
    """Somebody who signed papers."""

    id: str
    name: str
    papers: int


def signers_of(connection: sqlite3.Connection, keys: Numbers) -> list[Signer]:
    """Return who signed most of these papers; nobody if they are many."""
    if len(keys) > FEW:
        return []
    places = ", ".join(map(str, keys.tolist()))
    found = connection.execute(
        "SELECT person_key, max(name), count(DISTINCT key) AS papers FROM ("
        "SELECT p.key, a.person_key, a.name FROM paper AS p "
        "CROSS JOIN paper_document AS m ON m.paper = p.id "
        "CROSS JOIN actor AS a ON a.document_key = m.document_key "
        f"WHERE p.key IN ({places}) AND a.role IN {_ROLES} AND a.person_key IS NOT NULL) "
        "GROUP BY person_key ORDER BY papers DESC, 2, 1 LIMIT :most",
        {"most": MOST},
    ).fetchall()
    addresses = addresses_of(connection, [key for key, _, _ in found])
    addressed = ((addresses[key], name, papers) for key, name, papers in found)
    return [Signer(id_, name or id_, papers) for id_, name, papers in addressed]


def signed_by(connection: sqlite3.Connection, id_: str) -> list[int]:
    """Return the keys of all papers that somebody signed, by the address of their page."""
    people = ", ".join(map(str, keys_at(connection, id_)))
    found = connection.execute(
        "SELECT DISTINCT p.key FROM actor AS a "
        "CROSS JOIN paper_document AS m ON m.document_key = a.document_key "
        "CROSS JOIN paper AS p ON p.id = m.paper "
        f"WHERE a.person_key IN ({people}) AND a.role IN {_ROLES}"
    )
    return [key for (key,) in found]


def signer_name(connection: sqlite3.Connection, id_: str) -> str:
    """Return what somebody is called; the id if nothing tells."""
    people = ", ".join(map(str, keys_at(connection, id_)))
    named = first(
        connection,
        f"SELECT name FROM actor WHERE person_key IN ({people}) AND name IS NOT NULL "
        "GROUP BY name ORDER BY count(*) DESC, name LIMIT 1",
    )
    return str(named["name"]) if named else id_
