"""An SRU service in memory: publications, and the answers to the spider's questions about them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, urlsplit

SERVICE = "https://repository.overheid.nl"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><sru:searchRetrieveResponse '
    'xmlns:overheidwetgeving="http://standaarden.overheid.nl/wetgeving/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:cd="http://standaarden.overheid.nl/cup/data" '
    'xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse" '
    'xmlns:gzd="http://standaarden.overheid.nl/sru" '
    'xmlns:c="http://standaarden.overheid.nl/collectie/"><sru:version>2.0</sru:version>'
)
DIAGNOSTIC = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><searchRetrieveResponse '
    b'xmlns="http://docs.oasis-open.org/ns/search-ws/sruResponse" '
    b'xmlns:ns3="http://docs.oasis-open.org/ns/search-ws/diagnostic"><version>2.0</version>'
    b"<diagnostics><ns3:diagnostic><ns3:uri>info:srw/diagnostic/1/10</ns3:uri>"
    b"<ns3:message>unknown prefix dcterms</ns3:message></ns3:diagnostic></diagnostics>"
    b"</searchRetrieveResponse>"
)


@dataclass(frozen=True)
class Publication:
    """What a record says, as far as the walk is concerned."""

    id: str
    modified: str
    dossier: str = "36900"
    number: str = "1"
    text: str = "Motie van het lid Voorbeeld"

    @property
    def is_annex(self) -> bool:
        """Annexes have ids of their own."""
        return self.id.startswith("blg-")

    @property
    def is_typeset(self) -> bool:
        """Tell whether it has its final id."""
        return not re.fullmatch(r"(kst|blg)-\d{6,}", self.id)

    def record(self) -> str:
        """Return its gzd element in the service's form."""
        status = "Opgemaakt na onopgemaakt" if self.is_typeset else "Onopgemaakt"
        kind = "Bijlage" if self.is_annex else "Kamerstuk"
        return (
            "<gzd:gzd><gzd:originalData>"
            '<overheidwetgeving:meta xmlns:search="http://marklogic.com/appservices/search">'
            f"<overheidwetgeving:owmskern><dcterms:identifier>{self.id}</dcterms:identifier>"
            f"<dcterms:title>Voorbeelden; Motie; {escape(self.text)}</dcterms:title>"
            f'<dcterms:type scheme="OVERHEIDop.Parlementair">{kind}</dcterms:type>'
            '<dcterms:creator scheme="OVERHEID.StatenGeneraal">'
            "Tweede Kamer der Staten-Generaal</dcterms:creator>"
            f"<dcterms:modified>{self.modified}</dcterms:modified></overheidwetgeving:owmskern>"
            "<overheidwetgeving:tpmeta><c:product-area>officielepublicaties</c:product-area>"
            f"<overheidwetgeving:documentstatus>{status}</overheidwetgeving:documentstatus>"
            f"<overheidwetgeving:ondernummer>{self.number}</overheidwetgeving:ondernummer>"
            f"<overheidwetgeving:dossiernummer>{self.dossier}</overheidwetgeving:dossiernummer>"
            "<cd:datumTijdstipWijzigingWork>"
            f"{self.modified}T11:48:13.1293971+02:00</cd:datumTijdstipWijzigingWork>"
            "</overheidwetgeving:tpmeta></overheidwetgeving:meta></gzd:originalData>"
            "<gzd:enrichedData>"
            f'<gzd:itemUrl manifestation="pdf">{SERVICE}/frbr/{self.id}.pdf</gzd:itemUrl>'
            "<gzd:timestamp>2026-08-19T11:48:23.066907+02:00</gzd:timestamp>"
            "</gzd:enrichedData></gzd:gzd>"
        )


def answer(records: Iterable[str], total: int, errors: str = "strict") -> bytes:
    """Return an answer with these gzd elements."""
    inner = "".join(
        "<sru:record><sru:recordSchema>http://standaarden.overheid.nl/sru/</sru:recordSchema>"
        f"<sru:recordData>{gzd}</sru:recordData>"
        f"<sru:recordPosition>{n}</sru:recordPosition></sru:record>"
        for n, gzd in enumerate(records, 1)
    )
    held = f"<sru:records>{inner}</sru:records>" if inner else "<sru:records/>"
    tail = f"<sru:numberOfRecords>{total}</sru:numberOfRecords>{held}"
    return f"{_HEAD}{tail}</sru:searchRetrieveResponse>".encode(errors=errors)


@dataclass
class Service:
    """Answers the questions that the spider asks, of what is published at that moment."""

    published: dict[str, Publication] = field(default_factory=dict)
    queries: list[str] = field(default_factory=list)
    """What was asked, in order."""

    def publish(self, *publications: Publication) -> None:
        """Add publications, or replace them."""
        self.published |= {publication.id: publication for publication in publications}

    def answer(self, url: str) -> bytes:
        """Answer a request by its address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["startRecord"] == "1"
        self.queries.append(asked["query"])
        found = self.find(asked["query"])
        shown = found[: int(asked["maximumRecords"])]
        return answer([publication.record() for publication in shown], len(found))

    def find(self, query: str) -> list[Publication]:
        """Return what a query finds, in the order of identifiers."""
        clauses, _, _order = query.partition(" sortBy ")
        found = [*self.published.values()]
        for clause in clauses.split(" AND "):
            matched = re.fullmatch(r'([\w.-]+)(==|>=|<=|>)"?([^"]*)"?', clause)
            assert matched is not None, clause
            name, relation, value = matched.groups()
            found = [p for p in found if self._holds(p, name, relation, value)]
        return sorted(found, key=lambda publication: publication.id)

    @staticmethod
    def _holds(publication: Publication, name: str, relation: str, value: str) -> bool:
        has = {
            "c.product-area": "officielepublicaties",
            "w.publicatienaam": "Kamerstuk",
            "w.dossiernummer": publication.dossier,
            "dt.identifier": publication.id,
            "dt.modified": publication.modified,
        }[name]
        return {"==": has == value, ">=": has >= value, "<=": has <= value, ">": has > value}[
            relation
        ]
