"""Fixtures of the tests with real processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.lived import Lived, live
from tests.end_to_end.processes import Griffie, Simulator, running_simulator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A fictional parliament of its own for one test."""
    with running_simulator("--seed", "7") as running:
        yield running


@pytest.fixture
def griffie(tmp_path: Path, simulator: Simulator) -> Griffie:
    """An empty archive that harvests the simulator."""
    return Griffie.at(tmp_path / "griffie", simulator)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """An archive with a history of several harvests; tests only read it."""
    return live(tmp_path_factory.mktemp("lived"))
