"""Find a paper by any of its names, and the file of any of its versions."""

import sqlite3
from typing import NamedTuple

from harvester.errors import SeveralPapers
from harvester.index.versions import (
    OF_ID,
    FileEvent,
    Version,
    event_of,
    events,
    fold,
    of_documents,
)
from harvester.source.registry import spellings


class PaperFile(NamedTuple):
    """The file of one version of a paper."""

    paper: str
    source: str
    version: int
    sha256: str
    size_bytes: int
    media_type: str | None
    retrieved_at: str
    url: str


def find_papers(connection: sqlite3.Connection, name: str) -> list[str]:
    """Return the ids of the papers that go, or ever went, by a name.

    Two papers may bear one number: the one whose id the name is comes first, then the others in
    order. A person is to choose; nobody is given the first of several without being told.
    """
    for spelling in spellings(name):
        rows = connection.execute(
            "SELECT id FROM (SELECT id, 0 AS place FROM paper WHERE id = :name "
            "UNION SELECT paper, 1 FROM paper_alias WHERE alias = :name AND paper <> :name) "
            "ORDER BY place, id",
            {"name": spelling},
        )
        if found := [id_ for (id_,) in rows]:
            return found
    return []


def find_paper(connection: sqlite3.Connection, name: str) -> str | None:
    """Return the id of the only paper that goes by a name, or the one whose id it is.

    Raises:
        SeveralPapers: it is a name of several, and the id of none.
    """
    found = find_papers(connection, name)
    if len(found) > 1 and found[0] not in spellings(name):
        raise SeveralPapers(name, tuple(found))
    return found[0] if found else None


class Located(NamedTuple):
    """A version that was shown under some address, and where it is now."""

    paper: str | None
    """The paper that its document belongs to; None where that is no paper any more."""
    number: int | None
    """Its number among that paper's versions at the source; None where it is none of these."""
    version: Version | None = None
    """What it was; None where it stands under that very address."""
    files: tuple[FileEvent, ...] = ()


def find_version(
    connection: sqlite3.Connection, name: str, source: str, version: int
) -> Located | None:
    """Return the version that was ever shown under an address: a name, a source, a number.

    A paper's names may change as records join it or leave it; an address that was once shown
    gives the same state for ever.
    """
    listed = "SELECT max(version) FROM paper_version WHERE paper = ? AND source = ?"
    last = connection.execute(listed, (name, source)).fetchone()[0]
    if last is not None:
        return Located(name, version) if 1 <= version <= last else None
    told = _told(connection, name, source)
    if told is None:
        return None
    shown, files = fold(map(event_of, connection.execute(events(told[0]), told[1])))
    if not 1 <= version <= len(shown):
        return None
    own = tuple(file.file for file in files if file.version == version)
    return _located(connection, source, shown[version - 1], own)


def _located(
    connection: sqlite3.Connection, source: str, opened: Version, files: tuple[FileEvent, ...]
) -> Located:
    """Find a version among those of the paper that its document belongs to now."""
    row = connection.execute(
        "SELECT m.paper, (SELECT v.version FROM paper_version AS v WHERE v.paper = m.paper "
        "AND v.source = :source AND v.segment = :segment AND v.line = :line AND v.state = :state) "
        "FROM paper_document AS m WHERE m.document_key = :document",
        {
            "source": source,
            "segment": opened.segment,
            "line": opened.line,
            "state": opened.state,
            "document": opened.document,
        },
    ).fetchone()
    paper, number = row or (None, None)
    return Located(paper, number, opened, files)


def file_shown(located: Located, name: str, source: str) -> PaperFile | None:
    """Return the file of a version that was shown under a name, and is not listed any more.

    Pages come before markup.
    """
    assert located.version is not None, "what is listed has its files in the index"
    ranked = sorted(located.files, key=lambda f: (f.media_type != "application/pdf", f.name))
    return next(
        (
            PaperFile(
                located.paper or name, source, located.version.version,
                f.sha256, f.size_bytes, f.media_type, f.retrieved_at, f.url,
            )
            for f in ranked
        ),
        None,
    )  # fmt: skip


