"""Progress reporting for long operations; the command line draws it, tests ignore it."""

from typing import Protocol


class Progress(Protocol):
    """Receives the progress of a long operation, one phase at a time."""

    def phase(self, title: str, total: int | None = None) -> None:
        """Begin a phase of `total` steps; None if unknown."""

    def advance(self, steps: int = 1, detail: str = "") -> None:
        """Report that steps of the current phase are done."""


class Silent:
    """Discards all progress."""

    def phase(self, title: str, total: int | None = None) -> None:
        """Do nothing."""

    def advance(self, steps: int = 1, detail: str = "") -> None:
        """Do nothing."""
