"""Records of two sources, or of two categories, that have one id: neither touches the other."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive.entries import Entry, PayloadEntry, RecordEntry, TakedownEntry
from harvester.index import Index
from harvester.index.compare import PROVENANCE
from harvester.index.harvests import statuses
from harvester.index.identity import columns, named
from harvester.index.papers import find_paper
from harvester.index.takedowns import takedown_of_record, targets_of_paper
from harvester.source import domain
from tests.unit.index.histories import Step, history
from tests.unit.index.makers import (
    PRESS,
    SOURCE,
    TIME,
    Log,
    document,
    file,
    filled,
    link,
    record,
    row,
    select,
    withdrawn,
)
from tests.unit.index.test_histories import Kept

OWNED = ("key", "document_key", "record_key")
"""Columns that tell whose row it is."""
SHARED = {"paper", "feed", "stale", "fetch"}
"""Tables whose rows are of papers, which several documents may be, or that are operational."""
SEEDS = range(15)


def of_house(seed: int) -> list[tuple[Entry, ...]]:
    """Return what one source says in a history, in which no hold is decided about."""
    steps: Iterator[Step] = history(seed)
    kinds = (RecordEntry, PayloadEntry, TakedownEntry)
    return [
        tuple(entry for entry in entries if isinstance(entry, kinds))
        for source, entries in steps
        if source == SOURCE
    ]


def moved(entry: Any, category: str) -> Any:
    """Return an entry with the same ids in another category, and other official numbers."""

    def other(text: str) -> str:
        text = text.replace("Thing/", f"{category}/")
        return re.sub(r"\b([12])00\b", r"\g<1>99", text)

    if isinstance(entry, RecordEntry):
        return replace(entry, id=other(entry.id), raw=other(entry.raw))
    return replace(entry, record=entry.record and other(entry.record))


def said(index: Index, source: str, category: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows that records of a category own, with names for keys."""
    connection = index.connection
    found = {}
    for (table,) in select(index, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        known = columns(connection, table)
        owner = next((c.name for c in known if c.name in OWNED and c.keyed == "record"), None)
        if owner is None or table in SHARED:
            continue
        kept = [c for c in known if c.name not in PROVENANCE.get(table, ()) and c.name != "paper"]
        values = ", ".join(named(column, "t") for column in kept)
        found[table] = sorted(
            select(
                index,
                f'SELECT {values} FROM "{table}" AS t JOIN record AS r ON r.key = t."{owner}" '
                "WHERE r.source = ? AND r.id LIKE ? || '/%'",
                source,
                category,
            ),
            key=repr,
        )
    found["record"] = select(
        index,
        "SELECT id, version, state, fingerprint FROM record "
        "WHERE source = ? AND id LIKE ? || '/%' AND version > 0 ORDER BY id",
        source,
        category,
    )
    return found


def kept_of(path: Path, steps: list[Step]) -> Index:
    kept = Kept(path)
    for source, entries in steps:
        if entries:
            kept.take((source, entries))
            kept.settle()
    return kept.index


@pytest.mark.parametrize(("other_source", "category"), [(PRESS, "Thing"), (SOURCE, "Item")])
@pytest.mark.parametrize("first", range(0, len(SEEDS), 5))
def test_whatever_one_does_the_other_s_rows_are_what_they_are_alone(
    tmp_path: Path, other_source: str, category: str, first: int
) -> None:
    for seed in SEEDS[first : first + 5]:
        dice = Random(seed)
        mine: list[Step] = [(SOURCE, entries) for entries in of_house(seed)]
        theirs: list[Step] = [
            (other_source, tuple(moved(entry, category) for entry in entries))
            for entries in of_house(seed + 1000)
        ]
        both = mine + theirs
        order = [True] * len(mine) + [False] * len(theirs)
        dice.shuffle(order)
        left, right = iter(mine), iter(theirs)
        both = [next(left) if is_mine else next(right) for is_mine in order]
        index = kept_of(tmp_path / f"{seed}-both.sqlite", both)
        alone = kept_of(tmp_path / f"{seed}-mine.sqlite", mine)
        other = kept_of(tmp_path / f"{seed}-theirs.sqlite", theirs)
        assert said(index, SOURCE, "Thing") == said(alone, SOURCE, "Thing"), f"history {seed}"
        assert said(index, other_source, category) == said(other, other_source, category)
        for each in (index, alone, other):
            each.close()


def test_a_person_that_is_renamed_leaves_the_case_and_the_files_of_that_id(tmp_path: Path) -> None:
    def at(category: str, entry: Any) -> Any:
        return replace(entry, id=f"{category}/12")

    index = filled(
        tmp_path / "index.sqlite",
        [
            at("Case", record("12", row(domain.Case, number="Z-1"))),
            at("Document", document("12", kind="letter")),
            at("Person", record("12", row(domain.Person, surname="Riet"))),
        ],
        [at("Person", record("12", row(domain.Person, surname="Gors")))],
        [at("Person", withdrawn("12"))],
    )
    assert select(index, 'SELECT number FROM "case"') == [("Z-1",)]
    assert select(index, "SELECT count(*) FROM offered_file") == [(1,)]
    assert select(index, "SELECT is_withdrawn FROM paper") == [(0,)]
    assert select(index, "SELECT surname FROM person") == []
    index.close()


def two_sources(path: Path, *steps: tuple[str, list[Entry]]) -> Index:
    kept = Kept(path)
    for source, entries in steps:
        kept.take((source, tuple(entries)))
    kept.index.refresh()
    return kept.index


def test_a_takedown_at_one_source_leaves_the_file_of_that_id_at_another(tmp_path: Path) -> None:
    index = two_sources(
        tmp_path / "index.sqlite",
        (SOURCE, [document("1", number="A"), file("1", "mine")]),
        (PRESS, [document("1", number="B"), file("1", "theirs")]),
        (SOURCE, [TakedownEntry(TIME, "why", "who", (), "Thing/1")]),
    )
    assert select(index, "SELECT id, is_taken_down FROM paper ORDER BY id") == [("A", 1), ("B", 0)]
    assert takedown_of_record(index.connection, SOURCE, "Thing/1") is not None
    assert takedown_of_record(index.connection, PRESS, "Thing/1") is None
    [target] = targets_of_paper(index.connection, "B")
    assert (target.source, len(target.payloads)) == (PRESS, 1)
    index.close()


def test_a_record_that_is_only_named_is_no_record(tmp_path: Path) -> None:
    index = filled(tmp_path / "index.sqlite", [document("a", link("document_case", "z"))])
    assert index.known(SOURCE, ["Thing/a", "Thing/z"]).keys() == {"Thing/a"}
    assert index.present(SOURCE) == 1
    assert [status.records for status in statuses(index.connection)] == [1]
    index.close()


def test_papers_without_a_number_are_called_by_what_tells_them_apart(tmp_path: Path) -> None:
    uuid = "0b7e6f1c-5f0e-4a39-9d3c-2a1f6f0e8b11"
    index = two_sources(
        tmp_path / "index.sqlite",
        (PRESS, [document("12", number=None), document(uuid, number=None)]),
        (SOURCE, [document("12", number=None), document(uuid, number=None)]),
    )
    assert {id_ for (id_,) in select(index, "SELECT id FROM paper")} == {
        f"{SOURCE}/Thing/12", f"{PRESS}/Thing/12", uuid, f"{PRESS}/Thing/{uuid}",
    }  # fmt: skip
    assert select(index, "SELECT source FROM paper WHERE id = ?", uuid) == [(SOURCE,)]
    for (id_,) in select(index, "SELECT id FROM paper"):
        assert find_paper(index.connection, id_) == id_
    index.close()


def test_keys_follow_the_order_of_the_log(tmp_path: Path) -> None:
    index, log = Index.open(tmp_path / "index.sqlite", {}), Log()
    index.apply(log.segment([record("b"), record("a")]))
    assert select(index, "SELECT id FROM record ORDER BY key") == [("Thing/b",), ("Thing/a",)]
    index.close()
