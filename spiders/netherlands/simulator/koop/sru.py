"""The answers of the search service, as they go over the wire (1.3, 1.6, 1.7)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from spiders.netherlands.simulator.koop.errors import SearchRefused
from spiders.netherlands.simulator.koop.indexes import INDEXES, SETS
from spiders.netherlands.simulator.koop.records import Record, render
from spiders.netherlands.simulator.koop.search import Page

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_RESPONSE = "http://docs.oasis-open.org/ns/search-ws/sruResponse"
_HEAD = (
    f"{_DECLARATION}<sru:searchRetrieveResponse"
    ' xmlns:overheidwetgeving="http://standaarden.overheid.nl/wetgeving/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:cd="http://standaarden.overheid.nl/cup/data"'
    f' xmlns:sru="{_RESPONSE}"'
    ' xmlns:gzd="http://standaarden.overheid.nl/sru"'
    ' xmlns:diag="http://docs.oasis-open.org/ns/search-ws/diagnostic"'
    ' xmlns:facet="http://docs.oasis-open.org/ns/search-ws/facetedResults"'
    ' xmlns:c="http://standaarden.overheid.nl/collectie/">'
    "<sru:version>2.0</sru:version>"
)
_REFUSED = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    f'<searchRetrieveResponse xmlns="{_RESPONSE}"'
    ' xmlns:ns2="http://docs.oasis-open.org/ns/search-ws/xcql"'
    ' xmlns:ns3="http://docs.oasis-open.org/ns/search-ws/diagnostic"'
    ' xmlns:ns4="http://docs.oasis-open.org/ns/search-ws/facetedResults"'
    ' xmlns:ns5="http://docs.oasis-open.org/ns/search-ws/searchResultAnalysis"'
    ' xmlns:ns6="http://docs.oasis-open.org/ns/search-ws/scan">'
    "<version>2.0</version><diagnostics><ns3:diagnostic>"
    "<ns3:uri>info:srw/diagnostic/1/{code}</ns3:uri><ns3:message>{message}</ns3:message>"
    "</ns3:diagnostic></diagnostics></searchRetrieveResponse>"
)
_PRECISION = "info:srw/vocabulary/resultCountPrecision/1/estimate"


@dataclass(frozen=True, slots=True)
class Query:
    """What a request asked for; `maximum` is what is echoed, the page may be smaller."""

    query: str
    start: int = 1
    maximum: int = 10


def response(asked: Query, page: Page, base_url: str, *, total: int | None = None) -> str:
    """Write the records found.

    Args:
        total: what is said of their number, if not the truth.
    """
    parts = [
        _HEAD,
        f"<sru:numberOfRecords>{page.total if total is None else total}</sru:numberOfRecords>",
        "<sru:records>",
        *[render(each, base_url, place) for place, each in enumerate(page.records, page.start)],
        "</sru:records>",
    ]
    if page.next_position is not None:
        parts.append(f"<sru:nextRecordPosition>{page.next_position}</sru:nextRecordPosition>")
    parts += [
        "<sru:echoedSearchRetrieveRequest>",
        f"<sru:query>{escape(asked.query)}</sru:query>",
        f"<sru:startRecord>{asked.start}</sru:startRecord>",
        f"<sru:maximumRecords>{asked.maximum}</sru:maximumRecords>",
        "<sru:recordXMLEscaping>xml</sru:recordXMLEscaping>",
        "<sru:recordSchema>http://standaarden.overheid.nl/sru/</sru:recordSchema>",
        "</sru:echoedSearchRetrieveRequest>",
        f"<sru:resultCountPrecision>{_PRECISION}</sru:resultCountPrecision>",
        "</sru:searchRetrieveResponse>",
    ]
    return "".join(parts)


def diagnostic(refusal: SearchRefused) -> str:
    """Write a refusal: another envelope than that of an answer."""
    return _REFUSED.format(code=refusal.code, message=escape(refusal.message))


def explanation(records: int) -> str:
    """Write what the service says of itself; the host is `localhost`, as at the source."""
    sets = [
        f"<set name={quoteattr(name)} identifier={quoteattr(url)}/>" for name, url in SETS.items()
    ]
    indexes = []
    for index in INDEXES:
        prefix, name = index.split(".", 1)
        indexes.append(f'<index><map><name set="{prefix}">{name}</name></map></index>')
    explain = (
        '<explain xmlns="http://explain.z3950.org/dtd/2.0/"><serverInfo protocol="SRU"'
        ' version="2.0"><host>localhost</host><port>80</port>'
        f'<database numRecs="{records}">sru</database></serverInfo><databaseInfo/>'
        f"<indexInfo>{''.join(sets)}{''.join(indexes)}</indexInfo></explain>"
    )
    return (
        f'{_DECLARATION}<explainResponse xmlns="{_RESPONSE}"><version>2.0</version><record>'
        "<recordSchema>http://explain.z3950.org/dtd/2.0/</recordSchema>"
        f"<recordPacking>xml</recordPacking><recordData>{explain}</recordData></record>"
        "</explainResponse>"
    )


def scanned(index: str, start: str, maximum: int, records: Iterable[Record]) -> str:
    """Write the values of an index from a given one on, each with its number of records."""
    counts = Counter(value for record in records for value in set(record.values(index)))
    values = sorted(value for value in counts if value.casefold() >= start.casefold())
    terms = [
        f"<term><value>{escape(value)}</value>"
        f"<numberOfRecords>{counts[value]}</numberOfRecords></term>"
        for value in values[:maximum]
    ]
    return (
        f'{_DECLARATION}<scanResponse xmlns="http://docs.oasis-open.org/ns/search-ws/scan">'
        f"<version>2.0</version><terms>{''.join(terms)}</terms></scanResponse>"
    )
