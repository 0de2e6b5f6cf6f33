"""Searches and dossiers as of a day: shown as they were, or said in words why not."""

import asyncio
import csv
import io
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.entries import DecisionEntry, HoldEntry
from harvester.site.app import make_site
from harvester.site.as_of import NotShown, is_present
from harvester.site.making import Maker
from harvester.snapshot.kept import KeptIndexes, Making
from harvester.source.domain import StatedDossier
from harvester.times import read_moment
from tests.unit.index.makers import document
from tests.unit.snapshot.makers import Old, at

DAY = "2020-11-02"
Ask = Callable[[str], Any]


@pytest.fixture
def old(tmp_path: Path) -> Old:
    made = Old(tmp_path)
    stated = StatedDossier(1, "36900", None)
    made.add(document("d", stated))
    made.add(document("d", stated, subject="Over iets anders"))
    made.add(document("e"))
    return made


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """Where the command that makes indexes says that it ran."""
    return tmp_path / "started"


def asking(old: Old, command: str, most: int = 2) -> Ask:
    kept = KeptIndexes(old.kept.index, most)
    maker = Maker(kept, lambda moment: (sys.executable, "-c", command, moment))
    site = make_site(old.kept.index, old.archive, maker=maker)

    def ask(path: str) -> Any:
        headers = {"Accept-Language": "en"}
        return asyncio.run(site.client.get(path, headers=headers, follow_redirects=False))

    return ask


@pytest.fixture
def ask(old: Old, started: Path) -> Ask:
    return asking(old, f"import sys; open({str(started)!r}, 'a').write(sys.argv[1] + ' ')")


def test_a_search_shows_what_was_known_and_every_link_stays_then(old: Old, ask: Ask) -> None:
    old.make(read_moment(DAY))
    page = ask(f"/search?q=over&_as_of={DAY}")
    assert page.status_code == 200
    assert "2 papers with" in page.text
    assert "what was known at the end of" in page.text
    assert 'href="/search?q=over"' in page.text, "the way back to now"
    assert f'name="_as_of" value="{DAY}"' in page.text, "the next search is of then too"
    for id_ in ("N-a", "N-b"):
        assert f'href="/paper/{id_}?_as_of={DAY}"' in page.text
    for address in ("/search.csv?q=over", "/search.json?q=over", "/search.atom?q=over"):
        assert f'href="{address}&amp;_as_of={DAY}' in page.text
    found = ask(f"/search.json?q=over&_as_of={DAY}").json()
    assert (found["total"], found["query"]["as_of"]) == (2, "2020-11-02T23:59:59.999Z")
    rows = list(csv.DictReader(io.StringIO(ask(f"/search.csv?q=over&_as_of={DAY}").text)))
    assert [row["url"] for row in rows] == [paper["url"] for paper in found["papers"]]
    feed = ask(f"/search.atom?q=over&_as_of={DAY}")
    assert feed.text.count("<entry>") == 2
    assert rows[0]["url"] in feed.text
    assert ask("/search.json?q=over").json()["total"] == 5


def test_a_number_leads_to_the_paper_of_then(old: Old, ask: Ask) -> None:
    old.make(read_moment(DAY))
    leads = ask(f"/search?q=N-a&_as_of={DAY}").headers["location"]
    assert leads == f"/paper/N-a?_as_of={DAY}"
    assert ask(leads).headers["location"] == "/paper/N-a/testland/1"
    assert ask(f"/?_as_of={DAY}").headers["location"] == f"/search?_as_of={DAY}"


def test_a_dossier_shows_what_was_known(old: Old, ask: Ask) -> None:
    old.make(read_moment("2020-11-04"))
    page = ask("/dossier/36900?_as_of=2020-11-04")
    assert page.status_code == 200
    assert "Over d" in page.text
    assert "Over iets anders" not in page.text
    assert 'href="/paper/N-d?_as_of=2020-11-04"' in page.text
    assert 'href="/search.csv?dossier=36900&amp;_as_of=2020-11-04"' in page.text
    assert "Over iets anders" in ask("/dossier/36900").text
    old.make(read_moment(DAY))
    unknown = ask(f"/dossier/36900?_as_of={DAY}")
    assert (unknown.status_code, "was not known then" in unknown.text) == (404, True)


def test_a_paper_as_data_is_that_of_then(old: Old, ask: Ask) -> None:
    old.make(read_moment("2020-11-04"))
    then = ask("/paper/N-d.json?_as_of=2020-11-04").json()
    assert then["paper"]["subject"] == "Over d"
    assert ask("/paper/N-d.json").json()["paper"]["subject"] == "Over iets anders"


def test_while_it_is_made_readers_are_told_how_long_and_programs_when(
    ask: Ask, started: Path
) -> None:
    page = ask(f"/search?q=over&_as_of={DAY}")
    assert page.status_code == 202
    assert page.headers["retry-after"] == page.headers["refresh"] == "3"
    assert page.headers["cache-control"] == "no-store"
    assert "about 3 seconds" in page.text
    assert "4 entries" in page.text
    assert "2 November 2020" in page.text
    for form in (".json", ".csv", ".atom", ".feed.json"):
        answer = ask(f"/search{form}?q=over&_as_of={DAY}")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
        assert "html" not in answer.headers["content-type"]
    assert ask(f"/search.json?_as_of={DAY}").json()["retry_after_s"] == 3
    await_file(started)
    assert set(started.read_text().split()) == {"2020-11-02T23:59:59.999Z"}


