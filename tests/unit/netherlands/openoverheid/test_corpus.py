"""Real answers of the platform, and its operator's own examples: nothing in them is lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from spiders.netherlands.openoverheid import observing, values
from spiders.netherlands.openoverheid.answers import parse_detail, parse_list, parse_relations
from spiders.netherlands.openoverheid.identifiers import copy_id, id_of
from spiders.netherlands.openoverheid.records import read

pytestmark = pytest.mark.corpus
AT = "2026-11-24T08:00:00.000Z"


@pytest.fixture(scope="session")
def folder(corpus_dir: Path) -> Path:
    return corpus_dir.parent.parent / "captures" / "openoverheid"


def readings(detail: dict[str, Any]) -> tuple[list[Any], set[str]]:
    """Return the rows and what is unknown of all about a document."""
    id_ = id_of(detail["document"]["pid"])
    assert id_ is not None
    found = [read(e) for e in observing.entries_of(id_, detail, "https://open.overheid.nl/", AT)]
    rows = [row for reading in found for row in reading.rows]
    return rows, {what for reading in found for what in reading.unknown}


def test_the_real_list_and_document_are_taken_whole(folder: Path) -> None:
    page = parse_list((folder / "zoek_page_2026-03-21.json").read_bytes())
    [hit] = page.hits
    assert (page.total, page.unknown, hit.version) == (663_177, (), 1)
    detail = parse_detail((folder / "zoek_detail_eef2edec_2026-03-21.json").read_bytes())
    rows, unknown = readings(detail)
    assert not unknown
    assert {type(row).__name__ for row in rows} == {
        "Document", "DocumentName", "DocumentVersion", "Link", "OfferedFile",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["kst", "blg-kst"])
def test_the_operators_copies_are_read(folder: Path, name: str) -> None:
    detail = parse_detail((folder / "plooi" / f"plooidoc-{name}.json").read_bytes())
    files = json.loads((folder / "plooi" / f"plooidoc-{name}_collected.json").read_bytes())
    digest = "0c2f34fe8af84928dc2ea835836ca6ed1c457f4d"  # theirs have none
    files = [{**file, "hash": digest} for file in files]
    detail["versies"] = [{"nummer": 1, "oorzaak": "aanlevering", "bestanden": files}]
    rows, unknown = readings(detail)
    # Their examples have the id of another document.
    [stated] = detail["document"]["identifiers"]
    assert unknown == {f"copy.document.pid=not what follows from {stated}"}
    urls = {row.url for row in rows if type(row).__name__ == "StatedDigest"}
    assert urls == {file["url"] for file in files}


def test_the_id_of_a_copy_is_the_one_that_the_operator_expects(folder: Path) -> None:
    solr = json.loads((folder / "plooi" / "solr-kst.json").read_bytes())
    assert solr["identifier"] == copy_id("kst-35842-4")


def test_bundles_and_older_collections_are_read(folder: Path) -> None:
    bundle = "228036432630c580dcdddefd9c3a6de8e2587c1b"
    detail = parse_detail((folder / "plooi" / f"{bundle}_mapped.json").read_bytes())
    relations = parse_relations((folder / "plooi" / f"{bundle}_relations.json").read_bytes())
    rows, unknown = readings({**detail, observing.RELATIONS: relations})
    assert unknown == {"document.document.documentsoorten=Onbekend"}
    assert len([row for row in rows if type(row).__name__ == "Link"]) == 2
    letter = parse_detail((folder / "plooi" / "plooi-2011-15112_mapped.json").read_bytes())
    rows, unknown = readings(letter)
    assert not unknown
    assert [row.kind for row in rows if type(row).__name__ == "Document"] == ["letter"]


def test_a_life_with_a_withdrawal_is_read(folder: Path) -> None:
    detail = parse_detail((folder / "plooi" / "test_full_plooi_versions.json").read_bytes())
    rows, unknown = readings(detail)
    told = [(r.number, r.cause) for r in rows if type(r).__name__ == "DocumentVersion"]
    assert told == [(1, "delivered"), (None, "withdrawn"), (2, "changed")]
    # The testers' digests are blacked out, and their key to an aggregation is no dossier.
    assert {what.partition("=")[0] for what in unknown} == {
        "document.document.aggregatiekenmerk", "document.versies.bestanden.hash",
    }  # fmt: skip


def test_every_official_word_is_known(folder: Path) -> None:
    roles = json.loads((folder / "plooi" / "ccw_plooi_documentrelaties_1.json").read_bytes())
    concepts = [one["@id"] for one in roles if "concept" in str(one["@type"]).lower()]
    assert [id_ for id_ in concepts if "/kern/c_" in id_ and id_ not in values.ROLES] == []
    manifest = json.loads((folder / "plooi" / "manifest_versies.json").read_bytes())
    assert {version["oorzaak"] for version in manifest["versies"]} <= set(values.CAUSES)
    assert len(observing.events_of(manifest)) == 3
