"""What stands behind the archive: the last checks, the checkpoints, and who signed them."""

import asyncio
import sqlite3
from datetime import timedelta
from typing import Any

from datasette.utils.asgi import Response

from archive.errors import Damage, TryLater
from harvester.index.fixity import fixity_state
from harvester.site.pages.visit import Visit
from harvester.site.signatures import Signatures
from harvester.times import now, to_text

MONTH = timedelta(days=30)
MOST_FAILURES = 200
"""That are shown on the page; the data has them all."""
HEADERS = {"cache-control": "no-cache", "access-control-allow-origin": "*"}

_CHECKED = """
SELECT max(checked_at),
       count(*) FILTER (WHERE object_key LIKE 'payloads/%' AND checked_at >= :since)
  FROM fixity
"""


async def integrity(visit: Visit) -> Response:
    """Answer `/-/integrity`."""
    checks, signed = await _read(visit)
    share = 100 * checks["files_checked_in_30_days"] // checks["files"] if checks["files"] else None
    return visit.page(
        "integrity.html", checks=checks, share=share, most_failures=MOST_FAILURES, **signed
    )


async def integrity_json(visit: Visit) -> Response:
    """Answer `/-/integrity.json`: heads of logs, and who signed them."""
    checks, signed = await _read(visit)
    logs = {
        log.log: {
            "verifier_key": log.verifier_key,
            "last": log.last.shown() if log.last else None,
            "note": log.note,
        }
        for log in signed["logs"]
    }
    return Response.json({**checks, **signed, "logs": logs}, headers=HEADERS)


async def _read(visit: Visit) -> tuple[dict[str, Any], dict[str, Any]]:
    cache = visit.setting.cache
    checks = await visit.ask(lambda c: cache.get_or_find("integrity", lambda: _checks(c)))
    return checks, await asyncio.to_thread(_signed, visit.setting.signatures)


def _checks(connection: sqlite3.Connection) -> dict[str, Any]:
    state = fixity_state(connection)
    since = to_text(now() - MONTH)
    last, lately = connection.execute(_CHECKED, {"since": since}).fetchone()
    return {
        "last_check_at": last,
        "files": state.payloads,
        "files_checked_ever": state.checked,
        "files_checked_in_30_days": lately,
        "oldest_check_at": state.oldest_check,
        "failures": [
            {"object": key, "what": what, "at": checked_at}
            for key, what, checked_at in state.damaged
        ],
    }


def _signed(signatures: Signatures) -> dict[str, Any]:
    """Return what the archive says of its signatures; whoever doubts it checks them."""
    witnesses = [str(key) for key in signatures.witnesses]
    try:
        signers = signatures.signers()
        return {
            "keys": [signer.key for signer in signers.keys] if signers else [],
            "witnesses": witnesses,
            "logs": signatures.logs(),
            "damage": None,
        }
    except (Damage, TryLater) as error:
        return {"keys": [], "witnesses": witnesses, "logs": [], "damage": str(error)}
