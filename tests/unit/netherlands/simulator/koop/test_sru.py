"""The answers of the search, compared with the form that the guide gives."""

import pytest
from lxml import etree

from spiders.netherlands.simulator.koop import sru
from spiders.netherlands.simulator.koop.body import Body
from spiders.netherlands.simulator.koop.errors import SearchRefused
from spiders.netherlands.simulator.koop.records import (
    ANNEX,
    FEW_MANIFESTATIONS,
    OTHER,
    UNSET,
    render,
)
from spiders.netherlands.simulator.koop.repository import Entry, Repository
from spiders.netherlands.simulator.koop.search import Page, Search
from tests.unit.netherlands.simulator.koop.makers import MOTION, RECORD, record

BASE = "http://127.0.0.1:1"
SRU = "{http://docs.oasis-open.org/ns/search-ws/sruResponse}"
_FILES = f"{BASE}/frbr/officielepublicaties/kst/36900-XII/kst-36900-XII-48/1"
_WRITTEN = (
    "<sru:record><sru:recordSchema>http://standaarden.overheid.nl/sru/</sru:recordSchema>"
    "<sru:recordPacking>xml</sru:recordPacking><sru:recordData><gzd:gzd><gzd:originalData>"
    '<overheidwetgeving:meta xmlns:search="http://marklogic.com/appservices/search">'
    "<overheidwetgeving:owmskern><dcterms:identifier>kst-36900-XII-48</dcterms:identifier>"
    "<dcterms:title>Begroting Water &amp; Wegen; Motie; Motie van het lid Terpsma over sluizen"
    "</dcterms:title><dcterms:language>nl</dcterms:language>"
    '<dcterms:type scheme="OVERHEIDop.Parlementair">Kamerstuk</dcterms:type>'
    '<dcterms:creator scheme="OVERHEID.StatenGeneraal">Tweede Kamer der Staten-Generaal'
    "</dcterms:creator><dcterms:modified>2026-10-06</dcterms:modified>"
    "</overheidwetgeving:owmskern><overheidwetgeving:owmsmantel>"
    "<dcterms:available>2026-10-02</dcterms:available><dcterms:date>2026-10-01</dcterms:date>"
    f'<dcterms:hasVersion resourceIdentifier="{BASE}/kst-36900-XII-48.html">1'
    "</dcterms:hasVersion><dcterms:issued>2026-10-01</dcterms:issued>"
    '<dcterms:subject scheme="OVERHEID.TaxonomieBeleidsagenda">Verkeer | Water</dcterms:subject>'
    "</overheidwetgeving:owmsmantel><overheidwetgeving:tpmeta>"
    "<c:product-area>officielepublicaties</c:product-area>"
    "<c:content-area>officielepublicaties/kst/36900-XII</c:content-area>"
    "<overheidwetgeving:bijlage>blg-7</overheidwetgeving:bijlage>"
    "<overheidwetgeving:documentstatus>Opgemaakt na onopgemaakt"
    "</overheidwetgeving:documentstatus>"
    "<overheidwetgeving:documenttitel>Motie van het lid Terpsma over sluizen"
    "</overheidwetgeving:documenttitel>"
    "<overheidwetgeving:dossiertitel>Begroting Water &amp; Wegen</overheidwetgeving:dossiertitel>"
    "<overheidwetgeving:indiener>A.B. (Anne) Terpsma</overheidwetgeving:indiener>"
    "<overheidwetgeving:indiener>C. de Wulp</overheidwetgeving:indiener>"
    "<overheidwetgeving:ondernummer>48</overheidwetgeving:ondernummer>"
    '<overheidwetgeving:organisatietype scheme="OVERHEID.Organisatietype">staten generaal'
    "</overheidwetgeving:organisatietype>"
    "<overheidwetgeving:publicatienaam>Kamerstuk</overheidwetgeving:publicatienaam>"
    "<overheidwetgeving:vergaderjaar>2026-2027</overheidwetgeving:vergaderjaar>"
    "<overheidwetgeving:dossiernummer>36900-XII</overheidwetgeving:dossiernummer>"
    "<overheidwetgeving:dossiernummer>29351</overheidwetgeving:dossiernummer>"
    '<overheidwetgeving:subrubriek scheme="OVERHEIDop.KamerstukTypen">Motie'
    "</overheidwetgeving:subrubriek>"
    "<cd:datumTijdstipWijzigingWork>2026-10-06T00:30:01.0002505+02:00"
    "</cd:datumTijdstipWijzigingWork>"
    "<cd:datumTijdstipWijzigingExpression>2026-10-06T00:30:01.0002505+02:00"
    "</cd:datumTijdstipWijzigingExpression>"
    "</overheidwetgeving:tpmeta></overheidwetgeving:meta></gzd:originalData><gzd:enrichedData>"
    f"<gzd:url>{_FILES}/xml/kst-36900-XII-48.xml</gzd:url>"
    f"<gzd:preferredUrl>{BASE}/kst-36900-XII-48.html</gzd:preferredUrl>"
    f'<gzd:itemUrl manifestation="html">{_FILES}/html/kst-36900-XII-48.html</gzd:itemUrl>'
    f'<gzd:itemUrl manifestation="metadata">{_FILES}/metadata/metadata.xml</gzd:itemUrl>'
    f'<gzd:itemUrl manifestation="metadataowms">{_FILES}/metadataowms/metadata_owms.xml'
    "</gzd:itemUrl>"
    f'<gzd:itemUrl manifestation="odt">{_FILES}/odt/kst-36900-XII-48.odt</gzd:itemUrl>'
    f'<gzd:itemUrl manifestation="pdf">{_FILES}/pdf/kst-36900-XII-48.pdf</gzd:itemUrl>'
    f'<gzd:itemUrl manifestation="xml">{_FILES}/xml/kst-36900-XII-48.xml</gzd:itemUrl>'
    "<gzd:timestamp>2026-10-06T00:30:13.7162+02:00</gzd:timestamp></gzd:enrichedData></gzd:gzd>"
    "</sru:recordData><sru:recordPosition>3</sru:recordPosition></sru:record>"
)


