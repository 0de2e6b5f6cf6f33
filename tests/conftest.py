"""What every test shares: the options, and what is left out without them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.contract.ceph import Ceph, ceph_gateway, is_installed
from tests.contract.servers import moto_server

# Hypothesis fails an example that takes 200 ms; on a loaded machine any example may.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--corpus=DIR`, a folder of real rows, one `<Entity>.jsonl.gz` each, and others."""
    parser.addoption("--corpus", type=Path, metavar="DIR", help="run the tests on real papers too")
    parser.addoption("--long", action="store_true", help="run the long tests too (10 minutes more)")
    parser.addoption(
        "--changed-bytes", type=int, default=30, metavar="N",
        help="how many random bytes of a published archive are changed, one at a time (30)",
    )  # fmt: skip
    parser.addoption(
        "--histories", type=int, default=300, metavar="N",
        help="how many random histories of two sources an index is made of in two ways (300)",
    )  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs an option that is not given: it is not skipped, it is not there."""
    for marker in ("corpus", "long"):
        if config.getoption(f"--{marker}"):
            continue
        left_out = [item for item in items if item.get_closest_marker(marker)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if not item.get_closest_marker(marker)]


@pytest.fixture(scope="session")
def corpus_dir(request: pytest.FixtureRequest) -> Path:
    """The folder that `--corpus` names."""
    folder: Path = request.config.getoption("--corpus")
    return folder.resolve()


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The URL of moto's S3 server."""
    with moto_server() as url:
        yield url


@pytest.fixture(scope="session")
def ceph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ceph]:
    """A real Ceph cluster of one node with its S3 gateway."""
    if not is_installed():
        pytest.skip("CEPH IS NOT INSTALLED HERE: its tests were left out; .ci/run installs it")
    with ceph_gateway(tmp_path_factory.mktemp("ceph")) as running:
        yield running
