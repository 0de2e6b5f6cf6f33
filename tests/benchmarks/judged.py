"""Measure 200 judged queries: `python -m tests.benchmarks.judged --corpus DIR`.

`judged.tsv` holds what people may type (lay words, a sentence of a letter, names, numbers in every
spelling, questions) and what is right: a paper of the corpus, or the party that is to be shown.
A query counts if that is among the first five, or is where the search leads at once.
"""

import argparse
import csv
import gzip
import json
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from harvester.index import TextRow
from harvester.index.papers import find_papers
from harvester.site.queries import search
from harvester.site.queries.finding import matching, understand
from harvester.site.reader import prepare
from harvester.source import domain
from tests.benchmarks.searching import TODAY, Motion, motions
from tests.unit.archive.makers import digest
from tests.unit.index.makers import document, file, filled, record, row

TOP = 5
QUERIES = Path(__file__).with_name("judged.tsv")


class Judged(NamedTuple):
    """A query and what is right."""

    kind: str
    typed: str
    right: str


def judged() -> list[Judged]:
    """Return the queries."""
    with QUERIES.open(encoding="utf-8", newline="") as lines:
        return [Judged(*line) for line in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def parties(folder: Path) -> Iterator[dict[str, str]]:
    """Read the parties of a corpus."""
    with gzip.open(folder / "motions" / "Fractie.jsonl.gz", "rt", encoding="utf-8") as rows:
        yield from map(json.loads, rows)


def index_of(papers: Sequence[Motion], folder: Path, path: Path) -> None:
    """Make an index of motions under their official ids, and of parties."""
    entries = [
        document(
            p.id, kind="motion", subject=p.subject, title=p.title, published_on=p.published_on,
            publication_id=p.official_id,
        )
        for p in papers
    ]  # fmt: skip
    known = [
        record(
            party["Id"],
            row(domain.Party, id=party["Id"], abbreviation=party["Afkorting"],
                name=party["NaamNL"], name_en=party["NaamEN"]),
        )
        for party in parties(folder)
    ]  # fmt: skip
    index = filled(path, [*entries, *known], [file(p.id, p.text) for p in papers])
    index.put_texts(TextRow(digest(p.text), "ok", None, 1, p.text) for p in papers)
    index.refresh()
    index.close()


def first_five(connection: sqlite3.Connection, typed: str) -> list[str]:
    """Return what a reader sees first: the paper that a number is of, else cards and papers."""
    if named := find_papers(connection, typed):
        return named[:TOP]
    understood = understand(connection, typed, TODAY)
    cards = [card.id if card.kind == "paper" else f"{card.kind}:{card.id}"
             for card in understood.cards]  # fmt: skip
    order = "newest" if understood.reading.expression is None else "relevance"
    found = search.find(connection, matching(connection, understood, {}), order, TOP)
    return [*cards[:TOP], *(paper["id"] for paper in found)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="the queries that missed")
    chosen = parser.parse_args(arguments)
    found: dict[str, list[bool]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.sqlite"
        index_of(list(motions(chosen.corpus)), chosen.corpus, path)
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        prepare(connection)
        for kind, typed, right in judged():
            shown = first_five(connection, typed)
            found[kind].append(right in shown)
            if chosen.show and right not in shown:
                print(f"{kind:10} {typed}  ({right}): {', '.join(shown[:3])}")
    for kind, hits in [*sorted(found.items()), ("all", [*chain.from_iterable(found.values())])]:
        print(f"{kind:10} {len(hits):4} queries: first {TOP} {sum(hits) / len(hits):.3f}")


if __name__ == "__main__":
    main()
