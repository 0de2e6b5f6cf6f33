"""The format specification is exact: its reader reads, its example is what the code writes."""

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from archive import canonical, entries
from archive.archive import Archive
from archive.entries import (
    DecisionEntry,
    Declared,
    Enclosure,
    Entry,
    Header,
    HoldEntry,
    PayloadEntry,
    RecordEntry,
    TakedownEntry,
)
from tests.unit.archive.makers import TIME, append, record, small_archive

README = Path(__file__).parents[3] / "archive" / "README.md"
TEXT = README.read_text(encoding="utf-8")


def block(language: str) -> str:
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return str(found)


def read(folder: Path, archive: Path) -> "subprocess.CompletedProcess[str]":
    reader = folder / "reader.py"
    reader.write_text(block("python"), encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(reader), str(archive)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    made = small_archive(tmp_path / "archive", segments=3)
    log = made.log("tweedekamer")
    append(log, [record(11, "withdrawn"), record(30)], log.head())
    return tmp_path / "archive"


def test_the_reader_reads_what_is_written(tmp_path: Path, archive: Path) -> None:
    said = read(tmp_path, archive)
    assert said.stderr == ""
    states = [line.split()[1:3] for line in said.stdout.splitlines()]
    present = [f"Document/{n}" for n in (10, 12, 20, 21, 22, 30, 31, 32)]
    assert sorted(states) == sorted(
        [[id_, "present"] for id_ in present] + [["Document/11", "withdrawn"]]
    )
    assert sum(map(bool, block("python").splitlines())) <= 45


@pytest.mark.parametrize(
    ("verdict", "state"), [("released", "withdrawn"), ("discarded", "present")]
)
def test_the_reader_counts_what_is_held_only_when_it_is_released(
    tmp_path: Path, archive: Path, verdict: str, state: str
) -> None:
    log = Archive.open(archive).log("tweedekamer")
    decision = DecisionEntry.from_json(
        {"decided_at": TIME, "verdict": verdict, "reason": "so it is", "by": "a test"}
    )
    steps: list[list[Entry]] = [
        [HoldEntry(TIME, ()), record(21, "withdrawn")],
        [HoldEntry(TIME, ("too many",)), record(22, "withdrawn")],
        [decision, record(12, "withdrawn")],
    ]
    append(log, steps[0], log.head())
    append(log, steps[1], log.head())
    assert states(read(tmp_path, archive).stdout)["Document/21"] == "present"
    append(log, steps[2], log.head())
    found = states(read(tmp_path, archive).stdout)
    assert (found["Document/21"], found["Document/22"]) == (state, state)
    assert found["Document/12"] == "withdrawn"


def states(printed: str) -> dict[str, str]:
    rows = (line.split() for line in printed.splitlines())
    return {row[1]: row[2] for row in rows}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_reader_sees_a_flipped_bit(tmp_path: Path, archive: Path, number: int) -> None:
    path = archive / "log" / "tweedekamer" / f"{number:010}.jsonl.gz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.chmod(0o644)
    path.write_bytes(content)
    assert read(tmp_path, archive).returncode == 1


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_reader_sees_a_missing_segment(tmp_path: Path, archive: Path, number: int) -> None:
    (archive / "log" / "tweedekamer" / f"{number:010}.jsonl.gz").unlink()
    assert "missing" in read(tmp_path, archive).stderr


@pytest.mark.parametrize("content", [b"", b"other bytes", None])
def test_the_reader_sees_a_damaged_payload(
    tmp_path: Path, archive: Path, content: bytes | None
) -> None:
    payload = next(path for path in (archive / "payloads").rglob("*") if path.is_file())
    payload.unlink()
    if content is not None:
        payload.write_bytes(content)
    said = read(tmp_path, archive)
    assert payload.name in said.stderr
    assert said.returncode == 1


def test_the_example_is_what_the_code_writes() -> None:
    content = block("json").encode()
    lines = [json.loads(line) for line in content.splitlines()]
    header = Header.from_json(lines[0])
    kinds: dict[str, type[RecordEntry | PayloadEntry]] = {
        "record": RecordEntry,
        "payload": PayloadEntry,
    }
    written = entries.write_segment(
        header, [kinds[line["type"]].from_json(line) for line in lines[1:-1]], {"Paper": 7}
    )
    assert canonical.unpack(written) == content
    said = re.search(r"this has (\d+) bytes and the SHA-256\s+`([0-9a-f]{64})`", TEXT)
    assert said is not None
    assert said.groups() == (str(len(content)), hashlib.sha256(content).hexdigest())
    assert entries.parse_segment(written).header == header


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Header", Header),
        ("Record entry", RecordEntry),
        ("Payload entry", PayloadEntry),
        ("Takedown entry", TakedownEntry),
        ("Hold entry", HoldEntry),
        ("Decision entry", DecisionEntry),
    ],
)
def test_every_member_is_specified(title: str, kind: type) -> None:
    section = TEXT.split(f"### {title}\n")[1].split("\n#")[0]
    specified = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert set(specified) == {field.name for field in fields(kind)} | {"type"}


def test_the_members_of_inner_objects_are_specified() -> None:
    for member, kind in (("enclosures", Enclosure), ("declared", Declared)):
        [line] = re.findall(rf"^\| `{member}` \|.*$", TEXT, re.MULTILINE)
        assert {f"`{field.name}`" for field in fields(kind)} <= set(re.findall(r"`\w+`", line))


def test_the_marker_is_as_specified(tmp_path: Path) -> None:
    Archive.create(tmp_path, "2026-11-23T20:15:09.120Z")
    data = (tmp_path / "griffie.json").read_bytes()
    document = json.loads(data)
    digest = document.pop("sha256")
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(plain.encode()).hexdigest() == digest
    assert data.endswith(b"}\n")
    assert set(document) == {"format", "created_at"}
