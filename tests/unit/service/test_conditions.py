"""Every kind of alarm begins when it should, and is over when it should."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from harvester.harvest.baseline import Baseline
from harvester.index.fixity import FixityState
from harvester.index.operations import JobRun
from harvester.service.conditions import KINDS, Condition, conditions
from harvester.service.facts import Disk, Facts, Held
from harvester.service.supervise import STOPPED
from harvester.settings import Settings
from tests.unit.service.makers import NOW, RECENT, facts, report, source

FAILED = report("failed", error="no answer")
UNREAD = report("incomplete", ("Document", "HTTP 500"))
LATE = report("incomplete", ("file of Document", "HTTP 404"), ("", "stopped by a signal"))


ASIDE = {"count": 1, "examples": [{"name": "Document/1", "since": RECENT, "reason": "no XML"}]}
WAITING = {"files": 2, "since": "2026-11-01T00:00:00.000Z", "next_at": RECENT, "until": RECENT}


def found(given: Facts, after: timedelta = timedelta(), **expect: Any) -> Mapping[str, Condition]:
    settings = Settings(expect={"sources": {"testland": expect}})
    return {c.kind: c for c in conditions(given, settings, NOW + after)}


def run(code: int | None = 0, said: str | None = None, ended_at: str | None = RECENT) -> Any:
    return {"harvest testland": JobRun("harvest testland", RECENT, ended_at, code, said)}


CASES: dict[str, tuple[Facts, Facts, Mapping[str, Any]]] = {
    "held": (
        facts(source(held=Held("h", ("withdrawn: half",)), last_ended_at="2026-10-01T00:00:00Z")),
        facts(),
        {},
    ),
    "stale": (facts(source(last_news_at="2026-11-20T15:00:00.000Z")), facts(), {}),
    "failing": (facts(source(FAILED, UNREAD, FAILED)), facts(source(FAILED, UNREAD, LATE)), {}),
    "overdue": (facts(source(last_ended_at="2026-11-24T01:00:00.000Z")), facts(), {}),
    "numbers": (facts(source(papers=1)), facts(source(papers=2)), {"least_papers": (2,) * 7}),
    "ahead": (
        facts(source(report(freshest_updated="2026-11-25T15:00:00.000Z"))),
        facts(source(report(freshest_updated="2026-11-25T13:00:00.000Z"))),
        {},
    ),
    "backlog": (
        facts(source(*(report(backlog=n) for n in (409, 408, 407, 406)))),
        facts(source(*(report(backlog=n) for n in (409, 410, 407, 406)))),
        {},
    ),
    "aside": (facts(source(report(aside=ASIDE))), facts(source(report(aside={"count": 0}))), {}),
    "waiting": (
        facts(source(report("incomplete", waiting=WAITING))),
        facts(source(report("incomplete", waiting=WAITING | {"since": RECENT}))),
        {},
    ),
    "job": (facts(jobs=run(None, "ended: no sign of life")), facts(jobs=run(3)), {}),
    "disk": (facts(disks=(Disk("/srv", 4_000_000_000),)), facts(), {}),
    "verify": (facts(unchecked_since="2026-08-01T00:00:00.000Z"), facts(), {}),
    "damage": (
        facts(fixity=FixityState(10, 10, RECENT, (("payloads/aa/x", "is missing", RECENT),))),
        facts(),
        {},
    ),
}


def test_a_source_that_does_well_raises_nothing() -> None:
    assert found(facts()) == {}


@pytest.mark.parametrize("kind", CASES)
def test_each_condition_begins_and_ends(kind: str) -> None:
    bad, good, expect = CASES[kind]
    assert found(bad, **expect).keys() == {kind}
    assert found(good, **expect) == {}


def test_every_kind_but_that_of_the_index_has_a_case() -> None:
    assert CASES.keys() == KINDS.keys() - {"index"}


def test_silence_counts_in_working_hours() -> None:
    friday = facts(source(last_news_at="2026-11-20T17:00:00.000Z"))
    tomorrow = timedelta(days=1)
    assert "stale" not in found(friday, timedelta(hours=-4))  # Tuesday 11:00: 9 + 2 hours
    assert "stale" in found(friday, tomorrow)
    assert "stale" not in found(friday, tomorrow, holidays=("2026-11-23", "2026-11-24"))
    assert "stale" not in found(friday, tomorrow, recess=(("2026-11-21", "2027-01-03"),))


def test_where_harvests_fail_silence_is_no_alarm_of_its_own() -> None:
    both = facts(source(FAILED, FAILED, FAILED, last_news_at="2026-10-01T00:00:00.000Z"))
    assert found(both).keys() == {"failing"}


def test_a_day_off_may_have_no_papers() -> None:
    none = facts(source(papers=0))
    assert found(none, least_papers=(2,) * 7).keys() == {"numbers"}
    assert found(none, least_papers=(2,) * 7, holidays=("2026-11-23",)) == {}


def test_too_many_papers_are_an_alarm_too() -> None:
    assert found(facts(source(papers=500)), most_papers=(400,) * 7).keys() == {"numbers"}


def test_far_fewer_new_records_than_usual_are_an_alarm() -> None:
    usual = Baseline(300, 900, 7)
    few = facts(source(baseline_yesterday=usual, new_yesterday=29))
    told = found(few)["numbers"].detail
    assert told == "29 new records on 2026-11-23; such days brought 300 to 900"
    assert found(facts(source(baseline_yesterday=usual, new_yesterday=30))) == {}
    assert found(few, holidays=("2026-11-23",)) == {}
    # What is set by hand decides alone, and where nothing is known nothing is said.
    assert found(few, least_papers=(1,) * 7) == {}
    assert found(facts(source(new_yesterday=0))) == {}
    assert found(facts(source(baseline_yesterday=usual, new_yesterday=None))) == {}


def test_a_first_harvest_that_works_off_its_backlog_is_no_alarm() -> None:
    shrinking = facts(source(*(report(backlog=n) for n in (900, 950, 1000, 1050))))
    assert found(shrinking) == {}


@pytest.mark.parametrize(
    ("jobs", "is_alarm"),
    [
        (run(0), False),
        (run(75), False),
        (run(130), False),
        (run(1), True),
        (run(None), True),
        (run(0, "ended: it took longer than 6 hours"), True),
        (run(None, STOPPED), False),
        (run(None, None, ended_at=None), False),
    ],
)
def test_a_job_that_died_or_was_ended_is_an_alarm(jobs: Any, is_alarm: bool) -> None:
    assert ("job" in found(facts(jobs=jobs))) is is_alarm
