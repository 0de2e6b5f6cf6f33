"""Opening the file: by many at once, and by a program that fits it."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from harvester.index.connection import SCHEMA_VERSION, connect, open_readonly, transaction
from harvester.index.errors import IndexUnusable, SchemaOutdated

OPENERS = 4
OPEN = """
import sys, time
from pathlib import Path
from harvester.index.connection import SCHEMA_VERSION, connect, open_readonly, transaction
print("ready", flush=True)
start = float(sys.stdin.readline())
while time.time() < start:
    pass
for n in range(10):
    database = connect(Path(sys.argv[1], str(n)))
    print(database.conn.execute("SELECT count(*) FROM paper").fetchone()[0])
    database.conn.close()
"""


def test_many_may_make_the_same_index_at_once(tmp_path: Path) -> None:
    """Each finds it whole: two harvests of a new archive begin in the same second."""
    command = [sys.executable, "-c", OPEN, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    openers = [subprocess.Popen(command, text=True, **pipes) for _ in range(OPENERS)]  # type: ignore[call-overload]
    for opener in openers:
        assert opener.stdout.readline() == "ready\n"
    start = f"{time.time() + 0.2}\n"
    for opener in openers:
        opener.stdin.write(start)
        opener.stdin.flush()
    said = [opener.communicate(timeout=60) for opener in openers]
    assert said == [("0\n" * 10, "")] * OPENERS


def test_an_index_of_another_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    with closing(connect(path).conn) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(SchemaOutdated, match="griffie rebuild"):
        connect(path)
    assert path.read_bytes() == before


def test_what_is_no_index_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.mkdir()
    with pytest.raises(IndexUnusable, match="unable to open"):
        connect(path)


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    database = connect(tmp_path / "index.sqlite")

    def half() -> None:
        with transaction(database) as connection:
            connection.execute("INSERT INTO checkpoint VALUES ('x', '{}')")
            raise KeyError

    with closing(database.conn):
        with pytest.raises(KeyError):
            half()
        assert not database.conn.in_transaction
        assert database["checkpoint"].count == 0


def test_readers_need_no_right_to_write(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    connect(path).conn.close()
    # What SQLite wants to make beside the file it cannot make, as on a disk that is only read.
    (tmp_path / "index.sqlite-shm").mkdir()
    with closing(open_readonly(path)) as connection:
        assert connection.execute("SELECT count(*) FROM paper").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("DELETE FROM paper")


def test_a_reader_of_nothing_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        open_readonly(tmp_path / "index.sqlite")
    assert list(tmp_path.iterdir()) == []
