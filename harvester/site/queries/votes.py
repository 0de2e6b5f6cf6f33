"""How one party voted on papers."""

import sqlite3
from collections.abc import Iterable

from harvester.site.queries import Row


def choices_of(connection: sqlite3.Connection, papers: Iterable[Row], party: str) -> dict[int, str]:
    """Return by the key of a paper what a party chose: `for`, or `against,for` if it was divided.

    A paper that was not voted on, or not by this party, is not among them.
    """
    places = ", ".join(str(paper["key"]) for paper in papers)
    return dict(
        connection.execute(
            "SELECT p.key, (SELECT group_concat(choice) FROM (SELECT DISTINCT v.choice FROM vote "
            "AS v WHERE v.decision_key = p.decision_key AND v.actor_party = :party "
            "AND v.choice IS NOT NULL AND v.not_counted IS NULL ORDER BY v.choice)) AS choices "
            f"FROM paper AS p WHERE p.key IN ({places}) AND p.decision_key IS NOT NULL "
            "AND choices IS NOT NULL",
            {"party": party},
        )
    )
