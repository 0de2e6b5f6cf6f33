"""What a spider may ask of the index about its own records."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.domain import StatedDossier
from harvester.index import Held, Index, IndexMemory
from tests.unit.index.makers import SOURCE, document, filled, withdrawn


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = filled(
        tmp_path / "index.sqlite",
        [
            document("a", StatedDossier("a", 1, "36900", None)),
            document("b", StatedDossier("b", 1, "36900", None), StatedDossier("b", 2, "7", None)),
            document("c", StatedDossier("c", 1, "CXLVI", None)),
            document("1", StatedDossier("1", 1, "36867", None), is_provisional=1, expected_id="d"),
            document("2", StatedDossier("2", 1, "36868", None), is_provisional=1, expected_id="e"),
            document("d", StatedDossier("d", 1, "36867", None)),
        ],
        [withdrawn("c")],
    )
    yield opened
    opened.close()


@pytest.fixture
def memory(index: Index) -> IndexMemory:
    return index.memory(SOURCE)


def test_dossiers_come_in_the_order_of_their_characters(memory: IndexMemory) -> None:
    assert memory.dossiers("", 9) == ["36867", "36868", "36900", "7"]
    assert memory.dossiers("36867", 2) == ["36868", "36900"]


def test_a_dossier_has_the_records_that_state_it(memory: IndexMemory) -> None:
    assert memory.records_of_dossier("36900") == [Held("Thing/a", None), Held("Thing/b", None)]
    assert memory.records_of_dossier("36867") == [Held("Thing/1", "d"), Held("Thing/d", None)]


def test_a_withdrawn_record_is_no_longer_held(memory: IndexMemory) -> None:
    assert memory.records_of_dossier("CXLVI") == []


def test_a_provisional_record_is_replaced_when_its_paper_has_come(memory: IndexMemory) -> None:
    assert memory.replaced() == ["36867"]


def test_other_sources_records_are_not_told(memory: IndexMemory, index: Index) -> None:
    other = index.memory("elsewhere")
    assert (other.dossiers("", 9), other.records_of_dossier("36900"), other.replaced()) == (
        [],
        [],
        [],
    )
