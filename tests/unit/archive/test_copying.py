"""A second copy is whole, grows with the original, and mends it."""

import shutil
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.copying import CopyReport, copy, open_copy
from archive.errors import ArchiveExists, ChainBroken, SegmentDamaged
from archive.fixity import verify
from archive.repairing import repair
from archive.stores.local import LocalStore
from tests.unit.archive.makers import append, payload, put_payload, record, small_archive

SOURCE = "tweedekamer"


def objects(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".tmp" not in path.parts
    }


def damage(root: Path, key: str, content: bytes | None = None) -> None:
    path = root / key
    if content is None:
        path.unlink()
        return
    path.chmod(0o644)
    path.write_bytes(content)


def make_copy(original: Archive, folder: Path) -> CopyReport:
    target = open_copy(original, LocalStore.create(folder))
    return copy(original, target, lambda _: None)


@pytest.fixture
def original(tmp_path: Path) -> Archive:
    made = small_archive(tmp_path / "original")
    made.put_report(SOURCE, "harvest-1", {"head_after": None})
    return made


def grow(archive: Archive) -> None:
    log = archive.log(SOURCE)
    put_payload(archive, b"a new paper")
    append(log, [record(900), payload(900, b"a new paper")], log.head(), 9)
    archive.put_report(SOURCE, "harvest-2", {"head_after": None})


def test_a_copy_has_the_same_objects(original: Archive, tmp_path: Path) -> None:
    report = make_copy(original, tmp_path / "copy")
    assert (report.payloads, report.segments, report.reports) == (4, 4, 1)
    assert objects(tmp_path / "copy") == objects(tmp_path / "original")
    assert verify(Archive.open(tmp_path / "copy")).findings == ()


def test_a_second_run_sends_only_what_is_new(original: Archive, tmp_path: Path) -> None:
    make_copy(original, tmp_path / "copy")
    assert make_copy(original, tmp_path / "copy").size_bytes == 0
    grow(original)
    report = make_copy(original, tmp_path / "copy")
    assert (report.payloads, report.segments, report.reports) == (1, 1, 1)
    assert objects(tmp_path / "copy") == objects(tmp_path / "original")


def test_another_archive_is_left_as_it_is(original: Archive, tmp_path: Path) -> None:
    Archive.create(tmp_path / "copy", "2020-01-01T00:00:00.000Z")
    before = objects(tmp_path / "copy")
    with pytest.raises(ArchiveExists):
        make_copy(original, tmp_path / "copy")
    assert objects(tmp_path / "copy") == before


def test_a_copy_that_went_its_own_way_is_refused(original: Archive, tmp_path: Path) -> None:
    make_copy(original, tmp_path / "copy")
    second = Archive.open(tmp_path / "copy")
    log = second.log(SOURCE)
    append(log, [record(1)], log.head(), 77)
    grow(original)
    with pytest.raises(ChainBroken):
        make_copy(original, tmp_path / "copy")


def test_a_damaged_file_is_left_out_and_said(original: Archive, tmp_path: Path) -> None:
    key = next(info.key for info in original.store.list("payloads/"))
    damage(tmp_path / "original", key, b"other bytes")
    report = make_copy(original, tmp_path / "copy")
    assert [finding.object_key for finding in report.findings] == [key]
    assert key not in objects(tmp_path / "copy")


def test_a_damaged_segment_ends_the_copy_before_it(original: Archive, tmp_path: Path) -> None:
    damage(tmp_path / "original", f"log/{SOURCE}/0000000003.jsonl.gz", b"no segment")
    with pytest.raises(SegmentDamaged, match="0000000003"):
        make_copy(original, tmp_path / "copy")
    second = Archive.open(tmp_path / "copy")
    assert second.log(SOURCE).head().sequence == 2  # type: ignore[union-attr]


@pytest.mark.parametrize("content", [None, b"", b"other bytes"])
@pytest.mark.parametrize(
    "prefix", ["payloads/", f"log/{SOURCE}/0000000002", f"log/{SOURCE}/0000000004", "harvests/"]
)
def test_what_is_damaged_or_missing_is_put_back(
    original: Archive, tmp_path: Path, prefix: str, content: bytes | None
) -> None:
    log = original.log(SOURCE)
    head = log.head()
    assert head is not None
    original.put_report(SOURCE, "harvest-3", {"head_after": head._asdict()})
    make_copy(original, tmp_path / "copy")
    whole = objects(tmp_path / "original")
    key = next(info.key for info in original.store.list(prefix))
    damage(tmp_path / "original", key, content)
    found = verify(original)
    if content is None and prefix == "harvests/":
        return  # a report that is gone is no damage: nothing names it
    assert found.findings
    left = repair(original, Archive.open(tmp_path / "copy"), found.findings, lambda _: None)
    assert left == []
    assert verify(original).findings == ()
    assert objects(tmp_path / "original") == whole


def test_what_the_copy_has_damaged_too_stays_named(original: Archive, tmp_path: Path) -> None:
    make_copy(original, tmp_path / "copy")
    key = next(info.key for info in original.store.list("payloads/"))
    for name in ("original", "copy"):
        damage(tmp_path / name, key, b"other bytes")
    before = objects(tmp_path / "original")
    [left] = repair(
        original, Archive.open(tmp_path / "copy"), verify(original).findings, lambda _: None
    )
    assert left.object_key == key
    assert "too" in left.what
    assert objects(tmp_path / "original") == before


def test_a_log_is_not_mended_from_another_log(original: Archive, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "original", tmp_path / "other")
    other = Archive.open(tmp_path / "other")
    damage(tmp_path / "other", f"log/{SOURCE}/0000000004.jsonl.gz")
    log = other.log(SOURCE)
    append(log, [record(5)], log.head(), 1)
    damage(tmp_path / "original", f"log/{SOURCE}/0000000002.jsonl.gz", b"")
    before = objects(tmp_path / "original")
    left = repair(original, other, verify(original).findings, lambda _: None)
    assert {finding.object_key for finding in left} == {f"log/{SOURCE}/0000000002.jsonl.gz"}
    assert "another" in left[0].what
    assert objects(tmp_path / "original") == before
