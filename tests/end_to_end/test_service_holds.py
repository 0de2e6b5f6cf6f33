"""A source withdraws most of what it has: nobody sees that before a person has decided."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harvester.index import compare
from tests.end_to_end.processes import Griffie, Simulator


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
