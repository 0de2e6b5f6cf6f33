"""What every test shares: the options, and what is left out without them."""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--corpus=DIR`: a folder of real rows, one `<Entity>.jsonl.gz` each."""
    parser.addoption("--corpus", type=Path, metavar="DIR", help="run the tests on real papers too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the corpus tests out where no corpus is given: they are not skipped, not there."""
    if config.getoption("--corpus"):
        return
    left_out = [item for item in items if item.get_closest_marker("corpus")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("corpus")]


@pytest.fixture(scope="session")
def corpus_dir(request: pytest.FixtureRequest) -> Path:
    """The folder that `--corpus` names."""
    folder: Path = request.config.getoption("--corpus")
    return folder.resolve()
