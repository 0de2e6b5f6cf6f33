"""What a source takes back without a word: found out, confirmed, and only then believed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from archive.entries import RecordEntry
from harvester.source.steps import Failure
from spiders.netherlands.officielepublicaties import comparison
from tests.unit.netherlands.officielepublicaties.harvests import Answer, Kept, days_later, harvest
from tests.unit.netherlands.officielepublicaties.sru_service import Publication, Service

LETTER = Publication("kst-36900-2", "2026-09-01", number="2")
PROVISIONAL = Publication("kst-1259252", "2026-09-01", number="D")
TYPESET = Publication("kst-36900-D", "2026-09-19", number="D")
ELSEWHERE = Publication("kst-36800-1", "2026-09-01", dossier="36800")


def harvested(*publications: Publication) -> tuple[Service, Kept]:
    """A service and what a first harvest of it keeps."""
    service, kept = Service(), Kept()
    service.publish(*publications)
    assert not harvest(service, kept)
    return service, kept


def compare(service: Service | Answer, kept: Kept, now: datetime, **o: Any) -> Sequence[Failure]:
    """Harvest with a new round of comparison each time."""
    return harvest(service, kept, now, reconcile_days=0, **o)


def state_of(kept: Kept, publication: Publication) -> RecordEntry:
    kind = "Bijlage" if publication.is_annex else "Kamerstuk"
    return kept.entries[f"{kind}/{publication.id}"]


def test_what_is_gone_is_withdrawn_when_it_is_gone_a_day_later_too() -> None:
    service, kept = harvested(LETTER, ELSEWHERE)
    del service.published[LETTER.id]
    compare(service, kept, days_later(1))
    assert state_of(kept, LETTER).state == "present"
    compare(service, kept, days_later(1.9))
    assert state_of(kept, LETTER).state == "present"
    compare(service, kept, days_later(2))
    gone = state_of(kept, LETTER)
    assert gone.state == "withdrawn"
    assert gone.reason == (
        "missed since 2026-09-21T12:00:00.000Z: neither dossier 36900 nor its id finds it"
    )
    assert "<sru:numberOfRecords>0<" in gone.raw
    assert "dt.identifier%3D%3D%22kst-36900-2%22" in gone.url
    assert state_of(kept, ELSEWHERE).state == "present"


def test_nothing_is_compared_before_the_time() -> None:
    service, kept = harvested(LETTER)
    service.queries.clear()
    harvest(service, kept, days_later(29))
    assert len(service.queries) == 1
    harvest(service, kept, days_later(31))
    assert 'w.dossiernummer=="36900"' in service.queries[-1]


def test_what_only_the_dossier_lacks_stays() -> None:
    service, kept = harvested(LETTER)
    service.published[LETTER.id] = Publication(LETTER.id, LETTER.modified, dossier="99999")
    for day in range(1, 5):
        compare(service, kept, days_later(day))
    assert state_of(kept, LETTER).state == "present"
    assert kept.position["dossiers"]["missing"] == {}


def test_what_was_missed_by_mistake_stays() -> None:
    service, kept = harvested(LETTER)
    hidden = service.published.pop(LETTER.id)
    compare(service, kept, days_later(1))
    assert kept.position["dossiers"]["missing"]
    service.publish(hidden)
    compare(service, kept, days_later(2))
    del service.published[LETTER.id]
    compare(service, kept, days_later(3))
    assert state_of(kept, LETTER).state == "present"  # missed anew, not yet confirmed


def test_a_provisional_id_that_vanishes_says_what_it_became() -> None:
    service, kept = harvested(PROVISIONAL, LETTER)
    del service.published[PROVISIONAL.id]
    service.publish(TYPESET)
    harvest(service, kept, days_later(1))  # no round is due: the typeset paper is the sign
    harvest(service, kept, days_later(1.2))
    assert kept.position["dossiers"]["after"] is None  # and none has begun
    harvest(service, kept, days_later(2.5))
    assert kept.position["dossiers"]["after"] is None
    harvest(service, kept, days_later(4))
    gone = state_of(kept, PROVISIONAL)
    assert gone.state == "withdrawn"
    assert (gone.reason or "").startswith("typeset as kst-36900-D; missed since 2026-09-")
    assert state_of(kept, TYPESET).state == "present"


def test_a_withdrawn_paper_that_comes_back_is_present_again() -> None:
    service, kept = harvested(LETTER)
    del service.published[LETTER.id]
    for day in (1, 3):
        compare(service, kept, days_later(day))
    assert state_of(kept, LETTER).state == "withdrawn"
    service.publish(Publication(LETTER.id, "2026-09-24", number="2"))
    compare(service, kept, days_later(4))
    assert state_of(kept, LETTER).state == "present"


def test_annexes_are_compared_as_papers_are() -> None:
    annex = Publication("blg-1234567", "2026-09-01")
    service, kept = harvested(LETTER, annex)
    del service.published[annex.id]
    for day in (1, 3):
        compare(service, kept, days_later(day))
    assert state_of(kept, annex).state == "withdrawn"


def test_what_the_walk_missed_is_met_in_its_dossier() -> None:
    service, kept = harvested(LETTER)
    late = Publication("kst-36900-1", "2020-01-01")
    service.publish(late)
    compare(service, kept, days_later(1))
    assert late.id in kept.ids


def test_a_dossier_longer_than_a_page_is_read_to_its_end() -> None:
    papers = [Publication(f"kst-36900-{n:03}", "2026-09-01") for n in range(20)]
    service, kept = harvested(*papers)
    del service.published["kst-36900-019"]
    for day in (1, 3):
        compare(service, kept, days_later(day), page_records=3)
    assert kept.ids == set(service.published)
    asked = [query for query in service.queries if "dt.identifier==" in query]
    assert asked == ['c.product-area==officielepublicaties AND dt.identifier=="kst-36900-019"'] * 2


def test_a_record_that_is_found_but_cannot_be_read_is_not_gone() -> None:
    service, kept = harvested(LETTER)

    def answer(url: str) -> bytes:
        body = service.answer(url)
        return body.replace(b">Kamerstuk<", b"><") if "dossiernummer" in url else body

    def unreadable(url: str) -> bytes:
        return service.answer(url).replace(b">Kamerstuk<", b"><")

    compare(answer, kept, days_later(1))
    for day in (2, 4):
        assert not compare(unreadable, kept, days_later(day))
        assert kept.open_asides
    assert state_of(kept, LETTER).state == "present"
    assert kept.position["dossiers"]["missing"] == {}


def test_a_round_takes_some_dossiers_in_each_harvest() -> None:
    papers = [Publication(f"kst-{n}-1", "2026-09-01", dossier=f"{n}") for n in range(36001, 36008)]
    service, kept = harvested(*papers)
    asked: list[str] = []
    for hour in range(4):
        service.queries.clear()
        harvest(service, kept, days_later(31 + hour / 24), reconcile_dossiers=3)
        asked += [query.split('"')[1] for query in service.queries if "w.dossiernummer" in query]
    assert asked == [str(n) for n in range(36001, 36008)]


def test_a_round_broken_off_goes_on_where_it_was() -> None:
    papers = [Publication(f"kst-{n}-1", "2026-09-01", dossier=f"{n}") for n in range(36001, 36005)]
    service, kept = harvested(*papers)

    def answer(url: str) -> bytes | int:
        return 503 if "36003" in url else service.answer(url)

    [failure] = harvest(answer, kept, days_later(31))
    assert (failure.category, failure.reason) == ("dossiers", "HTTP 503")
    assert kept.position["dossiers"]["after"] == "36002"
    service.queries.clear()
    harvest(service, kept, days_later(31.1))
    assert [q for q in service.queries if "36002" in q or "36003" in q] == [
        query for query in service.queries if "36003" in query
    ]
    assert kept.position["dossiers"]["after"] is None


def test_a_search_that_lost_everything_proves_nothing(monkeypatch: Any) -> None:
    monkeypatch.setattr(comparison, "MOST_MISSING", 5)
    monkeypatch.setattr("spiders.netherlands.officielepublicaties.comparing.MOST_MISSING", 5)
    papers = [Publication(f"kst-36900-{n}", "2026-09-01") for n in range(1, 9)]
    service, kept = harvested(*papers)
    service.published.clear()
    for day in (1, 3, 5):
        [failure] = compare(service, kept, days_later(day))
        assert "missing at once" in failure.reason
    assert len(kept.ids) == 8


def test_what_a_failed_walk_leaves_is_no_ground_for_comparing() -> None:
    _, kept = harvested(LETTER)
    compare(lambda _: 503, kept, days_later(1))
    assert kept.position["dossiers"]["missing"] == {}


def test_none_are_compared_when_none_are_to_be() -> None:
    service, kept = harvested(LETTER)
    service.queries.clear()
    compare(service, kept, days_later(99), reconcile_dossiers=0)
    assert len(service.queries) == 1


def test_a_label_with_anything_in_it_stays_a_value() -> None:
    service, kept = harvested(Publication("kst-1-1", "2026-09-01", dossier='1" OR "2'))
    assert kept.dossiers("", 9) == []
    compare(service, kept, days_later(1))
    assert not kept.failures
