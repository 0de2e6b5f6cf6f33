"""The life of publications beside the fictional parliament."""

import re
from collections import Counter
from datetime import date
from functools import partial
from typing import Any

import pytest
from lxml import etree

from spiders.netherlands.simulator.koop.files import make
from spiders.netherlands.simulator.koop.papers_xml import make_xml
from spiders.netherlands.simulator.koop.publications import REMOVED
from spiders.netherlands.simulator.koop.senate import lettered
from spiders.netherlands.simulator.papers import Paper
from spiders.netherlands.simulator.parliament import Parliament

Truths = dict[str, dict[str, Any]]


def _truths(world: Parliament) -> list[dict[str, Any]]:
    return list(world.truth()["publications"])


def _present(world: Parliament) -> Truths:
    return {p["id"]: p for p in _truths(world) if p["state"] not in ("awaited", "gone")}


def _all_text(world: Parliament, identifier: str) -> str:
    entry = world.koop.get(identifier)
    assert entry is not None
    root = etree.fromstring(make(entry, "xml"))
    return " ".join("".join(map(str, root.itertext())).split())


def test_the_truth_is_what_the_repository_holds(living: Parliament) -> None:
    for _ in range(4):
        present = _present(living)
        assert sorted(entry.record.identifier for entry in living.koop) == sorted(present)
        for entry in living.koop:
            told, record = present[entry.record.identifier], entry.record
            assert told["title"] == record.title
            assert told["status"] == record.status
            assert told["modified"] == record.modified.isoformat()
            assert told["dossiers"] == list(record.dossiers)
            assert told["people"] == list(record.movers)
            assert told["manifestations"] == list(record.manifestations)
        living.advance(2)


def test_the_same_seed_gives_the_same_publications() -> None:
    first, second = Parliament(3, size=0.3), Parliament(3, size=0.3)
    for world in (first, second):
        world.advance(2)
    assert _truths(first) == _truths(second)
    for entry, other in zip(first.koop, second.koop, strict=True):
        assert entry.record == other.record
    some = list(zip(first.koop, second.koop, strict=True))[::15]
    assert [make(entry, "pdf") for entry, _ in some] == [make(other, "pdf") for _, other in some]


def test_every_paper_comes_a_day_or_more_after_its_chamber_had_it(parliament: Parliament) -> None:
    told = {p["paper"]: p for p in _truths(parliament) if p["paper"]}
    assert set(told) == {paper.number for paper in parliament.papers}
    for paper in parliament.papers:
        publication = told[paper.number]
        assert publication["kind"] == paper.kind
        if publication["state"] != "awaited":
            assert publication["available"] > paper.day.isoformat()
            assert date.fromisoformat(publication["available"]).weekday() < 5
        if paper.kind != "annex":
            assert publication["final_id"] == paper.kst


def test_what_is_not_typeset_has_a_number_for_a_name_and_says_its_place(
    parliament: Parliament,
) -> None:
    unset = [e.record for e in parliament.koop if e.record.identifier.startswith("kst-12")]
    assert len(unset) > 5
    for record in unset:
        assert re.fullmatch(r"kst-\d{7}", record.identifier)
        assert record.status == "Onopgemaakt"
        assert record.subrubriek == "Overige Kamerstukken"
        assert record.group == "onopgemaakt"
        assert record.manifestations == ("metadata", "metadataowms", "pdf")
        assert record.number
        assert record.dossiers


def test_a_typeset_paper_takes_the_place_of_its_number(living: Parliament) -> None:
    before = _present(living)
    typeset = living.advance(3)["koop"]["typeset"]
    assert typeset
    for identifier in typeset:
        told = _present(living)[identifier]
        [number] = told["earlier_ids"]
        assert number in before
        assert living.koop.get(number) is None
        entry = living.koop.get(identifier)
        assert entry is not None
        assert entry.record.status == "Opgemaakt na onopgemaakt"
        assert len(entry.record.manifestations) == 6
        assert entry.record.available.isoformat() == before[number]["available"]
        assert told["versions"] == 2


def test_each_advance_changes_something_of_every_kind(living: Parliament) -> None:
    kinds: set[str] = set()
    for _ in range(5):
        happened = living.advance(1)["koop"]
        assert {"publish", "typeset", "touch", "revise"} <= set(happened)
        kinds |= set(happened)
    assert {"vanish", "empty", "reprint", "correct", "withdraw", "follow", "return"} <= kinds