def test_a_record_is_written_as_the_guide_has_it() -> None:
    assert render(record(annexes=("blg-7",)), BASE, 3) == _WRITTEN


def test_what_is_not_typeset_has_three_files_and_its_number_already() -> None:
    unset = record(
        identifier="kst-1259252",
        group="onopgemaakt",
        status=UNSET,
        subjects=(),
        movers=(),
        subrubriek=OTHER,
        manifestations=FEW_MANIFESTATIONS,
    )
    written = render(unset, BASE, 1)
    path = f"{BASE}/frbr/officielepublicaties/kst/onopgemaakt/kst-1259252/1"
    assert f"<gzd:url>{path}/pdf/kst-1259252.pdf</gzd:url>" in written
    assert written.count("<gzd:itemUrl") == 3
    assert "dcterms:subject" not in written
    assert "<overheidwetgeving:ondernummer>48<" in written
    assert ">Overige Kamerstukken</overheidwetgeving:subrubriek>" in written


def test_an_annex_has_no_issued_no_subrubriek_and_names_its_paper() -> None:
    annex = record(
        identifier="blg-7",
        type=ANNEX,
        issued=None,
        subrubriek=None,
        document_title=None,
        main_document="kst-29351-4",
    )
    written = render(annex, BASE, 1)
    assert "issued" not in written
    assert "subrubriek" not in written
    assert "officielepublicaties/blg/" in written
    order = [written.index(name) for name in ("dossiertitel>", "hoofddocument>", "ondernummer>")]
    assert order == sorted(order)
    assert ">kst-29351-4</overheidwetgeving:hoofddocument>" in written


def _body() -> Body:
    return MOTION


def _search(*names: str) -> Search:
    repository = Repository()
    for name in names:
        repository.put(Entry(record(identifier=name), _body))
    return Search(repository)


def test_pages_follow_each_other_until_nothing_remains() -> None:
    search = _search(*(f"kst-1-{number:03d}" for number in range(25)))
    query = "cql.allRecords=1 sortBy dt.identifier"
    seen: list[str] = []
    start: int | None = 1
    while start is not None:
        page = search.page(query, start, 10)
        seen += [each.identifier for each in page.records]
        start = page.next_position
    assert seen == [f"kst-1-{number:03d}" for number in range(25)]
    assert search.page(query, 16, 10).next_position is None
    assert search.page(query, 15, 10).next_position == 25
    assert search.page(query, 26, 10) == Page(25, 26, ())


