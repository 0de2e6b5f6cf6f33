"""The index is read within a limit of time, and nothing else is."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from datasette.app import Datasette

from archive.archive import Archive
from harvester.index import Index
from harvester.site.app import make_site
from harvester.site.reader import TookTooLong, TtlCache, ask
from tests.unit.index.makers import TIME

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
def site(tmp_path: Path) -> Datasette:
    Index.open(tmp_path / "index.sqlite", {}).close()
    archive = Archive.create(tmp_path / "archive", created_at=TIME)
    return make_site(tmp_path / "index.sqlite", archive)


def run(site: Datasette, sql: str, limit_ms: int = 1000) -> object:
    return asyncio.run(ask(site, lambda c: c.execute(sql).fetchone(), limit_ms))


def test_what_takes_too_long_is_given_up(site: Datasette) -> None:
    assert tuple(run(site, "SELECT 1")) == (1,)  # type: ignore[arg-type]
    with pytest.raises(TookTooLong):
        run(site, ENDLESS, limit_ms=50)
    assert tuple(run(site, "SELECT 2")) == (2,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH ':cache:' AS other", "ATTACH '/etc/passwd' AS other", "DELETE FROM paper",
        "CREATE TABLE x (y)", "CREATE TEMP TABLE x (y)", "VACUUM INTO '/tmp/griffie-copy'",
        "PRAGMA user_version = 9",
    ],
)  # fmt: skip
def test_nothing_is_written_and_nothing_else_is_opened(site: Datasette, sql: str) -> None:
    with pytest.raises(sqlite3.OperationalError):
        run(site, sql)


def test_only_what_took_long_is_remembered_and_not_for_ever() -> None:
    now = 0.0

    def clock() -> float:
        return now

    cache = TtlCache(kept_s=60, worth_s=1, most=2, clock=clock)
    calls: list[str] = []

    def find(name: str, took_s: float) -> str:
        def found() -> str:
            nonlocal now
            now += took_s
            calls.append(name)
            return name

        return cache.get_or_find(name, found)

    for name, took_s in (("quick", 0.1), ("quick", 0.1), ("slow", 2), ("slow", 2)):
        assert find(name, took_s) == name
    assert calls == ["quick", "quick", "slow"]
    now += 61
    find("slow", 2)
    assert calls[-1] == "slow"
    assert len(calls) == 4
    for name in ("a", "b", "c"):
        find(name, 2)
    find("c", 2)
    assert calls[4:] == ["a", "b", "c"]
