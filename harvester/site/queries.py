"""The SQL behind the pages; each function is one question to the index."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

Row = Mapping[str, Any]

PAGE_SIZE = 20
MARK_START, MARK_END = "\x02", "\x03"
"""Around the words that were found: characters that no text of a paper holds."""

_SHOWN = (
    "p.id, p.kind, p.soort, p.number, p.title, p.subject, p.published_on, p.dossier, p.people, "
    "p.is_withdrawn, p.is_taken_down, p.version, p.outcome, p.advice"
)
_RANK = "bm25(paper_fts, 10, 4, 6, 4, 1)"
"""Weights of numbers, title, subject, people, text: title is the dossier's and says less."""
_ORDERS = {
    "relevance": _RANK,
    "newest": "p.published_on DESC, p.key DESC",
    "oldest": "p.published_on, p.key",
}
SORTS = tuple(_ORDERS)


class Results(Protocol):
    """What Datasette's `execute` gives."""

    @property
    def rows(self) -> list[sqlite3.Row]:
        """All rows."""
        ...


class Database(Protocol):
    """What of Datasette's `Database` is used here."""

    async def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> Results:
        """Run one query in a thread, within the site's time limit."""
        ...


async def _all(database: Database, sql: str, **values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in (await database.execute(sql, values)).rows]


async def _first(database: Database, sql: str, **values: object) -> dict[str, Any] | None:
    return next(iter(await _all(database, sql, **values)), None)


# Searching ---------------------------------------------------------------------------------------


async def counts(database: Database, match: str) -> dict[str, int]:
    """Return how many papers match, by kind."""
    rows = await _all(
        database,
        "SELECT p.kind, count(*) AS papers "
        "FROM paper_fts JOIN paper AS p ON p.key = paper_fts.rowid "
        "WHERE paper_fts MATCH :match GROUP BY p.kind",
        match=match,
    )
    return {row["kind"]: row["papers"] for row in rows}


async def search(
    database: Database, match: str, kind: str | None, sort: str, page: int
) -> list[dict[str, Any]]:
    """Return one page of the papers that match, each with a `snippet` of what was found."""
    found = await _all(
        database,
        f"SELECT p.key, {_SHOWN} FROM paper_fts JOIN paper AS p ON p.key = paper_fts.rowid "
        "WHERE paper_fts MATCH :match AND (:kind IS NULL OR p.kind = :kind) "
        f"ORDER BY {_ORDERS[sort]} LIMIT {PAGE_SIZE} OFFSET :offset",
        match=match,
        kind=kind,
        offset=(page - 1) * PAGE_SIZE,
    )
    # A snippet costs as much as finding: only for those that are shown.
    snippets = await _snippets(database, match, [row["key"] for row in found])
    return [{**row, "snippet": snippets.get(row["key"], "")} for row in found]


async def _snippets(database: Database, match: str, keys: Iterable[int]) -> dict[int, str]:
    places = ", ".join(str(int(key)) for key in keys)
    rows = await _all(
        database,
        "SELECT rowid AS key, snippet(paper_fts, -1, :start, :end, '…', 32) AS snippet "
        f"FROM paper_fts WHERE paper_fts MATCH :match AND rowid IN ({places})",
        match=match,
        start=MARK_START,
        end=MARK_END,
    )
    return {row["key"]: row["snippet"] for row in rows}


# The front page ----------------------------------------------------------------------------------


async def totals(database: Database) -> dict[str, int]:
    """Return how many papers there are, by kind, and how many changed or were withdrawn."""
    rows = await _all(database, "SELECT kind, count(*) AS papers FROM paper GROUP BY kind")
    return {row["kind"]: row["papers"] for row in rows}


async def newest(database: Database) -> list[dict[str, Any]]:
    """Return the papers published last."""
    return await _all(
        database,
        f"SELECT {_SHOWN} FROM paper AS p WHERE p.kind <> 'annex' "
        "ORDER BY p.published_on DESC, p.key DESC LIMIT 8",
    )


async def changes(database: Database) -> list[dict[str, Any]]:
    """Return the changes seen last, of papers that were there before."""
    return await _all(
        database,
        f"SELECT {_SHOWN}, v.source, v.version AS changed_version, v.reason, v.opened_at "
        "FROM paper_version AS v JOIN paper AS p ON p.id = v.paper "
        "WHERE v.version > 1 ORDER BY v.opened_at DESC, v.paper LIMIT 8",
    )


