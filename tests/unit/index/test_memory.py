"""What a spider may ask of the index about its own records."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvester.index import Held, Index, IndexMemory
from harvester.source.domain import StatedDossier
from tests.unit.index.makers import PRESS, SOURCE, Log, document, filled, withdrawn


def paper(id_: str, *labels: str, **values: object) -> tuple[str, list[StatedDossier], Any]:
    stated = [StatedDossier(n, label, None) for n, label in enumerate(labels, 1)]
    is_provisional = bool(values.get("is_provisional"))
    official = None if is_provisional else id_
    return id_, stated, {"publication_id": official, "chamber": "Tweede Kamer", **values}


PROVISIONAL: dict[str, object] = {"is_provisional": 1}
LIVES = [
    paper("1", "100", number_in_dossier="5", expected_id="kst-100-5", **PROVISIONAL),
    paper("kst-100-5", "100", number_in_dossier="5"),
    paper("kst-100-5-h1", "100", number_in_dossier="5"),  # a reprint
    paper("blg-1", "100", number_in_dossier="5", kind="annex"),
    paper("2", "200", "201", number_in_dossier="7", **PROVISIONAL),  # its id does not follow
    paper("kst-201-7", "201", "200", number_in_dossier="7"),
    paper("3", "300", number_in_dossier="B", **PROVISIONAL),
    paper("kst-300-B", "300", number_in_dossier="B", chamber="Eerste Kamer"),
    paper("4", "400", number_in_dossier="9", **PROVISIONAL),
    paper("kst-400-9", "400", number_in_dossier="9"),
    paper("kst-400-9-n1", "400", number_in_dossier="9"),  # which of the two is not said
    paper("5", "500", number_in_dossier="1", **PROVISIONAL),
    paper("blg-5", "500", number_in_dossier="1", kind="annex"),
]
"""Provisional papers and those that may be theirs."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = filled(
        tmp_path / "index.sqlite",
        [
            document("a", StatedDossier(1, "36900", None)),
            document("b", StatedDossier(1, "36900", None), StatedDossier(2, "7", None)),
            document("c", StatedDossier(1, "CXLVI", None)),
            *(document(id_, *rows, **values) for id_, rows, values in LIVES),
        ],
        [withdrawn("c")],
    )
    yield opened
    opened.close()


@pytest.fixture
def memory(index: Index) -> IndexMemory:
    return index.memory(SOURCE)


def test_dossiers_come_in_the_order_of_their_characters(memory: IndexMemory) -> None:
    assert memory.dossiers("300", 9) == ["36900", "400", "500", "7"]
    assert memory.dossiers("", 2) == ["100", "200"]


def test_a_dossier_has_the_records_that_state_it(memory: IndexMemory) -> None:
    assert memory.records_of_dossier("36900") == [Held("Thing/a", None), Held("Thing/b", None)]


@pytest.mark.parametrize(
    ("dossier", "record", "replaced_by"),
    [
        ("100", "Thing/1", "Thing/kst-100-5"),
        ("200", "Thing/2", "Thing/kst-201-7"),
        ("201", "Thing/2", "Thing/kst-201-7"),
        ("300", "Thing/3", None),
        ("400", "Thing/4", None),
        ("500", "Thing/5", None),
        ("100", "Thing/kst-100-5-h1", None),
    ],
)
def test_a_provisional_record_is_replaced_by_the_paper_with_its_number(
    memory: IndexMemory, dossier: str, record: str, replaced_by: str | None
) -> None:
    assert Held(record, replaced_by) in memory.records_of_dossier(dossier)


def test_a_withdrawn_record_is_no_longer_held(memory: IndexMemory) -> None:
    assert memory.records_of_dossier("CXLVI") == []


def test_dossiers_with_papers_typeset_lately_are_told(memory: IndexMemory) -> None:
    assert memory.replaced() == ["100", "200", "201", "400"]


def test_other_sources_records_are_not_told(memory: IndexMemory, index: Index) -> None:
    other = index.memory("elsewhere")
    assert (other.dossiers("", 9), other.records_of_dossier("36900"), other.replaced()) == (
        [],
        [],
        [],
    )


def test_official_ids_are_those_that_others_state_and_this_source_does_not(index: Index) -> None:
    here, press = index.memory(SOURCE), index.memory(PRESS)
    assert list(here.official_ids("kst-", "", 9)) == []
    assert list(press.official_ids("kst-", "", 3)) == ["kst-100-5", "kst-100-5-h1", "kst-201-7"]
    assert list(press.official_ids("kst-", "kst-201-7", 2)) == ["kst-300-B", "kst-400-9"]
    assert list(press.official_ids("blg-", "", 9)) == ["blg-1", "blg-5"]
    index.apply(Log(PRESS).segment([document("x", publication_id="kst-300-B")]))
    index.refresh()
    assert "kst-300-B" not in press.official_ids("kst-", "", 99)


def test_recent_official_ids_are_of_papers_since_a_day(index: Index) -> None:
    press = index.memory(PRESS)
    assert list(press.recent_official_ids("kst-", "2026-11-21", 99)) == []
    assert len(press.recent_official_ids("kst-", "2026-11-20", 99)) == 6
    assert len(press.recent_official_ids("kst-", "2026-11-20", 2)) == 2
