"""How Dutch lawyers cite a parliamentary paper."""

from collections.abc import Mapping
from typing import Any

_CHAMBERS = {"Tweede Kamer": "II", "Eerste Kamer": "I"}


def cite(paper: Mapping[str, Any]) -> str | None:
    """Return the citation of a paper; None for one without a number, and for an annex.

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
