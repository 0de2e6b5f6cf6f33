"""A running simulator per module, and one parliament for the pure tests."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from spiders.netherlands.simulator.parliament import Parliament
from tests.unit.netherlands.simulator.client import Client

SEED = 7


@contextmanager
def running(*arguments: str) -> Iterator[Client]:
    """Run the simulator as a process of its own."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "spiders.netherlands.simulator",
        "--port",
        "0",
        *arguments,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the simulator did not start"
        try:
            yield Client(json.loads(line)["url"])
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def shared() -> Iterator[Client]:
    """A simulator that tests share: what they change they put back."""
    with running("--seed", str(SEED)) as client:
        yield client


@pytest.fixture
def simulator(shared: Client) -> Iterator[Client]:
    """The shared simulator without faults and with its counts at nought."""
    shared.heal()
    shared.forget_requests()
    yield shared
    shared.heal()


@pytest.fixture(scope="session")
def parliament() -> Parliament:
    """A parliament as it is at the start; tests do not change it."""
    return Parliament(SEED)


@pytest.fixture
def living() -> Parliament:
    """A small parliament that a test may let live on."""
    return Parliament(SEED, size=0.5)
