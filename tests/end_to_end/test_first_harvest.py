"""What an archive holds after a harvest is what the parliament published; then it lives on."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.processes import Griffie, Simulator, running_simulator

Truth = list[dict[str, Any]]


def rows(griffie: Griffie, sql: str, *values: object) -> list[dict[str, Any]]:
    connection = sqlite3.connect(griffie.index)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql, values)]
    finally:
        connection.close()


def papers(griffie: Griffie) -> dict[str, dict[str, Any]]:
    return {row["number"]: row for row in rows(griffie, "SELECT * FROM paper")}


def found(griffie: Griffie, word: str) -> list[str]:
    sql = "SELECT number FROM paper_fts JOIN paper ON key = paper_fts.rowid WHERE paper_fts MATCH ?"
    return [row["number"] for row in rows(griffie, sql, f'text: "{word}"')]


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "11", "--size", "0.5") as running:
        yield running


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, source: Simulator) -> tuple[Griffie, Truth]:
    """A first harvest, and what was true then; the tests after it only read."""
    griffie = Griffie.at(tmp_path_factory.mktemp("first"), source)
    griffie.harvest(code=None)
    return griffie, source.state()["papers"]


def test_every_paper_is_there_as_it_was_published(first: tuple[Griffie, Truth]) -> None:
    griffie, truth = first
    there = papers(griffie)
    assert sorted(there) == sorted(paper["number"] for paper in truth)
    for paper in truth:
        row = there[paper["number"]]
        assert row["id"] == (paper["kst"] or paper["number"])
        assert row["publication_id"] == paper["kst"]
        assert (row["kind"], row["soort"]) == (paper["kind"], paper["soort"])
        assert (row["subject"], row["published_on"]) == (paper["subject"], paper["date"])
        assert row["version"] == 1
        assert paper["kind"] == "annex" or row["case_number"] == paper["case"]
        assert row["is_withdrawn"] == paper["withdrawn"]


def test_motions_have_advice_outcome_and_votes(first: tuple[Griffie, Truth]) -> None:
    griffie, truth = first
    there = papers(griffie)
    motions = [paper for paper in truth if paper["kind"] == "motion"]
    assert sum(paper["votes"] is not None for paper in motions) > 20
    for paper in motions:
        row = there[paper["number"]]
        assert row["appraisal"] == paper["appraisal"]
        assert row["outcome"] == paper["outcome"], paper["number"]
        assert row["decision_soort"] == paper["decision"], paper["number"]
        assert row["voting_method"] == paper["voting_method"], paper["number"]
        if paper["votes"]:
            for choice, seats in paper["votes"].items():
                assert row[f"votes_{choice}"] == seats, paper["number"]
            assert row["tally_agrees"] == 1


def test_people_and_their_parts_are_kept(first: tuple[Griffie, Truth]) -> None:
    griffie, truth = first
    there = papers(griffie)
    for paper in truth:
        people = (there[paper["number"]]["people"] or "").split(", ")
        # An annex is signed by nobody; the case that it shares with its letter has people.
        assert paper["kind"] == "annex" or len(people) == len(paper["signed_by"])
        for surname in paper["signed_by"]:
            assert any(name.endswith(surname) for name in people), paper["number"]


def test_files_are_what_the_source_serves(
    first: tuple[Griffie, Truth], source: Simulator, tmp_path: Path
) -> None:
    griffie, truth = first
    there = papers(griffie)
    missing = {p["number"] for p in truth if p["file"]["status"] != 200}
    assert {number for number, row in there.items() if row["sha256"] is None} == missing
    assert missing
    served = [paper for paper in truth if paper["number"] not in missing]
    for paper in served:
        row = there[paper["number"]]
        assert row["media_type"] == paper["file"]["served_media_type"]
        assert row["sha256"] == hashlib.sha256(source.file(paper["id"])).hexdigest()
    for paper in served[::20]:
        target = tmp_path / paper["number"]
        said = griffie.run("get", paper["number"], "-o", str(target)).stderr.decode()
        assert target.read_bytes() == source.file(paper["id"])
        assert str(there[paper["number"]]["sha256"]) in said


def test_a_word_broken_over_two_lines_is_found_whole(first: tuple[Griffie, Truth]) -> None:
    griffie, truth = first
    broken = [p for p in truth if p["is_hyphenated"] and p["file"]["status"] == 200]
    assert len(broken) > 30
    for paper in broken:
        assert found(griffie, paper["word"]) == [paper["number"]]


def test_what_the_source_declares_wrongly_is_kept_and_marked(
    first: tuple[Griffie, Truth],
) -> None:
    griffie, truth = first
    wrong = {
        p["number"] for p in truth if p["file"]["has_wrong_length"] and p["file"]["status"] == 200
    }
    marked = rows(
        griffie,
        "SELECT DISTINCT p.number FROM file AS f JOIN paper AS p ON p.id = f.paper "
        "WHERE f.declared_size_bytes <> f.size_bytes OR f.declared_media_type <> f.media_type",
    )
    assert {row["number"] for row in marked} == wrong
    assert wrong


def test_verify_status_and_rebuild_agree(first: tuple[Griffie, Truth]) -> None:
    griffie, truth = first
    griffie.run("verify")
    griffie.run("rebuild", "--check")
    status = json.loads(griffie.run("status", "--json").stdout)
    kinds = [paper["kind"] for paper in truth]
    assert {kind: status["papers"][kind] for kind in set(kinds)} == {
        kind: kinds.count(kind) for kind in set(kinds)
    }
    assert status["sources"][0]["source"] == "tweedekamer"
    # Read by a program, tables are whole: this name is what `griffie report` takes.
    last = status["sources"][0]["last_harvest"]
    assert last in griffie.run("report").stdout.decode()
    assert last in griffie.run("status").stdout.decode()


def test_what_did_not_change_is_not_written_again(simulator: Simulator, griffie: Griffie) -> None:
    griffie.harvest(code=None)
    segments = griffie.segments()
    versions = rows(griffie, "SELECT * FROM paper_version")
    griffie.harvest(code=None)
    simulator.republish()
    summary = griffie.harvest(code=None)
    assert summary["seen"] > 500
    assert summary["segments"] == 0
    assert griffie.segments() == segments
    assert rows(griffie, "SELECT * FROM paper_version") == versions
    # The walk has moved past the re-publication all the same.
    assert griffie.harvest(code=None)["seen"] == 0


def test_changed_and_withdrawn_papers_keep_every_version(
    simulator: Simulator, griffie: Griffie, tmp_path: Path
) -> None:
    griffie.harvest(code=None)
    for _ in range(3):
        simulator.advance(2)
        griffie.harvest(code=None)
    truth = simulator.state()["papers"]
    there = papers(griffie)
    assert sorted(there) == sorted(paper["number"] for paper in truth)
    for paper in truth:
        row = there[paper["number"]]
        assert row["is_withdrawn"] == paper["withdrawn"]
        # Bytes that come after their metadata are that version's file, not another version.
        most = paper["versions"] + paper["silent_file_changes"]
        assert paper["versions"] <= row["version"] <= most, paper["number"]
        assert row["id"] == (paper["kst"] or paper["number"]), paper["number"]
        names = rows(griffie, "SELECT alias FROM paper_alias WHERE paper = ?", row["id"])
        assert {*paper["earlier_kst"], paper["number"]} <= {name["alias"] for name in names}
    withdrawn = [p for p in truth if p["withdrawn"] and p["file"]["status"] == 200]
    changed = [p for p in truth if p["earlier_words"] and not p["withdrawn"]]
    assert withdrawn
    assert changed
    for paper in changed:
        assert found(griffie, paper["word"]) == [paper["number"]]
        assert not found(griffie, paper["earlier_words"][0])
        for version in ("1", "2"):
            griffie.run("get", paper["number"], "--version", version, "-o", str(tmp_path / version))
        assert (tmp_path / "1").read_bytes() != (tmp_path / "2").read_bytes()
    for paper in withdrawn:
        assert found(griffie, paper["word"]) == [paper["number"]]
        griffie.run("get", paper["number"], "-o", str(tmp_path / "w"))
        assert there[paper["number"]]["people"]
    griffie.run("verify")
    griffie.run("rebuild", "--check")


def test_since_a_date_only_later_papers_are_fetched(simulator: Simulator, griffie: Griffie) -> None:
    truth = simulator.state()["papers"]
    dates = sorted(paper["date"] for paper in truth)
    day = dates[len(dates) * 3 // 4]
    summary = griffie.harvest("--since", day, code=None)
    there = papers(griffie)
    late = {p["number"] for p in truth if p["date"] > day}
    assert late <= set(there)
    assert len(there) < len(truth) * 0.6
    assert summary["failures"] < 20
    # A later harvest goes on from there and does not fetch the past.
    assert griffie.harvest(code=None)["seen"] == 0
