"""Take the fields of a record one by one, and report those that nobody took.

Each source gathers fields in its own way; validation and reporting of values are shared.
"""

from collections.abc import Mapping
from typing import TypeVar

Word = TypeVar("Word")


class Fields:
    """The values of a record by name.

    Each method removes a field. White space around a value is stripped; an empty value is None;
    an invalid value is None too, and is reported.
    """

    def __init__(self, category: str) -> None:
        """Begin empty; subclasses fill `_values`."""
        self._category = category
        self._values: dict[str, list[str | None]] = {}
        self._complaints: list[str] = []

    @property
    def unknown(self) -> tuple[str, ...]:
        """The reported values, and every field that nobody took."""
        return (*self._complaints, *(f"{self._category}.{name}" for name in self._values))

    def ignore(self, *names: str) -> None:
        """Ignore known fields that no table holds; they stay in the record."""
        for name in names:
            self._values.pop(name, None)

    def text(self, name: str) -> str | None:
        """Take a field that occurs at most once."""
        values = self._values.pop(name, None)
        if values is None:
            return None
        if len(values) > 1:
            self._complain(f"{name} repeated")
        return values[0]

    def texts(self, name: str) -> list[str]:
        """Take a field that may be repeated, in order."""
        return [value for value in self._values.pop(name, ()) if value is not None]

    def meaning(
        self, name: str, value: str | None, words: Mapping[str, Word | None]
    ) -> Word | None:
        """Return the meaning of a value; an unknown value is reported."""
        if value is None:
            return None
        if value not in words:
            self.report(name, value)
            return None
        return words[value]

    def report(self, name: str, value: str) -> None:
        """Report an unknown value."""
        self._complain(f"{name}={value[:80]}")

    def _complain(self, what: str) -> None:
        self._complaints.append(f"{self._category}.{what}")
