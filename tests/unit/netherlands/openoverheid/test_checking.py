"""Withdrawn documents are found and told from those that never were; copies are asked for by id."""

import json
from datetime import date, timedelta

import pytest

from spiders.netherlands.openoverheid.identifiers import copy_id
from tests.unit.netherlands.openoverheid.portal import (
    HAS_ANNEX,
    NOON,
    ROOT,
    Kept,
    Portal,
    Publication,
    harvest,
    uuid,
)

TODAY = date(2026, 9, 20)


def letters(count: int) -> Portal:
    portal = Portal()
    portal.publish(*(Publication(uuid(n), TODAY) for n in range(1, count + 1)))
    return portal


def test_what_is_not_served_twice_is_withdrawn_and_the_answers_are_kept() -> None:
    portal, kept = letters(3), Kept()
    harvest(portal, kept)
    del portal.documents[uuid(2)]
    assert not harvest(portal, kept, NOON + timedelta(hours=1))
    assert uuid(2) in kept.ids()
    assert not harvest(portal, kept, NOON + timedelta(hours=12))
    assert uuid(2) in kept.ids()
    assert not harvest(portal, kept, NOON + timedelta(hours=26))
    entry = kept.entries[f"document/{uuid(2)}"]
    assert entry.state == "withdrawn"
    assert entry.reason is not None
    assert entry.reason.startswith("not served: 404, missed since 2026-09-20T13:00:00.000Z")
    assert "withdrawn or not public" in entry.reason
    assert "Unknown document" in json.loads(entry.raw)["file"]


def test_what_comes_back_was_never_withdrawn() -> None:
    portal, kept = letters(3), Kept()
    harvest(portal, kept)
    gone = portal.documents.pop(uuid(2))
    harvest(portal, kept, NOON + timedelta(hours=1))
    portal.publish(gone)
    harvest(portal, kept, NOON + timedelta(hours=30))
    assert not kept.position["held again"]["missing"]
    assert uuid(2) in kept.ids()


def test_a_document_whose_file_is_served_is_not_gone() -> None:
    portal, kept = letters(1), Kept()
    harvest(portal, kept)
    portal.refusals[f"zoek/{uuid(1)}"] = 404
    for hours in (1, 30, 60):
        assert not harvest(portal, kept, NOON + timedelta(hours=hours))
    assert kept.ids() == {uuid(1)}
    assert "a document that is not listed: its file answers 200" in kept.met


def test_what_the_source_says_never_existed_is_told_so() -> None:
    portal, kept = letters(2), Kept()
    harvest(portal, kept)
    del portal.documents[uuid(1)]
    never = b"Unknown file manifest.json for plooi-api-x"
    original = portal.answer

    def answer(url: str) -> tuple[int, bytes]:
        return (404, never) if f"/documenten/{uuid(1)}" in url else original(url)

    portal.answer = answer  # type: ignore[method-assign]
    for hours in (1, 30):
        harvest(portal, kept, NOON + timedelta(hours=hours))
    assert "never existed" in (kept.entries[f"document/{uuid(1)}"].reason or "")


def test_when_much_is_missing_at_once_nothing_is_concluded() -> None:
    portal, kept = letters(60), Kept()
    harvest(portal, kept)
    portal.refusals["zoek/"] = 404
    portal.refusals["/documenten/"] = 404
    for hours in (1, 30):
        [failure] = harvest(portal, kept, NOON + timedelta(hours=hours))
        assert "none is concluded" in failure.reason
    assert len(kept.ids()) == 60


def test_held_documents_take_turns() -> None:
    portal, kept = letters(5), Kept()
    harvest(portal, kept, recheck_documents=2)
    asked: list[str] = []
    for hours in range(1, 5):
        harvest(portal, kept, NOON + timedelta(hours=hours), recheck_documents=2)
        asked += [url.rpartition("/")[2] for url in portal.asked if "/zoek/" in url]
    assert asked[:5] == [uuid(n) for n in range(1, 6)]
    assert set(asked[5:]) <= set(portal.documents)


def test_a_withdrawal_that_the_source_tells_itself_has_its_reason() -> None:
    portal, kept = letters(1), Kept()
    harvest(portal, kept)
    letter = portal.documents[uuid(1)]
    letter.changed = NOON + timedelta(hours=2)
    letter.add_version(
        "intrekking", redenVerwijderingVervanging="correctie privacygevoelige gegevens"
    )
    harvest(portal, kept, NOON + timedelta(hours=3))
    entry = kept.entries[f"document/{uuid(1)}"]
    assert entry.state == "withdrawn"
    assert entry.reason == "the source withdrew it: correctie privacygevoelige gegevens"
    [told] = [e for e in kept.entries.values() if "_intrekking-" in e.id]
    assert told.state == "present"


def test_an_annex_that_never_was_is_no_withdrawal() -> None:
    portal, kept = letters(1), Kept()
    letter = portal.documents[uuid(1)]
    letter.relations = [{"relation": f"{ROOT}/documenten/{uuid(77)}", "role": HAS_ANNEX}]
    for hours in (0, 1, 30):
        assert not harvest(portal, kept, NOON + timedelta(hours=hours))
    assert not [e for e in kept.entries.values() if e.state == "withdrawn"]


# Copies ------------------------------------------------------------------------------------------


def copied(*official: str) -> Portal:
    portal = Portal()
    for identifier in official:
        document = Publication(copy_id(identifier), TODAY, "Kamerstuk")
        document.more = {"identifiers": [identifier]}
        portal.publish(document)
    return portal


def test_copies_are_asked_for_by_the_id_that_follows_from_the_official_one() -> None:
    portal, kept = copied("kst-36900-4", "blg-77"), Kept()
    kept.official = ["blg-77", "bet-2013-1", "kst-36900-4", "kst-36900-5"]
    assert not harvest(portal, kept)
    assert kept.ids("copy") == {copy_id("kst-36900-4"), copy_id("blg-77")}
    assert not any(copy_id("bet-2013-1") in url for url in portal.asked)
    assert "a copy's id follows from the official id" in kept.met


def test_copies_take_turns_to_the_end_and_begin_anew() -> None:
    portal, kept = Portal(), Kept()
    kept.official = [f"kst-36900-{n}" for n in range(1, 8)]
    asked: list[str] = []
    for hours in range(6):
        harvest(portal, kept, NOON + timedelta(hours=hours), copies=3)
        asked += [url.rpartition("/")[2] for url in portal.asked if "/zoek/" in url]
    assert set(asked[:7]) == {copy_id(identifier) for identifier in kept.official}
    assert len(asked) > 12


@pytest.mark.parametrize(
    ("official", "digest"),
    [
        ("kst-35842-4", "4c67a2bd25708b00a9e7340c925b7dccec638e13"),
        ("blg-1227065", "0b03c64e8b44a7b0466a809054860a2c77fb628b"),
    ],
)
def test_ids_of_copies_are_those_that_the_platform_gave(official: str, digest: str) -> None:
    assert copy_id(official) == f"oep-{digest}"
