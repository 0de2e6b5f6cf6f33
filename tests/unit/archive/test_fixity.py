"""Every kind of damage is found, and named; what is whole has no findings."""

import gzip
import json
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from archive import canonical, keys
from archive.archive import Archive
from archive.entries import Head, parse_segment
from archive.fixity import VerifyReport, verify
from tests.unit.archive.makers import append, digest, payload, put_payload, small_archive

SOURCE = "tweedekamer"
CONTENT = b"%PDF-1.7 paper 2 " * 20


@pytest.fixture
def root(tmp_path: Path) -> Path:
    small_archive(tmp_path / "archive")
    return tmp_path / "archive"


def _key(sequence: int) -> str:
    return keys.segment_key(SOURCE, sequence)


def _check(root: Path, **options: Any) -> VerifyReport:
    return verify(Archive.open(root), **options)


def _found(root: Path, **options: Any) -> dict[str, str]:
    return {finding.object_key: finding.what for finding in _check(root, **options).findings}


def _write(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def _flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 0x10
    _write(path, bytes(data))


def _rewrite(path: Path, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    """Edit the lines and compress them as a careful forger would."""
    lines = [json.loads(line) for line in canonical.unpack(path.read_bytes()).splitlines()]
    edit(lines)
    _write(path, canonical.pack(b"".join(canonical.encode(line) + b"\n" for line in lines)))


def test_a_whole_archive_has_no_findings(root: Path) -> None:
    seen: list[tuple[str, int]] = []
    report = _check(root, progress=seen.append)
    assert report.findings == report.notes == ()
    assert (report.segments, report.entries, report.payloads) == (4, 20, 4)
    assert report.size_bytes == sum(size_bytes for _, size_bytes in seen)
    assert {key for key, _ in seen} == {
        info.key for info in Archive.open(root).store.list() if info.key != "griffie.json"
    }


def test_a_flipped_bit_in_a_segment_is_found(root: Path) -> None:
    _flip(root / _key(2), 200)
    assert _key(2) in _found(root)


def test_a_flipped_bit_in_a_payload_is_found(root: Path) -> None:
    key = keys.payload_key(digest(CONTENT))
    _flip(root / key, 20)
    assert "has 340 bytes with SHA-256" in _found(root)[key]
    assert _found(root, payloads=False) == {}


def test_a_truncated_payload_is_found(root: Path) -> None:
    key = keys.payload_key(digest(CONTENT))
    _write(root / key, CONTENT[:-1])
    assert "has 339 bytes with SHA-256" in _found(root)[key]


def test_a_removed_payload_is_found(root: Path) -> None:
    key = keys.payload_key(digest(CONTENT))
    (root / key).unlink()
    assert _found(root) == {key: "is missing; the log names it"}


@pytest.mark.parametrize("sequence", [1, 2, 3])
def test_a_removed_segment_is_found(root: Path, sequence: int) -> None:
    (root / _key(sequence)).unlink()
    assert _found(root)[_key(sequence)] == "is missing"


def test_a_gap_of_any_width_is_one_finding(root: Path) -> None:
    (root / _key(4)).rename(root / _key(9_999_999_999))
    assert _found(root)[_key(4)] == "is missing, and 9999999994 after it"


def test_swapped_segments_are_found(root: Path) -> None:
    second, third = (root / _key(2)).read_bytes(), (root / _key(3)).read_bytes()
    _write(root / _key(2), third)
    _write(root / _key(3), second)
    found = _found(root)
    assert found[_key(2)] == "says that it is segment 3 of tweedekamer"
    assert found[_key(3)] == "says that it is segment 2 of tweedekamer"


def test_an_edited_entry_is_found_through_the_next_segment(root: Path) -> None:
    _rewrite(root / _key(2), lambda lines: lines[1].update(raw="<document>forged</document>"))
    assert _found(root) == {_key(2): "is not the segment that the next one was written after"}


def test_an_edited_last_segment_is_found_through_a_head_kept_elsewhere(root: Path) -> None:
    heads = {SOURCE: Archive.open(root).log(SOURCE).head()}
    _rewrite(root / _key(4), lambda lines: lines[1].update(raw="<document>forged</document>"))
    assert _found(root, expected_heads=heads) == {
        _key(4): "is not the segment that a head kept elsewhere names"
    }


def test_a_log_cut_short_is_found_through_a_head_kept_elsewhere(root: Path) -> None:
    heads = {SOURCE: Archive.open(root).log(SOURCE).head()}
    (root / _key(4)).unlink()
    assert _found(root, expected_heads=heads) == {
        _key(4): "is missing; a head kept elsewhere names it"
    }


def test_a_log_cut_short_is_found_through_a_report(root: Path) -> None:
    archive = Archive.open(root)
    head = archive.log(SOURCE).head()
    assert head is not None
    archive.put_report(SOURCE, "harvest-1", {"head_after": head._asdict()})
    assert _found(root) == {}
    (root / _key(4)).unlink()
    assert _found(root)[_key(4)] == f"is missing; harvests/{SOURCE}/harvest-1.json names it"


def test_a_log_that_is_gone_is_found_through_a_head_kept_elsewhere(root: Path) -> None:
    heads = {SOURCE: Head(4, "a" * 64)}
    shutil.rmtree(root / "log")
    assert _key(4) in _found(root, expected_heads=heads)


def test_an_old_head_still_holds_after_the_log_has_grown(root: Path) -> None:
    log = Archive.open(root).log(SOURCE)
    head = log.head()
    append(log, [], head)
    assert _found(root, expected_heads={SOURCE: head}) == {}


def test_a_chain_forged_from_the_middle_on_is_found_through_a_head(root: Path) -> None:
    heads = {SOURCE: Archive.open(root).log(SOURCE).head()}
    _rewrite(root / _key(3), lambda lines: lines[1].update(raw="<document>forged</document>"))
    forged = digest((root / _key(3)).read_bytes())
    _rewrite(root / _key(4), lambda lines: lines[0].update(previous=forged))
    assert _found(root) == {}
    assert list(_found(root, expected_heads=heads)) == [_key(4)]


def test_a_wrong_footer_is_found(root: Path) -> None:
    _rewrite(root / _key(4), lambda lines: lines[-1].update(entries=7))
    assert _found(root) == {_key(4): "the footer counts 7 entries, not 5"}


def test_a_line_that_is_not_canonical_is_found(root: Path) -> None:
    content = canonical.unpack((root / _key(4)).read_bytes())
    _write(
        root / _key(4),
        canonical.pack(content.replace(b'"type":"payload"', b'"type": "payload"', 1)),
    )
    assert _found(root) == {_key(4): "line 5 is not canonical JSON"}


def test_the_same_content_compressed_otherwise_is_found(root: Path) -> None:
    content = canonical.unpack((root / _key(4)).read_bytes())
    body = gzip.compress(content, 1, mtime=0)[10:]
    _write(root / _key(4), canonical.GZIP_HEADER + body)
    assert parse_segment((root / _key(4)).read_bytes()).sequence == 4
    assert _found(root) == {_key(4): "is not compressed as its writer compresses"}


def test_a_last_segment_that_another_zlib_compressed_is_noted_not_found(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = Archive.open(root).log(SOURCE).head()
    monkeypatch.setattr(canonical, "COMPRESSOR", "zlib 9.9 level 6")
    report = _check(root)
    assert report.findings == ()
    assert [note.object_key for note in report.notes] == [_key(4)]
    assert _check(root, expected_heads={SOURCE: head}).notes == ()


def test_a_wrong_size_in_the_log_is_found(root: Path) -> None:
    _rewrite(root / _key(4), lambda lines: lines[4].update(size_bytes=5))
    assert "the log says 5" in next(iter(_found(root).values()))


def test_a_changed_report_is_found(root: Path) -> None:
    Archive.open(root).put_report(SOURCE, "harvest-1", {"outcome": "failed"})
    path = root / f"harvests/{SOURCE}/harvest-1.json"
    _write(path, path.read_bytes().replace(b"failed", b"fooled"))
    assert list(_found(root)) == [f"harvests/{SOURCE}/harvest-1.json"]


def test_a_changed_marker_is_found(root: Path) -> None:
    archive = Archive.open(root)
    _flip(root / "griffie.json", 20)
    assert [finding.object_key for finding in verify(archive).findings] == ["griffie.json"]
    (root / "griffie.json").unlink()
    assert [finding.object_key for finding in verify(archive).findings] == ["griffie.json"]


def test_a_newer_format_is_a_finding_that_says_so(root: Path) -> None:
    _rewrite(root / _key(4), lambda lines: lines[0].update(format="griffie-log/2"))
    assert "upgrade" in _found(root)[_key(4)]


def test_what_the_format_does_not_name_is_noted_not_found(root: Path) -> None:
    put_payload(Archive.open(root), b"stored before a kill")
    strays = ["notes.txt", f"log/{SOURCE}/copy.gz", "payloads/ab/note", "zz/deep/stray", "log/x"]
    for stray in strays:
        (root / stray).parent.mkdir(parents=True, exist_ok=True)
        (root / stray).write_text("x")
    report = _check(root)
    assert report.findings == ()
    unused = keys.payload_key(digest(b"stored before a kill"))
    assert {note.object_key for note in report.notes} == {*strays, unused}


def test_a_damaged_payload_that_no_log_names_is_found_too(root: Path) -> None:
    put_payload(Archive.open(root), b"stored before a kill")
    key = keys.payload_key(digest(b"stored before a kill"))
    _flip(root / key, 3)
    assert list(_found(root)) == [key]


def test_one_source_can_be_verified_alone(root: Path) -> None:
    archive = Archive.open(root)
    append(archive.log("other"), [payload(1, b"never stored")], None)
    assert _found(root, sources=[SOURCE]) == {}
    assert list(_found(root, sources=["other"])) == [keys.payload_key(digest(b"never stored"))]
    assert len(_found(root)) == 1


def test_no_changed_byte_is_missed(tmp_path: Path) -> None:
    archive = small_archive(tmp_path, segments=3)
    archive.put_report(SOURCE, "harvest-1", {"outcome": "complete"})
    paths = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    places = [(path, place) for path in paths for place in range(path.stat().st_size)]
    dice = random.Random(20261123)
    missed = []
    for path, place in dice.sample(places, 300):
        data = path.read_bytes()
        bit = 1 << dice.randrange(8)
        _write(path, data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
        if path.relative_to(tmp_path).as_posix() not in {
            f.object_key for f in verify(archive).findings
        }:
            missed.append((path.name, place, bit))
        _write(path, data)
    assert missed == []


def test_no_changed_bit_of_the_last_segment_is_missed(root: Path) -> None:
    archive = Archive.open(root)
    path = root / _key(4)
    data = path.read_bytes()
    # All bits of the gzip header, and of the end with its fill-up bits, CRC and length.
    for place in [*range(10), *range(len(data) - 12, len(data))]:
        for bit in range(8):
            _write(path, data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :])
            assert verify(archive, payloads=False).findings, (place, bit)


class Memory:
    """A ledger for a test: what was noted is due no more."""

    def __init__(self) -> None:
        self.noted: dict[str, str | None] = {}

    def due(self, digests: Iterable[str]) -> Sequence[str]:
        return [one for one in digests if keys.payload_key(one) not in self.noted]

    def due_objects(self, keys: Iterable[str]) -> Sequence[str]:
        return [key for key in keys if key not in self.noted]

    def note(self, checked: Sequence[tuple[str, str | None]]) -> None:
        self.noted.update(checked)


def _payloads(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "payloads").rglob("*") if path.is_file())


def test_what_was_checked_is_remembered_with_what_was_found(root: Path) -> None:
    first, *others = _payloads(root)
    _flip(root / keys.payload_key(first), 3)
    memory = Memory()
    assert len(_check(root, ledger=memory).findings) == 1
    assert set(memory.noted) == {keys.log_prefix(SOURCE), *map(keys.payload_key, [first, *others])}
    assert memory.noted[keys.payload_key(first)] is not None
    assert {memory.noted[keys.payload_key(other)] for other in others} == {None}
    _flip(root / _key(2), 30)
    _check(root, ledger=memory)
    assert memory.noted[keys.log_prefix(SOURCE)] is not None


def test_when_time_is_over_the_rest_is_left_for_later(tmp_path: Path) -> None:
    archive = small_archive(tmp_path / "archive", segments=600)
    for number in range(200):
        archive.put_report(SOURCE, f"harvest-{number}", {"outcome": "complete"})
    memory = Memory()
    report = verify(archive, ledger=memory, is_over=lambda: True, workers=1)
    assert (report.payloads, report.payloads_left, report.segments) == (0, 600, 0)
    assert memory.noted == {}
    asked = iter([False] * 4 + [True])
    report = verify(archive, ledger=memory, is_over=lambda: next(asked), workers=1)
    assert report.segments == 256, "one part of the log"
    assert len([key for key in memory.noted if key.startswith("harvests/")]) == 64
    assert 0 < report.payloads < 600
    assert report.findings == report.notes == ()


@pytest.mark.parametrize("seed", range(3))
def test_checks_that_end_early_find_together_what_one_finds(tmp_path: Path, seed: int) -> None:
    archive = small_archive(tmp_path / "archive", segments=600)
    for number in range(100):
        archive.put_report(SOURCE, f"harvest-{number}", {"outcome": "complete"})
    dice = random.Random(seed)
    paths = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    broken = dice.sample([path for path in paths if path.name != "griffie.json"], 12)
    for path in broken[2:]:
        _flip(path, dice.randrange(path.stat().st_size))
    gone = [path for path in broken[:2] if "payloads" not in path.parts and path.name != _key(600)]
    for path in gone:
        path.unlink()
    whole = {finding.object_key for finding in verify(archive, workers=1).findings}
    memory = Memory()
    found: set[str] = set()
    while True:
        turns = iter([False] * 4 + [True])
        before = len(memory.noted)
        report = verify(archive, ledger=memory, is_over=turns.__next__, workers=1)
        found |= {finding.object_key for finding in report.findings}
        if len(memory.noted) == before:
            break
    assert found >= whole - {key for key in whole if key.startswith("payloads/") and not
                             (tmp_path / "archive" / key).exists()}  # fmt: skip


def test_several_processes_find_what_one_finds(tmp_path: Path) -> None:
    small_archive(tmp_path / "archive", segments=40)
    for sequence in (7, 20):
        _flip(tmp_path / "archive" / _key(sequence), 40)
    (tmp_path / "archive" / _key(30)).unlink()
    reports = [_check(tmp_path / "archive", workers=workers) for workers in (1, 3)]
    assert reports[0] == reports[1]
    assert {f.object_key for f in reports[0].findings} >= {_key(7), _key(20), _key(30)}