def _told(
    connection: sqlite3.Connection, name: str, source: str
) -> tuple[str, dict[str, str | int]] | None:
    """Return the query for who told the history that was shown under a name (`versions.events`)."""
    values: dict[str, str | int] = {"name": name, "source": source}
    if connection.execute(_HELD, values).fetchone() is not None:
        return f"SELECT {OF_ID} WHERE claim = :name AND source = :source", values
    for query in (_BEARER, _COMPANION):
        bearer = connection.execute(query, values).fetchone()
        if bearer is not None:
            values["document"] = bearer[0]
            return of_documents("SELECT :name AS paper, :source AS source, :document AS "
                                "document_key"), values  # fmt: skip
    return None


_HELD = "SELECT 1 FROM holding WHERE claim = :name AND source = :source"
_BEARERS = """
  SELECT r.key, r.source, r.id, 0 AS place
    FROM (SELECT key, source, id FROM record
           WHERE source = substr(:name, 1, instr(:name, '/') - 1)
             AND id = substr(:name, instr(:name, '/') + 1)
           UNION
          SELECT r.key, r.source, r.id FROM category AS c
           CROSS JOIN record AS r ON r.source = c.source AND r.id = c.name || '/' || :name) AS r
    JOIN document_label AS l ON l.document_key = r.key AND l.label = :name
  UNION ALL
  SELECT r.key, r.source, r.id, n.segment
    FROM document_name AS n JOIN document AS d ON d.key = n.document_key
    JOIN record AS r ON r.key = d.key WHERE n.name = :name
"""
_BEARER = f"SELECT key FROM ({_BEARERS}) WHERE source = :source ORDER BY place, id LIMIT 1"
"""Who goes by a name that is no official id: the document itself, or who bore the number first."""
_COMPANION = f"""
SELECT o.document_key FROM ({_BEARERS}) AS b
  JOIN holding AS h ON h.document_key = b.key
  JOIN holding AS o ON o.claim = h.claim AND o.source = :source
 ORDER BY b.source, b.place, b.id, h.since, o.since,
          (SELECT id FROM record WHERE key = o.document_key) LIMIT 1
"""
"""This source's copy of a paper that was named after a document of another source."""


def sources_of(connection: sqlite3.Connection, paper: str) -> list[str]:
    """Return which sources publish a paper, the leading one first."""
    rows = connection.execute("SELECT source FROM copy WHERE paper = ? ORDER BY place", (paper,))
    return [source for (source,) in rows]


def versions_of(
    connection: sqlite3.Connection, paper: str, source: str
) -> list[tuple[int, str, str]]:
    """Return number, state and reason of a paper's versions at a source."""
    return connection.execute(
        "SELECT version, state, reason FROM paper_version WHERE paper = ? AND source = ? "
        "ORDER BY version",
        (paper, source),
    ).fetchall()


def file_of(
    connection: sqlite3.Connection, paper: str, source: str, version: int | None = None
) -> PaperFile | None:
    """Return the file of a version at a source; without one, the latest file there is.

    Pages come before markup. A version whose file has not come yet, or that withdrew the
    paper, has none of its own.
    """
    row = connection.execute(
        "SELECT f.paper, f.source, f.version, f.sha256, f.size_bytes, f.media_type, "
        "f.retrieved_at, f.url FROM file AS f "
        "LEFT JOIN offered_file AS o ON o.key = f.document_key AND o.name = f.name "
        "WHERE f.paper = :paper AND f.source = :source "
        "AND (:version IS NULL OR f.version = :version) "
        "ORDER BY f.version DESC, coalesce(o.is_description, 0), "
        "f.media_type <> 'application/pdf', f.name LIMIT 1",
        {"paper": paper, "source": source, "version": version},
    ).fetchone()
    return PaperFile._make(row) if row else None


class Notice(NamedTuple):
    """What a file says of its own state: a reprint, a correction, or that the paper is gone."""

    record: str
    fingerprint: str
    url: str
    words: str


def notices(connection: sqlite3.Connection, source: str) -> list[Notice]:
    """Return what the files of a source's present records say of their own state."""
    rows = connection.execute(
        "SELECT r.id, r.fingerprint, f.url, min(s.status) FROM statement AS s "
        "JOIN file AS f ON f.sha256 = s.sha256 JOIN record AS r ON r.key = f.document_key "
        "WHERE s.status IS NOT NULL AND r.source = ? AND f.source = r.source "
        "AND r.state = 'present' AND f.version = "
        "(SELECT max(version) FROM paper_version WHERE document_key = r.key AND paper = f.paper) "
        "GROUP BY r.key ORDER BY r.id",
        (source,),
    )
    return [Notice._make(row) for row in rows]
