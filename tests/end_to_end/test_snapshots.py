"""The archive at a time and between two times, from the command line."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from harvester.index import compare, rebuild
from harvester.progress import Silent
from harvester.source import load_sources, readers
from tests.end_to_end.lived import Lived

STEPS = 30
POINTS = 10


def query(index: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(index)) as connection:
        return connection.execute(sql, values).fetchall()


def step(number: int) -> str:
    return f"2026-11-01T00:00:{number:02}.000Z"


def rewritten(lived: Lived, folder: Path, *, until: int = STEPS) -> Archive:
    """Make an archive that saw the same in `STEPS` steps, a second apart, and stops early."""
    archive = Archive.create(folder, step(0))
    log = archive.log("tweedekamer")
    segments = list(Archive.open(lived.griffie.archive).log("tweedekamer").read())
    entries = [entry for segment in segments for entry in segment.entries]
    head = None
    for number in range(until):
        some = entries[len(entries) * number // STEPS : len(entries) * (number + 1) // STEPS]
        head = log.append(
            some, {"Document": number}, after=head, harvest="h", written_at=step(number)
        ).head
    return archive


# At a time ---------------------------------------------------------------------------------------


def test_as_of_ten_times_the_index_is_what_a_rebuild_gave_then(
    lived: Lived, tmp_path: Path
) -> None:
    known = readers(load_sources())
    archive = rewritten(lived, tmp_path / "archive")
    sizes = []
    for number in range(0, STEPS, STEPS // POINTS):
        then, now = tmp_path / f"then-{number}.sqlite", tmp_path / f"now-{number}.sqlite"
        short = rewritten(lived, tmp_path / f"archive-{number}", until=number + 1)
        rebuild(short, then, known, workers=1, progress=Silent())
        rebuild(archive, now, known, workers=1, progress=Silent(), as_of=step(number))
        assert [str(difference) for difference in compare(then, now)] == []
        sizes += query(now, "SELECT count(*) FROM record_version")
    assert len(set(sizes)) == POINTS


@pytest.mark.parametrize("day", [0, 2])
def test_as_of_a_harvest_the_index_is_the_one_that_was_in_use(
    lived: Lived, tmp_path: Path, day: int
) -> None:
    path = tmp_path / "then.sqlite"
    lived.griffie.run("rebuild", "--as-of", lived.times[day], "-o", str(path))
    assert [str(difference) for difference in compare(lived.indexes[day], path)] == []


def test_the_index_in_use_is_not_replaced_by_an_older_one(lived: Lived) -> None:
    for arguments in (["--as-of", "2026-11-23"], ["--as-of", "yesterday"]):
        lived.griffie.run("rebuild", *arguments, code=2)
    lived.griffie.run("rebuild", "--as-of", "2026-11-23", "-o", str(lived.griffie.index), code=2)


# Between two times -------------------------------------------------------------------------------


def test_changes_tell_what_became_of_each_paper(lived: Lived) -> None:
    said = lived.griffie.run("changes", "--from", lived.times[0], "--to", lived.times[2]).stdout
    lines = [json.loads(line) for line in said.splitlines()]
    before, after = (
        {row[0]: row for row in query(lived.indexes[day], f"SELECT {COLUMNS} FROM paper")}
        for day in (0, 2)
    )
    assert {"new", "changed", "withdrawn"} <= {line["change"] for line in lines}
    # Who has the papers of before and these lines has the papers of now.
    held = {id_: dict(zip(NAMES, row, strict=True)) for id_, row in before.items()}
    for line in lines:
        fields = line.get("fields", {})
        was = fields["id"][0] if line["change"] != "new" and "id" in fields else line["paper"]
        paper = held.pop(was, dict.fromkeys(NAMES))
        if line["change"] in ("merged", "gone"):
            continue
        for name, (old, new) in fields.items():
            if name in NAMES:
                assert paper[name] == old
                paper[name] = new
        held[line["paper"]] = paper
    assert held == {id_: dict(zip(NAMES, row, strict=True)) for id_, row in after.items()}
    corrected = [line for line in lines if line.get("text")]
    assert corrected
    assert all(line["text"][0]["first"] != line["text"][0]["second"] for line in corrected)


NAMES = (
    "id", "document_id", "kind", "number", "title", "subject", "published_on", "dossier",
    "people", "is_withdrawn", "version", "sha256", "outcome", "votes_for",
)  # fmt: skip
COLUMNS = ", ".join(NAMES)


def test_between_a_time_and_itself_nothing_changed(lived: Lived) -> None:
    said = lived.griffie.run("changes", "--from", lived.times[2])
    assert said.stdout == b""
    lived.griffie.run("changes", "--from", lived.times[2], "--to", lived.times[0], code=2)
