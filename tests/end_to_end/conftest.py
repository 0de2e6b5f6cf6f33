"""Fixtures of the tests with real processes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.lived import Lived, live
from tests.end_to_end.processes import Griffie, Simulator, running_simulator
from tests.end_to_end.sites import Site, harvest_two_days, serving


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A fictional parliament of its own for one test."""
    with running_simulator("--seed", "7", "--size", "0.4") as running:
        yield running


@pytest.fixture
def griffie(tmp_path: Path, simulator: Simulator) -> Griffie:
    """An empty archive that harvests the simulator."""
    return Griffie.at(tmp_path / "griffie", simulator)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """An archive with a history of several harvests; tests only read it."""
    return live(tmp_path_factory.mktemp("lived"))


@pytest.fixture(scope="session")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Griffie, dict[str, Any]]]:
    """An archive of two days, and what a perfect harvester would hold; nobody changes it."""
    with running_simulator("--seed", "7", "--size", "0.4") as running:
        yield harvest_two_days(tmp_path_factory.mktemp("site"), running), running.state()


@pytest.fixture(scope="session")
def site(harvested: tuple[Griffie, dict[str, Any]]) -> Iterator[Site]:
    """The site of that archive."""
    with serving(harvested[0]) as running:
        yield running


@pytest.fixture(scope="session")
def papers(harvested: tuple[Griffie, dict[str, Any]]) -> list[dict[str, Any]]:
    """The papers that were ever published."""
    found: list[dict[str, Any]] = harvested[1]["papers"]
    return found
