"""The whole way with real rows: `pytest --corpus=DIR -m corpus`."""

import gzip
import json
import random
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvester.snapshot.formats import decompress
from tests.contract.servers import ENVIRONMENT
from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator
from tests.end_to_end.test_followers import follower, unlike, web

pytestmark = pytest.mark.corpus

OUTCOMES = {
    "Stemmen - aangenomen": "adopted",
    "Stemmen - verworpen": "rejected",
    "Stemmen - gestaakt": "tied",
    "Stemmen - uitstellen": "postponed",
    "Stemmen - aangehouden": "held",
}
KILLS = 50
FAULTS: list[dict[str, Any]] = [
    {"fault": "error_500", "category": "Besluit"},
    {"fault": "html", "category": "Stemming"},
    {"fault": "wrong_root", "category": "Zaak"},
    {"fault": "cut", "category": "Document"},
    {"fault": "cut_chunked", "category": "Document"},
    {"fault": "truncated", "category": "Persoon"},
    {"fault": "reset", "category": "Fractie"},
    {"fault": "slow", "category": "Zaak", "delay_s": 30},
    {"fault": "too_many", "category": "Kamerstukdossier", "retry_after_s": 1000},
]


def rows(corpus: Path, category: str) -> Iterator[dict[str, Any]]:
    with gzip.open(corpus / f"{category}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def query(griffie: Griffie, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(griffie.index)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def source(corpus_dir: Path) -> Iterator[Simulator]:
    with running_simulator("--corpus", str(corpus_dir)) as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, source: Simulator) -> Griffie:
    griffie = Griffie.at(tmp_path_factory.mktemp("undisturbed"), source)
    assert griffie.harvest()["outcome"] == "complete"
    return griffie


def test_every_paper_vote_and_file_is_there(undisturbed: Griffie, corpus_dir: Path) -> None:
    numbers = sorted(row["DocumentNummer"] for row in rows(corpus_dir, "Document"))
    assert [n for (n,) in query(undisturbed, "SELECT number FROM paper ORDER BY 1")] == numbers
    votes = sum(1 for _ in rows(corpus_dir, "Stemming"))
    assert query(undisturbed, "SELECT count(*) FROM vote") == [(votes,)]
    assert query(undisturbed, "SELECT count(*) FROM paper WHERE sha256 IS NULL") == [(0,)]
    assert query(undisturbed, "SELECT count(*) FROM text WHERE status <> 'ok'") == [(0,)]


def test_each_outcome_is_that_of_its_decision(undisturbed: Griffie, corpus_dir: Path) -> None:
    decided: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows(corpus_dir, "Besluit"):
        for case in row["Zaak_Ids"]:
            decided[case].add(OUTCOMES[row["BesluitSoort"]])
    found = dict(query(undisturbed, "SELECT number, outcome FROM paper"))
    for row in rows(corpus_dir, "Document"):
        if not row["Soort"].startswith("Motie"):
            continue
        outcomes = {outcome for case in row["Zaak_Ids"] for outcome in decided[case]}
        expected: set[str | None] = {*outcomes} or {None}
        assert found[row["DocumentNummer"]] in expected, row["DocumentNummer"]


def test_what_is_there_already_is_not_written_again(
    undisturbed: Griffie, source: Simulator
) -> None:
    segments = undisturbed.segments()
    assert undisturbed.harvest()["segments"] == 0
    source.republish()
    summary = undisturbed.harvest()
    assert summary["segments"] == 0
    assert summary["seen"] > 60_000
    assert undisturbed.segments() == segments
    assert query(undisturbed, "SELECT max(version) FROM paper_version") == [(1,)]


def test_the_archive_is_whole_and_the_index_follows_from_it(undisturbed: Griffie) -> None:
    undisturbed.run("verify")
    undisturbed.run("rebuild", "--check")


@pytest.mark.parametrize("kind", ["moto", "ceph"])
def test_through_each_store_the_index_is_the_same(
    undisturbed: Griffie,
    source: Simulator,
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    server = request.getfixturevalue(kind)
    url = getattr(server, "url", server)
    griffie = Griffie.in_bucket(tmp_path / "there", source, url, "corpus")
    assert griffie.harvest()["outcome"] == "complete"
    assert differences(undisturbed, griffie) == []
    griffie.run("verify")


def test_snapshot_followers_and_rebuild_agree(undisturbed: Griffie, tmp_path: Path) -> None:
    origin = Griffie(tmp_path / "origin")
    shutil.copytree(undisturbed.folder, origin.folder)
    origin.run("snapshot", "create", "--name", "all")
    snapshot = tmp_path / "snapshot.sqlite"
    with (origin.archive / "snapshots" / "all" / "index.sqlite.zst").open("rb") as packed:
        decompress(packed, snapshot)
    rebuilt = tmp_path / "rebuilt.sqlite"
    origin.run("rebuild", "--as-of", origin.last_written(), "-o", str(rebuilt))
    here, there, synced = (follower(tmp_path / name) for name in ("here", "there", "synced"))
    here.run("follow", str(origin.archive), "--once")
    with web(origin.archive) as url:
        there.run("follow", url, "--files", "none", "--once")
        synced.run("sync", url, "--files", "none")
    for index in (snapshot, rebuilt, here.index, there.index, synced.index):
        assert unlike(undisturbed.index, index) == []
    origin.run("verify")
    here.run("verify")


def test_fifty_kills_leave_nothing_out(
    undisturbed: Griffie, source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "killed", source)
    dice = random.Random(50)
    killed = sum(griffie.harvest_killed_after(dice.uniform(0.4, 6)) < 0 for _ in range(KILLS))
    assert killed > KILLS / 4
    assert griffie.harvest()["outcome"] == "complete"
    assert differences(undisturbed, griffie) == []
    griffie.run("verify")


def test_after_each_fault_the_next_harvest_completes(
    undisturbed: Griffie, source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "faults", source)
    for fault in FAULTS:
        source.fault(**fault)
    assert griffie.harvest(code=3)["outcome"] == "incomplete"
    source.heal()
    for kind in ("cut", "reset", "error_500", "not_found", "html"):
        source.fault(fault=kind, target="resources", count=300)
    assert griffie.harvest(code=3)["outcome"] == "incomplete"
    source.heal()
    # What failed waits before it is tried again; a test does not.
    connection = sqlite3.connect(griffie.index)
    with connection:
        connection.execute("UPDATE fetch SET next_attempt_at = NULL, error = NULL")
    connection.close()
    assert griffie.harvest()["outcome"] == "complete"
    assert query(griffie, "SELECT count(*) FROM paper WHERE sha256 IS NULL") == [(0,)]
    ours, theirs = (
        query(each, "SELECT id, sha256, outcome, people FROM paper ORDER BY id")
        for each in (griffie, undisturbed)
    )
    assert ours == theirs
