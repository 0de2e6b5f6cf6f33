"""How Dutch papers are cited."""

from typing import Any

import pytest

from spiders.netherlands.citing import cite

PAPER: dict[str, Any] = {
    "id": "kst-36900-XII-48", "number": "2026D1", "kind": "motion", "soort": "Motie",
    "subject": "</script><script>alert(1)</script>", "title": None, "dossier": "36900-XII",
    "dossier_title": "Begroting", "number_in_dossier": "48", "chamber": "Tweede Kamer",
    "session_year": "2026-2027", "published_on": "2026-10-01",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Kamerstukken II 2026/27, 36900 XII, nr. 48"),
        ({"chamber": "Eerste Kamer der Staten-Generaal", "number_in_dossier": "AB"},
         "Kamerstukken I 2026/27, 36900 XII, AB"),
        ({"session_year": "20262027"}, "Kamerstukken II 2026/27, 36900 XII, nr. 48"),
        ({"session_year": None, "chamber": None}, "Kamerstukken, 36900 XII, nr. 48"),
        ({"number_in_dossier": "0"}, None),
        ({"dossier": None}, None),
        ({"kind": "annex"}, None),
    ],
)  # fmt: skip
def test_a_paper_is_cited_as_lawyers_do(changed: dict[str, Any], said: str | None) -> None:
    assert cite({**PAPER, **changed}) == said
