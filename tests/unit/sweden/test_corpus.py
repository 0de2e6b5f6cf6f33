"""Real answers of the Riksdag: nothing in them is lost."""

import json
from collections import Counter
from pathlib import Path

import pytest

from harvester.source.domain import Decision, Document, MotionClaim, OfferedFile, StatedPerson, Vote
from spiders.sweden.riksdagen import observing
from spiders.sweden.riksdagen.answers import parse_list, parse_points, parse_status, parse_votes
from spiders.sweden.riksdagen.records import read

pytestmark = pytest.mark.corpus
AT = "2026-11-24T08:00:00.000Z"
URL = "https://data.riksdagen.se/dokumentstatus/x.json"


@pytest.fixture(scope="session")
def folder(corpus_dir: Path) -> Path:
    folder = corpus_dir.parent.parent / "captures" / "riksdagen"
    return folder


def test_lists_are_read_with_one_hit_and_with_several(folder: Path) -> None:
    pages = {path.name: parse_list(path.read_bytes()) for path in folder.glob("dokumentlista*")}
    assert len(pages) == 3
    for page in pages.values():
        assert page.hits
        assert page.unknown == ()


def test_documents_are_read_without_unknown_fields(folder: Path) -> None:
    paths = sorted(folder.glob("dokumentstatus*"))
    assert len(paths) == 3
    for path in paths:
        status = parse_status(path.read_bytes())
        kind = status["dokument"]["doktyp"]
        entry = observing.entry_of_document(f"{kind}/x", status, url=URL, at=AT)
        reading = read(entry)
        assert reading.unknown == ()
        assert json.loads(entry.raw) == status
        assert [row.title for row in reading.rows if isinstance(row, Document)] != [None]
        assert any(isinstance(row, OfferedFile) for row in reading.rows)


def test_a_motion_has_five_claims_of_two_fates(folder: Path) -> None:
    status = parse_status((folder / "dokumentstatus_mot_H102So1.json").read_bytes())
    rows = read(observing.entry_of_document("mot/H102So1", status, url=URL, at=AT)).rows
    claims = [row for row in rows if isinstance(row, MotionClaim)]
    assert [(c.outcome, c.advice, c.method, c.report) for c in claims] == [
        ("rejected", "against", "roll call", "bet. 2013/14:SoU10"),
        ("rejected", "against", "roll call", "bet. 2013/14:SoU2"),
        ("rejected", "against", "roll call", "bet. 2013/14:SoU2"),
        ("rejected", "against", "roll call", "bet. 2013/14:SoU2"),
        ("adopted", "for", "acclamation", "bet. 2013/14:SoU2"),
    ]
    assert [row.role for row in rows if isinstance(row, StatedPerson)] == ["mover"] + [
        "co-mover"
    ] * 6


def test_points_and_votes_are_read_without_unknown_fields(folder: Path) -> None:
    points = parse_points((folder / "utskottsforslag_H101AU2.json").read_bytes())
    read_points = [
        read(entry) for entry, _ in observing.point_entries("H101AU2", points, url=URL, at=AT)
    ]
    assert len(read_points) == len(points["dokutskottsforslag"]["utskottsforslag"])
    assert {unknown for reading in read_points for unknown in reading.unknown} == set()
    rows = [row for reading in read_points for row in reading.rows]
    meant = [row.no_meaning for row in rows if isinstance(row, Decision)]
    assert "reservation 1 (MP, V)" in meant
    votes = parse_votes((folder / "votering_0FB60CF3.json").read_bytes())
    reading = read(observing.division_entry("0FB60CF3", "H101AU2p2", votes, url=URL, at=AT))
    assert reading.unknown == ()
    assert sum(Counter(row.choice for row in reading.rows if isinstance(row, Vote)).values()) == 5
