"""The namespaces of the service's responses, in Clark notation."""

SRU = "{http://docs.oasis-open.org/ns/search-ws/sruResponse}"
GZD = "{http://standaarden.overheid.nl/sru}"
DCTERMS = "{http://purl.org/dc/terms/}"
WETGEVING = "{http://standaarden.overheid.nl/wetgeving/}"
COLLECTIE = "{http://standaarden.overheid.nl/collectie/}"
CD = "{http://standaarden.overheid.nl/cup/data}"

CONTAINERS = frozenset(
    {f"{GZD}gzd", f"{GZD}originalData", f"{GZD}enrichedData"}
    | {f"{WETGEVING}{name}" for name in ("meta", "owmskern", "owmsmantel", "tpmeta")}
)
"""Elements that only group others."""
