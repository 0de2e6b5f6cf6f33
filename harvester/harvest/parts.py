"""The parts of a harvest, which may be done together or each at its own times."""

from typing import Literal, get_args

Part = Literal["metadata", "files", "recheck", "reconcile"]
"""What is new of the metadata; files that are to come; files that are here, recent ones, once
more; the metadata of the last days once more."""
PARTS: tuple[Part, ...] = get_args(Part)
DEFAULT_PARTS: frozenset[Part] = frozenset({"metadata", "files", "recheck"})
"""What a harvest does that is told nothing else."""
WALKS: frozenset[Part] = frozenset({"metadata", "reconcile"})
"""Those that ask for metadata; where both are wanted one walk does them."""
FILES: frozenset[Part] = frozenset({"files", "recheck"})
