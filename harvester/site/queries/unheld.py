"""Papers that others cite and the archive does not hold."""

import sqlite3
from itertools import groupby
from typing import Any, NamedTuple

from harvester.site.addresses import paper_url
from harvester.site.queries import SHOWN, Row, dossiers, papers, rows
from harvester.site.queries.chains import replaced_by
from harvester.source.registry import spellings, whereabouts

MOST = 500
"""Citations that are read of one paper."""

# A text that no paper shows any more is not told of; one that only an earlier version has, is.
_CITING = f"""
SELECT {SHOWN}, p.source, p.sha256 = c.sha256 AS is_current, c.words, a.verdict, a.sentence
  FROM citation AS c
  JOIN (SELECT DISTINCT sha256, paper FROM file) AS f ON f.sha256 = c.sha256
  JOIN paper AS p ON p.id = f.paper
  LEFT JOIN appraisal AS a ON a.sha256 = c.sha256 AND a.ordinal = c.ordinal
 WHERE c.target = :target AND c.kind = 'paper'
 ORDER BY p.published_on DESC, p.id, is_current DESC, c.sha256, c.ordinal, a.verdict LIMIT {MOST}
"""


class Unheld(NamedTuple):
    """What is known of a paper that is not here."""

    target: str
    """The official id by which it is cited."""
    citing: list[Row]
    """The papers that cite it, the newest first, each with its `words` and `verdicts`."""
    dossier: str | None
    number: str | None
    has_dossier: bool
    """Whether papers of its dossier are here."""
    editions: list[Row]
    """Reprints and corrections of it that are here."""
    successors: list[Row]
    """Papers that replace it."""
    places: tuple[tuple[str, str], ...]
    """Publishers that may show it: name and address."""

    def data(self, base: str) -> Row:
        """Return the same for machines, with whole addresses."""
        shown = ("id", "kind", "subject", "published_on", "words", "verdicts")
        return {
            "target": self.target,
            "dossier": self.dossier,
            "number_in_dossier": self.number,
            "places": [{"name": name, "url": url} for name, url in self.places],
            "editions": [one["id"] for one in self.editions],
            "replaced_by": [one["id"] for one in self.successors],
            "referrers": [
                {**{name: row[name] for name in shown}, "page": base + paper_url(row["id"])}
                for row in self.citing
            ],
        }


def find_unheld(connection: sqlite3.Connection, name: str) -> Unheld | None:
    """Return what is known of a paper that is not here; None if nothing names it.

    Args:
        name: in any spelling. The caller knows that no paper here has it.
    """
    for spelling in spellings(name):
        found = rows(connection, _CITING, target=spelling)
        successors = papers.listed(connection, replaced_by(connection, spelling))
        if found or successors:
            there = whereabouts(spelling)
            held = there.dossier is not None and dossiers.dossier(connection, there.dossier)
            return Unheld(
                spelling, [_citing(list(group)) for _, group in groupby(found, lambda r: r["id"])],
                there.dossier, there.number, bool(held), papers.editions(connection, spelling),
                successors, there.places,
            )  # fmt: skip
    return None


def _citing(found: list[Row]) -> Row:
    """Join the citations of one paper; an earlier text counts where the current one is silent."""
    first = found[0]
    same: list[Row] = [row for row in found if row["is_current"] == first["is_current"]]
    said = dict.fromkeys((row["verdict"], row["sentence"]) for row in same if row["verdict"])
    verdicts: list[dict[str, Any]] = [{"verdict": v, "sentence": s} for v, s in said]
    return {**first, "verdicts": verdicts}
