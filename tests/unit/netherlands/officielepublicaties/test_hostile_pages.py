"""One bad record of a page costs none of the others, and is kept as it came."""

from collections.abc import Callable

import pytest

from spiders.netherlands.officielepublicaties.sru import NotAPage, Page, parse_page, salvage_page
from tests.unit.netherlands.officielepublicaties.harvests import Kept, days_later, harvest
from tests.unit.netherlands.officielepublicaties.sru_service import Publication, Service, answer

AT = "2026-11-23T20:15:09.120Z"
PAPERS = [Publication(f"kst-36900-{n}", "2026-09-01", number=f"{n}") for n in range(100, 200)]
BAD = PAPERS[42]
SPOIL: dict[str, Callable[[str], str]] = {
    "a character that XML has not": lambda r: r.replace("Voorbeelden", "&#x1F;"),
    "bare ampersand": lambda r: r.replace("Voorbeelden", "a & b"),
    "no UTF-8": lambda r: r.replace("Voorbeelden", "\udcff"),
    "tags crossed": lambda r: r.replace("</dcterms:title>", "</dcterms:titel>"),
    "undeclared prefix": lambda r: r.replace("<gzd:timestamp>", "<x:timestamp>"),
    "40,000 attributes": lambda r: r.replace(
        "<gzd:timestamp>", "<gzd:timestamp " + " ".join(f'a{n}="x"' for n in range(40_000)) + ">"
    ),
    "too deep": lambda r: r.replace("Voorbeelden", "<a>" * 3000 + "</a>" * 3000),
}


def page(spoil: Callable[[str], str]) -> bytes:
    """Return an answer with 100 records, one of them spoilt."""
    records = [p.record() if p is not BAD else spoil(p.record()) for p in PAPERS]
    return answer(records, 100, errors="surrogateescape")


def taken(body: bytes) -> Page:
    """Read a page as the spider does once asking again has given nothing better."""
    try:
        return parse_page(body, AT)
    except NotAPage:
        return salvage_page(body, AT)


@pytest.mark.parametrize("spoil", SPOIL.values(), ids=SPOIL)
def test_the_other_records_are_taken_and_the_bad_one_is_kept_as_it_came(
    spoil: Callable[[str], str],
) -> None:
    found = taken(page(spoil))
    assert (found.total, found.count, len(found.observations)) == (100, 100, 99)
    [defect] = found.defects
    assert defect.record == f"Kamerstuk/{BAD.id}"
    assert spoil(BAD.record()).encode("utf-8", "surrogateescape") in defect.raw
    assert found.last == PAPERS[-1].id


@pytest.mark.parametrize("body", [b"", b"<html>&</html>", answer([], 0)[:-30], b"<record>" * 9])
def test_what_is_no_answer_is_not_taken_for_one(body: bytes) -> None:
    with pytest.raises(NotAPage):
        taken(body)


def test_a_record_that_is_mended_in_place_comes_with_the_next_harvest() -> None:
    service, kept = Service(), Kept()
    service.publish(*PAPERS)
    spoil = SPOIL["a character that XML has not"]

    def spoilt(url: str) -> bytes:
        good = BAD.record().encode()
        return service.answer(url).replace(good, spoil(BAD.record()).encode())

    assert not harvest(spoilt, kept)
    assert kept.ids == {paper.id for paper in PAPERS} - {BAD.id}
    assert list(kept.open_asides) == [f"Kamerstuk/{BAD.id}"]
    # Weeks later the walk by day of change does not come by that day any more.
    assert not harvest(spoilt, kept, days_later(30))
    assert not harvest(service, kept, days_later(60))
    assert kept.ids == {paper.id for paper in PAPERS}
    assert not kept.open_asides
