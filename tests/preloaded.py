"""Import what the forked processes of the tests need; see `forked.py`."""

from importlib import import_module

import spiders.netherlands.simulator.__main__  # noqa: F401
from harvester.cli import COMMANDS
from harvester.source.registry import load_sources

for module in COMMANDS.values():
    import_module(f"harvester.cli.{module}")
load_sources()
