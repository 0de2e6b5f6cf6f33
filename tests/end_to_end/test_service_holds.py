"""A source withdraws most of what it has: nobody sees that before a person has decided."""

import json
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import harvester.harvest.journal
from harvester.cli import main
from harvester.index import compare
from tests.end_to_end.processes import Griffie, Simulator
from tests.end_to_end.services import current_papers, wait_for

OUTSIDE = {"segment", "hold", "held_record", "cursor", "harvest", "failure", "fetch"}
"""Tables that tell of the log and of harvests, not of papers."""


def in_steps() -> None:
    """Run a griffie that writes a segment for each page with news."""
    harvester.harvest.journal.MOST_ENTRIES = 1
    main()


@contextmanager
def broken_source() -> Iterator[Simulator]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.end_to_end.broken_source"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": "."},
    )
    assert process.stdout is not None
    try:
        yield Simulator(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def post(source: Simulator, what: str) -> None:
    url = f"{source.url}/-/simulator/{what}"
    with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=60):
        pass


def status(griffie: Griffie) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(griffie.run("status", "--json").stdout)
    return said


def there(griffie: Griffie) -> int:
    """Count the papers that the source has not withdrawn."""
    counts = status(griffie)["papers"]
    return int(sum(counts[kind] for kind in ("letter", "motion", "annex")) - counts["withdrawn"])


def test_an_implausible_harvest_waits_for_a_decision(tmp_path: Path) -> None:
    with broken_source() as source:
        griffie = Griffie.at(tmp_path / "griffie", source, extra="[alarm]\nleast_free_bytes = 0\n")
        griffie.harvest()
        before = griffie.index.read_bytes()
        served = tmp_path / "served.sqlite"
        served.write_bytes(before)
        papers = status(griffie)["papers"]
        post(source, "break")
        # Held: logged, told, and without effect.
        said = griffie.harvest(code=3)
        assert said["outcome"] == "held"
        assert "withdrawn" in said["held"][0]
        held = status(griffie)
        assert [c["kind"] for c in held["conditions"]] == ["held"]
        assert held["papers"] == papers
        assert {d.table for d in compare(griffie.index, served)} == {
            "segment", "hold", "held_record"
        }  # fmt: skip
        griffie.run("rebuild", "--check")
        # Nothing else runs before a decision.
        assert b"is held" in griffie.run("harvest", "tweedekamer", code=3).stderr
        harvest = said["harvest"]
        report = json.loads(griffie.run("report", harvest, "--json").stdout)
        assert (report["verdict"], report["outcome"]) == ("held", "held")
        griffie.run("release", "20261124T000000Z-tweedekamer-0000", "--reason", "x", code=2)
        griffie.run("discard", harvest, "--reason", "the source is broken")
        assert status(griffie)["conditions"] == []
        # The source is mended, and lives on: its news come in, nothing is lost.
        post(source, "mend")
        source.advance()
        assert griffie.harvest()["outcome"] == "complete"
        undisturbed = Griffie.at(tmp_path / "undisturbed", source)
        undisturbed.harvest()
        assert there(griffie) == there(undisturbed)
        # Broken once more; this time it is meant.
        post(source, "break")
        harvest = griffie.harvest(code=3)["harvest"]
        griffie.run("release", harvest, "--reason", "the chamber was dissolved")
        assert status(griffie)["papers"]["withdrawn"] > papers["withdrawn"]
        assert griffie.harvest()["outcome"] == "complete"
        griffie.run("rebuild", "--check")


def served(griffie: Griffie) -> dict[str, set[tuple[Any, ...]]]:
    """Return every row of every table that is served."""
    connection = sqlite3.connect(griffie.index)
    try:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {
            name: set(connection.execute(f"SELECT * FROM [{name}]"))
            for (name,) in tables.fetchall()
            if name not in OUTSIDE
        }
    finally:
        connection.close()


