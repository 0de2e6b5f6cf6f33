"""Every harvest leaves a report and a row, also one that failed or was killed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.errors import ArchiveError
from harvester.harvest.context import HarvestContext
from harvester.harvest.crawl import Crawls
from harvester.harvest.journal import HarvestName, Journal, JournalRules
from harvester.harvest.ledger import recollect
from harvester.harvest.phases import Harvest
from harvester.harvest.report import DIED, Report, versions
from harvester.harvest.run import harvest
from harvester.index import FilePolicy, Index
from harvester.progress import Silent
from harvester.settings import Settings
from harvester.source.domain import PaperKind
from harvester.source.registry import load_sources
from tests.unit.index.makers import READERS, SOURCE, TIME, Log, document, file, filled, select


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "archive", TIME)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    made = Index.open(tmp_path / "index.sqlite", READERS)
    yield made
    made.close()


def fail(archive: Archive, index: Index) -> Any:
    spider = load_sources()["tweedekamer"]
    context = HarvestContext(Settings(), archive, index, spider, spider.Options(), Silent())
    return harvest(context, since=None)


def test_a_harvest_that_cannot_begin_leaves_a_report(
    archive: Archive, index: Index, tmp_path: Path
) -> None:
    log = tmp_path / "archive" / "log" / "tweedekamer"
    log.mkdir(parents=True)
    (log / "0000000001.jsonl.gz").write_bytes(b"no segment")
    with pytest.raises(ArchiveError):
        fail(archive, index)
    [row] = index.recent_harvests()
    assert row.outcome == "failed"
    assert row.report is not None
    assert "0000000001" in row.report["error"]
    assert archive.report("tweedekamer", row.id)["outcome"] == "failed"


def test_a_killed_harvest_is_reported_by_the_next(archive: Archive, index: Index) -> None:
    index.begin_harvest("20261124T100000Z-tweedekamer-dead", "tweedekamer", TIME)
    archive.put_report("tweedekamer", "20261124T110000Z-tweedekamer-late", late := report())
    index.begin_harvest(
        "20261124T110000Z-tweedekamer-late", "tweedekamer", "2026-11-24T11:00:00.000Z"
    )
    archive.store.put_new("log/tweedekamer/0000000001.jsonl.gz", b"no segment")
    with pytest.raises(ArchiveError):
        fail(archive, index)
    rows = {row.id[-4:]: row for row in index.recent_harvests("tweedekamer")}
    dead = rows["dead"].report
    assert dead is not None
    assert (dead["outcome"], dead["error"]) == ("failed", DIED)
    assert archive.report("tweedekamer", rows["dead"].id)["error"] == DIED
    assert rows["late"].outcome == late["outcome"] == "complete"
    assert index.unfinished_harvests("tweedekamer") == []


def test_a_new_index_takes_back_what_the_last_harvests_told(
    archive: Archive, index: Index, tmp_path: Path
) -> None:
    ids = [f"2026{day}T100000Z-tweedekamer-0001" for day in ("0801", "1001", "1123", "1124")]
    for id_ in ids:
        told = report() | {"started_at": TIME, "walk": "ended", "changes": {"new": 7}}
        archive.put_report("tweedekamer", id_, told)
    (tmp_path / "archive" / "harvests" / "tweedekamer" / f"{ids[2]}.json").chmod(0o600)
    (tmp_path / "archive" / "harvests" / "tweedekamer" / f"{ids[2]}.json").write_text("{}")
    # Older ones tell nothing of what is usual now, and a damaged one nothing at all.
    assert recollect(archive, index, "tweedekamer", Silent()) == 3
    assert [row.id for row in index.recent_harvests()] == [ids[3], ids[1]]
    assert [walk.new for walk in index.last_walks("tweedekamer", 56)] == [7, 7]
    assert recollect(archive, index, "tweedekamer", Silent()) == 0
    assert recollect(archive, index, "officielepublicaties", Silent()) == 0


def test_what_a_spider_raises_makes_the_harvest_incomplete(archive: Archive, index: Index) -> None:
    spider = load_sources()["tweedekamer"]
    options, made = spider.Options(), Report("h", "tweedekamer", "griffie", TIME)
    journal = Journal(archive, index, HarvestName("tweedekamer", "h"), JournalRules(7))
    crawls = Crawls(Settings().fetch, spider.hosts(options))
    context = HarvestContext(Settings(), archive, index, spider, options, Silent())
    run = Harvest(context, journal, made, crawls)
    run._count({"spider_exceptions/count": 2, "downloader/request_count": 5})
    made.settle(is_stopped=False)
    assert (made.outcome, made.requests) == ("incomplete", {"requests": 5})
    assert [failure.category for failure in made.failures] == ["spider", "spider"]


def report() -> dict[str, Any]:
    return {
        "ended_at": TIME,
        "outcome": "complete",
        "freshest_updated": None,
        "failures": [],
        "head_after": None,
    }


def test_a_killed_harvest_ended_with_its_last_segment(tmp_path: Path) -> None:
    index, log = filled(tmp_path / "i.sqlite"), Log()
    segment = log.segment([document("a")])
    index.begin_harvest(segment.header.harvest, SOURCE, "2026-11-01T00:00:00.000Z")
    index.apply(segment)
    [row] = index.unfinished_harvests(SOURCE)
    assert row.ended_at == TIME
    index.close()


def policy(kind: PaperKind, names: frozenset[str] | None = None) -> FilePolicy:
    return FilePolicy(frozenset({kind}), 14, 24, names=names)


def test_missing_files_are_those_of_the_current_version(tmp_path: Path) -> None:
    index, log = filled(tmp_path / "i.sqlite"), Log()
    index.apply(log.segment([document("a"), document("b"), document("c", kind=None), file("a")]))
    index.refresh()
    assert index.missing_files(SOURCE, policy("letter")) == 1
    assert index.missing_files(SOURCE, policy("motion")) == 0
    assert index.missing_files(SOURCE, policy("letter", frozenset({"pdf"}))) == 0
    assert index.missing_files("elsewhere", policy("letter")) == 0
    index.apply(log.segment([document("a", subject="anders")]))
    index.refresh()
    current = select(
        index, "SELECT count(*) FROM file AS f JOIN paper AS p USING (document_key, version)"
    )
    assert index.missing_files(SOURCE, policy("letter")) == 2 - current[0][0]
    index.close()


def test_a_report_names_the_versions_that_made_it() -> None:
    assert {"python", "sqlite", "scrapy"} <= versions().keys()
