"""The walk: everything is met once, whatever breaks off, moves or fails meanwhile."""

import json
from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.netherlands.openoverheid.portal import (
    HAS_ANNEX,
    NOON,
    ROOT,
    Kept,
    Portal,
    Publication,
    harvest,
    items,
    uuid,
)

TODAY = date(2026, 9, 20)


def spread(ages: list[int], kind: str = "Kamerbrief") -> Portal:
    """A portal with a letter for each number of days ago."""
    portal = Portal()
    for n, ago in enumerate(ages, 1):
        moment = NOON - timedelta(days=ago)
        portal.publish(Publication(uuid(n), moment.date(), kind, changed=moment))
    return portal


def test_a_first_harvest_meets_everything() -> None:
    portal, kept = spread([0, 0, 1, 2, 2, 2, 2, 7, 9, 18]), Kept()
    assert not harvest(portal, kept, window_documents=3)
    assert kept.ids() == set(portal.documents)


def test_a_kind_is_asked_for_in_the_form_that_the_service_decodes_twice() -> None:
    portal = Portal()
    harvest(portal, Kept(), kinds=("kamervraag met antwoord",))
    assert "documentsoort=kamervraag%2520met%2520antwoord" in portal.asked[0]


def test_a_list_is_read_page_by_page() -> None:
    portal, kept = spread([1] * 120), Kept()
    assert not harvest(portal, kept)
    assert len(kept.ids()) == 120


def test_nothing_is_asked_for_twice_when_nothing_changed() -> None:
    portal, kept = spread([0, 1, 3]), Kept()
    harvest(portal, kept, recheck_documents=0)
    harvest(portal, kept, recheck_documents=0)
    assert len(portal.asked) == 1


def test_a_change_of_an_old_document_is_met() -> None:
    portal, kept = spread([18] * 60), Kept()
    harvest(portal, kept)
    old = portal.documents[uuid(33)]
    old.changed = NOON + timedelta(hours=5)
    old.add_version("wijziging", 2, redenVerwijderingVervanging="correctie procedurele fout")
    assert not harvest(portal, kept, NOON + timedelta(days=1), recheck_documents=0)
    assert f"version/{old.id}_2" in kept.entries


def test_a_walk_that_breaks_off_anywhere_loses_nothing() -> None:
    portal = spread([*range(19)] * 3)
    whole = Kept()
    steps = list(items(portal, whole, window_documents=5))
    for count in range(0, len(steps), 3):
        kept = Kept()
        for item in islice(items(portal, kept, window_documents=5), count):
            kept.take(item)
        harvest(portal, kept, window_documents=5)
        assert kept.ids() == set(portal.documents)


def test_a_list_that_moves_while_it_is_read_is_read_again() -> None:
    portal, kept = spread([5] * 60), Kept()
    harvest(portal, kept)
    for n, document in enumerate(portal.documents.values()):
        document.changed = NOON + timedelta(hours=1, seconds=n)
    late = Publication(uuid(999), TODAY, changed=NOON + timedelta(hours=3))

    def move(portal: Portal, url: str) -> None:
        if "start=50" in url:
            portal.publish(late)

    portal.before_answer = move
    assert not harvest(portal, kept, NOON + timedelta(days=1))
    assert late.id in kept.ids()


def test_a_list_that_is_refused_from_some_depth_on_is_told_and_does_not_block() -> None:
    portal, kept = spread([5] * 160), Kept()
    harvest(portal, kept)
    for n, document in enumerate(portal.documents.values()):
        document.changed = NOON + timedelta(hours=1, seconds=n)
    portal.deepest = 100
    [failure] = harvest(portal, kept, NOON + timedelta(days=2))
    assert failure.reason == "the list of changes ends at 100: start is te groot"
    assert not harvest(portal, kept, NOON + timedelta(days=2, hours=1))


def test_kinds_fail_apart_from_each_other() -> None:
    portal, kept = spread([1, 2]), Kept()
    portal.publish(Publication(uuid(50), TODAY, "beslisnota"))
    portal.refusals["documentsoort=kamerbrief"] = 500
    [failure] = harvest(portal, kept, kinds=("kamerbrief", "beslisnota"))
    assert (failure.category, failure.reason) == ("kamerbrief", "HTTP 500")
    assert kept.ids() == {uuid(50)}


def test_401_means_a_wrong_address_and_takes_nothing_away() -> None:
    portal, kept = spread([1, 2]), Kept()
    harvest(portal, kept)
    portal.refusals["/zoek"] = 401
    failures = harvest(portal, kept, NOON + timedelta(days=3), confirm_after_h=0)
    failures += harvest(portal, kept, NOON + timedelta(days=6), confirm_after_h=0)
    assert {f.reason for f in failures} == {
        "HTTP 401: the portal does not know this address; its interface has changed"
    }
    assert kept.ids() == set(portal.documents)


