"""The fields of one record, taken out one by one; what nobody took is reported.

Each source has its own way to gather them; what a value may be and what is said of
it when it is something else is the same for all.
"""

from collections.abc import Mapping
from typing import TypeVar

Word = TypeVar("Word")


class Fields:
    """The values of a record by name.

    Each method takes a field out. White space around a value is dropped; an empty value is None;
    a value that is not what it should be is None too, and is reported.
    """

    def __init__(self, category: str) -> None:
        """Begin without any; subclasses fill `_values`."""
        self._category = category
        self._values: dict[str, list[str | None]] = {}
        self._complaints: list[str] = []

    @property
    def unknown(self) -> tuple[str, ...]:
        """What was reported so far, and every field that nobody took."""
        return (*self._complaints, *(f"{self._category}.{name}" for name in self._values))

    def ignore(self, *names: str) -> None:
        """Drop known fields that no table holds; they stay in the record."""
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
        """Take a field that may be repeated, in its order."""
        return [value for value in self._values.pop(name, ()) if value is not None]

    def meaning(
        self, name: str, value: str | None, words: Mapping[str, Word | None]
    ) -> Word | None:
        """Return what a value means; a word that is not among those known is reported."""
        if value is None:
            return None
        if value not in words:
            self.report(name, value)
            return None
        return words[value]

    def report(self, name: str, value: str) -> None:
        """Report a value that is not among those known."""
        self._complain(f"{name}={value[:80]}")

    def _complain(self, what: str) -> None:
        self._complaints.append(f"{self._category}.{what}")
