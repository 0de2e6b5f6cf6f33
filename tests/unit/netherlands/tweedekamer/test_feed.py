"""A page of the SyncFeed, in the wire form that the guide describes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from spiders.netherlands.tweedekamer.feed import NotAFeedPage, fingerprint, parse_page

OBSERVED_AT = "2026-11-24T08:00:00.000Z"
TK = "http://www.tweedekamer.nl/xsd/tkData/v1-0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
FEED = "https://gegevensmagazijn.tweedekamer.nl/SyncFeed/2.0/Feed"
ID = "7c0c2f4e-1111-4c1f-9a53-0d5a3f7d9b10"


def entity(body: str = "<soort>Voor</soort>", attributes: str = "", name: str = "stemming") -> str:
    return (
        f'<{name} xmlns:tk="{TK}" xmlns="{TK}" xmlns:xsi="{XSI}" id="{ID}" '
        f'tk:bijgewerkt="2026-09-10T13:40:40.9030000" tk:verwijderd="false"{attributes}>'
        f"{body}</{name}>"
    )


def entry(content: str, token: int = 2, extra: str = "") -> str:
    return (
        f"<entry><title>{ID}</title>"
        f"<id>https://gegevensmagazijn.tweedekamer.nl/SyncFeed/2.0/Entiteiten/{ID}</id>"
        "<author><name>Tweede Kamer der Staten-Generaal</name></author>"
        '<updated>2026-09-10T11:40:48.4533341Z</updated><category term="stemming" />'
        f'<link rel="next" href="{FEED}?skiptoken={token}&amp;category=Stemming" />{extra}'
        f'<content type="application/xml">{content}</content></entry>'
    )


def page(*entries: str, link: str = f'<link rel="next" href="{FEED}?skiptoken=9" />') -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
    return f"{head}<title>Gegevensmagazijn SyncFeed</title>{link}{''.join(entries)}</feed>".encode()


def test_an_entry_becomes_an_observation() -> None:
    [seen] = parse_page(page(entry(entity())), OBSERVED_AT).observations
    assert (seen.id, seen.state, seen.reason) == (f"Stemming/{ID}", "present", None)
    assert seen.url.endswith(f"/Entiteiten/{ID}")
    assert seen.updated == "2026-09-10T11:40:48.4533341Z"
    assert seen.observed_at == OBSERVED_AT
    assert etree.fromstring(seen.raw).findtext(f"{{{TK}}}soort") == "Voor"


def test_entities_with_a_prefix_are_the_same_entities() -> None:
    prefixed = (
        f'<ns1:toezegging xmlns:ns1="{TK}" id="{ID}" ns1:bijgewerkt="2026-01-02T03:04:05+01:00" '
        'ns1:verwijderd="false"><ns1:nummer>TZ1</ns1:nummer></ns1:toezegging>'
    )
    plain = entity("<nummer>TZ1</nummer>", name="toezegging")
    one = parse_page(page(entry(prefixed)), OBSERVED_AT).observations[0]
    other = parse_page(page(entry(plain)), OBSERVED_AT).observations[0]
    assert one.id == other.id == f"Toezegging/{ID}"
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("flag", ["true", "True", "TRUE", " true"])
def test_withdrawn_is_read_whatever_its_case(flag: str) -> None:
    gone = entity("").replace('verwijderd="false"', f'verwijderd="{flag}"')
    [seen] = parse_page(page(entry(gone)), OBSERVED_AT).observations
    assert (seen.state, seen.reason) == ("withdrawn", "source: verwijderd=true")


def test_a_withdrawn_entity_with_a_body_is_withdrawn() -> None:
    gone = entity().replace('verwijderd="false"', 'verwijderd="true"')
    assert parse_page(page(entry(gone)), OBSERVED_AT).observations[0].state == "withdrawn"


def test_enclosures_are_kept_as_the_source_wrote_them() -> None:
    href = f"https://host/Resources/{ID}"
    link = f'<link rel="enclosure" href="{href}" type="application/pdf" length="21" />'
    [seen] = parse_page(page(entry(entity(), extra=link)), OBSERVED_AT).observations
    [file] = seen.enclosures
    assert file.name == "stemming"
    assert (file.url, file.media_type, file.size_bytes) == (
        f"https://host/Resources/{ID}",
        "application/pdf",
        21,
    )


def test_the_last_entry_says_where_to_go_on() -> None:
    assert parse_page(page(entry(entity(), 5), entry(entity(), 7)), OBSERVED_AT).token == 7


def test_the_order_of_url_parameters_does_not_matter() -> None:
    swapped = entry(entity(), 5).replace(
        "?skiptoken=5&amp;category=Stemming", "?category=Stemming&amp;skiptoken=5"
    )
    assert parse_page(page(swapped), OBSERVED_AT).token == 5


def test_an_empty_page_means_caught_up() -> None:
    empty = parse_page(page(link=f'<link rel="resume" href="{FEED}?skiptoken=9" />'), OBSERVED_AT)
    assert empty.is_empty
    assert empty.observations == ()


@pytest.mark.parametrize(
    "body",
    [
        page(entry(entity()))[:-40],
        b"",
        b"<html><body>Onderhoud</body></html>",
        b"<Error><Message>An error has occurred.</Message></Error>",
        b'<!DOCTYPE feed [<!ENTITY a "x">]><feed xmlns="http://www.w3.org/2005/Atom"/>',
    ],
    ids=["cut", "empty", "html", "error", "doctype"],
)
def test_what_is_no_whole_page_is_refused(body: bytes) -> None:
    with pytest.raises(NotAFeedPage):
        parse_page(body, OBSERVED_AT)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no entity"),
        ("<other/>", "no entity"),
        (entity().replace(ID, "../../etc/passwd"), "id of the stemming"),
        (
            entity().replace('verwijderd="false"', 'verwijderd="misschien"'),
            "neither true nor false",
        ),
    ],
)
def test_one_bad_entry_does_not_cost_the_others(content: str, reason: str) -> None:
    mixed = parse_page(page(entry(content, 3), entry(entity(), 4)), OBSERVED_AT)
    [defect] = mixed.defects
    assert reason in defect.reason
    assert len(mixed.observations) == 1
    assert mixed.token == 4


def digest(text: str) -> str:
    return fingerprint(etree.fromstring(text))


@pytest.mark.parametrize(
    "same",
    [
        entity().replace("2026-09-10T13:40:40.9030000", "2027-01-01T00:00:00.0000000"),
        entity("\n  <soort>Voor</soort>\n"),
        entity().replace('verwijderd="false"', 'verwijderd="False"'),
    ],
    ids=["bijgewerkt", "white space", "case of the flag"],
)
def test_what_changes_without_a_change_leaves_the_fingerprint(same: str) -> None:
    assert digest(same) == digest(entity())


@pytest.mark.parametrize(
    "other",
    [
        entity("<soort>Tegen</soort>"),
        entity("<soort>Voor </soort>"),
        entity('<soort xsi:nil="true"/>'),
        entity("<soort/>"),
        entity("<soort>Voor</soort><soort>Voor</soort>"),
        entity(attributes=' tk:contentLength="12"'),
        entity().replace('verwijderd="false"', 'verwijderd="true"'),
        entity().replace(ID, ID[:-1] + "1"),
        entity(name="besluit"),
    ],
)
def test_every_real_change_gives_another_fingerprint(other: str) -> None:
    assert digest(other) != digest(entity())


@given(
    st.permutations(["<zaak ref='a'/>", "<zaak ref='b'/>", "<soort>x</soort>", "<titel>y</titel>"])
)
def test_the_order_of_elements_leaves_the_fingerprint(parts: list[str]) -> None:
    ordered = "<zaak ref='a'/><zaak ref='b'/><soort>x</soort><titel>y</titel>"
    assert digest(entity("".join(parts))) == digest(entity(ordered))
