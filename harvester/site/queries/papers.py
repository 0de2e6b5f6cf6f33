"""What a paper's page shows."""

import json
import sqlite3
from collections.abc import Sequence

from harvester.index.papers import Located
from harvester.site.queries import SHOWN, Row, first, rows
from harvester.site.queries.people import address_of
from harvester.source.registry import edition


def paper(connection: sqlite3.Connection, id_: str) -> Row | None:
    """Return a paper by its id."""
    return first(connection, "SELECT * FROM paper WHERE id = :id", id=id_)


def listed(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Row]:
    """Return what a list shows of these papers, in their order."""
    shown = (first(connection, f"SELECT {SHOWN} FROM paper AS p WHERE id = :id", id=i) for i in ids)
    return [row for row in shown if row is not None]


def aliases(connection: sqlite3.Connection, paper: str) -> list[str]:
    """Return every other name by which a paper goes or went."""
    found = connection.execute(
        "SELECT alias FROM paper_alias WHERE paper = :paper AND alias <> :paper ORDER BY alias",
        {"paper": paper},
    )
    return [alias for (alias,) in found]


def people(connection: sqlite3.Connection, row: Row) -> list[Row]:
    """Return who signed, tabled or received a paper, each once with all `roles` they had.

    As the leading source that names people names them; else as the paper itself does.
    """
    for (document,) in connection.execute(
        "SELECT m.document_key FROM paper_document AS m "
        "JOIN record AS r ON r.key = m.document_key "
        "LEFT JOIN copy AS c ON c.document_key = m.document_key WHERE m.paper = :paper "
        "ORDER BY c.place IS NULL, c.place, r.id",
        {"paper": row["id"]},
    ).fetchall():
        # One document at a time: the view is asked for it in each of its parts.
        if found := rows(connection, _PEOPLE, document=document):
            break
    else:
        found = rows(
            connection,
            "SELECT name, NULL AS party, function, NULL AS person_key, role AS roles "
            "FROM signature WHERE sha256 = :sha256 ORDER BY ordinal",
            sha256=row["sha256"],
        )
    for person in found:
        key = person.pop("person_key")
        person["person_id"] = None if key is None else address_of(connection, key)
        person["roles"] = person["roles"].split(",") if person["roles"] else []
    return found


_PEOPLE = """
SELECT name, party, function, max(person_key) AS person_key,
       group_concat(DISTINCT coalesce(role, relation)) AS roles
  FROM document_actor
 WHERE document_key = :document AND (name IS NOT NULL OR party IS NOT NULL)
 GROUP BY name, party, function
 ORDER BY min(role IS NULL), min(role = 'addressee'), min(role LIKE 'co-%'), name
"""


def family(connection: sqlite3.Connection, row: Row) -> list[Row]:
    """Return the annexes of a paper; of an annex, the paper that it belongs to."""
    return rows(
        connection,
        f"SELECT {SHOWN}, p.language FROM paper AS p WHERE p.id IN "
        "(SELECT q.id FROM paper_document AS m "
        "JOIN paper AS q ON q.parent_document_key = m.document_key WHERE m.paper = :paper) "
        "OR p.id = (SELECT paper FROM paper_document WHERE document_key = :parent) "
        "ORDER BY p.number",
        paper=row["id"],
        parent=row["parent_document_key"],
    )


def editions(connection: sqlite3.Connection, paper: str) -> list[Row]:
    """Return the other editions of a paper: the original first, its reprints and corrections.

    Each has its `edition`: `original`, `h` for a reprint, `n` for a correction.
    """
    this = edition(paper)
    if this is None:
        return []
    found = rows(
        connection,
        f"SELECT {SHOWN} FROM paper AS p WHERE (p.id = :original OR p.id BETWEEN :first AND :last) "
        "AND p.id <> :paper ORDER BY p.id",
        original=this.original,
        first=f"{this.original}-",
        last=f"{this.original}.",  # the character after "-"
        paper=paper,
    )
    others = [(row, edition(row["id"])) for row in found]
    return [
        {**row, "edition": other.kind}
        for row, other in others
        if other is not None and other.original == this.original
    ]


