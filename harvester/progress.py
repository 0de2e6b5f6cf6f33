"""How long work tells how far it is; the command line draws it, tests ignore it."""

from typing import Protocol


class Progress(Protocol):
    """Receives the phases of long work, one at a time."""

    def phase(self, title: str, total: int | None = None) -> None:
        """Begin a phase; `total` is how many steps it will take, None if not known."""

    def advance(self, steps: int = 1, detail: str = "") -> None:
        """Say that steps of the present phase are done."""


class Silent:
    """Tells nobody."""

    def phase(self, title: str, total: int | None = None) -> None:
        """Do nothing."""

    def advance(self, steps: int = 1, detail: str = "") -> None:
        """Do nothing."""