async def last_harvests(database: Database) -> list[dict[str, Any]]:
    """Return, of each source, when it was last harvested and how that ended."""
    return await _all(
        database,
        "SELECT source, max(started_at) AS started_at, ended_at, outcome FROM harvest "
        "GROUP BY source ORDER BY source",
    )


# A paper -----------------------------------------------------------------------------------------


async def paper(database: Database, id_: str) -> dict[str, Any] | None:
    """Return a paper by its id."""
    return await _first(database, "SELECT * FROM paper WHERE id = :id", id=id_)


async def aliases(database: Database, paper: str) -> list[str]:
    """Return every other name by which a paper goes or went."""
    rows = await _all(
        database,
        "SELECT alias FROM paper_alias WHERE paper = :paper AND alias <> :paper ORDER BY alias",
        paper=paper,
    )
    return [row["alias"] for row in rows]


async def people(database: Database, row: Row) -> list[dict[str, Any]]:
    """Return who signed, tabled or received a paper, each once with all `parts` they had.

    As the leading source that names people names them.
    """
    return await _all(
        database,
        "WITH told AS (SELECT * FROM paper_actor WHERE paper = :paper "
        "AND (name IS NOT NULL OR party IS NOT NULL)) "
        "SELECT name, party, function, group_concat(DISTINCT coalesce(role, relation)) AS parts "
        "FROM told WHERE source = (SELECT c.source FROM copy AS c JOIN told USING (paper, source) "
        "ORDER BY c.place LIMIT 1) GROUP BY name, party, function "
        "ORDER BY min(role IS NULL), min(role = 'addressee'), min(role LIKE 'co-%'), name",
        paper=row["id"],
    )


async def family(database: Database, row: Row) -> list[dict[str, Any]]:
    """Return the annexes of a paper; of an annex, the paper that it belongs to."""
    return await _all(
        database,
        f"SELECT {_SHOWN} FROM paper AS p WHERE p.parent_document_id IN "
        "(SELECT document_id FROM paper_document WHERE paper = :paper) "
        "OR p.id = (SELECT paper FROM paper_document WHERE document_id = :parent) "
        "ORDER BY p.number",
        paper=row["id"],
        parent=row["parent_document_id"],
    )


async def votes(database: Database, decision_id: str | None) -> list[dict[str, Any]]:
    """Return how each party voted, with its seats; in a roll call a party may occur twice."""
    return await _all(
        database,
        "SELECT choice, coalesce(actor_party, actor_name, '?') AS party, sum(weight) AS seats, "
        "sum(is_mistake) AS mistakes FROM vote "
        "WHERE decision_id = :id AND not_counted IS NULL "
        "GROUP BY choice, 2 ORDER BY choice, seats DESC, party",
        id=decision_id,
    )


async def copies(database: Database, paper: str) -> list[dict[str, Any]]:
    """Return what each source publishes of a paper, the leading one first.

    Each with its `versions`, the latest first, and those with their `files`, the one to read first.
    """
    found = await _all(
        database,
        "SELECT c.source, c.is_provisional, c.is_withdrawn, c.version, c.appeared_at, c.sha256, "
        "d.number, d.published_on FROM copy AS c JOIN document AS d ON d.id = c.document_id "
        "WHERE c.paper = :paper ORDER BY c.place",
        paper=paper,
    )
    versions = await _all(
        database,
        "SELECT source, version, state, reason, opened_at, source_updated FROM paper_version "
        "WHERE paper = :paper ORDER BY version DESC",
        paper=paper,
    )
    files = await _all(
        database,
        "SELECT f.source, f.version, f.name, f.sha256, f.size_bytes, f.media_type, "
        "f.retrieved_at, f.url, f.declared_size_bytes, t.status AS text_status, "
        "t.reason AS text_reason, t.pages, c.checked_at, "
        "f.sha256 IN (SELECT sha256 FROM taken_payload) AS is_taken_down "
        "FROM file AS f LEFT JOIN text AS t ON t.sha256 = f.sha256 "
        "LEFT JOIN offered_file AS o ON o.document_id = f.document_id AND o.name = f.name "
        "LEFT JOIN fixity AS c ON c.finding IS NULL "
        "AND c.object_key = 'payloads/' || substr(f.sha256, 1, 2) || '/' || f.sha256 "
        "WHERE f.paper = :paper ORDER BY coalesce(o.is_description, 0), "
        "coalesce(t.status, 'ok') <> 'ok', f.media_type NOT LIKE '%/xml', f.name",
        paper=paper,
    )
    for version in versions:
        place = (version["source"], version["version"])
        version["files"] = [file for file in files if (file["source"], file["version"]) == place]
    for copy in found:
        copy["versions"] = [v for v in versions if v["source"] == copy["source"]]
    return found


