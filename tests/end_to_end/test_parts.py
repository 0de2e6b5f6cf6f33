"""A harvest in parts: each at its own times brings what a whole one brings."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator

RECHECKS = """
[files]
recheck_days = 3650
recheck_every_h = 0.0000001
[alarm]
least_free_bytes = 0
"""
IN_PARTS = """
[schedule]
verify = ""
[schedule.sources.tweedekamer]
harvest = ""
metadata = "@yearly"
files = "@yearly"
recheck = "@yearly"
reconcile = "@yearly"
"""


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "5", "--size", "0.15", "--tidy") as running:
        yield running


def report(griffie: Griffie, *only: str, code: int = 0) -> dict[str, Any]:
    """Harvest these parts and return the report."""
    said = griffie.harvest(*(word for part in only for word in ("--only", part)), code=code)
    made: dict[str, Any] = json.loads(griffie.run("report", said["harvest"], "--json").stdout)
    return made


def ledger(griffie: Griffie) -> list[str]:
    connection = sqlite3.connect(griffie.index)
    rows = connection.execute("SELECT report FROM harvest ORDER BY started_at, id").fetchall()
    connection.close()
    return [" ".join(json.loads(row)["parts"]) for (row,) in rows]


@pytest.mark.long
def test_parts_one_after_another_bring_what_a_whole_harvest_brings(
    source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source, extra=RECHECKS)
    # Before the source has been walked to its end there is nothing to reconcile.
    assert b"reconcile waits" in griffie.run("harvest", "tweedekamer", "--only", "reconcile").stderr
    assert not griffie.segments()
    walked = report(griffie, "metadata")
    assert (walked["parts"], walked["walk"]) == (["metadata"], "first")
    assert walked["seen"]
    assert not walked["files"]
    assert walked["backlog"] > 0
    fetched = report(griffie, "files")
    assert (fetched["parts"], fetched["walk"], fetched["seen"]) == (["files"], None, {})
    assert fetched["files"] == {"fetched": walked["backlog"]}
    assert fetched["texts"]
    assert fetched["backlog"] == 0
    assert report(griffie, "files")["files"] == {}
    again = report(griffie, "recheck")
    assert (again["parts"], again["walk"]) == (["recheck"], None)
    assert sum(again["files"].values()) == walked["backlog"]
    reconciled = report(griffie, "reconcile")
    assert (reconciled["parts"], reconciled["walk"]) == (["reconcile"], "ended")
    assert reconciled["since"] < reconciled["started_at"]
    assert reconciled["seen"]
    assert reconciled["changes"] == {}
    undisturbed = Griffie.at(tmp_path / "undisturbed", source)
    assert report(undisturbed)["parts"] == ["metadata", "files", "recheck"]
    assert differences(griffie, undisturbed) == []
    # What only fetched files is no sign that the source was looked at.
    [known] = json.loads(griffie.run("status", "--json").stdout)["sources"]
    assert known["last_complete_at"] == reconciled["ended_at"]
    report(griffie, "files")
    [known] = json.loads(griffie.run("status", "--json").stdout)["sources"]
    assert known["last_complete_at"] == reconciled["ended_at"]


def test_what_is_due_of_the_parts_is_done_in_order_and_once(
    source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source, extra=RECHECKS + IN_PARTS)
    griffie.run("harvest", "--all", "--due")
    assert ledger(griffie) == ["metadata", "files", "recheck", "reconcile"]
    griffie.run("harvest", "--all", "--due")
    assert len(ledger(griffie)) == 4


def test_what_does_not_go_together_is_refused(source: Simulator, tmp_path: Path) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source)
    for arguments in (
        ("tweedekamer", "--only", "texts"),
        ("tweedekamer", "--only", "files", "--since", "2026-01-01"),
        ("--all", "--due", "--only", "files"),
    ):
        griffie.run("harvest", *arguments, code=2)
