"""Who signed the papers that a search finds, as the sources identify people."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from harvester.site.queries import first

FEW = 1_000
"""Of more papers than this, signers are not counted: none of them would narrow much."""
MOST = 60

_ROLES = "('signatory', 'co-signatory', 'mover', 'co-mover')"


class Signer(NamedTuple):
    """Somebody who signed papers."""

    id: str
    name: str
    papers: int


def signers_of(connection: sqlite3.Connection, keys: Sequence[int]) -> list[Signer]:
    """Return who signed most of these papers; nobody if they are many."""
    if len(keys) > FEW:
        return []
    places = ", ".join(map(str, keys))
    found = connection.execute(
        "SELECT person_id, max(name), count(DISTINCT key) AS papers FROM ("
        "SELECT p.key, a.person_id, a.name FROM paper AS p "
        "CROSS JOIN paper_document AS m ON m.paper = p.id "
        "CROSS JOIN actor AS a ON a.document_id = m.document_id "
        f"WHERE p.key IN ({places}) AND a.role IN {_ROLES} AND a.person_id IS NOT NULL) "
        "GROUP BY person_id ORDER BY papers DESC, 2, 1 LIMIT :most",
        {"most": MOST},
    )
    return [Signer(id_, name or id_, papers) for id_, name, papers in found]


def signed_by(connection: sqlite3.Connection, id_: str) -> list[int]:
    """Return the keys of all papers that somebody signed."""
    found = connection.execute(
        "SELECT DISTINCT p.key FROM actor AS a "
        "CROSS JOIN paper_document AS m ON m.document_id = a.document_id "
        "CROSS JOIN paper AS p ON p.id = m.paper "
        f"WHERE a.person_id = :id AND a.role IN {_ROLES}",
        {"id": id_},
    )
    return [key for (key,) in found]


def signer_name(connection: sqlite3.Connection, id_: str) -> str:
    """Return what somebody is called; the id if nothing tells."""
    named = first(
        connection,
        "SELECT name FROM actor WHERE person_id = :id AND name IS NOT NULL "
        "GROUP BY name ORDER BY count(*) DESC, name LIMIT 1",
        id=id_,
    )
    return str(named["name"]) if named else id_
