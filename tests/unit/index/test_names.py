"""A name that one paper bears is not taken by another, whatever a source states and when."""

from pathlib import Path

import pytest

from archive.entries import Entry
from harvester.index import Index
from tests.unit.index.makers import PRESS, READERS, SOURCE, Log, document, select

UUID = "12345678-1234-1234-1234-123456789012"
Told = tuple[str, Entry]


def numberless(id_: str) -> Told:
    return SOURCE, document(id_, number=None)


def ids(tmp_path: Path, *told: Told) -> list[str]:
    """Return the papers' ids, by the order of their documents' ids; each entry is a segment."""
    index, logs = Index.open(tmp_path / "index.sqlite", READERS), {s: Log(s) for s in READERS}
    for source, entry in told:
        index.apply(logs[source].segment([entry]))
        index.refresh()
    found = select(
        index,
        "SELECT p.id FROM paper AS p JOIN record AS r ON r.key = p.document_key ORDER BY r.id",
    )
    index.close()
    return [id_ for (id_,) in found]


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("own", "label", "stated", "other"),
    [
        ("1", "testland/Thing/1", {"number": "testland/Thing/1"}, "testland/Thing/2"),
        ("1", "testland/Thing/1", {"publication_id": "testland/Thing/1"}, "N-2"),
        (UUID, UUID, {"number": UUID}, "testland/Thing/2"),
        (UUID, UUID, {"publication_id": UUID}, "N-2"),
        ("1", "testland/Thing/1", {"publication_id": "~1"}, "N-2"),
        ("1", "testland/Thing/1", {"publication_id": "document 1"}, "document 1"),
        ("1", "testland/Thing/1", {"number": "2026/27:1"}, "2026/27:1"),
    ],
)
def test_nobody_is_called_like_anothers_record(
    tmp_path: Path, own: str, label: str, stated: dict[str, str], other: str, is_first: bool
) -> None:
    told = [numberless(own), (SOURCE, document("2", **stated))]
    assert ids(tmp_path, *(told if is_first else reversed(told))) == [label, other]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_number_that_is_anothers_official_id_is_given_up_and_taken_back(
    tmp_path: Path, is_first: bool
) -> None:
    bears = SOURCE, document("1", number="X-1")
    states = PRESS, document("2", publication_id="X-1")
    told = [bears, states] if is_first else [states, bears]
    assert ids(tmp_path, *told) == ["testland/Thing/1", "X-1"]
    (tmp_path / "index.sqlite").unlink()
    assert ids(tmp_path, *told, (PRESS, document("2", publication_id="Y-1"))) == ["X-1", "Y-1"]