def await_file(path: Path, size_bytes: int = 1) -> None:
    """Wait until another process has made a file of at least this size."""
    for _ in range(500):
        if path.exists() and path.stat().st_size >= size_bytes:
            return
        time.sleep(0.01)
    raise AssertionError(f"there is no {path}")


def test_one_is_made_at_a_time(old: Old, started: Path) -> None:
    ask = asking(old, f"open({str(started)!r}, 'a').write('x'); import time; time.sleep(3)")
    for day in (1, 2, 1):
        assert ask(f"/search?_as_of=2020-11-0{day}").status_code == 202
    await_file(started)
    assert started.read_text() == "x"


def test_who_comes_while_another_day_is_made_is_told_so(
    old: Old, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, said in (("another", "Another day"), (old.ask(read_moment(DAY))[0].key, "It began")):
        made = Making(key, at(1), 1e9)
        monkeypatch.setattr(KeptIndexes, "making", lambda _, made=made: made)
        page = ask(f"/search?_as_of={DAY}")
        assert said in page.text
        assert page.headers["retry-after"] == "60"
        assert "minutes" in page.text


def test_what_cannot_be_made_is_said_and_not_tried_again_at_once(old: Old, started: Path) -> None:
    ask = asking(old, f"open({str(started)!r}, 'a').write('x'); import sys; sys.exit('no room')")
    assert ask(f"/search?_as_of={DAY}").status_code == 202
    failed = old.kept.folder / f"{old.ask(read_moment(DAY))[0].key}.failed"
    await_file(failed, 0)
    page = ask(f"/search?_as_of={DAY}")
    assert (page.status_code, page.headers["retry-after"]) == (503, "60")
    assert "could not be prepared" in page.text
    assert started.read_text() == "x"


def test_where_no_room_is_nothing_is_begun(
    old: Old, ask: Ask, started: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.snapshot.kept.ROOM", 1e12)
    page = ask(f"/search?_as_of={DAY}")
    assert (page.status_code, "no disk space" in page.text) == (503, True)
    assert not started.exists()
    assert not old.kept.folder.exists()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/search?_as_of=yesterday", 400, "Write 2026-11-23"),
        ("/search?_as_of=%22%3E%3Cscript%3E", 400, "&lt;script&gt;"),
        ("/search?_as_of=2999-01-01", 400, "in the future"),
        ("/search?_as_of=9999-12-31", 400, "in the future"),
        ("/search?_as_of=0001-01-01T00:00%2B14:00", 400, "Write 2026-11-23"),
        ("/search?_as_of=2020-10-31", 404, "1 November 2020"),
        ("/people?_as_of=2020-11-02", 400, "only knows the present"),
        ("/changes.atom?_as_of=2020-11-02", 400, "only knows the present"),
    ],
)
def test_what_cannot_be_shown_is_said_in_words(
    ask: Ask, started: Path, path: str, status: int, said: str
) -> None:
    answer = ask(path)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert "<script>" not in answer.text
    assert not started.exists()


def test_where_nothing_was_written_since_the_index_in_use_answers(ask: Ask, started: Path) -> None:
    page = ask("/search?_as_of=2020-11-06")
    assert (page.status_code, "5 papers" in page.text) == (200, True)
    assert "what was known at the end of" in page.text
    assert not started.exists()


def test_a_site_that_makes_none_names_the_command(old: Old) -> None:
    ask = asking(old, "", most=0)
    for path in (f"/search?_as_of={DAY}", f"/dossier/36900?_as_of={DAY}"):
        answer = ask(path)
        assert answer.status_code == 403
        assert f"griffie serve --as-of {DAY}" in answer.text
    assert 'name="_as_of"' not in ask("/search").text
    assert json.loads(ask(f"/search.json?_as_of={DAY}").text)["status"] == 403


def test_the_day_that_it_is_stands_for_the_present() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert is_present("2026-11-25", read_moment("2026-11-25"), now)
    assert not is_present("2026-11-24", read_moment("2026-11-24"), now)
    for text in ("2026-11-26", "2026-11-25T12:00:01Z"):
        with pytest.raises(NotShown):
            is_present(text, read_moment(text), now)


def test_a_paper_has_no_version_that_was_held_then(old: Old, ask: Ask) -> None:
    old.add(HoldEntry(at(7), ("half of it",)), document("a", subject="Anders"))
    old.add(DecisionEntry(at(8), "released", "it is true", "who"))
    for day, version in ((7, 1), (8, 2)):
        answer = ask(f"/paper/N-a?_as_of=2020-11-0{day}")
        assert answer.headers["location"] == f"/paper/N-a/testland/{version}"
