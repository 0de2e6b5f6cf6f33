"""What a motion asks for, claim by claim, and the versions that a source itself tells of."""

import sqlite3
from collections.abc import Mapping, Sequence

from harvester.site.queries import Row, rows

_OTHER_SIDE: Mapping[str, str] = {"for": "against", "against": "for"}


def claims(connection: sqlite3.Connection, document_key: int) -> list[Row]:
    """Return a motion's claims with their `votes`, as votes for and against the claim.

    Where it is not known what a Yes meant for the claim, `votes` is empty: the question put may
    have been to reject it.
    """
    found = rows(
        connection,
        "SELECT c.ordinal, c.number, c.text, c.advice, c.advice_words, c.outcome, "
        "c.outcome_words, c.method, c.report, c.point, c.decision_key, c.yes_supports, "
        "d.yes_meaning, d.no_meaning, (SELECT id FROM paper WHERE id = c.report) AS report_paper "
        "FROM motion_claim AS c LEFT JOIN decision AS d ON d.key = c.decision_key "
        "WHERE c.key = :key ORDER BY c.ordinal",
        key=document_key,
    )
    for claim in found:
        votes = _cast(connection, claim.pop("decision_key"))
        claim["votes"] = _of_claim(votes, claim["yes_supports"])
    return found


def _cast(connection: sqlite3.Connection, decision_key: int | None) -> list[Row]:
    return rows(
        connection,
        "SELECT choice, sum(weight) AS seats FROM vote WHERE decision_key = :key "
        "AND not_counted IS NULL AND choice IS NOT NULL GROUP BY choice ORDER BY choice",
        key=decision_key,
    )


def _of_claim(votes: Sequence[Row], yes_supports: int | None) -> dict[str, int]:
    if yes_supports not in (0, 1):
        return {}
    sides = {} if yes_supports else _OTHER_SIDE
    return {sides.get(vote["choice"], vote["choice"]): vote["seats"] or 0 for vote in votes}


def source_versions(connection: sqlite3.Connection, paper: str) -> list[Row]:
    """Return the versions that sources number themselves and give a cause or reason for."""
    return rows(
        connection,
        "SELECT d.source, v.number, v.published_at, v.cause, v.reason "
        "FROM paper_document AS m JOIN document AS d ON d.key = m.document_key "
        "JOIN document_version AS v ON v.document_key = d.key "
        "WHERE m.paper = :paper AND (v.cause IS NOT NULL OR v.reason IS NOT NULL) "
        "ORDER BY d.source, v.number DESC, v.key",
        paper=paper,
    )
