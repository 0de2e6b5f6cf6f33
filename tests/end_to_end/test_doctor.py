"""`griffie doctor SOURCE` holds a running source against its guide, and keeps its answers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.end_to_end.processes import Griffie, Simulator, running_simulator
from tests.end_to_end.sites import PRINTER

SOURCES = ("tweedekamer", "officielepublicaties", "openoverheid")
SETTINGS = PRINTER + '\n[sources.openoverheid]\nurl = "{url}"\ndelay_s = 0\n'


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    # Changes of the last days are asked for: its days must be ours.
    today = datetime.now(UTC).date().isoformat()
    with running_simulator("--seed", "9", "--size", "0.5", "--tidy", "--today", today) as running:
        yield running


@pytest.fixture
def griffie(tmp_path: Path, simulator: Simulator) -> Iterator[Griffie]:
    simulator.heal()
    yield Griffie.at(tmp_path, simulator, extra=SETTINGS.format(url=simulator.url))
    simulator.heal()


def examined(griffie: Griffie, source: str, code: int) -> str:
    return griffie.run("doctor", source, "--captures", "answers", code=code).stdout.decode()


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_as_its_guide_says_is_as_expected(griffie: Griffie, source: str) -> None:
    said = examined(griffie, source, 0)
    assert "0 are new" in said
    kept = sorted(path.name for path in (griffie.folder / "answers").glob("*.about.json"))
    assert len(kept) >= 10
    for name in kept:
        about = json.loads((griffie.folder / "answers" / name).read_text())
        assert about["found"], name
        assert "set-cookie" not in about["headers"]
    bodies = {path.name.split(".")[0] for path in (griffie.folder / "answers").glob("*.body.*")}
    assert len(bodies) >= 8


@pytest.mark.parametrize(
    ("source", "fault", "told"),
    [
        ("openoverheid", {"fault": "unauthorized"}, "status 401 instead of 200"),
        ("openoverheid", {"fault": "empty"}, "an empty body"),
        ("openoverheid", {"fault": "html", "target": "portal"}, "not in the known form"),
        ("officielepublicaties", {"fault": "error_503", "target": "sru"}, "status 503"),
        ("officielepublicaties", {"fault": "diagnostic"}, "General system error"),
        ("tweedekamer", {"fault": "wrong_root"}, "not in the known form"),
        ("tweedekamer", {"fault": "reset"}, "no answer"),
    ],
)
def test_changed_forms_are_told_with_what_they_mean(
    griffie: Griffie, simulator: Simulator, source: str, fault: dict[str, str], told: str
) -> None:
    simulator.fault(**fault)
    said = examined(griffie, source, 3)
    assert told in said
    assert "which means:" in said


def test_answers_are_not_mixed_with_what_is_there(griffie: Griffie) -> None:
    (griffie.folder / "answers").mkdir()
    (griffie.folder / "answers" / "mine").touch()
    assert (
        "is not empty"
        in griffie.run("doctor", "openoverheid", "--captures", "answers", code=2).stderr.decode()
    )


def test_a_source_that_does_not_exist_is_refused(griffie: Griffie) -> None:
    assert "there is no source" in griffie.refused("doctor", "openoverheit")
    assert "name the source" in griffie.refused("doctor", "--captures", "x")
