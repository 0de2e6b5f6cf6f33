"""A few of the disturbed lives of which `make soak` lives two hundred."""

from collections.abc import Iterator

import pytest

from tests.contract.ceph import Ceph
from tests.end_to_end.soak import World, live, world


@pytest.fixture(scope="module")
def made(moto: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("soak"), {"moto": moto}) as made:
        yield made


@pytest.mark.parametrize(
    ("kind", "seed"),
    [("folder", 3), *(pytest.param("moto", seed, marks=pytest.mark.long) for seed in (13, 16))],
)
def test_nothing_is_lost_in_a_disturbed_life(made: World, kind: str, seed: int) -> None:
    assert live(made, seed, kind)


def test_nothing_is_lost_in_a_disturbed_life_on_ceph(made: World, ceph: Ceph) -> None:
    made.servers["ceph"] = ceph.url
    assert live(made, 5, "ceph")
