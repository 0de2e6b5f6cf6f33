"""Some papers to take along: bags that validate, web archives that others read."""

import hashlib
import json
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import bagit
import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.archive import Archive
from harvester.errors import PaperNotFound
from harvester.snapshot.export import Wanted, export_bag, export_warc
from tests.end_to_end.lived import Lived


def query(lived: Lived, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(lived.griffie.index)) as connection:
        return connection.execute(sql).fetchall()


def bag(lived: Lived, wanted: Wanted, folder: Path, name: str) -> Path:
    """Export and unpack."""
    target = folder / name
    export_bag(Archive.open(lived.griffie.archive), lived.griffie.index, wanted, target, name)
    if name.endswith(".zip"):
        with zipfile.ZipFile(target) as file:
            assert file.testzip() is None
            file.extractall(folder)
    else:
        with tarfile.open(target) as tar:
            tar.extractall(folder, filter="data")
    return folder / name[:-4]


@pytest.mark.parametrize("name", ["papers.zip", "papers.tar"])
def test_a_bag_has_all_versions_and_where_they_came_from(
    lived: Lived, tmp_path: Path, name: str
) -> None:
    [(dossier, papers)] = query(
        lived,
        "SELECT dossier, count(*) FROM paper WHERE dossier IS NOT NULL "
        "GROUP BY dossier ORDER BY max(version) DESC, 2 DESC LIMIT 1",
    )
    folder = bag(lived, Wanted(dossier=dossier), tmp_path, name)
    bagit.Bag(str(folder)).validate()
    lines = (folder / "data" / "papers.jsonl").read_text().rstrip("\n").split("\n")
    told = [json.loads(line) for line in lines]
    assert len(told) == papers
    assert {paper["dossier"] for paper in told} == {dossier}
    held = query(
        lived,
        "SELECT DISTINCT sha256 FROM file WHERE paper IN "
        f"(SELECT id FROM paper WHERE dossier = '{dossier}')",
    )
    files = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / "data").rglob("*-version-*")
    }
    assert files == {sha256 for (sha256,) in held}
    assert all(sha256 in (folder / "data" / "files.csv").read_text() for sha256 in files)


def test_the_command_line_finds_papers_and_tells_what_it_read_otherwise(lived: Lived) -> None:
    found = lived.griffie.run("search", "verzoekt regering", "--json", "--limit", "3").stdout
    papers = [json.loads(line) for line in found.splitlines()]
    assert len(papers) == 3
    assert all(paper["id"] for paper in papers)
    said = lived.griffie.run("search", "regeirng").stdout
    assert b"searched for 'regering' instead of 'regeirng'" in said
    assert b"as typed: =regeirng" in said
    lived.griffie.refused("search", "...")


def test_what_a_search_finds_is_exported_by_the_command(lived: Lived, tmp_path: Path) -> None:
    [(paper, number)] = query(lived, "SELECT id, number FROM paper ORDER BY id LIMIT 1")
    said = lived.griffie.run("export", f'"{number}"', "-o", str(tmp_path / "found.zip")).stdout
    assert b" papers in " in said
    with zipfile.ZipFile(tmp_path / "found.zip") as file:
        assert paper in file.read("found/data/papers.jsonl").decode()
    for arguments in (["x.zip"], ["x.rar", paper], ["x.zip", "--paper", "none"]):
        name, *more = arguments
        lived.griffie.refused("export", "-o", str(tmp_path / name), *more)
    assert [path.name for path in tmp_path.iterdir()] == ["found.zip"]


def test_a_web_archive_has_what_was_fetched(lived: Lived, tmp_path: Path) -> None:
    [(paper,)] = query(
        lived, "SELECT paper FROM file GROUP BY paper ORDER BY count(DISTINCT sha256) DESC LIMIT 1"
    )
    archive, index = Archive.open(lived.griffie.archive), lived.griffie.index
    target = tmp_path / "paper.warc.gz"
    assert export_warc(archive, index, Wanted(papers=(paper,)), target, target.name) == 1
    found: dict[str, list[str]] = {}
    with target.open("rb") as file:
        for record in ArchiveIterator(file, check_digests=True):
            content = record.content_stream().read()
            found.setdefault(record.rec_type, []).append(hashlib.sha256(content).hexdigest())
            assert record.digest_checker.passed is not False
            if record.rec_type == "resource":
                assert record.rec_headers.get_header("WARC-Target-URI").startswith("http")
    held = {s for (s,) in query(lived, f"SELECT sha256 FROM file WHERE paper = '{paper}'")}
    assert held <= set(found["resource"])
    assert len(found["metadata"]) >= len(held)
    assert len(found["warcinfo"]) == 1


def test_nothing_found_is_an_error(lived: Lived, tmp_path: Path) -> None:
    with pytest.raises(PaperNotFound):
        bag(lived, Wanted(query="geenpapierheeftditwoord"), tmp_path, "none.zip")
