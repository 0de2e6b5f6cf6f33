"""The archive at a time, and between two times."""

import json
import shutil
import urllib.request
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.copying import copy, open_copy
from archive.stores.local import LocalStore
from archive.stores.location import create_store, open_store
from archive.stores.options import S3Options
from harvester.index import compare
from harvester.progress import Silent
from harvester.settings import Settings
from harvester.snapshot.canonical_index import write_canonical
from harvester.snapshot.changes import find_changes
from harvester.snapshot.follow import Follower
from harvester.snapshot.moments import make_index
from harvester.source.registry import load_sources
from tests.contract.servers import ENVIRONMENT
from tests.end_to_end.lived import Lived, copy_of, query
from tests.end_to_end.test_followers import web

STEPS = 30
POINTS = 10


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
    for name in ("payloads", "texts"):
        shutil.copytree(lived.griffie.archive / name, folder / name)
    return archive


# At a time ---------------------------------------------------------------------------------------


@pytest.mark.long
def test_as_of_ten_times_rebuild_snapshot_and_follower_agree(
    lived: Lived, tmp_path: Path, moto: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebuild of the archive as it was then is what all others are compared with."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    sources = load_sources()
    settings = Settings()
    archive = rewritten(lived, tmp_path / "archive")
    options = S3Options(endpoint_url=moto, region="us-east-1", path_style=True)
    bucket = open_copy(archive, create_store("s3://ten/points", options))
    copy(archive, bucket, lambda _: None)
    sizes = []
    with web(tmp_path / "archive") as url:
        origins = (archive, Archive(open_store(url, sources=tuple(sources))), bucket)
        for point, number in enumerate(range(0, STEPS, STEPS // POINTS)):
            folder = tmp_path / f"point-{number}"
            folder.mkdir()
            then, now, packed = (folder / f"{name}.sqlite" for name in ("then", "now", "packed"))
            short = rewritten(lived, folder / "short", until=number + 1)
            make_index(short, then, settings, sources, Silent(), workers=1)
            make_index(archive, now, settings, sources, Silent(), as_of=step(number), workers=1)
            write_canonical(now, packed, Silent())
            own = open_copy(archive, LocalStore.create(folder / "own"))
            mine = settings.model_copy(update={"index": folder / "followed.sqlite"})
            follower = Follower(
                origins[point % 3], own, mine, sources, "none", Silent(), step(number)
            )
            follower.follow_once()
            for index in (now, packed, mine.index):
                assert [str(difference) for difference in compare(then, index)] == []
            sizes += query(now, "SELECT count(*) FROM record_version")
    assert len(set(sizes)) == POINTS


def test_a_site_as_of_a_day_knows_what_was_known_then(lived: Lived, tmp_path: Path) -> None:
    griffie = copy_of(lived, tmp_path / "g")
    found = []
    for arguments in ((), ("--as-of", lived.times[0])):
        process = griffie.start("serve", "--port", "0", *arguments)
        assert process.stderr is not None
        try:
            url = next(u for line in process.stderr if (u := json.loads(line).get("url")))
            address = f"{url}tables/paper.json?_size=0"
            with urllib.request.urlopen(address, timeout=30) as answer:
                found.append(json.load(answer)["filtered_table_rows_count"])
        finally:
            process.terminate()
            process.communicate()
    assert [(count,) for count in found] == [
        query(index, "SELECT count(*) FROM paper")[0]
        for index in (lived.indexes[2], lived.indexes[0])
    ]


@pytest.mark.parametrize("day", [0, 2])
def test_as_of_a_harvest_the_index_is_the_one_that_was_in_use(
    lived: Lived, tmp_path: Path, day: int
) -> None:
    path = tmp_path / "then.sqlite"
    lived.griffie.run("rebuild", "--as-of", lived.times[day], "-o", str(path))
    assert [str(difference) for difference in compare(lived.indexes[day], path)] == []


def test_the_index_in_use_is_not_replaced_by_an_older_one(lived: Lived) -> None:
    griffie = lived.griffie
    day = ("rebuild", "--as-of", "2026-11-23")
    assert "name another file" in griffie.refused(*day)
    assert "name another file" in griffie.refused(*day, "-o", str(griffie.index))
    assert "no time" in griffie.refused("rebuild", "--as-of", "yesterday")
    assert "--check" in griffie.refused(*day, "--check")


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
    "id", "kind", "number", "title", "subject", "published_on", "dossier",
    "people", "is_withdrawn", "version", "sha256", "outcome", "votes_for",
)  # fmt: skip
COLUMNS = ", ".join(NAMES)


def test_between_a_time_and_itself_nothing_changed(lived: Lived) -> None:
    assert list(find_changes(lived.indexes[1], lived.indexes[1])) == []
    times = ("--from", lived.times[2], "--to", lived.times[0])
    assert "is before" in lived.griffie.refused("changes", *times)
