"""Take the fields of nested JSON objects one by one, and report those that nobody took."""

import json
import re
from collections.abc import Mapping
from typing import Any

from harvester.source.records import JsonFields

_is_whole = re.compile(r"[0-9]{1,15}", re.ASCII).fullmatch
_is_day = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])").match
_SHOWN = 80


class Tree(JsonFields):
    """The fields of an object; those of the objects inside it are reported with its own.

    An empty object or list counts as absent: sources leave members out or send them empty.
    """

    def __init__(self, name: str, value: Mapping[str, Any]) -> None:
        """Take all fields of an object."""
        held = {key: inner for key, inner in value.items() if inner not in ({}, [])}
        super().__init__(name, held)
        self.value = value
        self._held = held
        self._inner: list[Tree] = []

    @property
    def unknown(self) -> tuple[str, ...]:
        """The reported values, and every field that nobody took, at any depth."""
        return (*super().unknown, *(what for inner in self._inner for what in inner.unknown))

    def object(self, name: str) -> "Tree":
        """Take a field that holds an object; an empty one if it holds none."""
        found = self.objects(name)
        if len(found) > 1:
            self.report(name, f"{len(found)} objects")
        return found[0] if found else Tree(f"{self._category}.{name}", {})

    def objects(self, name: str) -> "list[Tree]":
        """Take a field that holds a list of objects, or one object; anything else is reported."""
        self.ignore(name)
        value = self._held.pop(name, None)
        if value is None:
            return []
        found = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping):
                found.append(Tree(f"{self._category}.{name}", item))
            elif item is not None:
                self.report(name, json.dumps(item, ensure_ascii=False)[:_SHOWN])
        self._inner += found
        return found

    def number(self, name: str) -> int | None:
        """Take a field that holds a whole number that is not negative."""
        text = self.text(name)
        if text is None:
            return None
        if _is_whole(text):
            return int(text)
        self.report(name, text)
        return None

    def day(self, name: str) -> str | None:
        """Take a field that holds a day, or a time of which only the day is read."""
        text = self.text(name)
        return text[:10] if text is not None and _is_day(text) else None
