"""What is usual is learned from a source's walks, by kind of day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.harvest.baseline import QUIET, Baseline, baseline, in_words, kind_of_day, most_new
from harvester.index import Index
from harvester.index.harvests import statuses
from harvester.index.operations import Walk, activity, last_walks
from harvester.service.facts import gather
from harvester.settings import Settings
from harvester.settings.service import ExpectSettings
from harvester.times import to_text
from tests.unit.index.makers import SOURCE

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""A Tuesday."""
EXPECT = ExpectSettings()


def walks(*new: int, before: datetime = NOW, a_day: int = 2) -> list[Walk]:
    """Make the walks of days up to the one before; each brings its share, the oldest day first."""
    return [
        Walk(to_text(before - timedelta(days=len(new) - n, hours=hour)), share)
        for n, count in enumerate(new)
        for hour, share in enumerate([count // a_day] * a_day)
    ]


def eight_weeks(working: int, quiet: int, before: datetime = NOW) -> list[Walk]:
    days = [(before - timedelta(days=56 - n)).date() for n in range(56)]
    return walks(*(working if day.weekday() < 5 else quiet for day in days), before=before)


def test_the_walks_of_a_day_are_one_number_and_weekends_are_quiet() -> None:
    known = baseline(eight_weeks(800, 20), EXPECT, ZONE, NOW)
    assert known == {
        **{day: Baseline(800, 800, 8) for day in ("mon", "tue", "wed", "thu", "fri")},
        QUIET: Baseline(20, 20, 16),
    }
    assert in_words({"mon": Baseline(1, 2000, 8)}) == "mon 1 to 2,000"


def test_today_is_not_over_and_tells_nothing() -> None:
    today = [Walk(to_text(NOW - timedelta(hours=1)), 1_000_000)]
    assert baseline([*eight_weeks(800, 20), *today], EXPECT, ZONE, NOW)["tue"].most == 800


def test_a_day_is_a_local_one() -> None:
    # Sunday 23:30 in Amsterdam, then half an hour later.
    late = [Walk(f"2026-11-{day}T22:30:00.000Z", 5) for day in ("01", "08", "15", "22")]
    early = [Walk(f"2026-11-{day}T23:00:00.000Z", 7) for day in ("01", "08", "15", "22")]
    known = baseline([*late, *early], EXPECT, ZONE, NOW)
    assert known == {"mon": Baseline(7, 7, 4), QUIET: Baseline(5, 5, 4)}


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 24), "tue"),
        (date(2026, 11, 22), QUIET),
        (date(2026, 12, 25), QUIET),
        (date(2026, 12, 28), QUIET),
        (date(2027, 1, 11), "mon"),
    ],
)
def test_holidays_and_recess_count_as_what_they_are(day: date, kind: str) -> None:
    expect = ExpectSettings(
        holidays=(date(2026, 12, 25),), recess=((date(2026, 12, 26), date(2027, 1, 10)),)
    )
    assert kind_of_day(day, expect) == kind


def test_a_walk_may_bring_so_many_times_what_such_a_day_brings() -> None:
    today = [Walk(to_text(NOW - timedelta(hours=1)), 3)]
    plausible = most_new([*eight_weeks(800, 20), *today], EXPECT, ZONE, NOW)
    assert plausible is not None
    assert plausible.most == 8000
    assert plausible.because == (
        "such days (tue: 2026-11-24) brought at most 800 in 8 weeks; "
        "at most 10 times that is plausible"
    )


def test_after_an_outage_a_walk_covers_the_days_since_the_last_one() -> None:
    friday = datetime(2026, 11, 21, 12, tzinfo=UTC)  # the day after the last walk
    plausible = most_new(eight_weeks(800, 20, friday), EXPECT, ZONE, NOW)
    assert plausible is not None
    # Friday, two quiet days, Monday, Tuesday.
    assert plausible.most == 10 * (3 * 800 + 2 * 20)
    assert "(fri, quiet day, quiet day, mon, tue: 2026-11-20 to 2026-11-24)" in plausible.because
    later = most_new(eight_weeks(800, 20, friday), EXPECT, ZONE, NOW + timedelta(days=365))
    assert later is not None
    assert "370 days" in later.because


