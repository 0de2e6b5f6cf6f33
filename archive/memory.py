"""What was seen of an archive's signatures, remembered outside the archive.

Whoever can rewrite an archive can also remove its signatures; this memory reveals it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from archive.errors import DocumentDamaged


class Seen(NamedTuple):
    """A tree that was signed."""

    size: int
    root: str
    """Hex."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The key that signed, and the largest tree that was seen of each log."""

    key: str | None = None
    logs: Mapping[str, Seen] = field(default_factory=dict)

    def with_seen(self, key: str, logs: Mapping[str, Seen]) -> "Memory":
        """Return it with larger trees that were seen now."""
        larger = {
            log: seen
            for log, seen in logs.items()
            if log not in self.logs or seen.size > self.logs[log].size
        }
        return Memory(self.key or key, {**self.logs, **larger})


def memory_path(index: Path) -> Path:
    """Return the path of the memory, beside the index."""
    return index.with_name("signatures.json")


def read_memory(path: Path) -> Memory:
    """Read the memory; empty if no signature was ever seen.

    Raises:
        DocumentDamaged: it cannot be read.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        logs = {str(log): Seen(int(size), str(root)) for log, (size, root) in said["logs"].items()}
        return Memory(str(said["key"]) if said["key"] else None, logs)
    except FileNotFoundError:
        return Memory()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentDamaged(str(path), f"it cannot be read: {error}") from error


def write_memory(path: Path, memory: Memory) -> None:
    """Write the memory, unless it is unchanged."""
    if memory == read_memory(path):
        return
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(json.dumps({"key": memory.key, "logs": memory.logs}), encoding="utf-8")
    beside.replace(path)
