"""An answer of the SRU service, in the wire form that the guide describes."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archive.entries import RecordEntry
from spiders.netherlands.officielepublicaties.fingerprint import fingerprint
from spiders.netherlands.officielepublicaties.queries import quoted
from spiders.netherlands.officielepublicaties.sru import Diagnosed, NotAPage, parse_page
from tests.unit.netherlands.officielepublicaties.sru_service import DIAGNOSTIC, Publication, answer

OBSERVED_AT = "2026-11-24T08:00:00.000Z"
MOTION = Publication("kst-36900-XII-48", "2026-09-04", dossier="36900-XII", number="48")
ANNEX = Publication("blg-1299100", "2026-09-03")
RECORD = MOTION.record()
EXPLAIN = (
    b'<sru:explainResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse">'
    b"<sru:version>2.0</sru:version></sru:explainResponse>"
)
OTHER_DIAGNOSTIC = (
    b'<diagnostics><diagnostic xmlns="http://www.loc.gov/zing/srw/diagnostic/">'
    b"<uri>info:srw/diagnostic/1/67</uri></diagnostic></diagnostics>"
)


def seen(*records: str) -> tuple[RecordEntry, ...]:
    return parse_page(answer(records, len(records)), OBSERVED_AT).observations


def test_a_record_becomes_an_observation() -> None:
    [entry] = seen(RECORD)
    assert (entry.id, entry.state) == ("Kamerstuk/kst-36900-XII-48", "present")
    assert entry.updated == "2026-09-04T11:48:13.1293971+02:00"
    assert entry.observed_at == OBSERVED_AT
    assert [(file.name, file.url) for file in entry.enclosures] == [
        ("pdf", "https://repository.overheid.nl/frbr/kst-36900-XII-48.pdf")
    ]


def test_an_annex_is_known_by_its_type() -> None:
    assert seen(ANNEX.record())[0].id == "Bijlage/blg-1299100"


def test_what_is_kept_of_a_record_can_be_read_alone() -> None:
    raw = etree.fromstring(seen(RECORD)[0].raw)
    assert raw.tag == "{http://standaarden.overheid.nl/sru}gzd"
    assert raw.findtext(".//{http://purl.org/dc/terms/}identifier") == MOTION.id


def test_a_page_says_how_many_there_are_and_what_came_last() -> None:
    page = parse_page(answer([RECORD, ANNEX.record()], 7), OBSERVED_AT)
    assert (page.total, page.count, page.last) == (7, 2, "blg-1299100")
    assert page.newest == date(2026, 9, 4)


def test_what_changed_last_comes_last() -> None:
    assert [entry.updated[:10] for entry in seen(RECORD, ANNEX.record()) if entry.updated] == [
        "2026-09-03",
        "2026-09-04",
    ]


def test_nothing_found_is_a_page() -> None:
    page = parse_page(answer([], 0), OBSERVED_AT)
    assert (page.total, page.observations, page.last, page.newest) == (0, (), None, None)


@pytest.mark.parametrize("body", [DIAGNOSTIC, OTHER_DIAGNOSTIC])
def test_a_diagnostic_is_no_empty_page_whatever_its_form(body: bytes) -> None:
    with pytest.raises(Diagnosed, match="info:srw/diagnostic/1/"):
        parse_page(body, OBSERVED_AT)


def test_a_diagnostic_beside_results_is_one_too() -> None:
    body = answer([RECORD], 1).replace(
        b"<sru:records>", b'<d:diagnostic xmlns:d="x"/><sru:records>'
    )
    with pytest.raises(Diagnosed):
        parse_page(body, OBSERVED_AT)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (answer([RECORD], 1)[:-40], "not well-formed"),
        (b"", "not well-formed"),
        (b"<!DOCTYPE html>\n<html><body>503</body></html>", "DOCTYPE"),
        (b"<html><body>Onderhoud</body></html>", "root element"),
        (EXPLAIN, "root element"),
        (
            answer([RECORD], 1).replace(
                b"<sru:searchR", b'<!DOCTYPE a [<!ENTITY b "c">]><sru:searchR'
            ),
            "DOCTYPE",
        ),
        (answer([], 0).replace(b"numberOfRecords", b"version"), "numberOfRecords"),
        (answer([], 0).replace(b">0<", b">many<"), "numberOfRecords"),
        (answer([], 5), "5 records are announced and 0 are there"),
        (answer([RECORD, RECORD], 1), "1 records are announced and 2 are there"),
        (answer([RECORD.replace(MOTION.id, "")], 2), "no record has an identifier"),
    ],
)
def test_what_is_no_whole_page_is_refused(body: bytes, told: str) -> None:
    with pytest.raises(NotAPage, match=told):
        parse_page(body, OBSERVED_AT)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("", "no gzd element"),
        (RECORD.replace(f">{MOTION.id}<", ">../../etc/passwd<"), "the identifier is"),
        (RECORD.replace(">Kamerstuk<", ">../x<"), "the type of"),
        (RECORD.replace(">Kamerstuk<", "><"), "the type of"),
    ],
)
def test_one_bad_record_does_not_cost_the_others(record: str, reason: str) -> None:
    page = parse_page(answer([record, ANNEX.record()], 2), OBSERVED_AT)
    [defect] = page.defects
    assert reason in defect.reason
    assert [entry.id for entry in page.observations] == ["Bijlage/blg-1299100"]
    assert page.count == 2


@pytest.mark.parametrize("work", ["gisteren", "", "99999-01-01T00:00:00+01:00"])
def test_a_time_that_is_none_is_not_passed_on(work: str) -> None:
    record = RECORD.replace("2026-09-04T11:48:13.1293971+02:00", work)
    assert seen(record)[0].updated == "2026-09-04"


def test_two_files_of_a_kind_are_both_kept() -> None:
    item = '<gzd:itemUrl manifestation="pdf">https://a/b.pdf</gzd:itemUrl>'
    record = RECORD.replace("<gzd:timestamp>", f"{item}<gzd:timestamp>")
    assert [file.name for file in seen(record)[0].enclosures] == ["pdf", "pdf-2"]


def digest(record: str) -> str:
    return seen(record)[0].fingerprint


def pretty(record: str) -> str:
    return record.replace("><", ">\n   <")


@pytest.mark.parametrize(
    "same",
    [
        RECORD.replace("2026-08-19T11:48:23.066907", "2027-01-01T00:00:00"),
        RECORD.replace(' xmlns:search="http://marklogic.com/appservices/search"', ""),
        RECORD.replace(">48<", "> 48 <"),
        pretty(RECORD),
    ],
    ids=["timestamp", "stray declaration", "white space", "pretty"],
)
def test_what_changes_without_a_change_leaves_the_fingerprint(same: str) -> None:
    assert same != RECORD
    assert digest(same) == digest(RECORD)


CHANGES: dict[str, Callable[[str], str]] = {
    "again on that day": lambda r: r.replace("T11:48:13.1293971", "T16:02:00.0000001"),
    "modified": lambda r: r.replace("modified>2026-09-04", "modified>2026-09-05"),
    "text": lambda r: r.replace("Voorbeeld", "Voorbeelden"),
    "scheme": lambda r: r.replace("OVERHEIDop.Parlementair", "OVERHEIDop.Iets"),
    "file": lambda r: r.replace(".pdf<", "-h1.pdf<"),
    "manifestation": lambda r: r.replace('"pdf"', '"odt"'),
    "status": lambda r: r.replace("Opgemaakt na onopgemaakt", "Opgemaakt"),
    "dossier": lambda r: r.replace(">36900-XII<", ">36900-XIII<"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_real_change_gives_another_fingerprint(change: str) -> None:
    changed = CHANGES[change](RECORD)
    assert changed != RECORD
    assert digest(changed) != digest(RECORD)


def tpmeta(*parts: str) -> str:
    w = "http://standaarden.overheid.nl/wetgeving/"
    gzd = '<gzd:gzd xmlns:gzd="http://standaarden.overheid.nl/sru">'
    return f'{gzd}<w:tpmeta xmlns:w="{w}">{"".join(parts)}</w:tpmeta></gzd:gzd>'


PARTS = (
    "<w:bijlage>blg-1</w:bijlage>",
    "<w:bijlage>blg-2</w:bijlage>",
    "<w:ondernummer>1</w:ondernummer>",
    "<w:indiener>A</w:indiener>",
)


@given(st.permutations(PARTS))
def test_the_order_of_elements_leaves_the_fingerprint(parts: list[str]) -> None:
    ordered = fingerprint(etree.fromstring(tpmeta(*PARTS)))
    assert fingerprint(etree.fromstring(tpmeta(*parts))) == ordered


def test_who_comes_first_is_part_of_the_fingerprint() -> None:
    people = ("<w:indiener>A</w:indiener>", "<w:indiener>B</w:indiener>")
    one, other = tpmeta(*people), tpmeta(*reversed(people))
    assert fingerprint(etree.fromstring(one)) != fingerprint(etree.fromstring(other))


def test_a_value_in_a_query_stays_a_value() -> None:
    assert quoted('a" OR dt.title=="b\\') == '"a\\" OR dt.title==\\"b\\\\"'
