"""Is a harvest plausible? A pure function from what it would change to reasons to hold it."""

from collections.abc import Mapping

from harvester.harvest.baseline import Plausible
from harvester.settings.service import ExpectSettings

JUDGED = ("withdrawn", "changed", "new")
"""Kinds of change that can be too many."""


def is_to_be_weighed(changes: Mapping[str, int], expect: ExpectSettings) -> bool:
    """Tell whether there are so many changes that it matters what is plausible."""
    return any(changes.get(kind, 0) > expect.never_held for kind in JUDGED)


def judge(
    changes: Mapping[str, int],
    present: int,
    expect: ExpectSettings,
    most_new: Plausible | None = None,
) -> tuple[str, ...]:
    """Return why a harvest must not count before a person has looked; nothing: it may.

    Args:
        changes: records that it would change, by kind.
        present: records that the source has as things stand.
        expect: what is plausible of the source.
        most_new: how many new records are; None where too little is known.
    """
    limits = {"withdrawn": expect.most_withdrawn_percent, "changed": expect.most_changed_percent}
    reasons = []
    for kind, most in limits.items():
        count = changes.get(kind, 0)
        if count > expect.never_held and count * 100 > most * present:
            share = 100 * count / max(present, 1)
            reasons.append(
                f"{kind}: {count:,} of {present:,} records ({share:.1f} %); "
                f"at most {most:g} % are plausible"
            )
    new = changes.get("new", 0)
    if most_new is not None and new > max(expect.never_held, most_new.most):
        reasons.append(f"new: {new:,} records; {most_new.because}")
    return tuple(reasons)