def test_a_publication_changes_at_most_once_per_advance(living: Parliament) -> None:
    for _ in range(4):
        before = {p["subject"] + p["word"]: p["versions"] for p in _truths(living)}
        report = living.advance(5)["koop"]
        changed = Counter(identifier for ids in report.values() for identifier in ids)
        parts = {i for what in ("reprint", "correct") for i in report.get(what, [])}
        assert all(count == 1 or i in parts for i, count in changed.items())
        for told in _truths(living):
            name = told["subject"] + told["word"]
            if name in before:
                assert told["versions"] - before[name] in (0, 1), told


def test_a_touch_moves_the_times_and_no_byte(living: Parliament) -> None:
    before = {entry.record.identifier: entry for entry in living.koop}
    files = {
        name: [make(entry, m) for m in entry.record.manifestations]
        for name, entry in before.items()
        if entry.record.subrubriek is not None
    }
    [touched, *_] = living.advance(1)["koop"]["touch"]
    entry = living.koop.get(touched)
    assert entry is not None
    old, new = before[touched].record, entry.record
    assert new.changed_at > old.changed_at
    assert new.modified > old.modified
    assert (new.file_modified, new.available) == (old.file_modified, old.available)
    assert entry.edition == before[touched].edition
    assert [make(entry, m) for m in new.manifestations] == files[touched]
    assert _present(living)[touched]["touches"] == 1


def test_a_revision_changes_the_text_under_the_same_name(living: Parliament) -> None:
    before = _present(living)
    [revised, *_] = living.advance(1)["koop"]["revise"]
    told = _present(living)[revised]
    assert told["earlier_words"][-1] == before[revised]["word"]
    if told["has_text_in_xml"]:
        assert told["word"] in _all_text(living, revised)
    entry = living.koop.get(revised)
    assert entry is not None
    assert entry.edition > 1


def test_what_vanishes_leaves_no_trace_and_what_is_emptied_says_so(living: Parliament) -> None:
    [vanished, *_] = living.advance(1)["koop"]["vanish"]
    assert living.koop.get(vanished) is None
    [emptied, *_] = living.advance(1)["koop"]["empty"]
    entry = living.koop.get(emptied)
    assert entry is not None
    assert (
        REMOVED in make_xml(entry.body(), entry.record).decode()
        or not (_present(living)[emptied]["has_text_in_xml"])
    )
    for _ in range(4):
        living.advance(2)
    assert living.koop.get(vanished) is None


def test_reprints_and_errata_stand_beside_the_first_print(living: Parliament) -> None:
    for _ in range(2):
        living.advance(1)
    told = _present(living)
    reprints = [i for i in told if i.endswith("-h1")]
    errata = [i for i in told if i.endswith("-n1")]
    assert reprints
    assert errata
    for identifier in (*reprints, *errata):
        assert told[identifier]["kind"] == "letter"
        assert told[identifier]["part"] == identifier[-2:]


def test_annexes_stay_as_they_came_and_name_their_letter(parliament: Parliament) -> None:
    told = _present(parliament)
    annexes = [p for p in told.values() if p["kind"] == "annex"]
    assert len(annexes) > 5
    letters = {p["final_id"]: p for p in told.values() if p["kind"] == "letter"}
    for annex in annexes:
        assert re.fullmatch(r"blg-\d{7}", annex["id"])
        assert annex["status"] == "Onopgemaakt"
        assert annex["subrubriek"] is None
        letter = letters[annex["main_document"]]
        assert annex["id"] in letter["annexes"]
        assert annex["number"] == letter["number"]


def test_some_papers_are_in_two_dossiers_and_some_xml_is_empty(parliament: Parliament) -> None:
    told = _present(parliament).values()
    assert any(len(p["dossiers"]) == 2 for p in told)
    assert Counter(p["form"] for p in told).keys() == {
        "officiele-publicatie",
        "metadata only",
        "kamerwrk",
    }