def votes(connection: sqlite3.Connection, decision_key: int | None) -> list[Row]:
    """Return how each party voted, with its seats; in a roll call a party may occur twice."""
    return rows(
        connection,
        "SELECT choice, coalesce(actor_party, actor_name, '?') AS party, sum(weight) AS seats, "
        "coalesce(sum(is_mistake), 0) AS mistakes FROM vote "
        "WHERE decision_key = :id AND not_counted IS NULL AND choice IS NOT NULL "
        "GROUP BY choice, 2 ORDER BY choice, seats DESC, party",
        id=decision_key,
    )


def decisions(connection: sqlite3.Connection, case_key: int | None) -> list[Row]:
    """Return all that was decided on a paper's case, the first decision first."""
    return rows(
        connection,
        "SELECT d.key, d.status, d.soort, d.text, d.remark, d.voting_method, d.outcome, "
        "v.date, v.soort AS activity, v.subject AS activity_subject, a.subject AS agenda_subject "
        "FROM link AS l JOIN decision AS d ON d.key = l.key "
        "LEFT JOIN agenda_item AS a ON a.key = d.agenda_item_key "
        "LEFT JOIN activity AS v ON v.key = a.activity_key "
        "WHERE l.to_key = :case_key AND l.relation = 'decision_case' "
        "ORDER BY v.date IS NULL, v.date, a.number, d.ordinal, d.key",
        case_key=case_key,
    )


def copies(connection: sqlite3.Connection, paper: str) -> list[Row]:
    """Return what each source publishes of a paper, the leading one first.

    Each with its `versions`, the latest first, and those with their `files`, the one to read first.
    """
    found = rows(
        connection,
        "SELECT c.source, c.is_provisional, c.is_withdrawn, c.version, c.appeared_at, c.sha256, "
        "d.number, d.published_on, d.publication_id "
        "FROM copy AS c JOIN document AS d ON d.key = c.document_key "
        "WHERE c.paper = :paper ORDER BY c.place",
        paper=paper,
    )
    versions = rows(
        connection,
        "SELECT source, version, state, reason, opened_at, source_updated FROM paper_version "
        "WHERE paper = :paper ORDER BY version DESC",
        paper=paper,
    )
    files = _files(connection, paper)
    for version in versions:
        place = (version["source"], version["version"])
        version["files"] = [file for file in files if (file["source"], file["version"]) == place]
    for copy in found:
        copy["versions"] = [v for v in versions if v["source"] == copy["source"]]
    return found


def _files(connection: sqlite3.Connection, paper: str) -> list[Row]:
    return rows(
        connection,
        "SELECT f.source, f.version, f.name, f.sha256, f.size_bytes, f.media_type, "
        "f.retrieved_at, f.url, f.declared_size_bytes, f.declared_digest, "
        "f.digest_agrees, t.status AS text_status, "
        "t.reason AS text_reason, t.pages, c.checked_at, "
        "coalesce(o.is_description, 0) AS is_description, "
        "f.sha256 IN (SELECT sha256 FROM taken_payload) AS is_taken_down "
        "FROM file AS f LEFT JOIN text AS t ON t.sha256 = f.sha256 "
        "LEFT JOIN offered_file AS o ON o.key = f.document_key AND o.name = f.name "
        "LEFT JOIN fixity AS c ON c.finding IS NULL "
        "AND c.object_key = 'payloads/' || substr(f.sha256, 1, 2) || '/' || f.sha256 "
        "WHERE f.paper = :paper ORDER BY coalesce(o.is_description, 0), "
        "coalesce(t.status, 'ok') <> 'ok', f.media_type NOT LIKE '%/xml', f.name",
        paper=paper,
    )


def segments(connection: sqlite3.Connection, paper: str) -> dict[tuple[str, int], int]:
    """Return, by source and number of a version, the first segment by which it was told whole.

    That is where it was opened and its files were fetched first.
    """
    found: dict[tuple[str, int], int] = {}
    for source, version, opened, fetched in connection.execute(_SEGMENTS, {"paper": paper}):
        known = found.get((source, version), 0)
        found[source, version] = max(known, opened, fetched or 0)
    return found


_SEGMENTS = """
SELECT v.source, v.version, v.segment,
       (SELECT min(r.segment) FROM retrieval AS r
         WHERE r.record_key = f.document_key AND r.sha256 = f.sha256)
  FROM paper_version AS v LEFT JOIN file AS f USING (paper, source, version)
 WHERE v.paper = :paper
"""