async def witnesses(database: Database, paper: str) -> list[dict[str, Any]]:
    """Return which sources' texts of a paper were compared, and the `differing` words."""
    found = await _all(
        database,
        "SELECT source, other_source, agrees, differences, outside, other_outside, is_in_order "
        "FROM witness WHERE paper = :paper AND sha256 IS NOT NULL AND other_sha256 IS NOT NULL "
        "ORDER BY source, other_source",
        paper=paper,
    )
    for row in found:
        names = ("first", "second") if row["is_in_order"] else ("second", "first")
        row["differing"] = [
            {"after": d["after"], "mine": d[names[0]], "other": d[names[1]]}
            for d in json.loads(row["differences"] or "[]")
        ]
    return found


async def references(database: Database, paper: str) -> list[dict[str, Any]]:
    """Return what a paper's current text cites, in order; `cited` is None for what is not here."""
    return await _all(
        database,
        "SELECT r.kind, r.target, r.words, r.cited AS id, q.kind AS paper_kind, q.subject, q.title "
        "FROM reference AS r LEFT JOIN paper AS q ON q.id = r.cited WHERE r.paper = :paper "
        "GROUP BY r.target ORDER BY min(r.ordinal)",
        paper=paper,
    )


async def referrers(database: Database, row: Row) -> list[dict[str, Any]]:
    """Return the papers whose current text cites a paper by any of its names, the newest first."""
    return await _all(
        database,
        f"SELECT DISTINCT {_SHOWN} FROM citation AS c JOIN paper AS p ON p.sha256 = c.sha256 "
        "WHERE p.id <> :paper AND c.target IN "
        "(SELECT alias FROM paper_alias WHERE paper = :paper UNION SELECT :paper) "
        "ORDER BY p.published_on DESC, p.id LIMIT 100",
        paper=row["id"],
    )


async def answers(database: Database, paper: str) -> list[dict[str, Any]]:
    """Return what letters say of a motion, or what a letter says of motions, with sentences."""
    return await _all(
        database,
        "SELECT DISTINCT a.letter, a.motion, a.verdict, a.sentence, a.advice, a.agrees, "
        "l.published_on, l.people FROM answer AS a JOIN paper AS l ON l.id = a.letter "
        "WHERE a.motion = :paper OR a.letter = :paper ORDER BY l.published_on, a.letter, a.ordinal",
        paper=paper,
    )


async def citations(database: Database, sha256: str) -> list[dict[str, Any]]:
    """Return the places in a file's text that cite a paper that is here, in order."""
    return await _all(
        database,
        "SELECT DISTINCT c.start_at, c.end_at, r.cited FROM citation AS c "
        "JOIN reference AS r ON r.sha256 = c.sha256 AND r.ordinal = c.ordinal "
        "WHERE c.sha256 = :sha256 AND r.cited IS NOT NULL ORDER BY c.start_at",
        sha256=sha256,
    )


async def takedowns(database: Database, paper: str) -> list[dict[str, Any]]:
    """Return the decisions about a paper's files, the first one first."""
    return await _all(
        database,
        "SELECT DISTINCT t.taken_down_at, t.reason, t.decided_by FROM takedown AS t "
        "LEFT JOIN taken_payload AS p USING (source, segment, line) "
        "WHERE t.record IN (SELECT d.record FROM paper_document AS m JOIN document AS d "
        "ON d.id = m.document_id WHERE m.paper = :paper) "
        "OR p.sha256 IN (SELECT sha256 FROM file WHERE paper = :paper) "
        "ORDER BY t.taken_down_at",
        paper=paper,
    )


async def takedown_of(database: Database, sha256: str) -> dict[str, Any] | None:
    """Return the decision about a file, if there is one."""
    return await _first(
        database,
        "SELECT t.taken_down_at, t.reason, t.decided_by FROM taken_payload AS p "
        "JOIN takedown AS t USING (source, segment, line) WHERE p.sha256 = :sha256 "
        "ORDER BY t.taken_down_at LIMIT 1",
        sha256=sha256,
    )


async def file(database: Database, sha256: str) -> dict[str, Any] | None:
    """Return of which paper and of what type a payload is."""
    return await _first(
        database,
        "SELECT paper, source, version, size_bytes, media_type FROM file WHERE sha256 = :sha256 "
        "ORDER BY paper, source, version LIMIT 1",
        sha256=sha256,
    )
