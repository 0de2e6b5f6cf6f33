"""Official publications, harvested from the simulator's search by real processes."""

import gzip
import json
import random
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spiders.netherlands.reading import identifiers
from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator

BARE = "substr(r.id, instr(r.id, '/') + 1)"
"""The id of a record `r` without its category."""

SOURCE = "officielepublicaties"
SETTINGS = """
[files]
kinds = []

[sources.officielepublicaties]
sru_url = "{url}/sru"
page_records = 8
window_records = 60
reconcile_days = 0
confirm_after_h = 0
delay_s = 0
"""


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "6", "--size", "0.6", "--wall", "40") as running:
        yield running


def archive_at(folder: Path, source: Simulator) -> Griffie:
    """An empty archive that harvests the source's search, in small windows and pages."""
    return Griffie.at(folder, source, extra=SETTINGS.format(url=source.url))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, source: Simulator) -> Griffie:
    griffie = archive_at(tmp_path_factory.mktemp("undisturbed"), source)
    griffie.run("harvest", SOURCE)
    return griffie


def select(griffie: Griffie, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(griffie.index) as connection:
        found = connection.execute(sql).fetchall()
    connection.close()
    return found


def held(griffie: Griffie) -> set[str]:
    """The identifiers of what is not withdrawn."""
    rows = select(griffie, "SELECT id FROM record WHERE state = 'present'")
    return {id_.partition("/")[2] for (id_,) in rows}


def published(source: Simulator) -> dict[str, dict[str, Any]]:
    """What can be found now, by identifier."""
    states = ("typeset", "not typeset", "emptied")
    return {p["id"]: p for p in source.state()["publications"] if p["state"] in states}


def test_all_that_is_published_is_held_as_it_is(undisturbed: Griffie, source: Simulator) -> None:
    truth = published(source)
    assert len(truth) > 100
    assert held(undisturbed) == set(truth)
    rows = select(
        undisturbed,
        f"SELECT {BARE}, kind, title, number_in_dossier, is_provisional, "
        "coalesce(expected_id, publication_id) FROM document JOIN record AS r USING (key)",
    )
    for id_, kind, title, number, is_provisional, final_id in rows:
        told = truth[id_]
        assert (kind, title, number) == (told["kind"], told["title"], told["number"])
        assert bool(is_provisional) == (told["state"] == "not typeset" and kind != "annex")
        if len(told["dossiers"]) == 1 and kind != "annex":
            assert final_id == told["final_id"]
    labels = select(
        undisturbed,
        f"SELECT {BARE}, label FROM stated_dossier JOIN record AS r USING (key) "
        "ORDER BY 1, ordinal",
    )
    assert labels == [(id_, label) for id_ in sorted(truth) for label in truth[id_]["dossiers"]]


def test_one_is_asked_at_a_time(undisturbed: Griffie, source: Simulator) -> None:
    assert source.requests()["peak_concurrency"] == 1


def test_kills_at_any_moment_lose_nothing(
    undisturbed: Griffie, source: Simulator, tmp_path: Path
) -> None:
    griffie, dice, killed = archive_at(tmp_path / "griffie", source), random.Random(9), 0
    source.fault(fault="slow", target="sru", delay_s=0.2)
    for _ in range(4):
        process = griffie.start("harvest", SOURCE)
        try:
            process.communicate(timeout=dice.uniform(1.2, 2.4))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
    source.heal()
    assert killed >= 2
    griffie.run("harvest", SOURCE)
    assert differences(undisturbed, griffie) == []
    griffie.run("verify")


@pytest.mark.long
def test_faults_one_after_another_lose_nothing(
    undisturbed: Griffie, source: Simulator, tmp_path: Path
) -> None:
    griffie = archive_at(tmp_path / "griffie", source)
    for fault in ("diagnostic", "moving_count", "cut"):
        source.fault(fault=fault, target="sru", after=2)
        try:
            griffie.run("harvest", SOURCE, code=3)
        finally:
            source.heal()
        assert held(griffie) < held(undisturbed), fault
    griffie.run("harvest", SOURCE)
    assert differences(undisturbed, griffie) == []


def test_what_the_search_loses_for_a_day_is_not_taken_for_withdrawn(
    source: Simulator, tmp_path: Path
) -> None:
    griffie = archive_at(tmp_path / "griffie", source)
    griffie.run("harvest", SOURCE)
    source.fault(fault="missing_records", target="sru")
    try:
        griffie.run("harvest", SOURCE)
    finally:
        source.heal()
    griffie.run("harvest", SOURCE)
    assert select(griffie, "SELECT id FROM record WHERE state = 'withdrawn'") == []
    assert held(griffie) == set(published(source))


def withdrawals(griffie: Griffie) -> dict[str, str]:
    """Why records count as withdrawn, by identifier, as the log says it."""
    told: dict[str, str] = {}
    for path in griffie.segments():
        for line in gzip.decompress(path.read_bytes()).splitlines():
            entry = json.loads(line)
            if entry.get("state") == "withdrawn":
                told[entry["id"].partition("/")[2]] = entry["reason"]
    return told


def test_time_passes_and_what_is_gone_is_withdrawn(tmp_path: Path) -> None:
    with running_simulator("--seed", "6", "--size", "0.4") as source:
        griffie = archive_at(tmp_path / "griffie", source)
        griffie.run("harvest", SOURCE)
        before = held(griffie)
        for days in (2, 30):
            source.advance(days)
            griffie.run("harvest", SOURCE)
        griffie.run("harvest", SOURCE)
        truth = published(source)
    assert held(griffie) == set(truth)
    told = withdrawals(griffie)
    assert before - set(truth) <= set(told)
    became = {early: p for p in truth.values() for early in p["earlier_ids"]}
    typeset = {id_ for id_ in told if id_ in became and identifiers.is_unset(id_)}
    assert typeset
    for id_ in typeset:
        assert told[id_].startswith(f"typeset as {became[id_]['id']}; missed since ")
    assert set(told) - typeset, "nothing was withdrawn for good"