@pytest.mark.parametrize(
    "bad", [b"", b"[]", b"{", b'{"document": 1}', b'{"document": {"a": "\\ud800"}}', 500]
)
def test_one_document_that_cannot_be_read_stops_no_other(bad: bytes | int) -> None:
    portal, kept = spread([1, 1, 1]), Kept()
    portal.refusals[f"zoek/{uuid(2)}"] = bad
    assert not harvest(portal, kept)
    assert kept.ids() == {uuid(1), uuid(3)}
    assert list(kept.open_asides) == [f"document/{uuid(2)}"]
    portal.refusals.clear()
    assert not harvest(portal, kept)
    assert kept.ids() == set(portal.documents)
    assert not kept.open_asides


def test_a_service_that_is_down_ends_the_walk_before_its_position_moves() -> None:
    portal, kept = spread([1] * 9), Kept()
    portal.refusals["zoek/"] = 503
    [failure] = harvest(portal, kept)
    assert "3 documents in a row" in failure.reason
    portal.refusals.clear()
    assert not harvest(portal, kept)
    assert kept.ids() == set(portal.documents)


def test_since_walks_the_days_since_then_again() -> None:
    portal, kept = spread([1, 5, 12]), Kept()
    harvest(portal, kept, since=NOON - timedelta(days=6))
    assert kept.ids() == {uuid(1), uuid(2)}


# Relations ---------------------------------------------------------------------------------------


def related(states: bool) -> Portal:
    """A letter with an annex of some other kind."""
    portal = Portal()
    relations = [{"relation": f"{ROOT}/documenten/{uuid(2)}", "role": HAS_ANNEX}]
    portal.publish(
        Publication(uuid(1), TODAY, relations=relations, states_relations=states),
        Publication(uuid(2), TODAY, "kaart"),
    )
    return portal


@pytest.mark.parametrize("states", [True, False])
def test_annexes_come_along_whichever_way_they_are_stated(states: bool) -> None:
    portal, kept = related(states), Kept()
    assert not harvest(portal, kept)
    assert kept.ids() == {uuid(1), uuid(2)}
    where = "in the document itself" if states else "at /publicatie/<id>/_relaties"
    assert f"relations: {where}" in kept.met


def test_the_other_address_is_not_asked_for_documents_of_before() -> None:
    portal, kept = Portal(), Kept()
    portal.publish(Publication(uuid(1), TODAY, changed=NOON - timedelta(days=150)))
    harvest(portal, kept)
    assert not any("_relaties" in url for url in portal.asked)


def test_an_address_for_relations_that_is_gone_costs_no_document() -> None:
    portal, kept = spread([1, 1, 1]), Kept()
    portal.refusals["_relaties"] = 401
    assert not harvest(portal, kept, recheck_documents=0)
    assert kept.ids() == set(portal.documents)
    assert sum("_relaties" in url for url in portal.asked) == 1
    assert "relations: /publicatie/<id>/_relaties answers 401" in kept.met


def test_relations_that_fail_cost_no_document() -> None:
    portal, kept = spread([1] * 5), Kept()
    portal.refusals["_relaties"] = 500
    assert not harvest(portal, kept)
    assert kept.ids() == set(portal.documents)
    assert not kept.open_asides
    assert "relations: /publicatie/<id>/_relaties fails: HTTP 500" in kept.met


def test_a_document_that_is_listed_and_not_served_is_told() -> None:
    portal, kept = spread([1, 1]), Kept()
    portal.refusals[f"zoek/{uuid(1)}"] = 404
    assert not harvest(portal, kept)
    assert "a document that is named is not served: 404" in kept.met


# Any history -------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 18), max_size=70),
    st.lists(st.lists(st.integers(1, 70), max_size=6), max_size=4),
)
def test_every_state_is_met_whatever_happens_between_harvests(
    ages: list[int], days: list[list[int]]
) -> None:
    portal, kept, now = spread(ages), Kept(), NOON
    harvest(portal, kept, window_documents=7)
    for happenings in days:
        for number in happenings:
            document = portal.documents.get(uuid(number))
            moment = now + timedelta(hours=number / 10)
            if document is None:
                portal.publish(Publication(uuid(number), moment.date(), changed=moment))
            else:
                document.changed = moment
                document.add_version("wijziging", document.number + 1)
        now += timedelta(days=1)
        assert not harvest(portal, kept, now, recheck_documents=0)
        seen = {e.id: json.loads(e.raw) for e in kept.entries.values()}
        for document in portal.documents.values():
            assert seen[f"document/{document.id}"]["versies"] == document.versions
