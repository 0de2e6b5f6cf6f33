"""One bad entry of a page of 250 costs none of the others, and is kept as it came."""

from time import process_time

import pytest

from spiders.netherlands.tweedekamer.feed import NotAFeedPage, Page, parse_page, salvage_page
from spiders.netherlands.tweedekamer.records import read

AT = "2026-11-23T20:15:09.120Z"
NAMES = (
    'xmlns:tk="http://www.tweedekamer.nl/xsd/tkData/v1-0" '
    'xmlns="http://www.tweedekamer.nl/xsd/tkData/v1-0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
    "<title>Gegevensmagazijn SyncFeed</title>"
    '<link rel="next" href="https://h/Feed?skiptoken=9000&amp;category=Document" />'
)
BAD = 137


def entry(number: int, inner: str = "<soort>Motie</soort>", attributes: str = "") -> str:
    """Return an entry of the feed."""
    id_ = f"{number:08d}-0000-4000-8000-000000000000"
    return (
        f"<entry><title>{id_}</title><id>https://h/Entiteiten/{id_}</id>"
        '<updated>2026-11-20T10:00:00Z</updated><category term="document" />'
        f'<link rel="next" href="https://h/Feed?skiptoken={number}&amp;category=Document" />'
        f'<content type="application/xml"><document {NAMES} id="{id_}" {attributes} '
        'tk:bijgewerkt="2026-11-20T11:00:00.0000000" tk:verwijderd="false">'
        f"{inner}</document></content></entry>"
    )


def page(bad: str) -> bytes:
    """Return a page of 250 entries, one of which is this."""
    entries = [entry(1000 + n) for n in range(250)]
    entries[BAD] = bad
    return f"{HEAD}{''.join(entries)}</feed>".encode("utf-8", "surrogateescape")


def taken(body: bytes) -> Page:
    """Read a page as the spider does once asking again has given nothing better."""
    try:
        return parse_page(body, AT)
    except NotAFeedPage:
        return salvage_page(body, AT)


GOOD = entry(1000 + BAD)
HOSTILE = {
    "a character that XML has not": entry(1000 + BAD, "<onderwerp>a&#x1F;b</onderwerp>"),
    "NUL": entry(1000 + BAD, "<onderwerp>&#0;</onderwerp>"),
    "raw control character": entry(1000 + BAD, "<onderwerp>\x01</onderwerp>"),
    "no UTF-8": entry(1000 + BAD, "<onderwerp>\udcff\udcfe</onderwerp>"),
    "unknown entity": entry(1000 + BAD, "<onderwerp>&euro;</onderwerp>"),
    "bare ampersand": entry(1000 + BAD, "<onderwerp>a & b</onderwerp>"),
    "tag not closed": entry(1000 + BAD, "<onderwerp>a"),
    "tags crossed": entry(1000 + BAD, "<onderwerp><b></onderwerp></b>"),
    "entry not closed": GOOD.removesuffix("</entry>"),
    "half an entry": GOOD[: len(GOOD) // 2],
    "attribute twice": entry(1000 + BAD, attributes='a="1" a="2"'),
    "no namespace": entry(1000 + BAD, "<x:y/>"),
    "CDATA not closed": entry(1000 + BAD, "<onderwerp><![CDATA[ x </onderwerp>"),
    "40,000 attributes": entry(1000 + BAD, attributes=" ".join(f'a{n}="x"' for n in range(40_000))),
    "too deep": entry(1000 + BAD, "<a>" * 5000 + "</a>" * 5000),
    "no id": GOOD.replace(' id="', ' di="'),
    "an id that is a path": GOOD.replace(' id="0', ' id="../0'),
    "no entity": entry(1000 + BAD).partition("<content")[0] + "</entry>",
    "neither withdrawn nor not": GOOD.replace('verwijderd="false"', 'verwijderd="?"'),
}


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_the_other_249_are_taken_and_the_bad_one_is_kept_as_it_came(bad: str) -> None:
    before = process_time()
    found = taken(page(bad))
    assert process_time() - before < 3
    assert len(found.observations) == 249
    [defect] = found.defects
    assert defect.raw == bad.encode("utf-8", "surrogateescape")
    assert defect.reason
    assert defect.record == f"{1000 + BAD:08d}-0000-4000-8000-000000000000"
    assert found.token == 1249


@pytest.mark.parametrize("bad", HOSTILE.values(), ids=HOSTILE)
def test_a_bad_entry_at_the_end_does_not_stop_the_walk(bad: str) -> None:
    body = f"{HEAD}{entry(10)}{bad}</feed>".encode("utf-8", "surrogateescape")
    found = taken(body)
    assert (len(found.observations), len(found.defects)) == (1, 1)
    assert found.token in (1000 + BAD, 9000)


@pytest.mark.parametrize(
    "length", ["²", "5" * 5000, "-1", "1.5", "1e9", "9007199254740993", "veel", "٣"]
)
def test_a_length_that_is_none_is_unknown_and_the_record_is_kept(length: str) -> None:
    link = f'<link rel="enclosure" href="https://h/Resources/1" length="{length}" />'
    found = taken(page(GOOD.replace("<content", f"{link}<content")))
    assert (len(found.observations), found.defects) == (250, ())
    [enclosure] = found.observations[BAD].enclosures
    assert enclosure.size_bytes is None
    assert found.unknown == (f"enclosure@length={length[:40]}",)


@pytest.mark.parametrize("token", ["9" * 30, str(2**53), "x", "", "-5"])
def test_a_token_that_is_none_leads_nowhere_and_costs_no_record(token: str) -> None:
    found = taken(page(GOOD.replace(f"skiptoken={1000 + BAD}", f"skiptoken={token}")))
    assert (len(found.observations), found.token) == (250, 1249)


@pytest.mark.parametrize(
    "updated", ["gisteren", "2026-02-30T10:00:00Z", "0000-01-01T00:00:00Z", ""]
)
def test_bisection_looks_at_the_first_time_that_is_one(updated: str) -> None:
    first = entry(1).replace("2026-11-20T10:00:00Z", updated)
    body = f"{HEAD}{first}{entry(2)}</feed>".encode()
    found = parse_page(body, AT).first_updated
    assert found is not None
    assert found.isoformat() == "2026-11-20T10:00:00+00:00"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><entry></html>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + page(entry(7, "&#1;")),
        page(entry(7, "&#1;"))[:-100],
        b"<feed " + b'a="1" ' * 50_000 + b">" + GOOD.encode() + b"</feed>",
        b"<entry>" * 20_000,
        HEAD.encode() + b"<entry/>" * 20_000 + b"&",
    ],
)
def test_what_is_no_page_is_not_taken_for_one(body: bytes) -> None:
    with pytest.raises(NotAFeedPage):
        taken(body)


def test_what_is_put_aside_can_be_read_once_a_reader_is_mended() -> None:
    """The bytes are those of the entry: with its fault mended, it reads as any other."""
    [defect] = taken(page(HOSTILE["a character that XML has not"])).defects
    mended = defect.raw.replace(b"&#x1F;", b"")
    [observation] = parse_page(HEAD.encode() + mended + b"</feed>", AT).observations
    assert read(observation).rows
