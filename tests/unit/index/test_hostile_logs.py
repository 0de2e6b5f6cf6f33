"""Applying what a log holds never fails, whatever that is."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import canonical
from archive.entries import Header, RecordEntry, parse_segment
from harvester.index import Index
from harvester.index.apply import read_segment
from harvester.index.columns import contained, fitted
from harvester.index.tables import TABLES
from harvester.source import domain
from harvester.source.domain import Reading, Row
from tests.unit.archive.makers import digest
from tests.unit.index.makers import READERS, SOURCE, TIME, Log, document, record, row, select

HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([2**63 - 1, 2**63, -(2**63), -(2**64), 10**5000, 1.5, b"x", (), "", "\0"]),
    st.text(st.characters(exclude_categories=())),
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A row of any table with any values."""
    kind = draw(st.sampled_from(list(TABLES)))
    made: Row = kind._make(draw(HOSTILE) for _ in kind._fields)
    return made


@settings(max_examples=60)
@given(rows())
def test_a_row_with_any_values_can_be_applied(tmp_path_factory: Any, made: Row) -> None:
    index = Index.open(tmp_path_factory.mktemp("index") / "index.sqlite", {})
    segment = read_segment(
        Log().segment([record("a")]), {SOURCE: lambda _: Reading((made,), ("\ud800",))}
    )
    applied = index.apply_read(segment)
    index.close()
    [observed] = segment.records
    kept = observed.reading.rows
    assert applied.counts == {"new": 1}
    assert kept == (made,) or any("cannot be held" in what for what in applied.unknown)


def test_a_value_that_no_column_holds_is_unknown_and_counted() -> None:
    vote = row(domain.Vote, party_size=2**63, actor_name="a\0b", soort="Voor")
    reading = fitted(Reading((vote,), ()))
    assert reading.rows == (vote._replace(party_size=None, actor_name=None),)
    assert reading.unknown == ("Vote.party_size cannot be held", "Vote.actor_name cannot be held")


@pytest.mark.parametrize("error", [ValueError(), RecursionError(), OverflowError(), KeyError("a")])
def test_a_reader_that_raises_leaves_the_record_without_rows(error: Exception) -> None:
    def read(_: RecordEntry) -> Reading:
        raise error

    reading = contained(read)(record("a"))
    assert reading == Reading((), (f"Thing: its reader failed: {type(error).__name__}",))


def test_a_log_that_was_poisoned_is_applied_and_goes_on(tmp_path: Path) -> None:
    """An earlier version stored an integer of 65 bits, and could not apply it ever after."""
    poisoned = record("p", row(domain.Party, name="P", seats=2**64))
    index, log = Index.open(tmp_path / "index.sqlite", READERS), Log()
    for entries in ([document("a")], [poisoned, document("b")], [document("c")]):
        index.apply(log.segment(entries))
        index.refresh()
    assert select(index, "SELECT name, seats FROM party") == [("P", None)]
    assert select(index, "SELECT count(*) FROM paper") == [(3,)]
    index.close()


def test_lone_surrogates_of_another_writer_are_read_as_escapes(tmp_path: Path) -> None:
    header = Header(SOURCE, 1, None, "h", "other", "none", TIME)
    entry = {
        "type": "record", "id": "Thing/\ud800", "state": "present", "observed_at": TIME,
        "fingerprint": digest("x"), "url": "\udfff", "media_type": "x", "raw": "[]\ud83d",
    }  # fmt: skip
    footer = {"type": "footer", "entries": 1, "checkpoint": {}}
    lines = [json.dumps(line) for line in (header.to_json(), entry, footer)]
    segment = parse_segment(canonical.pack("".join(f"{line}\n" for line in lines).encode()))
    index = Index.open(tmp_path / "index.sqlite", READERS)
    index.apply(segment)
    assert select(index, "SELECT id FROM record") == [("Thing/\\ud800",)]
    index.close()
