"""An archive as a whole: creating, opening, reports, payloads."""

import errno
import tempfile
from pathlib import Path

import pytest

from archive import canonical
from archive.archive import Archive
from archive.errors import (
    ArchiveExists,
    ArchiveNotFound,
    DocumentDamaged,
    EntryInvalid,
    FormatUnknown,
    ObjectExists,
    ObjectNotFound,
    StoreFull,
)
from archive.payloads import Staged
from tests.unit.archive.makers import TIME, digest


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "deep" / "archive", TIME)


def _stage(archive: Archive, content: bytes) -> Staged:
    writer = archive.payloads.writer()
    for start in range(0, len(content), 7):
        writer.write(content[start : start + 7])
    return writer.close()


def test_a_created_archive_opens_and_is_not_created_again(archive: Archive, tmp_path: Path) -> None:
    location = tmp_path / "deep" / "archive"
    marker = (location / "griffie.json").read_bytes()
    assert Archive.open(location).sources() == []
    with pytest.raises(ArchiveExists, match="use it, or name another"):
        Archive.create(location, "2027-01-01T00:00:00.000Z")
    assert (location / "griffie.json").read_bytes() == marker


def test_there_is_no_archive_where_none_was_created(tmp_path: Path) -> None:
    for location in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ArchiveNotFound, match="griffie init"):
            Archive.open(location)
    assert not (tmp_path / "nowhere").exists()


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "griffie.json").write_bytes(canonical.seal({"format": "griffie/2"}))
    with pytest.raises(FormatUnknown, match="griffie/2"):
        Archive.open(tmp_path)


def test_a_changed_marker_is_damage(tmp_path: Path) -> None:
    Archive.create(tmp_path, TIME)
    path = tmp_path / "griffie.json"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"2026", b"2025"))
    with pytest.raises(DocumentDamaged, match="sha256"):
        Archive.open(tmp_path)


def test_a_report_is_kept_as_first_written(archive: Archive) -> None:
    archive.put_report("tweedekamer", "harvest-1", {"outcome": "complete", "seconds": 3})
    assert archive.report("tweedekamer", "harvest-1") == {"outcome": "complete", "seconds": 3}
    assert list(archive.report_ids("tweedekamer")) == ["harvest-1"]
    with pytest.raises(ObjectExists):
        archive.put_report("tweedekamer", "harvest-1", {})
    with pytest.raises(EntryInvalid):
        archive.put_report("tweedekamer", "harvest-2", {"seconds": 0.5})  # type: ignore[dict-item]
    with pytest.raises(ObjectNotFound):
        archive.report("tweedekamer", "harvest-2")


def test_a_payload_is_stored_once_under_its_digest(archive: Archive, tmp_path: Path) -> None:
    content = b"%PDF-1.7 a letter" * 50
    staged = [_stage(archive, content), _stage(archive, b"other"), _stage(archive, content)]
    assert not archive.payloads.exists(digest(content))
    archive.payloads.commit(staged)
    assert staged[0].sha256 == digest(content)
    assert staged[0].size_bytes == len(content)
    with archive.payloads.open(digest(content)) as file:
        assert file.read() == content
    assert len(list(archive.store.list("payloads/"))) == 2
    archive.payloads.commit([_stage(archive, content)])
    assert len(list(archive.store.list("payloads/"))) == 2
    assert list((tmp_path / "deep/archive/.tmp").iterdir()) == []


def test_an_empty_payload_is_a_payload(archive: Archive) -> None:
    archive.payloads.commit([_stage(archive, b"")])
    assert archive.payloads.exists(digest(b""))


def test_an_aborted_payload_leaves_nothing(archive: Archive, tmp_path: Path) -> None:
    writer = archive.payloads.writer()
    writer.write(b"half")
    writer.abort()
    writer.abort()
    assert list((tmp_path / "deep/archive/.tmp").iterdir()) == []
    assert list(archive.store.list("payloads/")) == []


def test_a_full_disk_while_a_payload_arrives_says_so_and_can_be_aborted(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = archive.payloads.writer()
    writer._file.close()
    # A device on which every write ends with "no space left on device".
    monkeypatch.setattr(writer, "_file", open("/dev/full", "wb", buffering=0))  # noqa: SIM115
    with pytest.raises(StoreFull, match="make room"):
        writer.write(b"x" * 100)
    writer.abort()
    assert list(archive.store.staging.iterdir()) == []


def test_a_missing_payload_is_not_found(archive: Archive) -> None:
    with pytest.raises(ObjectNotFound):
        archive.payloads.open(digest(b"never seen"))


def test_a_full_disk_before_a_payload_begins_says_so(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> tuple[int, str]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    with pytest.raises(StoreFull):
        archive.payloads.writer()