def former_version(connection: sqlite3.Connection, located: Located, source: str) -> Row:
    """Return a version that was shown under an address and is in no paper's list any more.

    As `copies` gives versions, with their `files`, and marked `is_former`.
    """
    version = located.version
    assert version is not None, "what is listed is in `copies`"
    place = {"source": source, "version": version.version}
    return {
        **place,
        "state": version.state,
        "reason": version.reason,
        "opened_at": version.opened_at,
        "source_updated": version.source_updated,
        "is_former": True,
        "files": [
            {
                **place, "name": f.name, "sha256": f.sha256, "size_bytes": f.size_bytes,
                "media_type": f.media_type, "retrieved_at": f.retrieved_at, "url": f.url,
                "declared_size_bytes": f.declared_size_bytes,
                "declared_digest": f.declared_digest, "digest_agrees": f.digest_agrees,
                "is_description": 0,
                **rows(connection, _FILE_STATE, sha256=f.sha256)[0],
            }
            for f in located.files
        ],
    }  # fmt: skip


_FILE_STATE = """
SELECT (SELECT status FROM text WHERE sha256 = :sha256) AS text_status,
       (SELECT reason FROM text WHERE sha256 = :sha256) AS text_reason,
       (SELECT pages FROM text WHERE sha256 = :sha256) AS pages,
       (SELECT checked_at FROM fixity WHERE finding IS NULL AND object_key =
         'payloads/' || substr(:sha256, 1, 2) || '/' || :sha256) AS checked_at,
       :sha256 IN (SELECT sha256 FROM taken_payload) AS is_taken_down
"""


def witnesses(connection: sqlite3.Connection, paper: str) -> list[Row]:
    """Return which sources' texts of a paper were compared, and the `differing` words."""
    found = rows(
        connection,
        "SELECT w.source, w.other_source, w.agrees, w.differences, w.is_in_order, "
        "(SELECT max(version) FROM file AS f WHERE f.paper = w.paper AND f.source = w.source "
        "AND f.sha256 = w.sha256) AS version, "
        "(SELECT max(version) FROM file AS f WHERE f.paper = w.paper "
        "AND f.source = w.other_source AND f.sha256 = w.other_sha256) AS other_version "
        "FROM witness AS w "
        "WHERE w.paper = :paper AND w.sha256 IS NOT NULL AND w.other_sha256 IS NOT NULL "
        "ORDER BY w.source, w.other_source",
        paper=paper,
    )
    for row in found:
        names = ("first", "second") if row["is_in_order"] else ("second", "first")
        row["differing"] = [
            {"after": d["after"], "mine": d[names[0]], "other": d[names[1]]}
            for d in json.loads(row.pop("differences") or "[]")
        ]
    return found


def references(connection: sqlite3.Connection, paper: str) -> list[Row]:
    """Return what a paper's current text cites, in order; `cited` is None for what is not here."""
    return rows(
        connection,
        "SELECT r.kind, r.target, r.words, r.cited AS id, q.kind AS paper_kind, q.subject, q.title "
        "FROM reference AS r LEFT JOIN paper AS q ON q.id = r.cited WHERE r.paper = :paper "
        "GROUP BY r.target ORDER BY min(r.ordinal) LIMIT 200",
        paper=paper,
    )


def referrers(connection: sqlite3.Connection, paper: str) -> list[Row]:
    """Return the papers whose current text cites a paper by any of its names, the newest first."""
    return rows(
        connection,
        f"SELECT DISTINCT {SHOWN} FROM citation AS c JOIN paper AS p ON p.sha256 = c.sha256 "
        "JOIN paper_facet AS f ON f.key = p.key WHERE p.id <> :paper AND c.target IN "
        "(SELECT alias FROM paper_alias WHERE paper = :paper UNION SELECT :paper) "
        "ORDER BY f.published_on DESC, p.id LIMIT 100",
        paper=paper,
    )


