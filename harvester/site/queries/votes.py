"""How parties voted on papers, and members otherwise than their party."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable

from harvester.site.queries import Row, rows
from harvester.site.queries.people import address_of


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


def dissenters(connection: sqlite3.Connection, decision_key: int | None) -> list[Row]:
    """Return the members who voted for or against otherwise than most of their party, by name.

    A party that is divided into equal halves has no dissenters.
    """
    cast = rows(
        connection,
        "SELECT choice, actor_party AS party, actor_name AS name, weight, "
        "person_key FROM vote WHERE decision_key = :id AND not_counted IS NULL "
        "AND choice IN ('for', 'against') AND actor_party IS NOT NULL",
        id=decision_key,
    )
    sides: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in cast:
        sides[row["party"]][row["choice"]] += row["weight"]
    found = [
        {**row, "person_id": address_of(connection, row["person_key"])}
        for row in cast
        if row["person_key"] and row["name"]
        if 2 * sides[row["party"]][row["choice"]] < sides[row["party"]].total()
    ]
    return sorted(found, key=lambda row: (row["party"], row["name"]))
