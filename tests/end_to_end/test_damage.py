"""An archive or index that is damaged: it is said which object, and nothing is made worse."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.index import compare
from tests.end_to_end.processes import Griffie, Simulator, running_simulator


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "5", "--size", "0.2", "--tidy") as running:
        yield running


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, source: Simulator) -> Griffie:
    griffie = Griffie.at(tmp_path_factory.mktemp("whole"), source)
    griffie.harvest()
    source.advance(1)
    griffie.harvest()
    return griffie


@pytest.fixture
def damaged(whole: Griffie, tmp_path: Path) -> Griffie:
    """A copy to damage."""
    folder = tmp_path / "copy"
    shutil.copytree(whole.folder, folder)
    return Griffie(folder)


def objects(griffie: Griffie) -> dict[Path, bytes]:
    """All objects but reports, which every harvest adds."""
    return {
        path.relative_to(griffie.archive): path.read_bytes()
        for path in griffie.archive.rglob("*")
        if path.is_file() and "harvests" not in path.parts
    }


def rewrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def a_payload(griffie: Griffie) -> Path:
    return sorted(path for path in (griffie.archive / "payloads").rglob("*") if path.is_file())[3]


def test_a_flipped_bit_in_a_file_is_named(damaged: Griffie) -> None:
    payload = a_payload(damaged)
    content = bytearray(payload.read_bytes())
    content[len(content) // 2] ^= 1
    rewrite(payload, bytes(content))
    assert payload.name in damaged.run("verify", code=4).stdout.decode()
    said = damaged.run("get", paper_of(damaged, payload.name), "-o", "out", code=4).stderr
    assert b"verify" in said
    assert not (damaged.folder / "out").exists()


def paper_of(griffie: Griffie, sha256: str) -> str:
    connection = sqlite3.connect(griffie.index)
    try:
        row = connection.execute("SELECT id FROM paper WHERE sha256 = ?", (sha256,)).fetchone()
    finally:
        connection.close()
    return str(row[0])


@pytest.mark.parametrize("how", ["flipped", "cut", "empty", "missing"])
@pytest.mark.parametrize("which", [0, -1])
def test_a_damaged_log_is_named_and_nothing_is_appended_to_it(
    damaged: Griffie, how: str, which: int
) -> None:
    segment = damaged.segments()[which]
    content = segment.read_bytes()
    if how == "missing":
        segment.unlink()
    else:
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        rewrite(segment, {"flipped": flipped, "cut": content[:middle], "empty": b""}[how])
    before = objects(damaged)
    said = damaged.run("verify", code=4).stdout.decode()
    # What is missing at the end only the last harvest's report can tell.
    assert segment.name in said or (how == "missing" and which == -1 and "harvest" in said)
    done = damaged.run("harvest", "tweedekamer", code=4 if which == -1 else None)
    assert b"Traceback" not in done.stderr
    assert objects(damaged) == before
    index = damaged.index.read_bytes()
    assert damaged.run("rebuild", code=None).returncode in (0, 4)
    if which == 0 or how != "missing":
        assert damaged.index.read_bytes() == index, "a failed rebuild leaves the old index"


def test_a_lost_index_comes_back(whole: Griffie, damaged: Griffie) -> None:
    damaged.index.unlink()
    assert damaged.harvest()["segments"] == 0
    assert [str(d) for d in compare(whole.index, damaged.index)] == []
    damaged.index.unlink()
    damaged.run("rebuild")
    assert [str(d) for d in compare(whole.index, damaged.index)] == []


def test_an_index_that_is_none_is_said(damaged: Griffie) -> None:
    damaged.index.write_bytes(b"this is no database" * 1000)
    done = damaged.run("harvest", "tweedekamer", code=75)
    assert b"index.sqlite" in done.stderr
    assert b"Traceback" not in done.stderr
    damaged.run("rebuild")
    damaged.run("rebuild", "--check")


def test_a_check_of_an_index_that_was_tampered_with_says_where(damaged: Griffie) -> None:
    connection = sqlite3.connect(damaged.index)
    with connection:
        connection.execute("UPDATE paper SET outcome = 'adopted' WHERE kind = 'letter'")
    connection.close()
    said = damaged.run("rebuild", "--check", code=4).stdout.decode()
    assert "paper" in said
    damaged.run("rebuild")
    damaged.run("rebuild", "--check")


def test_the_bytes_that_get_gives_are_those_of_the_source(whole: Griffie) -> None:
    payload = a_payload(whole)
    whole.run("get", paper_of(whole, payload.name), "-o", "out")
    content = (whole.folder / "out").read_bytes()
    assert hashlib.sha256(content).hexdigest() == payload.name
