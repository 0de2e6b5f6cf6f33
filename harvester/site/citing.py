"""How to cite a paper, and what it is for machines (schema.org)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from harvester.site.addresses import dossier_url, file_url, paper_url

_CHAMBERS = {"Tweede Kamer": "II", "Eerste Kamer": "I"}


def official_citation(paper: Mapping[str, Any]) -> str | None:
    """Return the way in which Dutch lawyers cite a paper; None for one without a number.

    `Kamerstukken II 2026/27, 36900 XII, nr. 48`.
    """
    dossier, number = paper["dossier"], paper["number_in_dossier"]
    if not dossier or not number or number == "0" or paper["kind"] == "annex":
        return None
    code = _CHAMBERS.get(next((c for c in _CHAMBERS if c in (paper["chamber"] or "")), ""), "")
    year = _session(paper["session_year"])
    start = " ".join(part for part in ("Kamerstukken", code, year) if part)
    label = dossier.replace("-", " ")
    kind = "nr. " if str(number)[:1].isdigit() else ""
    return f"{start}, {label}, {kind}{number}"


def _session(year: str | None) -> str:
    """Return 2026/27 of 2026-2027 or 20262027."""
    digits = "".join(c for c in year or "" if c.isdigit())
    return f"{digits[:4]}/{digits[6:]}" if len(digits) == 8 else ""


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
        "inLanguage": "nl",
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