def answers(connection: sqlite3.Connection, row: Row) -> list[Row]:
    """Return what letters say of a motion, or what a letter says of motions, with sentences.

    The view `answer` for one paper, asked from the side that is known. A letter's rows also have
    verdicts on papers that are not here: `motion` is None there, and `target` its official id.
    """
    if row["kind"] == "motion":
        source, place = _OF_MOTION, {"paper": row["id"]}
    else:
        source, place = _OF_LETTER, {"paper": row["id"], "sha256": row["sha256"]}
    return rows(
        connection,
        "SELECT DISTINCT l.id AS letter, m.id AS motion, c.target, a.verdict, a.sentence, "
        "m.advice, "
        "CASE WHEN a.verdict <> 'carried out' THEN a.verdict = m.advice END AS agrees, "
        f"l.published_on, l.people, l.subject, m.subject AS motion_subject {source} "
        "ORDER BY l.published_on, l.id, a.ordinal LIMIT 200",
        **place,
    )


_OF_MOTION = """
  FROM citation AS c
  CROSS JOIN appraisal AS a ON a.sha256 = c.sha256 AND a.ordinal = c.ordinal
  CROSS JOIN paper AS l ON l.sha256 = c.sha256 AND l.kind = 'letter'
  JOIN paper AS m ON m.id = :paper
 WHERE c.target IN (SELECT alias FROM paper_alias WHERE paper = :paper UNION SELECT :paper)
"""
_OF_LETTER = """
  FROM appraisal AS a
  CROSS JOIN citation AS c ON c.sha256 = a.sha256 AND c.ordinal = a.ordinal
  LEFT JOIN paper AS m ON m.id = coalesce(
       (SELECT q.id FROM paper AS q WHERE q.id = c.target),
       (SELECT min(n.paper) FROM paper_alias AS n WHERE n.alias = c.target))
  JOIN paper AS l ON l.id = :paper AND l.kind = 'letter'
 WHERE a.sha256 = :sha256 AND coalesce(m.kind, 'motion') = 'motion'
"""


def citations(connection: sqlite3.Connection, sha256: str) -> list[Row]:
    """Return the places in a file's text that cite a paper, in order.

    `is_held` is 0 for a paper that is not here, whose page says who cites it.
    """
    return rows(
        connection,
        "SELECT c.start_at, c.end_at, coalesce(min(coalesce(q.id, a.paper)), min(c.target)) "
        "AS cited, count(coalesce(q.id, a.paper)) > 0 AS is_held FROM citation AS c "
        "LEFT JOIN paper AS q ON q.id = c.target LEFT JOIN paper_alias AS a ON a.alias = c.target "
        "WHERE c.sha256 = :sha256 AND (q.id IS NOT NULL OR a.paper IS NOT NULL "
        "OR c.kind = 'paper' AND EXISTS (SELECT 1 FROM file WHERE sha256 = :sha256)) "
        "GROUP BY c.start_at, c.end_at ORDER BY c.start_at",
        sha256=sha256,
    )


def takedowns(connection: sqlite3.Connection, paper: str) -> list[Row]:
    """Return the decisions about a paper's files, the first one first."""
    return rows(
        connection,
        "SELECT DISTINCT t.taken_down_at, t.reason, t.decided_by FROM takedown AS t "
        "LEFT JOIN taken_payload AS p USING (source, segment, line) "
        "WHERE t.record_key IN (SELECT document_key FROM paper_document WHERE paper = :paper) "
        "OR p.sha256 IN (SELECT sha256 FROM file WHERE paper = :paper) "
        "ORDER BY t.taken_down_at",
        paper=paper,
    )


def takedown_of(connection: sqlite3.Connection, sha256: str) -> Row | None:
    """Return the decision about a file, if there is one."""
    return first(
        connection,
        "SELECT t.taken_down_at, t.reason, t.decided_by FROM taken_payload AS p "
        "JOIN takedown AS t USING (source, segment, line) WHERE p.sha256 = :sha256 "
        "ORDER BY t.taken_down_at LIMIT 1",
        sha256=sha256,
    )


def file(connection: sqlite3.Connection, sha256: str) -> Row | None:
    """Return of which paper and of what type a payload is."""
    return first(
        connection,
        "SELECT paper, source, version, name, size_bytes, media_type FROM file "
        "WHERE sha256 = :sha256 ORDER BY paper, source, version LIMIT 1",
        sha256=sha256,
    )
