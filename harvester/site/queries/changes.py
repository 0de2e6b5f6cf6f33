"""What happened to papers: new, changed, withdrawn, restored, taken down."""

import sqlite3
from collections.abc import Mapping

from harvester.site.queries import SHOWN, Row, rows

PAGE = 50
WHATS = ("new", "changed", "withdrawn", "restored", "taken-down")
_REASONS = {
    "new": "v.version = 1",
    "changed": "v.version > 1 AND v.reason IN ('changed', 'typeset', 'reissued', 'file replaced')",
    "withdrawn": "v.reason = 'withdrawn'",
    "restored": "v.reason = 'restored'",
}

_BEHIND = (
    "(:at IS NULL OR (v.opened_at <= :at AND (v.opened_at < :at "
    "OR (v.paper, v.source, v.version) > (:paper, :copy, :version))))"
)


def changes(
    connection: sqlite3.Connection,
    asked: Mapping[str, str | None],
    page: int = 1,
    limit: int = PAGE,
    after: Row | None = None,
) -> list[Row]:
    """Return what happened to papers, the last first; one too many.

    Each is a paper with `happened_at`, `reason`, `source`, `changed_version`.

    Args:
        asked: `what`, one of `WHATS`, without it everything but what is new; `source`; `kind`.
        after: go on behind this one, whatever page: the cost of a step does not grow with it.
    """
    what = asked.get("what")
    values = {
        "source": None,
        "kind": None,
        **asked,
        "limit": limit + 1,
        "offset": 0 if after else (page - 1) * limit,
        "at": after and after["happened_at"],
        "paper": after and after["id"],
        "copy": after and after["source"],
        "version": after and after["changed_version"],
    }
    values.pop("what", None)
    if what == "taken-down":
        return _taken_down(connection, values)
    condition = _REASONS[what] if what else "v.version > 1"
    return rows(
        connection,
        f"SELECT {SHOWN}, v.source, v.version AS changed_version, v.reason, "
        "v.opened_at AS happened_at, NULL AS why "
        "FROM paper_version AS v JOIN paper AS p ON p.id = v.paper "
        f"WHERE {condition} AND (:source IS NULL OR v.source = :source) "
        "AND (:kind IS NULL OR p.kind = :kind) "
        f"AND {_BEHIND} ORDER BY v.opened_at DESC, v.paper, v.source, v.version "
        "LIMIT :limit OFFSET :offset",
        **values,
    )


def _taken_down(connection: sqlite3.Connection, values: Row) -> list[Row]:
    return rows(
        connection,
        f"SELECT {SHOWN}, t.source, p.version AS changed_version, 'taken down' AS reason, "
        "t.taken_down_at AS happened_at, t.reason AS why FROM takedown AS t "
        "JOIN paper AS p ON p.id IN ("
        "SELECT m.paper FROM paper_document AS m WHERE m.document_key = t.record_key UNION "
        "SELECT f.paper FROM taken_payload AS x JOIN file AS f ON f.sha256 = x.sha256 "
        "WHERE x.source = t.source AND x.segment = t.segment AND x.line = t.line) "
        "WHERE (:source IS NULL OR t.source = :source) AND (:kind IS NULL OR p.kind = :kind) "
        "AND (:at IS NULL OR (t.taken_down_at <= :at AND (t.taken_down_at < :at "
        "OR (p.id, t.source) > (:paper, :copy)))) "
        "ORDER BY t.taken_down_at DESC, p.id, t.source LIMIT :limit OFFSET :offset",
        **values,
    )