def test_where_the_typesetter_corrected_both_sources_differ(parliament: Parliament) -> None:
    papers = {paper.number: paper for paper in parliament.papers}
    differing = [p for p in _present(parliament).values() if p["differs"]]
    assert len(differing) > 5
    for told in differing:
        paper, said = papers[told["paper"]], told["differs"]
        assert said["chamber"] in " ".join(paper.sheet.paragraphs)
        entry = parliament.koop.get(told["id"])
        assert entry is not None
        text = " ".join(entry.body().sheet.paragraphs)
        assert said["koop"] in text
        assert said["chamber"] not in text


def test_both_sources_have_the_same_words_in_another_file(parliament: Parliament) -> None:
    papers = {paper.number: paper for paper in parliament.papers}
    compared = 0
    for told in _present(parliament).values():
        paper = papers.get(told["paper"] or "")
        if paper is None or told["kind"] == "annex" or told["differs"] or paper.missing_status:
            continue
        entry = parliament.koop.get(told["id"])
        assert entry is not None
        assert (
            told["status"] == "Onopgemaakt" or told["word"] == paper.word or told["earlier_words"]
        )
        if told["status"] != "Onopgemaakt" and compared < 10:
            assert make(entry, "pdf") != Paper.content(paper)
            compared += 1
    assert compared == 10


def test_the_eerste_kamer_publishes_here_alone(parliament: Parliament) -> None:
    told = [p for p in _truths(parliament) if p["chamber"] == 1 and p["form"] != "kamerwrk"]
    assert Counter(p["kind"] for p in told).keys() == {"letter", "motion"}
    assert {p["paper"] for p in told} == {None}
    typeset = [p["id"] for p in told if p["state"] == "typeset"]
    assert any(re.fullmatch(r"kst-\d{5}-[A-Z]", i) for i in typeset)
    assert any(re.fullmatch(r"kst-[IVXLC]+-[A-Z]+", i) for i in typeset)
    chamber = {paper.word for paper in parliament.papers}
    assert not chamber & {p["word"] for p in told}


def test_letters_to_the_eerste_kamer_answer_its_motions_and_cite_both_chambers(
    parliament: Parliament,
) -> None:
    told = {p["final_id"]: p for p in _truths(parliament)}
    letters = [p for p in told.values() if p["chamber"] == 1 and p["kind"] == "letter"]
    answered = [answer["motion"] for letter in letters for answer in letter["answers"]]
    assert answered
    assert len(answered) == len(set(answered))
    assert {(told[i]["kind"], told[i]["chamber"]) for i in answered} == {("motion", 1)}
    cited = {c["target"] for letter in letters for c in letter["citations"]}
    assert set(answered) <= cited
    assert {told[target]["chamber"] for target in cited} == {1, 2}
    assert any(c["note"] for letter in letters for c in letter["citations"])


@pytest.mark.parametrize(
    ("number", "text"), [(1, "A"), (26, "Z"), (27, "AA"), (28, "AB"), (52, "AZ"), (53, "BA")]
)
def test_its_numbers_are_letters(number: int, text: str) -> None:
    assert lettered(number) == text


def test_a_paper_that_its_chamber_moved_gets_another_name_here_too(living: Parliament) -> None:
    living.advance(1)
    [moved] = living.advance(1)["moved"]
    for _ in range(3):
        living.advance(3)
    [told] = [p for p in _truths(living) if p["paper"] == moved]
    [paper] = [paper for paper in living.papers if paper.number == moved]
    assert told["final_id"] == paper.kst
    if told["state"] == "typeset":
        assert told["id"] == paper.kst
        assert paper.earlier_kst[0] in told["earlier_ids"]
        assert living.koop.get(paper.earlier_kst[0]) is None


def test_the_typical_letter_is_typeset_with_links_to_what_it_answers(
    parliament: Parliament,
) -> None:
    told = parliament.truth()["typical_letter"]
    entry = parliament.koop.get(told["letter"])
    assert entry is not None
    root = etree.fromstring(make(entry, "xml"))
    linked = [each.get("doc") for each in root.iter("extref")]
    answered = [answer["motion"] for answer in told["answers"]]
    first, second = told["earlier_letters"]
    assert linked == [first, *answered, second]
    find = partial(root.iterfind, ".//tekst/al/extref")
    assert [each.get("doc") for each in find()] == [first, *answered]
    assert all(parliament.koop.get(name) is not None for name in (first, second, *answered))
