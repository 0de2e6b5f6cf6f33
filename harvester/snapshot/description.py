"""Describe a snapshot: `datapackage.json`, `dcat.jsonld`, `README.md`, `LICENCE.md`."""

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

from archive.entries import Head
from archive.snapshots import BundledFile
from harvester.snapshot.formats import field_of
from harvester.snapshot.tables import Table
from harvester.source.registry import parliament_of
from harvester.source.spider import About

_MEDIA_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv.gz": "text/csv",
    ".jsonl.gz": "application/jsonl",
    ".csv": "text/csv",
    ".sqlite.zst": "application/vnd.sqlite3",
    ".tar": "application/x-tar",
    ".md": "text/markdown",
}
_LICENCES = {
    "CC0-1.0": (
        "http://publications.europa.eu/resource/authority/licence/CC0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
}
"""By SPDX id: the term of DCAT-AP's vocabulary, and the address of the text."""


class Facts(NamedTuple):
    """The facts about a snapshot."""

    name: str
    as_of: str
    heads: Mapping[str, Head]
    sources: Mapping[str, About]
    """The sources of the heads, if installed."""
    counts: Mapping[str, int]
    """Number of rows by table."""
    since: str | None
    software: str

    @property
    def title(self) -> str:
        """The title for people."""
        return f"Parliamentary letters and motions, as known on {self.as_of[:10]}"


def _suffix(path: str) -> str:
    name = path.rpartition("/")[2]
    return name[name.index(".") :]


def _resource_name(path: str) -> str:
    return path.replace("/", "-").replace(".", "-").lower()


def data_package(facts: Facts, tables: Sequence[Table], files: Sequence[BundledFile]) -> bytes:
    """Describe the files as a Frictionless Data Package, version 2.

    The CSV files carry the schema; the same rows as Parquet and JSON Lines are listed beside.
    """
    by_name = {table.name: table for table in tables}
    resources = [_resource(file, by_name) for file in files]
    document = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"griffie-{facts.name.lower()}",
        "title": facts.title,
        "description": "Everything that the archive knew of parliamentary papers; see README.md.",
        "version": facts.name,
        "created": facts.as_of,
        "sources": [
            {"title": about.title, "path": about.homepage_url} for about in facts.sources.values()
        ],
        "licenses": [
            {"name": licence, "path": _LICENCES.get(licence, ("", about.homepage_url))[1]}
            for licence, about in _by_licence(facts).items()
        ],
        "resources": resources,
    }
    return _json({name: value for name, value in document.items() if value})


def _resource(file: BundledFile, tables: Mapping[str, Table]) -> dict[str, Any]:
    suffix = _suffix(file.path)
    told: dict[str, Any] = {
        "name": _resource_name(file.path),
        "path": file.path,
        "bytes": file.size_bytes,
        "hash": f"sha256:{file.sha256}",
        "mediatype": _MEDIA_TYPES.get(suffix, "application/octet-stream"),
    }
    if not file.path.startswith("csv/"):
        return {**told, "type": "file"}
    table = tables[file.path.removeprefix("csv/").removesuffix(".csv.gz")]
    schema: dict[str, Any] = {"fields": [field_of(column) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        **told,
        "type": "table",
        "format": "csv",
        "encoding": "utf-8",
        "compression": "gz",
        "title": table.name,
        "description": table.description,
        "schema": schema,
    }


def _by_licence(facts: Facts) -> dict[str, About]:
    return {about.licence: about for about in facts.sources.values()}


def dcat(facts: Facts, files: Sequence[BundledFile]) -> bytes:
    """Describe the snapshot for open-data portals: DCAT-AP 3, as JSON-LD."""
    licences = [_LICENCES.get(licence, (licence, ""))[0] for licence in _by_licence(facts)]
    document = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": f"urn:griffie:snapshot:{facts.name}",
        "@type": "dcat:Dataset",
        "dct:title": {"@value": facts.title, "@language": "en"},
        "dct:description": {
            "@value": "Letters, motions and annexes of parliament with their versions, people, "
            "decisions, votes and references.",
            "@language": "en",
        },
        "dct:identifier": facts.name,
        "dct:issued": {"@value": facts.as_of, "@type": "xsd:dateTime"},
        "dct:language": [
            # The vocabulary that DCAT 3 names for languages with a code of two letters.
            {"@id": f"http://id.loc.gov/vocabulary/iso639-1/{language}"}
            for language in sorted({parliament_of(source).language for source in facts.heads})
            if language
        ],
        "dct:publisher": [
            {"@type": "foaf:Agent", "foaf:name": about.publisher, "foaf:homepage": {"@id": url}}
            for about in facts.sources.values()
            if (url := about.homepage_url)
        ],
        "dcat:theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/GOVE"},
        "dcat:distribution": [_distribution(file, licences) for file in files],
    }
    return _json(document)


def _distribution(file: BundledFile, licences: Sequence[str]) -> dict[str, Any]:
    media_type = _MEDIA_TYPES.get(_suffix(file.path), "application/octet-stream")
    return {
        "@type": "dcat:Distribution",
        "dct:title": file.path,
        "dcat:accessURL": {"@id": file.path},
        "dcat:downloadURL": {"@id": file.path},
        "dcat:byteSize": {"@value": str(file.size_bytes), "@type": "xsd:nonNegativeInteger"},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type}"},
        "dct:license": [{"@id": licence} for licence in licences],
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": file.sha256,
        },
    }


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


# For people --------------------------------------------------------------------------------------


def _template(name: str) -> str:
    return (resources.files("harvester.snapshot") / name).read_text(encoding="utf-8")


def readme(facts: Facts, tables: Sequence[Table]) -> bytes:
    """Explain what the snapshot is, how to verify it and how to use it."""
    heads = [
        f"| `{source}` | {facts.sources[source].publisher if source in facts.sources else ''} "
        f"| {head.sequence} | `{head.sha256}` |"
        for source, head in sorted(facts.heads.items())
    ]
    rows = [f"| `{t.name}` | {facts.counts[t.name]} | {t.description} |" for t in tables]
    since = f" since the snapshot `{facts.since}`" if facts.since else "; empty in the first one"
    return (
        _template("readme.md")
        .format(
            title=facts.title,
            name=facts.name,
            as_of=facts.as_of,
            heads="\n".join(heads),
            tables="\n".join(rows),
            since=since,
            software=facts.software,
        )
        .encode()
    )


def licence(facts: Facts) -> bytes:
    """State the terms of use."""
    rows = [
        f"| `{name}` | {about.publisher} | {about.licence} | {about.homepage_url} |"
        for name, about in sorted(facts.sources.items())
    ]
    return _template("licence.md").format(sources="\n".join(rows)).encode()