def test_a_search_sees_what_was_published_since() -> None:
    repository = Repository()
    search = Search(repository)
    assert search.page("cql.allRecords=1", 1, 10).total == 0
    repository.put(Entry(RECORD, _body))
    assert search.page("cql.allRecords=1", 1, 10).total == 1
    repository.remove(RECORD.identifier)
    assert search.page("cql.allRecords=1", 1, 10).total == 0


def test_an_answer_is_one_line_with_its_parts_in_order() -> None:
    asked = sru.Query('dt.date>="2026-01-01" AND dt.title=<&', 1, 2)
    text = sru.response(asked, Page(3, 1, (RECORD, RECORD)), BASE)
    assert "\n" not in text
    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8"?><sru:searchRetrieveResponse xmlns:overheidwetgeving='
    )
    root = etree.fromstring(text.encode())
    assert [child.tag for child in root] == [
        f"{SRU}{name}"
        for name in (
            "version",
            "numberOfRecords",
            "records",
            "nextRecordPosition",
            "echoedSearchRetrieveRequest",
            "resultCountPrecision",
        )
    ]
    assert [e.text for e in root.iter(f"{SRU}recordPosition")] == ["1", "2"]
    echo = root.find(f"{SRU}echoedSearchRetrieveRequest")
    assert echo is not None
    assert [(str(e.tag).removeprefix(SRU), e.text) for e in echo] == [
        ("query", 'dt.date>="2026-01-01" AND dt.title=<&'),
        ("startRecord", "1"),
        ("maximumRecords", "2"),
        ("recordXMLEscaping", "xml"),
        ("recordSchema", "http://standaarden.overheid.nl/sru/"),
    ]
    assert root.findtext(f"{SRU}nextRecordPosition") == "3"
    precision = "info:srw/vocabulary/resultCountPrecision/1/estimate"
    assert root.findtext(f"{SRU}resultCountPrecision") == precision
    assert "nextRecordPosition" not in sru.response(asked, Page(2, 1, (RECORD, RECORD)), BASE)


def test_a_refusal_comes_in_the_other_envelope() -> None:
    text = sru.diagnostic(SearchRefused(10, "unknown prefix <x>"))
    assert text.startswith(
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><searchRetrieveResponse '
        'xmlns="http://docs.oasis-open.org/ns/search-ws/sruResponse" xmlns:ns2='
    )
    assert text.endswith(
        "<version>2.0</version><diagnostics><ns3:diagnostic>"
        "<ns3:uri>info:srw/diagnostic/1/10</ns3:uri>"
        "<ns3:message>unknown prefix &lt;x&gt;</ns3:message></ns3:diagnostic></diagnostics>"
        "</searchRetrieveResponse>"
    )
    assert "numberOfRecords" not in text


def test_explain_lists_the_indexes_where_its_readers_look() -> None:
    root = etree.fromstring(sru.explanation(251).encode())
    names = {"e": "http://explain.z3950.org/dtd/2.0/"}
    database = root.find(".//e:explain/e:serverInfo/e:database", names)
    assert database is not None
    assert database.get("numRecs") == "251"
    assert root.findtext(".//e:serverInfo/e:host", namespaces=names) == "localhost"
    found = root.findall(".//e:indexInfo/e:index/e:map/e:name", names)
    assert ("w", "subrubriek") in {(each.get("set"), each.text) for each in found}


@pytest.mark.parametrize(
    ("start", "maximum", "terms"),
    [
        ("", 10, [("kst-a", 2), ("kst-b", 1)]),
        ("kst-b", 10, [("kst-b", 1)]),
        ("", 1, [("kst-a", 2)]),
    ],
)
def test_scan_counts_values(start: str, maximum: int, terms: list[tuple[str, int]]) -> None:
    records = [record(number="kst-a"), record(number="kst-a"), record(number="kst-b")]
    root = etree.fromstring(sru.scanned("w.ondernummer", start, maximum, records).encode())
    names = {"s": "http://docs.oasis-open.org/ns/search-ws/scan"}
    found = [
        (
            term.findtext("s:value", namespaces=names),
            int(term.findtext("s:numberOfRecords", "", names)),
        )
        for term in root.findall(".//s:term", names)
    ]
    assert found == terms
