"""A date that cannot be is kept as it came, and orders nothing; feeds go by what became known."""

import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.entries import Entry
from harvester.index import Index
from harvester.index.apply import read_segment
from harvester.search.relax import Reading
from harvester.site.queries import dossiers, search
from harvester.site.queries.matches import matching
from harvester.source import domain
from harvester.source.likely import is_likely
from tests.unit.index.makers import LATER, READERS, TIME, Log, document, filled, select

DAYS = {"far": "5008-05-05", "next": "2027-12-31", "zero": "0001-01-01", "none": None,
        "real": "2026-11-20"}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    entries: list[Entry] = [
        document(
            name, domain.StatedDossier(1, "36901", "Windmolens"), published_on=day,
            subject=f"Windmolens {name}",
        )
        for name, day in DAYS.items()
    ]  # fmt: skip
    late = replace(
        document("late", published_on="2026-10-01", subject="Windmolens"), observed_at=LATER
    )
    path = tmp_path_factory.mktemp("days") / "index.sqlite"
    return filled(path, entries, [late])


def test_unlikely_dates_are_kept_and_told(tmp_path: Path) -> None:
    entries = [document(name, published_on=day) for name, day in DAYS.items()]
    index = Index.open(tmp_path / "index.sqlite", READERS)
    applied = index.apply_read(read_segment(Log().segment(entries), READERS))
    assert applied.unknown == {"Document.published_on is unlikely": 3}
    index.refresh()
    kept = dict(
        select(
            index,
            "SELECT substr(r.id, 7), published_on FROM paper AS p "
            "JOIN record AS r ON r.key = p.document_key",
        )
    )
    assert kept == DAYS
    index.close()


def test_unlikely_dates_make_no_year_and_head_nothing(index: Index) -> None:
    connection = index.connection
    matches = matching(connection, Reading("windmolens"), {})
    assert [year for year, _ in search.count(matches).facets["year"]] == ["2026"]
    days = select(index, "SELECT DISTINCT published_on FROM paper_facet ORDER BY 1")
    assert days == [("2026-10-01",), ("2026-11-20",), (TIME[:10],)]


def test_a_feed_begins_with_what_became_known_last(index: Index) -> None:
    connection = index.connection
    matches = matching(connection, Reading("windmolens"), {})
    subjects = [row["subject"] for row in search.find(connection, matches, "known", 2)]
    assert subjects[0] == "Windmolens"


def test_unlikely_dates_do_not_span_a_dossier(index: Index) -> None:
    found = dossiers.dossier(index.connection, "36901")
    assert found is not None
    assert (found["first"], found["last"]) == ("2026-11-20", "2026-11-20")
    assert found["papers"] == len(DAYS)


@given(day=st.dates(), told=st.dates())
def test_the_view_and_the_report_have_one_rule(day: date, told: date) -> None:
    connection = sqlite3.connect(":memory:")
    [(in_sql,)] = connection.execute(
        "SELECT :day >= '1200-01-01' AND :day <= date(:told, '+31 days')",
        {"day": day.isoformat(), "told": f"{told}T12:00:00.000Z"},
    )
    connection.close()
    if told <= date.max - timedelta(days=31):
        assert bool(in_sql) == is_likely(day.isoformat(), f"{told}T12:00:00.000Z")
