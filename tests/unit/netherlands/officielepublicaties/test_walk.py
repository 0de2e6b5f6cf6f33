"""The walk by day of change: everything is met once, whatever breaks off or moves meanwhile."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.netherlands.officielepublicaties.windows import Place
from tests.unit.netherlands.officielepublicaties.harvests import (
    NOON,
    Kept,
    days_later,
    harvest,
    items,
)
from tests.unit.netherlands.officielepublicaties.sru_service import (
    DIAGNOSTIC,
    Publication,
    Service,
)
from tests.unit.netherlands.officielepublicaties.sru_service import answer as page_of

SMALL: dict[str, Any] = {"page_records": 3, "window_records": 5, "first_day": date(2026, 9, 1)}
YESTERDAY = "2026-09-19"
TODAY = "2026-09-20"


def numbered(count: int, modified: str, start: int = 1) -> list[Publication]:
    return [Publication(f"kst-36900-{n:04}", modified) for n in range(start, start + count)]


def spread(days: list[int], today: date = date(2026, 9, 20)) -> Service:
    """A service with a publication for each number of days ago."""
    service = Service()
    for n, ago in enumerate(days, 1):
        modified = (today - timedelta(days=ago)).isoformat()
        service.publish(Publication(f"kst-36900-{n:04}", modified))
    return service


def test_a_first_harvest_meets_everything() -> None:
    service, kept = spread([0, 0, 1, 2, 2, 2, 2, 7, 9, 18]), Kept()
    assert not harvest(service, kept, **SMALL)
    assert kept.ids == set(service.published)


def test_what_is_few_takes_one_question() -> None:
    service = spread([1, 2, 3])
    harvest(service, Kept())
    [query] = service.queries
    assert query == (
        "c.product-area==officielepublicaties AND w.publicatienaam==Kamerstuk "
        'AND dt.modified>="1995-01-01" sortBy dt.identifier/sort.ascending'
    )


def test_many_days_are_halved_and_widened_again() -> None:
    service, kept = spread([*range(19)] * 4), Kept()
    assert not harvest(service, kept, **SMALL)
    assert kept.ids == set(service.published)
    assert any('dt.modified<="2026-09-10"' in query for query in service.queries)


@pytest.mark.parametrize("modified", [YESTERDAY, TODAY])
def test_a_day_of_any_size_is_read_by_identifier(modified: str) -> None:
    service, kept = Service(), Kept()
    service.publish(*numbered(40, modified), Publication("blg-1", modified))
    assert not harvest(service, kept, **SMALL)
    assert kept.ids == set(service.published)


def test_the_next_harvest_asks_for_the_last_days_again() -> None:
    service, kept = spread([0, 1, 30]), Kept()
    harvest(service, kept)
    service.queries.clear()
    harvest(service, kept, days_later(1))
    [query] = service.queries
    assert 'dt.modified>="2026-09-17"' in query


def test_nothing_of_today_counts_as_done() -> None:
    service, kept = spread([0]), Kept()
    harvest(service, kept, overlap_days=0)
    assert kept.position["publications"]["first"] == YESTERDAY


def test_an_index_that_stood_still_loses_nothing_when_it_catches_up() -> None:
    service, kept = spread([12]), Kept()
    harvest(service, kept)
    service.publish(Publication("kst-36900-0900", "2026-09-10"))
    harvest(service, kept, days_later(1))
    assert "kst-36900-0900" in kept.ids


def test_a_source_whose_days_are_ahead_of_ours_is_met() -> None:
    service, kept = Service(), Kept()
    service.publish(Publication("kst-36900-1", "2027-03-01"))
    harvest(service, kept)
    service.publish(Publication("kst-36900-2", "2027-03-02"))
    harvest(service, kept, days_later(1))
    assert kept.ids == set(service.published)


def test_since_begins_there_on_a_new_archive() -> None:
    service, kept = spread([0, 3, 40]), Kept()
    harvest(service, kept, since=datetime(2026, 9, 16, 23, 30, tzinfo=UTC))
    assert kept.ids == {"kst-36900-0001", "kst-36900-0002"}
    assert 'dt.modified>="2026-09-17"' in service.queries[0]  # past midnight in Amsterdam


def test_since_goes_back_and_never_beyond_what_was_walked() -> None:
    service, kept = spread([0, 3, 40]), Kept()
    harvest(service, kept, since=datetime(2026, 9, 17, tzinfo=UTC))
    reached = str(kept.position["publications"]["first"])
    for since, begins in ((datetime(2026, 8, 1, tzinfo=UTC), "2026-08-01"), (NOON, reached)):
        kept.position["publications"] = {"first": reached}
        service.queries.clear()
        harvest(service, kept, since=since)
        assert f'dt.modified>="{begins}"' in service.queries[0]


def test_since_a_day_to_come_does_not_wait_for_that_day() -> None:
    service, kept = Service(), Kept()
    harvest(service, kept, since=datetime(2030, 1, 1, tzinfo=UTC))
    service.publish(Publication("kst-36900-1", TODAY))
    harvest(service, kept, days_later(1))
    assert kept.ids == {"kst-36900-1"}


def test_a_changed_publication_is_seen_changed() -> None:
    service, kept = spread([3]), Kept()
    harvest(service, kept)
    before = kept.entries["Kamerstuk/kst-36900-0001"]
    service.publish(Publication("kst-36900-0001", TODAY, text="Gewijzigde motie"))
    harvest(service, kept)
    assert kept.entries[before.id].fingerprint != before.fingerprint


def test_a_publication_that_comes_in_front_meanwhile_costs_no_other() -> None:
    service, kept = spread([1] * 8), Kept()
    asked = 0

    def answer(url: str) -> bytes:
        nonlocal asked
        asked += 1
        if asked == 2:
            service.publish(Publication("kst-36900-0000", YESTERDAY))
        return service.answer(url)

    assert not harvest(answer, kept, page_records=3)
    assert kept.ids >= {f"kst-36900-{n:04}" for n in range(1, 9)}


def test_a_publication_that_leaves_the_window_meanwhile_stops_nothing() -> None:
    service, kept = spread([1] * 8), Kept()
    asked = 0

    def answer(url: str) -> bytes:
        nonlocal asked
        asked += 1
        if asked == 2:
            service.publish(Publication("kst-36900-0007", TODAY))
        return service.answer(url)

    assert not harvest(answer, kept, **{**SMALL, "window_records": 100})
    assert kept.ids == set(service.published)


@dataclass
class Miscounting:
    """A service that forgets a record of later pages, so many times."""

    service: Service
    times: int

    def answer(self, url: str) -> bytes:
        body = self.service.answer(url)
        if "dt.identifier%3E" in url and self.times:
            self.times -= 1
            return body.replace(b"<sru:numberOfRecords>5<", b"<sru:numberOfRecords>4<")
        return body


def test_a_count_that_does_not_fit_is_asked_for_again() -> None:
    service, kept = spread([1] * 8), Kept()
    wrong = Miscounting(service, times=1)
    assert not harvest(wrong.answer, kept, page_records=3)
    assert wrong.times == 0
    assert kept.ids == set(service.published)


@pytest.mark.parametrize("unnamed", [{3}, {3, 6}, {2, 3}, {8}, {7, 8}, {1}, {1, 3, 5, 6}])
def test_records_without_an_identifier_are_put_aside_wherever_they_stand(unnamed: set[int]) -> None:
    service, kept = spread([1] * 8), Kept()
    gone = {f"kst-36900-{n:04}" for n in unnamed}

    def answer(url: str) -> bytes:
        body = service.answer(url)
        for id_ in gone:
            body = body.replace(f"identifier>{id_}<".encode(), b"identifier><")
        return body

    assert not harvest(answer, kept, **SMALL)
    assert kept.ids == set(service.published) - gone
    assert len(kept.open_asides) == len(gone)


def test_a_count_that_never_fits_fails_and_is_not_passed() -> None:
    service, kept = spread([1] * 8), Kept()
    wrong = Miscounting(service, times=99)
    [failure] = harvest(wrong.answer, kept, **SMALL)
    assert failure.reason == "5 records should be left, and 4 are"
    assert wrong.times == 99 - 3
    day = date(2026, 9, 19)
    # The page before is not confirmed: it is asked for again.
    assert Place.from_json(kept.position["publications"]) == Place(day, day, newest=day)
    assert not harvest(service, kept, **SMALL)
    assert kept.ids == set(service.published)


@pytest.mark.parametrize("body", [DIAGNOSTIC, b"<!DOCTYPE html>\n<html></html>", b"<sru"])
def test_an_answer_that_is_no_page_never_counts_as_an_empty_one(body: bytes) -> None:
    kept = Kept()
    [failure] = harvest(lambda _: body, kept)
    assert failure.category == "publications"
    assert kept.position == {}


def test_a_refusal_is_reported_and_the_position_stays() -> None:
    service, kept = spread([1] * 8), Kept()
    harvest(service, kept)
    before = dict(kept.position)
    [failure] = harvest(lambda _: 503, kept)
    assert failure.reason == "HTTP 503"
    assert kept.position == before


def test_days_that_are_too_much_for_the_service_are_halved() -> None:
    service, kept = spread([*range(19)]), Kept()

    def answer(url: str) -> bytes | int:
        body = service.answer(url)
        return 504 if body.count(b"recordPosition>") > 2 * 4 else body

    assert not harvest(answer, kept, first_day=date(2026, 9, 1))
    assert kept.ids == set(service.published)


@given(
    st.lists(st.integers(0, 18), max_size=40),
    st.lists(st.integers(0, 12), max_size=12),
    st.integers(1, 4),
)
def test_broken_off_anywhere_and_resumed_it_meets_the_same(
    days: list[int], breaks: list[int], page_records: int
) -> None:
    service, kept = spread(days), Kept()
    options = {**SMALL, "page_records": page_records}
    for steps in breaks:
        for item in islice(items(service.answer, kept, **options), steps):
            kept.take(item)
    assert not harvest(service, kept, **options)
    assert kept.ids == set(service.published)


def test_what_changes_after_a_break_is_met_wherever_its_identifier_is() -> None:
    service, kept = spread([0] * 9), Kept()
    options = {**SMALL, "first_day": date(2026, 9, 20)}
    for item in islice(items(service.answer, kept, **options), 2):
        kept.take(item)
    service.publish(Publication("kst-36900-0000", "2026-09-21"))
    service.publish(Publication("kst-36900-0100", "2026-09-29"))
    assert not harvest(service, kept, days_later(10), **options)
    assert kept.ids == set(service.published)


def test_broken_off_after_each_step_it_comes_to_the_end() -> None:
    service, kept = spread([*range(19)] * 4), Kept()
    for _ in range(200):
        for item in islice(items(service.answer, kept, **SMALL), 2):
            kept.take(item)
    assert kept.ids == set(service.published)
    assert kept.position["publications"]["first"] == "2026-09-18"  # where the next one begins


@given(st.data())
def test_whatever_changes_between_and_during_harvests_is_met(data: st.DataObject) -> None:
    service, kept = spread(data.draw(st.lists(st.integers(0, 18), max_size=20))), Kept()
    changes = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(range(9))), max_size=6)
    now = NOON
    for day in range(3):
        now = days_later(day)
        coming = data.draw(changes)

        def answer(url: str, now: datetime = now, coming: list[tuple[int, int]] = coming) -> bytes:
            if coming and coming[-1][1] == 0:
                number, _ = coming.pop()
                service.publish(Publication(f"kst-36900-{number:04}", now.date().isoformat()))
            elif coming:
                coming[-1] = (coming[-1][0], coming[-1][1] - 1)
            return service.answer(url)

        harvest(answer, kept, now, **SMALL)
    assert not harvest(service, kept, now, **SMALL)
    assert kept.ids == set(service.published)
    for publication in service.published.values():
        entry = kept.entries[f"Kamerstuk/{publication.id}"]
        assert publication.modified in entry.raw


# The other product area --------------------------------------------------------------------------

BOTH: dict[str, Any] = {"areas": ("officielepublicaties", "sgd")}


def areas(old: bytes) -> tuple[list[str], Any]:
    """A service whose area `sgd` gives one answer; and the queries that it was asked."""
    service, asked = spread([1, 2]), []

    def answer(url: str) -> bytes:
        query = dict(parse_qsl(urlsplit(url).query))["query"]
        asked.append(query)
        if "product-area==sgd" not in query:
            return service.answer(url)
        return old if " AND dt.identifier>" not in query else page_of([], 0)

    return asked, answer


def test_old_papers_are_not_asked_for_unless_wanted() -> None:
    asked, answer = areas(page_of([], 0))
    harvest(answer, Kept())
    assert not any("sgd" in query for query in asked)


def test_old_papers_are_a_category_of_their_own() -> None:
    record = Publication("kst-18401841-1", "2020-01-01").record()
    record = record.replace(">officielepublicaties<", ">sgd<")
    asked, answer = areas(page_of([record], 1))
    kept = Kept()
    assert not harvest(answer, kept, **BOTH)
    assert "kst-18401841-1" in kept.ids
    assert set(kept.position) == {"publications", "sgd", "dossiers"}
    assert 'c.product-area==sgd AND dt.modified>="1995-01-01"' in " ".join(asked)


def test_an_area_of_another_form_is_told_and_stops_no_other() -> None:
    _, answer = areas(page_of(["<gzd:gzd><gzd:originalData/></gzd:gzd>"] * 3, 3))
    kept = Kept()
    [failure] = harvest(answer, kept, **BOTH)
    assert failure.category == "sgd"
    assert failure.reason.startswith("no record of this area can be read")
    assert not kept.open_asides
    assert len(kept.ids) == 2
