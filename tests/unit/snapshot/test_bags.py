"""Bags: every file in one piece at its place, and no two at one path."""

import csv
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.archive import Archive
from archive.errors import DocumentDamaged, ObjectNotFound
from harvester.snapshot.bags import BagFile, distinct, tar_sink, write_bag, zip_sink
from tests.unit.archive.makers import TIME, digest, put_payload


def bag_file(
    content: bytes, paper: str = "kst-1-2", name: str = "file", version: int = 1
) -> BagFile:
    return BagFile(
        paper, "testland", version, name, digest(content), len(content), "application/pdf",
        "https://testland.test/x", TIME, "Over \r\n Gekke: regels", "2026-11-23",
    )  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.create(tmp_path / "archive", TIME)


CONTENTS = [b"", b"x", b"y" * 511, b"z" * 512, b"w" * 70_001]


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_each_file_lies_where_the_table_says(archive: Archive, tmp_path: Path, kind: str) -> None:
    for content in CONTENTS:
        put_payload(archive, content)
    files = [bag_file(content, f"kst-1-{n}", "n" * 120) for n, content in enumerate(CONTENTS)]
    target = tmp_path / f"bag.{kind}"
    with (tar_sink if kind == "tar" else zip_sink)(target) as sink:
        table = write_bag(archive, files, "bag", {"A": "b"}, sink, {"more.txt": b"more"})
    whole = target.read_bytes()
    rows = list(csv.DictReader(io.StringIO(table.decode(), newline="")))
    for row, content in zip(rows, CONTENTS, strict=True):
        begin = int(row["offset"])
        assert whole[begin : begin + int(row["size_bytes"])] == content
    if kind == "tar":
        with tarfile.open(target) as tar:
            tar.extractall(tmp_path, filter="data")
    else:
        with zipfile.ZipFile(target) as file:
            file.extractall(tmp_path)
    bagit.Bag(str(tmp_path / "bag")).validate()
    assert (tmp_path / "bag" / "data" / "more.txt").read_bytes() == b"more"


def test_the_same_files_give_the_same_bytes(archive: Archive, tmp_path: Path) -> None:
    put_payload(archive, b"content")
    found = set()
    for name in ("one", "two"):
        for open_sink in (tar_sink, zip_sink):
            with open_sink(tmp_path / name) as sink:
                write_bag(archive, [bag_file(b"content")], "bag", {}, sink)
            found.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(found) == 2


def test_a_damaged_or_missing_file_is_not_put_in_a_bag(archive: Archive, tmp_path: Path) -> None:
    put_payload(archive, b"content")
    path = tmp_path / "archive" / next(archive.store.list("payloads/")).key
    path.chmod(0o644)
    path.write_bytes(b"c0ntent")
    for content, error in ((b"content", DocumentDamaged), (b"other", ObjectNotFound)):
        with tar_sink(tmp_path / "bag.tar") as sink, pytest.raises(error):
            write_bag(archive, [bag_file(content)], "bag", {}, sink)


names = st.text(st.sampled_from("aA1 ./\\-_é\n"), max_size=6)


@given(st.lists(st.tuples(names, names, st.integers(1, 3)), max_size=12))
def test_no_two_files_have_one_path_and_none_leaves_the_bag(
    given_names: list[tuple[str, str, int]],
) -> None:
    files = [bag_file(b"x", paper, name, version) for paper, name, version in given_names]
    paths = [file.path for file in distinct(files)]
    assert len(set(paths)) == len(files)
    for path in paths:
        assert all(part not in {"", ".", ".."} for part in path.split("/"))
        assert path.startswith("data/")
        assert path.isascii()
        assert "\n" not in path
