"""`griffie sync`: see `follow.py`, which it shares everything with."""

from harvester.cli.follow import sync as command

__all__ = ["command"]
