"""What papers are for machines."""

import json
from typing import Any

from harvester.site.citing import json_ld

PAPER: dict[str, Any] = {
    "id": "kst-36900-XII-48", "source": "tweedekamer", "number": "2026D1", "kind": "motion",
    "soort": "Motie",
    "subject": "</script><script>alert(1)</script>", "title": None, "dossier": "36900-XII",
    "dossier_title": "Begroting", "number_in_dossier": "48", "chamber": "Tweede Kamer",
    "session_year": "2026-2027", "published_on": "2026-10-01",
}  # fmt: skip


def test_data_for_machines_cannot_end_their_script() -> None:
    people: list[dict[str, Any]] = [{"name": "A", "party": "B&B", "roles": ["mover"]},
              {"name": "C", "party": None, "roles": ["addressee"]}]  # fmt: skip
    files = [
        {"sha256": "0" * 64, "media_type": "application/pdf", "size_bytes": 9, "is_taken_down": 0},
        {"sha256": "1" * 64, "media_type": "application/pdf", "size_bytes": 9, "is_taken_down": 1},
    ]
    references: list[dict[str, Any]] = [{"id": "x/y"}, {"id": None}]
    text = str(json_ld(PAPER, "https://a.b", people, files, references))
    assert "<" not in text
    data = json.loads(text)
    assert data["name"] == PAPER["subject"]
    assert [author["name"] for author in data["author"]] == ["A"]
    assert [file["sha256"] for file in data["encoding"]] == ["0" * 64]
    assert data["citation"] == ["https://a.b/paper/x%2Fy"]
    assert data["inLanguage"] == "nl"
