"""What stands behind the archive: the last checks, the checkpoints, and who signed them."""

import asyncio
import sqlite3
from datetime import timedelta
from typing import Any

from datasette.utils.asgi import NotFound, Response

from archive.archive import Archive
from archive.checkpoints import last_checkpoint, signed_logs
from archive.errors import Damage
from archive.line_proofs import Place, covering
from archive.signers import read_signers
from harvester.index.fixity import fixity_state
from harvester.site.pages.visit import Visit
from harvester.times import now, to_text

MONTH = timedelta(days=30)
HEADERS = {"cache-control": "no-cache", "access-control-allow-origin": "*"}

_CHECKED = """
SELECT max(checked_at),
       count(*) FILTER (WHERE object_key LIKE 'payloads/%' AND checked_at >= :since)
  FROM fixity
"""
_VERSIONS = """
SELECT f.source, f.version, f.name, f.sha256, r.segment, r.line,
       (SELECT coalesce(sum(s.entries + 2), 0) FROM segment AS s
         WHERE s.source = r.source AND s.sequence < r.segment) AS before
  FROM file AS f
  JOIN retrieval AS r ON r.record_key = f.document_key AND r.sha256 = f.sha256
 WHERE f.paper = :paper
 ORDER BY f.source, f.version, f.name, r.segment DESC, r.line DESC
"""


async def integrity(visit: Visit) -> Response:
    """Answer `/-/integrity`: what was checked when, what was found, what is signed by whom."""
    checks = await visit.ask(_checks)
    signed = await asyncio.to_thread(_signed, visit.setting.archive)
    return Response.json({**checks, **signed}, headers=HEADERS)


def _checks(connection: sqlite3.Connection) -> dict[str, Any]:
    state = fixity_state(connection)
    since = to_text(now() - MONTH)
    last, lately = connection.execute(_CHECKED, {"since": since}).fetchone()
    return {
        "last_check_at": last,
        "files": state.payloads,
        "files_checked_ever": state.checked,
        "files_checked_in_30_days": lately,
        "failures": [
            {"object": key, "what": what, "at": checked_at}
            for key, what, checked_at in state.damaged
        ],
    }


def _signed(archive: Archive) -> dict[str, Any]:
    """Return what the archive says of its signatures; whoever doubts it checks them."""
    try:
        signers = read_signers(archive.store)
        if signers is None:
            return {"keys": [], "checkpoints": {}}
        found = {log: last_checkpoint(archive.store, log) for log in signed_logs(archive.store)}
    except Damage as error:
        return {"keys": [], "checkpoints": {}, "damage": str(error)}
    return {
        "keys": [signer.key for signer in signers.keys],
        "checkpoints": {
            log: {
                "origin": signed.checkpoint.origin,
                "lines": signed.checkpoint.size,
                "signed_at": signed.checkpoint.time,
                "signatures": [line.name for line in signed.note.signatures],
                "note": str(signed.note),
            }
            for log, signed in found.items()
            if signed is not None
        },
    }


async def provable(visit: Visit) -> Response:
    """Answer `/-/integrity/<paper>`: since when each version is provable, and by whom signed."""
    paper = visit.request.url_vars["paper"]
    rows = await visit.ask(lambda c: c.execute(_VERSIONS, {"paper": paper}).fetchall())
    if not rows:
        raise NotFound(f"no version of {paper} has a file")
    told = await asyncio.to_thread(_since, visit.setting.archive, [tuple(row) for row in rows])
    return Response.json({"paper": paper, "versions": told}, headers=HEADERS)


def _since(archive: Archive, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    first = {row[:4]: row for row in rows}  # a file fetched twice is provable by the first time
    told = []
    for source, version, name, sha256, segment, line, before in first.values():
        place = Place(source, segment, line, before)
        try:
            signed = covering(archive, source, place.leaf)
        except Damage:
            signed = None  # `verify` tells it
        told.append(
            {
                "source": source,
                "version": version,
                "name": name,
                "sha256": sha256,
                "provable_since": signed.checkpoint.time if signed else None,
                "signatures": [line.name for line in signed.note.signatures] if signed else [],
            }
        )
    return told
