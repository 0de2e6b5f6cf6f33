"""A source that fails: the harvest says what, goes on elsewhere, and the next one completes."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator

Fault = dict[str, Any]

FEED: list[tuple[str, Fault]] = [
    ("500", {"fault": "error_500", "category": "Besluit"}),
    ("HTML with 200", {"fault": "html", "category": "Stemming"}),
    ("another root", {"fault": "wrong_root", "category": "Zaak"}),
    ("cut", {"fault": "cut", "category": "Document"}),
    ("cut, no length", {"fault": "cut_chunked", "category": "Document"}),
    ("half a text", {"fault": "truncated", "category": "Persoon"}),
    ("reset", {"fault": "reset", "category": "Fractie"}),
    ("too slow", {"fault": "slow", "category": "Zaak", "delay_s": 20}),
    ("429 for long", {"fault": "too_many", "category": "ZaakActor", "retry_after_s": 5000}),
]
PASSING: list[tuple[str, Fault]] = [
    ("slow", {"fault": "slow", "delay_s": 1}),
    ("429 once", {"fault": "too_many", "count": 3, "retry_after_s": 1}),
    ("500 once", {"fault": "error_500", "count": 2}),
    ("reset once", {"fault": "reset", "count": 2}),
    ("cut once", {"fault": "cut", "count": 2}),
]
FILES: list[tuple[str, Fault]] = [
    ("404", {"fault": "not_found"}),
    ("500", {"fault": "error_500"}),
    ("cut", {"fault": "cut"}),
    ("reset", {"fault": "reset"}),
    ("HTML with 200", {"fault": "html"}),
]


def value(griffie: Griffie, sql: str) -> Any:
    connection = sqlite3.connect(griffie.index)
    try:
        return connection.execute(sql).fetchone()[0]
    finally:
        connection.close()


def retry_files_now(griffie: Griffie) -> None:
    """Let the wait of files that failed be over."""
    connection = sqlite3.connect(griffie.index)
    with connection:
        connection.execute("UPDATE fetch SET next_attempt_at = NULL WHERE error IS NOT NULL")
    connection.close()


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "5", "--size", "0.25", "--tidy") as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, source: Simulator) -> Griffie:
    griffie = Griffie.at(tmp_path_factory.mktemp("undisturbed"), source)
    griffie.harvest()
    return griffie


@pytest.fixture
def healed(source: Simulator) -> Iterator[Simulator]:
    yield source
    source.heal()


@pytest.fixture
def fresh(tmp_path: Path, source: Simulator) -> Griffie:
    return Griffie.at(tmp_path / "griffie", source, timeout_s=2)


def _some(faults: list[tuple[str, Fault]]) -> list[Any]:
    """Name the faults; all but the first two are tried with `--long` only."""
    return [
        pytest.param(fault, id=name, marks=[pytest.mark.long] if place > 1 else [])
        for place, (name, fault) in enumerate(faults)
    ]


@pytest.mark.parametrize("fault", _some(FEED))
def test_one_category_fails_and_the_others_go_on(
    undisturbed: Griffie, healed: Simulator, fresh: Griffie, fault: Fault
) -> None:
    healed.fault(**fault)
    summary = fresh.harvest(code=3)
    assert summary["outcome"] == "incomplete"
    failed = value(fresh, f"SELECT count(*) FROM failure WHERE category = '{fault['category']}'")
    assert failed > 0
    assert value(fresh, "SELECT count(*) FROM failure WHERE url LIKE 'http%'") > 0
    assert value(fresh, "SELECT count(*) FROM agenda_item") == value(
        undisturbed, "SELECT count(*) FROM agenda_item"
    )
    healed.heal()
    retry_files_now(fresh)
    assert fresh.harvest()["outcome"] == "complete"
    assert differences(undisturbed, fresh) == []


@pytest.mark.parametrize("fault", _some(PASSING))
def test_what_passes_is_waited_for(
    undisturbed: Griffie, healed: Simulator, fresh: Griffie, fault: Fault
) -> None:
    healed.fault(**fault)
    assert fresh.harvest()["outcome"] == "complete"
    assert differences(undisturbed, fresh) == []


@pytest.mark.parametrize("fault", _some(FILES))
def test_files_that_fail_are_tried_again(
    undisturbed: Griffie, healed: Simulator, fresh: Griffie, fault: Fault
) -> None:
    healed.fault(target="resources", **fault)
    summary = fresh.harvest(code=3)
    assert summary["files"].keys() == {"failed"}
    assert value(fresh, "SELECT count(*) FROM paper") == value(
        undisturbed, "SELECT count(*) FROM paper"
    )
    assert value(fresh, "SELECT count(*) FROM file") == 0
    # They are not asked for again at once: that would be no help to a source in trouble.
    assert fresh.harvest(code=3)["files"] == {}
    healed.heal()
    retry_files_now(fresh)
    assert fresh.harvest()["outcome"] == "complete"
    ours, theirs = (
        [value(each, f"SELECT {what} FROM paper") for what in ("count(sha256)", "max(sha256)")]
        for each in (fresh, undisturbed)
    )
    assert ours == theirs
    fresh.run("verify")


def test_files_without_validators_are_compared_by_their_bytes(
    undisturbed: Griffie, healed: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(
        tmp_path / "griffie", healed, extra="\n[files]\nrecheck_every_h = 0.000001\n"
    )
    healed.fault(fault="no_validators")
    griffie.harvest()
    segments = griffie.segments()
    summary = griffie.harvest()
    assert summary["files"].keys() <= {"fetched", "unchanged"}
    assert griffie.segments() == segments
    assert differences(undisturbed, griffie) == []


@pytest.mark.long
def test_a_stale_feed_shows_nothing_new_and_loses_nothing(tmp_path: Path) -> None:
    with running_simulator("--seed", "6", "--size", "0.2", "--tidy") as simulator:
        griffie = Griffie.at(tmp_path / "griffie", simulator)
        griffie.harvest()
        simulator.fault(fault="stale")
        simulator.advance(3)
        assert griffie.harvest()["segments"] == 0
        simulator.heal()
        assert griffie.harvest()["segments"] > 0
        other = Griffie.at(tmp_path / "other", simulator)
        other.harvest()
        there, here = (
            value(each, "SELECT group_concat(number) FROM (SELECT number FROM paper ORDER BY 1)")
            for each in (other, griffie)
        )
        # Whoever comes late never sees what was withdrawn before; nothing else differs.
        assert set(there.split(",")) <= set(here.split(","))
