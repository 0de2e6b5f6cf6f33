"""What a site tells of changes and of earlier times: the feed, mementos, versions as of a day."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from archive.archive import Archive
from archive.entries import TakedownEntry
from harvester.index import Index
from harvester.site.app import make_site
from tests.unit.archive.makers import digest, put_payload
from tests.unit.index.makers import LATER, READERS, TIME, Log, document, file, withdrawn

URL = "https://testland.test/a.pdf"
Ask = Callable[..., Any]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def index(tmp_path: Path, log: Log) -> Index:
    made = Index.open(tmp_path / "index.sqlite", READERS)
    made.apply(log.segment([document("a"), document("b"), file("a", "one")]))
    made.refresh()
    made.apply(log.segment([file("a", "two", LATER), withdrawn("b")]))
    made.refresh()
    return made


@pytest.fixture
def ask(tmp_path: Path, index: Index) -> Ask:
    archive = Archive.create(tmp_path / "archive", TIME)
    for content in ("one", "two"):
        put_payload(archive, content.encode())
    site: Datasette = make_site(tmp_path / "index.sqlite", archive)

    def answer(path: str, **headers: str) -> Any:
        return asyncio.run(site.client.get(path, headers=headers, follow_redirects=False))

    return answer


# The feed ----------------------------------------------------------------------------------------


def lines(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.rstrip("\n").split("\n") if line]


def test_who_reads_the_feed_has_what_the_site_has(ask: Ask, index: Index, log: Log) -> None:
    answer = ask("/changes.jsonl")
    told = lines(answer)
    assert [(line["paper"], line["change"]) for line in told] == [
        ("N-a", "present"), ("N-b", "withdrawn"),
    ]  # fmt: skip
    assert told[0]["says"]["sha256"] == digest("two")
    assert [f["sha256"] for f in told[0]["files"]] == [digest("one"), digest("two")]
    following = answer.headers["link"].partition(">")[0].lstrip("<")
    assert lines(ask(following)) == []
    index.apply(log.segment([TakedownEntry(LATER, "why", "who", (digest("two"),), "Thing/a")]))
    index.apply(log.segment([document("b", kind="annex")]))
    index.refresh()
    later = ask(following)
    assert [(line["paper"], line["change"]) for line in lines(later)] == [
        ("N-a", "taken down"), ("N-b", "gone"),
    ]  # fmt: skip
    assert later.headers["griffie-last-sequence"] == str(lines(later)[-1]["sequence"])


def test_a_reader_of_another_series_is_told_to_begin_anew(ask: Ask) -> None:
    answer = ask("/changes.jsonl?after=3&generation=of-an-index-that-was-lost")
    assert answer.status_code == 410


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 30, "٣"])
def test_what_is_no_number_is_refused(ask: Ask, after: str) -> None:
    assert ask(f"/changes.jsonl?after={after}").status_code == 400


# Mementos ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "content"),
    [
        ("Mon, 23 Nov 2026 20:15:09 GMT", b"one"),
        ("Tue, 24 Nov 2026 20:15:08 GMT", b"one"),
        ("Tue, 24 Nov 2026 20:15:09 GMT", b"two"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", b"one"),
        (None, b"two"),
    ],
)
def test_a_timegate_leads_to_the_file_of_that_time(
    ask: Ask, asked: str | None, content: bytes
) -> None:
    headers = {"Accept-Datetime": asked} if asked else {}
    gate = ask(f"/timegate/{URL}", **headers)
    assert gate.status_code == 302
    assert "accept-datetime" in gate.headers["vary"]
    assert f'<{URL}>; rel="original"' in gate.headers["link"]
    memento = ask(gate.headers["location"])
    assert (memento.status_code, memento.content) == (200, content)
    when = {b"one": "Mon, 23 Nov 2026 20:15:09 GMT", b"two": "Tue, 24 Nov 2026 20:15:09 GMT"}
    assert memento.headers["memento-datetime"] == when[content]
    assert 'rel="timegate"' in memento.headers["link"]


def test_a_timemap_lists_all_that_was_fetched(ask: Ask) -> None:
    answer = ask(f"/timemap/link/{URL}")
    assert answer.headers["content-type"] == "application/link-format"
    assert [line.split(">")[0] for line in answer.text.splitlines() if "memento" in line] == [
        f"</memento/20261123201509/{URL}", f"</memento/20261124201509/{URL}",
    ]  # fmt: skip


def test_a_memento_of_another_time_leads_to_the_closest(ask: Ask) -> None:
    answer = ask(f"/memento/20261124000000/{URL}")
    assert answer.headers["location"] == f"/memento/20261123201509/{URL}"


@pytest.mark.parametrize(
    "path", ["/timegate/https://else.test/x", "/timemap/link/x", f"/memento/20269999999999/{URL}"]
)
def test_what_was_never_fetched_is_not_found(ask: Ask, path: str) -> None:
    assert ask(path).status_code == 404


def test_what_was_taken_down_is_no_memento(ask: Ask, index: Index, log: Log) -> None:
    index.apply(log.segment([TakedownEntry(LATER, "why", "who", (digest("two"),))]))
    assert "20261124201509" not in ask(f"/timemap/link/{URL}").text
    assert ask("/timegate/" + URL, **{"Accept-Datetime": "nonsense"}).status_code == 400


# A paper as of a day -----------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "version"), [("2026-11-23", 1), ("2026-11-24", 2)])
def test_a_paper_as_of_a_day_is_the_version_of_then(ask: Ask, day: str, version: int) -> None:
    answer = ask(f"/paper/N-a?_as_of={day}")
    assert (answer.status_code, answer.headers["location"]) == (
        302, f"/paper/N-a/testland/{version}",
    )  # fmt: skip


def test_a_paper_as_of_before_it_was_known_is_not_found(ask: Ask) -> None:
    assert ask("/paper/N-a?_as_of=2026-11-22").status_code == 404
    assert ask("/paper/N-a?_as_of=yesterday").status_code == 400


def test_changes_as_data_lead_on_to_those_before(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = ask("/changes.json").json()
    assert everything["next"] is None
    assert len(everything["changes"]) > 1
    monkeypatch.setattr("harvester.site.pages.changes.MOST_ROWS", 1)
    found, address = [], "/changes.json"
    while address:
        answer = ask(address).json()
        found += answer["changes"]
        address = (answer["next"] or "").partition("localhost")[2]
    assert found == everything["changes"]