def test_a_walk_that_is_told_to_begin_earlier_covers_more() -> None:
    since = datetime(2026, 9, 1, tzinfo=UTC)
    known = eight_weeks(800, 20)
    plain, told = (most_new(known, EXPECT, ZONE, NOW, each) for each in (None, since))
    assert plain is not None
    assert told is not None
    assert told.most > 20 * plain.most


def test_from_too_few_days_nothing_is_concluded() -> None:
    assert most_new([], EXPECT, ZONE, NOW) is None
    assert most_new(eight_weeks(800, 20)[-42:], EXPECT, ZONE, NOW) is None  # three Tuesdays
    assert most_new(eight_weeks(800, 20)[-56:], EXPECT, ZONE, NOW) is not None


@given(
    new=st.lists(st.integers(0, 5000), min_size=56, max_size=56),
    times=st.floats(1, 100),
    days=st.integers(0, 30),
)
def test_what_such_days_brought_before_is_always_plausible(
    new: Sequence[int], times: float, days: int
) -> None:
    expect = ExpectSettings(most_new_times=times)
    at = NOW + timedelta(days=days)
    plausible = most_new(walks(*new, a_day=1), expect, ZONE, at)
    assert plausible is not None
    known = baseline(walks(*new, a_day=1), expect, ZONE, at)
    assert plausible.most >= known[kind_of_day(at.date(), expect)].most


# The ledger --------------------------------------------------------------------------------------


def ledger(folder: Path, *reports: dict[str, Any]) -> Index:
    """Make an index that remembers harvests, one a day."""
    index = Index.open(folder / "index.sqlite", {})
    for n, report in enumerate(reports):
        at = to_text(NOW - timedelta(days=len(reports) - n))
        values = {"ended_at": at, "outcome": "complete", "freshest_updated": None, **report}
        index.begin_harvest(f"h{n}", SOURCE, at)
        index.finish_harvest(f"h{n}", {"failures": [], "changes": {}, **values})
    return index


def ended(new: int, **more: Any) -> dict[str, Any]:
    return {"walk": "ended", "since": None, "changes": {"new": new}, **more}


def test_only_walks_that_ended_and_count_are_usual(tmp_path: Path) -> None:
    index = ledger(
        tmp_path,
        ended(1, walk="first"),
        ended(2),
        ended(3, outcome="held"),
        ended(4, walk="cut short", outcome="incomplete"),
        ended(5, since="2026-01-01T00:00:00.000Z"),
        ended(6, outcome="incomplete"),
        ended(7, walk=None),
        {"changes": {"new": 8}},
    )
    assert [walk.new for walk in index.last_walks(SOURCE, 56)] == [2, 6]
    assert [walk.new for walk in last_walks(index.connection, SOURCE, 3)] == [6]
    assert index.last_walks("elsewhere", 56) == []
    index.close()


def test_a_day_that_brought_little_is_not_measured_by_itself(tmp_path: Path) -> None:
    index = ledger(tmp_path, *[ended(300)] * 55, ended(5), ended(299))
    monday = NOW - timedelta(days=1)
    [found] = gather(index.connection, Settings(), [SOURCE], monday).sources
    # Sunday brought little, and is a quiet day like any other.
    assert (found.new_yesterday, found.baseline_yesterday) == (5, Baseline(300, 300, 15))
    assert found.baselines[QUIET] == Baseline(5, 300, 16)
    index.close()


def test_who_only_fetches_files_tells_nothing_of_the_source(tmp_path: Path) -> None:
    index = ledger(
        tmp_path,
        ended(2, walk="cut short", outcome="failed", error="no answer"),
        {"walk": None, "parts": ["files"]},
    )
    known = activity(index.connection, SOURCE, 5)
    assert [report["outcome"] for report in known.reports] == ["failed"]
    assert (known.last_complete_at, known.last_ended_at) == (None, to_text(NOW - timedelta(days=2)))
    assert statuses(index.connection)[0].last_complete_at is None
    index.close()


def test_what_was_reported_before_harvests_had_parts_was_a_walk(tmp_path: Path) -> None:
    index = ledger(tmp_path, {}, {})
    assert len(activity(index.connection, SOURCE, 5).reports) == 2
    index.close()
