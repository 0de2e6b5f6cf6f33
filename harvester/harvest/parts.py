"""The parts of a harvest, which may be scheduled together or separately."""

from typing import Literal, get_args

Part = Literal["metadata", "files", "recheck", "reconcile"]
"""`metadata`: new metadata. `files`: missing files. `recheck`: recent files again. `reconcile`: the
metadata of the last days again."""
PARTS: tuple[Part, ...] = get_args(Part)
DEFAULT_PARTS: frozenset[Part] = frozenset({"metadata", "files", "recheck"})
"""The parts of a harvest by default."""
WALKS: frozenset[Part] = frozenset({"metadata", "reconcile"})
"""The parts that read metadata; one walk does both."""
FILES: frozenset[Part] = frozenset({"files", "recheck"})
