"""What searches are narrowed by follows each paper."""

from pathlib import Path
from typing import Any

import pytest

from harvester.index import Index, Signature, Statement, TextRow
from harvester.source import domain
from tests.unit.archive.makers import digest
from tests.unit.index.makers import LATER, document, file, filled, record, row, select, withdrawn

FACETS = "SELECT kind, year, sender, changed, is_withdrawn FROM paper_facet ORDER BY key"


def signed(id_: str, of: str, **values: object) -> Any:
    given = {"document_id": of, "role": "signatory", **values}
    return record(id_, row(domain.Actor, **given, is_withdrawn=0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


def facets(index: Index) -> list[tuple[Any, ...]]:
    try:
        return select(index, FACETS)
    finally:
        index.close()


@pytest.mark.parametrize("ministry", ["Water en Wegen", None])
def test_a_letter_comes_from_the_ministry_that_a_function_names(
    path: Path, ministry: str | None
) -> None:
    signature = signed("a", "d", name="A. Bee", function="Minister", ministry=ministry)
    assert facets(filled(path, [document("d"), signature])) == [
        ("letter", "2026", ministry, None, 0)
    ]


def test_a_motion_comes_from_the_party_of_its_first_mover(path: Path) -> None:
    index = filled(
        path,
        [
            document("d", kind="motion"),
            signed("a", "d", name="A", party="AAA", role="co-signatory"),
            signed("b", "d", name="B", party="BBB"),
        ],
    )
    assert facets(index) == [("motion", "2026", "BBB", None, 0)]


def test_another_file_is_another_change_than_another_record(path: Path) -> None:
    index = filled(
        path,
        [document("d"), file("d"), document("e"), file("e"), document("f")],
        [file("d", "other bytes", LATER), document("e", subject="Anders"), withdrawn("f")],
    )
    assert [row[3:] for row in facets(index)] == [("file", 0), ("record", 0), (None, 1)]


def test_a_ministry_may_stand_under_the_paper_alone(path: Path) -> None:
    index = filled(path, [document("d"), file("d")])
    name = Signature("A. Bee", "De Minister van Water en Wegen,", "signatory")
    statement = Statement(*(None,) * 9, (name,))
    index.put_texts([TextRow(digest("bytes"), "ok", None, 1, "brief", (), statement)])
    index.refresh()
    assert facets(index) == [("letter", "2026", "Water en Wegen", None, 0)]
