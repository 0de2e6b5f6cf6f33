"""Describe a paper for machines (schema.org)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from harvester.site.addresses import dossier_url, file_url, paper_url
from harvester.source.registry import parliament_of


def json_ld(
    paper: Mapping[str, Any],
    base: str,
    people: Sequence[Mapping[str, Any]],
    files: Sequence[Mapping[str, Any]],
    references: Sequence[Mapping[str, Any]],
) -> Markup:
    """Return a paper's data for search engines, safe inside a `<script>`."""
    address = base + paper_url(paper["id"])
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "@id": address,
        "url": address,
        "identifier": [name for name in (paper["id"], paper["number"]) if name],
        "name": paper["subject"] or paper["title"] or paper["id"],
        "inLanguage": parliament_of(paper["source"]).language,
        "genre": paper["soort"] or paper["kind"],
        "datePublished": paper["published_on"],
        "publisher": _organization(paper["chamber"]),
        "author": [
            {"@type": "Person", "name": p["name"], **({"affiliation": _organization(p["party"])}
             if p["party"] else {})}
            for p in people if p["name"] and "addressee" not in p["roles"]
        ],
        "isPartOf": {
            "@type": "Collection", "name": paper["dossier_title"] or paper["dossier"],
            "url": base + dossier_url(paper["dossier"]),
        } if paper["dossier"] else None,
        "encoding": [
            {"@type": "MediaObject", "contentUrl": base + file_url(f["sha256"]),
             "encodingFormat": f["media_type"], "contentSize": str(f["size_bytes"]),
             "sha256": f["sha256"]}
            for f in files if not f["is_taken_down"]
        ],
        "citation": [base + paper_url(r["id"]) for r in references if r["id"]],
    }  # fmt: skip
    text = json.dumps({k: v for k, v in data.items() if v}, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - nothing in it can end a script


def _organization(name: str | None) -> dict[str, str] | None:
    return {"@type": "Organization", "name": name} if name else None
