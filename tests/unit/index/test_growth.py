"""What one more paper costs goes by what changed, and not by how much is there already."""

import sqlite3

import pytest

from archive.entries import Entry
from harvester.index import Index
from harvester.source import domain
from tests.unit.index.makers import READERS, Log, document, file, link, record, row, withdrawn
from tests.unit.index.test_refresh import publication

FEW, MANY = 100, 1_000
STEP = 100
"""Instructions of SQLite's virtual machine between two counts."""


def paper(n: int) -> list[Entry]:
    """Make a letter with a case, a dossier, an official id, a file and an annex."""
    id_ = f"d{n}"
    letter = document(
        id_,
        link("document_case", f"z{n}"),
        link("document_dossier", f"e{n}"),
        link("document_annex", f"x{n}"),
        number_in_dossier="1",
    )
    return [
        letter,
        publication(f"v{n}", id_, f"kst-{n + 1}-1"),
        record(f"z{n}", row(domain.Case, number=f"Z-{n}", kind="letter")),
        record(f"e{n}", row(domain.Dossier, number=n + 1, title="Titel")),
        document(f"x{n}", kind="annex"),
        file(id_, f"bytes {n}"),
    ]


CHANGES: dict[str, list[Entry]] = {
    "a new paper": paper(5_000),
    "a changed paper": [document("d7", link("document_case", "z7"), title="anders")],
    "a withdrawn paper": [withdrawn("d7")],
    "another official id": [publication("v7", "d7", "kst-8-2")],
    "another label of a dossier": [record("e7", row(domain.Dossier, number=9_000, title="Titel"))],
}


def work(connection: sqlite3.Connection, index: Index, log: Log, entries: list[Entry]) -> int:
    """Return how many instructions SQLite needs to apply a segment and to derive its papers."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += STEP

    connection.set_progress_handler(count, STEP)
    index.apply(log.segment(entries))
    index.refresh()
    connection.set_progress_handler(None, 0)
    return counted


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[int]]:
    """Return what each change costs in an index of few and in one of many papers."""
    found: dict[str, list[int]] = {what: [] for what in CHANGES}
    for papers in (FEW, MANY):
        path = tmp_path_factory.mktemp("growth") / f"{papers}.sqlite"
        index, log = Index.open(path, READERS), Log()
        index.apply(log.segment([entry for n in range(papers) for entry in paper(n)]))
        index.refresh()
        for what, entries in CHANGES.items():
            found[what].append(work(index.connection, index, log, entries))
        index.close()
    return found


@pytest.mark.parametrize("what", CHANGES)
def test_ten_times_the_papers_make_no_change_dearer(costs: dict[str, list[int]], what: str) -> None:
    few, many = costs[what]
    assert many < 1.5 * few, f"{what}: {few} instructions, then {many}"