@pytest.mark.long
def test_nothing_is_served_of_a_held_walk_of_many_segments(tmp_path: Path) -> None:
    with broken_source() as source:
        griffie = replace(Griffie.at(tmp_path / "griffie", source), program=f"{__name__}:in_steps")
        griffie.harvest()
        before, count = served(griffie), len(griffie.segments())
        # First a day as any other, then most of what there is goes.
        source.advance()
        post(source, "break")
        source.fault(fault="slow", target="feed", delay_s=0.3)
        died = griffie.start("harvest", "tweedekamer")
        wait_for(lambda: len(griffie.segments()) > count + 1)
        died.send_signal(signal.SIGKILL)
        died.communicate()
        assert served(griffie) == before
        stopped = griffie.start("harvest", "tweedekamer")
        written = len(griffie.segments())
        wait_for(lambda: len(griffie.segments()) > written)
        stopped.send_signal(signal.SIGTERM)
        stopped.communicate(timeout=60)
        source.heal()
        assert stopped.returncode == 3
        assert served(griffie) == before
        assert [c["kind"] for c in status(griffie)["conditions"] if c["kind"] == "held"] == []
        said = griffie.harvest(code=3)
        assert said["outcome"] == "held"
        assert said["withdrawn"] > 100
        assert served(griffie) == before
        griffie.run("rebuild", "--check")
        griffie.run("discard", said["harvest"], "--reason", "the source is broken")
        assert served(griffie) == before
        # The same once more; this time it is meant.
        harvest = griffie.harvest(code=3)["harvest"]
        assert served(griffie) == before
        griffie.run("release", harvest, "--reason", "the chamber was dissolved")
        assert griffie.harvest()["outcome"] == "complete"
        griffie.run("rebuild", "--check")
        undisturbed = Griffie.at(tmp_path / "undisturbed", source)
        undisturbed.harvest()
        assert current_papers(griffie) == current_papers(undisturbed)


@pytest.mark.long
def test_far_more_than_such_days_bring_is_held(tmp_path: Path) -> None:
    usual = '[schedule]\ntime_zone = "UTC"\n[expect]\nnever_held = 5\nmost_new_times = 2\n'
    with broken_source() as source:
        griffie = Griffie.at(tmp_path / "griffie", source, extra=usual)
        said = griffie.harvest()
        first = json.loads(griffie.run("report", said["harvest"], "--json").stdout)
        assert (first["walk"], first["parts"]) == ("first", ["metadata", "files", "recheck"])
        source.advance()
        assert griffie.harvest()["outcome"] == "complete"
        weeks_go_by(griffie, new=3)
        before = served(griffie)
        source.advance(3)
        said = griffie.harvest(code=3)
        assert "brought at most 3 in 8 weeks; at most 2 times that is plausible" in said["held"][0]
        assert said["held"][0].startswith(f"new: {said['new']:,} records; such days (")
        assert served(griffie) == before
        [known] = status(griffie)["sources"]
        assert {known["usual"][kind]["most"] for kind in known["usual"]} == {3}
        assert known["waiting"]["new"] == said["new"]
        assert b"not served yet" in griffie.run("status").stdout


def weeks_go_by(griffie: Griffie, new: int) -> None:
    """Put eight weeks of walks into the ledger, one a day up to yesterday, and one now."""
    connection = sqlite3.connect(griffie.index)
    [(newest,)] = connection.execute("SELECT report FROM harvest ORDER BY started_at DESC LIMIT 1")
    report = json.loads(newest)
    connection.execute("DELETE FROM harvest")
    moment = datetime.now(UTC)
    for days in range(57):
        at = (moment - timedelta(days=days)).isoformat(timespec="milliseconds")[:23] + "Z"
        report |= {"ended_at": at, "walk": "ended", "changes": {"new": new if days else 0}}
        connection.execute(
            "INSERT INTO harvest VALUES (?, 'tweedekamer', ?, ?, 'complete', NULL, ?)",
            (f"h{days}", at, at, json.dumps(report)),
        )
    connection.commit()
    connection.close()
